//! The fields of the US sections, by their names in the specifications.

use std::fmt;

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident,)*) => {
        /// A field of a US section, named as in the specifications.
        ///
        /// Most are two bits: of a notice, 1 says "given" and 2 "not given"; of an opt-out, 1 "opted out" and 2 "did
        /// not opt out"; of a consent, 1 "no consent" and 2 "consent". 0 is "not applicable", and 3 is not a value.
        ///
        /// # Example
        ///
        /// ```
        /// use tower_gpc::signal::gpp::Field;
        ///
        /// assert_eq!(Field::SaleOptOut.name(), "SaleOptOut");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Field {
            $($(#[$doc])* $field,)*
        }

        impl Field {
            /// Its name in the specifications.
            ///
            /// # Example
            ///
            /// ```
            /// assert_eq!(tower_gpc::signal::gpp::Field::MspaMode.name(), "MspaMode");
            /// ```
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$field => stringify!($field),)*
                }
            }
        }
    };
}

fields! {
    /// The version of the section's specification.
    Version,
    /// Whether notice was given that personal data is shared with third parties.
    SharingNotice,
    /// Whether notice was given that personal data is processed.
    ProcessingNotice,
    /// Whether notice was given of the right to opt out of sale.
    SaleOptOutNotice,
    /// Whether notice was given of the right to opt out of sharing.
    SharingOptOutNotice,
    /// Whether notice was given of the right to opt out of targeted advertising.
    TargetedAdvertisingOptOutNotice,
    /// Whether notice was given of the right to opt out of the processing of sensitive data.
    SensitiveDataProcessingOptOutNotice,
    /// The same, as Iowa's section calls it.
    SensitiveDataOptOutNotice,
    /// Whether notice was given of the right to limit the use of sensitive data.
    SensitiveDataLimitUseNotice,
    /// The opt-out of sale.
    SaleOptOut,
    /// The opt-out of sharing.
    SharingOptOut,
    /// The opt-out of targeted advertising.
    TargetedAdvertisingOptOut,
    /// The opt-out of, or the consent to, the processing of sensitive data, one value for each kind of it.
    SensitiveDataProcessing,
    /// The consent to processing where a child is concerned, one value for each age or use.
    KnownChildSensitiveDataConsents,
    /// The consent to uses that are incompatible with the purpose of collection.
    PersonalDataConsents,
    /// The consent to processing beyond the disclosed purposes.
    AdditionalDataProcessingConsent,
    /// The version of the Multi-State Privacy Agreement.
    MspaVersion,
    /// Whether the Multi-State Privacy Agreement covers the transaction: 1 yes, 2 no.
    MspaCoveredTransaction,
    /// The agreement's mode: 1 opt-out option mode, 2 service provider mode.
    MspaMode,
    /// Whether the agreement's opt-out option mode is on: 1 yes, 2 no.
    MspaOptOutOptionMode,
    /// Whether the agreement's service provider mode is on: 1 yes, 2 no.
    MspaServiceProviderMode,
}

impl Field {
    /// How many bits one value has.
    pub(super) const fn width(self) -> u8 {
        match self {
            Self::Version | Self::MspaVersion => 6,
            _ => 2,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
