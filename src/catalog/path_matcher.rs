//! The compiled form of all path rules: a table of first segments, each with its rules, the most specific first.

use std::cmp::Reverse;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::glob::{End, Glob};
use super::path_rule::PathRule;
use super::rule::parameters;
use super::url::Location;

/// Finds the most specific path rule for a location, wherever in its path the rule begins.
///
/// A lookup costs one table access for each segment of the path, however many rules there are.
#[derive(Default)]
pub(crate) struct PathMatcher {
    segments: HashMap<Box<[u8]>, Vec<Compiled>, FixedState>,
    /// The length of the longest segment with a rule.
    longest: usize,
}

struct Compiled {
    /// How specific the rule is: the smaller, the more.
    rank: u32,
    /// Without the slash before it.
    path: Glob,
    query: Box<[Parameter]>,
    vendor: u32,
}

struct Parameter {
    name: Box<[u8]>,
    value: Box<[u8]>,
}

impl PathMatcher {
    /// Compiles the rules; a number stands for the vendor, and a greater one was added later.
    pub(crate) fn new<'a>(rules: impl Iterator<Item = (&'a PathRule, u32)>) -> Self {
        let mut rules: Vec<_> = rules.collect();
        rules.sort_by_key(|&(rule, vendor)| (Reverse(rule.path().len()), Reverse(rule.query().len()), Reverse(vendor)));
        let mut matcher = Self::default();
        for ((rule, vendor), rank) in rules.into_iter().zip(0..) {
            let path = rule.path().trim_start_matches('/');
            let segment = path.split('/').next().unwrap_or_default().as_bytes();
            matcher.longest = matcher.longest.max(segment.len());
            let query = parameters(rule.query());
            let query =
                query.map(|(name, value)| Parameter { name: name.as_bytes().into(), value: value.as_bytes().into() });
            let compiled = Compiled { rank, path: Glob::new(path, End::Whole), query: query.collect(), vendor };
            matcher.segments.entry(segment.into()).or_default().push(compiled);
        }
        matcher
    }

    /// The vendor of the most specific rule that matches.
    pub(crate) fn find(&self, location: &Location<'_>) -> Option<u32> {
        let path = &*location.path;
        let mut best: Option<&Compiled> = None;
        let mut start = 0;
        for segment in path.split(|&byte| byte == b'/') {
            if segment.len() <= self.longest
                && let Some(rules) = self.segments.get(segment)
                && let Some(rest) = path.get(start..)
                && let Some(rule) = rules.iter().find(|rule| rule.matches(rest, location))
                && best.is_none_or(|best| rule.rank < best.rank)
            {
                best = Some(rule);
            }
            start += segment.len() + 1;
        }
        best.map(|rule| rule.vendor)
    }
}

