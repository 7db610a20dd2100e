use proptest::prelude::*;

use super::*;
use crate::header::testing::{all, headers, hostile_value, lines};

const OURS: Variant = Variant { fingerprint: 0x1a2b_3c4d };
const OLDER: Variant = Variant { fingerprint: 0x0000_0007 };

fn stamped(tags: &[&[u8]]) -> HeaderMap {
    let mut map = headers(&tags.iter().map(|tag| ("etag", tag)).collect::<Vec<_>>());
    OURS.stamp(&mut map);
    map
}

#[test]
fn a_tag_is_made_weak_and_remembers_what_it_was() {
    let table: &[(&[&str], &[&str])] = &[
        (&[], &[]),
        (&["\"abc\""], &["W/\"abc;gpc-s-1a2b3c4d\""]),
        (&["W/\"abc\""], &["W/\"abc;gpc-w-1a2b3c4d\""]),
        (&[" W/\"abc\"\t"], &["W/\"abc;gpc-w-1a2b3c4d\""]),
        (&["\"\""], &["W/\";gpc-s-1a2b3c4d\""]),
        (&["\"a,b\\\""], &["W/\"a,b\\;gpc-s-1a2b3c4d\""]),
        (&["\"W/\""], &["W/\"W/;gpc-s-1a2b3c4d\""]),
        (&["\"x;gpc-w-00000007\""], &["W/\"x;gpc-w-00000007;gpc-s-1a2b3c4d\""]),
        // Malformed: the filtered page has no validator then.
        (&["abc"], &[]),
        (&[""], &[]),
        (&["\""], &[]),
        (&["W/"], &[]),
        (&["W/abc"], &[]),
        (&["w/\"abc\""], &[]),
        (&["W/ \"abc\""], &[]),
        (&["\"abc"], &[]),
        (&["abc\""], &[]),
        (&["\"a b\""], &[]),
        (&["\"a\"b\""], &[]),
        (&["\"a\", \"b\""], &[]),
        (&["\"a\"", "\"b\""], &[]),
        (&["\"a\"", "\"a\""], &[]),
    ];
    for (input, want) in table {
        let tags: Vec<&[u8]> = input.iter().map(|tag| tag.as_bytes()).collect();
        assert_eq!(lines(&stamped(&tags), "etag"), *want, "{input:?}");
    }
    assert_eq!(stamped(&[b"\"\xe9\""])["etag"].as_bytes(), b"W/\"\xe9;gpc-s-1a2b3c4d\"");
}

#[test]
fn a_fingerprint_always_has_eight_digits() {
    for (fingerprint, want) in [(0, "W/\"a;gpc-s-00000000\""), (u32::MAX, "W/\"a;gpc-s-ffffffff\"")] {
        let variant = Variant::new(fingerprint);
        let mut map = headers(&[("etag", "\"a\"")]);
        variant.stamp(&mut map);
        assert_eq!(lines(&map, "etag"), [want]);
        let mut request = headers(&[("if-none-match", want)]);
        assert!(variant.claim(&mut request));
        assert_eq!(lines(&request, "if-none-match"), ["\"a\""]);
    }
}

