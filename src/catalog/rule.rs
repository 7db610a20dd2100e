//! URL rules: which URLs are a vendor's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use crate::error::{ConfigError, ConfigErrorKind};

/// A rule that says which URLs are a vendor's: `host[/path-pattern][?query]`.
///
/// - The host covers itself and every subdomain. It is written in lower case, without scheme, port and `*.`, and has at
///   least two labels; a name outside ASCII is written as punycode.
/// - The path pattern is compared with the start of the path, upper and lower case apart. A `*` stands for any run of
///   bytes, `/` included. A `$` at the end means that the whole path must match.
/// - The query is `name=start-of-value`. Several, joined by `&`, must all be found, in any order.
///
/// The scheme and the port of a URL do not matter. When several rules match a URL, the one with the longest host wins,
/// then the longest path pattern, then the longest query, then the vendor that was added last.
///
/// # Example
///
/// ```
/// use tower_gpc::catalog::UrlRule;
///
/// let rule = UrlRule::parse("googletagmanager.com/gtag/js?id=AW-")?;
/// assert_eq!((rule.host(), rule.path(), rule.query()), ("googletagmanager.com", "/gtag/js", "id=AW-"));
/// assert!(UrlRule::parse("https://googletagmanager.com").is_err());
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UrlRule {
    host: Box<str>,
    path: Box<str>,
    query: Box<str>,
}

/// RFC 1035 §2.3.4: no name is longer. No browser can look a longer one up.
pub(crate) const MAX_HOST: usize = 253;
const MAX_LABEL: usize = 63;

impl UrlRule {
    /// Reads a rule.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is not a rule, or that no URL could ever match; the message says why.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = |reason| ConfigError::new(ConfigErrorKind::Catalog, format!("URL rule {text:?}: {reason}"));
        let (place, query) = match text.split_once('?') {
            Some((place, query)) => (place, Some(query)),
            None => (text, None),
        };
        let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        check_host(host, path).map_err(wrong)?;
        check_path(path).map_err(wrong)?;
        query.map_or(Ok(()), check_query).map_err(wrong)?;
        Ok(Self { host: host.into(), path: path.into(), query: query.unwrap_or_default().into() })
    }

    /// The host, which stands for its subdomains too.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path pattern; empty for a rule that covers the whole host.
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

fn check_host(host: &str, path: &str) -> Result<(), &'static str> {
    if matches!(host, "http:" | "https:") || (host.is_empty() && path.starts_with("//")) {
        Err("expected a host without a scheme")
    } else if host.is_empty() {
        Err("expected a host")
    } else if host.contains('*') {
        Err("a host has no `*`; it covers its subdomains")
    } else if host.contains(':') {
        Err("a host has no port")
    } else if !host.is_ascii() {
        Err("expected the host as punycode, `xn--...`")
    } else if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Err("expected the host in lower case")
    } else if !host.bytes().all(is_host_byte) {
        Err("expected a host of letters, digits, `-`, `_` and `.`")
    } else if host.len() > MAX_HOST || host.split('.').any(|label| label.is_empty() || label.len() > MAX_LABEL) {
        Err("expected host labels of 1 to 63 bytes, 253 bytes together")
    } else if !host.contains('.') {
        Err("expected a host of at least two labels")
    } else {
        Ok(())
    }
}

/// The bytes that host names consist of once they are in lower case.
pub(crate) fn is_host_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_')
}

pub(super) fn check_path(path: &str) -> Result<(), &'static str> {
    if !path.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err("expected a path of printable ASCII without white space")
    } else if path.contains(['#', '\\']) {
        Err("a path has no `#` and no `\\`")
    } else if path.split('/').any(|segment| matches!(segment.trim_end_matches('$'), "." | "..")) {
        Err("browsers resolve `.` and `..` in paths")
    } else if path.contains("**") {
        Err("one `*` is enough")
    } else {
        Ok(())
    }
}

