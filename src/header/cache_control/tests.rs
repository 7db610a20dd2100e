use proptest::prelude::*;

use super::*;
use crate::header::testing::{all, headers, hostile_value, lines};

fn of(values: &[&str]) -> HeaderMap {
    let values: Vec<_> = values.iter().map(|value| ("cache-control", value)).collect();
    headers(&values)
}

#[test]
fn private_is_said_and_what_speaks_to_shared_caches_goes() {
    let table: &[(&[&str], &[&str])] = &[
        (&[], &["private"]),
        (&[""], &["private"]),
        (&[" , "], &["private, ,"]),
        (&["max-age=60"], &["private, max-age=60"]),
        (&["public, max-age=60"], &["private, max-age=60"]),
        (&["PUBLIC,Max-Age=60"], &["private, Max-Age=60"]),
        (&["public"], &["private"]),
        (&["max-age=60, s-maxage=600, proxy-revalidate, must-revalidate"], &["private, max-age=60, must-revalidate"]),
        (&["s-maxage = 60, max-age=1"], &["private, max-age=1"]),
        (&["public=1"], &["private"]),
        (&["no-store"], &["private, no-store"]),
        (&["no-cache, no-store, must-revalidate"], &["private, no-cache, no-store, must-revalidate"]),
        (&["no-cache=\"set-cookie\", max-age=60"], &["private, no-cache=\"set-cookie\", max-age=60"]),
        // What is private already is left alone.
        (&["private"], &["private"]),
        (&["max-age=60,private"], &["max-age=60,private"]),
        (&["Private, max-age=60"], &["Private, max-age=60"]),
        (&["private, public"], &["private"]),
        (&["private, max-age=60, private"], &["private, max-age=60"]),
        // With field names it is not.
        (&["private=\"set-cookie\""], &["private"]),
        (&["max-age=60, private=\"a, b\", x"], &["max-age=60, private, x"]),
        (&["private=x"], &["private"]),
        (&["private=\"a\", private"], &["private"]),
        // Several lines; some caches read the first only.
        (&["max-age=60", "no-transform"], &["private, max-age=60", "no-transform"]),
        (&["max-age=60", "private"], &["private, max-age=60"]),
        (&["public", "max-age=60", "s-maxage=1"], &["private, max-age=60"]),
        (&["private", "public, x"], &["private", "x"]),
        // Whole names, and not within strings.
        (&["publicity, x-s-maxage=1, privately"], &["private, publicity, x-s-maxage=1, privately"]),
        (&["x=\"public, s-maxage=1\", max-age=60"], &["private, x=\"public, s-maxage=1\", max-age=60"]),
        // Broken lists could swallow what comes after.
        (&["x=\"a, private"], &["private, x=\"a"]),
        (&["x=\"a, public, max-age=60"], &["private, x=\"a, max-age=60"]),
        (&["x=\"a", "private"], &["private, x=\"a"]),
        (&["x y, private"], &["private, x y"]),
        (&["\"private\""], &["private, \"private\""]),
        (&["private;max-age=60"], &["private, private;max-age=60"]),
    ];
    for (input, want) in table {
        let mut map = of(input);
        make_private(&mut map);
        assert_eq!(lines(&map, "cache-control"), *want, "{input:?}");
    }
}

