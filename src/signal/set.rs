//! Signals by name, and sets of them small enough to be copied with every request.

use std::fmt;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[repr(u8)]
pub enum Signal {
    /// The `Sec-GPC: 1` request field.
    SecGpc,
    /// Our own cookie, see [`OptOutCookie`](super::OptOutCookie).
    OptOutCookie,
    /// The IAB US Privacy string in a cookie.
    UsPrivacy,
}

impl Signal {
    const ALL: [Signal; 3] = [Signal::SecGpc, Signal::OptOutCookie, Signal::UsPrivacy];
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::SecGpc => "Sec-GPC",
            Self::OptOutCookie => "opt-out cookie",
            Self::UsPrivacy => "US Privacy string",
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
pub struct SignalSet(u16);

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
        self.0 & bit(signal) != 0
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
        self.0 == 0
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
        self.0 |= bit(signal);
    }
}

fn bit(signal: Signal) -> u16 {
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

/// What one request said: which signals an opt-out, and which the contrary.
///
/// A signal can be in both sets, when a request carries it more than once.
///
/// # Example
///
/// ```
/// use http::{HeaderMap, HeaderValue, header::COOKIE};
/// use tower_gpc::signal::{self, Readers, Signal};
///
/// let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("usprivacy=1YNN; us_privacy=1YYN"))]);
/// let signals = signal::read(&headers, &Readers::default());
/// assert!(signals.heard().contains(Signal::UsPrivacy));
/// assert!(signals.contrary().contains(Signal::UsPrivacy));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Signals {
    heard: SignalSet,
    contrary: SignalSet,
}

impl Signals {
    /// The signals that said "opted out".
    ///
    /// # Example
    ///
    /// ```
    /// assert!(tower_gpc::signal::Signals::default().heard().is_empty());
    /// ```
    #[must_use]
    pub fn heard(self) -> SignalSet {
        self.heard
    }

    /// The signals that said "not opted out".
    ///
    /// # Example
    ///
    /// ```
    /// assert!(tower_gpc::signal::Signals::default().contrary().is_empty());
    /// ```
    #[must_use]
    pub fn contrary(self) -> SignalSet {
        self.contrary
    }

    pub(super) fn add(&mut self, signal: Signal, said: Said) {
        match said {
            Said::OptedOut => self.heard.insert(signal),
            Said::NotOptedOut => self.contrary.insert(signal),
        }
    }
}

/// What one signal said. Saying nothing is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    OptedOut,
    NotOptedOut,
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
    fn there_is_room_for_sixteen() {
        assert_eq!(size_of::<SignalSet>(), 2);
        const { assert!(Signal::ALL.len() <= 16) };
    }
}
