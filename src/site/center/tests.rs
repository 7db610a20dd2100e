use http::{HeaderMap, Request};

use super::*;
use crate::consent;
use crate::signal::{self, OptOutCookie, Scope};

fn center() -> PreferenceCenter {
    PreferenceCenter::at("/privacy").unwrap().privacy_policy("/policy").unwrap()
}

fn ask(method: Method, target: &str, fields: &[(&str, &str)]) -> Option<Response<Bytes>> {
    let mut request = Request::builder().method(method).uri(target).header("host", "www.shop.example");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let request = request.body(()).unwrap();
    let head = Head::from(&request);
    let readers = Readers::default();
    let signals = signal::read(head, &readers);
    let heard = (&readers, signals, consent::resolve(signals));
    center().answer(&head, request.method(), heard, &Answers::default())
}

fn post(action: &str, cookies: &str) -> Response<Bytes> {
    ask(Method::POST, &format!("/privacy?do={action}"), &[("sec-fetch-site", "same-origin"), ("cookie", cookies)])
        .unwrap()
}

fn page(query: &str, fields: &[(&str, &str)]) -> String {
    let response = ask(Method::GET, &format!("/privacy{query}"), fields).unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    String::from_utf8(response.body().to_vec()).unwrap()
}

fn set(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap()).collect()
}

/// What our cookie says in a response, or that it is taken away.
fn own(response: &Response<Bytes>) -> Option<Option<Scope>> {
    let line = set(response.headers()).into_iter().find_map(|line| line.strip_prefix("__Host-privacy-opt-out="))?;
    let value = line.split(';').next().unwrap();
    Some(OptOutCookie::read(value.as_bytes()).map(OptOutCookie::scope))
}

#[test]
fn an_opt_out_is_one_step_and_asks_nothing() {
    let response = post("opt-out", "usprivacy=1YNN");
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[header::LOCATION], "?show=opted-out&lang=en");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(response.headers()["clear-site-data"], "\"cache\"");
    assert_eq!(own(&response), Some(Some(Scope::ALL_ADVERTISING)));
    assert!(set(response.headers()).iter().any(|line| line.starts_with("usprivacy=1YYN;")));
    // The choice to limit stays.
    let both = Some(Some(Scope::ALL_ADVERTISING | Scope::SENSITIVE));
    assert_eq!(own(&post("opt-out", "__Host-privacy-opt-out=1.limit.7")), both);
    assert_eq!(own(&post("limit", "__Host-privacy-opt-out=1.out.7")), both);
    assert_eq!(own(&post("limit", "")), Some(Some(Scope::SENSITIVE)));
    assert_eq!(own(&post("unlimit", "__Host-privacy-opt-out=1.out-limit.7")), Some(Some(Scope::ALL_ADVERTISING)));
    assert_eq!(own(&post("unlimit", "__Host-privacy-opt-out=1.limit.7")), Some(None));
}

/// Nothing is said to be saved that the browser did not keep, and a link to the page claims nothing.
#[test]
fn what_is_said_to_be_saved_is() {
    let said = |show: &str, cookies: &[(&str, &str)]| {
        let page = page(&format!("?show={show}"), cookies);
        (page.contains("Your choice was saved"), page.contains("did not keep"))
    };
    let [out, limit] = ["1.out.7", "1.limit.7"].map(|value| format!("__Host-privacy-opt-out={value}"));
    for (show, cookies, want) in [
        ("opted-out", &*out, (true, false)),
        ("opted-out", "", (false, true)),
        ("opted-out", &*limit, (false, true)),
        ("limited", &*limit, (true, false)),
        ("limited", &*out, (false, true)),
        ("opted-in", &*out, (false, true)),
        ("opted-in", "", (true, false)),
        // What counts instead is said where it is shown.
        ("opted-in", "usprivacy=1YYN", (false, false)),
        ("unlimited", &*limit, (false, true)),
        ("unlimited", &*out, (true, false)),
        ("done", &*out, (false, false)),
    ] {
        assert_eq!(said(show, &[("cookie", cookies)]), want, "{show} {cookies}");
    }
    // The browser sends its signal, and kept nothing of the form.
    assert_eq!(said("opted-out", &[("sec-gpc", "1")]), (false, true));
    assert_eq!(said("opted-in", &[("sec-gpc", "1")]), (false, false));
}

#[test]
fn an_opt_in_takes_two_steps() {
    let cookies = "__Host-privacy-opt-out=1.out-limit.7; usprivacy=1YYN";
    let alone = post("confirm", cookies);
    assert_eq!(alone.headers()[header::LOCATION], "?show=expired&lang=en");
    assert_eq!(own(&alone), None);

    let first = post("opt-in", cookies);
    assert_eq!(first.headers()[header::LOCATION], "?show=confirm&lang=en");
    assert_eq!(own(&first), None);
    let [line] = *set(first.headers()) else { panic!("{first:?}") };
    for wanted in ["HttpOnly", "SameSite=Strict", "Secure", "Max-Age=600"] {
        assert!(line.contains(wanted), "{line}");
    }
    let pending = line.split(';').next().unwrap();

    let second = post("confirm", &format!("{cookies}; {pending}"));
    assert_eq!(second.headers()[header::LOCATION], "?show=opted-in&lang=en");
    assert_eq!(own(&second), Some(Some(Scope::SENSITIVE)));
    assert!(set(second.headers()).iter().any(|line| line.starts_with("usprivacy=;")), "{second:?}");

    for stale in ["privacy-opt-in-pending=7", "privacy-opt-in-pending=99999999999", "privacy-opt-in-pending=x"] {
        let late = post("confirm", &format!("{cookies}; {stale}"));
        assert_eq!(late.headers()[header::LOCATION], "?show=expired&lang=en", "{stale}");
    }
}

