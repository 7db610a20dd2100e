//! Inline signatures: which inline scripts are a vendor's.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::error::{ConfigError, ConfigErrorKind};

/// A text by which a vendor's inline scripts are recognised: `fbq('init'`.
///
/// It is found in a script as it is written, upper and lower case apart, except that
///
/// - a quote stands for any of `'`, `"` and `` ` ``;
/// - next to any of `( ) ' , [ ] = . : {` the script may have white space, or not;
/// - white space elsewhere stands for any white space, but not for none;
/// - a `/` may have backslashes before it, as JSON writes it;
/// - a signature that starts with a letter, a digit, `_` or `$` is not found in the middle of an identifier: `fbq(` is
///   in `window.fbq(` and not in `myfbq(`.
///
/// A signature with a `/` and without quotes, brackets, commas and white space is a URL, such as
/// `connect.facebook.net/`; white space within a URL is not tolerated.
///
/// # Example
///
/// ```
/// use tower_gpc::catalog::Signature;
///
/// let signature = Signature::parse("fbq('init'")?;
/// assert!(signature.is_in(b"window.fbq( \"init\", 1)"));
/// assert!(!signature.is_in(b"myfbq('init', 1)"));
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Signature {
    text: Box<str>,
    items: Box<[Item]>,
    /// The items that make up the needle; all are bytes.
    needle: Range<usize>,
}

/// One step in comparing a signature with a script.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Item {
    Byte(u8),
    /// Any of the three.
    Quote,
    /// One, with any number of backslashes before it.
    Slash,
    /// White space, or none.
    Gap,
    /// White space.
    Space,
}

/// A needle of fewer bytes is found all over a script.
const MIN_NEEDLE: usize = 3;

/// Words that scripts are full of; a needle that is none of them saves time.
const COMMON: [&str; 39] = [
    "new", "var", "window", "document", "function", "return", "this", "self", "push", "init", "config", "script",
    "set", "get", "create", "track", "load", "event", "type", "name", "value", "data", "http", "https", "www", "com",
    "net", "src", "async", "true", "false", "null", "cmd", "send", "page", "start", "view", "extern", "identify",
];

impl Signature {
    /// Reads a signature.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text without a run of three bytes that a script can only write in one way, such as
    /// `hj(`: it would be found in many scripts that are someone else's.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = |reason| ConfigError::new(ConfigErrorKind::Catalog, format!("inline signature {text:?}: {reason}"));
        if text.trim() != text {
            return Err(wrong("starts or ends with white space"));
        }
        if text.bytes().any(|byte| byte.is_ascii_control() && !is_white(byte)) {
            return Err(wrong("has a control byte"));
        }
        if text.contains('\\') {
            return Err(wrong("has a backslash; those of a script are tolerated before `/` by themselves"));
        }
        let items = items(text);
        let needle = needle(&items).ok_or_else(|| {
            wrong("expected three bytes in a row that are no quote, no white space and none of `/ ( ) , [ ] = . : {`")
        })?;
        Ok(Self { text: text.into(), items, needle })
    }

    /// The signature as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the signature is in `script`.
    ///
    /// This is for trying a signature out. A response is searched for all signatures at once.
    #[must_use]
    pub fn is_in(&self, script: &[u8]) -> bool {
        let needle = self.needle();
        (0..script.len()).any(|at| {
            script.get(at..).is_some_and(|from| from.starts_with(&needle)) && self.start_at(script, at).is_some()
        })
    }

    /// Whether this is a host or a path rather than code.
    pub(crate) fn is_url(&self) -> bool {
        let host = || {
            let ending = self.text.rsplit('.').next().unwrap_or_default();
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
            self.text.contains('.') && (2..=3).contains(&ending.len()) && self.text.bytes().all(plain)
        };
        self.text.contains('/') || host()
    }

    /// Whether a string of the script takes part.
    pub(crate) fn is_quoted(&self) -> bool {
        self.items.contains(&Item::Quote)
    }

    /// The global that the signature's code calls or sets: `fbq` of `fbq('init'`, `_uxa` of `window._uxa`.
    pub(crate) fn global(&self) -> Option<&[u8]> {
        if self.is_url() {
            return None;
        }
        let code = self.text.strip_prefix("window.").or(self.text.strip_prefix("new ")).unwrap_or(&self.text);
        let end = code.bytes().position(|byte| !is_identifier(byte)).unwrap_or(code.len());
        let (name, behind) = code.split_at_checked(end)?;
        let called = behind.is_empty() || behind.starts_with(['(', '.', '[', '=']);
        (called && name.len() > 1 && !COMMON.contains(&name)).then_some(name.as_bytes())
    }

    /// The part of the signature to search for: a script that has the signature has this, byte by byte.
    pub(crate) fn needle(&self) -> Vec<u8> {
        let items = self.items.get(self.needle.clone()).unwrap_or_default();
        items.iter().filter_map(|item| if let Item::Byte(byte) = item { Some(*byte) } else { None }).collect()
    }

    /// Where the signature starts that stands around the start of its needle at `at`, if one does.
    ///
    /// The time is bounded by the signature's length and the white space around its parts.
    pub(crate) fn start_at(&self, script: &[u8], at: usize) -> Option<usize> {
        let (before, after) = script.split_at_checked(at)?;
        let (left, right) = self.items.split_at_checked(self.needle.start)?;
        let start = left.iter().rev().try_fold(before, |before, item| item.strip_end(before))?;
        let free = match self.items.first() {
            Some(Item::Byte(first)) if is_identifier(*first) => start.last().is_none_or(|&byte| !is_identifier(byte)),
            _ => true,
        };
        let found = free && right.iter().try_fold(after, |after, item| item.strip_start(after)).is_some();
        found.then_some(start.len())
    }
}

