//! What one signal says.

use std::time::SystemTime;

use super::scope::Scope;

/// What one signal says of a person: an opt-out, the contrary, an age, a recorded opt-in, or nothing.
///
/// Readers of this crate say opt-outs and their contraries only. An [`Adapter`](super::Adapter) of yours can say all.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::{Scope, Statement};
///
/// let account = Statement::opted_out(Scope::SALE).and(Statement::under_16());
/// assert_eq!(account.scope(), Scope::SALE);
/// assert_eq!(Statement::default(), Statement::nothing());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Statement {
    opted_out: Scope,
    opted_in: Scope,
    contrary: bool,
    under_16: bool,
}

impl Statement {
    /// Says nothing: not asked, not understood, not applicable. Never an opt-in (11 CCR § 7025(c)(5)).
    pub const fn nothing() -> Self {
        Self { opted_out: Scope::NOTHING, opted_in: Scope::NOTHING, contrary: false, under_16: false }
    }

    /// Says that the person opted out of `scope`.
    pub const fn opted_out(scope: Scope) -> Self {
        Self { opted_out: scope, ..Self::nothing() }
    }

    /// Says that the person did not opt out, as a consent banner or an account setting may record it.
    ///
    /// It opts nobody in: beside an opt-out it is remembered as the contrary signal that lost (11 CCR § 7025(c)(3)).
    pub const fn not_opted_out() -> Self {
        Self { contrary: true, ..Self::nothing() }
    }

    /// Says that the person is known to be under 16.
    ///
    /// Then nothing is sold or shared without an opt-in (Civ. Code § 1798.120(c)). Only for actual knowledge.
    pub const fn under_16() -> Self {
        Self { under_16: true, ..Self::nothing() }
    }

    /// Says that this known consumer opted in, in two recorded steps, after having been told of the signal.
    ///
    /// It is the one thing that overrides a browser's signal, within its scope and on this request only: see
    /// [`resolve`](crate::consent::resolve). Say it only where the consumer is known, that is logged in, and never by
    /// what a cookie says alone.
    pub const fn opted_in(opt_in: RecordedOptIn) -> Self {
        Self { opted_in: opt_in.scope, ..Self::nothing() }
    }

    /// Says both.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{Scope, Statement};
    ///
    /// let both = Statement::opted_out(Scope::SALE).and(Statement::opted_out(Scope::SHARING));
    /// assert_eq!(both, Statement::opted_out(Scope::SALE | Scope::SHARING));
    /// ```
    pub fn and(self, other: Self) -> Self {
        Self {
            opted_out: self.opted_out | other.opted_out,
            opted_in: self.opted_in | other.opted_in,
            contrary: self.contrary || other.contrary,
            under_16: self.under_16 || other.under_16,
        }
    }

    /// What it says the person opted out of.
    #[must_use]
    pub const fn scope(self) -> Scope {
        self.opted_out
    }

    /// Whether it says, of something, that the person did not opt out.
    #[must_use]
    pub const fn is_contrary(self) -> bool {
        self.contrary
    }

    /// What it says a known consumer opted into.
    #[must_use]
    pub const fn opt_in(self) -> Scope {
        self.opted_in
    }

    /// Whether it says that the person is under 16.
    #[must_use]
    pub const fn is_under_16(self) -> bool {
        self.under_16
    }
}

/// An opt-in that was made in two steps and recorded: asked for first, and confirmed apart (11 CCR § 7028(a)).
///
/// # Example
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tower_gpc::signal::{RecordedOptIn, Scope};
///
/// let asked = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
/// let confirmed = asked + Duration::from_secs(20);
/// assert!(RecordedOptIn::new(Scope::SALE, asked, confirmed).is_some());
/// assert!(RecordedOptIn::new(Scope::SALE, asked, asked).is_none(), "one step is no opt-in");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedOptIn {
    scope: Scope,
}

impl RecordedOptIn {
    /// An opt-in to `scope` by a request at one time and its confirmation at a later one.
    ///
    /// `None` if the confirmation is not later than the request, or if the scope is empty.
    #[must_use]
    pub fn new(scope: Scope, requested: SystemTime, confirmed: SystemTime) -> Option<Self> {
        (requested < confirmed && !scope.is_empty()).then_some(Self { scope })
    }

    /// What the consumer opted into.
    #[must_use]
    pub const fn scope(self) -> Scope {
        self.scope
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_opt_in_takes_two_steps_in_their_order_and_a_scope() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        for (scope, requested, confirmed, want) in [
            (Scope::SALE, 1, 2, true),
            (Scope::SALE, 2, 2, false),
            (Scope::SALE, 3, 2, false),
            (Scope::NOTHING, 1, 2, false),
        ] {
            let got = RecordedOptIn::new(scope, at(requested), at(confirmed));
            assert_eq!(got.map(RecordedOptIn::scope), want.then_some(scope), "{scope} {requested} {confirmed}");
        }
    }

    #[test]
    fn what_is_said_together_adds_up() {
        let parts = [
            Statement::opted_out(Scope::SALE),
            Statement::opted_out(Scope::SENSITIVE),
            Statement::not_opted_out(),
            Statement::under_16(),
        ];
        let all = parts.into_iter().fold(Statement::nothing(), Statement::and);
        assert_eq!(all.scope(), Scope::SALE | Scope::SENSITIVE);
        assert!(all.is_contrary() && all.is_under_16() && all.opt_in().is_empty());
    }
}
