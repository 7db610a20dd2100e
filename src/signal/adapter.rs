//! A signal of the site's own: what an account says, or a cookie that only this site knows.

use std::fmt;

use http::HeaderName;

use super::head::Head;
use super::statement::Statement;

/// Reads a signal that this crate does not know.
///
/// It runs on every request, before the inner service, so it must be quick and must not panic; what it cannot
/// understand is [`Statement::nothing`]. What takes long, such as looking an account up, belongs into middleware before
/// this layer, which leaves its result in the request's extensions.
///
/// # Example
///
/// An account setting that a session middleware has put into the extensions. The consumer is known, so an opt-out that
/// was made in another browser counts here too (11 CCR § 7025(c)(1)), and a recorded opt-in may override a signal:
///
/// ```
/// use std::time::SystemTime;
///
/// use http::{HeaderValue, Request};
/// use tower_gpc::consent::resolve;
/// use tower_gpc::signal::{self, Adapter, Head, Readers, RecordedOptIn, Scope, Statement};
///
/// /// What the site knows of the person who is logged in.
/// #[derive(Clone)]
/// struct Account {
///     opted_out: bool,
///     under_16: bool,
///     /// When an opt-in was asked for and when it was confirmed, after the site told of the signal.
///     opt_in: Option<(SystemTime, SystemTime)>,
/// }
///
/// #[derive(Debug)]
/// struct AccountSetting;
///
/// impl Adapter for AccountSetting {
///     fn read(&self, head: &Head<'_>) -> Statement {
///         let Some(account) = head.extensions().and_then(|extensions| extensions.get::<Account>()) else {
///             return Statement::nothing();
///         };
///         let mut said = Statement::nothing();
///         if account.opted_out {
///             said = said.and(Statement::opted_out(Scope::ALL_ADVERTISING));
///         }
///         if account.under_16 {
///             said = said.and(Statement::under_16());
///         }
///         let opt_in = account.opt_in.and_then(|(asked, confirmed)| {
///             RecordedOptIn::new(Scope::ALL_ADVERTISING, asked, confirmed)
///         });
///         opt_in.map_or(said, |opt_in| said.and(Statement::opted_in(opt_in)))
///     }
/// }
///
/// let readers = Readers::default().adapter(AccountSetting);
/// let mut request = Request::new(());
/// assert!(!resolve(signal::read(&request, &readers)).opted_out());
/// request.extensions_mut().insert(Account { opted_out: true, under_16: false, opt_in: None });
/// assert!(resolve(signal::read(&request, &readers)).opted_out());
/// ```
pub trait Adapter: fmt::Debug + Send + Sync + 'static {
    /// What this request says.
    fn read(&self, head: &Head<'_>) -> Statement;

    /// The request fields that it looks at, for `Vary` (RFC 9110 § 12.5.5).
    ///
    /// `None`, unless overridden: something else decides, such as who is logged in. No shared cache can compare that,
    /// so responses that have a filtered variant are then marked `private`. An empty list is for what the URL decides.
    ///
    /// # Example
    ///
    /// ```
    /// use http::HeaderName;
    /// use tower_gpc::signal::{Adapter, Head, Readers, Scope, Statement};
    ///
    /// #[derive(Debug)]
    /// struct Partner;
    ///
    /// static FIELD: HeaderName = HeaderName::from_static("x-partner-opt-out");
    ///
    /// impl Adapter for Partner {
    ///     fn read(&self, head: &Head<'_>) -> Statement {
    ///         match head.headers().get(&FIELD) {
    ///             Some(value) if value == "yes" => Statement::opted_out(Scope::SALE),
    ///             _ => Statement::nothing(),
    ///         }
    ///     }
    ///
    ///     fn fields(&self) -> Option<&[HeaderName]> {
    ///         Some(std::slice::from_ref(&FIELD))
    ///     }
    /// }
    ///
    /// assert!(Readers::default().adapter(Partner).fields().contains(&FIELD));
    /// ```
    fn fields(&self) -> Option<&[HeaderName]> {
        None
    }
}
