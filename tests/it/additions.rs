//! What pages get besides losing tags: the guard, the status and the bridge, through the whole layer.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use tower::{Layer, ServiceExt};
use tower_gpc::middleware::Guarded;
use tower_gpc::{GpcLayer, Policy, StatusNotice};

/// A body in these pieces.
#[derive(Clone)]
struct Pieces(VecDeque<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
    }
}

struct Got {
    headers: HeaderMap,
    page: String,
    guarded: Option<Guarded>,
}

/// The page that a browser gets; `fields` are those of the request, and `head` those of the site's response.
fn get(layer: GpcLayer, fields: &[(&str, &str)], head: &[(&str, &str)], pieces: &[&[u8]]) -> Got {
    ask("GET", layer, fields, head, pieces)
}

fn ask(method: &str, layer: GpcLayer, fields: &[(&str, &str)], head: &[(&str, &str)], pieces: &[&[u8]]) -> Got {
    let guarded = Arc::new(Mutex::new(None));
    let said = Arc::clone(&guarded);
    let layer = layer.on_report(move |_, outcome| *said.lock().unwrap() = Some(outcome.guarded()));
    let pieces = Pieces(pieces.iter().map(|piece| Bytes::copy_from_slice(piece)).collect());
    let mut response = Response::builder();
    for (name, value) in head {
        response = response.header(*name, *value);
    }
    if !head.iter().any(|(name, _)| *name == "content-type") {
        response = response.header("content-type", "text/html; charset=utf-8");
    }
    let response = Mutex::new(Some(response.body(pieces).unwrap()));
    let service = layer.layer(tower::service_fn(move |_: Request<()>| {
        let response = response.lock().unwrap().take().unwrap();
        async move { Ok::<_, Infallible>(response) }
    }));
    let mut request = Request::builder().method(method).header("host", "www.shop.example");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (headers, page) = runtime.block_on(async {
        let (head, body) = service.oneshot(request.body(()).unwrap()).await.unwrap().into_parts();
        (head.headers, body.collect().await.unwrap().to_bytes())
    });
    let guarded = *guarded.lock().unwrap();
    Got { headers, page: String::from_utf8(page.to_vec()).unwrap(), guarded }
}

const GPC: (&str, &str) = ("sec-gpc", "1");
const POLICY: &str = "content-security-policy";
const GTM: &str = "<script src=\"https://www.googletagmanager.com/gtm.js?id=GTM-1\"></script>";
const PAGE: &str = "<!doctype html>\n<html><head><title>Shoes</title></head><body><p>Shoes</p></body></html>\n";

/// A page with a tag manager in its head.
fn page() -> String {
    PAGE.replace("</head>", &format!("{GTM}</head>"))
}

/// The page with a sign for each script of ours.
fn short(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some(at) = rest.find("<script") {
        let tag = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        let end = at + rest[at..].find("</script>").unwrap() + "</script>".len();
        out.push_str(&rest[..at]);
        if rest[at..tag].contains("data-usp=") {
            out.push_str(if rest[at..tag].contains("src=") { "{file}" } else { "{guard}" });
        } else if rest[at..end].contains("gpc-bridge") {
            out.push_str("{bridge}");
        } else {
            out.push_str(&rest[at..end]);
        }
        rest = &rest[end..];
    }
    out + rest
}

#[test]
fn the_guard_stands_first_in_the_head_and_tag_managers_stay_under_it() {
    let got = get(GpcLayer::new(), &[GPC], &[], &[page().as_bytes()]);
    assert_eq!(short(&got.page), page().replace("<head>", "<head>{guard}"));
    assert_eq!(got.guarded, Some(Guarded::Inline));
    // One line turns it off, and the policy has the last word.
    let off = get(GpcLayer::new().guard(false).unwrap(), &[GPC], &[], &[page().as_bytes()]);
    assert_eq!((&*off.page, off.guarded), (PAGE, Some(Guarded::Off)));
    let policy = Policy::new().vendor("google-tag-manager", tower_gpc::policy::Action::Suppress);
    let strict = get(GpcLayer::new().policy(policy).unwrap(), &[GPC], &[], &[page().as_bytes()]);
    assert_eq!(short(&strict.page), PAGE.replace("<head>", "<head>{guard}"));
}

