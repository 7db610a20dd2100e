//! The builder: one method an option, and nowhere else.

use std::sync::Arc;

use tower_layer::Layer;

use super::config::{Config, Unfilterable};
use super::options;
use super::report::Outcome;
use super::service::Gpc;
use crate::catalog::Catalog;
use crate::error::ConfigError;
use crate::policy::Policy;
use crate::site::SupportResource;

/// Makes a service honour Global Privacy Control: opted-out browsers get pages without sale and sharing tags, everyone
/// else gets the same bytes.
///
/// Every option is one method here, and the same options load from TOML ([`from_toml`](Self::from_toml)). Cloning the
/// layer, or the service that it makes, copies one `Arc`.
///
/// What it cannot do: tags that a kept script adds in the browser are not in the page that it sees, and a page that it
/// cannot read (see [`Unfilterable`]) keeps its tags unless told otherwise. It does not touch a body that is not HTML.
///
/// # Example
///
/// ```
/// use http::{Request, Response, header};
/// use tower::{Layer, ServiceExt};
/// use tower_gpc::GpcLayer;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let page = tower::service_fn(async |_request: Request<String>| {
///     let response = Response::builder().header("content-type", "text/html").header("etag", "\"v1\"");
///     Ok::<_, http::Error>(response.body(String::from("<h1>Hello</h1>"))?)
/// });
/// let service = GpcLayer::new().layer(page);
///
/// let response = service.clone().oneshot(Request::new(String::new())).await.unwrap();
/// assert_eq!(response.headers()[header::ETAG], "\"v1\"");
/// assert_eq!(response.headers()[header::VARY], "sec-gpc, cookie");
///
/// let request = Request::builder().header("sec-gpc", "1").body(String::new()).unwrap();
/// let response = service.oneshot(request).await.unwrap();
/// assert_ne!(response.headers()[header::ETAG], "\"v1\"");
/// # });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct GpcLayer {
    config: Arc<Config>,
}

impl GpcLayer {
    /// A layer with the built-in catalog, the default [`Policy`], and every option at its default.
    ///
    /// Cheap: the built-in rules are compiled once for the whole process.
    pub fn new() -> Self {
        Self { config: Config::shared_default() }
    }

    /// Sets what is done about which vendors. Without it, [`Policy::new`].
    ///
    /// Where the policy names a vendor of your own, set [`catalog`](Self::catalog) first.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Policy`](crate::ConfigErrorKind::Policy) if the policy names a vendor that the
    /// catalog does not have.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::policy::Action;
    /// use tower_gpc::{ConfigErrorKind, GpcLayer, Policy};
    ///
    /// let layer = GpcLayer::new().policy(Policy::strict())?;
    /// let error = layer.policy(Policy::new().vendor("no-such-vendor", Action::Keep)).unwrap_err();
    /// assert_eq!(error.kind(), ConfigErrorKind::Policy);
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// ```
    pub fn policy(mut self, policy: Policy) -> Result<Self, ConfigError> {
        let catalog = self.config.rules.catalog().clone();
        self.change().compile(catalog, policy)?;
        Ok(self)
    }

