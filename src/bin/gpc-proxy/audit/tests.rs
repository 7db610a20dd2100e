use clap::Parser;
use tower_gpc::policy::Rules;
use tower_gpc::{Catalog, Policy};

use super::evidence::Judge;
use super::report::{Report, Seen, Verdict};
use super::support::Support;
use super::visit::{Asked, Cookie, Head, Said, Visit};
use super::*;
use crate::args::{Args, Command};

const PIXEL: &str = "https://connect.facebook.net/en_US/fbevents.js";
const MANAGER: &str = "https://www.googletagmanager.com/gtm.js?id=GTM-1";
const ANALYTICS: &str = "https://www.google-analytics.com/g/collect";

fn visit(signalled: bool, asked: &[&str], usp: Option<&str>) -> Visit {
    let fields = vec![("cache-control".to_owned(), "private".to_owned())];
    let cookie = |value: &str| Cookie { name: "usprivacy".into(), value: value.into(), domain: "shop.example".into() };
    Visit {
        signalled,
        head: Some(Head { url: "https://www.shop.example/".into(), status: 200, fields }),
        failure: None,
        asked: asked.iter().map(|url| Asked::Url((*url).to_owned())).collect(),
        cookies: usp.map(cookie).into_iter().collect(),
        said: Said::default(),
    }
}

fn rules() -> Rules {
    Rules::new(Catalog::builtin().clone(), &Policy::new()).unwrap()
}

fn report(before: &Visit, after: &Visit, browser: bool, support: Support) -> Report {
    let rules = rules();
    let judge = Judge { rules: &rules, site: "shop.example" };
    let report = Report {
        url: "https://www.shop.example/".into(),
        site: "shop.example".into(),
        browser: browser.then(|| "Browser 1".into()),
        visits: [Seen::of(before), Seen::of(after)],
        parties: judge.parties(before, after),
        cookies: judge.cookies(before, after),
        strings: strings::compare("shop.example", before, after),
        support,
        status_shown: None,
        remarks: Vec::new(),
        limits: Vec::new(),
        verdict: Verdict::CannotTell,
        why: Vec::new(),
    };
    report.judged()
}

#[test]
fn a_site_is_judged_by_what_it_does_before_what_it_says() {
    use Verdict::*;
    let states = || Support { gpc: Some(true), last_update: Some("2026-01-01".into()), problem: None };
    type Row =
        (&'static [&'static str], &'static [&'static str], [Option<&'static str>; 2], bool, Verdict, &'static str);
    let table: [Row; 11] = [
        (&[PIXEL], &[PIXEL], [None, None], true, DoesNot, "meta-pixel"),
        (&[PIXEL], &[], [None, None], false, Honours, "meta-pixel"),
        (&[PIXEL], &[], [Some("1YNN"), Some("1YNN")], true, DoesNot, "usprivacy is not opted out"),
        (&[PIXEL], &[], [Some("1YYN"), None], true, DoesNot, "usprivacy is vanished"),
        (&[PIXEL], &[], [None, Some("1YYN")], true, Honours, "privacy strings say opted out: usprivacy"),
        (&[], &[PIXEL], [None, None], true, DoesNot, "a request goes to"),
        (&[], &["wss://connect.facebook.net/x"], [None, None], true, DoesNot, "meta-pixel"),
        (&[ANALYTICS], &[ANALYTICS], [None, None], false, CannotTell, "nothing was seen"),
        (&[ANALYTICS], &[ANALYTICS], [None, None], true, Honours, "states"),
        (&[MANAGER], &[MANAGER], [None, None], true, Honours, "states"),
        (&["https://cdn.shop.example/x"], &["https://new.example/x"], [None, None], false, CannotTell, "nothing"),
    ];
    for (before, after, [one, other], stated, want, why) in table {
        let support = if stated { states() } else { Support::default() };
        let report = report(&visit(false, before, one), &visit(true, after, other), true, support);
        assert_eq!(report.verdict, want, "{before:?} {after:?}: {:?}", report.why);
        assert!(report.why.iter().any(|line| line.contains(why)), "{why}: {:?}", report.why);
    }
    // By the HTML alone, the site's word is none.
    let plain = report(&visit(false, &[ANALYTICS], None), &visit(true, &[ANALYTICS], None), false, states());
    assert_eq!(plain.verdict, CannotTell, "{:?}", plain.why);
}

#[test]
fn what_was_not_seen_is_no_verdict() {
    let good = || (visit(false, &[PIXEL], None), visit(true, &[], None));
    let verdict = |before: &Visit, after: &Visit| {
        let report = report(before, after, true, Support::default());
        assert_eq!(report.verdict, Verdict::CannotTell);
        report.why.join("; ")
    };
    let (before, after) = good();
    assert!(verdict(&before, &Visit { failure: Some("refused".into()), ..after }).contains("refused"));
    let (before, after) = good();
    assert!(verdict(&before, &Visit { head: None, ..after }).contains("did not come with the signal"));
    let (before, after) = good();
    assert!(verdict(&before, &Visit { signalled: false, ..after }).contains("did not carry the signal"));
    let (before, after) = good();
    assert!(verdict(&Visit { signalled: true, ..before }, &after).contains("before it was switched on"));
    let (mut before, after) = good();
    before.head.as_mut().unwrap().status = 403;
    assert!(verdict(&before, &after).contains("answered 403 without"));
}

