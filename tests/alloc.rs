//! What the layer allocates: nothing of its own for a browser that is not opted out, and a handful for a filtered page.

// Always true here; it tells clippy that helpers are tests too.
#![cfg(test)]

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HeaderName, HeaderValue};
use http::{Request, Response};
use http_body::{Body, Frame};
use tower::{Layer, Service};
use tower_gpc::answer::Answers;
use tower_gpc::consent::{Cdn, Locator};
use tower_gpc::html::{FilterOptions, TagFilter};
use tower_gpc::policy::{Decision, Rules};
use tower_gpc::signal::cmp::{Platform, Purposes};
use tower_gpc::signal::gpp::{GppString, UsSection};
use tower_gpc::signal::{self, Head, OptOutCookie, Readers, SEC_GPC, Scope, Signal};
use tower_gpc::{Catalog, ConsentState, GpcLayer, Policy, consent};

/// A body of chunks that were made beforehand.
#[derive(Default)]
struct Chunks(VecDeque<Bytes>);

impl Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|chunk| Ok(Frame::data(chunk))))
    }
}

/// Counts per thread, so tests beside each other do not disturb each other.
fn allocations(work: impl FnOnce()) -> u64 {
    measure(work).count_total
}

/// Warms up what is made once in a process: the catalog, the runtime's own thread-locals.
fn layer() -> GpcLayer {
    let layer = GpcLayer::new();
    let mut out = Vec::new();
    answer(&layer, request(true), response("text/html", Chunks::default()), &mut out);
    layer
}

fn request(opted_out: bool) -> Request<()> {
    let mut request = Request::builder()
        .uri("/account?tab=profile")
        .header("host", "www.example.com")
        .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
        .header("sec-fetch-dest", "document")
        .header(COOKIE, "_ga=GA1.1.1234567890.1234567890; session=".to_owned() + &"0123456789abcdef".repeat(60));
    if opted_out {
        // Remembered today, so that nothing is due.
        let today = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() / 86_400;
        let own = OptOutCookie::value(u32::try_from(today).unwrap());
        request = request.header(SEC_GPC, "1").header(COOKIE, format!("{}={own}", OptOutCookie::DEFAULT_NAME));
    }
    request.body(()).unwrap()
}

/// The same with these cookies beside.
fn with_cookies(opted_out: bool, cookies: &[String]) -> Request<()> {
    let mut request = request(opted_out);
    for cookie in cookies {
        request.headers_mut().append(COOKIE, cookie.parse().unwrap());
    }
    request
}

/// A string with three sections of notices given.
fn gpp(scope: Scope, gpc: bool) -> String {
    let sections = [UsSection::National, UsSection::California, UsSection::Colorado];
    GppString::new(sections).notice(Scope::ALL_ADVERTISING, true).opted_out(scope).gpc(gpc).to_string()
}

/// What the extension insert costs by itself.
fn insert() -> u64 {
    let mut bare = request(false);
    let insert = allocations(|| {
        bare.extensions_mut().insert(ConsentState::default());
    });
    assert!(insert > 0, "allocations are counted");
    insert
}

fn response(media: &'static str, body: Chunks) -> Response<Chunks> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// Sends one request through the layer to an inner service with this response, and reads the body into `out`.
fn answer(layer: &GpcLayer, request: Request<()>, response: Response<Chunks>, out: &mut Vec<Bytes>) {
    let cx = &mut Context::from_waker(Waker::noop());
    let mut response = Some(response);
    let inner = tower::service_fn(|_| std::future::ready(Ok::<_, Infallible>(response.take().unwrap())));
    let mut service = layer.layer(inner);
    let Poll::Ready(Ok(response)) = pin!(service.call(request)).poll(cx) else { panic!("the response is not ready") };
    let mut body = pin!(response.into_body());
    loop {
        match body.as_mut().poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => out.extend(frame.into_data()),
            Poll::Ready(None) => return,
            _ => panic!("the body is not ready"),
        }
    }
}

#[test]
fn reading_a_gpp_string_allocates_nothing() {
    for text in
        ["DBACrzA~BVQVAAAAAgA.YA~BAQAAABA.YA~BAQAAEA.YA", "DBACrzA%7EBVQVAAAAAgA.YA%7EBAQAAABA.YA", "DBABTA~1YYN"]
    {
        assert_eq!(allocations(|| assert!(!signal::gpp::read(text.as_bytes(), None).scope().is_empty())), 0, "{text}");
    }
}

