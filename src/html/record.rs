//! What a filter looked at, for surveys of pages: off unless asked for.

use std::ops::Range;

use super::attributes::{Attributes, Step};
use super::element::Element;
use super::is_space;
use super::judge::{Judge, Verdict};
use super::reference::decode;
use super::report::Kind;
use super::role::{Role, Seen, kind, shows, weight};
use super::{amp, part, refresh, url_list};
use crate::catalog::{VendorId, locate};
use crate::policy::{Rules, Script};

/// One thing in a page that a browser fetches, connects to or runs, and what became of it.
///
/// An attribute with several URLs makes several findings. URLs that a lazy loader keeps under a name of its own are among
/// them, and those in `noscript`, `template` and `srcdoc`; `a href` is not, nor is what fetches nothing, such as `data:`.
///
/// It holds what the page says, which may be personal: do not log it for pages of visitors.
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
/// let mut filter = TagFilter::new(Arc::clone(&rules), FilterOptions::default());
/// filter.record();
/// let page = "<link rel=canonical href='https://shop.example/'><img src=/own.png>\
///             <script src='https://connect.facebook.net/en_US/fbevents.js'></script>";
/// filter.push(page.into(), &mut VecDeque::new());
///
/// let record = filter.take_record();
/// let [own, pixel] = record.findings() else { panic!() };
/// assert_eq!((own.kind, own.place(), own.withheld), (Kind::Image, None, false));
/// assert_eq!(pixel.place(), Some(("connect.facebook.net".into(), "/en_US/fbevents.js".into())));
/// assert_eq!((pixel.kind, pixel.vendor, pixel.withheld), (Kind::Script, rules.catalog().find("meta-pixel"), true));
/// assert_eq!(record.address(), Some(&b"https://shop.example/"[..]));
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of tag it stands in.
    pub kind: Kind,
    /// The URL as the rules were asked, its character references decoded. Of an inline script or statement it is the code, and of an
    /// AMP component that is known by its `type`, that.
    pub text: Vec<u8>,
    /// Whose it is, whether it is withheld or not. For an inline script that is kept it is the vendor that it
    /// still calls.
    pub vendor: Option<VendorId>,
    /// Whether it is taken out of the page.
    pub withheld: bool,
}

impl Finding {
    /// Host and path of the URL, as a browser would ask for them; none where it is relative, hence on the page's host.
    #[must_use]
    pub fn place(&self) -> Option<(String, String)> {
        if self.kind == Kind::InlineScript { None } else { place(&self.text) }
    }
}

/// Host and path of a URL as a browser would ask for them; none if it is relative or not of the web.
///
/// # Example
///
/// ```
/// use tower_gpc::html::place;
///
/// assert_eq!(place(b"//A.example:443/b/../c?d"), Some(("a.example".into(), "/c".into())));
/// assert_eq!(place(b"/c"), None);
/// ```
#[must_use]
pub fn place(url: &[u8]) -> Option<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    locate(url, |target| Some((text(target.host), text(&target.location().path))))
}

/// What a [`TagFilter`](super::TagFilter) that was told to [`record`](super::TagFilter::record) has found.
///
/// Its example is that of [`Finding`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    findings: Vec<Finding>,
    canonical: Option<Vec<u8>>,
    og_url: Option<Vec<u8>>,
}

impl Record {
    /// What was found, in the order in which it was decided on: what stands in a `srcdoc` comes before its `iframe`.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Where the page says that it lives: its first `link rel=canonical`, else its first `og:url`.
    ///
    /// It is what the page says, so it may be relative, or wrong.
    #[must_use]
    pub fn address(&self) -> Option<&[u8]> {
        self.canonical.as_deref().or(self.og_url.as_deref())
    }