#[test]
fn fields_that_overrule_it_go_and_those_that_name_what_is_stored_stay() {
    let mut map = headers(&[
        ("cache-control", "public"),
        ("surrogate-control", "max-age=60"),
        ("surrogate-control", "content=\"ESI/1.0\""),
        ("cdn-cache-control", "max-age=60"),
        ("cloudflare-cdn-cache-control", "max-age=60"),
        ("vercel-cdn-cache-control", "max-age=60"),
        ("edge-control", "cache-maxage=1d"),
        ("x-accel-expires", "60"),
        ("surrogate-key", "page-1"),
        ("cache-tag", "page-1"),
        ("expires", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("vary", "cookie"),
    ]);
    make_private(&mut map);
    let names: Vec<_> = map.keys().map(HeaderName::as_str).collect();
    let mut want = ["cache-control", "surrogate-key", "cache-tag", "expires", "vary"];
    want.sort_unstable();
    assert_eq!(
        {
            let mut names = names;
            names.sort_unstable();
            names
        },
        want
    );
}

#[test]
fn in_a_full_map_private_is_still_said() {
    let mut map = of(&["max-age=60"]);
    let mut index = 0;
    while map.try_append(HeaderName::try_from(format!("x-{index}")).unwrap(), HeaderValue::from_static("")).is_ok() {
        index += 1;
    }
    make_private(&mut map);
    assert_eq!(lines(&map, "cache-control"), ["private"]);
}

#[test]
fn directives_say_whether_a_shared_cache_may_store() {
    let table: &[(&[&str], bool)] = &[
        (&[], false),
        (&[""], false),
        (&["max-age=60"], true),
        (&["Max-Age=60"], true),
        (&["max-age=0"], false),
        (&["max-age=000, must-revalidate"], false),
        (&["max-age=\"0\""], false),
        (&["max-age=\"60\""], true),
        (&["s-maxage=60"], true),
        (&["s-maxage=0"], false),
        (&["max-age=0, s-maxage=60"], true),
        (&["max-age=60, s-maxage=0"], true),
        (&["public"], true),
        (&["public, max-age=0, must-revalidate"], true),
        (&["must-revalidate"], false),
        (&["immutable, no-transform"], false),
        (&["max-age=0, stale-while-revalidate=60"], true),
        (&["max-age=0, stale-if-error=0"], false),
        // What forbids.
        (&["private, max-age=60"], false),
        (&["max-age=60", "PRIVATE"], false),
        (&["public, private"], false),
        (&["no-store, max-age=60"], false),
        (&["no-cache, public"], false),
        (&["max-age=60, no-store, must-understand"], true),
        (&["no-store, must-understand"], false),
        // What forbids something else.
        (&["private=\"set-cookie\", max-age=60"], true),
        (&["no-cache=\"set-cookie\", max-age=60"], true),
        (&["privately, max-age=60"], true),
        (&["x=\"private\", max-age=60"], true),
        (&["x=\"a, private\", max-age=60"], true),
        // Permissions that are none.
        (&["x=\"public, max-age=60\""], false),
        (&["publicity, x-max-age=60"], false),
        // Duplicates: caches differ on which one counts.
        (&["max-age=0, max-age=60"], true),
        (&["max-age=60", "max-age=0"], true),
        // Malformed, read in many ways.
        (&["max-age"], true),
        (&["max-age="], true),
        (&["max-age=-1"], true),
        (&["max-age=1e9"], true),
        (&["max-age=99999999999999999999"], true),
        (&["max-age = 60"], true),
        (&["max-age=60; private"], true),
        (&["x=\"a, private, max-age=60"], true),
        (&["x=\"a", "no-store, max-age=60"], true),
        (&["x y, no-cache, public"], true),
        (&["\"private\", max-age=60"], true),
        (&["private, x=\"a, max-age=60"], false),
        (&[",,,no-store"], false),
    ];
    for (input, want) in table {
        for status in [200, 302, 404, 500] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(is_publicly_cacheable(status, &of(input)), *want, "{status} {input:?}");
        }
        assert!(!is_publicly_cacheable(StatusCode::CONTINUE, &of(input)), "{input:?}");
    }
}

#[test]
fn a_field_that_overrules_it_counts_first() {
    let table: &[(&str, &str, bool)] = &[
        ("cdn-cache-control", "max-age=60", true),
        ("Cloudflare-CDN-Cache-Control", "public", true),
        ("cdn-cache-control", "max-age=0", false),
        ("cdn-cache-control", "no-store", false),
        ("cdn-cache-control", "max-age=60, private", false),
        ("cdn-cache-control", "", false),
        ("surrogate-control", "max-age=3600+600, content=\"ESI/1.0\"", true),
        ("surrogate-control", "content=\"ESI/1.0\"", false),
        ("surrogate-control", "no-store", false),
        ("edge-control", "!no-store, cache-maxage=1d", true),
        ("edge-control", "no-store, max-age=1d", false),
        ("x-accel-expires", "60", true),
        ("x-accel-expires", "@1795000000", true),
        ("x-accel-expires", "0", false),
        ("surrogate-key", "max-age=60", false),
        ("x-cache-control-x", "max-age=60", false),
    ];
    for (name, value, want) in table {
        for own in ["private", "no-store", "max-age=0", ""] {
            let map = headers(&[("cache-control", own), (name, value)]);
            assert_eq!(is_publicly_cacheable(StatusCode::OK, &map), *want, "{own:?} {name}: {value}");
        }
    }
}

