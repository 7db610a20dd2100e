//! One section of a string, taken apart as far as it is understood.

use super::bits::Bits;
use super::field::Field;
use super::layout::{self, Layout, Masks, Plan, Run, Second};
use super::us_section::UsSection;
use crate::signal::{Scope, Statement, UsPrivacyString};

/// One section of a GPP string.
///
/// Of a section that is not of the United States, of a version that is not known, or with a core that cannot be read,
/// id and text are all there is.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::gpp::{Field, Gpp};
///
/// let gpp = Gpp::parse(b"DBABBg~BUUAAACA.YA").unwrap();
/// let california = gpp.sections().next().unwrap();
/// assert_eq!(california.name(), Some("usca"));
/// assert_eq!(california.sharing_opt_out(), Some(true));
/// assert_eq!(california.field(Field::MspaCoveredTransaction), Some(2));
/// assert_eq!(california.gpc(), Some(true));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Section<'a> {
    id: u16,
    text: &'a [u8],
    content: Content,
}

#[derive(Clone, Copy, Debug)]
enum Content {
    Unknown,
    UsPrivacy(UsPrivacyString),
    Fields(Fields),
}

#[derive(Clone, Copy, Debug)]
struct Fields {
    plan: &'static Plan,
    core: Bits,
    sensitive: Option<Bits>,
    gpc: Option<bool>,
}

impl<'a> Section<'a> {
    pub(super) fn read(id: u16, text: &'a [u8]) -> Self {
        let content = match UsSection::from_id(id) {
            None => None,
            Some(UsSection::UsPrivacy) => UsPrivacyString::parse(text).map(Content::UsPrivacy),
            Some(section) => Fields::read(section, text).map(Content::Fields),
        };
        Self { id, text, content: content.unwrap_or(Content::Unknown) }
    }

    /// Its id, as registered or not.
    ///
    /// # Example
    ///
    /// ```
    /// let gpp = tower_gpc::signal::gpp::Gpp::parse(b"DBABTA~1YYN").unwrap();
    /// assert_eq!(gpp.sections().next().unwrap().id(), 6);
    /// ```
    #[must_use]
    pub const fn id(self) -> u16 {
        self.id
    }

