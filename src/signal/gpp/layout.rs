//! Where each field of each US section is: the one table that reading, writing and correcting go by.
//!
//! Sections of the Global Privacy Platform, "US-National" and "US-States". A list of fields (`N-Bitfield`) is written
//! without the length that the core specification puts before it: nobody writes that one.

use super::field::Field;
use super::us_section::UsSection;

/// The fields of one sub-section, in their order.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) runs: &'static [Run],
    pub(super) masks: Masks,
    /// All fields together, in bits.
    pub(super) length: u8,
}

/// One field: how many values it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) field: Field,
    pub(super) count: u8,
}

/// The lower bits of the fields that decide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Masks {
    pub(super) sale: u128,
    pub(super) sharing: u128,
    pub(super) targeted_advertising: u128,
    pub(super) sensitive: u128,
    pub(super) child: u128,
}

/// How the sub-sections of a section go.
#[derive(Debug)]
pub(super) struct Plan {
    /// The version of the specification; `None` where the core begins with the agreement's version instead.
    pub(super) version: Option<u8>,
    pub(super) core: &'static Layout,
    pub(super) second: Second,
}

/// What may come after the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Second {
    /// Nothing that is known.
    Nothing,
    /// The browser's signal, in a sub-section that says its type.
    Gpc,
    /// Sensitive data, in a sub-section that does not say its type.
    Sensitive,
}

impl Layout {
    #[expect(clippy::indexing_slicing, reason = "runs at compile time, where a bad index is an error")]
    const fn new(runs: &'static [Run]) -> Self {
        let mut masks = Masks { sale: 0, sharing: 0, targeted_advertising: 0, sensitive: 0, child: 0 };
        let (mut at, mut i) = (0, 0);
        while i < runs.len() {
            let Run { field, count } = runs[i];
            let mut n = 0;
            while n < count {
                at += field.width();
                let lowest = 1 << (128 - at as u32);
                match field {
                    Field::SaleOptOut => masks.sale |= lowest,
                    Field::SharingOptOut => masks.sharing |= lowest,
                    Field::TargetedAdvertisingOptOut => masks.targeted_advertising |= lowest,
                    Field::SensitiveDataProcessing => masks.sensitive |= lowest,
                    Field::KnownChildSensitiveDataConsents => masks.child |= lowest,
                    _ => {}
                }
                n += 1;
            }
            i += 1;
        }
        Self { runs, masks, length: at }
    }

    /// The fields with their offsets.
    pub(super) fn fields(&self) -> impl Iterator<Item = (u8, Run)> + use<> {
        let mut at = 0;
        self.runs.iter().map(move |&run| {
            let offset = at;
            at += run.field.width() * run.count;
            (offset, run)
        })
    }
}

/// How a section of this version goes; `None` if that is not known. The US Privacy string has none.
pub(super) fn plan(section: UsSection, version: u8) -> Option<&'static Plan> {
    let plan = match (section, version) {
        (UsSection::National, 1) => &NATIONAL_1,
        _ => newest(section)?,
    };
    plan.version.is_none_or(|known| known == version).then_some(plan)
}

/// How the newest version of a section goes. The US Privacy string has none.
pub(super) fn newest(section: UsSection) -> Option<&'static Plan> {
    PLANS.get(usize::from(section.id()).checked_sub(7)?)
}

/// From section 7 on.
static PLANS: [Plan; 21] = {
    use Second::{Gpc, Nothing, Sensitive};
    const fn plan(version: u8, core: &'static Layout, second: Second) -> Plan {
        Plan { version: Some(version), core, second }
    }
    const fn unversioned(core: &'static Layout, second: Second) -> Plan {
        Plan { version: None, core, second }
    }
    [
        plan(2, &USNAT, Gpc),
        plan(1, &USCA, Gpc),
        plan(1, &USVA, Nothing),
        plan(1, &USCO, Gpc),
        plan(1, &USUT, Nothing),
        plan(1, &USCT, Gpc),
        plan(1, &USFL_USNH, Nothing),
        plan(1, &USMT, Gpc),
        plan(1, &USOR, Gpc),
        plan(1, &USTX_USNE_USTN_USMN, Gpc),
        plan(1, &USDE, Gpc),
        plan(1, &USIA, Gpc),
        plan(1, &USTX_USNE_USTN_USMN, Gpc),
        plan(1, &USFL_USNH, Gpc),
        plan(1, &USNJ, Gpc),
        // The text of its specification leaves MspaCoveredTransaction out; nobody else does.
        plan(1, &USTX_USNE_USTN_USMN, Gpc),
        plan(1, &USTX_USNE_USTN_USMN, Gpc),
        unversioned(&USMD, Gpc),
        unversioned(&USIN_USKY_USRI, Sensitive),
        unversioned(&USIN_USKY_USRI, Sensitive),
        unversioned(&USIN_USKY_USRI, Sensitive),
    ]
};

static NATIONAL_1: Plan = Plan { version: Some(1), core: &USNAT_1, second: Second::Gpc };

macro_rules! layouts {
    ($($name:ident: $($field:ident $(* $count:literal)?)*;)*) => {
        $(pub(super) static $name: Layout =
            Layout::new(&[$(Run { field: Field::$field, count: 1 $(* $count)? }),*]);)*
    };
}

