//! What a filter did.

use crate::catalog::VendorId;

/// A kind of thing that can be withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// A `script` that fetches.
    Script,
    /// A `script` with the vendor's code in it.
    InlineScript,
    /// A statement of the vendor's in a `script` that stays, since it has other code too.
    InlineStatement,
    /// An `iframe` or a `frame`.
    Frame,
    /// An `img`, or a URL of one.
    Image,
    /// A `link` that fetches or connects.
    Link,
    /// A `source`, `track`, `video` or `audio`, or a URL of one.
    Media,
    /// An `embed` or an `object`'s data.
    Object,
    /// A `ping` or an `attributionsrc`.
    Ping,
    /// A `meta` refresh.
    Refresh,
    /// An AMP component.
    Amp,
    /// The image of an `input`.
    Input,
    /// A link of a `Link` header field.
    LinkHeader,
    /// A `Set-Cookie` header field.
    Cookie,
}

impl Kind {
    /// The kind in lower case, as logs and metrics name it.
    ///
    /// # Example
    ///
    /// ```
    /// assert_eq!(tower_gpc::html::Kind::InlineScript.as_str(), "inline-script");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::InlineScript => "inline-script",
            Self::InlineStatement => "inline-statement",
            Self::Frame => "frame",
            Self::Image => "image",
            Self::Link => "link",
            Self::Media => "media",
            Self::Object => "object",
            Self::Ping => "ping",
            Self::Refresh => "refresh",
            Self::Amp => "amp",
            Self::Input => "input",
            Self::LinkHeader => "link-header",
            Self::Cookie => "cookie",
        }
    }
}

/// Room for as many vendors and kinds as most pages have.
const FIRST: usize = 16;

/// What was withheld from one response, by vendor and kind, and how much of the page was seen.
///
/// It holds no URL and nothing of the visitor's.
///
/// # Example
///
/// ```
/// use std::collections::VecDeque;
/// use std::sync::Arc;
/// use tower_gpc::html::{FilterOptions, Kind, TagFilter};
/// use tower_gpc::policy::Rules;
/// use tower_gpc::{Catalog, Policy};
///
/// let rules = Arc::new(Rules::new(Catalog::builtin().clone(), &Policy::default())?);
/// let mut filter = TagFilter::new(rules, FilterOptions::default());
/// let mut out = VecDeque::new();
/// filter.push("<img src='https://www.facebook.com/tr?id=1'>".into(), &mut out);
/// filter.finish(&mut out);
///
/// let report = filter.report();
/// assert_eq!(report.total(), 1);
/// assert!(report.counts().all(|(_vendor, kind, count)| kind == Kind::Image && count == 1));
/// assert_eq!((report.bytes_in(), report.bytes_out()), (44, 0));
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    counts: Vec<(VendorId, Kind, u32)>,
    bytes_in: u64,
    bytes_out: u64,
    over_limit: u32,
    calls_kept: u32,
}

impl Report {
    /// What was withheld, in the order in which it was first met.
    pub fn counts(&self) -> impl Iterator<Item = (VendorId, Kind, u32)> + '_ {
        self.counts.iter().copied()
    }

    /// How many tags, parts of tags, links and cookies were withheld.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|&(.., count)| u64::from(count)).sum()
    }

    /// How many bytes of the page came in, without its content coding.
    #[must_use]
    pub fn bytes_in(&self) -> u64 {
        self.bytes_in
    }

    /// How many of them were passed on.
    #[must_use]
    pub fn bytes_out(&self) -> u64 {
        self.bytes_out
    }

    /// How many tags and inline scripts were passed on unread, being longer than may be held back.
    #[must_use]
    pub fn over_limit(&self) -> u32 {
        self.over_limit
    }

    /// How many inline scripts were kept, whole or in part, although they call or load a withheld vendor: code of the
    /// site's own is around what they do.
    #[must_use]
    pub fn calls_kept(&self) -> u32 {
        self.calls_kept
    }

    pub(crate) fn count(&mut self, vendor: VendorId, kind: Kind) {
        match self.counts.iter_mut().find(|(v, k, _)| (*v, *k) == (vendor, kind)) {
            Some((.., count)) => *count = count.saturating_add(1),
            None => {
                if self.counts.capacity() == 0 {
                    self.counts.reserve(FIRST);
                }
                self.counts.push((vendor, kind, 1));
            }
        }
    }

    pub(super) fn count_over_limit(&mut self) {
        self.over_limit = self.over_limit.saturating_add(1);
    }

    pub(super) fn count_calls_kept(&mut self, scripts: u32) {
        self.calls_kept = self.calls_kept.saturating_add(scripts);
    }

    pub(super) fn count_bytes(&mut self, bytes_in: usize, bytes_out: usize) {
        self.bytes_in += bytes_in as u64;
        self.bytes_out += bytes_out as u64;
    }
}
