//! Of one start tag, html5ever and the filter read the same URLs: the element goes where the rules withhold one of
//! those that html5ever read, and only there.
//!
//! The input's first byte says which element, the rest are its attributes.

#![no_main]

#[path = "support/words.rs"]
mod words;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use html5ever::Attribute;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer};
use libfuzzer_sys::fuzz_target;
use tower_gpc::catalog::{Purpose, Vendor};
use tower_gpc::html::{FilterOptions, TagFilter};
use tower_gpc::policy::Rules;
use tower_gpc::{Catalog, Policy};

static RULES: LazyLock<Arc<Rules>> = LazyLock::new(|| {
    let vendor = |id: &str, rule: &str| Vendor::new(id, id, Purpose::Advertising).with_url(rule).unwrap();
    let catalog = [vendor("host", "t.co"), vendor("path", "b.test/tr"), vendor("query", "c.test/x?id=G-")]
        .into_iter()
        .fold(Catalog::empty(), Catalog::with_vendor);
    Arc::new(Rules::new(catalog, &Policy::default()).unwrap())
});

/// Elements that are pointless without their URL, each with what it needs to fetch.
const ELEMENTS: [&str; 9] = [
    "<script ",
    "<IFRAME/",
    "<img\n",
    "<embed ",
    "<source ",
    "<track ",
    "<link rel=preload ",
    "<image ",
    "<link\trel='icon x'",
];

const WORDS: [&str; 64] = [
    "src=",
    "src='",
    " src=\"",
    "href=",
    "\"href='",
    "srcset='",
    "srcset=",
    "imagesrcset=\"",
    "data-src=",
    "-src=",
    "data-original=",
    "data-srcset='",
    "DATA-ROCKETSRC=",
    "SRC =",
    "src",
    "alt=\"",
    "rel=",
    "https://t.co",
    "//t.co/",
    "http:t.co",
    "https:/t.co",
    "//b.test/tr",
    "//b.test/",
    "//c.test/x?id=G-1",
    "//c.test/x",
    "?id=G-",
    "&id=G-",
    "//a.test/",
    "/own.js",
    "data:,x",
    "about:blank",
    "javascript:x",
    "#x",
    "&amp;",
    "&AMP",
    "&sol;",
    "&sol",
    "&#47;",
    "&#x2F",
    "&#x2f;",
    "&colon;",
    "&period;",
    "&#46",
    "&Tab;",
    "&NewLine;",
    "&#32;",
    "&num;",
    "&quest;",
    "&equals;",
    "&lt;",
    "&gt",
    "&quot;",
    "&fjlig;",
    "&copy",
    "&nbsp;",
    "&#0;",
    "&#x80;",
    "&#xD800;",
    "&#x110000;",
    "&percnt;2e",
    ", ",
    " 2x,",
    "'>",
    "\">",
];

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else { return };
    let element = ELEMENTS[usize::from(first) % ELEMENTS.len()];
    // A browser reads NUL as U+FFFD; the filter does not, and withholds a tag at worst that fetches nothing.
    let text = [element, &words::text(rest, &WORDS)].concat().replace('\0', "\u{1}");
    let Some((tag, attributes)) = first_tag(&text) else {
        assert_eq!(filter(&text), text, "a tag without an end");
        return;
    };
    // Of two lazy loaders' attributes with one name, both are looked at; a browser drops the second. A tag that has two may
    // be kept for it.
    let lower = tag.to_ascii_lowercase();
    if ["-src", "data-original", "data-rocketsrc"].iter().any(|lazy| lower.matches(lazy).count() > 1) {
        return;
    }
    let name = element[1..].split(|c: char| !c.is_ascii_alphabetic()).next().unwrap().to_ascii_lowercase();
    let gone = filter(tag).is_empty();
    assert_eq!(gone, goes(&name, &attributes), "{tag:?} {attributes:?}");
});

