//! Where a visitor is, as far as the laws of the states care.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::country::is_country;

/// Where a request comes from: a state of the US, the US, elsewhere, or nobody knows.
///
/// It is what an IP address looks like to a content delivery network or a GeoIP database, and no proof of residence:
/// people travel, and use VPNs. So what is not certain is [`UNKNOWN`](Self::UNKNOWN), which counts as a place where the
/// signal must be honoured.
///
/// # Example
///
/// ```
/// use tower_gpc::consent::Jurisdiction;
///
/// let place = Jurisdiction::from_codes(b"US", b"CA");
/// assert_eq!(place.state(), Some("CA"));
/// assert_eq!(place.to_string(), "US-CA");
/// assert_eq!(Jurisdiction::parse("US-CA"), place);
///
/// // Canada. A state is never told by its letters alone.
/// assert_eq!(Jurisdiction::parse("CA"), Jurisdiction::ELSEWHERE);
/// assert!(Jurisdiction::from_codes(b"T1", b"").is_unknown());
/// assert_eq!(serde_json::to_string(&place).unwrap(), "\"US-CA\"");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Jurisdiction(u8);

/// Part of what is copied into every request's extensions.
const _: () = assert!(size_of::<Jurisdiction>() == 1);

impl Jurisdiction {
    /// Nobody knows where.
    pub const UNKNOWN: Self = Self(0);

    /// In the United States, in which state is not known.
    pub const US: Self = Self(1);

    /// In a country that is known and is not the United States.
    pub const ELSEWHERE: Self = Self(2);

    /// Reads an ISO 3166-2 code, `US-CA`, a country alone, `US`, or what [`Display`](fmt::Display) writes.
    ///
    /// Never fails: what says nothing certain is [`UNKNOWN`](Self::UNKNOWN).
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::consent::Jurisdiction;
    ///
    /// assert_eq!(Jurisdiction::parse("us-tx").state(), Some("TX"));
    /// assert_eq!(Jurisdiction::parse("US-ZZ"), Jurisdiction::US);
    /// assert_eq!(Jurisdiction::parse("GB-ENG"), Jurisdiction::ELSEWHERE);
    /// assert_eq!(Jurisdiction::parse("California"), Jurisdiction::UNKNOWN);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text == OUTSIDE { Self::ELSEWHERE } else { Self::from_codes(text.as_bytes(), b"") }
    }

    /// Reads a country, ISO 3166-1, and a region of it, ISO 3166-2 with or without its country, as geolocation fields
    /// carry them.
    ///
    /// In any case, and with white space around. Never fails: a country that is none, or that the region contradicts, is
    /// [`UNKNOWN`](Self::UNKNOWN), and a region that is no state leaves [`US`](Self::US).
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::consent::Jurisdiction;
    ///
    /// assert_eq!(Jurisdiction::from_codes(b"US", b"US-CO"), Jurisdiction::parse("US-CO"));
    /// assert_eq!(Jurisdiction::from_codes(b"PR", b""), Jurisdiction::parse("US-PR"));
    /// assert_eq!(Jurisdiction::from_codes(b"", b"CA"), Jurisdiction::UNKNOWN);
    /// ```
    #[must_use]
    pub fn from_codes(country: &[u8], region: &[u8]) -> Self {
        let (country, inner) = split(country);
        let (outer, region) = match split(region) {
            (region, b"") => (&b""[..], region),
            pair => pair,
        };
        let (Some(country), Some(region)) = (agreed(country, outer), agreed(inner, region)) else {
            return Self::UNKNOWN;
        };
        let Some(country) = upper(country).filter(|code| is_country(*code)) else {
            return Self::UNKNOWN;
        };
        match &country {
            b"US" => upper(region).and_then(Self::us).unwrap_or(Self::US),
            // ISO 3166-1 has codes for the territories, too, and IP databases use them.
            b"AS" | b"GU" | b"MP" | b"PR" | b"UM" | b"VI" => Self::us(country).unwrap_or(Self::US),
            _ => Self::ELSEWHERE,
        }
    }

    /// The state, the District of Columbia or the territory by its USPS code, if it is known to be one.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::consent::Jurisdiction;
    ///
    /// assert_eq!(Jurisdiction::parse("US-DC").state(), Some("DC"));
    /// assert_eq!(Jurisdiction::US.state(), None);
    /// ```
    #[must_use]
    pub fn state(self) -> Option<&'static str> {
        STATES.get(usize::from(self.0.checked_sub(FIRST)?)).copied()
    }

    /// Tells whether nothing is known of the place.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::consent::Jurisdiction;
    ///
    /// assert!(Jurisdiction::default().is_unknown());
    /// assert!(!Jurisdiction::US.is_unknown());
    /// ```
    #[must_use]
    pub const fn is_unknown(self) -> bool {
        self.0 == Self::UNKNOWN.0
    }

    /// Tells whether the place is in the United States, in a known state or not.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::consent::Jurisdiction;
    ///
    /// assert!(Jurisdiction::US.is_us() && Jurisdiction::parse("US-NY").is_us());
    /// assert!(!Jurisdiction::UNKNOWN.is_us() && !Jurisdiction::ELSEWHERE.is_us());
    /// ```
    #[must_use]
    pub const fn is_us(self) -> bool {
        self.0 == Self::US.0 || self.0 >= FIRST
    }

    fn us(code: [u8; 2]) -> Option<Self> {
        let place = STATES.binary_search_by(|state| state.as_bytes().cmp(&code)).ok()?;
        Some(Self(FIRST + u8::try_from(place).ok()?))
    }
}

