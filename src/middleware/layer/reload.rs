//! A layer whose options can be exchanged while it serves.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tower_layer::Layer;

use super::{Config, Gpc, GpcLayer};

/// A [`GpcLayer`] that can be replaced by another while its services run: new rules, lists or options without a restart.
///
/// Clones of it, and all services that they made, change together. A request is answered by the options that it began with,
/// down to the last byte of its page. Where other rules withhold something else, filtered pages have another `ETag`.
///
/// Costs a request one atomic load more than [`GpcLayer`], which is for options that never change.
///
/// # Example
///
/// ```
/// use http::{Request, Response};
/// use tower::{Layer, ServiceExt};
/// use tower_gpc::middleware::ReloadLayer;
/// use tower_gpc::{Catalog, GpcLayer};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let reload = ReloadLayer::new(GpcLayer::new());
/// let service = reload.layer(tower::service_fn(async |_: Request<String>| {
///     Response::builder().header("set-cookie", "_fbp=1").body(String::new())
/// }));
/// let request = || Request::builder().header("sec-gpc", "1").body(String::new()).unwrap();
/// let cookies = |response: Response<_>| response.headers().get_all("set-cookie").iter().filter(|c| *c == "_fbp=1").count();
/// assert_eq!(cookies(service.clone().oneshot(request()).await.unwrap()), 0);
///
/// reload.replace(GpcLayer::new().catalog(Catalog::empty())?);
/// assert_eq!(cookies(service.oneshot(request()).await.unwrap()), 1);
/// # Ok::<(), tower_gpc::ConfigError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct ReloadLayer {
    live: Arc<ArcSwap<Config>>,
    /// Only points to the above.
    base: Arc<Config>,
}

impl ReloadLayer {
    /// Begins with the options of a layer.
    #[must_use]
    pub fn new(layer: GpcLayer) -> Self {
        let live = Arc::new(ArcSwap::new(Arc::clone(&layer.config)));
        let base = Config { live: Some(Arc::clone(&live)), ..Config::clone(&layer.config) };
        Self { live, base: Arc::new(base) }
    }

    /// Puts the options of another layer in place of those that count now, for every request from now on.
    pub fn replace(&self, layer: GpcLayer) {
        self.live.store(layer.config);
    }
}

impl<S> Layer<S> for ReloadLayer {
    type Service = Gpc<S>;

    fn layer(&self, inner: S) -> Gpc<S> {
        Gpc::new(inner, Arc::clone(&self.base))
    }
}
