//! The letters of base64, six bits each.

/// The six bits of a letter; more than six if it is none.
pub(super) fn value(letter: u8) -> u8 {
    VALUES.get(usize::from(letter)).copied().unwrap_or(NONE)
}

/// The six bits of a letter; `None` if it is none.
pub(super) fn sextet(letter: u8) -> Option<u8> {
    Some(value(letter)).filter(|&value| value != NONE)
}

/// The letter for the lowest six bits, of the alphabet with `-_`.
pub(super) fn letter(sextet: u8) -> u8 {
    URL_SAFE.get(usize::from(sextet & 0x3f)).copied().unwrap_or(b'A')
}

/// No letter.
const NONE: u8 = 0xff;

/// The six bits of every letter, in both alphabets of RFC 4648: the specification shows the one with `+/`, and
/// everybody writes the one with `-_` (§ 5).
static VALUES: [u8; 256] = values();

const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[expect(clippy::indexing_slicing, reason = "runs at compile time, where a bad index is an error")]
const fn values() -> [u8; 256] {
    let mut table = [NONE; 256];
    let mut i = 0;
    while i < 64 {
        table[URL_SAFE[i] as usize] = i as u8;
        i += 1;
    }
    table[b'+' as usize] = 62;
    table[b'/' as usize] = 63;
    table
}
