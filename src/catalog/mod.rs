//! Vendors as data: who they are, what they are for, and how their tags are recognised.
//!
//! A [`Catalog`] holds [`Vendor`]s. The built-in ones are the entries of `vendors.toml`; an operator adds, overrides and
//! removes entries in code or in TOML of the same form:
//!
//! ```toml
//! remove = ["microsoft-clarity"]
//!
//! [[vendor]]
//! id = "acme-ads"                                    # kebab-case; an id that exists is overridden whole
//! name = "Acme Ads"
//! company = "Acme"
//! purpose = "advertising"
//! urls = ["ads.acme.example", "acme.example/p?id="]  # see `UrlRule`
//! first-party = ["/acme.js?site="]                   # see `PathRule`
//! inline = ["acme('init'"]                           # see `Signature`
//! cookies = ["_acme_*"]                              # see `CookiePattern`
//! globals = ["acme"]
//! amp = ["acme"]
//! source = "operator"                                # see `Source`
//! verified = true
//! note = "why"
//! ```
//!
//! What happens to a vendor's tags is not decided here; that is for the [`policy`](crate::policy).

mod cookie;
mod glob;
mod load;
mod matcher;
mod path_matcher;
mod path_rule;
mod purpose;
mod rule;
mod signature;
mod url;
mod vendor;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use foldhash::fast::FixedState;
use once_cell::sync::{Lazy, OnceCell};

pub use self::cookie::CookiePattern;
use self::cookie::CookieTable;
#[cfg(feature = "lists")]
pub(crate) use self::load::is_kebab_case;
pub(crate) use self::matcher::Matcher;
pub(crate) use self::path_matcher::PathMatcher;
pub use self::path_rule::PathRule;
pub use self::purpose::{Purpose, Source};
pub use self::rule::UrlRule;
pub use self::signature::Signature;
pub(crate) use self::signature::is_identifier;
#[cfg(test)]
pub(crate) use self::signature::naive_is_in;
pub(crate) use self::url::{Location, Target, locate, relative};
pub use self::vendor::{Vendor, VendorId};
use crate::error::ConfigError;

/// The vendors whose tags are known.
///
/// Cloning copies one pointer. A catalog is compiled when it is first asked, and again after it was changed.
///
/// # Example
///
/// ```
/// use tower_gpc::Catalog;
/// use tower_gpc::catalog::Purpose;
///
/// let catalog = Catalog::builtin();
/// let id = catalog.match_url(b"https://www.facebook.com/tr?id=1&ev=PageView").expect("known");
/// assert_eq!(catalog.vendor(id).map(|vendor| vendor.purpose()), Some(Purpose::SocialPixel));
/// assert_eq!(catalog.match_url(b"https://www.facebook.com/acme"), None);
/// ```
#[derive(Clone, Default)]
pub struct Catalog {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    vendors: Vec<Vendor>,
    /// The place of each vendor, by its id.
    places: HashMap<String, u32, FixedState>,
    compiled: OnceCell<Compiled>,
}

/// What lookups need.
#[derive(Default)]
struct Compiled {
    urls: Matcher,
    cookies: CookieTable,
    amp: HashMap<Box<[u8]>, u32, FixedState>,
}

