//! `DNT`, which is not Global Privacy Control and counts only where a site says so.

use http::HeaderValue;

/// Whether a `DNT` request field asks not to be tracked (W3C Tracking Preference Expression § 5.2: it begins with `1`).
pub(super) fn is_signal(value: &HeaderValue) -> bool {
    value.as_bytes().first() == Some(&b'1')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_begins_with_1_asks_not_to_be_tracked() {
        for (value, want) in [("1", true), ("1xyz", true), ("0", false), ("", false), ("true", false), (" 1", false)] {
            assert_eq!(is_signal(&HeaderValue::from_static(value)), want, "{value:?}");
        }
    }
}
