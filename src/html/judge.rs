//! One complete start tag: keep it, cut it, or cut parts of it.

use std::mem;
use std::ops::Range;
use std::sync::Arc;

use super::attributes::{Attribute, Attributes, Step};
use super::cuts::Cuts;
use super::element::Element;
use super::foreign::Reading;
use super::record::Record;
use super::reference::{Decoded, decode, decode_in, is_decoded};
use super::report::{Kind, Report};
use super::role::{Role, Seen, Weight, kind, shows, weight};
use super::text_end::TextKind;
use super::{data_url, filter, is_space, part, refresh, url_list};
use crate::catalog::VendorId;
use crate::policy::{Context, Resource, Rules, Script};

/// What is to be done with a tag. Ranges are offsets into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Keep,
    /// The tag is kept so far; the script behind it decides.
    Inline(Inline),
    /// The element goes: its tag, and its text if it has one.
    Cut,
    /// The tag stays without these parts.
    Parts(Cuts),
}

/// How the text of a script is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inline {
    /// By vendors' signatures.
    Code,
    /// By the URLs in it: the configuration of an AMP component.
    AmpConfig,
}

/// What a judge needs besides the tag.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) rules: &'a Arc<Rules>,
    /// Those of documents inside of attributes.
    pub(super) unguarded: &'a Arc<Rules>,
    /// The page's host, if it is known.
    pub(super) page: Option<&'a Arc<str>>,
    pub(super) report: &'a mut Report,
    pub(super) record: &'a mut Option<Record>,
    /// Whether the element is of HTML.
    pub(super) reading: Reading,
    /// An AMP analytics component is open.
    pub(super) amp_config: bool,
    /// Whether the code of inline scripts is judged.
    pub(super) inline_scripts: bool,
    /// How many `srcdoc` documents this tag stands in.
    pub(super) depth: u8,
    /// Room for the value that is looked at.
    pub(super) decoded: &'a mut Decoded,
}

/// What has been found in a tag so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The first vendor whose URL decides over the element, or over a part of it.
    whole: Option<VendorId>,
    part: Option<VendorId>,
    part_kind: Option<Kind>,
    /// A URL that the element needs and that is not withheld.
    kept: bool,
    /// The vendor that an AMP component names as its type.
    amp: Option<VendorId>,
    cuts: Cuts,
    seen: Seen,
    external: bool,
    /// It has code in its URL that calls a withheld vendor, and more than that.
    calls: bool,
    /// The value of a `srcdoc`, which is read once the tag is whole.
    srcdoc: Option<Range<usize>>,
    rel: Range<usize>,
    type_: Range<usize>,
    http_equiv: Range<usize>,
}

