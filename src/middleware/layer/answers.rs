//! What browser, inner service and operator are told.

use std::sync::Arc;

use super::GpcLayer;
use crate::answer::Answers;
use crate::catalog::Catalog;
use crate::error::ConfigError;
use crate::middleware::report::Outcome;
use crate::site::SupportResource;

impl GpcLayer {
    /// Sets what an opted-out browser is told to remember: the opt-out cookie, and privacy strings that say the same as the
    /// decision. Without it, [`Answers::default`].
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response, header};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::GpcLayer;
    /// use tower_gpc::answer::{Answers, Persist};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let layer = GpcLayer::new().answers(Answers::default().opt_out_cookie(Persist::Never));
    /// let service = layer.layer(tower::service_fn(async |_: Request<String>| {
    ///     Ok::<_, std::convert::Infallible>(Response::new(String::new()))
    /// }));
    /// let request = Request::builder().header("sec-gpc", "1").header("cookie", "usprivacy=1YNN");
    /// let response = service.oneshot(request.body(String::new()).unwrap()).await.unwrap();
    /// assert!(response.headers()[header::SET_COOKIE].to_str().unwrap().starts_with("usprivacy=1YYN;"));
    /// # });
    /// ```
    pub fn answers(mut self, answers: Answers) -> Self {
        self.change().set_answers(answers);
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

    /// Names a request field in which the inner service is told what the person opted out of; none by default.
    ///
    /// For services that cannot read the request's extensions. The value is `none`, or a list such as
    /// `sale, sharing, targeted-advertising`, to which `sensitive` may come. It is set on every request; whatever comes in
    /// under that name is taken out.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Name`](crate::ConfigErrorKind::Name) if `name` is no field name, or that of a field
    /// that has a meaning of its own.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt};
    /// use tower_gpc::GpcLayer;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let service = GpcLayer::new().state_header("x-opted-out")?.layer(tower::service_fn(async |request: Request<String>| {
    ///     assert_eq!(request.headers()["x-opted-out"], "none");
    ///     Ok::<_, std::convert::Infallible>(Response::new(String::new()))
    /// }));
    /// let forged = Request::builder().header("x-opted-out", "sale").body(String::new()).unwrap();
    /// assert!(service.oneshot(forged).await.is_ok());
    /// assert!(GpcLayer::new().state_header("cookie").is_err());
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn state_header(mut self, name: &str) -> Result<Self, ConfigError> {
        self.change().set_state_header(name)?;
        Ok(self)
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
}
