//! The variant key: what a content delivery network found out about a request, in a field with few values.
//!
//! A cache cannot keep pages that vary on `Cookie`: hardly two browsers send the same one. A network that can look at
//! cookies itself sends the outcome instead, and its caches compare that:
//!
//! | value | the network says | the page |
//! |---|---|---|
//! | `out` | a signal or an opt-out cookie is there: opted out | filtered, and may be cached |
//! | `none` | none of the cookies that can say so is there | may be cached, unless we read otherwise: then it is private |
//! | anything else, or no field | it did not look, or could not tell | private to the visitor |
//!
//! The rule in the network is `out` if `Sec-GPC` is `1` or the opt-out cookie is there, something else (`ask`) if any other
//! cookie is there that this site reads signals from, and `none` otherwise. Whoever forges `out` opts out, and whoever
//! forges `none` is read from the cookies all the same.

use http::{HeaderName, HeaderValue};

use super::heard::Signals;
use super::set::Signal;
use crate::error::{ConfigError, ConfigErrorKind};

/// What the field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Out,
    Nothing,
    Unknown,
}

pub(super) fn read(value: &HeaderValue) -> Key {
    match value.as_bytes() {
        b"out" => Key::Out,
        b"none" => Key::Nothing,
        _ => Key::Unknown,
    }
}

/// Parses the name of the field.
///
/// # Errors
///
/// Returns [`ConfigError`] for what is no field name, or is one that every browser sends.
pub(super) fn parse_name(name: &str) -> Result<HeaderName, ConfigError> {
    let wrong = |why: &str| ConfigError::new(ConfigErrorKind::Name, format!("variant key name {name:?} {why}"));
    let parsed =
        HeaderName::from_bytes(name.as_bytes()).map_err(|error| wrong("is no field name").with_source(error))?;
    if ["cookie", "sec-gpc", "dnt", "host"].contains(&parsed.as_str()) {
        return Err(wrong("is that of a field that browsers send"));
    }
    Ok(parsed)
}

/// Whether every visitor with the same variant key gets the same: the network knew as much as the cookies say.
pub(super) fn tells_all(signals: Signals) -> bool {
    let fields_of_their_own = [Signal::SecGpc, Signal::Dnt, Signal::Adapter];
    signals.heard().contains(Signal::VariantKey)
        || signals.is_keyed() && signals.heard().iter().all(|signal| fields_of_their_own.contains(&signal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_values_say_something() {
        for (value, want) in [
            ("out", Key::Out),
            ("none", Key::Nothing),
            ("ask", Key::Unknown),
            ("", Key::Unknown),
            ("OUT", Key::Unknown),
            ("out, none", Key::Unknown),
            ("out;q=1", Key::Unknown),
        ] {
            assert_eq!(read(&HeaderValue::from_static(value)), want, "{value}");
        }
    }

    #[test]
    fn a_name_is_a_field_of_the_networks_own() {
        assert_eq!(parse_name("X-Privacy-Variant").unwrap(), "x-privacy-variant");
        for name in ["", "a b", "cookie", "Sec-GPC", "ä"] {
            assert_eq!(parse_name(name).unwrap_err().kind(), ConfigErrorKind::Name, "{name}");
        }
    }
}
