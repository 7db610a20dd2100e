//! What is put into pages, and served for them.

use super::GpcLayer;
use crate::error::ConfigError;
use crate::header::csp;
#[cfg(feature = "center")]
use crate::site::PreferenceCenter;
use crate::site::StatusNotice;

impl GpcLayer {
    /// Sets whether pages for opted-out browsers begin with the guard; on by default.
    ///
    /// The guard is a script that follows the rules of the layer in the browser: it does not start what scripts would
    /// request from withheld hosts, has stubs for the globals of withheld vendors, sets Google's consent defaults, and has
    /// `navigator.globalPrivacyControl`, `__uspapi` and `__gpp` answer as was decided. With it tag managers are kept, unless
    /// the policy says otherwise; without it, and on pages where it cannot run, they are withheld.
    ///
    /// It stands first in the `head` with the nonce of the page's Content Security Policy, if there is one, or comes from
    /// [`own_path`](Self::own_path). Documents get it, and fragments do not: those that begin with neither a doctype nor an
    /// element of a document's head. Filter lists are too long for it, and count on the server only. Each host that is
    /// withheld by a vendor of your own adds three bytes to every page.
    ///
    /// Switch it off where nothing of ours may run in the browser.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if so many hosts are withheld that those which are kept cannot be told from them in a script:
    /// some two hundred thousand.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response};
    /// use http_body_util::BodyExt;
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::GpcLayer;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let page = tower::service_fn(async |_: Request<String>| {
    ///     let page = "<!doctype html><html><head><title>Shoes</title>";
    ///     Response::builder().header("content-type", "text/html").body(page.to_owned())
    /// });
    /// for (on, begin) in [(true, "<!doctype html><html><head><script"), (false, "<!doctype html><html><head><title>")] {
    ///     let service = GpcLayer::new().guard(on)?.layer(page);
    ///     let request = Request::builder().header("sec-gpc", "1").body(String::new())?;
    ///     let page = service.oneshot(request).await?.into_body().collect().await?.to_bytes();
    ///     assert!(page.starts_with(begin.as_bytes()));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn guard(mut self, on: bool) -> Result<Self, ConfigError> {
        self.change().set_guard(on)?;
        Ok(self)
    }

    /// Sets whether pages load the guard as a file instead of having it in them; off by default.
    ///
    /// In a page it is there as soon as the page is, whatever happens on the network, and adds some 13 kB to each, which have
    /// to be encoded with it. As a file below [`own_path`](Self::own_path) it is loaded once, with a request that the first
    /// page waits for; then browsers keep it for a year, compiled. Where the file does not come, a line behind it tells, and
    /// the page asks no other host for anything, by a Content Security Policy of its own: nothing leaks, but little works. Set
    /// this where requests for that path are sure to reach the layer.
    ///
    /// Pages whose own policy allows that line but not the file still have the guard in them. Those that allow files and no
    /// inline script load it in any case, and have no such line.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response};
    /// use http_body_util::BodyExt;
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::GpcLayer;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let service = GpcLayer::new().guard_file(true).layer(tower::service_fn(async |_: Request<String>| {
    ///     let page = "<!doctype html><html><head><title>Shoes</title>";
    ///     Response::builder().header("content-type", "text/html").body(page.to_owned())
    /// }));
    /// let request = Request::builder().header("sec-gpc", "1").body(String::new())?;
    /// let page = service.oneshot(request).await?.into_body().collect().await?.to_bytes();
    /// let page = std::str::from_utf8(&page)?;
    /// assert!(page.contains(" src=\"/.gpc/guard.js?v=") && page.len() < 500);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn guard_file(mut self, on: bool) -> Self {
        self.change().set_guard_file(on);
        self
    }

    /// Adds a `Content-Security-Policy` to pages for opted-out browsers, by which they fetch from their own origin and from
    /// `hosts` alone; none by default.
    ///
    /// It is the second line behind the guard, for what that does not see: style sheets, `import()`, vendors that no
    /// rule knows. A service worker has a policy of its own, and is not reached. It stands beside the page's own policies, each of which must allow what is fetched, so that nothing
    /// is loosened (CSP3 § 4.2), and it is about hosts only: inline scripts, `data:` and `blob:` are left to the page's own.
    /// List everything that the page needs, fonts and images too, as CSP writes hosts; a page that fetches from anywhere,
    /// such as one with pictures from its users' sites, should not have it. A page that cannot be filtered has it as well.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Value`](crate::ConfigErrorKind::Value) for what is no host, or is all of them.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::GpcLayer;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let page = tower::service_fn(async |_: Request<String>| {
    ///     Response::builder().header("content-type", "text/html").body("<h1>Shoes</h1>".to_owned())
    /// });
    /// let service = GpcLayer::new().tighten_csp(["cdn.shop.example", "*.stripe.com"])?.layer(page);
    /// let request = Request::builder().header("sec-gpc", "1").body(String::new())?;
    /// let response = service.oneshot(request).await?;
    /// let policy = response.headers()["content-security-policy"].to_str()?;
    /// assert!(policy.starts_with("default-src 'self' ") && policy.ends_with(" cdn.shop.example *.stripe.com"));
    /// assert!(GpcLayer::new().tighten_csp(["*"]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn tighten_csp<H: AsRef<str>>(mut self, hosts: impl IntoIterator<Item = H>) -> Result<Self, ConfigError> {
        let policy = csp::policy(hosts)?;
        self.change().set_second_line(policy);
        Ok(self)
    }

    /// Sets whether pages for browsers that are not opted out begin with the bridge; off by default.
    ///
    /// It is a script of a few hundred bytes for browsers whose signal only scripts see: where
    /// `navigator.globalPrivacyControl` is true, though the request had no `Sec-GPC` (a page from a cache, a service worker,
    /// an extension), it writes our opt-out cookie, stops the page, takes the pages that a service worker kept out of its cache,
    /// and loads the page again once; so it does with a page that the browser brings back as it was left. Not where cookies are
    /// not read, on what came of a form, or on pages that are saved. Before it stops a page, Chromium may have asked for a tag
    /// or two that it read ahead.
    /// Pages with it have no validator, and their bytes pass through the codings.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response};
    /// use http_body_util::BodyExt;
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::GpcLayer;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let service = GpcLayer::new().bridge(true).layer(tower::service_fn(async |_: Request<String>| {
    ///     Response::builder().header("content-type", "text/html").body("<html><head><title>Shoes</title>".to_owned())
    /// }));
    /// let page = service.oneshot(Request::new(String::new())).await?.into_body().collect().await?.to_bytes();
    /// let page = std::str::from_utf8(&page)?;
    /// assert!(page.starts_with("<html><head><script>") && page.contains("navigator.globalPrivacyControl"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn bridge(mut self, on: bool) -> Self {
        self.change().set_bridge(on);
        self
    }

    /// Shows on each page for an opted-out browser that this is honoured, as California asks since 2026 (11 CCR
    /// § 7025(c)(6)); off by default, and on in `gpc-proxy`.
    ///
    /// A site that draws its own reads the state from the extensions, from [`state_header`](Self::state_header), or as JSON
    /// from `status` below [`own_path`](Self::own_path).
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response};
    /// use http_body_util::BodyExt;
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::{GpcLayer, StatusNotice};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let page = tower::service_fn(async |_: Request<String>| {
    ///     let page = "<!doctype html><body><p>Shoes</p></body>";
    ///     Response::builder().header("content-type", "text/html").body(page.to_owned())
    /// });
    /// let service = GpcLayer::new().status(StatusNotice::default()).layer(page);
    /// let request = Request::builder().header("sec-gpc", "1").body(String::new())?;
    /// let page = service.oneshot(request).await?.into_body().collect().await?.to_bytes();
    /// assert!(page.ends_with(b"Opt-Out Request Honored</div></body>"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn status(mut self, notice: StatusNotice) -> Self {
        self.change().set_status(Some(notice));
        self
    }

    /// Shows no status.
    pub fn without_status(mut self) -> Self {
        self.change().set_status(None);
        self
    }

    /// Answers a path with the [`PreferenceCenter`], where people see what was heard, and choose; off by default.
    ///
    /// In report-only mode there is none, and none where cookies are not read
    /// ([`read_cookies`](Self::read_cookies)), since no choice would be honoured.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::{GpcLayer, PreferenceCenter};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let layer = GpcLayer::new().preference_center(PreferenceCenter::at("/privacy-choices")?);
    /// let service = layer.layer(tower::service_fn(async |_: Request<String>| {
    ///     Response::builder().status(404).body(String::new())
    /// }));
    /// let request = Request::get("/privacy-choices").body(String::new())?;
    /// assert_eq!(service.oneshot(request).await?.headers()["content-type"], "text/html; charset=utf-8");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    #[cfg(feature = "center")]
    pub fn preference_center(mut self, center: PreferenceCenter) -> Self {
        self.change().center = Some(center);
        self
    }

    /// Sets the path below which the layer answers for itself; `/.gpc` by default.
    ///
    /// There are `guard.js`, for pages that load it, and `status`, what this browser is opted out of as JSON:
    /// `{"honored":true,"saleOptedOut":true,...}`. It is the path that browsers ask for. Behind a router that takes a prefix
    /// off, name it with the prefix; requests are known by its last segment.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Value`](crate::ConfigErrorKind::Value) for what is not a plain path.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::GpcLayer;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let service = GpcLayer::new().own_path("/shop/privacy")?.layer(tower::service_fn(async |_: Request<String>| {
    ///     Response::builder().status(404).body(String::new())
    /// }));
    /// let request = Request::get("/shop/privacy/status").body(String::new())?;
    /// assert_eq!(service.oneshot(request).await?.headers()["content-type"], "application/json");
    /// assert!(GpcLayer::new().own_path("privacy").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn own_path(mut self, path: &str) -> Result<Self, ConfigError> {
        self.change().set_own_path(path)?;
        Ok(self)
    }
}
