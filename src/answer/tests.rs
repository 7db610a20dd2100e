use http::header::{CACHE_CONTROL, COOKIE, HOST, SET_COOKIE};
use http::{HeaderMap, Request, StatusCode};

use super::*;
use crate::signal::gpp::{Gpp, Mspa, UsSection};
use crate::signal::{OptOutCookie, Readers, SEC_GPC, Scope, read};

const ALL: Told = Told { scope: Scope::ALL_ADVERTISING, gpc: true };
const GONE: &str = "Expires=Thu, 01 Jan 1970 00:00:00 GMT";
const FRESH: &str = "__Host-privacy-opt-out=1.out.4294967295.";

/// Our own cookie as of today, so that nothing is due.
fn fresh() -> String {
    let today = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() / 86_400;
    format!("{}={}", OptOutCookie::DEFAULT_NAME, OptOutCookie::value(u32::try_from(today).unwrap()))
}

fn request(host: &str, path: &str, cookie: &str) -> Request<()> {
    Request::get(path).header(HOST, host).header(SEC_GPC, "1").header(COOKIE, cookie).body(()).unwrap()
}

/// The `Set-Cookie` lines and the `Cache-Control` of a response with this head.
fn answered(
    answers: &Answers,
    request: &Request<()>,
    told: Told,
    head: &[(&'static str, &str)],
) -> (Vec<String>, String) {
    let readers = Readers::default();
    let mut headers: HeaderMap =
        head.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    if let Some(answer) = answers.prepare(&request.into(), &readers, read(request, &readers), told) {
        answer.write(StatusCode::OK, &mut headers);
    }
    let lines = headers.get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap().to_owned()).collect();
    let control = headers.get(CACHE_CONTROL).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    (lines, control)
}

fn lines(answers: &Answers, host: &str, path: &str, cookie: &str) -> Vec<String> {
    answered(answers, &request(host, path, cookie), ALL, &[]).0
}

/// The last value that is set for a name, and everything that is removed.
fn value(lines: &[String], name: &str) -> Option<String> {
    let prefix = format!("{name}=");
    let kept = lines.iter().rfind(|line| line.starts_with(&prefix) && !line.contains(GONE))?;
    kept.strip_prefix(&prefix)?.split(';').next().map(str::to_owned)
}

#[test]
fn the_first_opt_out_is_remembered_for_more_than_a_year_without_an_identifier() {
    let got = lines(&Answers::default(), "www.example.com", "/", "a=b");
    let [line] = &got[..] else { panic!("{got:?}") };
    let (pair, attributes) = line.split_once("; ").unwrap();
    let (name, value) = pair.split_once('=').unwrap();
    assert_eq!(name, OptOutCookie::DEFAULT_NAME);
    assert_eq!(fresh(), format!("{name}={value}"));
    let mut attributes: Vec<_> = attributes.split("; ").collect();
    attributes.sort_unstable();
    // R20; host-only, since it has no Domain.
    assert_eq!(attributes, ["Max-Age=34560000", "Path=/", "SameSite=Lax", "Secure"]);
}

#[test]
fn the_opt_out_cookie_is_set_once_and_renewed_before_it_ends() {
    let host = "example.com";
    assert_eq!(lines(&Answers::default(), host, "/", &fresh()), [""; 0]);
    let old = format!("{}=1.out.20000", OptOutCookie::DEFAULT_NAME);
    let renewed = value(&lines(&Answers::default(), host, "/", &old), OptOutCookie::DEFAULT_NAME).unwrap();
    assert!(renewed.starts_with("1.out.20000."), "the day of the opt-out stays: {renewed}");
    let future = format!("{FRESH}1");
    assert_eq!(lines(&Answers::default(), host, "/", &future).len(), 1, "a day to come is no day");
    assert_eq!(lines(&Answers::default().opt_out_cookie(Persist::Never), host, "/", "a=b"), [""; 0]);
}

#[test]
fn a_response_that_caches_may_share_gets_no_opt_out_cookie_unless_asked() {
    let request = request("example.com", "/", "a=b");
    for (control, set) in [
        ("public, max-age=60", false),
        ("max-age=60", false),
        ("s-maxage=1", false),
        ("private", true),
        ("private, max-age=60", true),
        ("no-store", true),
        ("max-age=0", true),
    ] {
        let head = [("cache-control", control)];
        let (lines, after) = answered(&Answers::default(), &request, ALL, &head);
        assert_eq!(lines.len(), usize::from(set), "{control}");
        assert_eq!(after.contains("private"), set, "{control}: {after}");
        let (lines, after) = answered(&Answers::default().opt_out_cookie(Persist::Always), &request, ALL, &head);
        assert_eq!(lines.len(), 1, "{control}");
        assert!(after.contains("private") && !after.contains("public") && !after.contains("s-maxage"), "{after}");
    }
}

#[test]
fn stale_us_privacy_strings_get_their_third_letter_and_keep_the_rest() {
    let table: &[(&str, Option<&str>)] = &[
        ("1YNN", Some("1YYN")),
        ("1NNY", Some("1NYY")),
        ("1-N-", Some("1-Y-")),
        ("1---", Some("1-Y-")),
        ("1ynn", Some("1YYN")),
        ("1---N", Some("1-Y-")),
        ("", Some("1-Y-")),
        ("null", Some("1-Y-")),
        ("1YYN", None),
        ("1-Y-", None),
        ("{\"version\":3}", None),
        ("%7B%22uspString%22%3A%221YN-%22%7D", Some("%7B%22uspString%22%3A%221YY-%22%7D")),
    ];
    for name in ["usprivacy", "us_privacy", "us-privacy"] {
        for (carried, want) in table {
            let got = lines(&Answers::default(), "example.com", "/", &format!("{}; {name}={carried}", fresh()));
            assert_eq!(value(&got, name).as_deref(), *want, "{name}={carried}");
        }
    }
}

#[test]
fn gpp_strings_are_corrected_with_their_section_ids() {
    for (cookie, want_sids) in [
        ("__gpp=DBABBg~BUoAAABA.QA", Some("8")),
        ("__gpp=DBABBg~BUoAAABA.QA; __gpp_sid=-1", Some("8")),
        ("__gpp=DBABBg~BUoAAABA.QA; __gpp_sid=7", Some("7,8")),
        ("__gpp=DBABBg~BUoAAABA.QA; __gpp_sid=8", None),
        ("__gpp=DBABBg~BUoAAABA.QA; __gpp_sid=-1; __gpp_sid=8", Some("8")),
        ("__gpp_sid=8; __gpp=DBABBg~BUoAAABA.QA", None),
    ] {
        let got = lines(&Answers::default(), "example.com", "/", &format!("{}; {cookie}", fresh()));
        assert_eq!(value(&got, "__gpp").as_deref(), Some("DBABBg~BUUAAABA.YA"), "{cookie}");
        assert_eq!(value(&got, "__gpp_sid").as_deref(), want_sids, "{cookie}");
    }
    for right in ["__gpp=DBABBg~BUUAAACA.YA", "__gpp=garbage", "__gpp=", "__gpp_sid=7"] {
        assert_eq!(
            lines(&Answers::default(), "example.com", "/", &format!("{}; {right}", fresh())),
            [""; 0],
            "{right}"
        );
    }
}

#[test]
fn strings_say_what_was_decided_and_no_more() {
    let sale = Told { scope: Scope::SALE | Scope::SHARING, gpc: false };
    let cookie = format!("{}; __gpp=DBABJg~BAoAAEA.QA; usprivacy=1YNN", fresh());
    let request = request("example.com", "/", &cookie);
    let (got, _) = answered(&Answers::default(), &request, sale, &[]);
    let string = value(&got, "__gpp").unwrap();
    let section = Gpp::parse(string.as_bytes()).unwrap().sections().next().unwrap();
    assert_eq!(section.sale_opt_out(), Some(true), "{string}");
    assert_eq!(section.targeted_advertising_opt_out(), Some(false), "{string}");
    assert!(string.ends_with(".QA"), "no Sec-GPC was sent: {string}");
    let targeting = Told { scope: Scope::TARGETED_ADVERTISING, gpc: false };
    assert_eq!(value(&answered(&Answers::default(), &request, targeting, &[]).0, "usprivacy"), None);
}

#[test]
fn one_trusts_cookies_are_left_alone_unless_asked_for() {
    let cookie = format!(
        "{}; OptanonConsent=isGpcEnabled=0&groups=C0001:1,C0004:1; OneTrustWPCCPAGoogleOptOut=false; OTGPPConsent=DBABBg~BUoAAABA.QA",
        fresh()
    );
    assert_eq!(lines(&Answers::default(), "example.com", "/", &cookie), [""; 0]);
    let got = lines(&Answers::default().correct_onetrust(true), "example.com", "/", &cookie);
    assert_eq!(value(&got, "OptanonConsent").as_deref(), Some("isGpcEnabled=1&groups=C0001:1,C0004:0"));
    assert_eq!(value(&got, "OneTrustWPCCPAGoogleOptOut").as_deref(), Some("true"));
    assert_eq!(value(&got, "OTGPPConsent").as_deref(), Some("DBABBg~BUUAAABA.YA"));
}

#[test]
fn published_strings_claim_only_what_was_configured() {
    let publish =
        || Answers::default().publish_us_privacy(true).publish_gpp([UsSection::National, UsSection::California]);
    let (host, path, cookie) = ("example.com", "/", &fresh());
    let got = lines(&publish(), host, path, cookie);
    assert_eq!(value(&got, "usprivacy").as_deref(), Some("1-Y-"));
    assert_eq!(value(&got, "__gpp_sid").as_deref(), Some("7,8"));
    let string = value(&got, "__gpp").unwrap();
    for section in Gpp::parse(string.as_bytes()).unwrap().sections() {
        assert_eq!(
            (section.sale_opt_out(), section.sharing_opt_out(), section.gpc()),
            (Some(true), Some(true), Some(true))
        );
        for (field, values) in section.fields() {
            assert!(
                !format!("{field:?}").contains("Notice") || values.into_iter().all(|value| value == 0),
                "{field:?}"
            );
        }
    }
    let got = lines(&publish().notice_given(true).mspa(Mspa::OptOutOption), host, path, cookie);
    assert_eq!(value(&got, "usprivacy").as_deref(), Some("1YYY"));
    let got = lines(&publish().notice_given(false), host, path, cookie);
    assert_eq!(value(&got, "usprivacy").as_deref(), Some("1NY-"));
    let targeting = Told { scope: Scope::TARGETED_ADVERTISING, gpc: false };
    let (got, _) = answered(&publish(), &request(host, path, cookie), targeting, &[]);
    assert_eq!(value(&got, "usprivacy"), None, "it knows no targeted advertising");
    // Those that the site has are its own.
    let carried = format!("{cookie}; us_privacy=1YYN; __gpp=DBABBg~BUUAAACA.YA");
    assert_eq!(lines(&publish(), host, path, &carried), [""; 0]);
}

#[test]
fn the_old_cookie_is_removed_wherever_it_may_stand() {
    let got = lines(&Answers::default(), "www.shop.example.com", "/a/b", &format!("{}; usprivacy=1YNN", fresh()));
    let short: Vec<_> = got.iter().map(|line| line.replace("; SameSite=Lax; Secure", "")).collect();
    assert_eq!(
        short,
        [
            "usprivacy=; Path=/; GONE",
            "usprivacy=; Path=/; Domain=shop.example.com; GONE",
            "usprivacy=; Path=/; Domain=www.shop.example.com; GONE",
            "usprivacy=1YYN; Path=/; Domain=example.com; Max-Age=31536000",
        ]
        .map(|line| order(&line.replace("GONE", GONE)))
    );
}

/// The attributes in the order in which they are written.
fn order(line: &str) -> String {
    let mut parts: Vec<_> = line.split("; ").collect();
    let rank = |part: &&str| {
        ["Path", "Domain", "Max-Age", "Expires"].iter().position(|name| part.starts_with(name)).map_or(0, |at| at + 1)
    };
    parts.sort_by_key(rank);
    parts.join("; ")
}

#[test]
fn cookies_on_deeper_paths_go_once_they_show() {
    let path = "/shop/boots/12";
    let once = lines(&Answers::default(), "example.com", path, &format!("{}; usprivacy=1YNN", fresh()));
    assert!(once.iter().all(|line| line.contains("Path=/;") || line.ends_with("Path=/")), "{once:?}");
    let twice =
        lines(&Answers::default(), "example.com", path, &format!("{}; usprivacy=1YNN; usprivacy=1YYN", fresh()));
    for path in ["Path=/shop;", "Path=/shop/boots;"] {
        assert!(twice.iter().any(|line| line.contains(path) && line.contains(GONE)), "{path} {twice:?}");
    }
    assert_eq!(value(&twice, "usprivacy").as_deref(), Some("1YYN"));
}

#[test]
fn a_host_without_a_domain_gets_cookies_of_its_own() {
    for host in ["localhost", "127.0.0.1", "127.0.0.1:8080", "[::1]:8080", "localhost:80"] {
        let got = lines(&Answers::default(), host, "/", &format!("{}; usprivacy=1YNN", fresh()));
        assert_eq!(got.len(), 1, "{host}: {got:?}");
        assert!(!got[0].contains("Domain"), "{host}: {got:?}");
    }
}

#[test]
fn lines_of_the_inner_service_say_the_same() {
    let table = [
        ("usprivacy=1YNN; Path=/; Domain=example.com", Some("usprivacy=1YYN; Path=/; Domain=example.com")),
        ("usprivacy=1YYN; Path=/", Some("usprivacy=1YYN; Path=/")),
        ("usprivacy=; Max-Age=0", Some("usprivacy=; Max-Age=0")),
        ("__gpp=DBABBg~BUoAAABA.QA; Secure", Some("__gpp=DBABBg~BUUAAABA.YA; Secure")),
        ("__Host-privacy-opt-out=1.in.20000; Path=/; Secure", None),
        ("__Host-privacy-opt-out=; Max-Age=0; Path=/; Secure", None),
        (
            "__Host-privacy-opt-out=1.out.20000; Path=/; Secure",
            Some("__Host-privacy-opt-out=1.out.20000; Path=/; Secure"),
        ),
        ("session=1; HttpOnly", Some("session=1; HttpOnly")),
        ("OptanonConsent=isGpcEnabled=0&groups=C0004:1", Some("OptanonConsent=isGpcEnabled=0&groups=C0004:1")),
    ];
    for (line, want) in table {
        for dry_run in [true, false] {
            let mut headers = HeaderMap::from_iter([(SET_COOKIE, line.parse().unwrap())]);
            let changed = Answers::default().correct_lines(&Readers::default(), ALL, &mut headers, dry_run);
            assert_eq!(changed, want != Some(line), "{line}");
            let got = headers.get(SET_COOKIE).map(|line| line.to_str().unwrap());
            assert_eq!(got, if dry_run { Some(line) } else { want }, "{line}");
        }
    }
}

#[test]
fn what_is_switched_off_is_left_alone() {
    let answers = Answers::default().correct(false).opt_out_cookie(Persist::Never);
    let request = request("example.com", "/", "usprivacy=1YNN; __gpp=DBABBg~BUoAAABA.QA");
    assert_eq!(answered(&answers, &request, ALL, &[]), (Vec::new(), String::new()));
    // Without cookies being read, none is written that would have to be.
    let readers = Readers::default().cookies(false);
    assert!(Answers::default().prepare(&(&request).into(), &readers, read(&request, &readers), ALL).is_none());
    // Nor one that may be there, unread.
    let publish =
        Answers::default().opt_out_cookie(Persist::Never).publish_us_privacy(true).publish_gpp([UsSection::California]);
    for readers in [readers, Readers::default().us_privacy(false).gpp(false)] {
        assert!(publish.prepare(&(&request).into(), &readers, read(&request, &readers), ALL).is_none());
    }
}

#[test]
fn a_304_is_left_as_it_is() {
    let request = request("example.com", "/", "usprivacy=1YNN");
    let readers = Readers::default();
    let answer = Answers::default().prepare(&(&request).into(), &readers, read(&request, &readers), ALL).unwrap();
    let mut headers = HeaderMap::new();
    answer.write(StatusCode::NOT_MODIFIED, &mut headers);
    assert!(headers.is_empty());
}

#[test]
fn what_only_the_account_says_is_not_remembered_in_the_browser() {
    #[derive(Debug)]
    struct Account;

    impl crate::signal::Adapter for Account {
        fn read(&self, _: &crate::signal::Head<'_>) -> crate::signal::Statement {
            crate::signal::Statement::opted_out(Scope::ALL_ADVERTISING)
        }
    }

    let readers = Readers::default().adapter(Account);
    for (signal, want) in [("0", false), ("1", true)] {
        let request = Request::get("/").header(SEC_GPC, signal).body(()).unwrap();
        let answer = Answers::default().prepare(&(&request).into(), &readers, read(&request, &readers), ALL);
        assert_eq!(answer.is_some(), want, "Sec-GPC: {signal}");
    }
}

#[test]
fn a_value_that_would_be_too_long_for_browsers_is_left_alone() {
    let answers = Answers::default().correct_onetrust(true);
    for (length, want) in [(4096 - "isGpcEnabled=1&".len(), true), (4096 - "isGpcEnabled=1&".len() + 1, false)] {
        let start = "OptanonConsent=groups=C0004:1&x=";
        // The "=" behind the name is not counted by browsers.
        let cookie = format!("{}; {start}{}", fresh(), "x".repeat(length + 1 - start.len()));
        assert_eq!(!lines(&answers, "example.com", "/", &cookie).is_empty(), want, "{length}");
    }
}
