//! Signals by name, and sets of them small enough to be copied with every request.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// One way in which a browser can say that its user opted out.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::Signal;
///
/// assert_eq!(Signal::SecGpc.to_string(), "Sec-GPC");
/// assert_eq!(serde_json::to_string(&Signal::UsPrivacy).unwrap(), r#""us-privacy""#);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u8)]
pub enum Signal {
    /// The `Sec-GPC: 1` request field.
    SecGpc,
    /// Our own cookie, see [`OptOutCookie`](super::OptOutCookie).
    OptOutCookie,
    /// The IAB US Privacy string, in a cookie or a query.
    UsPrivacy,
    /// An IAB Global Privacy Platform string, in a cookie or a query.
    Gpp,
    /// A cookie of OneTrust.
    OneTrust,
    /// A cookie of Cookiebot.
    Cookiebot,
    /// A cookie of TrustArc.
    TrustArc,
    /// A cookie of Didomi.
    Didomi,
    /// A cookie of Ketch.
    Ketch,
    /// A cookie of Transcend.
    Transcend,
    /// A cookie of CookieYes.
    CookieYes,
    /// A cookie of Shopify.
    Shopify,
    /// A cookie of iubenda.
    Iubenda,
    /// A cookie of Complianz.
    Complianz,
    /// The `DNT: 1` request field, where it is read at all.
    Dnt,
    /// The variant key that a content delivery network sends.
    VariantKey,
    /// An [`Adapter`](super::Adapter) of yours.
    Adapter,
}

impl Signal {
    const ALL: [Signal; 17] = [
        Signal::SecGpc,
        Signal::OptOutCookie,
        Signal::UsPrivacy,
        Signal::Gpp,
        Signal::OneTrust,
        Signal::Cookiebot,
        Signal::TrustArc,
        Signal::Didomi,
        Signal::Ketch,
        Signal::Transcend,
        Signal::CookieYes,
        Signal::Shopify,
        Signal::Iubenda,
        Signal::Complianz,
        Signal::Dnt,
        Signal::VariantKey,
        Signal::Adapter,
    ];

    /// The name in logs and in what is passed on.
    ///
    /// # Example
    ///
    /// ```
    /// assert_eq!(tower_gpc::signal::Signal::OneTrust.as_str(), "onetrust");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SecGpc => "sec-gpc",
            Self::OptOutCookie => "opt-out-cookie",
            Self::UsPrivacy => "us-privacy",
            Self::Gpp => "gpp",
            Self::OneTrust => "onetrust",
            Self::Cookiebot => "cookiebot",
            Self::TrustArc => "trustarc",
            Self::Didomi => "didomi",
            Self::Ketch => "ketch",
            Self::Transcend => "transcend",
            Self::CookieYes => "cookieyes",
            Self::Shopify => "shopify",
            Self::Iubenda => "iubenda",
            Self::Complianz => "complianz",
            Self::Dnt => "dnt",
            Self::VariantKey => "variant-key",
            Self::Adapter => "adapter",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.as_str() == name)
    }
}

impl Serialize for Signal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Signal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| D::Error::custom(format!("no signal `{name}`")))
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::SecGpc => "Sec-GPC",
            Self::OptOutCookie => "opt-out cookie",
            Self::UsPrivacy => "US Privacy string",
            Self::Gpp => "GPP string",
            Self::OneTrust => "OneTrust",
            Self::Cookiebot => "Cookiebot",
            Self::TrustArc => "TrustArc",
            Self::Didomi => "Didomi",
            Self::Ketch => "Ketch",
            Self::Transcend => "Transcend",
            Self::CookieYes => "CookieYes",
            Self::Shopify => "Shopify",
            Self::Iubenda => "iubenda",
            Self::Complianz => "Complianz",
            Self::Dnt => "DNT",
            Self::VariantKey => "variant key",
            Self::Adapter => "adapter",
        })
    }
}

