//! The states' universal opt-out laws, as data.

use crate::consent::{ConsentState, Jurisdiction, Scope};

/// A state's law that makes sites honour a signal such as Global Privacy Control.
///
/// For notices, reports and [`Policy::only_where_required`](super::Policy::only_where_required). It is not legal advice,
/// and says nothing of whom a law exempts or from which size on it applies.
///
/// # Example
///
/// ```
/// use tower_gpc::consent::{Jurisdiction, Scope};
/// use tower_gpc::policy::Law;
///
/// let law = Law::of(Jurisdiction::parse("US-CO")).unwrap();
/// assert_eq!((law.act(), law.since()), ("Colorado Privacy Act", "2024-07-01"));
/// assert_eq!(law.covers(), Scope::SALE | Scope::TARGETED_ADVERTISING);
/// assert!(Law::of(Jurisdiction::parse("US-VA")).is_none());
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Law {
    state: &'static str,
    act: &'static str,
    citation: &'static str,
    since: &'static str,
    covers: Scope,
    verified: bool,
    note: Option<&'static str>,
}

/// The laws that are known, by state.
///
/// Virginia, Utah, Iowa, Indiana, Kentucky, Tennessee, Rhode Island and Florida have privacy acts that ask for no such
/// thing, as far as is known. Their opt-outs come by form or account.
///
/// # Example
///
/// ```
/// let states: Vec<_> = tower_gpc::policy::laws().iter().map(|law| law.state()).collect();
/// assert_eq!(states, ["CA", "CO", "CT", "DE", "MD", "MN", "MT", "NE", "NH", "NJ", "OR", "TX"]);
/// ```
#[must_use]
pub fn laws() -> &'static [Law] {
    &LAWS
}

impl Law {
    /// The law of a place, if it is a state that has one.
    ///
    /// `None` is no licence: where the state is not known, one of these laws may well be the law of the place.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::consent::Jurisdiction;
    /// use tower_gpc::policy::Law;
    ///
    /// assert_eq!(Law::of(Jurisdiction::parse("US-CA")).unwrap().state(), "CA");
    /// assert_eq!(Law::of(Jurisdiction::US), None);
    /// ```
    #[must_use]
    pub fn of(place: Jurisdiction) -> Option<&'static Self> {
        let state = place.state()?;
        LAWS.iter().find(|law| law.state == state)
    }

    /// The state's USPS code.
    #[must_use]
    pub fn state(&self) -> &'static str {
        self.state
    }

    /// The name that the act goes by.
    #[must_use]
    pub fn act(&self) -> &'static str {
        self.act
    }

    /// Where the duty stands, in statute or rule.
    #[must_use]
    pub fn citation(&self) -> &'static str {
        self.citation
    }

    /// The day from which the signal must be honoured, as in `2025-01-01`.
    #[must_use]
    pub fn since(&self) -> &'static str {
        self.since
    }

    /// What the signal opts a person out of there.
    #[must_use]
    pub fn covers(&self) -> Scope {
        self.covers
    }

    /// Whether the day was read in the law's own text or in a notice of the state's attorney general.
    ///
    /// Otherwise it is from secondary sources, and the finer parts of the citation may be too: check both before quoting
    /// them to anybody.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.verified
    }

    /// What else one should know, such as that sources disagree.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::policy::laws;
    ///
    /// let maryland = laws().iter().find(|law| law.state() == "MD").unwrap();
    /// assert!(!maryland.is_verified() && maryland.note().unwrap().contains("ambiguous"));
    /// ```
    #[must_use]
    pub fn note(&self) -> Option<&'static str> {
        self.note
    }

    /// Whether it covers any of what the person opted out of.
    fn covers_any_of(&self, state: ConsentState) -> bool {
        let asked = [
            (Scope::SALE, state.sale_opted_out()),
            (Scope::SHARING, state.sharing_opted_out()),
            (Scope::TARGETED_ADVERTISING, state.targeted_advertising_opted_out()),
        ];
        asked.into_iter().any(|(part, opted_out)| opted_out && self.covers.contains(part))
    }
}

/// Whether a law may ask for this opt-out to be honoured: no only where the place is known and certainly has none that
/// covers it.
///
/// Colorado Rule 5.08.F lets a site find out who is a resident, and leaves the risk of a mistake with the site: what is
/// not known counts as covered. The day of a law is not compared with the clock: all days here have passed, a date from
/// memory must not open a gap, and honouring a signal early breaks no law.
pub(super) fn may_require(state: ConsentState) -> bool {
    let place = state.jurisdiction();
    if place.is_unknown() || place == Jurisdiction::US {
        return true;
    }
    Law::of(place).is_some_and(|law| law.covers_any_of(state))
}

const SALE_AND_SHARING: Scope = Scope::SALE.union(Scope::SHARING);
const SALE_AND_TARGETING: Scope = Scope::SALE.union(Scope::TARGETED_ADVERTISING);

