//! A naive judge of pages beside our own filter: html5ever parses, and plain code says what should be gone.

use std::collections::BTreeMap;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use tower_gpc::policy::{Rules, Script};

/// Elements of a page that can fetch or run, each with how often it stands there.
pub(crate) type Elements = BTreeMap<Element, usize>;

/// One element as a browser sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// The text of a script.
    pub(crate) text: String,
    /// SVG or MathML.
    pub(crate) foreign: bool,
}

/// What the rules say of an element.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Keep,
    Gone,
    /// It stays, with these attributes instead.
    Without(BTreeMap<String, String>),
    /// It stays, with less text.
    Text(String),
}

const FETCHING: [&str; 20] = [
    "script",
    "iframe",
    "frame",
    "img",
    "image",
    "link",
    "source",
    "track",
    "embed",
    "object",
    "input",
    "a",
    "area",
    "video",
    "audio",
    "meta",
    "amp-pixel",
    "amp-analytics",
    "amp-img",
    "amp-iframe",
];

/// Parses a page as a browser that runs scripts does, and reads `noscript` as one that does not.
pub(crate) fn elements(page: &[u8]) -> Elements {
    let mut found = Elements::new();
    read(page, &mut found);
    found
}

fn read(page: &[u8], found: &mut Elements) {
    let mut options = ParseOpts::default();
    options.tree_builder.scripting_enabled = true;
    let dom = parse_document(RcDom::default(), options).from_utf8().one(page);
    // The tree is walked without recursion: pages nest deeper than a stack likes.
    let mut open: Vec<Handle> = vec![dom.document.clone()];
    while let Some(node) = open.pop() {
        if let NodeData::Element { name, attrs, template_contents, .. } = &node.data {
            let text = text_of(&node);
            match &*name.local {
                "noscript" => read(text.as_bytes(), found),
                local if FETCHING.contains(&local) => {
                    let attributes: BTreeMap<String, String> = attrs
                        .borrow()
                        .iter()
                        .map(|attr| {
                            let prefix = attr.name.prefix.as_ref().map_or(String::new(), |prefix| format!("{prefix}:"));
                            (format!("{prefix}{}", attr.name.local), attr.value.to_string())
                        })
                        .collect();
                    let foreign = &*name.ns != "http://www.w3.org/1999/xhtml";
                    let text = if local == "script" { text } else { String::new() };
                    let element = Element { name: local.to_owned(), attributes, text, foreign };
                    *found.entry(element).or_default() += 1;
                }
                _ => {}
            }
            open.extend(template_contents.borrow().iter().cloned());
        }
        open.extend(node.children.borrow().iter().cloned());
    }
}

fn text_of(node: &Handle) -> String {
    let children = node.children.borrow();
    children
        .iter()
        .filter_map(|child| match &child.data {
            NodeData::Text { contents } => Some(contents.borrow().to_string()),
            _ => None,
        })
        .collect()
}

/// Whether the element is of a kind that fetches.
pub(crate) fn fetches(element: &Element) -> bool {
    let attribute = |name: &str| element.attributes.get(name).map_or("", String::as_str);
    match element.name.as_str() {
        "link" => attribute("rel").split_ascii_whitespace().any(|rel| {
            [
                "preconnect",
                "dns-prefetch",
                "preload",
                "prefetch",
                "modulepreload",
                "stylesheet",
                "prerender",
                "icon",
                "apple-touch-icon",
                "mask-icon",
                "manifest",
            ]
            .contains(&rel.to_ascii_lowercase().as_str())
        }),
        "input" => attribute("type").trim().eq_ignore_ascii_case("image"),
        "meta" => attribute("http-equiv").trim().eq_ignore_ascii_case("refresh"),
        _ => true,
    }
}

/// What should happen to an element, by the plainest reading of the rules.
pub(crate) fn want(rules: &Rules, element: &Element) -> Want {
    let applies = fetches(element);
    let mut left = element.attributes.clone();
    let (mut whole_gone, mut whole_kept) = (false, false);
    for (name, value) in element.attributes.iter().filter(|_| applies) {
        let Some((whole, urls)) = urls(element, name, value) else { continue };
        let (gone, kept): (Vec<_>, Vec<_>) = urls.into_iter().partition(|url| rules.url(url.as_bytes()).is_some());
        whole_gone |= whole && !gone.is_empty();
        whole_kept |= whole && kept.iter().any(|url| shows(url));
        if !gone.is_empty() && !kept.iter().any(|url| shows(url)) {
            left.remove(name);
        } else if !gone.is_empty() {
            left.insert(name.clone(), "less".to_owned());
        }
    }
    let attribute = |name: &str| element.attributes.get(name).map_or("", String::as_str);
    let inline = element.name == "script" && !element.foreign && !element.attributes.contains_key("src");
    if whole_gone && !whole_kept && !element.foreign {
        Want::Gone
    } else if left != element.attributes {
        Want::Without(left)
    } else if inline && runs(attribute("type")) {
        match rules.script(element.text.as_bytes()) {
            Script::Withhold(_) => Want::Gone,
            Script::Parts(parts) => {
                let mut text = element.text.clone().into_bytes();
                parts.cuts().iter().rev().for_each(|cut| drop(text.drain(cut.range())));
                Want::Text(String::from_utf8(text).unwrap())
            }
            _ => Want::Keep,
        }
    } else {
        Want::Keep
    }
}

