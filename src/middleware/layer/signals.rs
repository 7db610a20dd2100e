//! What is read, and from where.

use super::GpcLayer;
use crate::consent::Locator;
use crate::error::ConfigError;
use crate::signal::Readers;

impl GpcLayer {
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
    pub fn opt_out_cookie(self, name: &str) -> Result<Self, ConfigError> {
        let readers = self.config.readers.clone().opt_out_cookie(name)?;
        Ok(self.readers(readers))
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
    pub fn read_cookies(self, on: bool) -> Self {
        let readers = self.config.readers.clone().cookies(on);
        self.readers(readers)
    }

    /// Sets which signals are read, those of your own too. Without it, [`Readers::default`].
    ///
    /// It takes the place of what [`opt_out_cookie`](Self::opt_out_cookie) and [`read_cookies`](Self::read_cookies) set before.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::signal::Readers;
    /// use tower_gpc::{ConsentState, GpcLayer};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let layer = GpcLayer::new().readers(Readers::default().query(true));
    /// let service = layer.layer(tower::service_fn(async |request: Request<String>| {
    ///     assert!(request.extensions().get::<ConsentState>().unwrap().opted_out());
    ///     Ok::<_, std::convert::Infallible>(Response::new(String::new()))
    /// }));
    /// let request = Request::get("/bid?us_privacy=1YYN").body(String::new()).unwrap();
    /// assert!(service.oneshot(request).await.is_ok());
    /// # });
    /// ```
    pub fn readers(mut self, readers: Readers) -> Self {
        self.change().set_readers(readers);
        self
    }

    /// Sets how a request's place is found; without it every place is unknown.
    ///
    /// The place is told to handlers by [`ConsentState::jurisdiction`](crate::ConsentState::jurisdiction), and decides
    /// nothing unless [`Policy::only_where_required`](crate::Policy::only_where_required) is on.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::consent::{Cdn, Locator};
    /// use tower_gpc::{ConsentState, GpcLayer};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let layer = GpcLayer::new().locator(Locator::cdn(Cdn::Cloudflare));
    /// let service = layer.layer(tower::service_fn(async |request: Request<String>| {
    ///     let state = request.extensions().get::<ConsentState>().copied().unwrap_or_default();
    ///     assert_eq!(state.jurisdiction().state(), Some("CO"));
    ///     Ok::<_, std::convert::Infallible>(Response::new(String::new()))
    /// }));
    /// let request = Request::builder().header("cf-ipcountry", "US").header("cf-region-code", "CO");
    /// assert!(service.oneshot(request.body(String::new()).unwrap()).await.is_ok());
    /// # });
    /// ```
    pub fn locator(mut self, locator: Locator) -> Self {
        self.change().set_locator(locator);
        self
    }
}
