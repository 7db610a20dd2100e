//! Character references in attribute values (WHATWG HTML 13.2.5.72 to 13.2.5.80).

use std::borrow::Cow;
use std::ops::Range;

/// HTML's named references (13.5): a name a line, with its semicolon where it needs one, and the characters that it
/// stands for, sorted by name.
const NAMED: &[u8] = include_bytes!("references.txt");

/// The longest name of them, with its semicolon.
const LONGEST: usize = 32;

/// An attribute value as a browser has it: references decoded, line ends normalised, no NUL.
///
/// What is decoded becomes UTF-8, whatever the page's encoding; ASCII is the same in all that are read.
pub(super) fn decode(value: &[u8]) -> Cow<'_, [u8]> {
    match special(value) {
        None => Cow::Borrowed(value),
        Some(_) => Cow::Owned(Decoded::of(value).text),
    }
}

/// The same in a room that is used for one value after the other: URLs are full of `&amp;`.
pub(super) fn decode_in<'a>(value: &'a [u8], room: &'a mut Decoded) -> &'a [u8] {
    if !is_decoded(value) {
        return value;
    }
    room.read(value);
    &room.text
}

/// Whether a value is not what it is decoded to.
pub(super) fn is_decoded(value: &[u8]) -> bool {
    special(value).is_some()
}

/// The first byte that stands for something else: a reference, a carriage return (13.2.3.5) or a NUL (13.2.5.36).
fn special(value: &[u8]) -> Option<usize> {
    memchr::memchr3(b'&', b'\r', 0, value)
}

/// A decoded value that remembers where each of its bytes was written.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) text: Vec<u8>,
    /// Where a stretch of plain bytes begins: in the decoded text and in the value as written.
    stretches: Vec<(usize, usize)>,
}

impl Decoded {
    pub(super) fn of(value: &[u8]) -> Self {
        let mut decoded = Self::default();
        decoded.read(value);
        decoded
    }

