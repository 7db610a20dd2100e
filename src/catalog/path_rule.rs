//! Rules for tags that a site serves from a host of its own.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use super::rule::{check_path, check_query};
use crate::error::{ConfigError, ConfigErrorKind};

/// A rule for a vendor's tag on any host: `/path-pattern[?query]`.
///
/// Tag gateways, server-side containers and proxied collectors serve a vendor's script from the site's own host, under a
/// prefix that the site chose: `/metrics/gtm.js?id=GTM-1`. What stays is how the path ends, and the query.
///
/// - The path pattern has to match whole segments up to the end of the path; what stands before them does not matter. A
///   `*` stands for any run of bytes, `/` included. The first segment is written out.
/// - The query is `name=start-of-value`. Several, joined by `&`, must all be found, in any order. A `#` in the start of a
///   value stands for one digit: `/tr?id=#&ev=`.
///
/// No host vouches for the vendor, so a rule has to be one that no site would come up with for something else. One short
/// segment alone, such as `/tr`, is refused; a rule without a query needs a file name or a second segment.
///
/// Such rules count only where [`Policy::first_party`](crate::Policy::first_party) turns them on. Of several that match,
/// the one with the longest path pattern wins, then the longest query, then the vendor that was added last.
///
/// # Example
///
/// ```
/// use tower_gpc::catalog::PathRule;
///
/// let rule = PathRule::parse("/gtag/js?id=AW-")?;
/// assert_eq!((rule.path(), rule.query()), ("/gtag/js", "id=AW-"));
/// assert!(PathRule::parse("/tr").is_err());
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathRule {
    path: Box<str>,
    query: Box<str>,
}

impl PathRule {
    /// Reads a rule.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is not a rule, or that would match a site's own URLs too; the message says
    /// why.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = |reason| ConfigError::new(ConfigErrorKind::Catalog, format!("path rule {text:?}: {reason}"));
        let (path, query) = match text.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (text, None),
        };
        check_path(path).and_then(|()| check_shape(path)).map_err(wrong)?;
        // `#` is a digit here, and nothing that the query of a URL could hold.
        query.map_or_else(|| check_alone(path), |query| check_query(&query.replace('#', "0"))).map_err(wrong)?;
        Ok(Self { path: path.into(), query: query.unwrap_or_default().into() })
    }

    /// The path pattern.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query; empty for a rule that does not look at it.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }
}

fn check_shape(path: &str) -> Result<(), &'static str> {
    let Some(rest) = path.strip_prefix('/') else { return Err("expected a path that begins with `/`") };
    let first = rest.split('/').next().unwrap_or_default();
    if first.is_empty() || first.contains('*') {
        Err("expected a first segment without `*`")
    } else if path.ends_with('$') {
        Err("the end of the path is always meant; leave out the `$`")
    } else {
        Ok(())
    }
}

/// What a path needs to be told from a site's own without a query.
fn check_alone(path: &str) -> Result<(), &'static str> {
    let segments = || path.split('/').filter(|segment| !matches!(*segment, "" | "*"));
    if segments().count() > 1 || segments().any(|segment| segment.contains('.')) {
        Ok(())
    } else {
        Err("expected a query, a file name or a second segment: sites have such paths of their own")
    }
}

impl fmt::Display for PathRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.query.is_empty() { "" } else { "?" };
        write!(f, "{}{mark}{}", self.path, self.query)
    }
}

impl FromStr for PathRule {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for PathRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rules_fall_into_path_and_query() {
        for (text, want) in [
            ("/gtm.js?id=GTM-", ("/gtm.js", "id=GTM-")),
            ("/tr?id=#&ev=", ("/tr", "id=#&ev=")),
            ("/tr/?id=#&ev=", ("/tr/", "id=#&ev=")),
            ("/b/ss/*", ("/b/ss/*", "")),
            ("/utag.js", ("/utag.js", "")),
            ("/pagead/conversion/*", ("/pagead/conversion/*", "")),
        ] {
            let rule: PathRule = text.parse().unwrap();
            assert_eq!((rule.path(), rule.query()), want, "{text}");
            assert_eq!(rule.to_string(), text);
        }
    }

    #[test]
    fn a_rule_that_a_site_could_match_by_itself_says_why_it_is_refused() {
        for (text, why) in [
            ("", "begins with `/`"),
            ("gtm.js?id=GTM-", "begins with `/`"),
            ("a.b/gtm.js", "begins with `/`"),
            ("?id=GTM-", "begins with `/`"),
            ("/", "first segment"),
            ("//a.b/x", "first segment"),
            ("/*/gtm.js", "first segment"),
            ("/tr*/x", "first segment"),
            ("/gtm.js$", "leave out the `$`"),
            ("/tr", "expected a query"),
            ("/tr/", "expected a query"),
            ("/collect", "expected a query"),
            ("/collect/*", "expected a query"),
            ("/gtm.js?id", "name=start-of-value"),
            ("/gtm.js?id=*", "prefix"),
            ("/gtm.js#x", "no `#`"),
            ("/x/../gtm.js", "resolve"),
            ("/x y.js", "white space"),
        ] {
            let message = PathRule::parse(text).expect_err(text).to_string();
            assert!(message.contains(why) && message.contains(&format!("{text:?}")), "{text}: {message}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_trouble_and_rules_are_written_as_they_were_read(text in "[a-c./*?&=$:#\\\\ é]{0,16}|.{0,12}") {
            if let Ok(rule) = PathRule::parse(&text) {
                prop_assert_eq!(rule.to_string(), text);
            }
        }
    }
}