fn filter(page: &str) -> String {
    // Less than the input may be, so that long tags are passed on too.
    let options = FilterOptions { held_limit: 64 * 1024, inline_scripts: false, ..FilterOptions::default() };
    let mut filter = TagFilter::new(Arc::clone(&RULES), options);
    let mut out = VecDeque::new();
    filter.push(Bytes::copy_from_slice(page.as_bytes()), &mut out);
    filter.finish(&mut out);
    String::from_utf8(out.into_iter().flatten().collect()).unwrap()
}

#[derive(Default)]
struct First(RefCell<Option<Vec<Attribute>>>);

impl TokenSink for First {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token {
            self.0.borrow_mut().get_or_insert(tag.attrs);
        }
        TokenSinkResult::Continue
    }
}

/// The tag that the text begins with, and its attributes.
fn first_tag(text: &str) -> Option<(&str, Vec<(String, String)>)> {
    let tokenizer = Tokenizer::new(First::default(), Default::default());
    let queue = BufferQueue::default();
    for (at, _) in text.match_indices('>') {
        let from = text[..at].rfind('>').map_or(0, |before| before + 1);
        queue.push_back(text[from..=at].into());
        let _ = tokenizer.feed(&queue);
        if let Some(attributes) = tokenizer.sink.0.borrow_mut().take() {
            let pair = |attribute: Attribute| (attribute.name.local.to_string(), attribute.value.to_string());
            return Some((&text[..=at], attributes.into_iter().map(pair).collect()));
        }
    }
    None
}

/// Whether an element goes, by the plainest reading of the rules.
fn goes(element: &str, attributes: &[(String, String)]) -> bool {
    let (mut withheld, mut kept) = (false, false);
    for (name, value) in attributes {
        let lazy =
            matches!(name.as_str(), "data-original" | "data-rocketsrc") || name.len() > 4 && name.ends_with("-src");
        let set = name == "srcset" || name.len() > 7 && name.ends_with("-srcset");
        let urls = match element {
            "link" if name == "href" => vec![value.as_str()],
            "link" if name == "imagesrcset" => candidates(value),
            "link" => continue,
            _ if name == "src" || lazy => vec![value.as_str()],
            "img" | "image" | "source" | "track" | "embed" if set => candidates(value),
            _ => continue,
        };
        for url in urls {
            match RULES.url(url.as_bytes()) {
                Some(_) => withheld = true,
                None => kept |= shows(url),
            }
        }
    }
    let rel = attributes.iter().find(|(name, _)| name == "rel").map_or("", |(_, value)| value);
    // The first attribute of a name counts, and those of the element stand first.
    let fetches = element != "link" || rel.split_ascii_whitespace().any(|rel| matches!(rel, "preload" | "icon"));
    fetches && withheld && !kept
}

fn shows(url: &str) -> bool {
    let url = url.trim_ascii().to_ascii_lowercase();
    !url.is_empty() && !["#", "data:", "about:", "javascript:"].iter().any(|start| url.starts_with(start))
}

/// WHATWG HTML, "parsing a srcset attribute", as far as URLs go.
fn candidates(value: &str) -> Vec<&str> {
    let mut urls = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\x0C', '\r', ',']);
        if rest.is_empty() {
            return urls;
        }
        let (url, behind) = rest.split_at(rest.find([' ', '\t', '\n', '\x0C', '\r']).unwrap_or(rest.len()));
        rest = behind;
        urls.push(url.trim_end_matches(','));
        if !url.ends_with(',') {
            let mut depth = 0u32;
            let end = rest.char_indices().find(|&(_, c)| match c {
                '(' => {
                    depth += 1;
                    false
                }
                ')' => {
                    depth = depth.saturating_sub(1);
                    false
                }
                c => c == ',' && depth == 0,
            });
            rest = end.map_or("", |(comma, _)| &rest[comma + 1..]);
        }
    }
}
