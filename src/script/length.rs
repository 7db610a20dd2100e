//! How long the token is that a text begins with, by its kind (ECMA-262, clause 12).

use crate::block;

/// The length of a punctuator (ECMA-262, clause 12.8), the longest that fits.
#[inline]
pub(super) fn punctuator(rest: &[u8]) -> usize {
    match rest {
        [b'>', b'>', b'>', b'=', ..] => 4,
        [b'.', b'.', b'.', ..] | [b'=' | b'!', b'=', b'=', ..] | [b'>', b'>', b'>', ..] => 3,
        [b'*', b'*', b'=', ..] | [b'<', b'<', b'=', ..] | [b'>', b'>', b'=', ..] => 3,
        [b'&', b'&', b'=', ..] | [b'|', b'|', b'=', ..] | [b'?', b'?', b'=', ..] => 3,
        // `a?.5:1` is a condition.
        [b'?', b'.', b'0'..=b'9', ..] => 1,
        [b'=', b'>' | b'=', ..] | [b'?', b'.' | b'?', ..] => 2,
        [b'!' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^', b'=', ..] => 2,
        [b'&', b'&', ..] | [b'|', b'|', ..] | [b'+', b'+', ..] | [b'-', b'-', ..] => 2,
        [b'<', b'<', ..] | [b'>', b'>', ..] | [b'*', b'*', ..] => 2,
        _ => 1,
    }
}

/// Up to the end of the line.
pub(super) fn line(rest: &[u8]) -> usize {
    let ends = |&at: &usize| match rest.get(at..) {
        Some([0xE2, more @ ..]) => matches!(more, [0x80, 0xA8 | 0xA9, ..]),
        _ => true,
    };
    memchr::memchr3_iter(b'\n', b'\r', 0xE2, rest).find(ends).unwrap_or(rest.len())
}

/// To the closing quote; none if the line ends first.
#[inline]
pub(super) fn string(rest: &[u8]) -> Option<usize> {
    let quote = *rest.first()?;
    let mut at = 1;
    loop {
        let from = rest.get(at..)?;
        let n = block::first_of(from, [quote, b'\\', b'\n', b'\r'])?;
        at += match from.get(n..)? {
            [b'\\', b'\r', b'\n', ..] => n + 3,
            [b'\\', _, ..] => n + 2,
            [byte, ..] if *byte == quote => return Some(at + n + 1),
            _ => return None,
        };
    }
}

/// To the end of the flags; none if the line ends first.
pub(super) fn regex(rest: &[u8]) -> Option<usize> {
    let (mut at, mut class) = (1, false);
    loop {
        match *rest.get(at..)? {
            [b'\n' | b'\r', ..] | [b'\\', b'\n' | b'\r', ..] | [] => return None,
            [b'\\', _, ..] => at += 1,
            [b'[', ..] => class = true,
            [b']', ..] => class = false,
            [b'/', ..] if !class => {
                let flags = rest.get(at + 1..)?.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                return Some(at + 1 + flags);
            }
            _ => {}
        }
        at += 1;
    }
}

/// As long as it may go on; what is wrong in it is not noticed.
#[inline]
pub(super) fn number(rest: &[u8]) -> usize {
    let mut at = 0;
    let hex = matches!(rest, [b'0', b'x' | b'X', ..]);
    while let Some(&byte) = rest.get(at) {
        let exponent = matches!(byte, b'+' | b'-')
            && !hex
            && at.checked_sub(1).and_then(|before| rest.get(before)).is_some_and(|e| matches!(e, b'e' | b'E'));
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') || exponent) {
            break;
        }
        at += 1;
    }
    at
}

/// An identifier or a keyword, at least one byte.
#[inline]
pub(super) fn word(rest: &[u8]) -> usize {
    let mut at = block::letters(rest);
    // Nearly all words are plain ones.
    if rest.get(at).is_none_or(|&byte| byte.is_ascii() && byte != b'\\') {
        return at.max(1);
    }
    while let Some(from) = rest.get(at..) {
        at += match *from {
            // White space outside ASCII ends a word.
            [0xC2, 0xA0, ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..] | [0xEF, 0xBB, 0xBF, ..] => break,
            [b'\\', b'u', ..] => 2,
            [b'{' | b'}', ..] if is_escape(rest, at) => 1,
            [byte, ..] if is_word(byte) && byte != b'\\' => 1,
            _ => break,
        };
    }
    at.max(1)
}

/// Whether the brace at `at` belongs to an escape such as `\u{61}`.
fn is_escape(rest: &[u8], at: usize) -> bool {
    let before = rest.get(..at).unwrap_or_default();
    match rest.get(at) {
        Some(b'{') => before.ends_with(b"\\u"),
        _ => before.iter().rposition(|&byte| byte == b'{').is_some_and(|open| {
            rest.get(..open).is_some_and(|start| start.ends_with(b"\\u"))
                && before.get(open + 1..).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        }),
    }
}

/// Whether `byte` may stand in an identifier; every byte outside ASCII is taken for a letter.
#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\' | 0x80..)
}
