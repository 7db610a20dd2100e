//! What a page costs while it streams, however long it is and whatever in it never ends.
//!
//! In a process of its own, so that its peak is ours. The pages are made as they are read.

// Always true here; it tells clippy that helpers are tests too.
#![cfg(test)]

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use allocation_counter::{AllocationInfo, measure};
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use tower::{Layer, Service};
use tower_gpc::html::{FilterOptions, TagFilter};
use tower_gpc::middleware::Outcome;
use tower_gpc::policy::Rules;
use tower_gpc::{Catalog, GpcLayer, Policy};

const CHUNK: usize = 16 * 1024;
const TRACKER: &str = "<script src=\"https://connect.facebook.net/en_US/fbevents.js\"></script>";

/// What the layer holds back by default.
const HELD: usize = 64 * 1024;

/// The peak of the process is of one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A body that is made as it is read: some text, something over and over, some text.
struct Made {
    parts: VecDeque<(Arc<[u8]>, usize)>,
}

impl Made {
    fn new<const N: usize>(parts: [(&[u8], usize); N]) -> Self {
        Self { parts: parts.into_iter().map(|(text, times)| (text.into(), times)).collect() }
    }
}

impl Body for Made {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        while self.parts.front().is_some_and(|(_, times)| *times == 0) {
            self.parts.pop_front();
        }
        Poll::Ready(self.parts.front_mut().map(|(text, times)| {
            *times -= 1;
            // A buffer of its own, as a server reads each.
            Ok(Frame::data(Bytes::copy_from_slice(text)))
        }))
    }
}

/// What became of a body, and what it cost meanwhile.
struct Streamed {
    bytes: u64,
    outcome: Outcome,
    heap: AllocationInfo,
    /// How much more memory the process ever had, where the system tells.
    resident: Option<u64>,
}

/// Sends a body to an opted-out browser that throws it away; `heed` is told of what goes in and comes out.
fn stream(body: Made, coding: Option<&'static str>, mut heed: impl FnMut(&[u8])) -> Streamed {
    let said: Arc<Mutex<Vec<Outcome>>> = Arc::default();
    let layer = {
        let said = Arc::clone(&said);
        GpcLayer::new().on_report(move |_, outcome| said.lock().unwrap().push(outcome.clone()))
    };
    // The catalog is compiled once for the process.
    LazyLock::force(&RULES);
    let mut bytes = 0;
    let idle = reset_peak();
    let heap = measure(|| {
        let cx = &mut Context::from_waker(Waker::noop());
        let mut response = Response::builder().header("content-type", "text/html");
        if let Some(coding) = coding {
            response = response.header("content-encoding", coding);
        }
        let mut response = Some(response.body(body).unwrap());
        let inner = tower::service_fn(|_| std::future::ready(Ok::<_, Infallible>(response.take().unwrap())));
        let request = Request::builder().header("sec-gpc", "1").body(()).unwrap();
        let mut service = layer.layer(inner);
        let Poll::Ready(Ok(response)) = pin!(service.call(request)).poll(cx) else { panic!("no response") };
        let mut body = pin!(response.into_body());
        loop {
            match body.as_mut().poll_frame(cx) {
                Poll::Ready(Some(frame)) => {
                    let data = frame.unwrap().into_data().unwrap();
                    bytes += data.len() as u64;
                    heed(&data);
                }
                Poll::Ready(None) => break,
                Poll::Pending => {}
            }
        }
    });
    let resident = idle.and_then(|idle| Some(status("VmHWM:")?.saturating_sub(idle)));
    let outcome = said.lock().unwrap().pop().unwrap();
    Streamed { bytes, outcome, heap, resident }
}

static RULES: LazyLock<Arc<Rules>> =
    LazyLock::new(|| Arc::new(Rules::new(Catalog::builtin().clone(), &Policy::default()).unwrap()));

/// Makes the peak of the process what it has now, and says how much that is.
fn reset_peak() -> Option<u64> {
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    status("VmRSS:")
}