    /// Sets the vendors whose tags are known. Without it, [`Catalog::builtin`].
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Policy`](crate::ConfigErrorKind::Policy) if the policy that was set before
    /// names a vendor that this catalog does not have.
    ///
    /// # Example
    ///
    /// With no vendors nothing is withheld:
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::{Catalog, GpcLayer};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let service = GpcLayer::new().catalog(Catalog::empty())?.layer(tower::service_fn(async |_: Request<String>| {
    ///     Response::builder().header("set-cookie", "_fbp=1").body(String::new())
    /// }));
    /// let request = Request::builder().header("sec-gpc", "1").body(String::new()).unwrap();
    /// let response = service.oneshot(request).await.unwrap();
    /// assert_eq!(response.headers()["set-cookie"], "_fbp=1");
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn catalog(mut self, catalog: Catalog) -> Result<Self, ConfigError> {
        let policy = self.config.policy.clone();
        self.change().compile(catalog, policy)?;
        Ok(self)
    }

    /// Sets the name of the site's own opt-out cookie.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Name`](crate::ConfigErrorKind::Name) if no browser would keep a cookie of that
    /// name (RFC 6265 4.1.1: a token).
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::GpcLayer;
    ///
    /// assert!(GpcLayer::new().opt_out_cookie("__Host-my_opt_out").is_ok());
    /// assert!(GpcLayer::new().opt_out_cookie("my opt out").is_err());
    /// ```
    pub fn opt_out_cookie(mut self, name: &str) -> Result<Self, ConfigError> {
        let config = self.change();
        config.readers = config.readers.clone().opt_out_cookie(name)?;
        Ok(self)
    }

    /// Sets whether cookies are read as signals; on by default.
    ///
    /// Off, only `Sec-GPC` decides, and `Vary` does not name `Cookie`, which lets shared caches keep pages. That is not
    /// for a site whose visitors can opt out by a form or a consent banner: those record the choice in a cookie.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response, header};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::GpcLayer;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let service = GpcLayer::new().read_cookies(false).layer(tower::service_fn(async |_: Request<String>| {
    ///     Response::builder().header("content-type", "text/html").body(String::new())
    /// }));
    /// let response = service.oneshot(Request::new(String::new())).await.unwrap();
    /// assert!(response.headers().get_all(header::VARY).iter().all(|value| value == "sec-gpc"));
    /// # });
    /// ```
    pub fn read_cookies(mut self, on: bool) -> Self {
        let config = self.change();
        config.readers = config.readers.clone().cookies(on);
        self
    }

    /// Sets how many bytes of one page may be held back until a tag or an inline script has come whole.
    ///
    /// A tag or script that is longer passes, and is counted. 64 KiB by default.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Value`](crate::ConfigErrorKind::Value) outside of 1 KiB to 16 MiB.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::GpcLayer;
    ///
    /// assert!(GpcLayer::new().held_limit(64 * 1024).is_ok());
    /// assert!(GpcLayer::new().held_limit(10).is_err());
    /// ```
    pub fn held_limit(mut self, bytes: usize) -> Result<Self, ConfigError> {
        self.change().set_held_limit(bytes)?;
        Ok(self)
    }

    /// Sets what an opted-out browser gets where a page cannot be filtered; it passes through by default.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response, StatusCode};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::GpcLayer;
    /// use tower_gpc::middleware::Unfilterable;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let layer = GpcLayer::new().unfilterable(Unfilterable::BadGateway);
    /// let service = layer.layer(tower::service_fn(async |_: Request<String>| {
    ///     let response = Response::builder().header("content-type", "text/html").header("content-encoding", "sdch");
    ///     response.body(String::from("?"))
    /// }));
    /// let request = Request::builder().header("sec-gpc", "1").body(String::new()).unwrap();
    /// assert_eq!(service.oneshot(request).await.unwrap().status(), StatusCode::BAD_GATEWAY);
    /// # });
    /// ```
    pub fn unfilterable(mut self, unfilterable: Unfilterable) -> Self {
        self.change().unfilterable = unfilterable;
        self
    }

    /// Sets who answers `/.well-known/gpc.json`; the layer does by default.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response, StatusCode};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::{GpcLayer, SupportResource};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let nothing = tower::service_fn(async |_: Request<String>| {
    ///     Response::builder().status(StatusCode::NOT_FOUND).body(String::new())
    /// });
    /// let request = || Request::get("/.well-known/gpc.json").body(String::new()).unwrap();
    ///
    /// let ours = GpcLayer::new().support_resource(SupportResource::own("2026-11-23")?).layer(nothing);
    /// assert_eq!(ours.oneshot(request()).await.unwrap().headers()["content-type"], "application/json");
    ///
    /// let theirs = GpcLayer::new().support_resource(SupportResource::origin()).layer(nothing);
    /// assert_eq!(theirs.oneshot(request()).await.unwrap().status(), StatusCode::NOT_FOUND);
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn support_resource(mut self, resource: SupportResource) -> Self {
        self.change().support = resource;
        self
    }

    /// Sets whether the inner service is sent `Sec-GPC: 1` where only a cookie said so; off by default.
    ///
    /// For a proxy, whose origin may honour the signal in ways that a proxy cannot. A handler in the same process reads
    /// [`ConsentState`](crate::ConsentState) instead, and needs no header. A `Sec-GPC: 1` that the browser sent always
    /// stays.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::GpcLayer;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let layer = GpcLayer::new().forward_signal(true);
    /// let service = layer.layer(tower::service_fn(async |request: Request<String>| {
    ///     assert_eq!(request.headers()["sec-gpc"], "1");
    ///     Ok::<_, std::convert::Infallible>(Response::new(String::new()))
    /// }));
    /// let request = Request::builder().header("cookie", "usprivacy=1YYN").body(String::new()).unwrap();
    /// assert!(service.oneshot(request).await.is_ok());
    /// # });
    /// ```
    pub fn forward_signal(mut self, on: bool) -> Self {
        self.change().forward_signal = on;
        self
    }

    /// Sets what is told the [`Outcome`] of every response that was filtered, or should have been: for metrics and for
    /// the health check that the filter works.
    ///
    /// It runs on the task that polls the body, or drops it, so it must be quick and must not panic. One hook: the last
    /// one set counts.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    ///
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::GpcLayer;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let reasons = Arc::new(Mutex::new(Vec::new()));
    /// let heard = Arc::clone(&reasons);
    /// let layer = GpcLayer::new().on_report(move |_catalog, outcome| heard.lock().unwrap().push(outcome.reason()));
    /// let service = layer.layer(tower::service_fn(async |_: Request<String>| {
    ///     Response::builder().header("content-type", "text/html; charset=utf-16").body(String::new())
    /// }));
    /// let request = Request::builder().header("sec-gpc", "1").body(String::new()).unwrap();
    /// drop(service.oneshot(request).await.unwrap());
    /// assert_eq!(*reasons.lock().unwrap(), [Some(tower_gpc::middleware::Reason::Utf16)]);
    /// # });
    /// ```
    pub fn on_report(mut self, hook: impl Fn(&Catalog, &Outcome) + Send + Sync + 'static) -> Self {
        self.change().hook = Some(Arc::new(hook));
        self
    }

    /// Reads the options from a TOML text; `file` is only named in errors, nothing is opened.
    ///
    /// Every field is optional: `opt-out-cookie`, `read-cookies`, `held-limit`, `unfilterable` (`"pass"` or
    /// `"bad-gateway"`), `support-resource` (`"origin"` or `{ last-update = "2026-11-23" }`), `forward-signal`, the
    /// table `policy` as [`Policy`] reads it, the table `catalog` with `builtin` (`false` starts without the built-in
    /// vendors) and `remove` (a list of ids), and `[[vendor]]` tables as [`Catalog::with_toml`] reads them.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] that names the file, the line, the field and what was expected, for a text that is not
    /// TOML, for an unknown field, and for whatever the method of the same name refuses.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::{ConfigErrorKind, GpcLayer};
    ///
    /// let text = "unfilterable = 'bad-gateway'\n\n[policy]\nreport-only = true\n";
    /// assert!(GpcLayer::from_toml(text, "gpc.toml").is_ok());
    ///
    /// let error = GpcLayer::from_toml("\nheld-limit = 'big'\n", "gpc.toml").unwrap_err();
    /// assert_eq!(error.kind(), ConfigErrorKind::Syntax);
    /// assert!(error.to_string().starts_with("gpc.toml:2: held-limit: "));
    /// ```
    pub fn from_toml(text: &str, file: &str) -> Result<Self, ConfigError> {
        options::load(text, file)
    }

    fn change(&mut self) -> &mut Config {
        Arc::make_mut(&mut self.config)
    }
}

impl Default for GpcLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for GpcLayer {
    type Service = Gpc<S>;

    fn layer(&self, inner: S) -> Gpc<S> {
        Gpc::new(inner, Arc::clone(&self.config))
    }
}
