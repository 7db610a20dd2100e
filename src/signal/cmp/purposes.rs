//! Which purposes of a platform are those of sale or sharing.

use std::fmt;

use super::platform::Platform;
use crate::error::{ConfigError, ConfigErrorKind};

/// Which purposes, groups, categories or levels of a [`Platform`] are those of sale or sharing.
///
/// The refusal of one of them is an opt-out of both and of targeted advertising, since platforms do not tell the three
/// apart; iubenda's cookie for the states' laws does, and needs no names. Name the purposes under which a site's
/// advertising runs, and not analytics.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::cmp::{Platform, Purposes};
///
/// let purposes = Purposes::new(Platform::OneTrust, ["4", "BG*"])?;
/// assert_eq!(purposes.iter().collect::<Vec<_>>(), ["4", "BG*"]);
/// assert_eq!(purposes.platform(), Platform::OneTrust);
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Purposes {
    platform: Platform,
    names: Vec<Name>,
}

/// The name of a purpose, or with a `*` at its end that of several.
#[derive(Clone, PartialEq, Eq)]
struct Name {
    text: Box<str>,
    prefix: bool,
}

impl Purposes {
    /// The purposes that the vendor's own set-up has for sale and sharing; see the table at [`Platform`].
    ///
    /// None for TrustArc and Didomi, which then say nothing, and none for Osano and Sourcepoint, which have none to
    /// name.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::cmp::{Platform, Purposes};
    ///
    /// assert_eq!(Purposes::of(Platform::Cookiebot).iter().collect::<Vec<_>>(), ["marketing"]);
    /// ```
    #[must_use]
    pub fn of(platform: Platform) -> Self {
        Self { platform, names: platform.default_purposes().iter().map(|&name| Name::new(name)).collect() }
    }

    /// Names the purposes, as the platform's cookies spell them, in place of the vendor's own.
    ///
    /// For OneTrust a name that ends in `*` stands for all groups that begin so. For TrustArc they are levels, counted
    /// from 1 as in `cmapi_cookie_privacy`; in `notice_preferences` and `notice_gdpr_prefs` the same level is one less.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of the kind [`Value`](ConfigErrorKind::Value) if there is no name or more than 32, if
    /// one is not 1 to 64 printable ASCII characters without a space, holds a `*` elsewhere, or is no level from 1 to
    /// 99, or if the platform has no purposes of its own.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::ConfigErrorKind;
    /// use tower_gpc::signal::cmp::{Platform, Purposes};
    ///
    /// assert!(Purposes::new(Platform::TrustArc, ["3"]).is_ok());
    /// let error = Purposes::new(Platform::TrustArc, ["advertising"]).unwrap_err();
    /// assert_eq!(error.kind(), ConfigErrorKind::Value);
    /// ```
    pub fn new<'a>(platform: Platform, names: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        let wrong =
            |why: String| Err(ConfigError::new(ConfigErrorKind::Value, format!("purposes of {platform}: {why}")));
        if matches!(platform, Platform::Osano | Platform::Sourcepoint) {
            return wrong("it has none that a server can read".to_owned());
        }
        let mut list = Vec::new();
        for name in names {
            if let Some(why) = fault(platform, name) {
                return wrong(format!("{name:?} {why}"));
            }
            if list.len() == MOST {
                return wrong(format!("more than {MOST} are named"));
            }
            list.push(Name::new(name));
        }
        if list.is_empty() {
            return wrong("none is named".to_owned());
        }
        Ok(Self { platform, names: list })
    }

    /// The platform whose purposes they are.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::cmp::{Platform, Purposes};
    ///
    /// assert_eq!(Purposes::of(Platform::Ketch).platform(), Platform::Ketch);
    /// ```
    #[must_use]
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// Their names, as they were given.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::cmp::{Platform, Purposes};
    ///
    /// assert_eq!(Purposes::of(Platform::TrustArc).iter().count(), 0);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &*name.text)
    }

    /// Whether the purpose of this name is among them.
    pub(super) fn contains(&self, name: &[u8]) -> bool {
        self.names.iter().any(|known| match (known.text.as_bytes(), known.prefix) {
            ([prefix @ .., _], true) => name.starts_with(prefix),
            (text, _) => name == text,
        })
    }
}