    /// An inline script, and each statement that it loses.
    pub(super) fn script(&mut self, code: &[u8], script: &Script) {
        let mut add = |kind, text: &[u8], vendor, withheld| {
            self.findings.push(Finding { kind, text: text.to_vec(), vendor, withheld });
        };
        match script {
            Script::Keep => add(Kind::InlineScript, code, None, false),
            Script::Calls(vendor) => add(Kind::InlineScript, code, Some(*vendor), false),
            Script::Withhold(vendor) => add(Kind::InlineScript, code, Some(*vendor), true),
            Script::Parts(parts) => {
                add(Kind::InlineScript, code, parts.calls(), false);
                for cut in parts.cuts() {
                    add(Kind::InlineStatement, part(code, cut.range()), Some(cut.vendor()), true);
                }
            }
        }
    }

    /// The configuration of an AMP component, and whether it goes.
    pub(super) fn amp_config(&mut self, rules: &Rules, text: &[u8], withheld: bool) {
        let _: Option<()> = amp::urls(text, |url| {
            self.url(rules, Kind::Amp, url, withheld);
            None
        });
    }

    fn url(&mut self, rules: &Rules, kind: Kind, url: &[u8], withheld: bool) {
        if shows(url) {
            let vendor = rules.url(url).or_else(|| rules.catalog().match_url(url));
            self.findings.push(Finding { kind, text: url.to_vec(), vendor, withheld });
        }
    }

    /// A `link` or a `meta` that says where the page lives.
    fn mind_address(&mut self, element: Element, tag: &[u8]) {
        let (name, word, holder, slot) = match element {
            Element::Link => (&b"rel"[..], &b"canonical"[..], &b"href"[..], &mut self.canonical),
            Element::Meta => (&b"property"[..], &b"og:url"[..], &b"content"[..], &mut self.og_url),
            _ => return,
        };
        let words = value(tag, name);
        let says = words.split(|&byte| is_space(byte)).any(|one| one.eq_ignore_ascii_case(word));
        if says && slot.is_none() {
            *slot = Some(decode(value(tag, holder)).trim_ascii().to_vec()).filter(|url| !url.is_empty());
        }
    }
}

impl Judge<'_> {
    /// Lists the URLs of a start tag with what was decided. `applies` is whether the tag fetches at all.
    #[cold]
    pub(super) fn list_urls(&mut self, element: Element, tag: &[u8], applies: bool, verdict: &Verdict) {
        let Some(record) = self.record.as_mut() else { return };
        record.mind_address(element, tag);
        let gone = |range: Range<usize>| match verdict {
            Verdict::Cut => true,
            Verdict::Parts(cuts) => cuts.iter().any(|cut| cut.start <= range.start && range.end <= cut.end),
            Verdict::Keep | Verdict::Inline(_) => false,
        };
        let mut attributes = Attributes::new(tag, name_end(tag));
        let mut seen = Seen::default();
        while let Step::Attribute(attribute) = attributes.step() {
            let Some(role) = Role::of(part(tag, attribute.name)).filter(|role| seen.is_new(*role)) else { continue };
            let range = attribute.value;
            let text = part(tag, range.clone());
            if role == Role::Type && element == Element::Amp {
                let vendor = self.rules.amp(text).or_else(|| self.rules.catalog().match_amp(text));
                if vendor.is_some() {
                    let withheld = *verdict == Verdict::Cut;
                    record.findings.push(Finding { kind: Kind::Amp, text: text.to_vec(), vendor, withheld });
                }
            }
            if !applies || weight(element, role, self.reading).is_none() {
                continue;
            }
            let mut entry = |kind, entry: url_list::Entry| {
                let whole = range.start + entry.url.start..range.start + entry.url.end;
                record.url(self.rules, kind, &decode(part(text, entry.url)), gone(whole));
            };
            match role {
                Role::Srcset | Role::LazySrcset | Role::ImageSrcset => {
                    url_list::srcset(text).for_each(|found| entry(kind(element), found));
                }
                Role::Ping | Role::AttributionSrc => {
                    url_list::spaced(text).for_each(|found| entry(Kind::Ping, found));
                }
                Role::Srcdoc => {}
                _ => {
                    let value = decode(text);
                    let url = match role {
                        Role::Content => refresh::url(&value).unwrap_or_default(),
                        _ => &*value,
                    };
                    record.url(self.rules, kind(element), url, gone(range));
                }
            }
        }
    }
}

