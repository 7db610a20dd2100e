//! The request half, as a server meets it: a browser's request comes in, JSON goes out.

use std::convert::Infallible;
use std::hint::black_box;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use tower::{Service, service_fn};
use tower_gpc::signal::cmp::{Platform, Purposes};
use tower_gpc::signal::{OptOutCookie, Readers, SEC_GPC};

use super::poll::finish;

/// How many requests are made ready at once: few, since a server too has the request in the cache that it has just read.
const BATCH: u32 = 16;
const BATCHES: u32 = 64;

/// What a browser sends with a script's request: 15 fields, one of them a cookie of 1 kB; no opt-out in them.
pub(crate) fn browser() -> Request<()> {
    request(&cookies(20))
}

/// The same with the strings of a consent platform among the cookies, which say that the visitor did not opt out.
pub(crate) fn carrying() -> Request<()> {
    let one_trust = "OptanonConsent=isGpcEnabled=0&datestamp=Mon+Nov+23+2026+10%3A00%3A00+GMT%2B0100&version=202409.1.0&\
                     browserGpcFlag=0&isIABGlobal=false&hosts=&consentId=2f6b1c1e-0000-0000-0000-000000000000&\
                     interactionCount=1&landingPath=NotLandingPage&groups=C0001%3A1%2CC0002%3A1%2CC0003%3A1%2CC0004%3A1";
    let strings =
        format!("__gpp=DBACrzA~BVQqAAAAAgA.QA~BUoAAABA.QA~BAoAAEA.QA; __gpp_sid=7; {one_trust}; usprivacy=1YNN");
    request(&format!("{}; {strings}", cookies(10)))
}

/// The same from a browser that opted out and was told to remember it.
pub(crate) fn opted_out() -> Request<()> {
    let today = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 86_400;
    let own = OptOutCookie::value(u32::try_from(today).unwrap());
    let mut request = request(&format!("{}; {}={own}", cookies(20), OptOutCookie::DEFAULT_NAME));
    request.headers_mut().insert(SEC_GPC, HeaderValue::from_static("1"));
    request
}

/// Every signal that there is a reader for.
pub(crate) fn every_reader() -> Readers {
    let trust_arc = Purposes::new(Platform::TrustArc, ["3"]).unwrap();
    let didomi = Purposes::new(Platform::Didomi, ["advertising"]).unwrap();
    Readers::default().platform(trust_arc).platform(didomi).query(true).dnt(true).gpp_by_section_ids(true)
}

fn cookies(count: usize) -> String {
    (0..count).map(|n| format!("name{n:02}=value-of-some-length-{n:024}")).collect::<Vec<_>>().join("; ")
}

fn request(cookie: &str) -> Request<()> {
    let fields = [
        ("host", "shop.example"),
        ("connection", "keep-alive"),
        ("sec-ch-ua", "\"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\""),
        ("sec-ch-ua-mobile", "?0"),
        ("sec-ch-ua-platform", "\"Linux\""),
        (
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
        ),
        ("accept", "application/json, text/plain, */*"),
        ("origin", "https://shop.example"),
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-dest", "empty"),
        ("referer", "https://shop.example/boots"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("accept-language", "en-US,en;q=0.9,de;q=0.8"),
        ("cookie", cookie),
    ];
    let mut request = Request::get("/api/v1/prices?currency=EUR");
    for (name, value) in fields {
        request = request.header(name, value);
    }
    request.body(()).unwrap()
}

/// Answers everything with no JSON to speak of.
pub(crate) fn json()
-> impl Service<Request<()>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone {
    service_fn(async |_| {
        let mut response = Response::new(Full::from("{}"));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(response)
    })
}

/// How long `service` takes for one request, from the request at hand to the end of the response; making it is not
/// counted.
pub(crate) fn turn<S: Service<Request<()>, Error = Infallible>>(service: &mut S, request: &Request<()>) -> Duration {
    let batch = || {
        let requests = vec![request.clone(); BATCH as usize];
        let start = Instant::now();
        for request in requests {
            drop(black_box(finish(service.call(request))));
        }
        start.elapsed()
    };
    std::iter::repeat_with(batch).take(BATCHES as usize).sum::<Duration>() / (BATCH * BATCHES)
}
