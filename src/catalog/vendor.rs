//! One vendor: what it is for and how its tags are recognised.

use super::cookie::CookiePattern;
use super::path_rule::PathRule;
use super::purpose::{Purpose, Source};
use super::rule::UrlRule;
use super::signature::Signature;
use crate::error::{ConfigError, ConfigErrorKind};

/// Names one vendor of one [`Catalog`](crate::Catalog).
///
/// It means nothing to another catalog, and nothing to one that vendors were added to or removed from since. What stays
/// is the vendor's [`id`](Vendor::id).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VendorId(pub(crate) u32);

impl VendorId {
    /// The vendor's place in [`Catalog::vendors`](crate::Catalog::vendors), for tables with one row per vendor.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::Catalog;
    /// use tower_gpc::catalog::{Purpose, Vendor};
    ///
    /// let catalog = Catalog::empty().with_vendor(Vendor::new("acme-ads", "Acme Ads", Purpose::Advertising));
    /// assert_eq!(catalog.find("acme-ads").map(|id| id.index()), Some(0));
    /// ```
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A company's product whose tags are recognised, and what they are for.
///
/// One product with two purposes, such as a script that measures visits and also feeds an advertising network, is two
/// vendors with rules that tell their URLs apart.
///
/// # Example
///
/// ```
/// use tower_gpc::Catalog;
/// use tower_gpc::catalog::{Purpose, Vendor};
///
/// let acme = Vendor::new("acme-ads", "Acme Ads", Purpose::Advertising)
///     .with_company("Acme")
///     .with_url("ads.acme.example")?
///     .with_inline("acme('init'")?
///     .with_cookie("_acme_*")?;
/// let catalog = Catalog::builtin().clone().with_vendor(acme);
/// assert_eq!(catalog.match_url(b"https://eu.ads.acme.example/p.js"), catalog.find("acme-ads"));
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    id: String,
    name: String,
    company: Option<String>,
    purpose: Purpose,
    urls: Vec<UrlRule>,
    first_party: Vec<PathRule>,
    inline: Vec<Signature>,
    cookies: Vec<CookiePattern>,
    globals: Vec<String>,
    amp: Vec<String>,
    source: Source,
    verified: bool,
    note: String,
}

impl Vendor {
    /// Starts a vendor without any rules.
    ///
    /// `id` is what catalogs and policies name the vendor by, in kebab-case: `meta-pixel`.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>, purpose: Purpose) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            company: None,
            purpose,
            urls: Vec::new(),
            first_party: Vec::new(),
            inline: Vec::new(),
            cookies: Vec::new(),
            globals: Vec::new(),
            amp: Vec::new(),
            source: Source::default(),
            verified: false,
            note: String::new(),
        }
    }

    /// Says whose product it is.
    #[must_use]
    pub fn with_company(mut self, company: impl Into<String>) -> Self {
        self.company = Some(company.into());
        self
    }

    /// Adds a [`UrlRule`], `host[/path-pattern][?query]`.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is not a rule.
    pub fn with_url(mut self, rule: &str) -> Result<Self, ConfigError> {
        self.urls.push(UrlRule::parse(rule)?);
        Ok(self)
    }

    /// Adds a [`PathRule`], `/path-pattern[?query]`, for the vendor's tags on hosts of the site's own.
    ///
    /// It counts where [`Policy::first_party`](crate::Policy::first_party) is on.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is not a rule, or too short to be told from a site's own paths.
    pub fn with_first_party(mut self, rule: &str) -> Result<Self, ConfigError> {
        self.first_party.push(PathRule::parse(rule)?);
        Ok(self)
    }

    /// Adds a [`Signature`] of inline scripts.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is too short to be found in scripts of this vendor only.
    pub fn with_inline(mut self, signature: &str) -> Result<Self, ConfigError> {
        self.inline.push(Signature::parse(signature)?);
        Ok(self)
    }

    /// Adds a [`CookiePattern`], a cookie name that may have `*` in it.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is no cookie name, or every cookie's.
    pub fn with_cookie(mut self, pattern: &str) -> Result<Self, ConfigError> {
        self.cookies.push(CookiePattern::parse(pattern)?);
        Ok(self)
    }

    /// Adds a global of the vendor's script that the page calls: `fbq`, or `a.b` for a member.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is no identifier of ASCII, or several joined by dots. It is written into
    /// pages as code.
    pub fn with_global(mut self, name: &str) -> Result<Self, ConfigError> {
        if !name.split('.').all(is_identifier) {
            let message = format!("global {name:?}: expected an identifier, such as `fbq` or `a.b`");
            return Err(ConfigError::new(ConfigErrorKind::Catalog, message));
        }
        self.globals.push(name.to_owned());
        Ok(self)
    }

    /// Adds a value of the `type` attribute of AMP components, such as `facebookpixel`.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is empty or is not printable ASCII without white space.
    pub fn with_amp(mut self, type_: &str) -> Result<Self, ConfigError> {
        if type_.is_empty() || !type_.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = format!("AMP type {type_:?}: expected printable ASCII without white space");
            return Err(ConfigError::new(ConfigErrorKind::Catalog, message));
        }
        self.amp.push(type_.to_owned());
        Ok(self)
    }

    /// Says where the entry was learnt from, and whether it was read there.
    #[must_use]
    pub fn with_source(mut self, source: Source, verified: bool) -> Self {
        (self.source, self.verified) = (source, verified);
        self
    }

    /// Says what else there is to say, such as why the purpose is what it is.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// What catalogs and policies name the vendor by.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The product's name, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose product it is; the product's name if that is all that is known.
    #[must_use]
    pub fn company(&self) -> &str {
        self.company.as_deref().unwrap_or(&self.name)
    }

    /// What the vendor's tags are for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Which URLs are the vendor's.
    #[must_use]
    pub fn urls(&self) -> &[UrlRule] {
        &self.urls
    }

    /// Which URLs on hosts of the site's own are the vendor's.
    #[must_use]
    pub fn first_party(&self) -> &[PathRule] {
        &self.first_party
    }

    /// Which inline scripts are the vendor's.
    #[must_use]
    pub fn inline(&self) -> &[Signature] {
        &self.inline
    }

    /// Which first-party cookies are the vendor's.
    #[must_use]
    pub fn cookies(&self) -> &[CookiePattern] {
        &self.cookies
    }

    /// The globals of the vendor's script that pages call.
    #[must_use]
    pub fn globals(&self) -> &[String] {
        &self.globals
    }

    /// The `type` attributes of the vendor's AMP components.
    #[must_use]
    pub fn amp(&self) -> &[String] {
        &self.amp
    }

    /// Where the entry was learnt from.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// Whether the entry was read in its source, rather than remembered.
    #[must_use]
    pub fn verified(&self) -> bool {
        self.verified
    }

    /// What else there is to say.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }
}