impl Judge<'_> {
    /// Reads a start tag to its end, which is given with what was found and whether it closes itself; none if the tag has
    /// not come whole. The bytes may go on behind it. Nothing is counted yet.
    pub(super) fn read(&mut self, element: Element, bytes: &[u8], name_end: usize) -> Option<(Found, usize, bool)> {
        let mut found = Found::default();
        let mut attributes = Attributes::new(bytes, name_end);
        loop {
            let attribute = match attributes.step() {
                Step::Attribute(attribute) => attribute,
                Step::End { end, self_closing } => return Some((found, end, self_closing)),
                Step::Short => return None,
            };
            let Some(role) = Role::of(part(bytes, attribute.name.clone())) else { continue };
            if found.seen.is_new(role) {
                self.look(element, role, bytes, attribute, &mut found);
            }
        }
    }

    /// Judges by what was found, and counts what is withheld.
    pub(super) fn conclude(&mut self, element: Element, tag: &[u8], mut found: Found) -> Verdict {
        let verdict = self.decide(element, tag, &mut found);
        if self.record.is_some() {
            let applies = self.applies(element, tag, &found);
            self.list_urls(element, tag, applies, &verdict);
        }
        verdict
    }

    fn decide(&mut self, element: Element, tag: &[u8], found: &mut Found) -> Verdict {
        if let Some(value) = found.srcdoc.take() {
            self.srcdoc(tag, value, found);
        }
        if self.applies(element, tag, found) {
            if let Some(vendor) = found.amp.or(found.whole.filter(|_| !found.kept)) {
                self.report.count(vendor, kind(element));
                return Verdict::Cut;
            }
            if let Some(vendor) = found.whole.or(found.part) {
                let kind = found.part_kind.filter(|_| found.whole.is_none()).unwrap_or(kind(element));
                self.report.count(vendor, kind);
            }
            if !found.cuts.is_empty() {
                return Verdict::Parts(mem::take(&mut found.cuts));
            }
        }
        self.report.count_calls_kept(u32::from(found.calls));
        match element {
            Element::Text(TextKind::Script) if !found.external && self.reading.is_html() => self.inline(tag, found),
            _ => Verdict::Keep,
        }
    }

    fn look(&mut self, element: Element, role: Role, tag: &[u8], attribute: Attribute, found: &mut Found) {
        match role {
            Role::Rel => found.rel = attribute.value.clone(),
            Role::Type => found.type_ = attribute.value.clone(),
            Role::HttpEquiv => found.http_equiv = attribute.value.clone(),
            Role::Src => found.external = true,
            _ => {}
        }
        if role == Role::Type && element == Element::Amp {
            found.amp = self.rules.amp(part(tag, attribute.value));
            return;
        }
        let Some(weight) = weight(element, role, self.reading) else { return };
        match role {
            Role::Srcset | Role::LazySrcset | Role::ImageSrcset | Role::Ping | Role::AttributionSrc => {
                self.list(role, weight, tag, attribute, found);
            }
            Role::Srcdoc => found.srcdoc = Some(attribute.value),
            _ => {
                let page = self.page.map(|page| &**page);
                let value = decode_in(part(tag, attribute.value.clone()), self.decoded);
                let url = match role {
                    Role::Content => refresh::url(value).unwrap_or_default(),
                    _ => value,
                };
                let context = || Context { page, kind: resource(element, role, part(tag, found.rel.clone())) };
                let in_url = || match element {
                    Element::Text(TextKind::Script) if self.inline_scripts => data_url::text(url),
                    _ => None,
                };
                let vendor = self.rules.lookup(url, context).or_else(|| match self.rules.script(&in_url()?) {
                    Script::Withhold(vendor) => Some(vendor),
                    Script::Keep => None,
                    // Nothing is cut out of a URL.
                    _ => {
                        found.calls = true;
                        None
                    }
                });
                match vendor {
                    Some(vendor) => found.withhold(weight, vendor, cut(tag, &attribute)),
                    None => found.kept |= weight == Weight::Whole && shows(url),
                }
            }
        }
    }

    /// An attribute with several URLs loses those that are withheld, or goes if none is left.
    fn list(&mut self, role: Role, weight: Weight, tag: &[u8], attribute: Attribute, found: &mut Found) {
        let page = self.page.map(|page| &**page);
        let written = part(tag, attribute.value.clone());
        // What parts the URLs may be written as references.
        let decoded = is_decoded(written);
        if decoded {
            self.decoded.read(written);
        }
        let value = if decoded { &self.decoded.text } else { written };
        let mut first = None;
        let mut kept = false;
        let mut cuts = Cuts::default();
        let kind = if matches!(role, Role::Ping | Role::AttributionSrc) { Resource::Ping } else { Resource::Image };
        let (rules, context) = (self.rules, || Context { page, kind });
        let mut look = |entry: url_list::Entry| match rules.lookup(part(value, entry.url.clone()), context) {
            Some(vendor) => {
                first = first.or(Some(vendor));
                let start = attribute.value.start;
                let whole = if decoded { self.decoded.written(entry.whole) } else { entry.whole };
                cuts.push(start + whole.start..start + whole.end);
            }
            None => kept |= shows(part(value, entry.url)),
        };
        match role {
            Role::Ping | Role::AttributionSrc => url_list::spaced(value).for_each(&mut look),
            _ => url_list::srcset(value).for_each(&mut look),
        }
        found.kept |= kept && weight == Weight::Whole;
        let Some(vendor) = first else { return };
        if matches!(role, Role::Ping | Role::AttributionSrc) {
            found.part_kind = Some(Kind::Ping);
        }
        if kept {
            found.part = found.part.or(Some(vendor));
            found.cuts.append(&cuts);
        } else {
            found.withhold(weight, vendor, cut(tag, &attribute));
        }
    }

    /// A document inside an attribute loses its own withheld tags; the rest of the attribute stays as written.
    fn srcdoc(&mut self, tag: &[u8], value: Range<usize>, found: &mut Found) {
        let decoded = Decoded::of(part(tag, value.clone()));
        for inner in filter::cuts(self.unguarded, self.page, decoded.text.clone(), self.depth, self.report, self.record)
        {
            let written = decoded.written(inner);
            found.cuts.push(value.start + written.start..value.start + written.end);
        }
    }

    /// Whether the tag is of a kind that fetches: a `link` by its `rel`, an `input` by its type, a `meta` refresh.
    fn applies(&self, element: Element, tag: &[u8], found: &Found) -> bool {
        let is = |range: &Range<usize>, wanted: &[u8]| {
            decode(part(tag, range.clone())).trim_ascii().eq_ignore_ascii_case(wanted)
        };
        match element {
            Element::Link => fetches(&decode(part(tag, found.rel.clone()))),
            Element::Input => is(&found.type_, b"image"),
            Element::Meta => is(&found.http_equiv, b"refresh"),
            _ => true,
        }
    }

    fn inline(&self, tag: &[u8], found: &Found) -> Verdict {
        if runs(&decode(part(tag, found.type_.clone()))) {
            Verdict::Inline(Inline::Code)
        } else if self.amp_config {
            Verdict::Inline(Inline::AmpConfig)
        } else {
            Verdict::Keep
        }
    }
}

