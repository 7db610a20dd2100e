use proptest::prelude::*;

use super::*;

type Parts = (String, String, String);

fn parts(url: &[u8]) -> Option<Parts> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    locate(url, |target| {
        let location = target.location();
        Some((text(target.host), text(&location.path), text(&location.query)))
    })
}

#[test]
fn urls_fall_into_host_path_and_query_as_in_a_browser() {
    for (url, want) in [
        ("https://a.b/c?d", Some(("a.b", "/c", "d"))),
        ("http://a.b", Some(("a.b", "/", ""))),
        ("//a.b/c#?d", Some(("a.b", "/c", ""))),
        ("wss://a.b?d?e#f", Some(("a.b", "/", "d?e"))),
        ("WS:a.b#f", Some(("a.b", "/", ""))),
        (" \u{1}https://a.b/c \n", Some(("a.b", "/c", ""))),
        ("h\tt\ntps:/\r/a\n.b/c\td?e\nf", Some(("a.b", "/cd", "ef"))),
        ("https:\\\\a.b\\c\\d?e\\f", Some(("a.b", "/c/d", "e\\f"))),
        ("\\/a.b", Some(("a.b", "/", ""))),
        ("/\t/a.b", Some(("a.b", "/", ""))),
        ("https://///a.b/c", Some(("a.b", "/c", ""))),
        ("HTTP:a.b/c", Some(("a.b", "/c", ""))),
        ("http:/a.b/c", Some(("a.b", "/c", ""))),
        ("https://u:p@x@a.b/c@d", Some(("a.b", "/c@d", ""))),
        ("https://a.b:443/c", Some(("a.b", "/c", ""))),
        ("https://a.b:/c", Some(("a.b", "/c", ""))),
        ("https://a.b:00065535", Some(("a.b", "/", ""))),
        ("https://A.B./c", Some(("a.b", "/c", ""))),
        ("https://a.b.", Some(("a.b", "/", ""))),
        ("https://%61%2Eb/c", Some(("a.b", "/c", ""))),
        ("https://%\t41.b", Some(("a.b", "/", ""))),
        ("https://a.b/./c/../d/%2E%2e/e", Some(("a.b", "/e", ""))),
        ("https://a.b/..", Some(("a.b", "/", ""))),
        ("https://a.b/c/.", Some(("a.b", "/c/", ""))),
        ("https://a.b//c", Some(("a.b", "//c", ""))),
        ("https://a.b/c/...", Some(("a.b", "/c/...", ""))),
        ("https://a.b/.c", Some(("a.b", "/.c", ""))),
        ("https://ä.b/", Some(("ä.b", "/", ""))),
        ("", None),
        (" ", None),
        ("a.b/c", None),
        ("/c", None),
        ("?c", None),
        ("#c", None),
        ("https:a.b", None),
        ("https:/a.b", None),
        ("https://", None),
        ("https:///", None),
        ("https://.", None),
        ("https://?a.b", None),
        ("https://u@/", None),
        ("https://:80/", None),
        ("https://a.b:65536", None),
        ("https://a.b:x", None),
        ("https://a.b:99999999999999999999", None),
        ("https://[::1]/", None),
        ("https://a b/", None),
        ("https://a%20b/", None),
        ("https://a%2fb/", None),
        ("https://a%b/", None),
        ("https://a%2", None),
        ("https://a%252e", None),
        ("data:text/html,<script src=//a.b>", None),
        ("blob:https://a.b/c", None),
        ("javascript://a.b/c", None),
        ("mailto:x@a.b", None),
        ("ftp://a.b", None),
        ("file://a.b/c", None),
        ("httpss://a.b", None),
        ("ht tp://a.b", None),
        ("://a.b", None),
    ] {
        let want = want.map(|(host, path, query)| (host.into(), path.into(), query.into()));
        assert_eq!(parts(url.as_bytes()), want, "{url:?}");
    }
}

#[test]
fn a_host_over_the_limit_is_no_host() {
    let host = |len: usize| format!("{}b", "A.".repeat(len / 2));
    assert!(parts(format!("https://{}/", host(252)).as_bytes()).is_some());
    assert!(parts(format!("https://{}./", host(252)).as_bytes()).is_some());
    assert!(parts(format!("https://{}/", host(254)).as_bytes()).is_none());
}