#[test]
fn reading_and_resolving_signals_allocates_nothing() {
    let readers = Readers::default();
    let fields: [(HeaderName, &'static str); 7] = [
        (COOKIE, "theme=dark; usprivacy=1YNN"),
        (COOKIE, "__Host-privacy-opt-out=1.out.20780; us_privacy=\"1YYN\""),
        (COOKIE, ";;= ;privacy=privacy; usprivacy"),
        (SEC_GPC, "0"),
        (SEC_GPC, "1"),
        (CONTENT_TYPE, "text/plain"),
        (COOKIE, "a=1"),
    ];
    let mut headers = request(false).into_parts().0.headers;
    for (name, value) in fields {
        headers.append(name, HeaderValue::from_static(value));
    }
    let mut state = ConsentState::default();
    assert_eq!(allocations(|| state = consent::resolve(signal::read(&headers, &readers))), 0);
    assert!(state.opted_out());
}

#[test]
fn reading_everything_that_can_be_read_allocates_nothing() {
    let named = |platform, names: &[&'static str]| Purposes::new(platform, names.iter().copied()).unwrap();
    let readers = Readers::default()
        .platform(named(Platform::TrustArc, &["3"]))
        .platform(named(Platform::Didomi, &["sale"]))
        .gpp_by_section_ids(true)
        .query(true)
        .dnt(true)
        .variant_key("x-privacy-variant")
        .unwrap();
    let cookies = [
        format!("__gpp={}; __gpp_sid=7%2C8", gpp(Scope::ALL_ADVERTISING, true)),
        format!("OTGPPConsent={}", gpp(Scope::NOTHING, false).replace('~', "%7E")),
        "usprivacy=1YYN; us_privacy=%7B%22uspString%22%3A%221YN-%22%7D; us-privacy=garbage".into(),
        "OptanonConsent=isGpcEnabled=0&groups=C0001%3A1%2CC0004%3A0; OneTrustWPCCPAGoogleOptOut=true".into(),
        "CookieConsent={stamp:%27x%27%2Cnecessary:true%2Cmarketing:false%2Cver:1}".into(),
        "notice_preferences=0:; cmapi_cookie_privacy=permit 1,2; notice_gdpr_prefs=0,1:".into(),
        "didomi_token=eyJ1c2VyX2lkIjoieCIsInB1cnBvc2VzIjp7ImRpc2FibGVkIjpbInNhbGUiXX19".into(),
        "_swb_consent_=eyJwdXJwb3NlcyI6eyJkYXRhX2Jyb2tpbmciOnsiYWxsb3dlZCI6ImZhbHNlIn19fQ==; gpcsignal=true".into(),
        "tcm=%7B%22purposes%22%3A%7B%22SaleOfInfo%22%3Afalse%7D%7D".into(),
        "cookieyes-consent=consentid:x,consent:no,action:yes,necessary:yes,advertisement:no".into(),
        "_tracking_consent=%7B%22con%22%3A%7B%22CMP%22%3A%7B%22s%22%3A%220%22%7D%7D%7D".into(),
        "_iub_cs-7=%7B%22purposes%22%3A%7B%225%22%3Afalse%7D%7D; _iub_cs-7-uspr=%7B%22s%22%3Afalse%7D".into(),
        "cmplz_marketing=deny; cmplz_rt_marketing=allow; CookieConsent=%E0%A4%A; consentUUID=x".into(),
    ];
    let mut request = with_cookies(true, &cookies);
    *request.uri_mut() = "/bid?us_privacy=1YYN&gpp=DBABBg~BUUAAACA.YA&gpp_sid=8".parse().unwrap();
    request.headers_mut().insert("dnt", HeaderValue::from_static("1"));
    request.headers_mut().insert("x-privacy-variant", HeaderValue::from_static("out"));
    let mut state = ConsentState::default();
    assert_eq!(allocations(|| state = consent::resolve(signal::read(&request, &readers))), 0);
    let silent = Signal::Adapter;
    let heard: Vec<_> = state.heard().iter().collect();
    assert_eq!(heard.len(), 16, "all signals but {silent}: {heard:?}");
}

#[test]
fn strings_that_need_no_change_cost_nothing_beyond_the_insert() {
    let insert = insert();
    let contrary = [
        format!("__gpp={}; __gpp_sid=7,8,10", gpp(Scope::NOTHING, false)),
        "usprivacy=1YNN; OptanonConsent=isGpcEnabled=0&groups=C0001:1,C0004:1".into(),
    ];
    let agreeing = [
        format!("__gpp={}; __gpp_sid=7,8,10", gpp(Scope::ALL_ADVERTISING, true)),
        "usprivacy=1YYN; us_privacy=%7B%22uspString%22%3A%221YY-%22%7D".into(),
        "OptanonConsent=isGpcEnabled=1&groups=C0001:1,C0004:0; OneTrustWPCCPAGoogleOptOut=true".into(),
        format!("OTGPPConsent={}", gpp(Scope::ALL_ADVERTISING, true).replace('~', "%7E")),
    ];
    let layer = layer();
    let all = layer.clone().answers(
        Answers::default().correct_onetrust(true).publish_us_privacy(true).publish_gpp([UsSection::California]),
    );
    for (layer, what) in [(&layer, "default"), (&all, "everything on")] {
        for (opted_out, cookies) in [(false, &contrary[..]), (true, &agreeing)] {
            let (request, response) =
                (with_cookies(opted_out, cookies), response("application/json", Chunks::default()));
            let mut out = Vec::new();
            let count = allocations(|| answer(layer, request, response, &mut out));
            assert_eq!(count, insert, "{what}, opted out: {opted_out}");
        }
        // What has to be changed does cost, so the above is no accident.
        let (request, response) = (with_cookies(true, &contrary), response("application/json", Chunks::default()));
        let mut out = Vec::new();
        assert!(allocations(|| answer(layer, request, response, &mut out)) > insert, "{what}");
    }
}

#[test]
fn a_request_that_is_not_opted_out_costs_one_extension_insert() {
    let layer = layer();
    let insert = insert();
    for media in ["application/json", "application/json; charset=utf-8", "image/png", "text/markdown", "nonsense"] {
        let (request, response) = (request(false), response(media, Chunks::default()));
        let mut out = Vec::new();
        assert_eq!(allocations(|| answer(&layer, request, response, &mut out)), insert, "{media}");
    }
}

#[test]
fn a_passed_body_is_the_same_memory() {
    let layer = layer();
    let insert = insert();
    for opted_out in [false, true] {
        let chunks: Vec<Bytes> = (0..64).map(|i| shared(format!("{{\"chunk\":{i}}}"))).collect();
        let (request, response) =
            (request(opted_out), response("application/json", Chunks(chunks.iter().cloned().collect())));
        let mut out = Vec::with_capacity(chunks.len());
        assert_eq!(allocations(|| answer(&layer, request, response, &mut out)), insert);
        let place = |chunk: &Bytes| (chunk.as_ptr(), chunk.len());
        assert!(out.iter().map(place).eq(chunks.iter().map(place)), "opted out: {opted_out}");
    }
}

#[test]
fn a_page_of_64_chunks_allocates_no_more_than_one_of_one_chunk() {
    const TAGS: &str = concat!(
        "<p class=\"a\">one</p><img src=\"/two.png\" alt=''><a href=\"https://www.example.com/?a=b\">three</a>\n",
        "<script>let four = '</p>';</script><script src=\"/five.js\"></script><!-- six --><style>p { }</style>\n",
    );
    /// Tags, strings, scripts and comments are cut somewhere: it divides the length of no line.
    const CHUNK: usize = 577;
    const MOST: u64 = 24;
    let layer = layer();
    let page = shared(TAGS.repeat(64 * CHUNK / TAGS.len() + 1));
    let filtered = |chunks: usize, length: usize| {
        let pieces = (0..chunks).map(|i| page.slice(i * length..(i + 1) * length)).collect();
        let (request, response) = (request(true), response("text/html", Chunks(pieces)));
        let mut out = Vec::with_capacity(1024);
        let count = allocations(|| answer(&layer, request, response, &mut out));
        assert_eq!(out.concat(), page[..chunks * length], "no tracker, no change");
        count
    };
    let (one, cut_once, cut) = (filtered(1, CHUNK), filtered(2, CHUNK), filtered(64, CHUNK));
    let whole = filtered(1, 64 * CHUNK);
    assert!(one.max(cut_once).max(cut).max(whole) <= MOST, "{one}, {cut_once}, {cut}, {whole}");
}

/// What one filter allocates for a page, however long it is and however it is cut, if no chunk is so small that a tag
/// lies in more than eight of them. Only scripts with a vendor's signature cost more: they are read.
#[test]
fn filtering_a_page_allocates_a_handful_and_passes_slices_of_what_came() {
    const ROW: &str = concat!(
        "<p class=\"a\">one</p><img src=\"/two.png?a=1&amp;b=2\" alt=''><a href=\"https://www.example.com/?a=b\">three</a>\n",
        "<script>let four = '</p>';</script><script type=\"text/javascript\" src=\"/five.js\"></script><!-- six -->\n",
        "<script src='https://connect.facebook.net/en_US/fbevents.js'></script><script>let seven = 'fbq';</script>\n",
        "<link rel=preconnect href=//bat.bing.com><iframe src=https://www.googletagmanager.com/ns.html?id=GTM-8></iframe>",
        "<img srcset='/nine.png 1x, /ten.png 2x'><script type=text/javascript>let eleven = {};</script><style>p {}</style>",
    );
    const SCRIPT: &str = "<script>fbq('init', '12')</script>";
    const MOST: u64 = 7;
    const MOST_FOR_A_SCRIPT: u64 = 16;
    let rules = Arc::new(Rules::new(Catalog::builtin().clone(), &Policy::default()).unwrap());
    let mut counts = Vec::new();
    for (rows, scripts, chunk) in
        [(1, 0, 16_384), (1, 0, 577), (600, 0, 16_384), (600, 0, 4099), (60, 0, 577), (4, 0, 97), (1, 10, 16_384)]
    {
        let page = shared(ROW.repeat(rows) + &SCRIPT.repeat(scripts));
        let chunks: Vec<_> =
            (0..page.len()).step_by(chunk).map(|at| page.slice(at..page.len().min(at + chunk))).collect();
        let mut out = VecDeque::with_capacity(8192);
        let mut total = 0;
        let count = allocations(|| {
            let mut filter = TagFilter::new(Arc::clone(&rules), FilterOptions::default());
            for chunk in chunks {
                filter.push(chunk, &mut out);
            }
            filter.finish(&mut out);
            total = filter.into_report().total();
        });
        counts.push(count.saturating_sub(MOST_FOR_A_SCRIPT * scripts as u64));
        assert_eq!(total, (3 * rows + scripts) as u64);
        let inside = page.as_ptr_range();
        assert!(out.iter().all(|piece| inside.contains(&piece.as_ptr())), "a copy, in chunks of {chunk}");
    }
    assert!(counts.iter().all(|count| *count <= MOST), "{counts:?}");
}

/// A buffer that more than one already points into, as a server's read buffer is: one more costs no allocation.
fn shared(text: String) -> Bytes {
    let bytes = Bytes::from(text.into_bytes());
    let _ = bytes.clone();
    bytes
}

#[test]
fn telling_where_a_request_comes_from_allocates_nothing() {
    let fields: [(Cdn, &[(&str, &str)]); 2] = [
        (Cdn::Cloudflare, &[("cf-ipcountry", "US"), ("cf-region-code", "CA")]),
        (Cdn::Akamai, &[("x-akamai-edgescape", "georegion=246,country_code=US,region_code=CA,city=SANJOSE")]),
    ];
    let policy = Policy::new().only_where_required(true);
    for (cdn, fields) in fields {
        let mut request = request(true);
        for (name, value) in fields {
            request.headers_mut().append(*name, HeaderValue::from_static(value));
        }
        let locator = Locator::cdn(cdn);
        let state = consent::resolve(signal::read(request.headers(), &Readers::default()));
        let count = allocations(|| {
            let place = locator.locate(&Head::from(&request));
            assert_eq!(place.state(), Some("CA"));
            assert_eq!(policy.decide(state.with_jurisdiction(place)), Decision::Withhold);
        });
        assert_eq!(count, 0, "{cdn:?}");
    }
}