impl Found {
    fn withhold(&mut self, weight: Weight, vendor: VendorId, cut: Range<usize>) {
        let first = match weight {
            Weight::Whole => &mut self.whole,
            Weight::Part => &mut self.part,
        };
        *first = first.or(Some(vendor));
        self.cuts.push(cut);
    }
}

/// The range that takes an attribute out: with the white space before it, where what follows does not need that.
fn cut(tag: &[u8], attribute: &Attribute) -> Range<usize> {
    let parted = tag.get(attribute.end).is_some_and(|&byte| is_space(byte) || byte == b'>');
    let spaces = part(tag, 0..attribute.name.start).iter().rev().take_while(|&&byte| is_space(byte)).count();
    attribute.name.start - if parted { spaces } else { 0 }..attribute.end
}

/// What filter lists want to know of a fetch. A link is one of a stylesheet if its `rel` stands before its URL.
fn resource(element: Element, role: Role, rel: &[u8]) -> Resource {
    match element {
        _ if role == Role::Poster => Resource::Image,
        Element::Text(TextKind::Script) => Resource::Script,
        Element::Text(TextKind::Iframe) | Element::Frame => Resource::Frame,
        Element::Image | Element::Input | Element::SvgReference => Resource::Image,
        Element::Media | Element::Void => Resource::Media,
        Element::Object => Resource::Object,
        Element::Link if rel.eq_ignore_ascii_case(b"stylesheet") => Resource::Stylesheet,
        _ => Resource::Other,
    }
}

/// Link types that make a browser fetch or connect (WHATWG HTML 4.6.7).
fn fetches(rel: &[u8]) -> bool {
    const TYPES: [&[u8]; 11] = [
        b"apple-touch-icon",
        b"dns-prefetch",
        b"icon",
        b"manifest",
        b"mask-icon",
        b"modulepreload",
        b"preconnect",
        b"prefetch",
        b"preload",
        b"prerender",
        b"stylesheet",
    ];
    rel.split(|&byte| is_space(byte)).any(|rel| TYPES.iter().any(|known| rel.eq_ignore_ascii_case(known)))
}

/// Whether a script of this type may run: at once, or when an optimizer or a consent platform renames it.
///
/// Data blocks and templates (WHATWG HTML 4.12.1) never do.
fn runs(type_: &[u8]) -> bool {
    const NEVER: [&[u8]; 5] = [b"json", b"template", b"tmpl", b"handlebars", b"mustache"];
    const DATA: [&[u8]; 4] = [b"importmap", b"speculationrules", b"text/html", b"text/xml"];
    let type_ = type_.trim_ascii();
    if type_.is_empty() || type_.eq_ignore_ascii_case(b"text/javascript") {
        return true;
    }
    let holds = |word: &[u8]| type_.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    !NEVER.iter().any(|word| holds(word)) && !DATA.iter().any(|data| type_.eq_ignore_ascii_case(data))
}
