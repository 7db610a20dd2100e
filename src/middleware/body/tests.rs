use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use http::Response;

use super::*;
use crate::middleware::Reason;
use crate::middleware::testing::{Act, FILTERED, PAGE, Said, Script, answer, drain, get, head, html, opted_out};

fn data(text: &str) -> Act {
    Act::Data(Bytes::copy_from_slice(text.as_bytes()))
}

fn poll<B: Body>(body: Pin<&mut GpcBody<B>>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
    body.poll_frame(&mut Context::from_waker(Waker::noop()))
}

fn filtered(said: &Said, body: Script) -> GpcBody<Script> {
    answer(&said.layer(), opted_out(), html(body)).into_body()
}

fn observed(said: &Said, response: Response<Script>) -> GpcBody<Script> {
    let layer = said.layer().policy(crate::policy::Policy::new().report_only(true)).unwrap();
    answer(&layer, opted_out(), response).into_body()
}

#[test]
fn a_body_that_passes_is_the_same_bytes_at_the_same_place() {
    let said = Said::default();
    let trailers = head(&[("repr-digest", "sha-256=:AA==:"), ("server-timing", "x")]);
    let chunks = [Bytes::from(PAGE.to_owned()), Bytes::from_static(b"")];
    let mut acts: Vec<_> = chunks.iter().cloned().map(Act::Data).collect();
    acts.insert(1, Act::Pending);
    acts.push(Act::Trailers(trailers.clone()));
    let script = Script::new(acts).knowing();
    let mut body = pin!(answer(&said.layer(), get(&[]), html(script)).into_body());
    assert_eq!(body.size_hint().exact(), Some(PAGE.len() as u64));
    let Poll::Ready(Some(Ok(frame))) = poll(body.as_mut()) else { panic!() };
    let first = frame.into_data().unwrap();
    assert_eq!((first.as_ptr(), first.len()), (chunks[0].as_ptr(), chunks[0].len()));
    assert!(poll(body.as_mut()).is_pending());
    let Poll::Ready(Some(Ok(frame))) = poll(body.as_mut()) else { panic!() };
    assert!(frame.into_data().unwrap().is_empty(), "as it came, empty frames too");
    assert!(!body.is_end_stream());
    let Poll::Ready(Some(Ok(frame))) = poll(body.as_mut()) else { panic!() };
    assert_eq!(frame.into_trailers().unwrap(), trailers);
    assert!(body.is_end_stream());
    assert!(said.take().is_empty());
}

#[test]
fn a_filtered_body_is_the_same_wherever_the_page_is_cut() {
    let said = Said::default();
    let page = PAGE.as_bytes();
    for (i, j) in (0..=page.len()).flat_map(|j| (0..=j).map(move |i| (i, j))) {
        let script = Script::chunks([&page[..i], &page[i..j], &page[j..]]);
        drain(filtered(&said, if i % 2 == 0 { script } else { script.knowing() })).assert_text(FILTERED);
        said.once(1, None);
    }
}

#[test]
fn the_safe_bytes_of_a_frame_leave_with_it() {
    let said = Said::default();
    let mut body = pin!(filtered(&said, Script::new([data("<p>one</p><scr"), Act::Pending, data("ipt>x</script>")])));
    let Poll::Ready(Some(Ok(frame))) = poll(body.as_mut()) else { panic!() };
    assert_eq!(frame.into_data().unwrap(), "<p>one</p>");
    assert!(poll(body.as_mut()).is_pending());
    assert!(matches!(poll(body.as_mut()), Poll::Ready(Some(Ok(_)))));
}

#[test]
fn a_filtered_body_has_no_size_until_it_is_done() {
    let said = Said::default();
    let mut body = pin!(filtered(&said, Script::chunks([PAGE.as_bytes()]).knowing()));
    assert_eq!((body.size_hint().lower(), body.size_hint().upper()), (0, None));
    let mut left = FILTERED.len();
    while let Poll::Ready(Some(Ok(frame))) = poll(body.as_mut()) {
        left -= frame.into_data().unwrap().len();
        assert_eq!(body.size_hint().exact(), Some(left as u64), "the inner body told its end");
        assert_eq!(body.is_end_stream(), left == 0);
    }
    assert_eq!(left, 0);
}