#[test]
fn who_is_not_opted_out_and_report_only_get_the_page_as_it_is() {
    let layer = || GpcLayer::new().status(StatusNotice::default());
    assert_eq!(get(layer(), &[], &[], &[page().as_bytes()]).page, page());
    let observed = layer().policy(Policy::new().report_only(true)).unwrap();
    assert_eq!(get(observed.bridge(true), &[GPC], &[], &[page().as_bytes()]).page, page());
    let observed = layer().policy(Policy::new().report_only(true)).unwrap();
    assert_eq!(get(observed.bridge(true), &[], &[], &[page().as_bytes()]).page, page());
}

#[test]
fn a_policy_of_the_page_decides_how_the_guard_comes() {
    let without = |sign: &str| PAGE.replace("<head>", &format!("<head>{sign}"));
    let with = |sign: &str| page().replace("<head>", &format!("<head>{sign}"));
    for (policy, want, guarded) in [
        ("script-src 'nonce-abc' https:", with("{guard}"), Guarded::Inline),
        ("script-src 'self' https:", with("{file}"), Guarded::File),
        // Under which name the browser knows the site cannot be known.
        ("script-src www.shop.example https://www.googletagmanager.com", without(""), Guarded::Refused),
        ("script-src https://www.googletagmanager.com", without(""), Guarded::Refused),
        ("script-src 'none'", without(""), Guarded::NoScripts),
        ("sandbox", without(""), Guarded::NoScripts),
    ] {
        let got = get(GpcLayer::new(), &[GPC], &[(POLICY, policy)], &[page().as_bytes()]);
        assert_eq!(short(&got.page), want, "{policy}");
        assert_eq!(got.guarded, Some(guarded), "{policy}");
        assert_eq!(got.page.contains("<script nonce=\"abc\" data-usp="), policy.contains("nonce"), "{policy}");
        assert_eq!(got.headers[POLICY], policy);
    }
}

#[test]
fn a_tag_manager_for_browsers_without_scripts_goes_all_the_same() {
    let noscript = "<noscript><iframe src=\"https://www.googletagmanager.com/ns.html?id=GTM-1\"></iframe></noscript>";
    let srcdoc = format!("<iframe srcdoc='{GTM}'></iframe>");
    let page = PAGE.replace("<p>", &format!("{noscript}{srcdoc}<p>"));
    let want =
        PAGE.replace("<p>", "<noscript></noscript><iframe srcdoc=''></iframe><p>").replace("<head>", "<head>{guard}");
    assert_eq!(short(&get(GpcLayer::new(), &[GPC], &[], &[page.as_bytes()]).page), want);
}

#[test]
fn a_vendor_that_is_told_to_restrict_stays_as_a_script_under_the_guard_and_nowhere_else() {
    let restrict = || Policy::new().vendor("meta-pixel", tower_gpc::policy::Action::Restrict);
    let layer = || GpcLayer::new().policy(restrict()).unwrap();
    let pixel = "<script src=\"https://connect.facebook.net/en_US/fbevents.js\"></script>";
    let code = "<script>fbq('init','1');fbq('track','PageView');</script>";
    let image =
        "<img src='https://www.facebook.com/tr?id=1'><noscript><img src='https://www.facebook.com/tr?id=2'></noscript>";
    let page = PAGE.replace("<p>", &format!("{pixel}{code}{image}<p>"));
    let want =
        PAGE.replace("<head>", "<head>{guard}").replace("<p>", &format!("{pixel}{code}<noscript></noscript><p>"));
    let got = get(layer(), &[GPC], &[], &[page.as_bytes()]);
    assert_eq!(short(&got.page), want);
    assert!(got.page.contains("\"LDU\"") && got.page.contains("([\"meta-pixel\"]);</script>"));
    // R25: without the operator's word it goes, and so it does where nothing tells it.
    let gone = PAGE.replace("<p>", "<noscript></noscript><p>");
    let default = get(GpcLayer::new(), &[GPC], &[], &[page.as_bytes()]);
    assert_eq!(short(&default.page), gone.replace("<head>", "<head>{guard}"));
    assert!(!default.page.contains("LDU"));
    assert_eq!(get(layer().guard(false).unwrap(), &[GPC], &[], &[page.as_bytes()]).page, gone);
    let refused = (POLICY, "script-src https://connect.facebook.net");
    assert_eq!(get(layer(), &[GPC], &[refused], &[page.as_bytes()]).page, gone);
    assert_eq!(get(layer(), &[], &[], &[page.as_bytes()]).page, page);
}

