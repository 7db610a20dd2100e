//! The `Sec-GPC` request field of Global Privacy Control.

use http::{HeaderName, HeaderValue};

/// The `Sec-GPC` field name, for looking the signal up, passing it on and naming it in `Vary`.
///
/// # Example
///
/// ```
/// assert_eq!(tower_gpc::signal::SEC_GPC, "sec-gpc");
/// ```
pub const SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");

/// Whether a `Sec-GPC` request field says "opted out".
pub(super) fn is_signal(value: &HeaderValue) -> bool {
    // GPC "Sec-GPC Header Field": only a value of exactly "1" counts, and one such field among several is enough;
    // "true", "1;x" and "1, 1" are ignored. It is defined for every method, and never as a trailer.
    value.as_bytes() == b"1"
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::signal::{self, Readers, Signal};

    fn read(headers: &HeaderMap) -> bool {
        signal::read(headers, &Readers::default()).heard().contains(Signal::SecGpc)
    }

    fn fields(values: &[&[u8]]) -> HeaderMap {
        values.iter().map(|value| (SEC_GPC, HeaderValue::from_bytes(value).unwrap())).collect()
    }

    #[test]
    fn only_a_value_of_exactly_1_is_the_signal() {
        let table: &[(&str, bool)] = &[
            ("1", true),
            ("0", false),
            ("", false),
            ("true", false),
            ("1;x", false),
            ("1;", false),
            ("1, 1", false),
            ("1,1", false),
            ("01", false),
            ("11", false),
            ("1.0", false),
            ("+1", false),
            ("?1", false),
            ("\"1\"", false),
            ("١", false),
            ("１", false),
            // Parsers of HTTP take the white space around a value away; here it would be part of the value.
            ("1 ", false),
            ("\t1", false),
        ];
        for &(value, want) in table {
            assert_eq!(read(&fields(&[value.as_bytes()])), want, "{value:?}");
        }
        assert!(!read(&HeaderMap::new()));
    }

    #[test]
    fn one_good_field_among_several_is_enough() {
        let table: &[(&[&[u8]], bool)] = &[
            (&[b"0", b"1"], true),
            (&[b"1", b"0"], true),
            (&[b"1", b"1"], true),
            (&[b"\xff\xfe", b"", b"true", b"1"], true),
            (&[b"0", b"0"], false),
            (&[b"0", b"true", b"1;1"], false),
        ];
        for &(values, want) in table {
            assert_eq!(read(&fields(values)), want, "{values:?}");
        }
    }

    #[test]
    fn the_name_is_found_in_any_case() {
        let name = HeaderName::from_bytes(b"SEC-gpc").unwrap();
        assert!(read(&HeaderMap::from_iter([(name, HeaderValue::from_static("1"))])));
    }
}
