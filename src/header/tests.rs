//! What every edit of this room promises about hostile values.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

use super::destination::Destination;
use super::testing::{all, headers, hostile_value};
use super::validator::Variant;
use super::{accept_encoding, body, link, media, range, set_cookie, vary};

const NAMES: [&str; 13] = [
    "accept-encoding",
    "content-length",
    "content-type",
    "etag",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "link",
    "range",
    "sec-fetch-dest",
    "set-cookie",
    "vary",
];

fn edit_everything(map: &mut HeaderMap) {
    let variant = Variant::new(0x1a2b_3c4d);
    media::Media::of(map);
    Destination::of(map);
    accept_encoding::narrow(map, &["gzip", "br"]);
    variant.stamp(map);
    Variant::restore(map);
    Variant::disclaim(map);
    variant.claim(map);
    vary::vary_on(map, &[HeaderName::from_static("sec-gpc"), http::header::COOKIE]);
    link::withhold(map, false, |url| url.len() % 2 == 0);
    set_cookie::withhold(map, false, |name| name.len() % 2 == 0);
    range::strip(map);
    body::changed(map);
}

/// Work that grows with the square of this takes minutes.
const LARGE: usize = 100_000;

#[test]
fn large_hostile_values_are_done_in_linear_time() {
    let patterns: &[(&str, &str)] = &[
        ("", ","),
        ("", "a,"),
        ("", "\t"),
        ("", ", ,"),
        ("", "\""),
        ("", "\"\\"),
        ("", "\\\""),
        ("\"", "\\"),
        ("", "<"),
        ("", "<,"),
        ("", "<a>,"),
        ("<", "a,"),
        ("<a>;", "=\""),
        ("<a>", ";=\""),
        ("<a>;rel=\"", "x preload "),
        ("", "<a>;rel=preload,"),
        ("", "<a>;rel=\"preload\\"),
        ("W/\"", ";gpc-s-"),
        ("", "\"a;gpc-s-1a2b3c4d\","),
        ("", "\"a;gpc-s-00000007\","),
        ("", "*,"),
        ("", "*;q=0.5,"),
        ("", "zstd;q=0,"),
        ("*", ";q=0.5"),
        ("", "text/html;charset=utf-16,"),
        ("text/html;charset=\"", "\\x"),
    ];
    for (head, pattern) in patterns {
        let value = HeaderValue::try_from(format!("{head}{}", pattern.repeat(LARGE / pattern.len()))).unwrap();
        let mut map = HeaderMap::new();
        for name in NAMES {
            map.append(name, value.clone());
        }
        edit_everything(&mut map);
    }
}

#[test]
fn an_empty_map_stays_empty_but_for_vary() {
    let mut map = HeaderMap::new();
    edit_everything(&mut map);
    assert_eq!(all(&map), all(&headers(&[("vary", "sec-gpc, cookie")])));
}

#[test]
fn ordinary_fields_are_not_touched_at_all() {
    let fields = [
        ("accept-encoding", "gzip, br"),
        ("link", "</a.css>; rel=next, <b>; rel=\"author license\""),
        ("set-cookie", "a=b; Secure"),
        ("vary", "Accept-Encoding, Sec-GPC, Cookie"),
        ("if-none-match", "W/\"a\", \"b\""),
        ("if-modified-since", "Tue, 15 Nov 1994 12:45:26 GMT"),
        ("if-match", "\"a\""),
    ];
    let mut map = headers(&fields);
    let buffers: Vec<*const u8> = map.values().map(|value| value.as_bytes().as_ptr()).collect();
    accept_encoding::narrow(&mut map, &["gzip", "br"]);
    link::withhold(&mut map, false, |_| true);
    set_cookie::withhold(&mut map, false, |name| name == b"x");
    vary::vary_on(&mut map, &[HeaderName::from_static("sec-gpc"), http::header::COOKIE]);
    Variant::disclaim(&mut map);
    Variant::restore(&mut map);
    assert_eq!(map.values().map(|value| value.as_bytes().as_ptr()).collect::<Vec<_>>(), buffers);
}

proptest! {
    #[test]
    fn no_value_makes_an_edit_panic_and_other_fields_stay(
        lines in prop::collection::vec((prop::sample::select(&NAMES[..]), hostile_value()), 0..12)
    ) {
        let mut map = headers(&lines);
        map.insert("x-other", HeaderValue::from_static("1, x"));
        edit_everything(&mut map);
        prop_assert_eq!(map.get("x-other").unwrap(), "1, x");
        for gone in ["content-length", "if-modified-since", "if-range", "range"] {
            prop_assert!(!map.contains_key(gone));
        }
    }
}
