//! The builder: one method an option, and nowhere else.
//!
//! | file | options |
//! |---|---|
//! | `signals` | what is read, and from where |
//! | `pages` | what is withheld of pages, and what of those that cannot be read |
//! | `lists` | filter lists |
//! | `reload` | a layer whose options can be exchanged while it serves |
//! | `additions` | what is put into pages, and served for them |
//! | `answers` | what browser, inner service and operator are told |

mod additions;
mod answers;
#[cfg(feature = "lists")]
mod lists;
mod pages;
mod reload;
mod signals;

use std::sync::Arc;

use tower_layer::Layer;

pub use self::reload::ReloadLayer;
use super::config::Config;
use super::options;
use super::service::Gpc;
use crate::error::ConfigError;

/// Makes a service honour Global Privacy Control: opted-out browsers get pages without sale and sharing tags, everyone
/// else gets the same bytes.
///
/// Every option is one method here, and the same options load from TOML ([`from_toml`](Self::from_toml)). Cloning the
/// layer, or the service that it makes, copies one `Arc`.
///
/// What it cannot do: tags that a kept script adds in the browser are not in the page that it sees, which is what the
/// [`guard`](Self::guard) is for; and a page that it
/// cannot read (see [`Unfilterable`](super::Unfilterable)) keeps its tags unless told otherwise. It does not touch a body that is not HTML.
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
    /// A layer with the built-in catalog, the default [`Policy`](crate::Policy), and every option at its default.
    ///
    /// Cheap: the built-in rules are compiled once for the whole process.
    pub fn new() -> Self {
        Self { config: Config::shared_default() }
    }

    /// Reads the options from a TOML text; `file` is only named in errors; nothing is opened but the
    /// filter lists that the text names.
    ///
    /// Every field is optional. Those that are not named for the method that they call:
    ///
    /// | field | takes |
    /// |---|---|
    /// | `unfilterable` | `"pass"` or `"bad-gateway"` |
    /// | `[preference-center]` | with the feature `center`: `path`, and optionally `privacy-policy`, `stylesheet`, and tables of texts, `[preference-center.en]` and `[preference-center.es]` |
    /// | `status` | `true`, `false`, or `{ text = "...", style = "...", link = "/privacy" }` |
    /// | `support-resource` | `"origin"` or `{ last-update = "2026-11-23" }` |
    /// | `locator` | a network such as `"cloudflare"`, or `{ country = "x-country", region = "x-region" }` |
    /// | `[signals]` | what [`Readers`] has methods for: `us-privacy`, `gpp`, `gpp-by-section-ids`, `query`, `dnt`, `variant-key` |
    /// | `[signals.platform]` | for each platform `false`, or its purposes: `onetrust = ["C0004"]` |
    /// | `[answers]` | what [`Answers`] has methods for; `publish-gpp` lists sections (`"usnat"`), `mspa` is `"not-covered"`, `"opt-out-option"` or `"service-provider"` |
    /// | `[policy]` | what [`Policy`] reads |
    /// | `[catalog]` | `builtin` (`false` starts without the built-in vendors), `remove` (a list of ids) |
    /// | `[[vendor]]` | what [`Catalog::with_toml`] reads |
    /// | `[[list]]` | with the feature `lists`: `file`, read from the folder of `file` above; its `purpose`; optional `id`, else the file's name without its ending, and `name` |
    ///
    /// [`Answers`]: crate::answer::Answers
    /// [`Catalog::with_toml`]: crate::Catalog::with_toml
    /// [`Policy`]: crate::Policy
    /// [`Readers`]: crate::signal::Readers
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