pub(crate) fn shows(url: &str) -> bool {
    let url = url.trim().to_ascii_lowercase();
    !url.is_empty() && !["#", "data:", "about:", "javascript:"].iter().any(|start| url.starts_with(start))
}

fn runs(kind: &str) -> bool {
    let kind = kind.trim().to_ascii_lowercase();
    !["json", "template", "tmpl", "handlebars", "mustache"].iter().any(|word| kind.contains(word))
        && !["importmap", "speculationrules", "text/html", "text/xml"].contains(&kind.as_str())
}

/// The URLs that a browser, or a lazy loader, takes from an attribute; and whether the element is pointless without.
pub(crate) fn urls(element: &Element, name: &str, value: &str) -> Option<(bool, Vec<String>)> {
    let named = ["data-original", "data-rocketsrc", "data-cfsrc", "suppressedsrc", "data-suppressedsrc"];
    let lazy = name.ends_with("-src") || named.contains(&name);
    let set = name == "srcset" || name.ends_with("-srcset");
    let one = |whole| Some((whole, vec![value.to_owned()]));
    let spaced = || Some((false, value.split_ascii_whitespace().map(str::to_owned).collect()));
    let found = match (element.name.as_str(), name) {
        ("image" | "script", "href" | "xlink:href") if element.foreign => one(false),
        ("script" | "iframe" | "frame", _) if name == "src" || lazy => one(true),
        ("img" | "image" | "source" | "track" | "embed", _) if name == "src" || lazy => one(true),
        ("img" | "image" | "source", _) if set => Some((true, candidates(value))),
        ("link", "href") => one(true),
        ("link", "imagesrcset") => Some((true, candidates(value))),
        ("video" | "audio", _) if name == "src" || name == "poster" || lazy => one(false),
        ("object", "data") => one(false),
        ("input", _) if name == "src" || lazy => one(false),
        ("a" | "area", "ping" | "attributionsrc") | ("img" | "script", "attributionsrc") => spaced(),
        ("meta", "content") => {
            let url = value.split_once([';', ',']).map_or("", |(_, url)| url.trim());
            let url = url.strip_prefix("url=").or(url.strip_prefix("URL=")).unwrap_or(url);
            Some((true, vec![url.trim_matches(['"', '\'']).to_owned()]))
        }
        _ => None,
    };
    // In SVG the URL goes and the element stays: there it fetched nothing.
    found.map(|(whole, urls)| (whole && !element.foreign, urls))
}

fn candidates(value: &str) -> Vec<String> {
    let mut urls = Vec::new();
    let mut rest = value.trim_start_matches([' ', ',', '\n', '\t', '\r']);
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let url = &rest[..end];
        rest = &rest[end..];
        urls.push(url.trim_end_matches(',').to_owned());
        if !url.ends_with(',') {
            rest = rest.find(',').map_or("", |comma| &rest[comma..]);
        }
        rest = rest.trim_start_matches([' ', ',', '\n', '\t', '\r']);
    }
    urls
}

/// Compares a page with what became of it; the difference must be what the rules want, and nothing else.
pub(crate) fn compare(rules: &Rules, page: &[u8], filtered: &[u8]) -> Result<usize, String> {
    let mut left = elements(filtered);
    let mut withheld = 0;
    let mut changed = Vec::new();
    for (element, count) in elements(page) {
        match want(rules, &element) {
            Want::Gone => withheld += count,
            Want::Keep => match left.get_mut(&element) {
                Some(there) if *there >= count => *there -= count,
                there => return Err(format!("{count} wanted, {there:?} there: {element:?}")),
            },
            Want::Without(attributes) => {
                withheld += count;
                changed.push((Element { attributes, ..element }, count));
            }
            Want::Text(text) => {
                withheld += count;
                changed.push((Element { text, ..element }, count));
            }
        }
    }
    for (element, count) in changed {
        let found = left.iter_mut().find(|(there, n)| **n >= count && alike(there, &element));
        match found {
            Some((_, there)) => *there -= count,
            None => return Err(format!("not there without its withheld attributes: {element:?}")),
        }
    }
    match left.into_iter().find(|(_, count)| *count > 0) {
        Some((element, _)) => Err(format!("still there: {element:?}")),
        None => Ok(withheld),
    }
}

/// Equal but for attributes that lost some of their URLs.
fn alike(there: &Element, want: &Element) -> bool {
    there.name == want.name
        && there.text == want.text
        && there.attributes.len() == want.attributes.len()
        && want.attributes.iter().all(|(name, value)| match there.attributes.get(name) {
            Some(found) => found == value || value == "less",
            None => false,
        })
}
