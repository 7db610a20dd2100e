//! An auditor's judgement, replayed: the site is opened, the signal is switched on, the site is reloaded, and the privacy
//! strings are compared. What the page does is not looked at, only what the strings say.

mod jar;
mod verdict;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, COOKIE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, SET_COOKIE, VARY,
};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use tower::{Layer, ServiceExt, service_fn};
use tower_gpc::GpcLayer;
use tower_gpc::answer::{Answers, Persist};
use tower_gpc::signal::OptOutCookie;
use tower_gpc::signal::gpp::UsSection;

use self::jar::Jar;
use self::verdict::{Strings, Verdict, verdict};

const PAGE: &str = "<h1>Shoes</h1><img src='https://www.facebook.com/tr?id=1'>";
const FILTERED: &str = "<h1>Shoes</h1>";
const MODIFIED: &str = "Sun, 22 Nov 2026 10:00:00 GMT";

const GROUPS: &str =
    "OptanonConsent=isGpcEnabled=0&datestamp=Thu+Jan+25+2024+17%3A59%3A24&groups=C0001%3A1%2CC0004%3A1";

/// A browser at a site whose scripts have set cookies before.
struct Visitor {
    layer: GpcLayer,
    cache_control: &'static str,
    host: &'static str,
    path: &'static str,
    jar: Jar,
    /// Validators of the last page, as a browser keeps them.
    held: Option<HeaderMap>,
    /// What the inner service was sent.
    sent_on: Arc<Mutex<HeaderMap>>,
}

struct Page {
    status: StatusCode,
    head: HeaderMap,
    body: Bytes,
}

impl Visitor {
    fn new(answers: Answers, host: &'static str, path: &'static str, set_by_scripts: &[&str]) -> Self {
        let mut jar = Jar::default();
        set_by_scripts.iter().for_each(|line| jar.set(line, &host.to_ascii_lowercase(), path));
        let layer = GpcLayer::new().answers(answers);
        let sent_on = Arc::default();
        Self { layer, cache_control: "private", host, path, jar, held: None, sent_on }
    }

    /// Opens or reloads the page, and keeps what the response says to keep.
    async fn visit(&mut self, gpc: bool) -> Page {
        let mut request = Request::get(self.path).header("host", self.host).header("sec-fetch-dest", "document");
        // HTTP/2 splits them (A10).
        for crumb in self.jar.sent(self.host, self.path) {
            request = request.header(COOKIE, crumb);
        }
        if let Some(held) = &self.held {
            request = request.header(CACHE_CONTROL, "max-age=0").header(IF_NONE_MATCH, &held[ETAG]);
            if let Some(date) = held.get(LAST_MODIFIED) {
                request = request.header(IF_MODIFIED_SINCE, date);
            }
        }
        if gpc {
            request = request.header("sec-gpc", "1").header("dnt", "1");
        }
        let (cache_control, sent_on) = (self.cache_control, Arc::clone(&self.sent_on));
        let service = self.layer.layer(service_fn(move |request: Request<Full<Bytes>>| {
            *sent_on.lock().unwrap() = request.headers().clone();
            let same = request.headers().get(IF_NONE_MATCH).is_some_and(|tag| tag == "\"v1\"")
                || !request.headers().contains_key(IF_NONE_MATCH) && request.headers().contains_key(IF_MODIFIED_SINCE);
            let response = Response::builder()
                .header(ETAG, "\"v1\"")
                .header(LAST_MODIFIED, MODIFIED)
                .header(CACHE_CONTROL, cache_control)
                .header(CONTENT_TYPE, "text/html");
            let response = match same {
                true => response.status(StatusCode::NOT_MODIFIED).body(Full::default()),
                false => response.body(Full::<Bytes>::from(PAGE)),
            };
            std::future::ready(Ok::<_, Infallible>(response.unwrap()))
        }));
        let (head, body) = service.oneshot(request.body(Full::default()).unwrap()).await.unwrap().into_parts();
        for line in head.headers.get_all(SET_COOKIE) {
            self.jar.set(line.to_str().unwrap(), &self.host.to_ascii_lowercase(), self.path);
        }
        if head.status == StatusCode::OK {
            self.held = Some(head.headers.clone());
        }
        Page { status: head.status, head: head.headers, body: body.collect().await.unwrap().to_bytes() }
    }

