//! What became of one response, said once: as a `tracing` event, and to the operator's hook.

use std::fmt;

use super::additions::Guarded;
use super::config::Config;
use crate::catalog::{Catalog, VendorId};
use crate::html::{Kind, Report};
use crate::trace::event;

/// What became of one response to an opted-out browser.
///
/// Handed to [`GpcLayer::on_report`](super::GpcLayer::on_report) once for every filtered page (at its end, or when the
/// visitor goes away before), for every page that could not be filtered, and for every other response that lost a
/// cookie or a link. It holds counts only: no address, cookie value, query or URL.
///
/// # Example
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::sync::Arc;
/// use tower_gpc::GpcLayer;
///
/// let unfiltered = Arc::new(AtomicU64::new(0));
/// let count = Arc::clone(&unfiltered);
/// let layer = GpcLayer::new().on_report(move |_catalog, outcome| {
///     if outcome.reason().is_some_and(|reason| reason.is_unfiltered()) {
///         count.fetch_add(1, Ordering::Relaxed);
///     }
/// });
/// assert_eq!(unfiltered.load(Ordering::Relaxed), 0);
/// # drop(layer);
/// ```
#[derive(Clone, Debug)]
pub struct Outcome {
    report: Report,
    reason: Option<Reason>,
    observed: bool,
    guarded: Guarded,
}

impl Outcome {
    /// What was withheld, by vendor and kind, and how many bytes went through the filter.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Why the page was not filtered, or not to its end. `None`: it was.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// Whether this was report-only: everything was passed on, and the counts say what would have been withheld.
    #[must_use]
    pub fn is_observed(&self) -> bool {
        self.observed
    }

    /// Whether the guard runs on the page, and if not why.
    #[must_use]
    pub fn guarded(&self) -> Guarded {
        self.guarded
    }

    /// The counts by vendor and kind on one line, as in the event: `meta-pixel:script=2 hotjar:inline-script=1`.
    ///
    /// `catalog` is the one that the hook was given.
    #[must_use]
    pub fn tally<'a>(&'a self, catalog: &'a Catalog) -> impl fmt::Display + 'a {
        Tally { report: &self.report, catalog }
    }
}

/// Why a page was not filtered, or not to its end.
///
/// # Example
///
/// ```
/// use tower_gpc::middleware::Reason;
///
/// assert!(Reason::Utf16.is_unfiltered());
/// assert!(!Reason::Truncated.is_unfiltered());
/// assert_eq!(Reason::UnknownCoding.to_string(), "unknown-coding");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The `Content-Encoding` is none that this crate knows.
    UnknownCoding,
    /// Several content codings were applied on top of each other.
    StackedCodings,
    /// The feature of this content coding is off.
    DisabledCoding,
    /// The page is in UTF-16 or UTF-32, by its `Content-Type` or by its byte order mark.
    Utf16,
    /// The page is in ISO-2022-JP or its kin by its `Content-Type`: there `<` may be half of a character. A page that says
    /// so only in a `meta` is not recognised, and filtered as if it were in another encoding.
    Stateful,
    /// The response is a part of a page (206).
    Partial,
    /// Report-only: one frame of a compressed page unpacked to so much that counting was given up. The page itself
    /// passed untouched, as always in that mode.
    TooDense,
    /// The compressed page ended before its end; so does the filtered one.
    Truncated,
    /// The compressed page is damaged; the filtered one ends where the damage was met.
    Corrupt,
    /// The inner body failed; what had come was filtered and passed on, then the error.
    BodyError,
    /// The body was dropped before its end: the visitor went away.
    Cancelled,
}

impl Reason {
    /// Whether the page reached (or would have reached) the browser with its tags.
    #[must_use]
    pub fn is_unfiltered(self) -> bool {
        use Reason::{DisabledCoding, Partial, StackedCodings, Stateful, UnknownCoding, Utf16};
        matches!(self, UnknownCoding | StackedCodings | DisabledCoding | Utf16 | Stateful | Partial)
    }

    /// The name in events and in 502 answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownCoding => "unknown-coding",
            Self::StackedCodings => "stacked-codings",
            Self::DisabledCoding => "disabled-coding",
            Self::Utf16 => "utf-16",
            Self::Stateful => "stateful-encoding",
            Self::Partial => "partial",
            Self::TooDense => "too-dense",
            Self::Truncated => "truncated",
            Self::Corrupt => "corrupt",
            Self::BodyError => "body-error",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a response head lost, or would have lost. Empty, and then without an allocation, for nearly every response.
pub(super) type HeadCounts = Vec<(VendorId, Kind)>;

/// Says what became of a response. The callers see to it that this happens once.
pub(super) fn say(
    config: &Config,
    (mut report, guarded): (Report, Guarded),
    head: &HeadCounts,
    reason: Option<Reason>,
    observed: bool,
) {
    for &(vendor, kind) in head {
        report.count(vendor, kind);
    }
    let outcome = Outcome { report, reason, observed, guarded };
    let catalog = config.rules.catalog();
    // Visitors who go away are daily life; everything else that has a reason wants to be looked at.
    if matches!(reason, None | Some(Reason::Cancelled)) && guarded != Guarded::Refused {
        event!(
            target: "tower_gpc", ::tracing::Level::DEBUG,
            withheld = %outcome.tally(catalog),
            bytes_in = outcome.report.bytes_in(),
            bytes_out = outcome.report.bytes_out(),
            over_limit = outcome.report.over_limit(),
            calls_kept = outcome.report.calls_kept(),
            observed,
            guard = guarded.as_str(),
            reason = reason.map(Reason::as_str),
            "response filtered",
        );
    } else {
        event!(
            target: "tower_gpc", ::tracing::Level::WARN,
            withheld = %outcome.tally(catalog),
            bytes_in = outcome.report.bytes_in(),
            bytes_out = outcome.report.bytes_out(),
            over_limit = outcome.report.over_limit(),
            calls_kept = outcome.report.calls_kept(),
            observed,
            guard = guarded.as_str(),
            reason = reason.map(Reason::as_str),
            "response not filtered as a whole, or without the guard",
        );
    }
    if let Some(hook) = &config.hook {
        hook(catalog, &outcome);
    }
}

struct Tally<'a> {
    report: &'a Report,
    catalog: &'a Catalog,
}

impl fmt::Display for Tally<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (vendor, kind, count)) in self.report.counts().enumerate() {
            let id = self.catalog.vendor(vendor).map_or("?", |vendor| vendor.id());
            let gap = if at == 0 { "" } else { " " };
            write!(f, "{gap}{id}:{}={count}", kind.as_str())?;
        }
        Ok(())
    }
}
