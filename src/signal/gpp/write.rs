//! Writes a string that says what is known of a visitor, and nothing that is not.

use std::collections::BTreeSet;
use std::fmt;

use super::applicable::ApplicableSections;
use super::bits::Bits;
use super::field::Field;
use super::header;
use super::layout::{self, Layout, Run, Second};
use super::us_section::UsSection;
use crate::signal::{Scope, UsPrivacyString};

/// A GPP string to be written: which sections, what the visitor opted out of, and what the site says of itself.
///
/// Whatever is not said is written as "not applicable". That a visitor did not opt out is written only where notice of
/// the right was given: without it nobody had the choice (specification of each section, `SaleOptOut`).
///
/// # Example
///
/// ```
/// use tower_gpc::signal::{Scope, gpp::{GppString, UsSection}};
///
/// let string = GppString::new([UsSection::National, UsSection::California])
///     .opted_out(Scope::ALL_ADVERTISING)
///     .gpc(true)
///     .notice(Scope::ALL_ADVERTISING, true);
/// assert_eq!(string.to_string(), "DBABrw~CFQVAAAAAACA.YA~BUUAAACA.YA");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct GppString {
    sections: BTreeSet<UsSection>,
    opted_out: Scope,
    gpc: bool,
    given: Scope,
    not_given: Scope,
    processing_notice: Option<bool>,
    mspa: Mspa,
}

/// What the Multi-State Privacy Agreement of the IAB is to a transaction.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::gpp::Mspa;
///
/// assert_eq!(Mspa::default(), Mspa::NotCovered);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mspa {
    /// It does not cover it.
    #[default]
    NotCovered,
    /// It covers it, in "opt-out option mode".
    OptOutOption,
    /// It covers it, in "service provider mode".
    ServiceProvider,
}

impl GppString {
    /// A string of these sections that says nothing yet.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::{GppString, UsSection};
    ///
    /// assert_eq!(GppString::new([]).to_string(), "DBAA");
    /// assert_eq!(GppString::new([UsSection::Virginia]).to_string(), "DBABRg~BAAAACA");
    /// ```
    pub fn new(sections: impl IntoIterator<Item = UsSection>) -> Self {
        Self { sections: sections.into_iter().collect(), ..Self::default() }
    }

    /// The visitor opted out of `scope`.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{Scope, gpp::{GppString, UsSection}};
    ///
    /// let string = GppString::new([UsSection::Colorado]).opted_out(Scope::SALE);
    /// assert_eq!(string.to_string(), "DBABJg~BAQAAIA.QA");
    /// ```
    pub fn opted_out(mut self, scope: Scope) -> Self {
        self.opted_out = scope;
        self
    }

    /// Whether the browser sent `Sec-GPC: 1`: passed on as it is, whatever else the visitor chose.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::{GppString, UsSection};
    ///
    /// assert!(GppString::new([UsSection::Texas]).gpc(true).to_string().ends_with(".YA"));
    /// ```
    pub fn gpc(mut self, sent: bool) -> Self {
        self.gpc = sent;
        self
    }

    /// Whether the site gives notice of the right to opt out of each of `scope`.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{Scope, gpp::{Field, Gpp, GppString, UsSection}};
    ///
    /// let text = GppString::new([UsSection::California]).notice(Scope::SALE, true).to_string();
    /// let california = Gpp::parse(text.as_bytes()).unwrap().sections().next().unwrap();
    /// assert_eq!(california.field(Field::SaleOptOutNotice), Some(1));
    /// assert_eq!(california.field(Field::SharingOptOutNotice), Some(0));
    /// ```
    pub fn notice(mut self, scope: Scope, given: bool) -> Self {
        let (to, from) =
            if given { (&mut self.given, &mut self.not_given) } else { (&mut self.not_given, &mut self.given) };
        *to |= scope;
        *from = from.without(scope);
        self
    }

    /// Whether the site gives notice of what data it processes and shares.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::{Field, Gpp, GppString, UsSection};
    ///
    /// let text = GppString::new([UsSection::Texas]).processing_notice(false).to_string();
    /// let texas = Gpp::parse(text.as_bytes()).unwrap().sections().next().unwrap();
    /// assert_eq!(texas.field(Field::ProcessingNotice), Some(2));
    /// ```
    pub fn processing_notice(mut self, given: bool) -> Self {
        self.processing_notice = Some(given);
        self
    }