    /// Its prefix in the client-side API; `None` if the id is not one of the United States.
    ///
    /// # Example
    ///
    /// ```
    /// let gpp = tower_gpc::signal::gpp::Gpp::parse(b"DBABTA~1YYN").unwrap();
    /// assert_eq!(gpp.sections().next().unwrap().name(), Some("uspv1"));
    /// ```
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        UsSection::from_id(self.id).map(UsSection::name)
    }

    /// Its text, as it stands.
    ///
    /// # Example
    ///
    /// ```
    /// let gpp = tower_gpc::signal::gpp::Gpp::parse(b"DBABTA~1YYN").unwrap();
    /// assert_eq!(gpp.sections().next().unwrap().text(), b"1YYN");
    /// ```
    #[must_use]
    pub const fn text(self) -> &'a [u8] {
        self.text
    }

    /// Whether it is understood: a section of the United States, of a known version and readable.
    ///
    /// # Example
    ///
    /// ```
    /// let gpp = tower_gpc::signal::gpp::Gpp::parse(b"DBABBg~DUUAAACA.YA").unwrap();
    /// assert!(!gpp.sections().next().unwrap().is_understood(), "there is no version 3");
    /// ```
    #[must_use]
    pub const fn is_understood(self) -> bool {
        !matches!(self.content, Content::Unknown)
    }

    /// The first value of a field, as it is written; `None` if the section has no such field.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::{Field, Gpp};
    ///
    /// let gpp = Gpp::parse(b"DBABEYA~BQBQ.YA").unwrap();
    /// let maryland = gpp.sections().next().unwrap();
    /// assert_eq!(maryland.field(Field::MspaVersion), Some(1));
    /// assert_eq!(maryland.field(Field::SharingOptOut), None);
    /// ```
    #[must_use]
    pub fn field(self, field: Field) -> Option<u8> {
        self.values(field).next()
    }

    /// All values of a field, as they are written; none if the section has no such field.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::{Field, Gpp};
    ///
    /// let gpp = Gpp::parse(b"DBABUYA~BVVV.kkk").unwrap();
    /// let indiana = gpp.sections().next().unwrap();
    /// assert!(indiana.values(Field::SensitiveDataProcessing).eq([2, 1, 0, 2, 1, 0, 2, 1]));
    /// ```
    pub fn values(self, field: Field) -> Values {
        self.fields().find(|&(found, _)| found == field).map_or(Values::default(), |(_, values)| values)
    }

    /// All fields with their values, in the order of the section's specification, without the browser's signal.
    ///
    /// The US Privacy string has none; see [`us_privacy`](Self::us_privacy).
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::{Field, Gpp};
    ///
    /// let gpp = Gpp::parse(b"DBABEYA~BQBQ.YA").unwrap();
    /// let maryland = gpp.sections().next().unwrap();
    /// let given: Vec<_> = maryland.fields().filter(|(_, values)| values.clone().any(|value| value == 1)).collect();
    /// assert_eq!(given.first().unwrap().0, Field::MspaVersion);
    /// assert_eq!(given.last().unwrap().0, Field::TargetedAdvertisingOptOut);
    /// ```
    pub fn fields(self) -> impl Iterator<Item = (Field, Values)> {
        let (core, second) = match self.content {
            Content::Fields(Fields { plan, core, sensitive, .. }) => {
                (Some((core, plan.core)), sensitive.map(|bits| (bits, &layout::SENSITIVE)))
            }
            _ => (None, None),
        };
        core.into_iter().chain(second).flat_map(|(bits, layout)| all(bits, layout))
    }

    /// Whether the browser sent the signal, as the section's writer says.
    ///
    /// `None` where it does not say so, and in sections that have no place for it.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::Gpp;
    ///
    /// let virginia = Gpp::parse(b"DBABRg~BAUAABA.YA").unwrap();
    /// assert_eq!(virginia.sections().next().unwrap().gpc(), None);
    /// ```
    #[must_use]
    pub const fn gpc(self) -> Option<bool> {
        match self.content {
            Content::Fields(fields) => fields.gpc,
            _ => None,
        }
    }

    /// The US Privacy string that section 6 is.
    ///
    /// # Example
    ///
    /// ```
    /// let gpp = tower_gpc::signal::gpp::Gpp::parse(b"DBABTA~1YYN").unwrap();
    /// assert_eq!(gpp.sections().next().unwrap().us_privacy().unwrap().to_string(), "1YYN");
    /// ```
    #[must_use]
    pub const fn us_privacy(self) -> Option<UsPrivacyString> {
        match self.content {
            Content::UsPrivacy(string) => Some(string),
            _ => None,
        }
    }

    /// Whether the person opted out of sale; `None` if that is not said or does not apply.
    ///
    /// # Example
    ///
    /// ```
    /// let gpp = tower_gpc::signal::gpp::Gpp::parse(b"DBABBg~BUoAAABA.QA").unwrap();
    /// assert_eq!(gpp.sections().next().unwrap().sale_opt_out(), Some(false));
    /// ```
    #[must_use]
    pub fn sale_opt_out(self) -> Option<bool> {
        match self.content {
            Content::UsPrivacy(string) => string.opted_out,
            _ => self.opt_out(|masks| masks.sale),
        }
    }

    /// Whether the person opted out of sharing; `None` if that is not said or does not apply.
    ///
    /// # Example
    ///
    /// ```
    /// let gpp = tower_gpc::signal::gpp::Gpp::parse(b"DBABJg~BAUAAEA.YA").unwrap();
    /// assert_eq!(gpp.sections().next().unwrap().sharing_opt_out(), None, "Colorado's section knows none");
    /// ```
    #[must_use]
    pub fn sharing_opt_out(self) -> Option<bool> {
        self.opt_out(|masks| masks.sharing)
    }

    /// Whether the person opted out of targeted advertising; `None` if that is not said or does not apply.
    ///
    /// # Example
    ///
    /// ```
    /// let gpp = tower_gpc::signal::gpp::Gpp::parse(b"DBABJg~BAUAAEA.YA").unwrap();
    /// assert_eq!(gpp.sections().next().unwrap().targeted_advertising_opt_out(), Some(true));
    /// ```
    #[must_use]
    pub fn targeted_advertising_opt_out(self) -> Option<bool> {
        self.opt_out(|masks| masks.targeted_advertising)
    }

    fn opt_out(self, mask: impl FnOnce(&Masks) -> u128) -> Option<bool> {
        let Content::Fields(Fields { plan, core, .. }) = self.content else { return None };
        let mask = mask(&plan.core.masks);
        let said = core.ones(mask) != 0;
        (said || core.twos(mask) != 0).then_some(said)
    }

    /// What the section says of the person.
    ///
    /// An opt-out covers what its field is named after, the browser's signal all advertising, and one for any kind of
    /// sensitive data [`Scope::SENSITIVE`]. Where a child is known to be concerned and consent is missing, nothing may
    /// be sold, shared or targeted either (Civ. Code § 1798.120(c)). That is no statement of this person's age: the
    /// columns speak of the children a business knows of, and several of them are often filled in at once.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{Scope, Statement, gpp::Gpp};
    ///
    /// let gpp = Gpp::parse(b"DBABBg~BUUAAACA.QA").unwrap();
    /// let said = gpp.sections().next().unwrap().statement();
    /// assert_eq!(said, Statement::opted_out(Scope::SALE | Scope::SHARING));
    /// ```
    pub fn statement(self) -> Statement {
        match self.content {
            Content::Unknown => Statement::nothing(),
            Content::UsPrivacy(string) => string.statement(),
            Content::Fields(fields) => fields.statement(),
        }
    }
}

