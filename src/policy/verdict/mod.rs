//! What is done about an inline script: a vendor's loader, calls that it left behind, and the site's own code are told
//! apart.
//!
//! | file | speaks of |
//! |---|---|
//! | `evidence` | what each signature or URL is worth by where it stands: a call, a loaded URL, a mention |
//! | `class` | what a statement is: a vendor's loader or call, set-up, or the site's own |
//! | `deeds` | what a statement does: loads, serves loaders, or something else |
//! | `shape` | the shapes of expressions: calls and their heads, assignments, invoked functions |
//! | `names` | what is done with a name that stands for a vendor's URL |
//! | `list` | lists of URLs that the site's own code loads |
//! | `cut` | which statements go, and that what stays is still a script |
//! | `words` | names that loaders use |
//!
//! Nearly all scripts have neither and are not read at all.

mod class;
mod cut;
mod deeds;
mod evidence;
mod list;
mod names;
mod shape;
mod words;

use std::ops::Range;

use self::class::{Case, Class};
use self::cut::Cutter;
pub(super) use self::evidence::Hit;
use super::inline::Scanner;
use crate::catalog::VendorId;
use crate::script::Reading;

/// What is done about an inline script, and for whose sake.
///
/// A script is withheld as a whole if it holds a withheld vendor's code and nothing else: its loader, its calls, the
/// set-up of its queue. If it holds code of the site too, or of a vendor that is kept, or of a consent manager, then
/// only whole statements are cut: loaders wherever they stand, and plain calls at the top of the script. Calls within
/// functions stay, since the site's code may rely on what they call back. A name in a comment, in a test
/// (`if (window.fbq)`) or in a string that nothing loads is a mention and counts for nothing.
///
/// A vendor's code is known by the signatures of the catalog and, in scripts of up to 32 KiB, by the URLs in it: one that
/// the rules withhold ([`Rules::url`](super::Rules::url)) and that is written in one piece.
///
/// Of a list of URLs that the site's own loop loads one after the other, the vendors' are cut. Where a loader is part of a
/// larger expression, its URL is: `go = () => load('')`.
///
/// What was cut leaves a script that parses. Where that cannot be had (the script is not understood, or the URL is put
/// together from pieces, or to `fetch` and the like an empty one would be the page's own), a script of up to 8 KiB that loads
/// a withheld vendor's URL is withheld, and any other is kept and counted.
///
/// # Example
///
/// ```
/// use tower_gpc::policy::{Rules, Script};
/// use tower_gpc::{Catalog, Policy};
///
/// let rules = Rules::new(Catalog::builtin().clone(), &Policy::default())?;
/// let pixel = rules.catalog().find("meta-pixel").unwrap();
///
/// assert_eq!(rules.script(b"fbq('track', 'PageView');"), Script::Withhold(pixel));
/// assert_eq!(rules.script(b"function buy() { fbq('track', 'Buy'); order(); }"), Script::Calls(pixel));
/// assert_eq!(rules.script(b"if (window.fbq) { consentToPixels(); }"), Script::Keep);
///
/// let Script::Parts(parts) = rules.script(b"menu(); fbq('track', 'PageView'); footer();") else { panic!() };
/// assert_eq!((parts.cuts()[0].vendor(), parts.cuts()[0].range()), (pixel, 8..32));
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Script {
    /// No withheld vendor is loaded or called.
    Keep,
    /// It stays, although it calls a withheld vendor: the site's own code is around the calls.
    Calls(VendorId),
    /// It goes as a whole.
    Withhold(VendorId),
    /// It stays without some statements or URLs.
    Parts(Parts),
}

impl Script {
    /// The withheld vendor that the script is about; the first of several.
    #[must_use]
    pub fn vendor(&self) -> Option<VendorId> {
        match self {
            Self::Keep => None,
            Self::Calls(vendor) | Self::Withhold(vendor) => Some(*vendor),
            Self::Parts(parts) => parts.cuts.first().map(Cut::vendor),
        }
    }
}