    /// What the Multi-State Privacy Agreement is to the site's transactions.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::{Field, Gpp, GppString, Mspa, UsSection};
    ///
    /// let text = GppString::new([UsSection::Texas]).mspa(Mspa::ServiceProvider).to_string();
    /// let texas = Gpp::parse(text.as_bytes()).unwrap().sections().next().unwrap();
    /// assert_eq!(texas.field(Field::MspaCoveredTransaction), Some(1));
    /// assert_eq!(texas.field(Field::MspaServiceProviderMode), Some(1));
    /// ```
    pub fn mspa(mut self, mspa: Mspa) -> Self {
        self.mspa = mspa;
        self
    }

    /// The sections, for the cookie `__gpp_sid`.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::{GppString, UsSection};
    ///
    /// let string = GppString::new([UsSection::California, UsSection::National]);
    /// assert_eq!(string.sections().to_string(), "7,8");
    /// ```
    pub fn sections(&self) -> ApplicableSections {
        self.sections.iter().map(|section| section.id()).collect()
    }

    fn section(&self, section: UsSection, out: &mut String) {
        let Some(plan) = layout::newest(section) else {
            out.push_str(&self.us_privacy().to_string());
            return;
        };
        sub_section(plan.core, out, |field| self.value(field, plan.version));
        match plan.second {
            Second::Nothing => {}
            Second::Gpc => {
                out.push('.');
                out.push_str(if self.gpc { layout::gpc::TRUE } else { layout::gpc::FALSE });
            }
            Second::Sensitive => {
                out.push('.');
                sub_section(&layout::SENSITIVE, out, |field| self.value(field, None));
            }
        }
    }

    fn value(&self, field: Field, version: Option<u8>) -> u8 {
        let (covered, opt_out_option, service_provider) = match self.mspa {
            Mspa::NotCovered => (2, 0, 0),
            Mspa::OptOutOption => (1, 1, 2),
            Mspa::ServiceProvider => (1, 2, 1),
        };
        match field {
            Field::Version => version.unwrap_or(1),
            Field::MspaVersion => 1,
            Field::SharingNotice | Field::ProcessingNotice => answer(self.processing_notice),
            Field::SaleOptOutNotice => answer(self.noticed(Scope::SALE)),
            Field::SharingOptOutNotice => answer(self.noticed(Scope::SHARING)),
            Field::TargetedAdvertisingOptOutNotice => answer(self.noticed(Scope::TARGETED_ADVERTISING)),
            Field::SensitiveDataProcessingOptOutNotice
            | Field::SensitiveDataOptOutNotice
            | Field::SensitiveDataLimitUseNotice => answer(self.noticed(Scope::SENSITIVE)),
            Field::SaleOptOut => self.choice(Scope::SALE),
            Field::SharingOptOut => self.choice(Scope::SHARING),
            Field::TargetedAdvertisingOptOut => self.choice(Scope::TARGETED_ADVERTISING),
            // What kinds of sensitive data a site has is not known here; an opt-out of all is one of each.
            Field::SensitiveDataProcessing => u8::from(self.opted_out.contains(Scope::SENSITIVE)),
            Field::KnownChildSensitiveDataConsents
            | Field::PersonalDataConsents
            | Field::AdditionalDataProcessingConsent => 0,
            Field::MspaCoveredTransaction => covered,
            Field::MspaOptOutOptionMode => opt_out_option,
            Field::MspaServiceProviderMode => service_provider,
            // One field for both modes, numbered as the first is answered.
            Field::MspaMode => opt_out_option,
        }
    }

    fn noticed(&self, scope: Scope) -> Option<bool> {
        match (self.given.contains(scope), self.not_given.contains(scope)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }

    fn choice(&self, scope: Scope) -> u8 {
        match self.noticed(scope) {
            _ if self.opted_out.contains(scope) => 1,
            Some(true) => 2,
            _ => 0,
        }
    }

    fn us_privacy(&self) -> UsPrivacyString {
        UsPrivacyString {
            notice: self.noticed(Scope::SALE),
            opted_out: Some(self.opted_out.intersects(Scope::SALE | Scope::SHARING)),
            lspa: Some(self.mspa != Mspa::NotCovered),
        }
    }
}

impl fmt::Display for GppString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        header::write(self.sections.iter().map(|section| section.id()), &mut text);
        for &section in &self.sections {
            text.push('~');
            self.section(section, &mut text);
        }
        f.pad(&text)
    }
}

/// Writes one sub-section, each value of a field alike.
fn sub_section(layout: &Layout, out: &mut String, value: impl Fn(Field) -> u8) {
    let mut bits = Bits::default();
    for (offset, Run { field, count }) in layout.fields() {
        for n in 0..count {
            bits = bits.with(offset + n * field.width(), field.width(), value(field));
        }
    }
    bits.write(layout.length, out);
}

fn answer(given: Option<bool>) -> u8 {
    match given {
        Some(true) => 1,
        Some(false) => 2,
        None => 0,
    }
}
