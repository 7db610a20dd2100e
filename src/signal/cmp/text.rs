//! Decoded values and lists, as the cookies of consent platforms have them.

use crate::signal::cookie::MAX_PAIR;
use crate::signal::percent;

/// A decoded value, on the stack.
pub(super) struct Decoded {
    bytes: [u8; MAX_PAIR],
    len: usize,
}

impl Decoded {
    /// Decodes the percent-encoding of a value; of what no browser would send, as much as one would.
    pub(super) fn new(value: &[u8]) -> Self {
        let mut decoded = Self { bytes: [0; MAX_PAIR], len: 0 };
        for (place, byte) in decoded.bytes.iter_mut().zip(percent::decoded(value)) {
            *place = byte;
            decoded.len += 1;
        }
        decoded
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// Takes a list such as `C0001:1,C0004:0` apart, its commas and colons percent-encoded or not.
///
/// An item without a colon comes without a value; an empty one is left out.
pub(super) fn pairs(list: &[u8]) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
    let mut rest = Some(list);
    std::iter::from_fn(move || {
        loop {
            let (item, more) = split(rest?, b',', b"%2C");
            rest = more;
            if !item.is_empty() {
                return Some(split(item, b':', b"%3A"));
            }
        }
    })
}

/// Splits at the first mark, percent-encoded or not.
fn split<'a>(text: &'a [u8], mark: u8, encoded: &[u8; 3]) -> (&'a [u8], Option<&'a [u8]>) {
    // Marks stand some five bytes apart, too close for a search by blocks to gain anything.
    for (at, &byte) in text.iter().enumerate() {
        let length = match byte {
            _ if byte == mark => 1,
            b'%' if text.get(at..at + 3).is_some_and(|three| three.eq_ignore_ascii_case(encoded)) => 3,
            _ => continue,
        };
        return (text.get(..at).unwrap_or_default(), text.get(at + length..));
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_more_is_decoded_than_a_browser_sends() {
        assert_eq!(Decoded::new(&[b'a'; MAX_PAIR + 1]).bytes().len(), MAX_PAIR);
    }

    #[test]
    fn lists_are_taken_apart_in_both_encodings() {
        type Pairs<'a> = &'a [(&'a str, Option<&'a str>)];
        let table: &[(&str, Pairs<'_>)] = &[
            ("", &[]),
            (",,%2C", &[]),
            ("a:1", &[("a", Some("1"))]),
            ("a:1,b:0", &[("a", Some("1")), ("b", Some("0"))]),
            ("a%3A1%2Cb%3a0%2c", &[("a", Some("1")), ("b", Some("0"))]),
            ("a:1%2Cb%3A0,c", &[("a", Some("1")), ("b", Some("0")), ("c", None)]),
            ("a:b:c", &[("a", Some("b:c"))]),
            ("a:,:b", &[("a", Some("")), ("", Some("b"))]),
            ("a%2:1%,b%", &[("a%2", Some("1%")), ("b%", None)]),
        ];
        for (list, want) in table {
            let got: Vec<_> = pairs(list.as_bytes()).collect();
            let want: Vec<_> = want.iter().map(|(key, value)| (key.as_bytes(), value.map(str::as_bytes))).collect();
            assert_eq!(got, want, "{list}");
        }
    }

    proptest! {
        #[test]
        fn lists_are_those_that_a_naive_split_finds(list in "([a:,]|%2C|%3a){0,20}") {
            let plain = list.replace("%2C", ",").replace("%3a", ":");
            let want: Vec<_> = plain
                .split(',')
                .filter(|item| !item.is_empty())
                .map(|item| item.split_once(':').map_or((item, None), |(key, value)| (key, Some(value))))
                .collect();
            let got: Vec<_> = pairs(list.as_bytes()).collect();
            prop_assert_eq!(got.len(), want.len());
            for ((key, value), (wanted_key, wanted)) in got.into_iter().zip(want) {
                prop_assert_eq!(key, wanted_key.as_bytes());
                prop_assert_eq!(value.map(|value| Decoded::new(value).bytes().to_vec()), wanted.map(Into::into));
            }
        }
    }
}