fn is_identifier(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_says_what_it_was_told() {
        let vendor = Vendor::new("acme", "Acme Ads", Purpose::Retargeting);
        assert_eq!((vendor.company(), vendor.source(), vendor.verified()), ("Acme Ads", Source::Operator, false));
        let vendor = vendor
            .with_company("Acme")
            .with_source(Source::VendorDocs, true)
            .with_note("why")
            .with_url("a.b/c")
            .and_then(|vendor| vendor.with_first_party("/acme.js"))
            .and_then(|vendor| vendor.with_inline("acme("))
            .and_then(|vendor| vendor.with_cookie("_a*"))
            .and_then(|vendor| vendor.with_global("acme.q"))
            .and_then(|vendor| vendor.with_amp("acme_x"))
            .unwrap();
        assert_eq!((vendor.id(), vendor.name(), vendor.company()), ("acme", "Acme Ads", "Acme"));
        assert_eq!((vendor.source(), vendor.verified(), vendor.note()), (Source::VendorDocs, true, "why"));
        assert_eq!(vendor.urls(), [UrlRule::parse("a.b/c").unwrap()]);
        assert_eq!(vendor.first_party(), [PathRule::parse("/acme.js").unwrap()]);
        assert_eq!(vendor.inline(), [Signature::parse("acme(").unwrap()]);
        assert_eq!(vendor.cookies(), [CookiePattern::parse("_a*").unwrap()]);
        assert_eq!((vendor.globals(), vendor.amp()), (&["acme.q".to_owned()][..], &["acme_x".to_owned()][..]));
    }

    #[test]
    fn a_global_is_an_identifier_since_it_becomes_code() {
        let vendor = Vendor::new("acme", "Acme", Purpose::Advertising);
        for name in ["fbq", "_fbq", "$", "a1", "a.b.c"] {
            assert!(vendor.clone().with_global(name).is_ok(), "{name}");
        }
        for name in ["", "1a", "a-b", "a.", ".a", "a b", "a;alert(1)", "a.1", "é"] {
            assert!(vendor.clone().with_global(name).is_err(), "{name}");
        }
        for type_ in ["", "a b", "é"] {
            assert!(vendor.clone().with_amp(type_).is_err(), "{type_}");
        }
    }
}
