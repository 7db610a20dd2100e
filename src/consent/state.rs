//! What one browser asked for, small enough to travel with every request.

use std::fmt;

use super::jurisdiction::Jurisdiction;
use crate::signal::{Scope, Signal, SignalSet};

/// What this browser asked for, and how we know.
///
/// The layer puts one into the extensions of every request, so that handlers can gate what no tag filter sees: bids,
/// server-to-server conversions, audience uploads. The default is that of a browser that said nothing.
///
/// It speaks of the browser that sent this request, and of the account where an [`Adapter`](crate::signal::Adapter) tells.
/// It says what was asked for, wherever the person is: whether a law demands it there is for
/// [`Policy::only_where_required`](crate::Policy::only_where_required).
///
/// It is shown, logged and passed on (as JSON, say) without anything of a cookie's value.
///
/// # Example
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use tower_gpc::consent::{ConsentState, resolve};
/// use tower_gpc::signal::{Readers, SEC_GPC, read};
///
/// let headers = HeaderMap::from_iter([(SEC_GPC, HeaderValue::from_static("1"))]);
/// let state = resolve(read(&headers, &Readers::default()));
/// assert!(state.sale_opted_out() && state.sharing_opted_out() && state.targeted_advertising_opted_out());
/// assert!(!state.sensitive_opted_out());
/// assert_eq!(state.to_string(), "opted out of sale, sharing and targeted advertising (Sec-GPC)");
/// assert_eq!(ConsentState::default().to_string(), "not opted out");
///
/// let json = serde_json::to_string(&state).unwrap();
/// assert_eq!(serde_json::from_str::<ConsentState>(&json).unwrap(), state);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConsentState {
    heard: SignalSet,
    overruled: SignalSet,
    marks: Marks,
    jurisdiction: Jurisdiction,
}

/// Copied into every request's extensions; a fat state is paid on each one.
const _: () = assert!(size_of::<ConsentState>() <= 8);

impl Default for ConsentState {
    fn default() -> Self {
        Self::new(Scope::NOTHING, SignalSet::default(), SignalSet::default()).with(Marks::DEFAULT)
    }
}

impl ConsentState {
    pub(super) fn new(scope: Scope, heard: SignalSet, overruled: SignalSet) -> Self {
        Self { heard, overruled, marks: Marks::of(scope), jurisdiction: Jurisdiction::UNKNOWN }
    }

    pub(super) fn with(mut self, mark: Marks) -> Self {
        self.marks = self.marks.and(mark);
        self
    }

    /// The same state, of a person in `jurisdiction`.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::consent::{ConsentState, Jurisdiction};
    ///
    /// let state = ConsentState::default().with_jurisdiction(Jurisdiction::parse("US-CA"));
    /// assert_eq!(state.jurisdiction().state(), Some("CA"));
    /// ```
    #[must_use]
    pub fn with_jurisdiction(mut self, jurisdiction: Jurisdiction) -> Self {
        self.jurisdiction = jurisdiction;
        self
    }

    /// Tells whether this person is opted out of anything that tags do: sale, sharing or targeted advertising.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().opted_out());
    /// ```
    #[must_use]
    pub fn opted_out(self) -> bool {
        self.scope().intersects(Scope::ALL_ADVERTISING)
    }

    /// What this person is opted out of.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(tower_gpc::ConsentState::default().scope().is_empty());
    /// ```
    #[must_use]
    pub fn scope(self) -> Scope {
        self.marks.scope()
    }