#[test]
fn only_tags_of_this_variant_go_upstream_and_as_the_origins_own() {
    let table: &[(&[&str], &[&str])] = &[
        (&[], &[]),
        (&["W/\"abc;gpc-s-1a2b3c4d\""], &["\"abc\""]),
        (&["W/\"abc;gpc-w-1a2b3c4d\""], &["W/\"abc\""]),
        (&["W/\";gpc-w-1a2b3c4d\""], &["W/\"\""]),
        // Made strong again by a cache in between.
        (&["\"abc;gpc-w-1a2b3c4d\""], &["W/\"abc\""]),
        // Another fingerprint, none, `*`, and what only looks like it.
        (&["W/\"abc;gpc-s-00000007\""], &[]),
        (&["\"abc\""], &[]),
        (&["W/\"abc\""], &[]),
        (&["*"], &[]),
        (&[""], &[]),
        (&[",", " , "], &[]),
        (&["W/\"abc;gpc-s-1A2B3C4D\""], &[]),
        (&["W/\"abc;gpc-x-1a2b3c4d\""], &[]),
        (&["W/\"abc;gpc-s-1a2b3c4\""], &[]),
        (&["W/\"abc;gpc-s-+a2b3c4d\""], &[]),
        (&["W/\"abc;gpc-s-1a2b3c4d-gzip\""], &[]),
        (&["W/\"gpc-s-1a2b3c4d\""], &[]),
        (&["abc;gpc-s-1a2b3c4d"], &[]),
        (&["w/\"abc;gpc-s-1a2b3c4d\""], &[]),
        (&["W/\"abc;gpc-s-1a2b3c4d"], &[]),
        // The last suffix is ours.
        (&["W/\"x;gpc-w-00000007;gpc-s-1a2b3c4d\""], &["\"x;gpc-w-00000007\""]),
        (&["W/\"x;gpc-s-1a2b3c4d;gpc-w-00000007\""], &[]),
        (&["W/\"x;gpc-w-1a2b3c4d;gpc-s-1a2b3c4d\""], &["\"x;gpc-w-1a2b3c4d\""]),
        // Lists: commas and backslashes inside a tag are bytes like any other.
        (&["\"abc\", W/\"abc;gpc-s-1a2b3c4d\", *"], &["\"abc\""]),
        (&["W/\"a,b;gpc-s-1a2b3c4d\",W/\"c\\;gpc-w-1a2b3c4d\",  \"d\""], &["\"a,b\",W/\"c\\\""]),
        (&["\"x, W/\", \"W/\"a;gpc-s-1a2b3c4d\""], &[]),
        (&["\"a\"", "W/\"b;gpc-s-1a2b3c4d\"", "W/\"c;gpc-s-1a2b3c4d\""], &["\"b\"", "\"c\""]),
        (&["\"open, W/\"b;gpc-s-1a2b3c4d\""], &[]),
        (&["open\", W/\"b;gpc-s-1a2b3c4d\""], &[]),
    ];
    for (input, want) in table {
        let input: Vec<_> = input.iter().map(|line| ("if-none-match", line)).collect();
        let mut map = headers(&input);
        map.insert(IF_MODIFIED_SINCE, HeaderValue::from_static("Tue, 15 Nov 1994 12:45:26 GMT"));
        let claimed = OURS.claim(&mut map);
        assert_eq!(lines(&map, "if-none-match"), *want, "{input:?}");
        assert_eq!(claimed, !want.is_empty(), "{input:?}");
        assert!(!map.contains_key(IF_MODIFIED_SINCE), "{input:?}");
    }
}

#[test]
fn a_browser_that_is_not_opted_out_does_not_revalidate_a_filtered_page() {
    let table: &[(&[&str], &[&str])] = &[
        (&["W/\"abc;gpc-s-1a2b3c4d\""], &[]),
        (&["W/\"abc;gpc-w-00000007\", \"abc\""], &["\"abc\""]),
        (&["\"abc;gpc-s-1a2b3c4d\", W/\"a,b,c,d,e,f;gpc-s-1a2b3c4d\""], &[]),
        (&["\"abc\" ,W/\"abc;gpc-s-1a2b3c4d\",  W/\"d\""], &["\"abc\" ,  W/\"d\""]),
        (&["\"a\"", "W/\"b;gpc-s-1a2b3c4d\"", "*"], &["\"a\"", "*"]),
    ];
    for (input, want) in table {
        let input: Vec<_> = input.iter().map(|line| ("if-none-match", line)).collect();
        let mut map = headers(&input);
        map.insert(IF_MODIFIED_SINCE, HeaderValue::from_static("Tue, 15 Nov 1994 12:45:26 GMT"));
        Variant::disclaim(&mut map);
        assert_eq!(lines(&map, "if-none-match"), *want, "{input:?}");
        assert!(!map.contains_key(IF_MODIFIED_SINCE), "{input:?}");
    }
}

#[test]
fn a_request_without_our_tags_is_not_disclaimed() {
    let requests: &[&[(&str, &[u8])]] = &[
        &[],
        &[("if-modified-since", b"Tue, 15 Nov 1994 12:45:26 GMT")],
        &[("if-none-match", b"*"), ("if-modified-since", b"x")],
        &[("if-none-match", b"\"a\" ,, W/\"b\""), ("if-none-match", b""), ("if-modified-since", b"x")],
        &[("if-none-match", b"abc;gpc-s-1a2b3c4d, \"gpc-s-1a2b3c4d\", \"\xff;gpc-s-1a2b3c4d")],
        &[("if-match", b"\"a\", *"), ("if-unmodified-since", b"x"), ("range", b"bytes=0-1"), ("if-range", b"\"a\"")],
    ];
    for request in requests {
        let mut map = headers(request);
        Variant::disclaim(&mut map);
        assert_eq!(all(&map), all(&headers(request)));
        Variant::restore(&mut map);
        assert_eq!(all(&map), all(&headers(request)));
    }
}

#[test]
fn a_condition_of_an_unsafe_method_is_translated_and_never_dropped() {
    let fields = |tags: &'static str| [("if-match", tags), ("if-none-match", tags), ("if-unmodified-since", "x")];
    let mut map = headers(&fields("W/\"a;gpc-s-1a2b3c4d\", W/\"b;gpc-w-00000007\", \"c\", *, junk"));
    Variant::restore(&mut map);
    assert_eq!(all(&map), all(&headers(&fields("\"a\", W/\"b\", \"c\", *, junk"))));
}

