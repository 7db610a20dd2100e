//! Character references in attribute values (WHATWG HTML 13.2.5.72 to 13.2.5.80).

use std::borrow::Cow;
use std::ops::Range;

/// Named references that stand for ASCII: no other can be part of a URL's scheme, host or separators, or of a tag.
///
/// The flag tells those that HTML also reads without their semicolon.
const NAMED: [(&[u8], u8, bool); 45] = [
    (b"AMP", b'&', true),
    (b"DiacriticalGrave", b'`', false),
    (b"GT", b'>', true),
    (b"Hat", b'^', false),
    (b"LT", b'<', true),
    (b"NewLine", b'\n', false),
    (b"QUOT", b'"', true),
    (b"Tab", b'\t', false),
    (b"UnderBar", b'_', false),
    (b"VerticalLine", b'|', false),
    (b"amp", b'&', true),
    (b"apos", b'\'', false),
    (b"ast", b'*', false),
    (b"bsol", b'\\', false),
    (b"colon", b':', false),
    (b"comma", b',', false),
    (b"commat", b'@', false),
    (b"dollar", b'$', false),
    (b"equals", b'=', false),
    (b"excl", b'!', false),
    (b"grave", b'`', false),
    (b"gt", b'>', true),
    (b"lbrace", b'{', false),
    (b"lbrack", b'[', false),
    (b"lcub", b'{', false),
    (b"lowbar", b'_', false),
    (b"lpar", b'(', false),
    (b"lsqb", b'[', false),
    (b"lt", b'<', true),
    (b"midast", b'*', false),
    (b"num", b'#', false),
    (b"percnt", b'%', false),
    (b"period", b'.', false),
    (b"plus", b'+', false),
    (b"quest", b'?', false),
    (b"quot", b'"', true),
    (b"rbrace", b'}', false),
    (b"rbrack", b']', false),
    (b"rcub", b'}', false),
    (b"rpar", b')', false),
    (b"rsqb", b']', false),
    (b"semi", b';', false),
    (b"sol", b'/', false),
    (b"verbar", b'|', false),
    (b"vert", b'|', false),
];

/// The longest name above, with its semicolon.
const LONGEST: usize = 17;

/// An attribute value with its references decoded.
///
/// References to characters outside ASCII stay as they are written, except numeric ones, which become UTF-8.
pub(super) fn decode(value: &[u8]) -> Cow<'_, [u8]> {
    match memchr::memchr(b'&', value) {
        None => Cow::Borrowed(value),
        Some(_) => Cow::Owned(Decoded::of(value).text),
    }
}

/// A decoded value that remembers where each of its bytes was written.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: Vec<u8>,
    /// Where a stretch of plain bytes begins: in the decoded text and in the value as written.
    stretches: Vec<(usize, usize)>,
}

impl Decoded {
    pub(super) fn of(value: &[u8]) -> Self {
        let mut decoded = Self { text: Vec::with_capacity(value.len()), stretches: vec![(0, 0)] };
        let mut at = 0;
        while let Some(rest) = value.get(at..) {
            let Some(n) = memchr::memchr(b'&', rest) else {
                decoded.text.extend_from_slice(rest);
                break;
            };
            decoded.text.extend_from_slice(rest.get(..n).unwrap_or_default());
            at += n;
            match reference(value.get(at..).unwrap_or_default()) {
                Some((character, len)) => {
                    let mut utf8 = [0; 4];
                    decoded.text.extend_from_slice(character.encode_utf8(&mut utf8).as_bytes());
                    at += len;
                    decoded.stretches.push((decoded.text.len(), at));
                }
                None => {
                    decoded.text.push(b'&');
                    at += 1;
                }
            }
        }
        decoded
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

/// The character that `text`, which begins with `&`, refers to, and the length of the reference.
fn reference(text: &[u8]) -> Option<(char, usize)> {
    match text.get(1..)? {
        [b'#', b'x' | b'X', digits @ ..] => numeric(digits, 16).map(|(c, n)| (c, n + 3)),
        [b'#', digits @ ..] => numeric(digits, 10).map(|(c, n)| (c, n + 2)),
        name => named(name).map(|(c, n)| (c, n + 1)),
    }
}

fn numeric(digits: &[u8], radix: u32) -> Option<(char, usize)> {
    let n = digits.iter().take_while(|&&byte| char::from(byte).is_digit(radix)).count();
    let mut code = 0u32;
    for &byte in digits.get(..n).filter(|digits| !digits.is_empty())? {
        code = code.saturating_mul(radix).saturating_add(char::from(byte).to_digit(radix)?);
    }
    // 13.2.5.80: what is not a character becomes U+FFFD. Its table of Windows characters holds none that matters.
    let character = char::from_u32(code).filter(|&c| c != '\0').unwrap_or('\u{FFFD}');
    Some((character, n + usize::from(digits.get(n) == Some(&b';'))))
}

fn named(name: &[u8]) -> Option<(char, usize)> {
    let head = name.get(..LONGEST.min(name.len()))?;
    let len = head.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let (word, next) = (head.get(..len)?, name.get(len));
    if next == Some(&b';')
        && let Some(&(_, byte, _)) = NAMED.iter().find(|(known, ..)| *known == word)
    {
        return Some((char::from(byte), len + 1));
    }
    // 13.2.5.73: in an attribute, a reference without its semicolon counts unless `=` or a letter or digit follows.
    let &(_, byte, _) = NAMED.iter().find(|(known, _, bare)| *bare && *known == word)?;
    (next != Some(&b'=') && next != Some(&b';')).then_some((char::from(byte), len))
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
            ("&copy=1&copy;", "&copy=1&copy;"),
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
    fn every_decoded_byte_knows_where_it_was_written() {
        let value = b"ab&lt;c&#x3e;&amp;&copy;d";
        let decoded = Decoded::of(value);
        assert_eq!(decoded.text, b"ab<c>&&copy;d");
        for (range, want) in
            [(0..2, "ab"), (2..3, "&lt;"), (2..5, "&lt;c&#x3e;"), (4..6, "&#x3e;&amp;"), (6..13, "&copy;d")]
        {
            assert_eq!(&value[decoded.written(range.clone())], want.as_bytes(), "{range:?}");
        }
    }
}