/// Splits a code at its first hyphen.
fn split(code: &[u8]) -> (&[u8], &[u8]) {
    let code = code.trim_ascii();
    let at = memchr::memchr(b'-', code).unwrap_or(code.len());
    let (before, after) = code.split_at_checked(at).unwrap_or((code, &[]));
    (before, after.strip_prefix(b"-").unwrap_or(after))
}

/// What two sources say together, either of which may be silent; `None` if they contradict each other.
fn agreed<'a>(one: &'a [u8], other: &'a [u8]) -> Option<&'a [u8]> {
    match (one, other) {
        (said, b"") | (b"", said) => Some(said),
        _ => one.eq_ignore_ascii_case(other).then_some(one),
    }
}

fn upper(code: &[u8]) -> Option<[u8; 2]> {
    <[u8; 2]>::try_from(code).ok().map(|code| code.map(|letter| letter.to_ascii_uppercase()))
}

/// `US-CA`, `US`, `outside the US` or `unknown`.
impl fmt::Display for Jurisdiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.state(), *self) {
            (Some(state), _) => write!(f, "US-{state}"),
            (None, Self::US) => f.write_str("US"),
            (None, Self::ELSEWHERE) => f.write_str(OUTSIDE),
            (None, _) => f.write_str("unknown"),
        }
    }
}

impl fmt::Debug for Jurisdiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jurisdiction({self})")
    }
}