pub(super) fn check_query(query: &str) -> Result<(), &'static str> {
    if !query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
        Err("expected a query of printable ASCII without white space and `#`")
    } else if query.contains('*') {
        Err("a query has no `*`; a value is a prefix")
    } else if parameters(query).any(|(name, _)| name.is_empty()) || !query.split('&').all(|one| one.contains('=')) {
        Err("expected a query of `name=start-of-value`, joined by `&`")
    } else {
        Ok(())
    }
}

/// The names and value prefixes of a rule's query.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter_map(|one| one.split_once('='))
}

impl fmt::Display for UrlRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.query.is_empty() { "" } else { "?" };
        write!(f, "{}{}{mark}{}", self.host, self.path, self.query)
    }
}

impl FromStr for UrlRule {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for UrlRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rules_fall_into_host_path_and_query() {
        for (text, want) in [
            ("connect.facebook.net", ("connect.facebook.net", "", "")),
            ("facebook.com/tr", ("facebook.com", "/tr", "")),
            ("facebook.com/tr$", ("facebook.com", "/tr$", "")),
            ("a.b/", ("a.b", "/", "")),
            ("a.b/*/x.js", ("a.b", "/*/x.js", "")),
            ("a.b?id=G-", ("a.b", "", "id=G-")),
            ("a.b/x?id=G-&l=", ("a.b", "/x", "id=G-&l=")),
            ("a.b/x?a=b=c?d", ("a.b", "/x", "a=b=c?d")),
            ("demdex.net/ibs:", ("demdex.net", "/ibs:", "")),
            ("doubleclick.net/activity;", ("doubleclick.net", "/activity;", "")),
            ("xn--bcher-kva.example/x", ("xn--bcher-kva.example", "/x", "")),
            ("_x.127.0.0.1", ("_x.127.0.0.1", "", "")),
        ] {
            let rule = UrlRule::parse(text).unwrap();
            assert_eq!((rule.host(), rule.path(), rule.query()), want, "{text}");
            assert_eq!(rule.to_string(), text);
        }
    }

    #[test]
    fn a_rule_that_cannot_match_says_why() {
        let long = format!("{}.example", "a".repeat(64));
        let longer = format!("{}example", "abcdefgh.".repeat(30));
        for (text, why) in [
            ("", "expected a host"),
            ("/tr", "expected a host"),
            ("?id=x", "expected a host"),
            ("//a.b/x", "without a scheme"),
            ("https://a.b/x", "without a scheme"),
            ("http://a.b", "without a scheme"),
            ("a.b:443/x", "no port"),
            ("*.a.b", "covers its subdomains"),
            ("com", "two labels"),
            ("localhost/x", "two labels"),
            (".a.b", "labels of 1 to 63"),
            ("a.b.", "labels of 1 to 63"),
            ("a..b", "labels of 1 to 63"),
            (&long, "labels of 1 to 63"),
            (&longer, "labels of 1 to 63"),
            ("Facebook.com", "lower case"),
            ("bücher.example", "punycode"),
            ("a b.c", "letters, digits"),
            ("user@a.b", "letters, digits"),
            ("a.b#x", "letters, digits"),
            ("a.b/x y", "white space"),
            ("a.b/ü", "ASCII"),
            ("a.b/x#y", "no `#`"),
            ("a.b/x\\y", "no `#` and no `\\`"),
            ("a.b/x/../y", "resolve"),
            ("a.b/./y", "resolve"),
            ("a.b/x/..$", "resolve"),
            ("a.b/**", "one `*`"),
            ("a.b?", "name=start-of-value"),
            ("a.b?id", "name=start-of-value"),
            ("a.b?=x", "name=start-of-value"),
            ("a.b?id=x&", "name=start-of-value"),
            ("a.b?id=*", "prefix"),
            ("a.b?id=a b", "white space"),
            ("a.b?id=a#b", "`#`"),
        ] {
            let message = UrlRule::parse(text).expect_err(text).to_string();
            assert!(message.contains(why) && message.contains(&format!("{text:?}")), "{text}: {message}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_trouble_and_rules_are_written_as_they_were_read(text in "[a-c./*?&=$:#\\\\ é]{0,16}|.{0,12}") {
            if let Ok(rule) = UrlRule::parse(&text) {
                prop_assert_eq!(rule.to_string(), text);
            }
        }
    }
}
