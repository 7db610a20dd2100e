//! What an opt-out covers.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

/// What a person opted out of: any of sale, sharing, targeted advertising, and the use of sensitive information.
///
/// The first three go together in most laws and are what Global Privacy Control speaks of. The use of sensitive
/// information is a right apart (Civ. Code § 1798.121): no `Sec-GPC` field ever says anything of it.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::Scope;
///
/// let scope = Scope::SALE | Scope::SHARING;
/// assert!(scope.contains(Scope::SALE) && !scope.contains(Scope::TARGETED_ADVERTISING));
/// assert!(!Scope::ALL_ADVERTISING.contains(Scope::SENSITIVE));
/// assert_eq!(scope.to_string(), "sale and sharing");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Scope(u8);

impl Scope {
    /// Nothing at all.
    pub const NOTHING: Scope = Scope(0);

    /// The sale of personal information (Civ. Code § 1798.140(ad)).
    pub const SALE: Scope = Scope(1);

    /// Sharing for cross-context behavioral advertising (Civ. Code § 1798.140(ah)).
    pub const SHARING: Scope = Scope(1 << 1);

    /// Targeted advertising, as Colorado and other states call it.
    pub const TARGETED_ADVERTISING: Scope = Scope(1 << 2);

    /// The use of sensitive information beyond what a service needs (Civ. Code § 1798.121).
    pub const SENSITIVE: Scope = Scope(1 << 3);

    /// Sale, sharing and targeted advertising: what Global Privacy Control asks for.
    pub const ALL_ADVERTISING: Scope = Scope(0b111);

    const NAMES: [(Scope, &str); 4] = [
        (Self::SALE, "sale"),
        (Self::SHARING, "sharing"),
        (Self::TARGETED_ADVERTISING, "targeted advertising"),
        (Self::SENSITIVE, "use of sensitive information"),
    ];

    /// Tells whether all of `part` is in here.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::Scope;
    ///
    /// assert!(Scope::ALL_ADVERTISING.contains(Scope::SALE | Scope::SHARING));
    /// ```
    #[must_use]
    pub const fn contains(self, part: Scope) -> bool {
        self.0 & part.0 == part.0
    }

    /// Tells whether the two have anything in common.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::Scope;
    ///
    /// assert!(!Scope::SENSITIVE.intersects(Scope::ALL_ADVERTISING));
    /// ```
    #[must_use]
    pub const fn intersects(self, other: Scope) -> bool {
        self.0 & other.0 != 0
    }

    /// Tells whether this is nothing.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(tower_gpc::signal::Scope::default().is_empty());
    /// ```
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in here and not in `other`.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::Scope;
    ///
    /// assert_eq!((Scope::SALE | Scope::SHARING).without(Scope::SALE), Scope::SHARING);
    /// ```
    #[must_use]
    pub const fn without(self, other: Scope) -> Scope {
        Scope(self.0 & !other.0)
    }

    /// Both together; the same as `|`, in constants too.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::Scope;
    ///
    /// const CALIFORNIA: Scope = Scope::SALE.union(Scope::SHARING);
    /// assert_eq!(CALIFORNIA, Scope::SALE | Scope::SHARING);
    /// ```
    #[must_use]
    pub const fn union(self, other: Scope) -> Scope {
        Scope(self.0 | other.0)
    }

    /// Four bits, to be stored with others.
    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u8) -> Self {
        Scope(bits & 0b1111)
    }

    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |&(part, _)| self.contains(part)).map(|(_, name)| name)
    }
}

impl BitOr for Scope {
    type Output = Scope;

    fn bitor(self, other: Scope) -> Scope {
        self.union(other)
    }
}

impl BitOrAssign for Scope {
    fn bitor_assign(&mut self, other: Scope) {
        *self = *self | other;
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// As a list in English: "sale, sharing and targeted advertising"; nothing for nothing.
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
    fn a_scope_reads_as_a_list_in_english() {
        let table = [
            (Scope::NOTHING, ""),
            (Scope::SALE, "sale"),
            (Scope::SALE | Scope::TARGETED_ADVERTISING, "sale and targeted advertising"),
            (Scope::ALL_ADVERTISING, "sale, sharing and targeted advertising"),
            (Scope::SENSITIVE, "use of sensitive information"),
        ];
        for (scope, want) in table {
            assert_eq!(scope.to_string(), want);
        }
    }

    #[test]
    fn parts_are_added_and_taken_away() {
        let all = Scope::ALL_ADVERTISING | Scope::SENSITIVE;
        assert_eq!(all.without(Scope::SENSITIVE), Scope::ALL_ADVERTISING);
        assert_eq!(all.without(all), Scope::NOTHING);
        assert!(all.intersects(Scope::SENSITIVE) && !Scope::NOTHING.intersects(all));
        assert!(all.contains(Scope::NOTHING) && !Scope::SALE.contains(all));
    }
}