impl Compiled {
    fn matches(&self, rest: &[u8], location: &Location<'_>) -> bool {
        self.path.matches(rest)
            && self.query.iter().all(|parameter| location.has_parameter_like(&parameter.name, &parameter.value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::glob::naive_glob;
    use super::super::url::{locate, relative};
    use super::*;

    fn rules(texts: &[&str]) -> Vec<PathRule> {
        texts.iter().map(|text| PathRule::parse(text).unwrap()).collect()
    }

    fn find(rules: &[PathRule], url: &str) -> Option<usize> {
        let matcher = PathMatcher::new(rules.iter().zip(0..));
        let found = locate(url.as_bytes(), |target| matcher.find(&target.location()));
        found.or_else(|| relative(url.as_bytes(), |location| matcher.find(location))).map(|vendor| vendor as usize)
    }

    #[test]
    fn a_path_matches_from_any_segment_to_its_end() {
        let rules = rules(&[
            "/gtm.js?id=GTM-",
            "/gtag/js?id=AW-",
            "/gtag/js?id=G-",
            "/g/collect?v=2&tid=G-",
            "/tr?id=#&ev=",
            "/b/ss/*",
            "/pagead/1p-conversion/*/x.js",
            "/js?id=AW-",
        ]);
        for (url, want) in [
            ("/gtm.js?id=GTM-1", Some(0)),
            ("gtm.js?id=GTM-1", Some(0)),
            ("metrics/gtm.js?id=GTM-1", Some(0)),
            ("/metrics/a/gtm.js?l=x&id=GTM-1#y", Some(0)),
            ("../gtm.js?id=GTM-1", Some(0)),
            ("./x/../gtm.js?id=GTM-1", Some(0)),
            ("\\metrics\\gtm.js?id=GTM-1", Some(0)),
            (" \n/met\trics/gt\nm.js?id=GT\nM-1", Some(0)),
            ("https:gtm.js?id=GTM-1", Some(0)),
            ("HTTPS:/gtm.js?id=GTM-1", Some(0)),
            ("https://shop.test/metrics/gtm.js?id=GTM-1", Some(0)),
            ("//tags.shop.test/gtm.js?id=GTM%2D1", Some(0)),
            ("/gtm.js", None),
            ("/gtm.js?id=GT", None),
            ("/xgtm.js?id=GTM-1", None),
            ("/gtm.js/x?id=GTM-1", None),
            ("/gtm.js/?id=GTM-1", None),
            ("/gtm.jsx?id=GTM-1", None),
            ("/GTM.js?id=GTM-1", None),
            ("/a?u=/gtm.js?id=GTM-1", None),
            ("#/gtm.js?id=GTM-1", None),
            ("?id=GTM-1", None),
            ("", None),
            ("data:/gtm.js?id=GTM-1", None),
            ("javascript:/gtm.js?id=GTM-1", None),
            ("x-y.z+1:/gtm.js?id=GTM-1", None),
            ("1:/gtm.js?id=GTM-1", Some(0)),
            ("a/b:c/gtm.js?id=GTM-1", Some(0)),
            // The longest pattern says whose it is, wherever it begins.
            ("/gtag/js?id=AW-1", Some(1)),
            ("/m/gtag/js?id=G-1", Some(2)),
            ("/js?id=AW-1", Some(7)),
            ("/g/collect?v=2&tid=G-1&x", Some(3)),
            ("/g/collect?v=1&tid=G-1", None),
            ("/g/g/collect?v=2&tid=G-1", Some(3)),
            ("/tr?id=123&ev=PageView", Some(4)),
            ("/x/tr?ev=PageView&amp;id=9", Some(4)),
            ("/tr?id=%31&ev=PageView", Some(4)),
            ("/tr?id=abc&ev=PageView", None),
            ("/tr?id=&ev=PageView", None),
            ("/tr?id=123", None),
            ("/tr", None),
            ("/en/tr/?id=123&ev=1", None),
            ("/m/b/ss/suite/1/JS", Some(5)),
            ("/b/ss/", Some(5)),
            ("/b/ss", None),
            ("/pagead/1p-conversion/7/x.js", Some(6)),
            ("/pagead/1p-conversion/7/x.jsp", None),
        ] {
            assert_eq!(find(&rules, url), want, "{url:?}");
        }
    }

    /// Tries every rule at every segment of what the `url` crate made of the URL.
    fn naive(rules: &[PathRule], url: &str) -> Option<usize> {
        let url = url::Url::parse("https://page.test/").unwrap().join(url).ok()?;
        let path = url.path().as_bytes();
        let pairs: Vec<_> = url.query().unwrap_or_default().split(['&', ';']).collect();
        let begins = |pair: &str, want: &str| {
            want.len() <= pair.len()
                && want.bytes().zip(pair.bytes()).all(|(w, p)| if w == b'#' { p.is_ascii_digit() } else { w == p })
        };
        let matching = rules.iter().enumerate().filter(|(_, rule)| {
            let starts = (0..path.len()).filter(|&at| path[at] == b'/');
            starts.into_iter().any(|at| naive_glob(rule.path().as_bytes(), &path[at..], End::Whole))
                && (rule.query().is_empty() || rule.query().split('&').all(|q| pairs.iter().any(|p| begins(p, q))))
        });
        let specificity = |&(place, rule): &(usize, &PathRule)| (rule.path().len(), rule.query().len(), place);
        matching.max_by_key(specificity).map(|(place, _)| place)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        fn the_table_finds_what_a_scan_finds(
            texts in prop::collection::vec(r"/[ab]{1,2}(/([ab/]|\*){0,3})?(\?[ab]=[a1#]?(&[ab]=[a1#]?)?)?", 0..16),
            // Dots only as whole segments, and no empty query, which would be the page itself.
            url in r"(https://[ab]\.b)?(/\.|/\.\.|/[ab]{0,2}|\\[ab]){1,5}(\?([ab]=[a1]{0,2}[&;]?){0,3})?",
        ) {
            let rules: Vec<_> = texts.iter().filter_map(|text| PathRule::parse(text).ok()).collect();
            // Two slashes make a host of what follows.
            prop_assume!(!url.get(..2).is_some_and(|start| start.bytes().all(|byte| matches!(byte, b'/' | b'\\'))));
            prop_assert_eq!(find(&rules, &url), naive(&rules, &url), "{:?} {}", rules, url);
        }
    }
}