/// A set of [`Signal`]s.
///
/// # Example
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use tower_gpc::signal::{self, Readers, SEC_GPC, Signal};
///
/// let headers = HeaderMap::from_iter([(SEC_GPC, HeaderValue::from_static("1"))]);
/// let heard = signal::read(&headers, &Readers::default()).heard();
/// assert!(heard.contains(Signal::SecGpc));
/// assert_eq!(heard.iter().collect::<Vec<_>>(), [Signal::SecGpc]);
/// assert_eq!(heard.to_string(), "Sec-GPC");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct SignalSet([u8; 3]);

impl SignalSet {
    /// Tells whether `signal` is in the set.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{Signal, SignalSet};
    ///
    /// assert!(!SignalSet::default().contains(Signal::SecGpc));
    /// ```
    #[must_use]
    pub fn contains(self, signal: Signal) -> bool {
        self.bits() & bit(signal) != 0
    }

    /// Tells whether the set holds no signal.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(tower_gpc::signal::SignalSet::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.bits() == 0
    }

    /// Lists the signals in the set, in a fixed order.
    ///
    /// # Example
    ///
    /// ```
    /// assert_eq!(tower_gpc::signal::SignalSet::default().iter().count(), 0);
    /// ```
    pub fn iter(self) -> impl Iterator<Item = Signal> {
        Signal::ALL.into_iter().filter(move |&signal| self.contains(signal))
    }

    pub(super) fn insert(&mut self, signal: Signal) {
        let [low, middle, high, _] = (self.bits() | bit(signal)).to_le_bytes();
        self.0 = [low, middle, high];
    }

    fn bits(self) -> u32 {
        let [low, middle, high] = self.0;
        u32::from_le_bytes([low, middle, high, 0])
    }
}

fn bit(signal: Signal) -> u32 {
    1 << signal as u8
}

impl fmt::Debug for SignalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// The names of the signals, separated by commas; nothing for an empty set.
impl fmt::Display for SignalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, signal) in self.iter().enumerate() {
            write!(f, "{}{signal}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl Serialize for SignalSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// Names that this version does not know are left out, so that services of several versions understand each other.
impl<'de> Deserialize<'de> for SignalSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = SignalSet;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of the names of signals")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<SignalSet, A::Error> {
                let mut set = SignalSet::default();
                while let Some(name) = names.next_element::<String>()? {
                    Signal::from_name(&name).into_iter().for_each(|signal| set.insert(signal));
                }
                Ok(set)
            }
        }

        deserializer.deserialize_seq(Names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signal_has_a_bit_and_a_place_of_its_own() {
        let mut all = SignalSet::default();
        for (i, signal) in Signal::ALL.into_iter().enumerate() {
            assert_eq!(signal as usize, i);
            assert!(!all.contains(signal));
            all.insert(signal);
            assert!(all.contains(signal));
        }
        assert_eq!(all.iter().collect::<Vec<_>>(), Signal::ALL);
    }

    #[test]
    fn sets_show_names() {
        let mut set = SignalSet::default();
        assert_eq!((format!("{set:?}").as_str(), set.to_string().as_str()), ("{}", ""));
        set.insert(Signal::UsPrivacy);
        set.insert(Signal::SecGpc);
        assert_eq!(format!("{set:?}"), "{SecGpc, UsPrivacy}");
        assert_eq!(set.to_string(), "Sec-GPC, US Privacy string");
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"["sec-gpc","us-privacy"]"#);
    }

    #[test]
    fn names_are_read_back_and_unknown_ones_left_out() {
        for signal in Signal::ALL {
            assert_eq!(serde_json::from_str::<Signal>(&serde_json::to_string(&signal).unwrap()).unwrap(), signal);
        }
        let set: SignalSet = serde_json::from_str(r#"["gpp","from-the-future","sec-gpc"]"#).unwrap();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Signal::SecGpc, Signal::Gpp]);
        assert!(serde_json::from_str::<SignalSet>(r#""gpp""#).is_err());
        assert!(serde_json::from_str::<Signal>(r#""from-the-future""#).is_err());
    }

    #[test]
    fn there_is_room_for_twenty_four() {
        assert_eq!(size_of::<SignalSet>(), 3);
        const { assert!(Signal::ALL.len() <= 24) };
    }
}