#[test]
fn a_fragment_gets_nothing_and_loses_its_tag_manager() {
    let layer = GpcLayer::new().status(StatusNotice::default()).bridge(true);
    for (fragment, want) in [(format!("<p>Shoes</p>{GTM}"), "<p>Shoes</p>"), (format!("{GTM} text"), " text")] {
        let got = get(layer.clone(), &[GPC], &[], &[fragment.as_bytes()]);
        assert_eq!((&*got.page, got.guarded), (want, Some(Guarded::Fragment)));
        assert_eq!(get(layer.clone(), &[], &[], &[fragment.as_bytes()]).page, fragment);
    }
    let json = get(layer, &[GPC], &[("content-type", "application/json")], &[b"{\"html\":\"<html><head>\"}"]);
    assert_eq!(json.page, "{\"html\":\"<html><head>\"}");
}

#[test]
fn the_status_stands_where_the_page_says_or_at_the_end_of_its_body() {
    let layer = || GpcLayer::new().guard(false).unwrap().status(StatusNotice::default().text("OUT").unwrap());
    let notice = StatusNotice::default().text("OUT").unwrap().to_string();
    for (page, want) in [
        ("<html><body><p>a</p></body></html>", "<html><body><p>a</p>#</body></html>"),
        ("<html><body><p>a</BODY  x></html>", "<html><body><p>a#</BODY  x></html>"),
        ("<!doctype html><p>a", "<!doctype html><p>a#"),
        ("<html><body><!--gpc-status--><p>a</body>", "<html><body>#<p>a</body>"),
        ("<html><p>a</body><!--gpc-status--></body>", "<html><p>a#</body><!--gpc-status--></body>"),
        (
            "<html><p><!--gpc-statu--><!--gpc-status-></body>--></body>",
            "<html><p><!--gpc-statu--><!--gpc-status-></body>-->#</body>",
        ),
        ("<html><script>'</body>'</script><p>a", "<html><script>'</body>'</script><p>a#"),
        ("<html><script>never closed</body>", "<html><script>never closed</body>"),
        ("<html></bo></bodyx><p>a", "<html></bo></bodyx><p>a#"),
    ] {
        let want = want.replace('#', &notice);
        let bytes = page.as_bytes();
        for (i, j) in (0..=bytes.len()).flat_map(|j| (0..=j).map(move |i| (i, j))) {
            let got = get(layer(), &[GPC], &[], &[&bytes[..i], &bytes[i..j], &bytes[j..]]);
            assert_eq!(got.page, want, "{page} cut at {i} and {j}");
        }
    }
    // Two layers, or a site that draws its own: one is enough.
    let shown = get(layer(), &[GPC], &[("gpc-status", "honored")], &[b"<html><body></body>"]);
    assert_eq!(shown.page, "<html><body></body>");
    assert_eq!(get(layer(), &[GPC], &[], &[b"<html><body></body>"]).headers["gpc-status"], "honored");
    assert!(!get(layer(), &[], &[], &[b"<html><body></body>"]).headers.contains_key("gpc-status"));
    // The page around a frame shows it.
    let framed = get(layer(), &[GPC, ("sec-fetch-dest", "iframe")], &[], &[b"<html><body></body>"]);
    assert_eq!(framed.page, "<html><body></body>");
    assert!(framed.headers["vary"].to_str().unwrap().contains("sec-fetch-dest"), "{:?}", framed.headers);
}

#[test]
fn the_page_is_the_same_wherever_it_is_cut() {
    let page = page();
    let bytes = page.as_bytes();
    let layer = GpcLayer::new().status(StatusNotice::default());
    let whole = get(layer.clone(), &[GPC], &[], &[bytes]).page;
    assert_eq!(short(&whole).matches("{guard}").count(), 1);
    for cut in 0..=bytes.len() {
        assert_eq!(get(layer.clone(), &[GPC], &[], &[&bytes[..cut], &bytes[cut..]]).page, whole, "{cut}");
    }
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(get(layer, &[GPC], &[], &single).page, whole);
}

