//! Which signals are read, and the reading of one request head.

use http::header::COOKIE;
use http::{HeaderMap, HeaderName};

use super::cookie::{self, Wanted};
use super::opt_out::{OptOutCookie, OptOutName};
use super::set::{Said, Signal, Signals};
use super::{SEC_GPC, sec_gpc, us_privacy};
use crate::error::ConfigError;

/// Which signals are read, made once at set-up.
///
/// `Sec-GPC` is always read: the law leaves no choice. By default the opt-out cookie and the US Privacy string are too.
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
    cookies: bool,
    opt_out: OptOutName,
    us_privacy: bool,
    /// What the cookie readers that are on look for.
    wanted: Vec<Wanted>,
}

impl Default for Readers {
    fn default() -> Self {
        Self::new(OptOutName::default(), true, true)
    }
}

impl Readers {
    fn new(opt_out: OptOutName, us_privacy: bool, cookies: bool) -> Self {
        let mut wanted: Vec<_> = us_privacy.then(us_privacy::wanted).into_iter().collect();
        opt_out.want(&mut wanted);
        Self { cookies, opt_out, us_privacy, wanted }
    }

    /// Gives the opt-out cookie another name than [`OptOutCookie::DEFAULT_NAME`](super::OptOutCookie::DEFAULT_NAME).
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of the kind [`Name`](crate::ConfigErrorKind::Name) if `name` is not a token (RFC 6265bis
    /// §4.1.1), leaves no room for a value in the 4096 bytes that browsers store, or is a name of the US Privacy string.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::{ConfigErrorKind, signal::Readers};
    ///
    /// assert!(Readers::default().opt_out_cookie("gpc").is_ok());
    /// assert_eq!(Readers::default().opt_out_cookie("g p c").unwrap_err().kind(), ConfigErrorKind::Name);
    /// ```
    pub fn opt_out_cookie(self, name: &str) -> Result<Self, ConfigError> {
        Ok(Self::new(OptOutName::parse(name)?, self.us_privacy, self.cookies))
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
    pub fn us_privacy(self, on: bool) -> Self {
        Self::new(self.opt_out, on, self.cookies)
    }

    /// Says whether cookies are read at all.
    ///
    /// Without them only `Sec-GPC` decides, and `Vary` need not name `Cookie`, which few shared caches can live with. Do
    /// not turn them off where a cookie is what keeps a browser opted out.
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
        self
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
    pub fn fields(&self) -> &'static [HeaderName] {
        static FIELDS: [HeaderName; 2] = [SEC_GPC, COOKIE];
        match (&FIELDS, self.cookies) {
            (fields, true) => fields,
            ([sec_gpc, _], false) => std::slice::from_ref(sec_gpc),
        }
    }

    /// Adds what one `Cookie` field says.
    pub(super) fn read_cookies(&self, field: &[u8], signals: &mut Signals) {
        cookie::visit(field, &self.wanted, |name, value| {
            let (signal, said) = if name == self.opt_out.as_str().as_bytes() {
                (Signal::OptOutCookie, OptOutCookie::read(value).map(|_| Said::OptedOut))
            } else if self.us_privacy && us_privacy::is_name(name) {
                (Signal::UsPrivacy, us_privacy::read(value))
            } else {
                return;
            };
            if let Some(said) = said {
                signals.add(signal, said);
            }
        });
    }
}

/// Reads the opt-out signals of a request head.
///
/// All `Cookie` fields are read, since HTTP/2 splits them (RFC 9113 §8.2.3), and as bytes: one that is not UTF-8, over-long
/// or malformed says nothing and hides none beside it. Trailers are not asked: GPC keeps its field out of them.
///
/// # Example
///
/// ```
/// use http::{HeaderMap, HeaderValue, header::COOKIE};
/// use tower_gpc::signal::{Readers, Signal, read};
///
/// let mut headers = HeaderMap::new();
/// headers.append(COOKIE, HeaderValue::from_bytes(b"theme=\xff")?);
/// headers.append(COOKIE, HeaderValue::from_static("__Host-privacy-opt-out=1.out.20780"));
/// assert!(read(&headers, &Readers::default()).heard().contains(Signal::OptOutCookie));
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn read(headers: &HeaderMap, readers: &Readers) -> Signals {
    let mut signals = Signals::default();
    // One walk over the few fields of a request takes less time than to hash two names.
    for (name, value) in headers {
        if *name == COOKIE {
            if readers.cookies {
                readers.read_cookies(value.as_bytes(), &mut signals);
            }
        } else if *name == SEC_GPC && sec_gpc::is_signal(value) {
            signals.add(Signal::SecGpc, Said::OptedOut);
        }
    }
    signals
}