layouts! {
    USNAT: Version SharingNotice SaleOptOutNotice SharingOptOutNotice TargetedAdvertisingOptOutNotice
        SensitiveDataProcessingOptOutNotice SensitiveDataLimitUseNotice SaleOptOut SharingOptOut
        TargetedAdvertisingOptOut SensitiveDataProcessing*16 KnownChildSensitiveDataConsents*3 PersonalDataConsents
        MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode;

    USNAT_1: Version SharingNotice SaleOptOutNotice SharingOptOutNotice TargetedAdvertisingOptOutNotice
        SensitiveDataProcessingOptOutNotice SensitiveDataLimitUseNotice SaleOptOut SharingOptOut
        TargetedAdvertisingOptOut SensitiveDataProcessing*12 KnownChildSensitiveDataConsents*2 PersonalDataConsents
        MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode;

    USCA: Version SaleOptOutNotice SharingOptOutNotice SensitiveDataLimitUseNotice SaleOptOut SharingOptOut
        SensitiveDataProcessing*9 KnownChildSensitiveDataConsents*2 PersonalDataConsents MspaCoveredTransaction
        MspaOptOutOptionMode MspaServiceProviderMode;

    USVA: Version SharingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut TargetedAdvertisingOptOut
        SensitiveDataProcessing*8 KnownChildSensitiveDataConsents MspaCoveredTransaction MspaOptOutOptionMode
        MspaServiceProviderMode;

    USCO: Version SharingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut TargetedAdvertisingOptOut
        SensitiveDataProcessing*7 KnownChildSensitiveDataConsents MspaCoveredTransaction MspaOptOutOptionMode
        MspaServiceProviderMode;

    USUT: Version SharingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SensitiveDataProcessingOptOutNotice
        SaleOptOut TargetedAdvertisingOptOut SensitiveDataProcessing*8 KnownChildSensitiveDataConsents
        MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode;

    USCT: Version SharingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut TargetedAdvertisingOptOut
        SensitiveDataProcessing*8 KnownChildSensitiveDataConsents*3 MspaCoveredTransaction MspaOptOutOptionMode
        MspaServiceProviderMode;

    USFL_USNH: Version ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut
        TargetedAdvertisingOptOut SensitiveDataProcessing*8 KnownChildSensitiveDataConsents*3
        AdditionalDataProcessingConsent MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode;

    USMT: Version SharingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut TargetedAdvertisingOptOut
        SensitiveDataProcessing*8 KnownChildSensitiveDataConsents*3 AdditionalDataProcessingConsent
        MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode;

    USOR: Version ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut
        TargetedAdvertisingOptOut SensitiveDataProcessing*11 KnownChildSensitiveDataConsents*3
        AdditionalDataProcessingConsent MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode;

    USTX_USNE_USTN_USMN: Version ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut
        TargetedAdvertisingOptOut SensitiveDataProcessing*8 KnownChildSensitiveDataConsents
        AdditionalDataProcessingConsent MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode;

    USDE: Version ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut
        TargetedAdvertisingOptOut SensitiveDataProcessing*9 KnownChildSensitiveDataConsents*5
        AdditionalDataProcessingConsent MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode;

    USIA: Version ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SensitiveDataOptOutNotice
        SaleOptOut TargetedAdvertisingOptOut SensitiveDataProcessing*8 KnownChildSensitiveDataConsents
        MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode;

    USNJ: Version ProcessingNotice SaleOptOutNotice TargetedAdvertisingOptOutNotice SaleOptOut
        TargetedAdvertisingOptOut SensitiveDataProcessing*10 KnownChildSensitiveDataConsents*5
        AdditionalDataProcessingConsent MspaCoveredTransaction MspaOptOutOptionMode MspaServiceProviderMode;

    USMD: MspaVersion MspaCoveredTransaction MspaMode ProcessingNotice SaleOptOutNotice
        TargetedAdvertisingOptOutNotice SaleOptOut TargetedAdvertisingOptOut AdditionalDataProcessingConsent;

    USIN_USKY_USRI: MspaVersion MspaCoveredTransaction MspaMode ProcessingNotice SaleOptOutNotice
        TargetedAdvertisingOptOutNotice SaleOptOut TargetedAdvertisingOptOut KnownChildSensitiveDataConsents
        AdditionalDataProcessingConsent;

    // The second sub-section of Indiana's, Kentucky's and Rhode Island's sections.
    SENSITIVE: SensitiveDataProcessing*8;
}

/// The sub-section that carries the browser's signal: its type is 1, then one bit.
///
/// The core specification's table has "0=true"; every section's and every writer's 1 is true.
pub(super) mod gpc {
    /// Two bits.
    pub(in super::super) const TYPE: u8 = 1;
    /// In the first letter.
    pub(in super::super) const BIT: u8 = 0b00_1000;
    /// As the reference library writes it.
    pub(in super::super) const TRUE: &str = "YA";
    pub(in super::super) const FALSE: &str = "QA";
}
