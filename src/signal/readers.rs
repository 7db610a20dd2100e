//! Which signals are read, made once at set-up.

use std::sync::Arc;

use http::HeaderName;
use http::header::{COOKIE, DNT};

use super::adapter::Adapter;
use super::cmp::{Pattern, Platform, Purposes};
use super::heard::Signals;
use super::names::Names;
use super::opt_out::OptOutName;
use super::read::Reader;
use super::{SEC_GPC, us_privacy, variant_key};
use crate::error::ConfigError;

/// Which signals are read, made once at set-up.
///
/// `Sec-GPC` is always read: the law leaves no choice. By default so are the opt-out cookie, the US Privacy string, GPP
/// strings, and the cookies of every consent [`Platform`] that needs no setting. Off by default are privacy strings in the
/// query, which are for endpoints that ad tech calls, and `DNT`.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::Readers;
///
/// let readers = Readers::default().opt_out_cookie("__Host-no-sale")?.us_privacy(false);
/// assert_eq!(readers.opt_out_cookie_name(), "__Host-no-sale");
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Readers {
    pub(super) cookies: bool,
    opt_out: OptOutName,
    us_privacy: bool,
    gpp: bool,
    pub(super) gpp_by_section_ids: bool,
    platforms: Vec<Purposes>,
    pub(super) query: bool,
    pub(super) dnt: bool,
    pub(super) variant_key: Option<HeaderName>,
    pub(super) adapters: Vec<Arc<dyn Adapter>>,
    /// Made of the above: the cookies that are looked for,
    pub(super) names: Names<Reader>,
    /// and the request fields that take part.
    fields: Vec<HeaderName>,
}

impl Default for Readers {
    fn default() -> Self {
        // One without purposes says nothing until some are named.
        let platforms = Platform::ALL.into_iter().map(Purposes::of).filter(|purposes| purposes.iter().count() > 0);
        Self {
            cookies: true,
            opt_out: OptOutName::default(),
            us_privacy: true,
            gpp: true,
            gpp_by_section_ids: false,
            platforms: platforms.collect(),
            query: false,
            dnt: false,
            variant_key: None,
            adapters: Vec::new(),
            names: Names::default(),
            fields: Vec::new(),
        }
        .made()
    }
}