/// A field of the process's status, in bytes.
fn status(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// Every byte of the page is seen and leaves, but for its trackers. The bulk is text, which costs an unoptimised build little
/// time; the tags are cut by the chunks' ends, wherever those fall.
#[test]
fn a_page_of_a_gibibyte_streams_within_8_mib() {
    const MOST: u64 = 8 << 20;
    let _alone = alone();
    let mut unit = format!(
        "<p class=\"a\">Shoes &amp; socks</p><img src=/a.png alt='>'>{TRACKER}<script>shop('x')</script><style>p {{ }}</style><p>"
    )
    .into_bytes();
    unit.resize(CHUNK + 7, b'x');
    unit.extend_from_slice(b"</p>\n");
    let times = (1 << 30) / unit.len() + 1;

    // Every chunk but the last begins and ends inside of the tracker's tag.
    let mut turned = unit.clone();
    turned.rotate_left(100);
    let (head, tail) = (&unit[..100], &turned[..turned.len() - 100]);
    let page = Made::new([(head, 1), (&turned, times - 1), (tail, 1)]);
    let plain = stream(page, None, |_| {});
    check(&plain, times, unit.len());

    let member = gzip(&unit.repeat(64));
    let coded = stream(Made::new([(&member, times / 64)]), Some("gzip"), |_| {});
    check(&coded, times / 64 * 64, unit.len());
    assert!(coded.bytes < 1 << 26, "{} bytes of gzip", coded.bytes);

    fn check(streamed: &Streamed, times: usize, length: usize) {
        let report = streamed.outcome.report();
        assert_eq!((streamed.outcome.reason(), report.total()), (None, times as u64));
        assert_eq!(report.bytes_in(), (times * length) as u64);
        assert_eq!(report.bytes_out(), (times * (length - TRACKER.len())) as u64);
        let (heap, resident) = (streamed.heap.bytes_max, streamed.resident);
        println!("{} MiB: peak {heap} bytes of heap, {resident:?} bytes resident", report.bytes_in() >> 20);
        assert!(heap <= MOST, "{heap}");
        assert!(resident.is_none_or(|resident| resident <= MOST), "{resident:?}");
    }
}

fn gzip(page: &[u8]) -> Vec<u8> {
    use http_body_util::{BodyExt, Full};
    use tower::ServiceExt;

    let page = Bytes::copy_from_slice(page);
    let inner = tower::service_fn(move |_: Request<()>| {
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::new(page.clone()))))
    });
    let service = tower_http::compression::CompressionLayer::new().layer(inner);
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
        let request = Request::builder().header("accept-encoding", "gzip").body(()).unwrap();
        service.oneshot(request).await.unwrap().into_body().collect().await.unwrap().to_bytes().to_vec()
    })
}

/// What never ends: how it begins, what it goes on with, how it ends if it does, and whether it is held back at first.
const ENDLESS: [(&str, &str, &str, &str, bool); 19] = [
    ("a tag's name", "<a", "a", ">", false),
    ("a tag", "<script ", "a='b' c\n", ">x</script>", true),
    ("an attribute's name", "<img ", "a", ">", true),
    ("a quoted value", "<img alt=\"", "> ", "\">", true),
    ("an unquoted value", "<img alt=", "x", ">", true),
    ("a URL", "<script src='//connect.facebook.net/", "x", "'></script>", true),
    ("a srcset", "<img srcset='", "//a.test/ 1x, //bat.bing.com 2x, ", "'>", true),
    ("a tag of no interest", "<p title='", "> ", "'>", false),
    ("an end tag", "</p ", "a ", ">", false),
    ("a comment", "<!--", "- <p>", "-->", false),
    ("a bogus comment", "<!x", " ", ">", false),
    ("a doctype", "<!doctype html ", "'public'", ">", false),
    ("CDATA", "<svg><![CDATA[", "<p>]]", "]]></svg>", false),
    ("an inline script", "<script>", "let a = '<p>';", "</script>", true),
    ("an escaped script", "<script><!--", "<script>x</script>", "--></script>", true),
    ("a style", "<style>", "p { } </p>", "</style>", false),
    ("a title", "<title>", "</titles> ", "</title>", false),
    ("a comment in noscript", "<noscript><!--", "- <p>", "--></noscript>", false),
    ("nested svg", "", "<svg>", "", false),
];