    /// What the site states of itself.
    async fn states(&self) -> Option<Bytes> {
        let request = Request::get("/.well-known/gpc.json").body(Full::<Bytes>::default()).unwrap();
        let inner = service_fn(async |_| {
            let response = Response::builder().status(StatusCode::NOT_FOUND);
            Ok::<_, Infallible>(response.body(Full::<Bytes>::default()).unwrap())
        });
        let (head, body) = self.layer.layer(inner).oneshot(request).await.unwrap().into_parts();
        let is_json = head.headers.get(CONTENT_TYPE).is_some_and(|media| media == "application/json");
        (head.status == StatusCode::OK && is_json).then_some(body.collect().await.unwrap().to_bytes())
    }

    /// The whole of an audit: two visits, and what is made of them.
    async fn audit(&mut self) -> Verdict {
        let first = self.visit(false).await;
        assert_eq!(first.body, PAGE, "A1: what is not opted out is as it was");
        assert!(first.head[VARY].to_str().unwrap().contains("sec-gpc"));
        assert!(!first.head.contains_key(SET_COOKIE));
        let before = Strings::of(&self.jar);
        let second = self.visit(true).await;
        assert_eq!((second.status, second.body.as_ref()), (StatusCode::OK, FILTERED.as_bytes()), "A2");
        assert_eq!(self.sent_on.lock().unwrap()["sec-gpc"], "1", "A12");
        verdict(&before, &Strings::of(&self.jar), self.states().await.as_deref())
    }
}

fn one_trust() -> Answers {
    Answers::default().correct_onetrust(true)
}

/// Cookies of a site before, each naming where it stands.
const STALE: [&[&str]; 10] = [
    &["usprivacy=1YNN; Domain=shop.example; Path=/"],
    &["usprivacy=1YNN; Path=/"],
    &["us_privacy=1YNN; Domain=www.shop.example; Path=/", "us-privacy=1NNN; Path=/"],
    &["usprivacy=1---; Path=/", "us_privacy=null; Path=/"],
    &["__gpp=DBABBg~BUoAAABA.QA; Domain=shop.example; Path=/", "__gpp_sid=8; Domain=shop.example; Path=/"],
    &["__gpp=DBACrzA~BVQqAAAAAgA.QA~BAoAAABA.QA~BAoAAEA; Path=/"],
    &["__gpp=DBACNMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~BUoAAABA; Path=/", "usprivacy=1YNY; Path=/"],
    &["OTGPPConsent=DBABBg~BUoAAABA.QA; Path=/", "OneTrustWPCCPAGoogleOptOut=false; Path=/"],
    &[
        "usprivacy=1YNN; Domain=shop.example; Path=/",
        "__gpp=DBABTA~1YNN; Path=/",
        "OptanonConsent=isGpcEnabled=0&groups=C0001:1,C0004:1; Domain=shop.example; Path=/",
    ],
    &["session=1; Path=/", "OptanonConsent=isGpcEnabled=0&groups=C0002%3A1%2CC0004%3A1; Path=/"],
];

#[tokio::test]
async fn a_site_with_stale_strings_honours_the_signal() {
    for set in STALE {
        for cache_control in ["private", "public, max-age=60", "no-store", ""] {
            for persist in [Persist::Never, Persist::Unshared, Persist::Always] {
                for path in ["/", "/shop/boots/12"] {
                    let answers = one_trust().opt_out_cookie(persist);
                    let mut visitor = Visitor { cache_control, ..Visitor::new(answers, "www.shop.example", path, set) };
                    let got = visitor.audit().await;
                    assert_eq!(got, Verdict::LikelyHonours, "{set:?} {cache_control} {path}: {:?}", visitor.jar);
                    assert!(visitor.jar.doubled().is_empty(), "A3: {set:?} {:?}", visitor.jar);
                }
            }
        }
    }
}

#[tokio::test]
async fn the_same_site_fails_where_nothing_is_corrected() {
    for set in STALE {
        let mut visitor = Visitor::new(Answers::default().correct(false), "www.shop.example", "/", set);
        assert_eq!(visitor.audit().await, Verdict::LikelyDoesNotHonour, "{set:?}");
    }
    // OneTrust's own cookies are corrected where a site asks for it.
    let mut visitor = Visitor::new(Answers::default(), "www.shop.example", "/", &[GROUPS]);
    assert_eq!(visitor.audit().await, Verdict::LikelyDoesNotHonour);
}