#[test]
fn without_a_browser_a_tag_manager_that_stays_leaves_it_open() {
    let (before, after) = (visit(false, &[PIXEL, MANAGER], None), visit(true, &[MANAGER], None));
    let alone = report(&before, &after, false, Support::default());
    assert_eq!(alone.verdict, Verdict::CannotTell);
    assert!(alone.why.iter().any(|line| line.contains("google-tag-manager")), "{:?}", alone.why);
    assert_eq!(report(&before, &after, true, Support::default()).verdict, Verdict::Honours);
    let gone = visit(true, &[], None);
    assert_eq!(report(&before, &gone, false, Support::default()).verdict, Verdict::Honours);
}

#[test]
fn a_cookie_counts_only_if_the_signal_did_not_keep_it_away() {
    let cookie = |name: &str| Cookie { name: name.into(), value: "x".into(), domain: "shop.example".into() };
    let with = |signalled, names: &[&str]| Visit {
        cookies: names.iter().map(|name| cookie(name)).collect(),
        ..visit(signalled, &[], None)
    };
    let kept = report(&with(false, &["_fbp", "basket"]), &with(true, &["_fbp", "basket"]), true, Support::default());
    assert_eq!(kept.cookies.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["_fbp"]);
    assert_eq!(kept.verdict, Verdict::CannotTell);
    let set = report(&with(false, &[]), &with(true, &["_fbp"]), true, Support::default());
    assert_eq!(set.verdict, Verdict::DoesNot);
    assert!(set.why.iter().any(|line| line.contains("_fbp")), "{:?}", set.why);
    // Values may say who somebody is.
    assert!(!serde_json::to_string(&set).unwrap().contains("\"x\""));
}

#[test]
fn each_url_counts_once_and_whom_it_is_sale_to_ask_comes_first() {
    let before = visit(false, &[ANALYTICS, PIXEL, PIXEL, "https://unknown.example/", "https://a.shop.example/"], None);
    let after = visit(true, &[ANALYTICS], None);
    let parties = report(&before, &after, true, Support::default()).parties;
    let rows: Vec<_> = parties
        .iter()
        .map(|party| (party.vendor.as_deref(), party.before, party.after, party.sale_or_sharing))
        .collect();
    assert_eq!(rows, [(Some("meta-pixel"), 1, 0, true), (Some("google-analytics"), 1, 1, false), (None, 1, 0, false)]);
}

#[test]
fn caches_that_mix_browsers_and_a_missing_statement_are_remarked_on() {
    let head = |fields: &[(&str, &str)]| {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Some(Head { url: "https://www.shop.example/".into(), status: 200, fields })
    };
    let remarks = |fields: &[(&str, &str)]| {
        let before = Visit { head: head(fields), ..visit(false, &[], None) };
        let after = Visit { head: head(fields), ..visit(true, &[], None) };
        report(&before, &after, true, Support::default()).remarks.join("; ")
    };
    for mixed in [&[][..], &[("cache-control", "public, max-age=60"), ("vary", "cookie")]] {
        assert!(remarks(mixed).contains("shared caches"), "{mixed:?}");
    }
    for kept_apart in [
        &[("cache-control", "Private, max-age=60")][..],
        &[("cache-control", "no-store")],
        &[("vary", "accept"), ("vary", "Sec-GPC, cookie")],
        &[("vary", "*")],
    ] {
        assert!(!remarks(kept_apart).contains("shared caches"), "{kept_apart:?}");
    }
    assert!(remarks(&[]).contains("no support resource") && remarks(&[]).contains("does not show"));
}

#[test]
fn options_that_cannot_be_used_are_told_at_once() {
    let parse = |line: &str| Args::try_parse_from(line.split_whitespace()).map_err(|error| error.to_string());
    let line = "gpc-proxy audit https://a.example --browser firefox --program ff --wait 0 --proxy http://127.0.0.1:1";
    let Some(Command::Audit(options)) = parse(line).unwrap().command else { panic!() };
    assert_eq!((options.proxy(), options.wait()), (Some(("127.0.0.1", 1)), Duration::ZERO));
    for (line, want) in [
        ("gpc-proxy audit", "<URL>"),
        ("gpc-proxy audit shop.example", "https://"),
        ("gpc-proxy audit ftp://shop.example", "https://"),
        ("gpc-proxy audit https://a.example --browser lynx", "firefox, chromium"),
        ("gpc-proxy audit https://a.example --program x", "--browser"),
        ("gpc-proxy audit https://a.example --proxy socks5://127.0.0.1:1", "HTTP proxy"),
    ] {
        let error = parse(line).unwrap_err();
        assert!(error.contains(want), "{line}: {error}");
    }
}