/// How `text` is compared with a script, byte by byte.
fn items(text: &str) -> Box<[Item]> {
    let url =
        text.contains('/') && !text.bytes().any(|byte| is_white(byte) || is_quote(byte) || b"()[]{},".contains(&byte));
    let loose = |byte: u8| !url && (is_quote(byte) || b"(),[]=.:{".contains(&byte));
    let mut items = Vec::with_capacity(text.len());
    let mut before = None;
    let mut blank = false;
    for byte in text.bytes() {
        if is_white(byte) {
            blank = true;
            continue;
        }
        match before.map(|before| loose(before) || loose(byte)) {
            Some(true) => items.push(Item::Gap),
            _ if blank => items.push(Item::Space),
            _ => {}
        }
        items.push(match byte {
            b'/' => Item::Slash,
            _ if is_quote(byte) => Item::Quote,
            _ => Item::Byte(byte),
        });
        (before, blank) = (Some(byte), false);
    }
    items.into()
}

/// Chooses what to search for: the longest run of bytes, best one that scripts are not full of, best of all one in the
/// name of what is called, since a vendor's signatures share that.
fn needle(items: &[Item]) -> Option<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for run in items.split(|item| !matches!(item, Item::Byte(_))) {
        let end = start + run.len();
        if run.len() >= MIN_NEEDLE {
            runs.push(start..end);
        }
        start = end + 1;
    }
    let is_call = |item: &Item| matches!(item, Item::Quote | Item::Byte(b'(' | b'[' | b'{'));
    let head = items.iter().position(is_call).unwrap_or(items.len());
    let common = |run: &Range<usize>| {
        let run = items.get(run.clone()).unwrap_or_default();
        COMMON.iter().any(|word| run.iter().copied().eq(word.bytes().map(Item::Byte)))
    };
    let mut best: Option<(bool, bool, usize, Range<usize>)> = None;
    for run in runs {
        let rare = !common(&run);
        let rank = (rare, rare && run.end <= head, run.len());
        if best.as_ref().is_none_or(|(rare, called, len, _)| (*rare, *called, *len) < rank) {
            best = Some((rank.0, rank.1, rank.2, run));
        }
    }
    best.map(|(.., run)| run)
}