impl Fields {
    fn read(section: UsSection, text: &[u8]) -> Option<Self> {
        let mut parts = text.split(|&byte| byte == b'.');
        let mut core = Bits::read(parts.next()?)?;
        // Sections 24 to 27: their specifications put a section header before the core, the reference library does not.
        // The one begins with the section's id, the other with the version of an agreement that is far from it.
        if has_section_header(section, core) {
            if core.field(6, 6) != 1 {
                return None;
            }
            core = Bits::read(parts.next()?)?;
        }
        let plan = layout::plan(section, core.field(0, 6))?;
        let (mut sensitive, mut gpc) = (None, None);
        match plan.second {
            Second::Nothing => {}
            Second::Gpc => gpc = parts.filter_map(Bits::read).filter_map(said_by_browser).max(),
            Second::Sensitive => sensitive = parts.next().and_then(Bits::read),
        }
        Some(Self { plan, core, sensitive, gpc })
    }

    fn statement(self) -> Statement {
        let masks = &self.plan.core.masks;
        let second = self.sensitive.map_or(0, |bits| bits.ones(layout::SENSITIVE.masks.sensitive));
        let mut scope = Scope::NOTHING;
        for (said, part) in [
            (self.core.ones(masks.sale) != 0, Scope::SALE),
            (self.core.ones(masks.sharing) != 0, Scope::SHARING),
            (self.core.ones(masks.targeted_advertising) != 0, Scope::TARGETED_ADVERTISING),
            (self.core.ones(masks.sensitive) | second != 0, Scope::SENSITIVE),
            (self.core.ones(masks.child) != 0 || self.gpc == Some(true), Scope::ALL_ADVERTISING),
        ] {
            if said {
                scope |= part;
            }
        }
        let contrary = self.core.twos(masks.sale | masks.sharing | masks.targeted_advertising) != 0;
        Statement::opted_out(scope).and(if contrary { Statement::not_opted_out() } else { Statement::nothing() })
    }
}

/// Whether the first sub-section of one of the sections 24 to 27 is a section header.
pub(super) fn has_section_header(section: UsSection, first: Bits) -> bool {
    section >= UsSection::Maryland && u16::from(first.field(0, 6)) == section.id()
}

/// What a sub-section says of the browser's signal, if it is the one for it.
pub(super) fn said_by_browser(bits: Bits) -> Option<bool> {
    (bits.field(0, 2) == layout::gpc::TYPE).then(|| bits.field(2, 1) == 1)
}

fn all(bits: Bits, layout: &'static Layout) -> impl Iterator<Item = (Field, Values)> {
    layout.fields().map(move |(offset, Run { field, count })| {
        (field, Values { bits: (bits.0 << offset >> 96) as u32, width: field.width(), left: count })
    })
}

/// The values of one field.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::gpp::{Field, Gpp};
///
/// let gpp = Gpp::parse(b"DBABBg~BUUAAACA.YA").unwrap();
/// let california = gpp.sections().next().unwrap();
/// assert_eq!(california.values(Field::SensitiveDataProcessing).len(), 9);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Values {
    /// The first one highest; the longest list, of `usnat`, fills it.
    bits: u32,
    width: u8,
    left: u8,
}

impl Iterator for Values {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        self.left = self.left.checked_sub(1)?;
        let value = self.bits >> (32 - self.width);
        self.bits <<= self.width;
        Some(value as u8)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::from(self.left), Some(usize::from(self.left)))
    }
}

impl ExactSizeIterator for Values {}