#[test]
fn an_empty_page_is_over_at_once() {
    let said = Said::default();
    let body = filtered(&said, Script::default().knowing());
    assert!(body.is_end_stream());
    assert_eq!(body.size_hint().exact(), Some(0));
    said.once(0, None);
    assert!(drain(body).frames.is_empty());
    assert!(drain(filtered(&said, Script::chunks([&b""[..], b""]))).frames.is_empty());
    said.once(0, None);
}

#[test]
fn trailers_follow_without_what_speaks_of_the_old_bytes() {
    let said = Said::default();
    let trailers = head(&[("content-digest", "sha-256=:AA==:"), ("server-timing", "x"), ("etag", "\"v1\"")]);
    let script = Script::new([data("<p>"), data("<di"), Act::Trailers(trailers)]);
    let drained = drain(filtered(&said, script));
    drained.assert_text("<p><di");
    let trailers = drained.trailers.unwrap();
    assert_eq!(trailers["server-timing"], "x");
    assert!(trailers["etag"].to_str().unwrap().starts_with("W/\"v1"), "RFC 9110 8.8.3: may come as a trailer");
    assert!(!trailers.contains_key("content-digest"));
    said.once(0, None);

    let only_digest = Script::new([data("<p>"), Act::Trailers(head(&[("repr-digest", "sha-256=:AA==:")]))]);
    assert!(drain(filtered(&said, only_digest)).trailers.is_none());
}

#[test]
fn an_error_comes_after_everything_that_came_before_it() {
    let said = Said::default();
    for cut in 0..PAGE.len() {
        let script = Script::new([data(&PAGE[..cut]), Act::Error]);
        let got = drain(filtered(&said, script));
        assert_eq!(got.error, Some("broken"));
        // The filter's own word for a page that ends here.
        let want = drain(filtered(&said, Script::new([data(&PAGE[..cut])])));
        assert_eq!(got.data(), want.data(), "{}", &PAGE[..cut]);
        let reasons: Vec<_> = said.take().iter().map(|outcome| outcome.reason()).collect();
        assert_eq!(reasons, [Some(Reason::BodyError), None]);
    }
}