    /// Tells whether this person is opted out of the sale of personal information (Civ. Code § 1798.140(ad)).
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().sale_opted_out());
    /// ```
    #[must_use]
    pub fn sale_opted_out(self) -> bool {
        self.scope().contains(Scope::SALE)
    }

    /// Tells whether this person is opted out of sharing for cross-context advertising (Civ. Code § 1798.140(ah)).
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().sharing_opted_out());
    /// ```
    #[must_use]
    pub fn sharing_opted_out(self) -> bool {
        self.scope().contains(Scope::SHARING)
    }

    /// Tells whether this person is opted out of targeted advertising, as Colorado and other states call it.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().targeted_advertising_opted_out());
    /// ```
    #[must_use]
    pub fn targeted_advertising_opted_out(self) -> bool {
        self.scope().contains(Scope::TARGETED_ADVERTISING)
    }

    /// Tells whether this person limited the use of sensitive information (Civ. Code § 1798.121), a right of its own.
    ///
    /// `Sec-GPC` never says so; a GPP string or an adapter may. No tag is withheld for it alone.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().sensitive_opted_out());
    /// ```
    #[must_use]
    pub fn sensitive_opted_out(self) -> bool {
        self.scope().contains(Scope::SENSITIVE)
    }

    /// The signals that said "opted out".
    ///
    /// # Example
    ///
    /// ```
    /// assert!(tower_gpc::ConsentState::default().heard().is_empty());
    /// ```
    #[must_use]
    pub fn heard(self) -> SignalSet {
        self.heard
    }

    /// The signals that said the contrary and lost: the conflicts.
    ///
    /// A signal can be in both sets, when a request carries it more than once. Where nothing said "opted out" nothing was
    /// overruled, and the set is empty.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(tower_gpc::ConsentState::default().overruled().is_empty());
    /// ```
    #[must_use]
    pub fn overruled(self) -> SignalSet {
        self.overruled
    }

    /// Tells whether the `Sec-GPC` field of this very request said so.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().by_header());
    /// ```
    #[must_use]
    pub fn by_header(self) -> bool {
        self.heard.contains(Signal::SecGpc)
    }

    /// Tells whether this is the default: nobody said anything, neither way.
    ///
    /// Of a person known to be under 16 the default is to be opted out.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(tower_gpc::ConsentState::default().is_default());
    /// ```
    #[must_use]
    pub fn is_default(self) -> bool {
        self.marks.contain(Marks::DEFAULT)
    }

    /// Tells whether the person is known to be under 16 (Civ. Code § 1798.120(c)).
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().is_under_16());
    /// ```
    #[must_use]
    pub fn is_under_16(self) -> bool {
        self.marks.contain(Marks::UNDER_16)
    }

    /// Tells whether a recorded opt-in of a known consumer took away from what signals or age would opt out of.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().is_overridden());
    /// ```
    #[must_use]
    pub fn is_overridden(self) -> bool {
        self.marks.contain(Marks::OVERRIDDEN)
    }

    /// Whether nothing but what a browser sends to every site alike says so: no cookie, no choice made on this site, no
    /// adapter.
    pub(crate) fn by_universal_signal_alone(self) -> bool {
        // A network's key says what it found: beside `Sec-GPC` that field, and otherwise a cookie.
        let explained = |signal| match signal {
            Signal::SecGpc | Signal::Dnt => true,
            Signal::VariantKey => self.by_header(),
            _ => false,
        };
        !self.heard.is_empty() && self.heard.iter().all(explained)
    }

    /// Where the person is, as far as it is known.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(tower_gpc::ConsentState::default().jurisdiction().is_unknown());
    /// ```
    #[must_use]
    pub fn jurisdiction(self) -> Jurisdiction {
        self.jurisdiction
    }
}

impl fmt::Display for ConsentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope().is_empty() {
            true => f.write_str("not opted out")?,
            false => write!(f, "opted out of {}", self.scope())?,
        }
        let mut separator = " (";
        let mut say = |f: &mut fmt::Formatter<'_>, what: fmt::Arguments<'_>| {
            write!(f, "{separator}{what}")?;
            separator = "; ";
            Ok(())
        };
        if !self.heard.is_empty() {
            say(f, format_args!("{}", self.heard))?;
        }
        if self.is_under_16() {
            say(f, format_args!("under 16"))?;
        }
        if self.is_overridden() {
            say(f, format_args!("overridden by a recorded opt-in"))?;
        }
        if !self.overruled.is_empty() {
            say(f, format_args!("overruled: {}", self.overruled))?;
        }
        if !self.jurisdiction.is_unknown() {
            say(f, format_args!("{}", self.jurisdiction))?;
        }
        if separator == "; " { f.write_str(")") } else { Ok(()) }
    }
}

/// What is opted out of, and what else is to be known, a bit each.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Marks(u8);