#[tokio::test]
async fn a_site_without_strings_is_judged_by_its_statement_or_by_what_it_publishes() {
    let mut visitor = Visitor::new(Answers::default(), "www.shop.example", "/", &["session=1; Path=/"]);
    assert_eq!(visitor.audit().await, Verdict::LikelyHonours);
    assert_eq!(verdict(&Strings::default(), &Strings::default(), None), Verdict::NotApplicable);
    let sections = [UsSection::National, UsSection::California, UsSection::Colorado, UsSection::UsPrivacy];
    let answers = Answers::default().publish_us_privacy(true).publish_gpp(sections).notice_given(true);
    let mut visitor = Visitor::new(answers, "www.shop.example", "/", &[]);
    assert_eq!(visitor.audit().await, Verdict::LikelyHonours);
    assert_eq!(visitor.jar.values("usprivacy"), ["1YY-"]);
    assert_eq!(visitor.jar.values("__gpp_sid"), ["6,7,8,10"]);
}

#[tokio::test]
async fn an_old_cookie_is_replaced_wherever_it_stood() {
    const NAMES: [(&str, &str); 5] = [
        ("usprivacy", "1YNN"),
        ("us_privacy", "1YNN"),
        ("__gpp", "DBABBg~BUoAAABA.QA"),
        ("OptanonConsent", "isGpcEnabled=0&groups=C0004:1"),
        ("OTGPPConsent", "DBABBg~BUoAAABA.QA"),
    ];
    let hosts: [(&str, &[&str]); 5] = [
        ("www.shop.example", &["", "; Domain=www.shop.example", "; Domain=shop.example"]),
        ("shop.example", &["", "; Domain=shop.example"]),
        ("a.b.shop.co.uk", &["", "; Domain=a.b.shop.co.uk", "; Domain=b.shop.co.uk", "; Domain=shop.co.uk"]),
        ("WWW.Shop.Example", &["", "; Domain=www.shop.example", "; Domain=shop.example"]),
        ("localhost", &[""]),
    ];
    for (host, domains) in hosts {
        for (name, value) in NAMES {
            // One, or all of them at once.
            for some in domains.iter().map(|domain| vec![*domain]).chain([domains.to_vec()]) {
                // By default a cookie stands in the directory of the page that set it.
                for (path, attribute) in [("/", ""), ("/shop/boots/12", "; Path=/"), ("/shop/boots/12", "")] {
                    let lines: Vec<_> =
                        some.iter().map(|domain| format!("{name}={value}{domain}{attribute}")).collect();
                    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
                    let mut visitor = Visitor::new(one_trust(), host, path, &lines);
                    visitor.visit(true).await;
                    if attribute.is_empty() && path != "/" {
                        // The next response shows that the one which was set is not alone; a 304 tells nothing.
                        visitor.held = None;
                        visitor.visit(true).await;
                    }
                    let [kept] = visitor.jar.values(name)[..] else {
                        panic!("{lines:?} of {host}{path}: {:?}", visitor.jar);
                    };
                    assert_ne!(kept, value, "{lines:?} of {host}{path}");
                    let jar = format!("{:?}", visitor.jar);
                    let third = visitor.visit(true).await;
                    assert!(!third.head.contains_key(SET_COOKIE), "{lines:?} of {host}{path}: {jar} {:?}", third.head);
                }
            }
        }
    }
}

#[tokio::test]
async fn the_opt_out_outlives_the_signal() {
    for (cache_control, set) in [("private", &[][..]), ("public, max-age=60", &["usprivacy=1YNN; Path=/"])] {
        let mut visitor = Visitor { cache_control, ..Visitor::new(one_trust(), "www.shop.example", "/", set) };
        visitor.audit().await;
        visitor.held = None;
        let third = visitor.visit(false).await;
        assert_eq!(third.body, FILTERED, "R13: {cache_control}");
        assert!(!third.head.contains_key(SET_COOKIE), "R20: once, {:?}", third.head);
    }
    let mut visitor = Visitor::new(one_trust(), "www.shop.example", "/", &[]);
    visitor.audit().await;
    let own = visitor.jar.values(OptOutCookie::DEFAULT_NAME);
    assert!(matches!(own[..], [value] if OptOutCookie::read(value.as_bytes()).is_some()), "{own:?}");
}
