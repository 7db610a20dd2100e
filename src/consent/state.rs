//! What one browser asked for, small enough to travel with every request.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::signal::{Signal, SignalSet};

/// What this browser asked for, and how we know.
///
/// The layer puts one into the extensions of every request, so that handlers can gate what no tag filter sees: bids,
/// server-to-server conversions, audience uploads. The default is that of a browser that said nothing.
///
/// It speaks of the browser that sent this request. What an account asked for on another device is not in it.
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
/// assert_eq!(state.to_string(), "opted out of sale, sharing and targeted advertising (Sec-GPC)");
///
/// assert_eq!(ConsentState::default().to_string(), "not opted out");
/// assert_eq!(
///     serde_json::to_string(&state).unwrap(),
///     r#"{"sale":true,"sharing":true,"targeted_advertising":true,"heard":["sec-gpc"],"overruled":[]}"#,
/// );
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ConsentState {
    heard: SignalSet,
    overruled: SignalSet,
    scope: Scope,
}

/// Copied into every request's extensions; a fat state is paid on each one.
const _: () = assert!(size_of::<ConsentState>() <= 8);

impl ConsentState {
    pub(super) fn new(scope: Scope, heard: SignalSet, overruled: SignalSet) -> Self {
        Self { heard, overruled, scope }
    }

    /// Tells whether this browser opted out of anything: sale, sharing or targeted advertising.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().opted_out());
    /// ```
    #[must_use]
    pub fn opted_out(self) -> bool {
        self.scope != Scope::default()
    }

    /// Tells whether this browser opted out of the sale of personal information (Civ. Code § 1798.140(ad)).
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().sale_opted_out());
    /// ```
    #[must_use]
    pub fn sale_opted_out(self) -> bool {
        self.scope.holds(Scope::SALE)
    }

    /// Tells whether this browser opted out of sharing for cross-context advertising (Civ. Code § 1798.140(ah)).
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().sharing_opted_out());
    /// ```
    #[must_use]
    pub fn sharing_opted_out(self) -> bool {
        self.scope.holds(Scope::SHARING)
    }

    /// Tells whether this browser opted out of targeted advertising, as Colorado and other states call it.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(!tower_gpc::ConsentState::default().targeted_advertising_opted_out());
    /// ```
    #[must_use]
    pub fn targeted_advertising_opted_out(self) -> bool {
        self.scope.holds(Scope::TARGETED_ADVERTISING)
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

    /// The signals that said the contrary and lost.
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
}

impl fmt::Display for ConsentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.opted_out() {
            return f.write_str("not opted out");
        }
        write!(f, "opted out of {} ({}", self.scope, self.heard)?;
        if !self.overruled.is_empty() {
            write!(f, "; overruled: {}", self.overruled)?;
        }
        f.write_str(")")
    }
}

impl Serialize for ConsentState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut state = serializer.serialize_struct("ConsentState", 5)?;
        state.serialize_field("sale", &self.sale_opted_out())?;
        state.serialize_field("sharing", &self.sharing_opted_out())?;
        state.serialize_field("targeted_advertising", &self.targeted_advertising_opted_out())?;
        state.serialize_field("heard", &self.heard)?;
        state.serialize_field("overruled", &self.overruled)?;
        state.end()
    }
}

/// What an opt-out covers.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Scope(u8);

impl Scope {
    pub(super) const SALE: Scope = Scope(1);
    pub(super) const SHARING: Scope = Scope(1 << 1);
    pub(super) const TARGETED_ADVERTISING: Scope = Scope(1 << 2);

    const NAMES: [(Scope, &str); 3] =
        [(Self::SALE, "sale"), (Self::SHARING, "sharing"), (Self::TARGETED_ADVERTISING, "targeted advertising")];

    pub(super) fn and(self, more: Scope) -> Scope {
        Scope(self.0 | more.0)
    }

    fn holds(self, part: Scope) -> bool {
        self.0 & part.0 == part.0
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |&(part, _)| self.holds(part)).map(|(_, name)| name)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// As a list in English: "sale, sharing and targeted advertising".
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.names().count().saturating_sub(1);
        for (i, name) in self.names().enumerate() {
            let separator = match i {
                0 => "",
                _ if i == last => " and ",
                _ => ", ",
            };
            write!(f, "{separator}{name}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_at_most_eight_bytes() {
        assert!(size_of::<ConsentState>() <= 8, "{}", size_of::<ConsentState>());
    }

    #[test]
    fn a_scope_reads_as_a_list_in_english() {
        let table = [
            (Scope::default(), ""),
            (Scope::SALE, "sale"),
            (Scope::SALE.and(Scope::TARGETED_ADVERTISING), "sale and targeted advertising"),
            (
                Scope::TARGETED_ADVERTISING.and(Scope::SHARING).and(Scope::SALE),
                "sale, sharing and targeted advertising",
            ),
        ];
        for (scope, want) in table {
            assert_eq!(scope.to_string(), want);
        }
    }

    #[test]
    fn each_question_asks_for_its_own_part() {
        for (scope, want) in [
            (Scope::default(), [false, false, false, false]),
            (Scope::SALE, [true, true, false, false]),
            (Scope::SHARING, [true, false, true, false]),
            (Scope::TARGETED_ADVERTISING, [true, false, false, true]),
        ] {
            let state = ConsentState::new(scope, SignalSet::default(), SignalSet::default());
            let answers = [
                state.opted_out(),
                state.sale_opted_out(),
                state.sharing_opted_out(),
                state.targeted_advertising_opted_out(),
            ];
            assert_eq!(answers, want, "{scope:?}");
        }
    }

    #[test]
    fn debug_output_names_signals_and_scope() {
        assert_eq!(
            format!("{:?}", ConsentState::new(Scope::SALE, SignalSet::default(), SignalSet::default())),
            r#"ConsentState { heard: {}, overruled: {}, scope: {"sale"} }"#
        );
    }
}
