//! Percent-encoding, which scripts put around cookie values.

/// Decodes percent-encoding.
///
/// What is no sequence of `%` and two hexadecimal digits passes as it is: a truncated `%E0%A4%A` is one in a cookie
/// that has to be read still. A `+` stays a `+`: these formats write a space as `%20`, and base64 has it for itself.
pub(super) fn decoded(bytes: &[u8]) -> impl Iterator<Item = u8> {
    units(bytes).map(|(byte, _)| byte)
}

/// Decodes percent-encoding, and tells of each byte how many it is written in: one or three.
pub(super) fn units(mut bytes: &[u8]) -> impl Iterator<Item = (u8, usize)> {
    std::iter::from_fn(move || {
        if let [b'%', high, low, rest @ ..] = bytes
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            bytes = rest;
            return Some((high << 4 | low, 3));
        }
        let (&byte, rest) = bytes.split_first()?;
        bytes = rest;
        Some((byte, 1))
    })
}

/// Hands `text` on without percent-encoding. `None` if it is encoded and longer than `N` without.
pub(super) fn with_plain<const N: usize, T>(text: &[u8], next: impl FnOnce(&[u8]) -> T) -> Option<T> {
    if memchr::memchr(b'%', text).is_none() { Some(next(text)) } else { with_decoded::<N, T>(text, next) }
}

#[cold]
fn with_decoded<const N: usize, T>(text: &[u8], next: impl FnOnce(&[u8]) -> T) -> Option<T> {
    let mut buffer = [0; N];
    let mut length = 0;
    for byte in decoded(text) {
        *buffer.get_mut(length)? = byte;
        length += 1;
    }
    buffer.get(..length).map(next)
}

/// The value of a hexadecimal digit.
pub(super) fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn broken_sequences_pass_through() {
        let table: &[(&[u8], &[u8])] = &[
            (b"", b""),
            (b"a+b", b"a+b"),
            (b"%41%4a%4B", b"AJK"),
            (b"%E0%A4%A", b"\xe0\xa4%A"),
            (b"%", b"%"),
            (b"%%41", b"%A"),
            (b"%4%41", b"%4A"),
            (b"%zz%0", b"%zz%0"),
            (b"%00\0\xff", b"\0\0\xff"),
            (b"%2541", b"%41"),
        ];
        for (input, want) in table {
            assert_eq!(decoded(input).collect::<Vec<_>>(), *want, "{}", input.escape_ascii());
            assert_eq!(with_plain::<16, _>(input, <[u8]>::to_vec).as_deref(), Some(*want), "{}", input.escape_ascii());
            assert_eq!(units(input).map(|(_, length)| length).sum::<usize>(), input.len());
        }
    }

    #[test]
    fn a_plain_text_of_any_length_is_handed_on_and_an_encoded_one_as_far_as_there_is_room() {
        for (text, want) in [("abcde", true), ("%61bcd", true), ("%61bcde", false)] {
            assert_eq!(with_plain::<4, _>(text.as_bytes(), |_| ()).is_some(), want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(bytes in prop::collection::vec(any::<u8>(), 0..99)) {
            let encoded: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
            prop_assert_eq!(decoded(encoded.as_bytes()).collect::<Vec<_>>(), bytes);
        }
    }
}
