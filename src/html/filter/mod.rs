//! The machine: what state the page is in, what is held back, what is emitted.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::cursor::Cursor;
use super::element::Element;
use super::foreign::{Foreign, Mark};
use super::held::Held;
use super::judge::Inline;
use super::record::Record;
use super::reference::Decoded;
use super::report::Report;
use super::tag_end::TagEnd;
use super::text_end::{CdataEnd, CommentEnd, TextEnd, TextKind};
use crate::policy::Rules;

mod hold;
mod scripts;
mod step;
mod tags;

/// How many `srcdoc` documents inside each other are read.
const DEEPEST: u8 = 3;

/// Which rules a page's syntax follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Syntax {
    /// `text/html`.
    #[default]
    Html,
    /// `application/xhtml+xml`: no text modes, `<script/>` has no content, CDATA sections everywhere.
    Xml,
}

/// How a [`TagFilter`] works.
///
/// # Example
///
/// ```
/// use tower_gpc::html::{FilterOptions, Syntax};
///
/// let options = FilterOptions { held_limit: 4096, ..FilterOptions::default() };
/// assert_eq!(options.syntax, Syntax::Html);
/// assert!(!options.dry_run);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilterOptions {
    /// The page's syntax.
    pub syntax: Syntax,
    /// The longest tag or inline script, in bytes, that is held back to be read; a longer one is passed on and counted.
    pub held_limit: usize,
    /// Read inline scripts; where not, only tags that fetch are withheld, and no script is held back.
    pub inline_scripts: bool,
    /// Count what would be withheld, and pass everything on as it came.
    pub dry_run: bool,
}

impl Default for FilterOptions {
    /// HTML, at most 64 KiB held back, inline scripts read, and what is withheld is taken out.
    fn default() -> Self {
        Self { syntax: Syntax::Html, held_limit: 64 * 1024, inline_scripts: true, dry_run: false }
    }
}

/// Takes withheld tags out of one page, chunk by chunk.
///
/// What is not withheld is passed on as slices of the chunks it came in, byte for byte, whatever the chunks are. Held
/// back is at most one tag or one inline script, up to [`FilterOptions::held_limit`]; a page that ends inside a tag
/// ends so in the output too. Pages in UTF-16 must be kept away from it: it reads bytes.
///
/// # Example
///
/// ```
/// use std::collections::VecDeque;
/// use std::sync::Arc;
/// use tower_gpc::html::{FilterOptions, TagFilter};
/// use tower_gpc::policy::Rules;
/// use tower_gpc::{Catalog, Policy};
///
/// let rules = Arc::new(Rules::new(Catalog::builtin().clone(), &Policy::default())?);
/// let mut filter = TagFilter::new(rules, FilterOptions::default());
/// let mut out = VecDeque::new();
/// for chunk in ["<p>Shoes<scr", "ipt src='//connect.facebook.net/en_US/fbev", "ents.js'></script></p>"] {
///     filter.push(chunk.into(), &mut out);
/// }
/// filter.finish(&mut out);
/// assert_eq!(out.into_iter().flatten().collect::<Vec<u8>>(), b"<p>Shoes</p>");
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct TagFilter {
    rules: Arc<Rules>,
    /// The rules where no script runs: inside of `noscript`, and in documents of attributes, which none of ours is in.
    unguarded: Option<Arc<Rules>>,
    page: Option<Arc<str>>,
    options: FilterOptions,
    mode: Mode,
    held: Held,
    foreign: Foreign,
    /// Inside `noscript`, whose end tag ends whatever else is open.
    noscript: bool,
    /// What was open where that `noscript` began.
    before_noscript: Mark,
    /// Inside an AMP analytics component that was kept: its configuration is judged by its URLs.
    amp_config: bool,
    /// The markup that is looked at stands right behind a `<` that is text.
    behind_less: bool,
    depth: u8,
    /// What is put where the page marks a place, else at the end of its `body`; none, once it stands.
    status: Option<Bytes>,
    decoded: Decoded,
    report: Report,
    /// Only there if asked for.
    record: Option<Record>,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug)]
enum Mode {
    Data,
    /// A `<` is held, and more bytes are needed to tell what it opens.
    Open,
    /// A tag that is passed on as it comes, and what follows it; in `noscript` its end is looked for too.
    Tag(TagEnd, Option<TextEnd>, After),
    /// A start tag that is held until it is whole; the offset behind its name.
    HeldTag(TagEnd, Option<TextEnd>, Element, usize),
    /// A comment, likewise.
    Comment(CommentEnd, Option<TextEnd>),
    Bogus(Option<TextEnd>),
    Cdata(CdataEnd),
    /// Text that is passed on.
    Text(TextEnd),
    /// An inline script that is held, with its start tag's length.
    HeldScript(TextEnd, Inline, usize),
    /// The text, then the end tag, of an element that is withheld.
    CutText(TextEnd),
    CutEnd(TagEnd),
    Plaintext,
}

/// What follows a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Data,
    Text(TextKind),
    Plaintext,
}