#[test]
fn plain_urls_are_not_copied() {
    let url = b"https://a.b/c.d/e%20f?g=%20#h";
    locate(url, |target| {
        let location = target.location();
        assert!(matches!((location.path, location.query), (Cow::Borrowed(_), Cow::Borrowed(_))));
        Some(())
    })
    .unwrap();
}

#[test]
fn parameters_are_compared_whole_by_name_and_from_the_start_by_value() {
    for (query, name, value, want) in [
        ("id=GTM-1", "id", "GTM-", true),
        ("l=x&id=GTM-1", "id", "GTM-", true),
        ("l=x&amp;id=GTM-1", "id", "GTM-", true),
        ("l=x;id=GTM-1", "id", "GTM-", true),
        ("id=GTM%2d1", "id", "GTM-", true),
        ("%69d=GTM-1", "id", "GTM-", true),
        ("id=", "id", "", true),
        ("id=a=b", "id", "a=", true),
        ("id", "id", "", false),
        ("gid=GTM-1", "id", "GTM-", false),
        ("id=xGTM-", "id", "GTM-", false),
        ("id=GTM", "id", "GTM-", false),
        ("ID=GTM-1", "id", "GTM-", false),
        ("id=%zz", "id", "%zz", true),
        ("id=%", "id", "%", true),
        ("", "id", "", false),
    ] {
        let rest = format!("?{query}");
        let location = Target { host: b"a.b", rest: rest.as_bytes() }.location();
        assert_eq!(location.has_parameter(name.as_bytes(), value.as_bytes()), want, "{query} {name} {value}");
    }
}

/// What the `url` crate, an independent reading of the standard, makes of the same text on an `https` page.
fn reference(text: &str) -> Option<Parts> {
    let page = url::Url::parse("https://page.test/dir/").unwrap();
    // The crate gives up on three slashes behind no scheme, where the standard skips the third ("special authority
    // ignore slashes state"). Behind a scheme it skips it.
    let text = text.replace(['\t', '\n', '\r'], "");
    let text = text.trim_matches(|c: char| c <= ' ');
    let relative = text.bytes().take_while(|&byte| is_slash(byte)).count() >= 2;
    let url = page.join(&if relative { format!("https:{text}") } else { text.to_owned() }).ok()?;
    let absolute = matches!(url.scheme(), "http" | "https" | "ws" | "wss") && url.host_str() != page.host_str();
    let host = url.domain()?;
    let host = host.strip_suffix('.').unwrap_or(host);
    let parts = (host.to_owned(), url.path().to_owned(), url.query().unwrap_or_default().to_owned());
    (absolute && !host.is_empty()).then_some(parts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn the_parts_are_those_that_the_standard_finds(
        scheme in prop::sample::select(vec!["https:", "http:", "wSs:", "ws:", "HTTPS:", "", "", "", "data:", "ftp:", "h\tttp:", "x-y:"]),
        slashes in "[/\\\\\t]{0,4}",
        authority in "([a-cA-C.:@%\n]|%2[eE]|%61|%41|:0?80|u@){0,8}",
        // Without `:`, since the crate takes `/A:/` for a drive that `..` cannot leave.
        rest in "([a-cA-C./\\\\?#&=;@%\t\r]|%2[eE]|/\\.\\.?|/%2e\\.){0,12}",
        blank in "[ \t\u{1}]{0,2}",
    ) {
        let text = format!("{blank}{scheme}{slashes}{authority}{rest}{blank}");
        let got = parts(text.as_bytes());
        // Outside ASCII the standard asks IDNA, which is not done here.
        prop_assume!(got.as_ref().is_none_or(|(host, ..)| host.is_ascii()));
        prop_assert_eq!(got, reference(&text), "{:?}", text);
    }

    #[test]
    fn no_bytes_are_trouble(
        start in prop::sample::select(vec!["", "//", "https://", "https://a.b/"]), bytes: Vec<u8>,
    ) {
        parts(&[start.as_bytes(), &bytes].concat());
    }
}
