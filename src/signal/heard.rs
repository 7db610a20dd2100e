//! What one request said, all signals together.

use super::opt_out::OptOutCookie;
use super::scope::Scope;
use super::set::{Signal, SignalSet};
use super::statement::Statement;
use super::variant_key::Key;

/// What one request said: which signals an opt-out and of what, which the contrary, and what else is known.
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    heard: SignalSet,
    contrary: SignalSet,
    together: Statement,
    adapted: Scope,
    own: Option<OptOutCookie>,
    strings: bool,
    keyed: Option<bool>,
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

    /// What all signals say together.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{Signals, Statement};
    ///
    /// assert_eq!(Signals::default().together(), Statement::nothing());
    /// ```
    pub fn together(self) -> Statement {
        self.together
    }

    /// What the adapters alone say the person opted out of: no opt-in that they report overrides it.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(tower_gpc::signal::Signals::default().adapted().is_empty());
    /// ```
    #[must_use]
    pub fn adapted(self) -> Scope {
        self.adapted
    }

    /// Our own opt-out cookie, if the request carries it.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(tower_gpc::signal::Signals::default().opt_out_cookie().is_none());
    /// ```
    #[must_use]
    pub fn opt_out_cookie(self) -> Option<OptOutCookie> {
        self.own
    }

    /// Whether a cookie holds a privacy string that others read, whatever it says.
    pub(crate) fn carries_strings(self) -> bool {
        self.strings
    }

    /// Whether the variant key was there and had one of its values.
    pub(super) fn is_keyed(self) -> bool {
        self.keyed == Some(true)
    }

    pub(super) fn add_own(&mut self, cookie: OptOutCookie) {
        self.own = Some(self.own.map_or(cookie, |own| own.and(cookie)));
        self.add(Signal::OptOutCookie, Statement::opted_out(cookie.scope()));
    }

    pub(super) fn add_string(&mut self, signal: Signal, statement: Statement) {
        self.strings = true;
        self.add(signal, statement);
    }

    pub(super) fn add_key(&mut self, key: Key) {
        // Of several fields all must be of use.
        self.keyed = Some(self.keyed != Some(false) && key != Key::Unknown);
        if key == Key::Out {
            self.add(Signal::VariantKey, Statement::opted_out(Scope::ALL_ADVERTISING));
        }
    }

    /// Adds what one signal says.
    pub(super) fn add(&mut self, signal: Signal, statement: Statement) {
        if !statement.scope().is_empty() {
            self.heard.insert(signal);
        }
        if statement.is_contrary() {
            self.contrary.insert(signal);
        }
        if signal == Signal::Adapter {
            self.adapted |= statement.scope();
        }
        self.together = self.together.and(statement);
    }
}