#[test]
fn what_is_added_shows_in_the_validator() {
    let tag = |layer: GpcLayer| get(layer, &[GPC], &[("etag", "\"v\"")], &[b"<html>"]).headers["etag"].clone();
    let guard = tag(GpcLayer::new());
    assert_eq!(guard, tag(GpcLayer::new()));
    let others = [
        GpcLayer::new().guard(false).unwrap(),
        GpcLayer::new().status(StatusNotice::default()),
        GpcLayer::new().own_path("/other").unwrap(),
        GpcLayer::new().tighten_csp(["cdn.shop.example"]).unwrap(),
        GpcLayer::new().policy(Policy::new().vendor("meta-pixel", tower_gpc::policy::Action::Restrict)).unwrap(),
        GpcLayer::new().answers(tower_gpc::answer::Answers::default().notice_given(true)),
    ];
    for other in others {
        assert_ne!(tag(other), guard);
    }
}

#[test]
fn xhtml_pages_stay_well_formed() {
    let page = "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>a</title></head><body/></html>";
    let got = get(GpcLayer::new(), &[GPC], &[("content-type", "application/xhtml+xml")], &[page.as_bytes()]);
    assert_eq!(short(&got.page), page.replace("<head>", "<head>{guard}"));
    let script = got.page.split_once("<script").unwrap().1;
    let text = script.split_once(">//<![CDATA[\n").unwrap().1.split_once("\n//]]></script>").unwrap().0;
    assert!(!text.contains("]]>"));
}

#[test]
fn the_bridge_is_for_those_who_are_not_opted_out() {
    let layer = || GpcLayer::new().bridge(true);
    let head = [("etag", "\"v\""), ("content-length", "999"), ("last-modified", "Mon, 23 Nov 2026 00:00:00 GMT")];
    let got = get(layer(), &[], &head, &[page().as_bytes()]);
    assert_eq!(short(&got.page), page().replace("<head>", "<head>{bridge}"));
    for gone in ["etag", "content-length", "last-modified"] {
        assert!(!got.headers.contains_key(gone), "{gone}");
    }
    assert_eq!(got.guarded, None, "nothing is reported of a page that loses nothing");
    assert_eq!(short(&get(layer(), &[GPC], &[], &[page().as_bytes()]).page), page().replace("<head>", "<head>{guard}"));
    let nonce = get(layer(), &[], &[(POLICY, "script-src 'nonce-abc'")], &[PAGE.as_bytes()]);
    assert!(nonce.page.contains("<head><script nonce=\"abc\">"));
    let file = get(layer(), &[], &[(POLICY, "script-src 'self'")], &[PAGE.as_bytes()]);
    assert!(file.page.contains("<head><script src=\"/.gpc/bridge.js\"></script>"));
    let refused = get(layer(), &[], &[(POLICY, "script-src https://cdn.example")], &[PAGE.as_bytes()]);
    assert_eq!(refused.page, PAGE);
    // Loaded again, what came of a form would send that once more.
    let sent = ask("POST", layer(), &[], &head, &[PAGE.as_bytes()]);
    assert_eq!((&*sent.page, sent.headers.contains_key("etag")), (PAGE, true));
}

#[test]
fn a_tightened_policy_stands_beside_the_pages_own() {
    let layer = || GpcLayer::new().tighten_csp(["cdn.shop.example"]).unwrap();
    let ours = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: mediastream: cdn.shop.example";
    let policies = |got: &Got| -> Vec<String> {
        got.headers.get_all(POLICY).iter().map(|policy| policy.to_str().unwrap().to_owned()).collect()
    };
    let strict = (POLICY, "script-src 'nonce-abc'");
    let got = get(layer(), &[GPC], &[strict], &[page().as_bytes()]);
    assert_eq!(policies(&got), ["script-src 'nonce-abc'", ours]);
    // It lets the guard in, whatever way the page's own leaves open.
    assert_eq!(got.guarded, Some(Guarded::Inline));
    let got = get(layer(), &[GPC], &[(POLICY, "script-src 'self'")], &[page().as_bytes()]);
    assert_eq!(got.guarded, Some(Guarded::File));
    // A page that cannot be filtered needs it most.
    let got = get(layer(), &[GPC], &[("content-encoding", "compress")], &[page().as_bytes()]);
    assert_eq!((policies(&got), &*got.page), (vec![ours.to_owned()], &*page()));
    // Nobody else is touched, and neither is what is no page.
    assert_eq!(policies(&get(layer(), &[], &[strict], &[page().as_bytes()])), ["script-src 'nonce-abc'"]);
    assert_eq!(policies(&get(layer(), &[GPC], &[("content-type", "application/json")], &[b"{}"])), [""; 0]);
    let observed = layer().policy(Policy::new().report_only(true)).unwrap();
    assert_eq!(policies(&get(observed, &[GPC], &[], &[page().as_bytes()])), [""; 0]);
}