#[test]
fn what_never_ends_is_passed_on_at_the_bound_and_what_follows_is_filtered() {
    const LENGTH: usize = 16 << 20;
    const MOST: u64 = 1 << 20;
    let _alone = alone();
    for (what, start, middle, end, held) in ENDLESS {
        let started = Instant::now();
        let filler = middle.repeat(CHUNK / middle.len());
        let times = LENGTH / filler.len();
        let length = start.len() + times * filler.len();
        let (mut out, mut last) = (0, Vec::new());
        let heed = |data: &[u8]| {
            out += data.len();
            last.extend_from_slice(&data[data.len().saturating_sub(256)..]);
            last.drain(..last.len().saturating_sub(256));
        };
        let rest = format!("{end}{}<p>rest</p>{TRACKER}", if what == "nested svg" { "</svg>" } else { "" });
        let parts = [(start.as_bytes(), 1), (filler.as_bytes(), times), (rest.as_bytes(), 1)];
        let ended = stream(Made::new(parts), None, heed);
        let report = ended.outcome.report();
        println!("{what}: peak {} bytes of heap, {:?}", ended.heap.bytes_max, started.elapsed());
        let want = length + rest.len() - TRACKER.len();
        assert_eq!((report.total(), report.bytes_out()), (1, want as u64), "{what}");
        assert_eq!(report.over_limit(), u32::from(held), "{what}");
        assert!(last.ends_with(b"<p>rest</p>"), "{what}: {}", last.escape_ascii());
        assert!(ended.heap.bytes_max <= MOST, "{what}: {} bytes", ended.heap.bytes_max);
    }
}

/// The first bytes leave once no more may be held, and from then on nothing waits.
#[test]
fn no_more_than_the_limit_waits_at_any_time() {
    for (what, start, middle, _, held) in ENDLESS {
        let mut filter = TagFilter::new(Arc::clone(&RULES), FilterOptions::default());
        let (mut out, mut waited) = (VecDeque::new(), 0);
        let chunk = Bytes::from(middle.repeat(1000 / middle.len()));
        let (mut bytes_in, mut bytes_out) = (0, 0);
        for chunk in std::iter::once(Bytes::from(start)).chain(std::iter::repeat_n(chunk, 200)) {
            bytes_in += chunk.len();
            filter.push(chunk, &mut out);
            bytes_out += out.drain(..).map(|piece| piece.len()).sum::<usize>();
            waited = waited.max(bytes_in - bytes_out);
            assert!(bytes_in - bytes_out <= HELD, "{what}");
            assert!(bytes_in <= HELD + 1000 || bytes_out == bytes_in, "{what}: {} wait", bytes_in - bytes_out);
        }
        assert_eq!(waited > HELD - 1000, held, "{what}: {waited} waited");
        filter.finish(&mut out);
        assert_eq!(bytes_out + out.iter().map(Bytes::len).sum::<usize>(), bytes_in, "{what}");
    }
}

/// Whatever is held is looked at once: twice as much in single bytes takes twice the time, and no more copies.
#[test]
fn a_script_of_800_kb_in_single_bytes_costs_linear_time() {
    let _alone = alone();
    let options = FilterOptions { held_limit: 4 << 20, ..FilterOptions::default() };
    let run = |length: usize| {
        let page = Bytes::from(format!("<script>{}</script>rest", "let a = '<p>';\n".repeat(length / 15)));
        // A buffer that more than one already points into.
        let _page = page.clone();
        let mut out = VecDeque::with_capacity(16);
        let (mut filter, mut took) = (TagFilter::new(Arc::clone(&RULES), options), Duration::ZERO);
        let heap = measure(|| {
            let start = Instant::now();
            for at in 0..page.len() {
                filter.push(page.slice(at..at + 1), &mut out);
            }
            filter.finish(&mut out);
            took = start.elapsed();
        });
        assert!(out.iter().flatten().eq(&page) && filter.report().over_limit() == 0);
        (took, heap)
    };
    let (mut short, mut long) = (Duration::MAX, Duration::MAX);
    let linear = (0..20).any(|_| {
        let ((half, few), (whole, many)) = (run(400_000), run(800_000));
        assert!(many.bytes_total <= 2 * few.bytes_total + CHUNK as u64, "{} and {}", few.bytes_total, many.bytes_total);
        assert!(many.count_total <= few.count_total + 2, "{} and {}", few.count_total, many.count_total);
        (short, long) = (short.min(half), long.min(whole));
        long < 3 * short
    });
    assert!(linear, "{short:?} and {long:?}");
}