impl Name {
    fn new(text: &str) -> Self {
        Self { text: text.into(), prefix: text.ends_with('*') }
    }
}

impl fmt::Debug for Purposes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Purposes")
            .field("platform", &self.platform)
            .field("names", &self.iter().collect::<Vec<_>>())
            .finish()
    }
}

/// What is wrong with the name of a purpose, if anything is.
fn fault(platform: Platform, name: &str) -> Option<&'static str> {
    if !(1..=LONGEST).contains(&name.len()) || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some("is not 1 to 64 printable ASCII characters without a space");
    }
    let whole = match platform {
        Platform::OneTrust => name.strip_suffix('*').unwrap_or(name),
        _ => name,
    };
    if whole.is_empty() || whole.contains('*') {
        return Some("holds a \"*\" where none may be");
    }
    if platform == Platform::TrustArc && !name.parse().is_ok_and(|level: u8| (1..=99).contains(&level)) {
        return Some("is no level from 1 to 99");
    }
    None
}

/// The longest name, and hence the longest that a reader has to remember.
pub(super) const LONGEST: usize = 64;

/// The most names: each is compared with every purpose in a cookie.
const MOST: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_printable_and_few() {
        let long = "n".repeat(LONGEST);
        let longer = "n".repeat(LONGEST + 1);
        let table: &[(Platform, &[&str], bool)] = &[
            (Platform::OneTrust, &["C0004", "BG*", "4", "a*"], true),
            (Platform::OneTrust, &["*"], false),
            (Platform::OneTrust, &["B*G"], false),
            (Platform::OneTrust, &["BG**"], false),
            (Platform::Ketch, &["BG*"], false),
            (Platform::Ketch, &[&long], true),
            (Platform::Ketch, &[&longer], false),
            (Platform::Ketch, &["a", ""], false),
            (Platform::Ketch, &["a b"], false),
            (Platform::Ketch, &["a\n"], false),
            (Platform::Ketch, &["é"], false),
            (Platform::Ketch, &[], false),
            (Platform::Ketch, &["a"; MOST], true),
            (Platform::Ketch, &["a"; MOST + 1], false),
            (Platform::TrustArc, &["1", "3", "99"], true),
            (Platform::TrustArc, &["0"], false),
            (Platform::TrustArc, &["100"], false),
            (Platform::TrustArc, &["-1"], false),
            (Platform::TrustArc, &["three"], false),
            (Platform::Osano, &["a"], false),
            (Platform::Sourcepoint, &["a"], false),
        ];
        for (platform, names, good) in table {
            match Purposes::new(*platform, names.iter().copied()) {
                Ok(purposes) => {
                    assert!(good, "{platform} {names:?}");
                    assert!(purposes.iter().eq(names.iter().copied()) && purposes.platform() == *platform);
                }
                Err(error) => assert!(!good && error.kind() == ConfigErrorKind::Value, "{platform} {names:?}: {error}"),
            }
        }
    }

    #[test]
    fn the_vendors_own_purposes_could_have_been_named() {
        for platform in Platform::ALL {
            let purposes = Purposes::of(platform);
            match Purposes::new(platform, platform.default_purposes().iter().copied()) {
                Ok(named) => assert_eq!(named, purposes),
                Err(error) => assert_eq!(purposes.iter().count(), 0, "{error}"),
            }
        }
    }

    #[test]
    fn a_star_stands_for_the_rest_of_a_name() {
        let purposes = Purposes::new(Platform::OneTrust, ["C0004", "BG*"]).unwrap();
        for (name, want) in
            [("C0004", true), ("BG", true), ("BG001", true), ("B", false), ("C00041", false), ("", false)]
        {
            assert_eq!(purposes.contains(name.as_bytes()), want, "{name:?}");
        }
    }
}
