//! Base64, as far as it can be read.

use crate::signal::sextet::sextet;

/// Decodes base64 (RFC 4648 §4 and §5): both alphabets, even mixed, with padding or without.
///
/// It ends before the first byte of neither, `=` among them; of an incomplete group it keeps the whole bytes.
pub(super) fn decoded(bytes: impl Iterator<Item = u8>) -> impl Iterator<Item = u8> {
    let mut sextets = bytes.map_while(sextet).fuse();
    let (mut bits, mut count) = (0_u32, 0_u32);
    std::iter::from_fn(move || {
        while count < 8 {
            bits = bits << 6 | u32::from(sextets.next()?);
            count += 6;
        }
        count -= 8;
        let [.., byte] = (bits >> count).to_be_bytes();
        Some(byte)
    })
}

/// Encodes base64 without padding: what the tests read back.
#[cfg(test)]
pub(super) fn encoded(bytes: &[u8], url_safe: bool) -> String {
    let alphabet = |extra: &str| ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(extra.chars()).collect::<Vec<_>>();
    let alphabet = alphabet(if url_safe { "-_" } else { "+/" });
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let digits = bits.as_bytes().chunks(6).map(|chunk| format!("{:0<6}", str::from_utf8(chunk).unwrap()));
    digits.map(|digits| alphabet[usize::from_str_radix(&digits, 2).unwrap()]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_vectors_of_the_standard_decode() {
        // RFC 4648 §10.
        for (input, want) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
            ("Zm9vYmE", "fooba"),
            ("Zm9vYmE!Zm9v", "fooba"),
            ("Zm9v=Zm9v", "foo"),
            ("Z", ""),
            ("!Zm9v", ""),
        ] {
            assert_eq!(decoded(input.bytes()).collect::<Vec<_>>(), want.as_bytes(), "{input}");
        }
    }

    #[test]
    fn what_follows_garbage_stays_unread() {
        let mut bytes = decoded(b"Zm9v!Zm9v".iter().copied());
        assert_eq!(bytes.by_ref().count(), 3);
        assert_eq!(bytes.next(), None);
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(bytes in prop::collection::vec(any::<u8>(), 0..99), url_safe: bool) {
            let text = encoded(&bytes, url_safe);
            prop_assert_eq!(decoded(text.bytes()).collect::<Vec<_>>(), bytes);
        }
    }
}
