//! What is added to a page: the guard where its head begins, and the status.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;

use super::config::Config;
use crate::header::csp::{ScriptPermit, permits_style, script_permit};
use crate::html::{FilterOptions, Found, Opening, Syntax, TagFilter};
use crate::policy::Rules;
use crate::site::{Guard, WATCH};

/// Whether the guard runs on a page, and how it came there.
///
/// Where it does not, tag managers are withheld too, unless the policy says otherwise.
///
/// # Example
///
/// ```
/// use tower_gpc::middleware::Guarded;
///
/// assert!(Guarded::Inline.is_on() && !Guarded::Refused.is_on());
/// assert_eq!(Guarded::Refused.to_string(), "refused");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Guarded {
    /// The guard is switched off, or this is no page.
    Off,
    /// It stands in the page.
    Inline,
    /// The page loads it from the layer's own path.
    File,
    /// By the page's Content Security Policy no script runs on it at all: there is nothing to guard.
    NoScripts,
    /// The page's Content Security Policy lets scripts of others run, but none of ours: it has no nonce, and neither inline
    /// scripts nor, by `'self'`, `*` or `http:`, files of the site's own origin are allowed. A host by its name, or `https:`,
    /// does not count: how the browser sees the page is not to be known behind proxies.
    Refused,
    /// What came is a part of a page, for scripts to put into one: it has no head.
    Fragment,
}

impl Guarded {
    /// Whether it runs.
    #[must_use]
    pub fn is_on(self) -> bool {
        matches!(self, Self::Inline | Self::File)
    }

    /// The name in events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Inline => "inline",
            Self::File => "file",
            Self::NoScripts => "no-scripts",
            Self::Refused => "refused",
            Self::Fragment => "fragment",
        }
    }
}

impl fmt::Display for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The guard, and the rules of pages that it runs on.
#[derive(Debug)]
pub(super) struct GuardedRules {
    pub(super) rules: Arc<Rules>,
    pub(super) guard: Guard,
}

/// What one page gets; made from its head.
#[derive(Debug)]
pub(super) struct Additions {
    /// None, once the page's head has begun.
    opening: Option<Opening>,
    guarded: Guarded,
    /// The script, in pieces that are not copied.
    script: [Bytes; 3],
    status: Option<Bytes>,
    /// Nothing is withheld: this is the page of who is not opted out.
    unfiltered: bool,
}

impl Additions {
    /// For a page that is only looked at, or that the browser saves.
    pub(super) fn none() -> Self {
        Self { opening: None, guarded: Guarded::Off, script: Default::default(), status: None, unfiltered: false }
    }

    /// The bridge, for a page that is not filtered; none where the page's policies let no script of ours run.
    pub(super) fn bridge(config: &Config, headers: &HeaderMap, syntax: Syntax) -> Option<Self> {
        let bridge = config.bridge.as_ref()?;
        let script = match script_permit(headers, false) {
            ScriptPermit::Inline(nonce) | ScriptPermit::Both(nonce) => {
                inline(bridge.text().clone(), &attribute(nonce), syntax)
            }
            ScriptPermit::File(nonce) => file(&config.own_path.bridge_path(), &attribute(nonce)),
            ScriptPermit::NoScripts | ScriptPermit::Refused => return None,
        };
        Some(Self { opening: Some(Opening::new(syntax)), script, unfiltered: true, ..Self::none() })
    }

    /// Whether there is nothing to be said of the page at its end.
    pub(super) fn is_unfiltered(&self) -> bool {
        self.unfiltered
    }