impl TagFilter {
    /// Begins a page.
    #[must_use]
    pub fn new(rules: Arc<Rules>, options: FilterOptions) -> Self {
        Self {
            rules,
            unguarded: None,
            page: None,
            options,
            mode: Mode::Data,
            held: Held::default(),
            foreign: Foreign::default(),
            noscript: false,
            before_noscript: Mark::default(),
            amp_config: false,
            behind_less: false,
            depth: 0,
            status: None,
            decoded: Decoded::default(),
            report: Report::default(),
            record: None,
        }
    }

    /// Says which host the page is on, without a port. Filter lists ask for it; nothing else does.
    ///
    /// Without it, a list takes every absolute URL for a third party's, and relative ones are not looked up in lists.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tower_gpc::html::{FilterOptions, TagFilter};
    /// use tower_gpc::policy::Rules;
    /// use tower_gpc::{Catalog, Policy};
    ///
    /// let rules = Arc::new(Rules::new(Catalog::builtin().clone(), &Policy::default())?);
    /// let filter = TagFilter::new(rules, FilterOptions::default()).on_host("shop.example".into());
    /// assert_eq!(filter.report().total(), 0);
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// ```
    #[must_use]
    pub fn on_host(mut self, host: Arc<str>) -> Self {
        self.page = Some(host);
        self
    }

    /// Has the filter put `status` where the page has the comment `<!--gpc-status-->`, else before the end tag of its
    /// `body`, else at its end; once.
    pub(crate) fn show(&mut self, status: Bytes) {
        self.status = Some(status);
    }

    /// Says which rules count where a script that guards the page does not run.
    pub(crate) fn unguarded(&mut self, rules: Arc<Rules>) {
        self.unguarded = Some(rules);
    }

    /// Follows the rules of pages without a guard from now on, if there are any.
    pub(crate) fn forgo_guard(&mut self) {
        if let Some(rules) = self.unguarded.take() {
            self.rules = rules;
        }
    }

    /// Takes the page's next chunk and appends what can be passed on to `out`.
    pub fn push(&mut self, chunk: Bytes, out: &mut VecDeque<Bytes>) {
        if self.options.dry_run {
            self.run(&chunk, &mut VecDeque::new());
            self.report.count_bytes(chunk.len(), chunk.len());
            out.push_back(chunk);
            return;
        }
        let before = out.len();
        self.run(&chunk, out);
        self.report.count_bytes(chunk.len(), out.iter().skip(before).map(Bytes::len).sum());
    }

    /// Ends the page: what is held back is passed on as it came.
    pub fn finish(&mut self, out: &mut VecDeque<Bytes>) {
        if self.options.dry_run {
            self.held.clear();
        } else {
            self.report.count_bytes(0, self.held.len());
            self.held.release(&[], out);
            // Inside of a text or a comment nobody would see it.
            if matches!(self.mode, Mode::Data) && !self.noscript {
                out.extend(self.status.take());
            }
        }
        self.mode = Mode::Data;
    }

    /// What was done so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Gives the report away.
    #[must_use]
    pub fn into_report(self) -> Report {
        self.report
    }

    /// The same for who has to keep the filter; it counts from nothing again.
    pub(crate) fn take_report(&mut self) -> Report {
        std::mem::take(&mut self.report)
    }

    /// Begins to record what is looked at, for surveys: see [`Finding`](super::Finding).
    ///
    /// Not for pages that are served: it copies every URL and every inline script.
    pub fn record(&mut self) {
        self.record.get_or_insert_default();
    }

    /// What was recorded since [`record`](Self::record) was called or this was; recording goes on.
    #[must_use]
    pub fn take_record(&mut self) -> Record {
        self.record.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The rules that it follows.
    #[must_use]
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    fn run(&mut self, chunk: &Bytes, out: &mut VecDeque<Bytes>) {
        let mut cursor = Cursor::new(chunk, out, self.status.is_some());
        while cursor.at < chunk.len() {
            self.step(&mut cursor);
        }
        if matches!(self.mode, Mode::Data) {
            self.behind_less = false;
        }
        cursor.keep_until(chunk.len());
    }
}

/// The ranges that a document inside another's attribute loses; they are counted in the outer report.
pub(super) fn cuts(
    rules: &Arc<Rules>,
    page: Option<&Arc<str>>,
    text: Vec<u8>,
    depth: u8,
    report: &mut Report,
    record: &mut Option<Record>,
) -> Vec<Range<usize>> {
    if depth >= DEEPEST {
        return Vec::new();
    }
    let text = Bytes::from(text);
    let mut filter = TagFilter::new(Arc::clone(rules), FilterOptions::default());
    filter.page = page.cloned();
    filter.depth = depth + 1;
    filter.options.held_limit = text.len();
    filter.record = record.take();
    let mut out = VecDeque::new();
    filter.run(&text, &mut out);
    *record = filter.record.take();
    filter.held.release(&[], &mut out);
    for (vendor, kind, count) in filter.report.counts() {
        (0..count).for_each(|_| report.count(vendor, kind));
    }
    report.count_calls_kept(filter.report.calls_kept());
    let mut cuts = Vec::new();
    let mut from = 0;
    for piece in out {
        // One chunk came in, so every piece is a slice of it.
        let start = (piece.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        if start > from {
            cuts.push(from..start);
        }
        from = start + piece.len();
    }
    if from < text.len() {
        cuts.push(from..text.len());
    }
    cuts
}

#[cfg(test)]
mod suite;
#[cfg(test)]
mod tests;