#[test]
fn what_there_is_nothing_to_confirm_of_is_not_asked() {
    let choices = page("", &[]);
    for show in ["change", "confirm"] {
        assert_eq!(page(&format!("?show={show}"), &[]), choices);
        // The signal was switched on between the steps.
        let conflict =
            page(&format!("?show={show}"), &[("sec-gpc", "1"), ("cookie", "__Host-privacy-opt-out=1.out.7")]);
        assert!(conflict.contains("switch it off in your browser") && !conflict.contains("?do="), "{conflict}");
    }
}

#[test]
fn no_script_opts_in_again() {
    let cookies = ("cookie", "__Host-privacy-opt-out=1.out.7");
    for (mode, want) in [("navigate", 303), ("cors", 403), ("same-origin", 403), ("no-cors", 403)] {
        let fields = [("sec-fetch-site", "same-origin"), ("sec-fetch-mode", mode), cookies];
        for action in ["opt-in", "confirm"] {
            let response = ask(Method::POST, &format!("/privacy?do={action}"), &fields).unwrap();
            assert_eq!(response.status(), want, "{mode}");
            assert!(want == 303 || set(response.headers()).is_empty());
        }
        // What protects somebody may come from a script.
        assert_eq!(ask(Method::POST, "/privacy?do=opt-out", &fields).unwrap().status(), 303);
    }
}

#[test]
fn the_signal_counts_before_an_opt_in() {
    let signal = [("sec-gpc", "1"), ("sec-fetch-site", "same-origin"), ("cookie", "privacy-opt-in-pending=9")];
    for action in ["opt-in", "confirm"] {
        let response = ask(Method::POST, &format!("/privacy?do={action}"), &signal).unwrap();
        assert_eq!(response.headers()[header::LOCATION], "?show=choices&lang=en");
        assert!(set(response.headers()).is_empty());
    }
    let page = page("", &[("sec-gpc", "1")]);
    assert!(
        page.contains("Global Privacy Control, which your browser sends") && page.contains("Opt-Out Request Honored")
    );
    assert!(page.contains("switch it off in your browser") && !page.contains("?show=change"));
}

#[test]
fn nobody_is_asked_to_opt_in() {
    let cookie = [("cookie", "__Host-privacy-opt-out=1.out.7")];
    let choices = page("", &cookie);
    assert!(choices.contains("<a href=\"?show=change&amp;lang=en\">") && !choices.contains("do=opt-in"), "{choices}");
    assert!(page("?show=change", &cookie).contains("?do=opt-in&amp;lang=en"));
    let elsewhere = page("", &[("cookie", "usprivacy=1YYN")]);
    assert!(elsewhere.contains("were not made here") && !elsewhere.contains("?show=change"));
}

#[test]
fn pages_speak_the_language_of_the_browser() {
    let spanish = page("", &[("accept-language", "es-MX, en;q=0.5")]);
    assert!(spanish.contains("<html lang=\"es\">") && spanish.contains("No vender ni compartir"));
    assert!(page("?lang=es", &[]).contains("?do=opt-out&amp;lang=es"));
    let response = ask(Method::POST, "/privacy?do=opt-out&lang=es", &[]).unwrap();
    assert_eq!(response.headers()[header::LOCATION], "?show=opted-out&lang=es");
}

#[test]
fn forms_of_other_sites_change_nothing() {
    for action in ["opt-out", "limit", "unlimit", "opt-in", "confirm"] {
        let response =
            ask(Method::POST, &format!("/privacy?do={action}"), &[("sec-fetch-site", "cross-site")]).unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        assert!(set(response.headers()).is_empty());
    }
}

#[test]
fn every_answer_is_kept_from_caches_and_frames() {
    for (method, target, status) in [
        (Method::GET, "/privacy", 200),
        (Method::HEAD, "/privacy", 200),
        (Method::POST, "/privacy?do=opt-out", 303),
        (Method::POST, "/privacy?do=anything", 404),
        (Method::POST, "/privacy", 404),
    ] {
        let response = ask(method.clone(), target, &[]).unwrap();
        assert_eq!(response.status(), status, "{method} {target}");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.contains("script-src 'self'")
                && policy.contains("default-src 'none'")
                && policy.contains("frame-ancestors 'none'")
        );
        assert_eq!(response.body().is_empty(), method == Method::HEAD || status == 303);
    }
    assert_eq!(ask(Method::PUT, "/privacy", &[]).unwrap().headers()[header::ALLOW], "GET, HEAD, POST");
    assert_eq!(
        ask(Method::GET, "/privacy?style", &[]).unwrap().headers()[header::CONTENT_TYPE],
        "text/css; charset=utf-8"
    );
    for other in ["/", "/privacy/", "/privacyx", "/x/privacy", "/PRIVACY"] {
        assert!(ask(Method::GET, other, &[]).is_none(), "{other}");
    }
}

#[test]
fn a_style_sheet_of_another_host_is_allowed_by_name() {
    let center = center().stylesheet("https://cdn.shop.example/a/b.css").unwrap();
    assert!(center.policy().unwrap().to_str().unwrap().contains("style-src 'self' https://cdn.shop.example;"));
    let own = self::center().stylesheet("/b.css").unwrap();
    assert!(own.policy().unwrap().to_str().unwrap().contains("style-src 'self';"));
    for bad in
        ["b.css", "//cdn.example/b.css", "http://a.example/b.css", "https://", "https:///x", "/a b", "/a;b", "/a\\b"]
    {
        assert!(self::center().stylesheet(bad).is_err(), "{bad}");
    }
    for bad in ["", "/", "privacy", "/a//b", "/a/../b", "/a b", "/a?b", "https://a/b"] {
        assert!(PreferenceCenter::at(bad).is_err(), "{bad}");
    }
}
