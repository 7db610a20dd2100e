//! What a filter records of the saved pages against what an independent parser sees in them.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use tower_gpc::html::{FilterOptions, Finding, Kind, TagFilter, place};

use crate::oracle::{self, Element};
use crate::pages::{builtin_rules, saved};

/// How often each host is fetched from in each kind of tag; relative URLs are of no host.
type Tally = BTreeMap<(Kind, String), usize>;

/// Filters a page: what was recorded, and what is left of the page.
fn record(page: Bytes) -> (Vec<Finding>, Bytes) {
    let options = FilterOptions { held_limit: page.len() + 1, ..FilterOptions::default() };
    let mut filter = TagFilter::new(builtin_rules(), options);
    filter.record();
    let mut out = VecDeque::new();
    filter.push(page, &mut out);
    filter.finish(&mut out);
    (filter.take_record().findings().to_vec(), out.into_iter().flatten().collect())
}

fn tally<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Tally {
    let mut tally = Tally::new();
    for finding in findings {
        let host = finding.place().map_or(String::new(), |(host, _)| host);
        *tally.entry((finding.kind, host)).or_default() += 1;
    }
    tally
}

/// The same by the tree of html5ever. It reads no `srcdoc` by itself, so those are documents of their own here.
fn seen(page: &[u8]) -> Tally {
    let mut tally = Tally::new();
    for (element, count) in oracle::elements(page) {
        if let Some(inner) = element.attributes.get("srcdoc") {
            seen(inner.as_bytes()).into_iter().for_each(|(key, n)| *tally.entry(key).or_default() += n * count);
        }
        if !oracle::fetches(&element) {
            continue;
        }
        for (name, value) in &element.attributes {
            let Some((_, urls)) = oracle::urls(&element, name, value) else { continue };
            for url in urls.iter().filter(|url| oracle::shows(url)) {
                let host = place(url.as_bytes()).map_or(String::new(), |(host, _)| host);
                *tally.entry((kind(&element, name), host)).or_default() += count;
            }
        }
    }
    tally
}

fn kind(element: &Element, attribute: &str) -> Kind {
    match (element.name.as_str(), attribute) {
        (_, "ping" | "attributionsrc") => Kind::Ping,
        ("script", _) => Kind::Script,
        ("iframe" | "frame", _) => Kind::Frame,
        ("img" | "image", _) => Kind::Image,
        ("link", _) => Kind::Link,
        ("meta", _) => Kind::Refresh,
        ("input", _) => Kind::Input,
        ("object", _) => Kind::Object,
        ("source" | "track" | "embed" | "video" | "audio", _) => Kind::Media,
        (name, _) => panic!("{name}"),
    }
}

#[test]
fn the_record_has_the_urls_that_a_parser_sees_on_the_saved_pages() {
    let mut all = 0;
    for (name, page) in saved() {
        let (findings, _) = record(page.clone());
        let recorded = tally(findings.iter().filter(|finding| finding.kind != Kind::InlineScript));
        let want = seen(&page);
        all += want.values().sum::<usize>();
        let differ: Vec<_> = recorded.iter().filter(|(key, n)| want.get(key) != Some(n)).collect();
        let other: Vec<_> = want.iter().filter(|(key, n)| recorded.get(key) != Some(n)).collect();
        assert!(differ.is_empty() && other.is_empty(), "{name}: recorded {differ:?}, the parser sees {other:?}");
    }
    println!("{all} URLs are fetched in all");
}

#[test]
fn what_the_record_calls_kept_is_what_is_left_of_the_saved_pages() {
    for (name, page) in saved() {
        let (findings, left) = record(page);
        let (again, _) = record(left);
        let kept = tally(findings.iter().filter(|finding| !finding.withheld));
        let there = tally(&again);
        let differ: Vec<_> = kept.iter().filter(|(key, n)| there.get(key) != Some(n)).collect();
        let other: Vec<_> = there.iter().filter(|(key, n)| kept.get(key) != Some(n)).collect();
        assert!(differ.is_empty() && other.is_empty(), "{name}: kept {differ:?}, there {other:?}");
        assert!(again.iter().all(|finding| !finding.withheld), "{name}");
    }
}