impl Marks {
    pub(super) const DEFAULT: Marks = Marks(1 << 4);
    pub(super) const UNDER_16: Marks = Marks(1 << 5);
    pub(super) const OVERRIDDEN: Marks = Marks(1 << 6);

    const SCOPE: u8 = 0b1111;

    fn of(scope: Scope) -> Self {
        Marks(scope.bits())
    }

    fn scope(self) -> Scope {
        Scope::from_bits(self.0 & Self::SCOPE)
    }

    fn and(self, more: Marks) -> Marks {
        Marks(self.0 | more.0)
    }

    fn contain(self, mark: Marks) -> bool {
        self.0 & mark.0 != 0
    }
}

impl fmt::Debug for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [(Self::DEFAULT, "default"), (Self::UNDER_16, "under 16"), (Self::OVERRIDDEN, "overridden")];
        let named = named.into_iter().filter(|&(mark, _)| self.contain(mark)).map(|(_, name)| name);
        f.debug_set().entries(self.scope().names()).entries(named).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(scope: Scope) -> ConsentState {
        ConsentState::new(scope, SignalSet::default(), SignalSet::default())
    }

    #[test]
    fn each_question_asks_for_its_own_part() {
        for (scope, want) in [
            (Scope::NOTHING, [false, false, false, false, false]),
            (Scope::SALE, [true, true, false, false, false]),
            (Scope::SHARING, [true, false, true, false, false]),
            (Scope::TARGETED_ADVERTISING, [true, false, false, true, false]),
            (Scope::SENSITIVE, [false, false, false, false, true]),
        ] {
            let state = state(scope);
            let answers = [
                state.opted_out(),
                state.sale_opted_out(),
                state.sharing_opted_out(),
                state.targeted_advertising_opted_out(),
                state.sensitive_opted_out(),
            ];
            assert_eq!(answers, want, "{scope:?}");
            assert_eq!(state.scope(), scope);
        }
    }

    #[test]
    fn a_universal_signal_is_one_that_no_site_had_a_part_in() {
        use Signal::{Adapter, Dnt, OptOutCookie, SecGpc, VariantKey};
        for (heard, want) in [
            (&[SecGpc][..], true),
            (&[Dnt], true),
            (&[SecGpc, VariantKey], true),
            (&[VariantKey], false),
            (&[Dnt, VariantKey], false),
            (&[SecGpc, OptOutCookie], false),
            (&[SecGpc, Adapter], false),
            (&[], false),
        ] {
            let names: Vec<_> = heard.iter().map(|signal| signal.as_str()).collect();
            let json = serde_json::json!({ "sale": true, "heard": names });
            let state: ConsentState = serde_json::from_value(json).unwrap();
            assert_eq!(state.by_universal_signal_alone(), want, "{heard:?}");
        }
    }

    #[test]
    fn marks_and_scope_do_not_mix() {
        let all = [Marks::DEFAULT, Marks::UNDER_16, Marks::OVERRIDDEN];
        for scope in [Scope::NOTHING, Scope::ALL_ADVERTISING | Scope::SENSITIVE] {
            for mark in all {
                let state = state(scope).with(mark);
                assert_eq!(state.scope(), scope, "{mark:?}");
                let answers = [state.is_default(), state.is_under_16(), state.is_overridden()];
                assert_eq!(answers, all.map(|other| other == mark));
            }
        }
    }

    #[test]
    fn a_state_shows_what_it_is_made_of() {
        for (state, want) in [
            (ConsentState::default(), "not opted out"),
            (state(Scope::SALE).with(Marks::UNDER_16), "opted out of sale (under 16)"),
            (
                state(Scope::SALE).with(Marks::OVERRIDDEN).with_jurisdiction(Jurisdiction::parse("US-CO")),
                "opted out of sale (overridden by a recorded opt-in; US-CO)",
            ),
        ] {
            assert_eq!(state.to_string(), want);
        }
        let shown = format!("{:?}", state(Scope::SALE).with(Marks::UNDER_16));
        assert!(shown.contains(r#"{"sale", "under 16"}"#), "{shown}");
    }
}