#[test]
fn expiry_counts_where_no_directive_does() {
    const DAY: &str = "Mon, 23 Nov 2026 08:49:37 GMT";
    let table: &[(&[(&str, &str)], bool)] = &[
        (&[("expires", DAY)], true),
        (&[("expires", "0")], false),
        (&[("expires", "-1")], false),
        (&[("expires", "")], false),
        (&[("expires", "soon")], true),
        (&[("expires", "Monday, 23-Nov-26 08:49:37 GMT")], true),
        (&[("date", DAY), ("expires", DAY)], false),
        (&[("date", DAY), ("expires", "Mon, 23 Nov 2026 08:49:38 GMT")], true),
        (&[("date", DAY), ("expires", "Mon, 23 Nov 2026 08:49:36 GMT")], false),
        (&[("date", DAY), ("expires", "Tue, 01 Dec 2026 00:00:00 GMT")], true),
        (&[("date", DAY), ("expires", "Sat, 31 Oct 2026 23:59:59 GMT")], false),
        (&[("date", DAY), ("expires", "Fri, 01 Jan 2027 00:00:00 GMT")], true),
        (&[("date", DAY), ("expires", "Thu, 19 Nov 1981 08:52:00 GMT")], false),
        (&[("expires", "Thu, 19 Nov 1981 08:52:00 GMT")], true),
        (&[("date", "today"), ("expires", DAY)], true),
        (&[("expires", DAY), ("cache-control", "max-age=0")], false),
        (&[("expires", DAY), ("cache-control", "no-store")], false),
        (&[("expires", DAY), ("cache-control", "private")], false),
        (&[("expires", DAY), ("cache-control", "must-revalidate")], true),
        (&[("expires", DAY), ("cache-control", "x y, max-age=0")], true),
        (&[("expires", "0"), ("cache-control", "max-age=60")], true),
        // Heuristics.
        (&[("last-modified", DAY)], true),
        (&[("last-modified", DAY), ("cache-control", "must-revalidate")], true),
        (&[("last-modified", DAY), ("cache-control", "max-age=0")], false),
        (&[("last-modified", DAY), ("cache-control", "no-cache")], false),
        (&[("last-modified", DAY), ("cache-control", "private")], false),
        (&[("last-modified", DAY), ("expires", "0")], false),
        (&[("etag", "\"x\"")], false),
    ];
    for (fields, want) in table {
        assert_eq!(is_publicly_cacheable(StatusCode::OK, &headers(fields)), *want, "{fields:?}");
    }
    for (status, want) in [(200, true), (204, true), (304, true), (404, true), (302, false), (403, false), (500, false)]
    {
        let status = StatusCode::from_u16(status).unwrap();
        assert_eq!(is_publicly_cacheable(status, &headers(&[("last-modified", DAY)])), want, "{status}");
    }
}

/// Field lines rich in what these functions look for.
fn hostile_lines() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    const NAMES: &[&str] = &[
        "cache-control",
        "cache-control",
        "cache-control",
        "cdn-cache-control",
        "surrogate-control",
        "x-accel-expires",
        "expires",
        "last-modified",
    ];
    const BITS: &[&str] = &[
        "public",
        "private",
        "Private",
        "no-store",
        "no-cache",
        "max-age=",
        "s-maxage=",
        "0",
        "60",
        "\"",
        ", ",
        ", ",
        ",",
        "=",
        "\\",
        " ",
        "x=\"a",
        "proxy-revalidate",
        "must-understand",
        "private=\"a\"",
    ];
    let directives =
        prop::collection::vec(prop::sample::select(BITS), 0..10).prop_map(|bits| bits.concat().into_bytes());
    let value = prop_oneof![3 => directives, 1 => hostile_value()];
    prop::collection::vec((prop::sample::select(NAMES), value), 0..5)
}

/// How lenient caches read a line: cut at every comma, or with an open quote that runs to the end.
fn readings(line: &str) -> [Vec<String>; 2] {
    let own = |members: Vec<&str>| members.into_iter().map(|member| member.trim().to_ascii_lowercase()).collect();
    let mut quoted = false;
    let cut = line.split(|c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    [own(line.split(',').collect()), own(cut.collect())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn what_was_made_private_is_private_to_every_reader(input in hostile_lines(), status in 100u16..600) {
        let mut map = headers(&input);
        let before = map.clone();
        make_private(&mut map);
        let status = StatusCode::from_u16(status).unwrap();
        prop_assert!(!is_publicly_cacheable(status, &map), "{:?}", all(&map));
        let first = lines(&map, "cache-control").into_iter().next().unwrap();
        for reading in readings(&first) {
            prop_assert!(reading.contains(&"private".to_owned()), "{first:?}");
        }

        // Everything else is where it was.
        let kept = |map: &HeaderMap| {
            let lines = map.get_all(CACHE_CONTROL).iter().flat_map(|line| list::members(line.as_bytes(), Syntax::Strings));
            let gone = ["public", "s-maxage", "proxy-revalidate", "private"];
            lines.filter(|member| !Directive::parse(member).is_any(&gone)).map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        prop_assert_eq!(kept(&map), kept(&before));

        let mut twice = map.clone();
        make_private(&mut twice);
        prop_assert_eq!(all(&twice), all(&map));
    }

    #[test]
    fn doubt_never_makes_a_response_less_cacheable(input in hostile_lines(), broken in "x y|x=\"a|\"|a b, x=\"") {
        let map = headers(&input);
        if is_publicly_cacheable(StatusCode::OK, &map) {
            let mut doubtful = vec![("cache-control", broken.into_bytes())];
            doubtful.extend(input.clone());
            prop_assert!(is_publicly_cacheable(StatusCode::OK, &headers(&doubtful)));

            let mut permitted = input;
            permitted.push(("cache-control", b"max-age=60".to_vec()));
            prop_assert!(is_publicly_cacheable(StatusCode::OK, &headers(&permitted)));
        }
    }
}