fn name_end(tag: &[u8]) -> usize {
    tag.iter().position(|&byte| is_space(byte) || matches!(byte, b'/' | b'>')).unwrap_or(tag.len())
}

/// The value of the first attribute of a name.
fn value<'a>(tag: &'a [u8], name: &[u8]) -> &'a [u8] {
    let mut attributes = Attributes::new(tag, name_end(tag));
    while let Step::Attribute(attribute) = attributes.step() {
        if part(tag, attribute.name).eq_ignore_ascii_case(name) {
            return part(tag, attribute.value);
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Arc;

    use super::super::{FilterOptions, TagFilter};
    use super::*;
    use crate::catalog::Catalog;
    use crate::policy::Policy;

    fn rules() -> Arc<Rules> {
        let catalog = Catalog::empty().with_toml(
            r#"
            [[vendor]]
            id = "ads"
            name = "Ads"
            purpose = "advertising"
            urls = ["ads.test"]
            inline = ["ads('init'"]
            amp = ["ads"]
            [[vendor]]
            id = "cdn"
            name = "CDN"
            purpose = "cdn"
            urls = ["cdn.test"]
            amp = ["cdn"]
            "#,
            "test.toml",
        );
        Arc::new(Rules::new(catalog.unwrap(), &Policy::default()).unwrap())
    }

    fn record(page: &[u8], chunk: usize) -> Record {
        let mut filter = TagFilter::new(rules(), FilterOptions::default());
        filter.record();
        let mut out = VecDeque::new();
        for chunk in page.chunks(chunk) {
            filter.push(bytes::Bytes::copy_from_slice(chunk), &mut out);
        }
        filter.finish(&mut out);
        filter.take_record()
    }

    /// What is found in one line: kind, URL, vendor, and `-` before what is withheld.
    fn shown(page: &str) -> Vec<String> {
        let rules = rules();
        let want = record(page.as_bytes(), page.len());
        assert!((1..page.len()).all(|chunk| record(page.as_bytes(), chunk) == want), "{page}");
        let show = |finding: &Finding| {
            let vendor = finding.vendor.and_then(|id| rules.catalog().vendor(id)).map_or("?", |vendor| vendor.id());
            let sign = if finding.withheld { "-" } else { "" };
            format!("{sign}{} {} {vendor}", finding.kind.as_str(), String::from_utf8_lossy(&finding.text))
        };
        want.findings.iter().map(show).collect()
    }

    #[test]
    fn whatever_fetches_is_listed_with_what_became_of_it() {
        for (page, want) in [
            ("<p>none</p><a href=//ads.test/>x</a>", &[][..]),
            ("<script src=//ads.test/a></script>", &["-script //ads.test/a ads"]),
            ("<script src=//cdn.test/a></script>", &["script //cdn.test/a cdn"]),
            ("<script src=//x.test/a src=//y.test></script>", &["script //x.test/a ?"]),
            ("<script src='//x.test/?a&amp;b'></script>", &["script //x.test/?a&b ?"]),
            (
                "<script>ads('init')</script><script>own()</script>",
                &["-inline-script ads('init') ads", "inline-script own() ?"],
            ),
            (
                "<script>own();ads('init');more()</script>",
                &["inline-script own();ads('init');more() ?", "-inline-statement ads('init') ads"],
            ),
            (
                "<script>own(function () { ads('init'); more() })</script>",
                &["inline-script own(function () { ads('init'); more() }) ads"],
            ),
            ("<script type=application/json>ads('init')</script>", &[]),
            ("<img src=data:,x data-src=/own data-lazy-src=//ads.test/>", &["image /own ?", "-image //ads.test/ ads"]),
            ("<img src=data:,x data-src=//ads.test/>", &["-image //ads.test/ ads"]),
            ("<img srcset='/own 1x, //ads.test/ 2x'>", &["image /own ?", "-image //ads.test/ ads"]),
            (
                "<img srcset='//ads.test/1 1x, //ads.test/2 2x'>",
                &["-image //ads.test/1 ads", "-image //ads.test/2 ads"],
            ),
            ("<a ping='//x.test/ //ads.test/' href=/>", &["ping //x.test/ ?", "-ping //ads.test/ ads"]),
            ("<img src=//ads.test/ attributionsrc=//x.test/>", &["-image //ads.test/ ads", "-ping //x.test/ ?"]),
            ("<link rel=stylesheet href=//x.test/><link rel=next href=//x.test/>", &["link //x.test/ ?"]),
            ("<input type=image src=//x.test/><input src=//x.test/>", &["input //x.test/ ?"]),
            ("<meta http-equiv=refresh content='1;url=//ads.test/'>", &["-refresh //ads.test/ ads"]),
            ("<video src=//ads.test/ poster=//x.test/></video>", &["-media //ads.test/ ads", "media //x.test/ ?"]),
            ("<object data=//x.test/></object>", &["object //x.test/ ?"]),
            ("<noscript><img src=//x.test/></noscript>", &["image //x.test/ ?"]),
            ("<template><iframe src=//x.test/></iframe></template>", &["frame //x.test/ ?"]),
            (
                "<iframe src=//x.test/ srcdoc='<img src=//ads.test/><img src=//cdn.test/>'></iframe>",
                &["-image //ads.test/ ads", "image //cdn.test/ cdn", "frame //x.test/ ?"],
            ),
            ("<svg><image href=//x.test/ /><use href=#a /></svg>", &["image //x.test/ ?"]),
            ("<amp-analytics type=ads></amp-analytics><amp-ad type=cdn></amp-ad>", &["-amp ads ads", "amp cdn cdn"]),
            ("<amp-ad type=ads src=//x.test/></amp-ad>", &["-amp ads ads", "-amp //x.test/ ?"]),
            (
                "<amp-analytics><script type=application/json>[\"//x.test/\",\"https:\\/\\/ads.test\"]</script>",
                &["-amp //x.test/ ?", "-amp //ads.test ads"],
            ),
        ] {
            assert_eq!(shown(page), want, "{page}");
        }
    }

    #[test]
    fn a_page_says_where_it_lives() {
        for (page, want) in [
            ("<link rel='shortlink CANONICAL' href='https://a.test/?x&amp;y'>", Some("https://a.test/?x&y")),
            ("<meta property=og:url content=//o.test/><link rel=canonical href=//c.test/>", Some("//c.test/")),
            ("<meta content=//o.test/ property=og:url><link rel=canonical href=''>", Some("//o.test/")),
            ("<link rel=canonical href=//a.test/><link rel=canonical href=//b.test/>", Some("//a.test/")),
            ("<link rel=icon href=//a.test/>", None),
        ] {
            assert_eq!(record(page.as_bytes(), 7).address(), want.map(str::as_bytes), "{page}");
        }
    }

    #[test]
    fn nothing_is_recorded_unless_asked_for_and_taking_goes_on() {
        let mut filter = TagFilter::new(rules(), FilterOptions::default());
        filter.push("<img src=/1>".into(), &mut VecDeque::new());
        assert_eq!(filter.take_record(), Record::default());
        filter.record();
        for _ in 0..2 {
            filter.push("<img src=/2>".into(), &mut VecDeque::new());
            assert_eq!(filter.take_record().findings().len(), 1);
        }
    }

    #[test]
    fn the_place_is_where_a_browser_would_ask() {
        let place = |kind, text: &[u8]| Finding { kind, text: text.to_vec(), vendor: None, withheld: false }.place();
        let want = Some(("a.test".to_owned(), "/b".to_owned()));
        assert_eq!(place(Kind::Script, b" HTTPS:\\\\A.test:443/x/../b?c"), want);
        assert_eq!(place(Kind::Script, b"/a"), None);
        assert_eq!(place(Kind::InlineScript, b"//a.test/b"), None);
    }
}