#[test]
fn if_match_is_translated_on_a_get_too() {
    let input = [("if-match", "W/\"a;gpc-s-1a2b3c4d\", \"c\""), ("if-unmodified-since", "x")];
    let want = [("if-match", "\"a\", \"c\""), ("if-unmodified-since", "x")];
    let mut claimed = headers(&input);
    assert!(!OURS.claim(&mut claimed));
    assert_eq!(all(&claimed), all(&headers(&want)));
    let mut disclaimed = headers(&input);
    Variant::disclaim(&mut disclaimed);
    assert_eq!(all(&disclaimed), all(&headers(&want)));
}

/// Legal entity tags, rich in commas, backslashes and suffixes like ours.
fn entity_tag() -> impl Strategy<Value = Vec<u8>> {
    const BITS: &[&[u8]] =
        &[b",", b"\\", b"W/", b";gpc-", b"s-", b"w-", b"1a2b3c4d", b"00000007", b"a", b"'", b"\xe9", b"!"];
    let opaque = prop::collection::vec(prop::sample::select(BITS), 0..10).prop_map(|bits| bits.concat());
    (any::<bool>(), opaque).prop_map(|(weak, opaque)| EntityTag { weak, opaque: &opaque }.to_bytes())
}

fn variant() -> impl Strategy<Value = Variant> {
    prop_oneof![Just(OURS), Just(OLDER), any::<u32>().prop_map(Variant::new)]
}

proptest! {
    #[test]
    fn claim_undoes_stamp_also_when_the_layer_runs_twice(tag in entity_tag(), outer in variant(), inner in variant()) {
        let mut response = headers(&[("etag", &tag)]);
        inner.stamp(&mut response);
        let between = response["etag"].clone();
        outer.stamp(&mut response);

        let mut request = headers(&[("if-none-match", response["etag"].as_bytes())]);
        prop_assert!(outer.claim(&mut request));
        prop_assert_eq!(&request["if-none-match"], between);
        prop_assert!(inner.claim(&mut request));
        prop_assert_eq!(request["if-none-match"].as_bytes(), &tag[..]);
    }

    #[test]
    fn restore_undoes_stamp(tag in entity_tag(), variant in variant()) {
        let mut response = headers(&[("etag", &tag)]);
        variant.stamp(&mut response);
        let mut request = headers(&[("if-match", response["etag"].as_bytes())]);
        Variant::restore(&mut request);
        prop_assert_eq!(request["if-match"].as_bytes(), &tag[..]);
    }

    /// The tags are known before they are written into lines, so no reader of lists takes part in the expectation.
    #[test]
    fn claim_lets_through_exactly_the_tags_of_its_variant(
        list in prop::collection::vec((entity_tag(), prop::option::of(variant())), 0..6),
        one_line in any::<bool>(),
    ) {
        let mut sent = Vec::new();
        let mut want = Vec::new();
        for (tag, variant) in &list {
            let mut response = headers(&[("etag", tag)]);
            match variant {
                Some(variant) => variant.stamp(&mut response),
                // A foreign tag that ends like ours cannot be told apart; an origin would have to know our fingerprint.
                None if Stamped::parse(tag).is_some() => continue,
                None => {}
            }
            sent.push(response["etag"].as_bytes().to_vec());
            if *variant == Some(OURS) {
                want.push(tag.clone());
            }
        }
        let joined = [sent.join(&b", "[..])];
        let sent = if one_line { &joined[..] } else { &sent[..] };
        let mut request = headers(&sent.iter().map(|line| ("if-none-match", line)).collect::<Vec<_>>());

        prop_assert_eq!(OURS.claim(&mut request), !want.is_empty());
        let got: Vec<&[u8]> = request.get_all(IF_NONE_MATCH).iter().map(HeaderValue::as_bytes).collect();
        let separator: &[u8] = if one_line { b", " } else { b"|" };
        prop_assert_eq!(got.join(if one_line { &b", "[..] } else { b"|" }), want.join(separator));
    }

    #[test]
    fn hostile_conditions_are_claimed_or_dropped_whole(
        input in prop::collection::vec(hostile_value(), 0..4)
    ) {
        let input: Vec<_> = input.into_iter().map(|line| ("if-none-match", line)).collect();
        let mut map = headers(&input);
        let claimed = OURS.claim(&mut map);
        prop_assert_eq!(claimed, map.contains_key(IF_NONE_MATCH));
        for line in map.get_all(IF_NONE_MATCH) {
            for member in list::members(line.as_bytes(), Syntax::EntityTags) {
                prop_assert!(EntityTag::parse(member).is_some(), "{line:?}");
            }
            prop_assert!(!line.as_bytes().windows(9).any(|bytes| bytes == b"\"foreign\""), "{line:?}");
        }
        let mut again = headers(&input);
        Variant::disclaim(&mut again);
        for line in again.get_all(IF_NONE_MATCH) {
            let kept = list::members(line.as_bytes(), Syntax::EntityTags).all(|member| Stamped::parse(member).is_none());
            prop_assert!(kept, "{line:?}");
        }
    }
}