/// What an inline script loses.
///
/// # Example
///
/// ```
/// use tower_gpc::policy::{Rules, Script};
/// use tower_gpc::{Catalog, Policy};
///
/// let rules = Rules::new(Catalog::builtin().clone(), &Policy::default())?;
/// let script = b"menu(); fbq('init', '1'); function buy() { order(); fbq('track', 'Buy'); }";
/// let Script::Parts(parts) = rules.script(script) else { panic!() };
/// assert_eq!(parts.cuts().len(), 1);
/// assert_eq!(&script[parts.cuts()[0].range()], b"fbq('init', '1')");
/// assert_eq!(parts.calls(), rules.catalog().find("meta-pixel"));
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    cuts: Vec<Cut>,
    calls: Option<VendorId>,
}

impl Parts {
    /// The statements and the URLs that go, in order; at least one. They do not overlap.
    #[must_use]
    pub fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    /// A withheld vendor that is still called by what stays.
    #[must_use]
    pub fn calls(&self) -> Option<VendorId> {
        self.calls
    }
}

/// A statement that goes, or a URL; see [`Parts`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    vendor: VendorId,
    range: Range<usize>,
}

impl Cut {
    /// For whose sake it goes.
    #[must_use]
    pub fn vendor(&self) -> VendorId {
        self.vendor
    }

    /// Its bytes in the script. A statement's semicolon stays: an empty statement is one wherever a statement may stand.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }
}

/// The longest vendors' snippets have less than this; larger code has something of the site's in it.
const SNIPPET: usize = 8 * 1024;

/// Judges a script in which `hits` were found, of which there is at least one.
pub(super) fn judge(text: &[u8], hits: &[Hit], consent: &[Hit], scanner: &Scanner) -> Script {
    let Some(reading) = Reading::new(text) else { return unread(text, hits) };
    let Some(list) = reading.statements(0..reading.len()) else { return unread(text, hits) };
    let mut case = Case::new(&reading, hits, consent, scanner);
    if !case.has_evidence() {
        return Script::Keep;
    }
    let classes = case.classes(&list);
    let whole = || {
        let of = |wanted: fn(&Class) -> Option<VendorId>| classes.iter().find_map(wanted);
        of(Class::loader).or_else(|| of(Class::call)).or_else(|| of(Class::set_up))
    };
    if !classes.iter().any(Class::is_own) {
        return whole().map_or(Script::Keep, Script::Withhold);
    }
    let mut cutter = Cutter::new(&mut case);
    cutter.list(&list, &classes, false);
    let Cutter { mut cuts, stuck, .. } = cutter;
    cuts.sort_by_key(|cut| cut.range.start);
    let gone =
        |range: Range<usize>| cuts.iter().any(|cut| cut.range.start <= range.start && range.end <= cut.range.end);
    if let Some(vendor) = stuck.filter(|_| text.len() <= SNIPPET) {
        return Script::Withhold(vendor);
    }
    if let Some(first) = cuts.first() {
        let own = list.iter().zip(&classes).any(|(statement, class)| {
            class.is_own() && !gone(reading.bytes(&cut::without_semicolon(&reading, &statement.tokens)))
        });
        // Nothing of the site's is left; or a browser may find another end of the script than it has now.
        if !own || cut::moves_end(text, &cuts) {
            return Script::Withhold(first.vendor);
        }
    }
    let calls = case.calls(&list, &classes, gone).or(stuck);
    match (cuts.is_empty(), calls) {
        (false, calls) => Script::Parts(Parts { cuts, calls }),
        (true, Some(vendor)) => Script::Calls(vendor),
        (true, None) => Script::Keep,
    }
}

/// A script that is not understood. It runs in a browser only if that understands more of it than we do.
fn unread(text: &[u8], hits: &[Hit]) -> Script {
    let Some(first) = hits.first() else { return Script::Keep };
    // JSON under a type that nobody knows: no script begins like this.
    if text.trim_ascii_start().strip_prefix(b"{").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\"")) {
        return Script::Keep;
    }
    let loads = || words::LOADING.iter().any(|word| memchr::memmem::find(text, word).is_some());
    match hits.iter().find(|hit| hit.url) {
        Some(hit) if text.len() <= SNIPPET && loads() => Script::Withhold(hit.vendor),
        _ => Script::Calls(first.vendor),
    }
}

#[cfg(test)]
mod tests;