    /// Decodes another value instead.
    pub(super) fn read(&mut self, value: &[u8]) {
        self.text.clear();
        self.text.reserve(value.len());
        self.stretches.clear();
        self.stretches.push((0, 0));
        let mut at = 0;
        while let Some(rest) = value.get(at..) {
            let Some(n) = special(rest) else {
                self.text.extend_from_slice(rest);
                break;
            };
            let (plain, rest) = rest.split_at_checked(n).unwrap_or_default();
            self.text.extend_from_slice(plain);
            at += n;
            let (characters, len) = match rest {
                [b'\r', b'\n', ..] => ([Some('\n'), None], 2),
                [b'\r', ..] => ([Some('\n'), None], 1),
                [0, ..] => ([Some('\u{FFFD}'), None], 1),
                _ => reference(rest).unwrap_or(([Some('&'), None], 1)),
            };
            at += len;
            for character in characters.into_iter().flatten() {
                self.text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            if self.text.len() != self.plain_end(at) {
                self.stretches.push((self.text.len(), at));
            }
        }
    }

    /// How long the text would be, were everything up to `at` plain since the last stretch began.
    fn plain_end(&self, at: usize) -> usize {
        let (decoded, written) = self.stretches.last().copied().unwrap_or_default();
        decoded + (at - written)
    }

    /// Where a range of the decoded text stands in the value as written.
    ///
    /// The range begins and ends where characters do.
    pub(super) fn written(&self, range: Range<usize>) -> Range<usize> {
        self.place(range.start)..self.place(range.end)
    }

    fn place(&self, at: usize) -> usize {
        let stretch = self.stretches.partition_point(|&(decoded, _)| decoded <= at);
        let (decoded, written) = self.stretches.get(stretch.saturating_sub(1)).copied().unwrap_or_default();
        written + (at - decoded)
    }
}

/// What a reference stands for: one character, or two.
type Characters = [Option<char>; 2];

/// The characters that `text`, which begins with `&`, refers to, and the length of the reference.
fn reference(text: &[u8]) -> Option<(Characters, usize)> {
    match text.get(1..)? {
        [b'#', b'x' | b'X', digits @ ..] => numeric(digits, 16).map(|(c, n)| ([Some(c), None], n + 3)),
        [b'#', digits @ ..] => numeric(digits, 10).map(|(c, n)| ([Some(c), None], n + 2)),
        name => named(name).map(|(c, n)| (c, n + 1)),
    }
}

fn numeric(digits: &[u8], radix: u32) -> Option<(char, usize)> {
    let n = digits.iter().take_while(|&&byte| char::from(byte).is_digit(radix)).count();
    let mut code = 0u32;
    for &byte in digits.get(..n).filter(|digits| !digits.is_empty())? {
        code = code.saturating_mul(radix).saturating_add(char::from(byte).to_digit(radix)?);
    }
    Some((character(code), n + usize::from(digits.get(n) == Some(&b';'))))
}

/// The character that a number stands for (13.2.5.80): what is none becomes U+FFFD, and the numbers of C1 controls
/// mean characters of windows-1252.
fn character(code: u32) -> char {
    const WINDOWS: [char; 32] = [
        '\u{20AC}', '\u{81}', '\u{201A}', '\u{192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2C6}',
        '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8D}', '\u{17D}', '\u{8F}', '\u{90}', '\u{2018}', '\u{2019}',
        '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2DC}', '\u{2122}', '\u{161}', '\u{203A}',
        '\u{153}', '\u{9D}', '\u{17E}', '\u{178}',
    ];
    let windows = code.checked_sub(0x80).and_then(|n| WINDOWS.get(n as usize)).copied();
    windows.or(char::from_u32(code)).filter(|&c| c != '\0').unwrap_or('\u{FFFD}')
}

fn named(name: &[u8]) -> Option<(Characters, usize)> {
    let head = name.get(..LONGEST.min(name.len()))?;
    let len = head.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    // 13.2.5.73: in an attribute, a reference without its semicolon counts unless `=` or a letter or digit follows. So
    // only the whole word can be one, though names that begin it are known.
    let len = match name.get(len) {
        Some(b';') => len + 1,
        Some(b'=') => return None,
        _ => len,
    };
    match name.get(..len)? {
        // By far the most frequent in what is looked at.
        b"amp;" => Some(([Some('&'), None], len)),
        word => Some((lookup(word)?, len)),
    }
}

/// Searches the list for a name.
fn lookup(word: &[u8]) -> Option<Characters> {
    let mut lines = NAMED;
    while !lines.is_empty() {
        let (before, after) = lines.split_at_checked(lines.len() / 2)?;
        let start = memchr::memrchr(b'\n', before).map_or(0, |n| n + 1);
        let end = memchr::memchr(b'\n', after).map_or(lines.len(), |n| before.len() + n);
        let line = lines.get(start..end)?;
        let mut parts = line.split(|&byte| byte == b' ');
        match word.cmp(parts.next()?) {
            std::cmp::Ordering::Less => lines = lines.get(..start)?,
            std::cmp::Ordering::Greater => lines = lines.get(end + 1..)?,
            std::cmp::Ordering::Equal => {
                let mut next =
                    || char::from_u32(u32::from_str_radix(std::str::from_utf8(parts.next()?).ok()?, 16).ok()?);
                return Some([next(), next()]);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_as_in_attributes() {
        for (value, want) in [
            ("a", "a"),
            ("?a=1&amp;b=2", "?a=1&b=2"),
            ("?a&amp=2", "?a&amp=2"),
            ("?a&ampb", "?a&ampb"),
            ("?a&amp/", "?a&/"),
            ("&lt;&#60;&#x3c;&#X3C", "<<<<"),
            ("&sol;&sol;t&period;test", "//t.test"),
            ("&copy=1&copy;&copy", "&copy=1\u{a9}\u{a9}"),
            ("&notit;&notin;&not;&not", "&notit;\u{2209}\u{ac}\u{ac}"),
            ("&NotEqualTilde;&zwnj;&AElig;&Aacute", "\u{2242}\u{338}\u{200c}\u{c6}\u{c1}"),
            ("&CounterClockwiseContourIntegral;", "\u{2233}"),
            ("&ampamp;&amp;amp;&amp", "&ampamp;&amp;&"),
            ("&#128;&#x9f;&#129;&#13;", "\u{20ac}\u{178}\u{81}\r"),
            ("a\r\nb\rc\0", "a\nb\nc\u{FFFD}"),
            ("&#xe9;", "\u{e9}"),
            ("&#0;&#x110000;", "\u{FFFD}\u{FFFD}"),
            ("&#;&#x;&;&", "&#;&#x;&;&"),
            ("&#99999999999999999999;", "\u{FFFD}"),
            ("&Tab;&NewLine;", "\t\n"),
        ] {
            assert_eq!(String::from_utf8_lossy(&decode(value.as_bytes())), want, "{value}");
        }
    }

    #[test]
    fn the_list_of_names_is_sorted_and_every_name_is_found() {
        let text = std::str::from_utf8(NAMED).unwrap();
        let names: Vec<_> = text.lines().map(|line| line.split(' ').next().unwrap()).collect();
        assert!(names.is_sorted());
        assert_eq!(names.len(), 2231);
        assert_eq!(names.iter().map(|name| name.len()).max(), Some(LONGEST));
        for name in names {
            assert!(lookup(name.as_bytes()).is_some_and(|found| found[0].is_some()), "{name}");
            assert!(lookup(format!("{name}x").as_bytes()).is_none());
        }
    }

    #[test]
    fn every_decoded_byte_knows_where_it_was_written() {
        let value = b"ab&lt;c&#x3e;&amp;&copy;d&x\0e\r\nf\rg&nLt;h";
        let decoded = Decoded::of(value);
        assert_eq!(decoded.text, "ab<c>&\u{a9}d&x\u{FFFD}e\nf\ng\u{226a}\u{20d2}h".as_bytes());
        for (range, want) in [
            (0..2, "ab"),
            (2..3, "&lt;"),
            (2..5, "&lt;c&#x3e;"),
            (4..6, "&#x3e;&amp;"),
            (6..9, "&copy;d"),
            (9..11, "&x"),
            (11..15, "\0e"),
            (15..17, "\r\nf"),
            (17..19, "\rg"),
            (19..25, "&nLt;"),
            (25..26, "h"),
        ] {
            assert_eq!(&value[decoded.written(range.clone())], want.as_bytes(), "{range:?}");
        }
    }
}