    /// What the policies of a page's head allow, and the status if it `shows` one.
    pub(super) fn of(config: &Config, headers: &HeaderMap, syntax: Syntax, shows: bool) -> Self {
        let status = config.status.as_ref().filter(|_| shows).map(|status| status.of(permits_style(headers)).clone());
        let (guarded, script) = match &config.guarded {
            None => (Guarded::Off, Default::default()),
            Some(guarded) => match script_permit(headers, config.guard_file) {
                ScriptPermit::Inline(nonce) => {
                    let attributes = attribute(nonce) + &config.privacy_strings;
                    (Guarded::Inline, inline(guarded.guard.text().clone(), &attributes, syntax))
                }
                ScriptPermit::File(nonce) => {
                    let attributes = attribute(nonce) + &config.privacy_strings;
                    (Guarded::File, file(&config.own_path.guard_file(&guarded.guard), &attributes))
                }
                ScriptPermit::Both(nonce) => {
                    let nonce = attribute(nonce);
                    let attributes = nonce.clone() + &config.privacy_strings;
                    let [file, ..] = file(&config.own_path.guard_file(&guarded.guard), &attributes);
                    let [begin, watch, end] = inline(Bytes::from_static(WATCH.as_bytes()), &nonce, syntax);
                    (Guarded::File, [[file, begin].concat().into(), watch, end])
                }
                ScriptPermit::NoScripts => (Guarded::NoScripts, Default::default()),
                ScriptPermit::Refused => (Guarded::Refused, Default::default()),
            },
        };
        let opening = (guarded.is_on() || status.is_some()).then(|| Opening::new(syntax));
        Self { opening, guarded, script, status, unfiltered: false }
    }

    /// The filter for the page, by the rules that count as far as its head tells.
    pub(super) fn filter(&self, config: &Config, options: FilterOptions) -> TagFilter {
        match &config.guarded {
            Some(guarded) if self.guarded.is_on() => {
                let mut filter = TagFilter::new(Arc::clone(&guarded.rules), options);
                filter.unguarded(Arc::clone(&config.rules));
                filter
            }
            _ => TagFilter::new(Arc::clone(&config.rules), options),
        }
    }

    pub(super) fn guarded(&self) -> Guarded {
        self.guarded
    }

    /// Sends the page's next chunk through `filter`, with what is added on the way.
    pub(super) fn push(&mut self, chunk: Bytes, filter: &mut TagFilter, out: &mut VecDeque<Bytes>) {
        let Some(opening) = &mut self.opening else { return self.pass([chunk, Bytes::new()], filter, out) };
        match opening.push(chunk) {
            Found::Nothing(pieces) => self.pass(pieces, filter, out),
            Found::Place { before, after } => {
                self.opening = None;
                self.pass(before, filter, out);
                out.extend(self.script.iter().filter(|piece| !piece.is_empty()).cloned());
                if let Some(status) = self.status.take() {
                    filter.show(status);
                }
                self.pass(after, filter, out);
            }
            Found::Fragment(pieces) => {
                self.opening = None;
                if self.guarded.is_on() {
                    self.guarded = Guarded::Fragment;
                    filter.forgo_guard();
                }
                self.pass(pieces, filter, out);
            }
        }
    }

    /// Ends the page.
    pub(super) fn finish(&mut self, filter: &mut TagFilter, out: &mut VecDeque<Bytes>) {
        if let Some(mut opening) = self.opening.take() {
            self.pass([opening.finish(), Bytes::new()], filter, out);
        }
    }

    fn pass(&self, pieces: [Bytes; 2], filter: &mut TagFilter, out: &mut VecDeque<Bytes>) {
        let pieces = pieces.into_iter().filter(|piece| !piece.is_empty());
        if self.unfiltered {
            out.extend(pieces);
        } else {
            pieces.for_each(|piece| filter.push(piece, out));
        }
    }
}

fn inline(text: Bytes, attributes: &str, syntax: Syntax) -> [Bytes; 3] {
    let (begin, end) = match syntax {
        // What a script has of `<` and `&` would be markup in XML.
        Syntax::Xml => ("//<![CDATA[\n", "\n//]]></script>"),
        _ => ("", "</script>"),
    };
    [format!("<script{attributes}>{begin}").into(), text, Bytes::from_static(end.as_bytes())]
}

fn file(source: &str, attributes: &str) -> [Bytes; 3] {
    [format!("<script{attributes} src=\"{source}\"></script>").into(), Bytes::new(), Bytes::new()]
}

/// A nonce has no sign that could end an attribute, or it would not have been taken for one.
fn attribute(nonce: Option<String>) -> String {
    nonce.map_or_else(String::new, |nonce| format!(" nonce=\"{nonce}\""))
}