impl Serialize for Jurisdiction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads any text, as [`Jurisdiction::parse`] does.
impl<'de> Deserialize<'de> for Jurisdiction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Jurisdiction;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an ISO 3166-2 code such as \"US-CA\"")
            }

            fn visit_str<E>(self, text: &str) -> Result<Jurisdiction, E> {
                Ok(Jurisdiction::parse(text))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

const OUTSIDE: &str = "outside the US";

const FIRST: u8 = 3;

/// The states, the District of Columbia and the territories, by USPS code (ISO 3166-2:US), in order.
const STATES: [&str; 57] = [
    "AK", "AL", "AR", "AS", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "GU", "HI", "IA", "ID", "IL", "IN", "KS",
    "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MP", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY",
    "OH", "OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UM", "UT", "VA", "VI", "VT", "WA", "WI", "WV", "WY",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn two_codes_make_a_place() {
        let table: &[(&str, &str, &str)] = &[
            ("US", "CA", "US-CA"),
            ("us", "ca", "US-CA"),
            (" US\t", " Ca ", "US-CA"),
            ("US", "US-CA", "US-CA"),
            ("US-CA", "", "US-CA"),
            ("US-CA", "CA", "US-CA"),
            ("US-CA", "US-CA", "US-CA"),
            ("", "US-CA", "US-CA"),
            ("US", "DC", "US-DC"),
            ("US", "", "US"),
            ("US", "-", "US"),
            ("US", "XX", "US"),
            ("US", "?", "US"),
            ("US", "ON", "US"),
            ("US", "California", "US"),
            ("US", "C", "US"),
            ("US", "CAL", "US"),
            ("US", "6", "US"),
            ("US", "CA,NV", "US"),
            ("US", "US-", "US"),
            ("US-", "", "US"),
            // Territories, by either code.
            ("PR", "", "US-PR"),
            ("US", "PR", "US-PR"),
            ("GU", "CA", "US-GU"),
            // Elsewhere.
            ("CA", "ON", "outside the US"),
            ("CA", "CA-ON", "outside the US"),
            ("DE", "BY", "outside the US"),
            ("GB", "ENG", "outside the US"),
            ("XK", "", "outside the US"),
            ("de", "ca", "outside the US"),
            // What contradicts itself.
            ("CA", "US-CA", "unknown"),
            ("US", "CA-ON", "unknown"),
            ("US-CA", "NV", "unknown"),
            ("US-CA", "US-NV", "unknown"),
            // What is no country.
            ("", "", "unknown"),
            ("", "CA", "unknown"),
            ("XX", "", "unknown"),
            ("XX", "CA", "unknown"),
            ("ZZ", "", "unknown"),
            ("T1", "", "unknown"),
            ("A1", "", "unknown"),
            ("EU", "", "unknown"),
            ("AP", "", "unknown"),
            ("QQ", "", "unknown"),
            ("--", "", "unknown"),
            ("?", "?", "unknown"),
            ("-", "-", "unknown"),
            ("USA", "CA", "unknown"),
            ("U", "CA", "unknown"),
            ("U S", "CA", "unknown"),
            ("US,DE", "CA", "unknown"),
            ("US, US", "CA", "unknown"),
            ("reserved", "", "unknown"),
            ("\u{ff35}\u{ff33}", "CA", "unknown"),
        ];
        for (country, region, want) in table {
            let got = Jurisdiction::from_codes(country.as_bytes(), region.as_bytes());
            assert_eq!(got.to_string(), *want, "{country:?} {region:?}");
        }
    }

    #[test]
    fn one_text_makes_a_place() {
        for (text, want) in [
            ("US-CA", "US-CA"),
            (" us-ca ", "US-CA"),
            ("US", "US"),
            ("CA", "outside the US"),
            ("outside the US", "outside the US"),
            ("unknown", "unknown"),
            ("", "unknown"),
            ("US_CA", "unknown"),
            ("US-CA-LA", "US"),
            ("-CA", "unknown"),
            ("elsewhere", "unknown"),
        ] {
            assert_eq!(Jurisdiction::parse(text).to_string(), want, "{text:?}");
        }
    }

    #[test]
    fn every_place_survives_its_text_and_answers_for_itself() {
        assert!(STATES.is_sorted_by(|a, b| a < b));
        for byte in 0..FIRST + 57 {
            let place = Jurisdiction(byte);
            assert_eq!(Jurisdiction::parse(&place.to_string()), place);
            let text = serde_json::to_string(&place).unwrap();
            assert_eq!(text, format!("\"{place}\""));
            assert_eq!(serde_json::from_str::<Jurisdiction>(&text).unwrap(), place);
            assert_eq!(place.state().is_some(), byte >= FIRST, "{place}");
            assert_eq!(place.is_us(), place.to_string().starts_with("US"), "{place}");
            assert_eq!(place.is_unknown(), byte == 0, "{place}");
        }
        assert_eq!(Jurisdiction::default(), Jurisdiction::UNKNOWN);
        assert_eq!(format!("{:?}", Jurisdiction::parse("US-CA")), "Jurisdiction(US-CA)");
        assert_eq!(serde_json::from_str::<Jurisdiction>("\"nowhere\"").unwrap(), Jurisdiction::UNKNOWN);
        assert!(serde_json::from_str::<Jurisdiction>("7").unwrap_err().to_string().contains("US-CA"));
    }

    /// What two letters can mean, the slow way.
    fn oracle(country: &str, region: &str) -> Option<&'static str> {
        let state = |code: &str| STATES.into_iter().find(|state| state.eq_ignore_ascii_case(code));
        let territory = |code: &str| state(code).filter(|state| ["AS", "GU", "MP", "PR", "UM", "VI"].contains(state));
        if country.eq_ignore_ascii_case("US") { state(region) } else { territory(country) }
    }

    proptest! {
        #[test]
        fn a_state_is_only_ever_said_of_the_us(country in "(us|US|[a-zA-Z]{2})", region in "[a-zA-Z]{2}") {
            let got = Jurisdiction::from_codes(country.as_bytes(), region.as_bytes());
            prop_assert_eq!(got.state(), oracle(&country, &region));
        }

        #[test]
        fn no_bytes_are_trouble(country: Vec<u8>, region: Vec<u8>, text: String) {
            let place = Jurisdiction::from_codes(&country, &region);
            prop_assert!(place.0 < FIRST + 57);
            prop_assert_eq!(Jurisdiction::parse(&text), Jurisdiction::from_codes(text.as_bytes(), b""));
        }
    }
}
