//! The sections of the United States.

macro_rules! sections {
    ($($(#[$doc:meta])* $section:ident = $id:literal $name:literal,)*) => {
        /// A section of the United States, by its registered id.
        ///
        /// # Example
        ///
        /// ```
        /// use tower_gpc::signal::gpp::UsSection;
        ///
        /// let section = UsSection::from_name("usca").unwrap();
        /// assert_eq!((section, section.id()), (UsSection::California, 8));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum UsSection {
            $($(#[$doc])* $section = $id,)*
        }

        impl UsSection {
            /// All of them, in the order of their ids.
            ///
            /// # Example
            ///
            /// ```
            /// use tower_gpc::signal::gpp::UsSection;
            ///
            /// assert!(UsSection::ALL.iter().map(|section| section.id()).eq(6..=27));
            /// ```
            pub const ALL: &[UsSection] = &[$(Self::$section,)*];

            /// Its prefix in the client-side API.
            ///
            /// # Example
            ///
            /// ```
            /// assert_eq!(tower_gpc::signal::gpp::UsSection::National.name(), "usnat");
            /// ```
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$section => $name,)*
                }
            }

            /// The section with this id.
            ///
            /// # Example
            ///
            /// ```
            /// use tower_gpc::signal::gpp::UsSection;
            ///
            /// assert_eq!(UsSection::from_id(8), Some(UsSection::California));
            /// assert_eq!(UsSection::from_id(2), None, "the European section");
            /// ```
            #[must_use]
            pub const fn from_id(id: u16) -> Option<Self> {
                match id {
                    $($id => Some(Self::$section),)*
                    _ => None,
                }
            }
        }
    };
}

sections! {
    /// The US Privacy string, for all of the country, of 2019.
    UsPrivacy = 6 "uspv1",
    /// The "National Approach" of the Multi-State Privacy Agreement.
    National = 7 "usnat",
    /// California.
    California = 8 "usca",
    /// Virginia.
    Virginia = 9 "usva",
    /// Colorado.
    Colorado = 10 "usco",
    /// Utah.
    Utah = 11 "usut",
    /// Connecticut.
    Connecticut = 12 "usct",
    /// Florida.
    Florida = 13 "usfl",
    /// Montana.
    Montana = 14 "usmt",
    /// Oregon.
    Oregon = 15 "usor",
    /// Texas.
    Texas = 16 "ustx",
    /// Delaware.
    Delaware = 17 "usde",
    /// Iowa.
    Iowa = 18 "usia",
    /// Nebraska.
    Nebraska = 19 "usne",
    /// New Hampshire.
    NewHampshire = 20 "usnh",
    /// New Jersey.
    NewJersey = 21 "usnj",
    /// Tennessee.
    Tennessee = 22 "ustn",
    /// Minnesota.
    Minnesota = 23 "usmn",
    /// Maryland.
    Maryland = 24 "usmd",
    /// Indiana.
    Indiana = 25 "usin",
    /// Kentucky.
    Kentucky = 26 "usky",
    /// Rhode Island.
    RhodeIsland = 27 "usri",
}

impl UsSection {
    /// Its id.
    ///
    /// # Example
    ///
    /// ```
    /// assert_eq!(tower_gpc::signal::gpp::UsSection::Colorado.id(), 10);
    /// ```
    #[must_use]
    pub const fn id(self) -> u16 {
        self as u16
    }

    /// The section with this prefix in the client-side API.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::gpp::UsSection;
    ///
    /// assert_eq!(UsSection::from_name("uspv1"), Some(UsSection::UsPrivacy));
    /// assert_eq!(UsSection::from_name("USCA"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|section| section.name() == name)
    }
}
