//! The compiled form of all URL rules: a table of hosts, each with its rules, the most specific first.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use foldhash::fast::FixedState;

use super::glob::{End, Glob};
use super::rule::{UrlRule, parameters};
use super::url::{Location, Target};

/// Finds the most specific rule for a URL.
///
/// A lookup costs one table access for each parent domain of the URL's host, however many rules there are. The hash is
/// not keyed: what it protects is set up by the operator, and a page can only look things up.
#[derive(Default)]
pub(crate) struct Matcher {
    hosts: HashMap<Box<[u8]>, Span, FixedState>,
    rules: Vec<Compiled>,
    /// The length of the longest host with a rule. What is longer needs no lookup.
    longest: usize,
}

/// The rules of one host, by their places in [`Matcher::rules`].
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

struct Compiled {
    path: Option<Glob>,
    query: Box<[Parameter]>,
    vendor: u32,
}

/// What a query has to hold: a parameter of this name whose value starts like this.
struct Parameter {
    name: Box<[u8]>,
    value: Box<[u8]>,
}

impl Matcher {
    /// Compiles the rules; a number stands for the vendor, and a greater one was added later.
    pub(crate) fn new<'a>(rules: impl Iterator<Item = (&'a UrlRule, u32)>) -> Self {
        let mut rules: Vec<_> = rules.collect();
        rules.sort_by_key(|&(rule, vendor)| {
            (rule.host(), Reverse(rule.path().len()), Reverse(rule.query().len()), Reverse(vendor))
        });
        let mut matcher = Self::default();
        for of_one_host in rules.chunk_by(|(a, _), (b, _)| a.host() == b.host()) {
            let start = matcher.len();
            matcher.rules.extend(of_one_host.iter().map(|&(rule, vendor)| Compiled::new(rule, vendor)));
            let span = Span { start, end: matcher.len() };
            if let Some((rule, _)) = of_one_host.first() {
                matcher.hosts.insert(rule.host().as_bytes().into(), span);
                matcher.longest = matcher.longest.max(rule.host().len());
            }
        }
        matcher
    }

    fn len(&self) -> u32 {
        u32::try_from(self.rules.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The vendor of the most specific rule that matches.
    pub(crate) fn find(&self, target: Target<'_>) -> Option<u32> {
        let mut location = None;
        let mut host = target.host;
        // A rule's host has a dot, so the last label needs no lookup.
        while let Some(dot) = memchr::memchr(b'.', host) {
            for rule in self.rules_of(host) {
                if rule.is_whole_host() || rule.matches(location.get_or_insert_with(|| target.location())) {
                    return Some(rule.vendor);
                }
            }
            host = host.get(dot + 1..)?;
        }
        None
    }

    fn rules_of(&self, host: &[u8]) -> &[Compiled] {
        if host.len() > self.longest {
            return &[];
        }
        let span = self.hosts.get(host).map(|span| span.start as usize..span.end as usize);
        span.and_then(|span| self.rules.get(span)).unwrap_or_default()
    }
}

impl Compiled {
    fn new(rule: &UrlRule, vendor: u32) -> Self {
        let path = match rule.path().strip_suffix('$') {
            Some(path) => Some(Glob::new(path, End::Whole)),
            None if rule.path().is_empty() => None,
            None => Some(Glob::new(rule.path(), End::Open)),
        };
        let query = parameters(rule.query());
        let query =
            query.map(|(name, value)| Parameter { name: name.as_bytes().into(), value: value.as_bytes().into() });
        Self { path, query: query.collect(), vendor }
    }

    fn is_whole_host(&self) -> bool {
        self.path.is_none() && self.query.is_empty()
    }

    fn matches(&self, location: &Location<'_>) -> bool {
        self.path.as_ref().is_none_or(|path| path.matches(&location.path))
            && self.query.iter().all(|parameter| location.has_parameter(&parameter.name, &parameter.value))
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matcher").field("hosts", &self.hosts.len()).field("rules", &self.rules.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::glob::naive_glob;
    use super::super::url::locate;
    use super::*;

    fn rules(texts: &[&str]) -> Vec<UrlRule> {
        texts.iter().map(|text| UrlRule::parse(text).unwrap()).collect()
    }

    fn matcher(rules: &[UrlRule]) -> Matcher {
        Matcher::new(rules.iter().zip(0..))
    }

    fn find(matcher: &Matcher, url: &str) -> Option<usize> {
        locate(url.as_bytes(), |target| matcher.find(target)).map(|vendor| vendor as usize)
    }

    #[test]
    fn the_most_specific_rule_wins() {
        let texts = [
            "facebook.com/tr",
            "facebook.com/plugins",
            "connect.facebook.com",
            "facebook.com/tr?dpo=LDU",
            "facebook.com/tr/x",
            "facebook.com/tr$",
            "facebook.com/*/plugins",
            "tagmanager.com/gtag/js?id=AW-",
            "tagmanager.com/gtag/js?id=G-",
            "tagmanager.com/gtag/js",
            "facebook.com/plugins",
            "a.connect.facebook.com/x",
            "q.com?a=1&b=2",
            "q.com?a=1",
        ];
        let rules = rules(&texts);
        let matcher = matcher(&rules);
        for (url, want) in [
            ("https://www.facebook.com/tr?id=1", Some(5)),
            ("https://www.facebook.com/tr?dpo=LDU", Some(5)),
            ("https://www.facebook.com/track?dpo=LDU", Some(3)),
            ("https://www.facebook.com/track", Some(0)),
            ("https://www.facebook.com/tr/x", Some(4)),
            ("https://facebook.com/TR", None),
            ("https://facebook.com/a/plugins", Some(6)),
            ("https://facebook.com/plugins", Some(10)),
            ("https://myfacebook.com/plugins", None),
            ("https://facebook.com.evil.test/plugins", None),
            ("https://connect.facebook.com/plugins", Some(2)),
            ("https://x.connect.facebook.com/tr", Some(2)),
            ("https://a.connect.facebook.com/x", Some(11)),
            ("https://a.connect.facebook.com/tr", Some(2)),
            ("https://www.tagmanager.com/gtag/js?id=AW-1", Some(7)),
            ("https://www.tagmanager.com/gtag/js?l=d&id=G-1", Some(8)),
            ("https://www.tagmanager.com/gtag/js?l=d&id=DC-1", Some(9)),
            ("https://www.tagmanager.com/gtm.js?id=AW-1", None),
            ("https://q.com/?b=2&c&a=1", Some(12)),
            ("https://q.com?a=1#b=2", Some(13)),
            ("https://q.com#?a=1", None),
            ("https://com/", None),
            ("https://com./", None),
        ] {
            assert_eq!(find(&matcher, url), want, "{url}");
        }
    }

    /// Tries every rule on what the `url` crate made of the URL.
    fn naive(rules: &[UrlRule], url: &str) -> Option<usize> {
        let url = url::Url::parse("https://page.test/").unwrap().join(url).ok()?;
        let host = url.domain().filter(|host| *host != "page.test" && url.scheme() != "ftp")?;
        let host = format!(".{}", host.strip_suffix('.').unwrap_or(host));
        let matching = rules.iter().enumerate().filter(|(_, rule)| {
            let (path, end) = match rule.path().strip_suffix('$') {
                Some(path) => (path, End::Whole),
                None => (rule.path(), End::Open),
            };
            let pairs: Vec<_> = url.query().unwrap_or_default().split(['&', ';']).collect();
            host.ends_with(&format!(".{}", rule.host()))
                && naive_glob(path.as_bytes(), url.path().as_bytes(), end)
                && (rule.query().is_empty() || rule.query().split('&').all(|q| pairs.iter().any(|p| p.starts_with(q))))
        });
        let specificity =
            |&(place, rule): &(usize, &UrlRule)| (rule.host().len(), rule.path().len(), rule.query().len(), place);
        matching.max_by_key(specificity).map(|(place, _)| place)
    }

    const RULE: &str = r"([ab]\.){0,2}[ab]\.(b|ab)(/([ab/]|\*){0,4}\$?)?(\?[ab]=[ab]?(&[ab]=[ab]?)?)?";
    const URL: &str = r"(https:)?//(u@)?([abA]\.){0,3}[ab]\.(b|ab)\.?(:80)?([/\\]([ab/]|/\.\./){0,5})?(\?([ab]=[ab]{0,2}[&;]?){0,3})?(#[ab=]*)?";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        fn the_table_finds_what_a_scan_finds(texts in prop::collection::vec(RULE, 0..24), url in URL) {
            let rules: Vec<_> = texts.iter().filter_map(|text| UrlRule::parse(text).ok()).collect();
            let (got, want) = (find(&matcher(&rules), &url), naive(&rules, &url));
            // Rules of the same text are one rule; of those the last one counts.
            prop_assert_eq!(got, want, "{:?} {}", rules, url);
        }
    }
}
