//! The Global Privacy Platform string of the IAB, read and written for the sections of the United States.
//!
//! A string is a header that lists sections, and the sections after it, joined by `~`; a section's sub-sections are
//! joined by `.`. This follows the IAB Tech Lab's "Consent String Specification" and the specification of every
//! section, and writes what the reference library `@iabgpp/cmpapi` 3.2 reads.
//!
//! Whatever cannot be understood says nothing, and never takes anything else with it: an unknown section, version or
//! sub-section, a field whose value is invalid or missing, a letter of no alphabet.
//!
//! | to | use |
//! |---|---|
//! | hear what a string says of a person | [`read`] |
//! | look into one | [`Gpp`] |
//! | make one that opts out of one that does not | [`corrected`] |
//! | write one | [`GppString`] |
//!
//! Reading allocates nothing.

mod applicable;
mod bits;
mod correct;
mod field;
mod header;
mod layout;
mod section;
mod us_section;
mod write;

pub use applicable::ApplicableSections;
pub use correct::corrected;
pub use field::Field;
pub use header::SectionIds;
pub use section::{Section, Values};
pub use us_section::UsSection;
pub use write::{GppString, Mspa};

use super::cookie::MAX_PAIR;
use super::percent;
use super::statement::Statement;

/// Reads what a GPP string, percent-encoded or not, says of a person: what any of its sections says.
///
/// With `applicable`, only the sections in force are heard. That is a consent platform's guess at where a person is:
/// do without unless it is known to be right.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::{Scope, Statement, gpp};
///
/// let said = gpp::read(b"DBABJg%7EBAUAAEA.QA", None);
/// assert_eq!(said, Statement::opted_out(Scope::SALE | Scope::TARGETED_ADVERTISING));
/// assert_eq!(gpp::read(b"CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", None), Statement::nothing());
/// ```
pub fn read(text: &[u8], applicable: Option<ApplicableSections>) -> Statement {
    percent::with_plain::<MAX_PAIR, _>(text, |text| {
        Gpp::parse(text)
            .into_iter()
            .flat_map(|gpp| gpp.sections())
            .filter(is_heard(applicable))
            .fold(Statement::nothing(), |said, section| said.and(section.statement()))
    })
    .unwrap_or_default()
}

fn is_heard(applicable: Option<ApplicableSections>) -> impl Fn(&Section<'_>) -> bool {
    move |section| applicable.is_none_or(|sections| sections.contains(section.id()))
}

/// A GPP string, borrowed.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::gpp::Gpp;
///
/// let gpp = Gpp::parse(b"DBACrzA~BVQVAAAAAgA.YA~BAQAAABA.YA~BAQAAEA.YA").unwrap();
/// assert!(gpp.section_ids().eq([7, 8, 10]));
/// assert!(gpp.sections().all(|section| section.sale_opt_out() == Some(true)));
/// ```
#[derive(Clone, Debug)]
pub struct Gpp<'a> {
    ids: SectionIds<'a>,
    sections: Option<&'a [u8]>,
}

impl<'a> Gpp<'a> {
    /// Takes a string apart that is not percent-encoded.
    ///
    /// `None` if it does not begin with the header of a GPP string, of version 1.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::Gpp;
    ///
    /// assert!(Gpp::parse(b"DBABMA").is_some());
    /// assert!(Gpp::parse(b"1YYN").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &'a [u8]) -> Option<Self> {
        // Type 3 and version 1 are six bits each, hence a letter each.
        let (header, sections) = cut(text.strip_prefix(b"DB")?, b'~');
        Some(Self { ids: SectionIds::read(header)?, sections })
    }

    /// The ids of the sections that the header lists; the sections themselves may be fewer.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::Gpp;
    ///
    /// assert!(Gpp::parse(b"DBACNYA").unwrap().section_ids().eq([2, 6]));
    /// ```
    pub fn section_ids(&self) -> SectionIds<'a> {
        self.ids.clone()
    }

    /// The sections, in the order of the header. One that the header does not list has no id and is left out.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::Gpp;
    ///
    /// let gpp = Gpp::parse(b"DBACNYA~CPXxRfAPXxRfAAfKABENB~1YYN").unwrap();
    /// assert!(gpp.sections().map(|section| section.name()).eq([None, Some("uspv1")]));
    /// ```
    pub fn sections(&self) -> impl Iterator<Item = Section<'a>> + use<'a> {
        self.section_ids().zip(parts(self.sections)).map(|(id, text)| Section::read(id, text))
    }
}

/// What `~` joins.
fn parts(mut rest: Option<&[u8]>) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (part, more) = cut(rest?, b'~');
        rest = more;
        Some(part)
    })
}

/// What is before the first `delimiter`, and what is after it.
fn cut(text: &[u8], delimiter: u8) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(delimiter, text).and_then(|at| text.split_at_checked(at)) {
        Some((before, after)) => (before, after.get(1..)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests;
