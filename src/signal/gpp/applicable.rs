//! Which sections a page says are in force.

use std::fmt;

use crate::signal::percent;

/// The longest list that is looked at: every id of the United States and a separator, with room to spare.
const MAX_LIST: usize = 256;

/// The sections in force for a page: what the cookie `__gpp_sid` and the parameter `gpp_sid` hold.
///
/// Only a hint of a consent platform's: an opt-out in another section is an opt-out too. See [`read`](super::read).
///
/// # Example
///
/// ```
/// use tower_gpc::signal::gpp::ApplicableSections;
///
/// let sections = ApplicableSections::parse(b"7_8").unwrap();
/// assert!(sections.contains(8) && !sections.contains(10));
/// assert_eq!(sections.to_string(), "7,8");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct ApplicableSections(u64);

impl ApplicableSections {
    /// Reads ids from 1 to 63 between commas or underscores, percent-encoded or not.
    ///
    /// `None` if there is none, or anything else: 0 ("not known yet") and -1 ("none") say nothing of a section.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::ApplicableSections;
    ///
    /// assert_eq!(ApplicableSections::parse(b"7%2C8"), Some([7, 8].into_iter().collect()));
    /// assert_eq!(ApplicableSections::parse(b"-1"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        percent::with_plain::<MAX_LIST, _>(text, |text| {
            text.split(|byte| b",_".contains(byte)).try_fold(Self(0), |sections, id| {
                let id: u16 = str::from_utf8(id.trim_ascii()).ok()?.parse().ok()?;
                (1..64).contains(&id).then(|| Self(sections.0 | 1 << id))
            })
        })
        .flatten()
    }

    /// The sections of both.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::ApplicableSections;
    ///
    /// let both = ApplicableSections::from_iter([7]).union(ApplicableSections::from_iter([8]));
    /// assert_eq!(both.to_string(), "7,8");
    /// ```
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the section with this id is in force.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::ApplicableSections;
    ///
    /// assert!(!ApplicableSections::default().contains(7));
    /// ```
    #[must_use]
    pub const fn contains(self, id: u16) -> bool {
        id < 64 && self.0 >> id & 1 == 1
    }
}

/// From ids; those past 63 are left out.
impl FromIterator<u16> for ApplicableSections {
    fn from_iter<I: IntoIterator<Item = u16>>(ids: I) -> Self {
        Self(ids.into_iter().filter(|id| (1..64).contains(id)).fold(0, |all, id| all | 1 << id))
    }
}

/// As in the cookie: with commas.
impl fmt::Display for ApplicableSections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, id) in (1..64).filter(|&id| self.contains(id)).enumerate() {
            write!(f, "{}{id}", if n == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_are_none_say_nothing() {
        for (text, want) in [
            ("7", Some("7")),
            ("8,7", Some("7,8")),
            ("63%2C1", Some("1,63")),
            ("7_8", Some("7,8")),
            ("0", None),
            ("-1", None),
            ("64", None),
            ("82", None),
            ("7,65535", None),
            ("7,65536", None),
            ("", None),
            ("7,", None),
        ] {
            assert_eq!(
                ApplicableSections::parse(text.as_bytes()).map(|ids| ids.to_string()).as_deref(),
                want,
                "{text}"
            );
        }
    }
}
