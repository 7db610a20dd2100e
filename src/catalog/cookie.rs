//! Cookie patterns: which first-party cookies are a vendor's.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use foldhash::fast::FixedState;

use super::glob::{End, Glob};
use crate::error::{ConfigError, ConfigErrorKind};

/// A cookie name in which `*` stands for any run of bytes: `_gcl_*`.
///
/// Upper and lower case are apart, as in cookies themselves. When several patterns match a name, one without `*` wins,
/// then the one with the longest text before its first `*`, then the longest, then the vendor that was added last.
///
/// # Example
///
/// ```
/// use tower_gpc::catalog::CookiePattern;
///
/// assert_eq!(CookiePattern::parse("_gcl_*")?.as_str(), "_gcl_*");
/// assert!(CookiePattern::parse("_fbp=1").is_err());
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CookiePattern(Box<str>);

impl CookiePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is no cookie name, and for one of `*` alone, which is every cookie.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = |reason| ConfigError::new(ConfigErrorKind::Catalog, format!("cookie {text:?}: {reason}"));
        // RFC 6265 §5.2: a name ends at `=`, a pair at `;`. Other separators of a token are seen in the wild.
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'=' | b';' | b',')) {
            return Err(wrong("expected a name of printable ASCII without `=`, `;`, `,` and white space"));
        }
        if text.bytes().all(|byte| byte == b'*') {
            return Err(wrong("expected at least one byte beside `*`"));
        }
        Ok(Self(text.into()))
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CookiePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CookiePattern {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        Self::parse(text)
    }
}

/// Cookie patterns, arranged by what stands before their first `*`.
#[derive(Debug, Default)]
pub(crate) struct CookieTable {
    exact: HashMap<Box<[u8]>, u32, FixedState>,
    prefixed: HashMap<Box<[u8]>, Vec<Open>, FixedState>,
    /// The lengths of the keys of `prefixed`, longest first.
    lengths: Vec<usize>,
}

/// A pattern with a `*`.
#[derive(Debug)]
struct Open {
    glob: Glob,
    len: usize,
    vendor: u32,
}

impl CookieTable {
    /// Arranges the patterns; a number stands for the vendor, and a greater one was added later.
    pub(crate) fn new<'a>(patterns: impl Iterator<Item = (&'a CookiePattern, u32)>) -> Self {
        let mut table = Self::default();
        for (pattern, vendor) in patterns {
            let text = pattern.as_str();
            match text.split_once('*') {
                None => drop(table.exact.insert(text.as_bytes().into(), vendor)),
                Some((prefix, _)) => {
                    let open = Open { glob: Glob::new(text, End::Whole), len: text.len(), vendor };
                    table.prefixed.entry(prefix.as_bytes().into()).or_default().push(open);
                }
            }
        }
        for opens in table.prefixed.values_mut() {
            opens.sort_by_key(|open| std::cmp::Reverse((open.len, open.vendor)));
        }
        table.lengths = table.prefixed.keys().map(|prefix| prefix.len()).collect();
        table.lengths.sort_unstable_by(|a, b| b.cmp(a));
        table.lengths.dedup();
        table
    }

    pub(crate) fn find(&self, name: &[u8]) -> Option<u32> {
        self.exact.get(name).copied().or_else(|| {
            let prefixes = self.lengths.iter().filter_map(|&len| name.get(..len));
            let mut opens = prefixes.filter_map(|prefix| self.prefixed.get(prefix)).flatten();
            opens.find(|open| open.glob.matches(name)).map(|open| open.vendor)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::glob::naive_glob;
    use super::*;

    #[test]
    fn patterns_are_cookie_names() {
        for text in ["_fbp", "_gcl_*", "*_ENSIGHTEN_PRIVACY_*", "_ce.s", "_hp2_id.*", "a"] {
            assert_eq!(CookiePattern::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "*", "**", "a=b", "a;b", "a b", "a,b", "ä", "a\n"] {
            assert!(CookiePattern::parse(text).is_err(), "{text:?}");
        }
    }

    fn naive(patterns: &[CookiePattern], name: &[u8]) -> Option<u32> {
        let matching = patterns.iter().enumerate().filter(|(_, p)| naive_glob(p.as_str().as_bytes(), name, End::Whole));
        let best = matching.max_by_key(|(vendor, pattern)| {
            let text = pattern.as_str();
            let prefix = text.find('*');
            (prefix.is_none(), prefix.unwrap_or_default(), text.len(), *vendor)
        });
        best.map(|(vendor, _)| u32::try_from(vendor).unwrap())
    }

    proptest! {
        #[test]
        fn the_table_finds_what_a_scan_finds(texts in prop::collection::vec("[ab*]{1,5}", 0..12), name in "[ab]{0,6}") {
            let patterns: Vec<_> = texts.iter().filter_map(|text| CookiePattern::parse(text).ok()).collect();
            let table = CookieTable::new(patterns.iter().zip(0..));
            prop_assert_eq!(table.find(name.as_bytes()), naive(&patterns, name.as_bytes()));
        }
    }
}