impl Item {
    /// What is left of `script` behind this item.
    fn strip_start<'a>(&self, script: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::Byte(byte) => script.strip_prefix(&[*byte]),
            Self::Quote => script.split_first().filter(|(byte, _)| is_quote(**byte)).map(|(_, rest)| rest),
            Self::Slash => skip_start(script, |byte| byte == b'\\').strip_prefix(b"/"),
            Self::Gap => Some(skip_start(script, is_white)),
            Self::Space => Some(skip_start(script, is_white)).filter(|rest| rest.len() < script.len()),
        }
    }

    /// What is left of `script` in front of this item.
    fn strip_end<'a>(&self, script: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::Byte(byte) => script.strip_suffix(&[*byte]),
            Self::Quote => script.split_last().filter(|(byte, _)| is_quote(**byte)).map(|(_, rest)| rest),
            Self::Slash => script.strip_suffix(b"/").map(|rest| skip_end(rest, |byte| byte == b'\\')),
            Self::Gap => Some(skip_end(script, is_white)),
            Self::Space => Some(skip_end(script, is_white)).filter(|rest| rest.len() < script.len()),
        }
    }
}

fn skip_start(script: &[u8], skip: impl Fn(u8) -> bool) -> &[u8] {
    let start = script.iter().position(|&byte| !skip(byte)).unwrap_or(script.len());
    script.get(start..).unwrap_or_default()
}

fn skip_end(script: &[u8], skip: impl Fn(u8) -> bool) -> &[u8] {
    let end = script.iter().rposition(|&byte| !skip(byte)).map_or(0, |last| last + 1);
    script.get(..end).unwrap_or_default()
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'`')
}

/// ASCII white space, the vertical tab included, as in scripts.
fn is_white(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

/// Whether `byte` continues an identifier; every byte outside ASCII is taken for a letter.
pub(crate) fn is_identifier(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..)
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signature").field(&self.text).finish()
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Signature {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        Self::parse(text)
    }
}