#[test]
fn behind_an_error_the_inner_body_is_left_alone() {
    let said = Said::default();
    let script = Script::new([data("<p>one</p><scr"), Act::Error, data("ipt>two")]);
    let polls = script.polls();
    let mut body = pin!(filtered(&said, script));
    let mut got = Vec::new();
    loop {
        match poll(body.as_mut()) {
            Poll::Ready(Some(Ok(frame))) => got.extend(frame.into_data().unwrap()),
            Poll::Ready(Some(Err(error))) => break assert_eq!(error, "broken"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(got, b"<p>one</p><scr");
    assert!(body.is_end_stream());
    for _ in 0..3 {
        assert!(matches!(poll(body.as_mut()), Poll::Ready(None)));
    }
    assert_eq!(polls.load(Ordering::Relaxed), 2);
    said.once(0, Some(Reason::BodyError));
}

#[test]
fn a_client_that_leaves_takes_the_inner_body_with_it() {
    type Make = fn(&Said, Script) -> GpcBody<Script>;
    let bodies: [(&str, Make); 3] = [
        ("filtered", filtered),
        ("observed", |said, script| observed(said, html(script))),
        ("passed", |said, script| answer(&said.layer(), get(&[]), html(script)).into_body()),
    ];
    for (what, make) in bodies {
        for polls in 0..8 {
            let said = Said::default();
            // Inside of a tag that is held back, too.
            let acts = [data("<p>one</p><scr"), Act::Pending, data("ipt>two"), Act::Pending, data(PAGE), Act::Pending];
            let script = Script::new(acts.into_iter().cycle().take(60));
            let asked = script.polls();
            let mut body = Box::pin(make(&said, script));
            (0..polls).for_each(|_| drop(poll(body.as_mut())));
            assert_eq!(Arc::strong_count(&asked), 2, "it is there");
            let before = asked.load(Ordering::Relaxed);
            drop(body);
            assert_eq!(Arc::strong_count(&asked), 1, "{what}, after {polls} polls");
            assert_eq!(asked.load(Ordering::Relaxed), before, "{what}: dropped, not read to its end");
            let want = if what == "passed" { &[][..] } else { &[Some(Reason::Cancelled)] };
            assert!(said.take().iter().map(|outcome| outcome.reason()).eq(want.iter().copied()), "{what}");
        }
    }
}

#[test]
fn what_a_body_did_is_said_once_also_when_it_is_dropped() {
    let said = Said::default();
    drop(filtered(&said, Script::chunks([PAGE.as_bytes()])));
    said.once(0, Some(Reason::Cancelled));

    let mut body = Box::pin(filtered(&said, Script::new([data(PAGE), Act::Pending, data(PAGE)])));
    assert!(poll(body.as_mut()).is_ready());
    assert!(said.take().is_empty(), "it goes on");
    drop(body);
    said.once(1, Some(Reason::Cancelled));

    let mut body = Box::pin(filtered(&said, Script::chunks([PAGE.as_bytes()])));
    while !matches!(poll(body.as_mut()), Poll::Ready(None)) {}
    assert!(poll(body.as_mut()).is_ready());
    said.once(1, None);
    drop(body);
    assert!(said.take().is_empty());
}

#[test]
fn a_body_that_is_pending_a_thousand_times_gets_through() {
    let said = Said::default();
    let wait = || std::iter::repeat_n(Act::Pending, 1000);
    let acts = wait().chain([data(&PAGE[..50])]).chain(wait()).chain([data(&PAGE[50..])]).chain(wait());
    let drained = drain(filtered(&said, Script::new(acts)));
    drained.assert_text(FILTERED);
    assert!(drained.polls >= 3000);
}

#[test]
fn a_flood_of_tiny_frames_inside_a_tag_lets_others_run() {
    let said = Said::default();
    let page = format!("<p title=\"{}\">", "x".repeat(5000));
    let script = Script::chunks(page.as_bytes().chunks(1));
    let polls = script.polls();
    let mut body = pin!(filtered(&said, script));
    let (mut got, mut before) = (Vec::new(), 0);
    loop {
        let polled = poll(body.as_mut());
        let now = polls.load(Ordering::Relaxed);
        assert!(now - before <= 8, "{} polls in one", now - before);
        before = now;
        match polled {
            Poll::Pending => {}
            Poll::Ready(Some(frame)) => got.extend(frame.unwrap().into_data().unwrap()),
            Poll::Ready(None) => break,
        }
    }
    assert_eq!(got, page.as_bytes());
}

#[test]
fn a_utf_16_page_that_claims_to_be_something_else_passes_and_is_counted() {
    let said = Said::default();
    for mark in [[0xFE, 0xFF], [0xFF, 0xFE]] {
        let page = [&mark[..], PAGE.as_bytes()].concat();
        for cut in 0..5 {
            let body = Script::chunks([&page[..cut], b"", &page[cut..]]);
            assert_eq!(drain(filtered(&said, body)).data(), page, "cut at {cut}");
            said.once(0, Some(Reason::Utf16));
            let body = Script::chunks([&page[..cut], &page[cut..]].into_iter().filter(|chunk| !chunk.is_empty()));
            assert_eq!(drain(observed(&said, html(body))).data(), page);
            said.once(0, Some(Reason::Utf16));
        }
    }
    for start in [&[0xEF, 0xBB, 0xBF][..], &[0xFE], &[0xFF], &[0xFF, 0xFF], &[0xFE, 0xFE, 0xFF], b"\0"] {
        let (page, want) = ([start, PAGE.as_bytes()].concat(), [start, FILTERED.as_bytes()].concat());
        for cut in 0..5 {
            let body = Script::chunks([&page[..cut], &page[cut..]]);
            assert_eq!(drain(filtered(&said, body)).data(), want, "{start:?}");
            said.once(1, None);
        }
    }
    for lone in [[0xFE], [0xFF]] {
        assert_eq!(drain(filtered(&said, Script::chunks([&lone[..]]))).data(), lone);
        said.once(0, None);
    }
}

#[test]
fn an_observed_body_is_the_same_bytes_and_is_counted() {
    let said = Said::default();
    let trailers = head(&[("content-digest", "sha-256=:AA==:")]);
    let chunk = Bytes::from(PAGE.to_owned());
    let acts = [Act::Data(chunk.clone()), Act::Pending, Act::Trailers(trailers.clone())];
    let drained = drain(observed(&said, html(Script::new(acts))));
    assert_eq!((drained.frames[0].as_ptr(), drained.frames[0].len()), (chunk.as_ptr(), chunk.len()));
    assert_eq!(drained.trailers, Some(trailers));
    let outcomes = said.take();
    assert_eq!((outcomes.len(), outcomes[0].report().total(), outcomes[0].is_observed()), (1, 1, true));

    let mut body = pin!(observed(&said, html(Script::new([data(PAGE), Act::Pending]))));
    assert!(poll(body.as_mut()).is_ready());
    let Kind::Observe { pipeline, .. } = &body.kind else { panic!() };
    assert_eq!(pipeline.queued(), 0, "nothing is kept of it");

    let drained = drain(observed(&said, html(Script::new([data(PAGE), Act::Error]))));
    assert_eq!(drained.error, Some("broken"));
    said.once(1, Some(Reason::BodyError));
}

#[test]
fn a_server_that_stops_at_the_announced_length_has_not_cancelled() {
    let said = Said::default();
    let script = Script::chunks([PAGE.as_bytes()]);
    for script in [script.clone().knowing(), script.sized()] {
        let mut body = Box::pin(observed(&said, html(script)));
        assert_eq!(body.size_hint().exact(), Some(PAGE.len() as u64));
        assert!(poll(body.as_mut()).is_ready());
        drop(body);
        said.once(1, None);
    }
}

#[test]
fn our_own_body_is_one_frame() {
    let body = GpcBody::<Script>::own(Bytes::from_static(b"x"));
    assert_eq!(body.size_hint().exact(), Some(1));
    drain(body).assert_text("x");
    assert!(GpcBody::<Script>::own(Bytes::new()).is_end_stream());
}

#[test]
fn a_body_that_passes_pays_for_no_filter() {
    let inner = size_of::<axum::body::Body>();
    assert!(size_of::<GpcBody<axum::body::Body>>() <= inner + 16, "{}", size_of::<GpcBody<axum::body::Body>>());
}

#[test]
fn everything_may_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<GpcBody<http_body_util::Full<Bytes>>>();
    crosses::<crate::middleware::Gpc<()>>();
    crosses::<crate::middleware::ResponseFuture<()>>();
    crosses::<crate::middleware::Outcome>();
    crosses::<crate::GpcLayer>();
}

/// Bodies in each content coding that is compiled in.
#[cfg(any(feature = "br", feature = "deflate", feature = "gzip", feature = "zstd"))]
mod coded {
    use bytes::BytesMut;

    use super::*;
    use crate::coding::{Coding, Recoder, Step};
    use crate::middleware::testing::{Drained, respond};

    fn codings() -> impl Iterator<Item = (&'static str, Coding)> {
        let coding = |token: &'static str| (token, Coding::of([token.as_bytes()].into_iter()).unwrap());
        Coding::supported().iter().filter(|token| **token != "identity").map(move |&token| coding(token))
    }

    /// A whole stream, by somebody else's encoder.
    fn foreign(token: &'static str, text: &'static str) -> Bytes {
        use http_body_util::{BodyExt, Full};
        use tower::{Layer, ServiceExt};

        let inner = tower::service_fn(move |_: http::Request<()>| {
            std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(Full::new(Bytes::from_static(
                text.as_bytes(),
            )))))
        });
        let service = tower_http::compression::CompressionLayer::new().layer(inner);
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            let response = service.oneshot(get(&[("accept-encoding", token)])).await.unwrap();
            assert_eq!(response.headers()["content-encoding"], token);
            response.into_body().collect().await.unwrap().to_bytes()
        })
    }

    /// A stream that is flushed behind each part, the last piece being its end.
    fn pack(coding: Coding, parts: &[&[u8]]) -> Vec<Bytes> {
        let token = codings().find(|&(_, other)| other == coding).unwrap().0;
        let mut recoder = Recoder::new(coding).unwrap();
        // A recoder ends what it writes if it has read a proper end.
        let mut seed = foreign(token, PAGE);
        while recoder.decode(&mut seed, &mut BytesMut::new()) != Step::End {}
        let mut out = BytesMut::new();
        let mut packed: Vec<_> = parts
            .iter()
            .map(|part| {
                recoder.encode(part, &mut out);
                recoder.flush(&mut out);
                out.split().freeze()
            })
            .collect();
        recoder.finish(&mut out);
        packed.push(out.freeze());
        packed
    }

    fn unpack(coding: Coding, packed: &[u8]) -> (Vec<u8>, bool) {
        let mut decoder = Recoder::new(coding).unwrap();
        let (mut input, mut out) = (Bytes::copy_from_slice(packed), BytesMut::new());
        loop {
            match decoder.decode(&mut input, &mut out) {
                Step::More => {}
                step => return (out.to_vec(), step == Step::End),
            }
        }
    }

    fn coded(said: &Said, token: &'static str, body: Script) -> GpcBody<Script> {
        let fields = [("content-type", "text/html"), ("content-encoding", token)];
        answer(&said.layer(), opted_out(), respond(200, &fields, body)).into_body()
    }

    fn assert_page(coding: Coding, got: &Drained, want: &str) {
        let (text, ended) = unpack(coding, &got.data());
        assert_eq!(String::from_utf8_lossy(&text), want, "{coding:?}");
        assert!(ended, "{coding:?}");
    }

    #[test]
    fn a_coded_page_is_filtered_in_its_own_coding_wherever_it_is_cut() {
        let said = Said::default();
        for (token, coding) in codings() {
            let packed = pack(coding, &[PAGE.as_bytes()]).concat();
            for cut in 0..=packed.len() {
                let script = Script::chunks([&packed[..cut], &packed[cut..]]);
                let got = drain(coded(&said, token, if cut % 2 == 0 { script } else { script.knowing() }));
                assert_page(coding, &got, FILTERED);
                said.once(1, None);
            }
            let got = drain(coded(&said, token, Script::chunks(packed.chunks(1))));
            assert_page(coding, &got, FILTERED);
            said.once(1, None);
        }
    }

    #[test]
    fn pages_of_other_encoders_are_read() {
        let said = Said::default();
        for (token, coding) in codings() {
            let packed = foreign(token, PAGE);
            assert_page(coding, &drain(coded(&said, token, Script::chunks(packed.chunks(7)))), FILTERED);
            said.once(1, None);
        }
    }

    #[test]
    fn members_behind_each_other_are_one_page() {
        let said = Said::default();
        for (token, coding) in codings().filter(|(token, _)| matches!(*token, "gzip" | "zstd")) {
            let member = foreign(token, PAGE);
            let packed = [&member[..], &member].concat();
            for cut in 0..=packed.len() {
                let got = drain(coded(&said, token, Script::chunks([&packed[..cut], &packed[cut..]])));
                assert_page(coding, &got, &FILTERED.repeat(2));
                said.once(2, None);
            }
        }
    }

    #[test]
    fn what_a_frame_brought_is_flushed_with_it() {
        let said = Said::default();
        for (token, coding) in codings() {
            let packed = pack(coding, &[b"<p>one</p>", b"<p>two</p>"]);
            let acts = packed.iter().cloned().flat_map(|data| [Act::Data(data), Act::Pending]);
            let mut body = pin!(coded(&said, token, Script::new(acts)));
            let mut got = Vec::new();
            while let Poll::Ready(Some(Ok(frame))) = poll(body.as_mut()) {
                got.extend(frame.into_data().unwrap());
            }
            assert_eq!(unpack(coding, &got).0, b"<p>one</p>", "{coding:?}");
        }
    }

    #[test]
    fn a_page_that_is_cut_short_or_damaged_ends_without_an_end() {
        let said = Said::default();
        for (token, coding) in codings() {
            let packed = pack(coding, &[PAGE.as_bytes()]).concat();
            for cut in 1..packed.len() {
                let got = drain(coded(&said, token, Script::chunks([&packed[..cut]])));
                assert!(!got.frames.is_empty(), "empty would pass for whole");
                let (text, ended) = unpack(coding, &got.data());
                // What was held back is released as it came, so the last tag may be a torn one.
                assert!(!ended, "{coding:?} cut at {cut}: {:?}", String::from_utf8_lossy(&text));
                let outcomes = said.take();
                assert_eq!(outcomes.len(), 1);
                assert_eq!(outcomes[0].reason(), Some(Reason::Truncated), "{coding:?} cut at {cut}");
            }
            let mut found = 0;
            for at in 0..packed.len() {
                let mut damaged = packed.clone();
                damaged[at] ^= 0x55;
                let trailers = head(&[("server-timing", "x")]);
                let acts = [Act::Data(damaged.into()), Act::Pending, Act::Trailers(trailers)];
                let got = drain(coded(&said, token, Script::new(acts)));
                let outcomes = said.take();
                assert_eq!(outcomes.len(), 1);
                match outcomes[0].reason() {
                    None => assert!(unpack(coding, &got.data()).1, "{coding:?} damaged at {at}"),
                    Some(Reason::Corrupt | Reason::Truncated) => {
                        assert!(!unpack(coding, &got.data()).1, "{coding:?} damaged at {at}");
                        assert!(!got.frames.is_empty(), "{coding:?} damaged at {at}");
                        let corrupt = outcomes[0].reason() == Some(Reason::Corrupt);
                        found += usize::from(corrupt);
                        assert!(got.trailers.is_none() || !corrupt, "{coding:?} damaged at {at}");
                    }
                    Some(reason) => panic!("{reason}"),
                }
            }
            assert!(found > packed.len() / 3, "{coding:?}: {found} of {}", packed.len());
        }
    }

    #[test]
    fn an_error_behind_coded_bytes_comes_after_them() {
        let said = Said::default();
        for (token, coding) in codings() {
            let first = pack(coding, &[PAGE.as_bytes()]).remove(0);
            let got = drain(coded(&said, token, Script::new([Act::Data(first), Act::Error])));
            assert_eq!(got.error, Some("broken"));
            assert_eq!(unpack(coding, &got.data()), (FILTERED.into(), false));
            said.once(1, Some(Reason::BodyError));

            // A whole member, but another may have been to come.
            let whole = pack(coding, &[PAGE.as_bytes()]).concat();
            let got = drain(coded(&said, token, Script::new([Act::Data(whole.into()), Act::Error])));
            assert_eq!((got.error, unpack(coding, &got.data())), (Some("broken"), (FILTERED.into(), false)));
            said.once(1, Some(Reason::BodyError));
        }
    }

    #[test]
    fn an_error_comes_at_the_same_place_wherever_a_coded_page_breaks_off() {
        let said = Said::default();
        for (token, coding) in codings() {
            let packed = pack(coding, &[&PAGE.as_bytes()[..70], &PAGE.as_bytes()[70..]]).concat();
            for cut in 0..=packed.len() {
                let come = Bytes::copy_from_slice(&packed[..cut]);
                let got = drain(coded(&said, token, Script::new([Act::Data(come.clone()), Act::Pending, Act::Error])));
                assert_eq!((got.error, &got.trailers), (Some("broken"), &None), "{coding:?} cut at {cut}");
                let reasons: Vec<_> = said.take().iter().map(|outcome| outcome.reason()).collect();
                assert_eq!(reasons, [Some(Reason::BodyError)]);
                // As much of the page as can be read, as the filter leaves it where it ends there.
                let (page, _) = unpack(coding, &come);
                let want = drain(filtered(&said, Script::chunks([&page[..]]))).data();
                said.take();
                let (text, ended) = unpack(coding, &got.frames.concat());
                assert_eq!((text.escape_ascii().to_string(), ended), (want.escape_ascii().to_string(), false), "{cut}");
            }
        }
    }

    #[test]
    fn a_client_that_leaves_a_coded_page_takes_the_inner_body_with_it() {
        let megabyte = vec![b' '; 1 << 20];
        for (token, coding) in codings() {
            // What a frame unpacks to is still being worked on when the client leaves.
            let packed = pack(coding, &[&megabyte[..]; 4]);
            for polls in 0..8 {
                let said = Said::default();
                let script = Script::new(packed.iter().cloned().flat_map(|data| [Act::Data(data), Act::Pending]));
                let asked = script.polls();
                let mut body = Box::pin(coded(&said, token, script));
                (0..polls).for_each(|_| drop(poll(body.as_mut())));
                let before = asked.load(Ordering::Relaxed);
                assert!(before < 3, "{coding:?}: as much as was asked for, and no more");
                assert_eq!(Arc::strong_count(&asked), 2);
                drop(body);
                assert_eq!((Arc::strong_count(&asked), asked.load(Ordering::Relaxed)), (1, before), "{coding:?}");
                said.once(0, Some(Reason::Cancelled));
            }
        }
    }

    #[test]
    fn an_empty_coded_body_stays_empty() {
        let said = Said::default();
        for (token, _) in codings() {
            assert!(drain(coded(&said, token, Script::chunks([&b""[..]]))).frames.is_empty());
            said.once(0, None);
            assert!(coded(&said, token, Script::default().knowing()).is_end_stream());
            said.once(0, None);
        }
    }

    #[test]
    fn a_bomb_goes_off_in_small_steps() {
        const MEGABYTES: usize = 8;
        let said = Said::default();
        let megabyte = vec![b' '; 1 << 20];
        for (token, coding) in codings() {
            let bomb = pack(coding, &[&megabyte[..]; MEGABYTES]).concat();
            assert!(bomb.len() < 64 * 1024, "{coding:?}: {}", bomb.len());
            let got = drain(coded(&said, token, Script::chunks([&bomb[..]])));
            assert_eq!(unpack(coding, &got.data()).0.len(), MEGABYTES << 20);
            // A poll takes no more than 8 pieces of at most 16 KiB.
            assert!(got.polls >= (MEGABYTES << 20) / (8 * 16 * 1024), "{coding:?}: {} polls", got.polls);
            assert!(got.frames.iter().all(|frame| frame.len() <= 256 * 1024));
            said.once(0, None);

            let fields = [("content-type", "text/html"), ("content-encoding", token)];
            let got = drain(observed(&said, respond(200, &fields, Script::chunks([&bomb[..], b"more"]))));
            assert_eq!(got.data(), [&bomb[..], b"more"].concat());
            said.once(0, Some(Reason::TooDense));

            let script = Script::chunks([&bomb[..], b"more"]);
            let mut body = pin!(observed(&said, respond(200, &fields, script)));
            assert!(poll(body.as_mut()).is_ready());
            let Kind::Observe { pipeline, .. } = &body.kind else { panic!() };
            assert!(!pipeline.has_work(), "given up for good");
            said.once(0, Some(Reason::TooDense));
        }
    }

    #[test]
    fn an_observed_coded_page_is_counted_and_passes_as_it_came() {
        let said = Said::default();
        for (token, coding) in codings() {
            let packed = pack(coding, &[PAGE.as_bytes()]).concat();
            let fields = [("content-type", "text/html"), ("content-encoding", token)];
            let got = drain(observed(&said, respond(200, &fields, Script::chunks(packed.chunks(3)))));
            assert_eq!(got.data(), packed, "{coding:?}");
            said.once(1, None);
        }
    }

    #[test]
    fn a_utf_16_page_is_found_in_every_coding() {
        let said = Said::default();
        for (token, coding) in codings() {
            let page = [&[0xFF, 0xFE], PAGE.as_bytes()].concat();
            let packed = pack(coding, &[&page[..1], &page[1..]]).concat();
            let got = drain(coded(&said, token, Script::chunks(packed.chunks(2))));
            assert_eq!(unpack(coding, &got.data()), (page, true), "{coding:?}");
            said.once(0, Some(Reason::Utf16));
        }
    }
}