const LAWS: [Law; 12] = [
    Law {
        state: "CA",
        act: "California Consumer Privacy Act",
        citation: "Cal. Civ. Code § 1798.135; 11 CCR § 7025",
        since: "2020-08-14",
        covers: SALE_AND_SHARING,
        verified: false,
        note: Some("sale since the first rules of 2020-08-14; sharing, and the present text, since 2023-03-29"),
    },
    Law {
        state: "CO",
        act: "Colorado Privacy Act",
        citation: "C.R.S. § 6-1-1306(1)(a)(IV)(B); 4 CCR 904-3, Rules 5.02 to 5.09",
        since: "2024-07-01",
        covers: SALE_AND_TARGETING,
        verified: true,
        note: Some("Global Privacy Control is the one mechanism on the attorney general's list"),
    },
    Law {
        state: "CT",
        act: "Connecticut Data Privacy Act",
        citation: "Conn. Gen. Stat. § 42-520(e)(1)(A)(ii)",
        since: "2025-01-01",
        covers: SALE_AND_TARGETING,
        verified: true,
        note: Some("some secondary sources say January 2026; the attorney general's notice says 2025-01-01"),
    },
    Law {
        state: "DE",
        act: "Delaware Personal Data Privacy Act",
        citation: "Del. Code tit. 6, § 12D-106(e)",
        since: "2026-01-01",
        covers: SALE_AND_TARGETING,
        verified: false,
        note: None,
    },
    Law {
        state: "MD",
        act: "Maryland Online Data Privacy Act",
        citation: "Md. Code, Com. Law, title 14, subtitle 47 (enacted as subtitle 46)",
        since: "2025-10-01",
        covers: SALE_AND_TARGETING,
        verified: false,
        note: Some(
            "the drafting is ambiguous, and sources disagree on the day; 2025-10-01 is when the act took effect",
        ),
    },
    Law {
        state: "MN",
        act: "Minnesota Consumer Data Privacy Act",
        citation: "Minn. Stat. § 325M.14, subd. 3",
        since: "2025-07-31",
        covers: SALE_AND_TARGETING,
        verified: false,
        note: Some("sources disagree on the day; 2025-07-31 is when the act took effect"),
    },
    Law {
        state: "MT",
        act: "Montana Consumer Data Privacy Act",
        citation: "Mont. Code Ann. § 30-14-2809(3)(b)",
        since: "2025-01-01",
        covers: SALE_AND_TARGETING,
        verified: true,
        note: Some("some secondary sources say January 2026; the statute as enacted says 2025-01-01"),
    },
    Law {
        state: "NE",
        act: "Nebraska Data Privacy Act",
        citation: "Neb. Rev. Stat. § 87-1111(5)",
        since: "2025-01-01",
        covers: SALE_AND_TARGETING,
        verified: false,
        note: Some("asks it of sites that process such signals for another state's law"),
    },
    Law {
        state: "NH",
        act: "New Hampshire Data Privacy Act",
        citation: "N.H. Rev. Stat. Ann. § 507-H:6",
        since: "2025-01-01",
        covers: SALE_AND_TARGETING,
        verified: false,
        note: None,
    },
    Law {
        state: "NJ",
        act: "New Jersey Data Privacy Act",
        citation: "N.J. Stat. § 56:8-166.11(b)",
        since: "2025-07-15",
        covers: SALE_AND_TARGETING,
        verified: true,
        note: Some("six months after the act took effect on 2025-01-15; profiling too, when rules say so"),
    },
    Law {
        state: "OR",
        act: "Oregon Consumer Privacy Act",
        citation: "Or. Rev. Stat. § 646A.578(5)(c)",
        since: "2026-01-01",
        covers: SALE_AND_TARGETING,
        verified: false,
        note: None,
    },
    Law {
        state: "TX",
        act: "Texas Data Privacy and Security Act",
        citation: "Tex. Bus. & Com. Code § 541.055(e)",
        since: "2025-01-01",
        covers: SALE_AND_TARGETING,
        verified: true,
        note: Some("asks it of sites that process such signals for another state's law"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_law_is_found_by_its_state_and_no_other() {
        assert!(LAWS.is_sorted_by(|a, b| a.state < b.state));
        for law in laws() {
            let place = Jurisdiction::from_codes(b"US", law.state.as_bytes());
            assert_eq!(Law::of(place), Some(law));
            assert_eq!(place.state(), Some(law.state()));
        }
        for place in
            ["US-VA", "US-UT", "US-IA", "US-IN", "US-KY", "US-TN", "US-RI", "US-FL", "US-NY", "US-PR", "US", ""]
        {
            assert_eq!(Law::of(Jurisdiction::parse(place)), None, "{place}");
        }
        assert_eq!(Law::of(Jurisdiction::ELSEWHERE), None);
    }

    #[test]
    fn every_law_says_what_it_is_and_no_more_than_the_signal_asks() {
        for law in laws() {
            for text in [law.act, law.citation, law.note.unwrap_or("-")] {
                assert!(!text.is_empty() && text.trim() == text && !text.ends_with('.'), "{text:?}");
            }
            assert!(law.citation.contains('§') || law.citation.contains("title"), "{}", law.citation);
            assert!(Scope::ALL_ADVERTISING.contains(law.covers) && law.covers.contains(Scope::SALE), "{law:?}");
            // The sources disagree on these.
            assert!(law.note.is_some() || !["CT", "MD", "MN", "MT"].contains(&law.state), "{law:?}");
        }
        let sharing: Vec<_> = laws().iter().filter(|law| law.covers.contains(Scope::SHARING)).map(Law::state).collect();
        assert_eq!(sharing, ["CA"], "sharing is California's word");
    }

    #[test]
    fn days_are_days() {
        for law in laws() {
            let parts: Vec<_> = law.since.split('-').collect();
            let [year, month, day] = parts[..] else { panic!("{law:?}") };
            assert_eq!((year.len(), month.len(), day.len()), (4, 2, 2), "{law:?}");
            assert!((2020..=2026).contains(&year.parse::<u16>().unwrap()), "{law:?}");
            assert!((1..=12).contains(&month.parse::<u8>().unwrap()), "{law:?}");
            assert!((1..=31).contains(&day.parse::<u8>().unwrap()), "{law:?}");
        }
    }
}