#[test]
fn a_policy_that_comes_with_a_304_is_tightened_too() {
    let etag = ("etag", "\"v\"");
    let layer = || GpcLayer::new().tighten_csp(["cdn.shop.example"]).unwrap();
    let page = get(layer(), &[GPC], &[etag], &[PAGE.as_bytes()]);
    let held = page.headers["etag"].to_str().unwrap().to_owned();
    for (policy, want) in [(Some("img-src *"), 2), (None, 0)] {
        let policy: Vec<_> = policy.map(|policy| (POLICY, policy)).into_iter().collect();
        let got = revalidate(layer(), &held, &[&[etag][..], &policy].concat());
        assert_eq!(got.get_all(POLICY).iter().count(), want);
    }
}

/// The head of a 304 for an opted-out browser that holds a page with this validator.
fn revalidate(layer: GpcLayer, held: &str, head: &[(&str, &str)]) -> HeaderMap {
    let mut response = Response::builder().status(304);
    for (name, value) in head {
        response = response.header(*name, *value);
    }
    let response = Mutex::new(Some(response.body(String::new()).unwrap()));
    let service = layer.layer(tower::service_fn(move |request: Request<()>| {
        assert_eq!(request.headers()["if-none-match"], "\"v\"");
        let response = response.lock().unwrap().take().unwrap();
        async move { Ok::<_, Infallible>(response) }
    }));
    let request = Request::get("/").header("sec-gpc", "1").header("if-none-match", held);
    let request = request.header("sec-fetch-dest", "document").body(()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let response = runtime.block_on(service.oneshot(request)).unwrap();
    assert_eq!(response.status(), 304);
    response.headers().clone()
}

#[cfg(feature = "gzip")]
#[test]
fn a_page_that_comes_coded_gets_the_same() {
    use tower_http::compression::CompressionLayer;
    use tower_http::decompression::DecompressionLayer;

    for (field, bridge, want) in [("1", false, "{guard}"), ("0", true, "{bridge}")] {
        let site = tower::service_fn(async |_: Request<String>| {
            Response::builder().header("content-type", "text/html").body(page())
        });
        let coded = CompressionLayer::new().layer(site);
        let service = DecompressionLayer::new().layer(GpcLayer::new().bridge(bridge).layer(coded));
        let request = Request::get("/").header("sec-gpc", field).body(String::new()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let bytes = runtime.block_on(async {
            let response = service.oneshot(request).await.unwrap();
            response.into_body().collect().await.unwrap().to_bytes()
        });
        let got = short(std::str::from_utf8(&bytes).unwrap());
        assert_eq!(got, page().replace("<head>", &format!("<head>{want}")));
    }
}

#[test]
fn a_page_that_is_saved_loses_its_tags_and_gets_nothing() {
    let layer = || GpcLayer::new().status(StatusNotice::default()).bridge(true);
    for (disposition, saved) in [
        ("attachment", true),
        ("Attachment; filename=\"report.html\"", true),
        ("inline; filename=\"attachment.html\"", false),
        ("filename=attachment", false),
    ] {
        let head = [("content-disposition", disposition), ("etag", "\"a\"")];
        let out = get(layer(), &[GPC], &head, &[page().as_bytes()]);
        assert_eq!(out.page == PAGE, saved, "{disposition}: {}", out.page);
        assert_eq!(out.headers.contains_key("gpc-status"), !saved, "{disposition}");
        let before = get(layer(), &[], &head, &[page().as_bytes()]);
        assert_eq!(before.page == page(), saved, "{disposition}: {}", before.page);
        assert_eq!(before.headers.contains_key("etag"), saved, "{disposition}");
    }
}