impl Catalog {
    /// The catalog that comes with this crate.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: Lazy<Catalog> = Lazy::new(|| {
            // A test holds that the text is a catalog, so there is nothing to fall back to.
            Catalog::empty().with_toml(include_str!("vendors.toml"), "vendors.toml").unwrap_or_default()
        });
        &BUILTIN
    }

    /// A catalog without vendors.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Adds the vendors of a TOML text, overrides those whose id exists, and removes those that it lists.
    ///
    /// The form is that of the [module's](self) example. What is to be removed is removed first. `file` is only used in
    /// messages.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is not such a catalog: bad TOML, an unknown field, an unknown purpose, a
    /// rule that could never match, an id that stands twice, an id to remove that does not exist. The message names
    /// file, line and field, and says what was expected.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::Catalog;
    ///
    /// let text = r#"
    /// [[vendor]]
    /// id = "acme-ads"
    /// name = "Acme Ads"
    /// purpose = "advertising"
    /// urls = ["ads.acme.example"]
    /// "#;
    /// let catalog = Catalog::builtin().clone().with_toml(text, "acme.toml")?;
    /// assert_eq!(catalog.match_url(b"//ads.acme.example/x.js"), catalog.find("acme-ads"));
    ///
    /// let error = Catalog::empty().with_toml(&text.replace("advertising", "ads"), "acme.toml").unwrap_err();
    /// assert!(error.to_string().starts_with("acme.toml:5: vendor \"acme-ads\", `purpose`: unknown purpose \"ads\""));
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// ```
    pub fn with_toml(self, text: &str, file: &str) -> Result<Self, ConfigError> {
        load::load(self, text, file)
    }

    /// Adds a vendor. One with the same id is replaced, in its place.
    #[must_use]
    pub fn with_vendor(mut self, vendor: Vendor) -> Self {
        let inner = self.change();
        match inner.places.get(vendor.id()).and_then(|&place| inner.vendors.get_mut(place as usize)) {
            Some(old) => *old = vendor,
            None => {
                inner.places.insert(vendor.id().to_owned(), place(inner.vendors.len()));
                inner.vendors.push(vendor);
            }
        }
        self
    }

    /// Removes the vendor of this id, if there is one.
    ///
    /// The time grows with the number of vendors; to remove many, list them in the `remove` of a TOML text.
    #[must_use]
    pub fn without(self, id: &str) -> Self {
        let removed = self.find(id);
        self.without_all(removed.as_slice())
    }

    fn without_all(mut self, removed: &[VendorId]) -> Self {
        if removed.is_empty() {
            return self;
        }
        let inner = self.change();
        for id in removed {
            if let Some(vendor) = inner.vendors.get(id.index()) {
                inner.places.remove(vendor.id());
            }
        }
        inner.vendors.retain(|vendor| inner.places.contains_key(vendor.id()));
        inner.places = inner.vendors.iter().zip(0..).map(|(vendor, place)| (vendor.id().to_owned(), place)).collect();
        self
    }

    /// What there is to change, copied if another clone has it too.
    fn change(&mut self) -> &mut Inner {
        let inner = Arc::make_mut(&mut self.inner);
        inner.compiled = OnceCell::new();
        inner
    }

    /// The vendor of this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<VendorId> {
        self.inner.places.get(id).copied().map(VendorId)
    }

    /// What is known of a vendor.
    #[must_use]
    pub fn vendor(&self, id: VendorId) -> Option<&Vendor> {
        self.inner.vendors.get(id.index())
    }

    /// All vendors, in the order in which they were added.
    pub fn vendors(&self) -> impl Iterator<Item = (VendorId, &Vendor)> {
        (0..).map(VendorId).zip(&self.inner.vendors)
    }

    /// The vendor that an absolute or scheme-relative URL belongs to.
    ///
    /// `url` is the value of an attribute, its entities decoded and otherwise as it was written: what a browser makes
    /// of blanks, backslashes, user names, ports and percent signs is done here. A relative URL, and one that is not
    /// `http`, `https`, `ws` or `wss`, belongs to nobody. See [`UrlRule`] for which rule wins.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::Catalog;
    ///
    /// let catalog = Catalog::builtin();
    /// for url in ["https://connect.facebook.net/en_US/fbevents.js", " \\\\CONNECT.facebook%2Enet.:443/x"] {
    ///     assert_eq!(catalog.match_url(url.as_bytes()), catalog.find("meta-pixel"), "{url}");
    /// }
    /// assert_eq!(catalog.match_url(b"/connect.facebook.net/x.js"), None);
    /// ```
    #[must_use]
    pub fn match_url(&self, url: &[u8]) -> Option<VendorId> {
        locate(url, |target| self.match_target(target))
    }

    pub(crate) fn match_target(&self, target: Target<'_>) -> Option<VendorId> {
        self.compiled().urls.find(target).map(VendorId)
    }

    /// The vendor that a first-party cookie of this name belongs to.
    ///
    /// See [`CookiePattern`] for which pattern wins.
    #[must_use]
    pub fn match_cookie(&self, name: &[u8]) -> Option<VendorId> {
        self.compiled().cookies.find(name).map(VendorId)
    }

    /// The vendor that an AMP component of this `type` belongs to.
    #[must_use]
    pub fn match_amp(&self, type_: &[u8]) -> Option<VendorId> {
        self.compiled().amp.get(type_).copied().map(VendorId)
    }

    fn compiled(&self) -> &Compiled {
        self.inner.compiled.get_or_init(|| Compiled::new(&self.inner.vendors))
    }

    /// Compiles now what would be compiled by the first lookup.
    pub(crate) fn compile(&self) {
        self.compiled();
    }
}

impl Compiled {
    fn new(vendors: &[Vendor]) -> Self {
        let vendors = || vendors.iter().zip(0..);
        Self {
            urls: Matcher::new(vendors().flat_map(|(vendor, place)| vendor.urls().iter().map(move |url| (url, place)))),
            cookies: CookieTable::new(
                vendors().flat_map(|(vendor, place)| vendor.cookies().iter().map(move |cookie| (cookie, place))),
            ),
            amp: vendors()
                .flat_map(|(vendor, place)| vendor.amp().iter().map(move |type_| (type_.as_bytes().into(), place)))
                .collect(),
        }
    }
}

fn place(index: usize) -> u32 {
    // Four thousand million vendors do not fit into memory.
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl Clone for Inner {
    /// Copies what is about to be changed, hence not what was compiled from it.
    fn clone(&self) -> Self {
        Self { vendors: self.vendors.clone(), places: self.places.clone(), compiled: OnceCell::new() }
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog").field("vendors", &self.inner.vendors.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
