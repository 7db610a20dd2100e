//! What is withheld of pages, and what becomes of those that cannot be read.

use std::sync::Arc;

use super::GpcLayer;
use crate::catalog::Catalog;
use crate::error::ConfigError;
use crate::html::{FilterOptions, Syntax, TagFilter};
use crate::middleware::config::Unfilterable;
use crate::policy::Policy;

impl GpcLayer {
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
        let config = self.change();
        config.compile(config.catalog.clone(), policy, config.lists.clone())?;
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
        let config = self.change();
        config.compile(catalog, config.policy.clone(), config.lists.clone())?;
        Ok(self)
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

    /// A filter for one page as the layer would filter it, for pages from elsewhere: to measure, or to filter ahead.
    ///
    /// It filters as for pages without the [`guard`](Self::guard), which it does not put in: tag managers are withheld.
    ///
    /// # Example
    ///
    /// ```
    /// use std::collections::VecDeque;
    /// use tower_gpc::GpcLayer;
    /// use tower_gpc::html::Syntax;
    ///
    /// let mut filter = GpcLayer::new().filter(Syntax::Html);
    /// let mut out = VecDeque::new();
    /// filter.push("a<img src='https://www.facebook.com/tr?id=1'>b".into(), &mut out);
    /// assert_eq!(out.into_iter().flatten().collect::<Vec<u8>>(), b"ab");
    /// ```
    #[must_use]
    pub fn filter(&self, syntax: Syntax) -> TagFilter {
        let options = FilterOptions { syntax, held_limit: self.config.held_limit, ..FilterOptions::default() };
        TagFilter::new(Arc::clone(&self.config.rules), options)
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
}