impl Readers {
    /// Gives the opt-out cookie another name than [`OptOutCookie::DEFAULT_NAME`](super::OptOutCookie::DEFAULT_NAME).
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of the kind [`Name`](crate::ConfigErrorKind::Name) if `name` is not a token (RFC 6265bis
    /// §4.1.1), leaves no room for a value in the 4096 bytes that browsers store, or is read as another signal.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::{ConfigErrorKind, signal::Readers};
    ///
    /// assert!(Readers::default().opt_out_cookie("gpc").is_ok());
    /// assert_eq!(Readers::default().opt_out_cookie("g p c").unwrap_err().kind(), ConfigErrorKind::Name);
    /// assert!(Readers::default().opt_out_cookie("usprivacy").is_err());
    /// ```
    pub fn opt_out_cookie(mut self, name: &str) -> Result<Self, ConfigError> {
        // Of all names, also those that are off: they may be turned on later.
        let others = Self::default().names;
        let is_another = |name: &str| !matches!(others.find(name.as_bytes()), None | Some(Reader::OptOut));
        self.opt_out = OptOutName::parse(name, is_another)?;
        Ok(self.made())
    }

    /// Says whether the US Privacy string is read from the cookies `usprivacy`, `us_privacy` and `us-privacy`.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue, header::COOKIE};
    /// use tower_gpc::signal::{Readers, read};
    ///
    /// let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("usprivacy=1YYN"))]);
    /// assert!(!read(&headers, &Readers::default()).heard().is_empty());
    /// assert!(read(&headers, &Readers::default().us_privacy(false)).heard().is_empty());
    /// ```
    pub fn us_privacy(mut self, on: bool) -> Self {
        self.us_privacy = on;
        self.made()
    }

    /// Says whether GPP strings are read from the cookies `__gpp` and `OTGPPConsent`.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue, header::COOKIE};
    /// use tower_gpc::signal::{Readers, read};
    ///
    /// let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("__gpp=DBABBg~BUUAAACA.YA"))]);
    /// assert!(!read(&headers, &Readers::default()).heard().is_empty());
    /// assert!(read(&headers, &Readers::default().gpp(false)).heard().is_empty());
    /// ```
    pub fn gpp(mut self, on: bool) -> Self {
        self.gpp = on;
        self.made()
    }

    /// Says whether only those sections of a GPP string count that `__gpp_sid`, or `gpp_sid` in the query, lists.
    ///
    /// Off by default, since the list is the sender's opinion on which law applies: an opt-out in any section counts.
    /// Where no list comes along every section counts either way.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue, header::COOKIE};
    /// use tower_gpc::signal::{Readers, read};
    ///
    /// let cookie = HeaderValue::from_static("__gpp=DBABBg~BUUAAACA.YA; __gpp_sid=7");
    /// let headers = HeaderMap::from_iter([(COOKIE, cookie)]);
    /// assert!(!read(&headers, &Readers::default()).heard().is_empty());
    /// assert!(read(&headers, &Readers::default().gpp_by_section_ids(true)).heard().is_empty());
    /// ```
    pub fn gpp_by_section_ids(mut self, on: bool) -> Self {
        self.gpp_by_section_ids = on;
        self.made()
    }

    /// Says that a consent platform's cookies are read, and which of its purposes mean sale or sharing.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue, header::COOKIE};
    /// use tower_gpc::signal::cmp::{Platform, Purposes};
    /// use tower_gpc::signal::{Readers, Signal, read};
    ///
    /// let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("OptanonConsent=groups=1:1,7:0"))]);
    /// assert!(read(&headers, &Readers::default()).heard().is_empty());
    /// let readers = Readers::default().platform(Purposes::new(Platform::OneTrust, ["7"])?);
    /// assert!(read(&headers, &readers).heard().contains(Signal::OneTrust));
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// ```
    pub fn platform(mut self, purposes: Purposes) -> Self {
        self.platforms.retain(|old| old.platform() != purposes.platform());
        self.platforms.push(purposes);
        self.made()
    }

    /// Says that a consent platform's cookies are not read.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue, header::COOKIE};
    /// use tower_gpc::signal::cmp::Platform;
    /// use tower_gpc::signal::{Readers, read};
    ///
    /// let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("cmplz_marketing=deny"))]);
    /// assert!(!read(&headers, &Readers::default()).heard().is_empty());
    /// assert!(read(&headers, &Readers::default().without_platform(Platform::Complianz)).heard().is_empty());
    /// ```
    pub fn without_platform(mut self, platform: Platform) -> Self {
        self.platforms.retain(|old| old.platform() != platform);
        self.made()
    }

    /// Says whether privacy strings are read from the query: `us_privacy`, `gpp` and `gpp_sid`.
    ///
    /// For endpoints that ad tech calls. Off by default, since on a page anybody can write a link.
    ///
    /// # Example
    ///
    /// ```
    /// use http::Request;
    /// use tower_gpc::signal::{Readers, read};
    ///
    /// let request = Request::get("/bid?us_privacy=1YYN").body(()).unwrap();
    /// assert!(read(&request, &Readers::default()).heard().is_empty());
    /// assert!(!read(&request, &Readers::default().query(true)).heard().is_empty());
    /// ```
    pub fn query(mut self, on: bool) -> Self {
        self.query = on;
        self
    }

    /// Says whether `DNT: 1` counts as an opt-out.
    ///
    /// Off by default: it is not Global Privacy Control, and no law here asks for it.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue, header::DNT};
    /// use tower_gpc::signal::{Readers, read};
    ///
    /// let headers = HeaderMap::from_iter([(DNT, HeaderValue::from_static("1"))]);
    /// assert!(read(&headers, &Readers::default()).heard().is_empty());
    /// assert!(!read(&headers, &Readers::default().dnt(true)).heard().is_empty());
    /// ```
    pub fn dnt(mut self, on: bool) -> Self {
        self.dnt = on;
        self.made()
    }

    /// Says whether cookies are read at all.
    ///
    /// Without them only `Sec-GPC` decides, and `Vary` need not name `Cookie`, which few shared caches can live with. Do
    /// not turn them off where a cookie is what keeps a browser opted out; see [`variant_key`](Self::variant_key).
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{Readers, SEC_GPC};
    ///
    /// assert_eq!(Readers::default().cookies(false).fields(), [SEC_GPC]);
    /// ```
    pub fn cookies(mut self, on: bool) -> Self {
        self.cookies = on;
        self.made()
    }

    /// Names the field in which a content delivery network sends what it found in the cookies: `out`, `none`, or another
    /// value where it could not tell.
    ///
    /// It then stands in `Vary` where `Cookie` would. Cookies are read all the same; where they say more than the field
    /// does, the response is private. The network's rule: `out` where `Sec-GPC` is `1` or our opt-out cookie is there; any
    /// other value, such as `ask`, where another cookie is there that this site reads signals from; else `none`.
    ///
    /// The network must compute the field itself, whatever the browser sent. One that says `none` without looking hands
    /// pages out of its cache to browsers that opted out by a cookie alone, and no request tells this layer.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of the kind [`Name`](crate::ConfigErrorKind::Name) if `name` is no field name, or that of a
    /// field that browsers send.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::Readers;
    ///
    /// let readers = Readers::default().variant_key("x-privacy-variant")?;
    /// assert_eq!(readers.fields(), ["sec-gpc", "x-privacy-variant"]);
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// ```
    pub fn variant_key(mut self, name: &str) -> Result<Self, ConfigError> {
        self.variant_key = Some(variant_key::parse_name(name)?);
        Ok(self.made())
    }

    /// Adds a signal of your own. See [`Adapter`].
    ///
    /// # Example
    ///
    /// ```
    /// use http::HeaderMap;
    /// use tower_gpc::signal::{Adapter, Head, Readers, Scope, Signal, Statement, read};
    ///
    /// #[derive(Debug)]
    /// struct NobodyHere;
    ///
    /// impl Adapter for NobodyHere {
    ///     fn read(&self, _: &Head<'_>) -> Statement {
    ///         Statement::opted_out(Scope::ALL_ADVERTISING)
    ///     }
    /// }
    ///
    /// let signals = read(&HeaderMap::new(), &Readers::default().adapter(NobodyHere));
    /// assert!(signals.heard().contains(Signal::Adapter));
    /// ```
    pub fn adapter(mut self, adapter: impl Adapter) -> Self {
        self.adapters.push(Arc::new(adapter));
        self.made()
    }

    /// The name of the opt-out cookie.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{OptOutCookie, Readers};
    ///
    /// assert_eq!(Readers::default().opt_out_cookie_name(), OptOutCookie::DEFAULT_NAME);
    /// ```
    #[must_use]
    pub fn opt_out_cookie_name(&self) -> &str {
        self.opt_out.as_str()
    }

    /// The request fields that take part in the decision, as `Vary` must name them (RFC 9110 §12.5.5).
    ///
    /// # Example
    ///
    /// ```
    /// use http::header::COOKIE;
    /// use tower_gpc::signal::{Readers, SEC_GPC};
    ///
    /// assert_eq!(Readers::default().fields(), [SEC_GPC, COOKIE]);
    /// ```
    #[must_use]
    pub fn fields(&self) -> &[HeaderName] {
        &self.fields
    }

    /// Whether a response that varies by these signals is for this visitor alone, since no field that `Vary` could name
    /// tells a cache who else may have it.
    ///
    /// # Example
    ///
    /// ```
    /// use http::HeaderMap;
    /// use tower_gpc::signal::{Readers, read};
    ///
    /// let (readers, headers) = (Readers::default(), HeaderMap::new());
    /// assert!(!readers.is_private(read(&headers, &readers)));
    /// let readers = readers.variant_key("x-privacy-variant")?;
    /// assert!(readers.is_private(read(&headers, &readers)), "the network said nothing");
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// ```
    #[must_use]
    pub fn is_private(&self, signals: Signals) -> bool {
        self.adapters.iter().any(|adapter| adapter.fields().is_none())
            || self.variant_key.is_some() && self.cookies && !variant_key::tells_all(signals)
    }

    /// The purposes of a platform whose cookies are read.
    pub(crate) fn purposes(&self, platform: Platform) -> Option<&Purposes> {
        self.platforms.iter().find(|purposes| purposes.platform() == platform)
    }

    /// Makes what is made of the settings.
    fn made(mut self) -> Self {
        self.names = Names::default();
        if self.us_privacy {
            us_privacy::COOKIES.into_iter().for_each(|name| self.names.add(name, Reader::UsPrivacy));
        }
        if self.gpp {
            self.names.add("__gpp", Reader::Gpp);
            self.names.add("OTGPPConsent", Reader::Gpp);
            self.names.add("__gpp_sid", Reader::SectionIds);
        }
        self.names.add(self.opt_out.as_str(), Reader::OptOut);
        for platform in self.platforms.iter().map(Purposes::platform) {
            for pattern in platform.cookies() {
                let reader = Reader::Platform(platform);
                match pattern {
                    Pattern::Name(name) => self.names.add(name, reader),
                    Pattern::Prefix(prefix) => self.names.add_prefix(prefix, reader),
                }
            }
        }
        self.fields = vec![SEC_GPC];
        match &self.variant_key {
            Some(key) => self.fields.push(key.clone()),
            None if self.cookies => self.fields.push(COOKIE),
            None => {}
        }
        if self.dnt {
            self.fields.push(DNT);
        }
        for field in self.adapters.iter().filter_map(|adapter| adapter.fields()).flatten() {
            if !self.fields.contains(field) {
                self.fields.push(field.clone());
            }
        }
        self
    }
}