/// Compares a signature with a script from the front at every place, straight from the documentation.
#[cfg(test)]
pub(crate) fn naive_is_in(text: &str, script: &[u8]) -> bool {
    fn from(text: &[u8], before: Option<u8>, script: &[u8], url: bool) -> bool {
        let loose = |byte: u8| !url && b"()'\"`,[]=.:{".contains(&byte);
        let Some((&byte, text_rest)) = text.split_first() else { return true };
        let white = script.iter().take_while(|byte| is_white(**byte)).count();
        if is_white(byte) {
            let next = *text.trim_ascii_start().first().unwrap();
            let must = !loose(next) && !before.is_some_and(loose);
            return (white > 0 || !must) && from(text.trim_ascii_start(), Some(b'('), &script[white..], url);
        }
        let tolerated = before.is_some_and(|before| loose(before) || loose(byte));
        let script = if tolerated { &script[white..] } else { script };
        let script = match byte {
            b'/' => &script[script.iter().take_while(|byte| **byte == b'\\').count()..],
            _ => script,
        };
        let Some((&first, script)) = script.split_first() else { return false };
        (first == byte || is_quote(first) && is_quote(byte)) && from(text_rest, Some(byte), script, url)
    }
    let text = text.as_bytes();
    let url = text.contains(&b'/') && !text.iter().any(|byte| b"'\"`()[]{}, \t\n".contains(byte));
    let bound = is_identifier(text[0]);
    (0..script.len()).any(|at| {
        let inside = bound && at > 0 && is_identifier(script[at - 1]);
        !inside && from(text, None, &script[at..], url)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn scripts_are_recognised_however_they_are_laid_out() {
        for (signature, script, want) in [
            ("fbq('init'", "fbq('init', '1')", true),
            ("fbq('init'", "fbq( \"init\" , 1)", true),
            ("fbq('init'", "fbq\n(\t`init`)", true),
            ("fbq('init'", "fbq('track')", false),
            ("fbq('init'", "fbq('initial')", false),
            ("fbq('init'", "FBQ('init')", false),
            ("fbq('init'", "f bq('init')", false),
            ("fbq('init'", "", false),
            ("fbq(", "myfbq(", false),
            ("fbq(", "my$fbq(", false),
            ("fbq(", "éfbq(", false),
            ("fbq(", "window.fbq(", true),
            ("fbq(", "!fbq(", true),
            ("fbq(", "myfbq(1);fbq (2)", true),
            ("_fbq", "window._fbq=1", true),
            ("'gtm.start'", "{\"gtm.start\":1}", true),
            ("'gtm.start'", "{gtm.start:1}", false),
            ("new UET(", "new  UET (o)", true),
            ("new UET(", "newUET(o)", false),
            ("new UET (", "new\nUET(o)", true),
            ("a = bcd", "a=bcd", true),
            ("a = bcd", "a\u{b}=\u{c}bcd", true),
            ("YAHOO.ywa.I13N", "YAHOO\n  .ywa\n  .I13N", true),
            ("connect.facebook.net/", "t.src='https://connect.facebook.net/x.js'", true),
            ("connect.facebook.net/", "'https:\\/\\/connect.facebook.net\\/x.js'", true),
            ("connect.facebook.net/", "'https:\\\\/\\\\/connect.facebook.net\\\\/x.js'", true),
            ("connect.facebook.net/", "connect. facebook.net/", false),
            ("connect.facebook.net/", "disconnect.facebook.net/", false),
            ("connect.facebook.net/", "connect.facebook.net", false),
            ("//connect.facebook.net/x", "\\/\\/connect.facebook.net\\/x", true),
            ("/gtm.js?id=", "'//x.y/gtm.js?id='+i", true),
            ("gtag('config','AW-", "gtag('config' , 'AW-1')", true),
            ("gtag('config','AW-", "gtag('config', 'G-1')", false),
            ("init,init,init", "init,init,init", true),
            ("init.initx", "init.init.initx", true),
        ] {
            let parsed = Signature::parse(signature).unwrap();
            assert_eq!(parsed.is_in(script.as_bytes()), want, "{signature} in {script}");
            assert_eq!(naive_is_in(signature, script.as_bytes()), want, "naive: {signature} in {script}");
        }
    }

    #[test]
    fn the_needle_is_what_tells_most() {
        for (signature, want) in [
            ("fbq('init'", "fbq"),
            ("gtag('config','AW-", "gtag"),
            ("googletag.defineSlot(", "defineSlot"),
            ("window.dataLayer.push(", "dataLayer"),
            ("new UET(", "UET"),
            ("FB.init(", "init"),
            ("s.push('uetq'", "uetq"),
            ("'gtm.start'", "gtm"),
            ("'clarity','script'", "clarity"),
            ("connect.facebook.net/", "connect.facebook.net"),
            ("static.ads-twitter.com", "ads-twitter"),
            ("/a/tr?id=", "tr?id="),
        ] {
            let needle = Signature::parse(signature).unwrap().needle();
            assert_eq!(String::from_utf8_lossy(&needle), want, "{signature}");
        }
    }

    #[test]
    fn a_text_that_many_scripts_have_is_no_signature() {
        for (text, why) in [
            ("", "three bytes"),
            ("hj(", "three bytes"),
            ("qp('", "three bytes"),
            ("s.t()", "three bytes"),
            ("a/b/c", "three bytes"),
            (" fbq(", "white space"),
            ("fbq( ", "white space"),
            ("net\\/", "backslash"),
            ("fb\0q", "control"),
        ] {
            let message = Signature::parse(text).expect_err(text).to_string();
            assert!(message.contains(why) && message.contains(&format!("{text:?}")), "{message}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        fn a_signature_is_where_the_plain_comparison_finds_it(
            text in r"([ab'(.=/ :]|aba|bbb){1,8}",
            script in r#"([ab'"(.=/\ :]|aba|bbb|
    ){0,24}"#,
        ) {
            if let Ok(signature) = Signature::parse(&text) {
                prop_assert_eq!(signature.is_in(script.as_bytes()), naive_is_in(&text, script.as_bytes()));
            }
        }

        #[test]
        fn a_signature_is_found_in_itself(text in r"([a-c'(.=/ :]|fbq){1,8}", junk in "[ab (/]{0,4}") {
            if let Ok(signature) = Signature::parse(&text) {
                let script = format!("{junk};{text}{junk}");
                prop_assert!(signature.is_in(script.as_bytes()));
            }
        }
    }
}
