//! Coded bodies that are whole, truncated, damaged or made to hurt: where the decoders of others read a whole stream, the
//! layer sends the filtered page as one; what is not whole goes out as what is not whole; and every step is bounded.
//!
//! The input's first bytes say which coding, how the body is cut, what is damaged, and how often the page is repeated.
//! The rest is the body as it stands, or a page that others encode.

#![no_main]

#[path = "support/exchange.rs"]
mod exchange;
#[path = "support/words.rs"]
mod words;

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::sync::{Arc, LazyLock, Mutex};

use bytes::Bytes;
use exchange::{Chunks, exchange};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderValue, Request, Response};
use libfuzzer_sys::fuzz_target;
use tower_gpc::GpcLayer;
use tower_gpc::html::{FilterOptions, TagFilter};
use tower_gpc::middleware::{Outcome, Reason};
use tower_gpc::policy::Rules;
use tower_gpc::signal::SEC_GPC;
use tower_gpc::{Catalog, Policy};

const CODINGS: [&str; 4] = ["gzip", "deflate", "br", "zstd"];

/// The most that one frame may have: eight steps of 16 KiB each, and what coding and flushing add where nothing shrinks.
const FRAME: usize = 160 * 1024;

static RULES: LazyLock<Arc<Rules>> =
    LazyLock::new(|| Arc::new(Rules::new(Catalog::builtin().clone(), &Policy::default()).unwrap()));

static SAID: LazyLock<Arc<Mutex<Vec<Outcome>>>> = LazyLock::new(Arc::default);

/// Without the guard: what comes out is compared with what the filter alone makes of it.
static LAYER: LazyLock<GpcLayer> = LazyLock::new(|| {
    let layer = GpcLayer::new().guard(false).unwrap();
    layer.on_report(|_, outcome| SAID.lock().unwrap().push(outcome.clone()))
});

const WORDS: [&str; 16] = [
    "<p>",
    "</p>",
    "<script>",
    "</script>",
    "<script src=//connect.facebook.net/x.js></script>",
    "<img src=//bat.bing.com>",
    "fbq('init', '1')",
    "shoes and socks ",
    "<!--",
    "-->",
    "\u{fffd}",
    "<noscript>",
    "</noscript>",
    "\n",
    "<style>",
    "</style>",
];

fuzz_target!(|data: &[u8]| {
    let [mode, step, damage, at, times, rest @ ..] = data else { return };
    let coding = CODINGS[usize::from(mode & 3)];
    let text = words::text(rest, &WORDS);
    // As much as many chunks have, and no more than takes a moment.
    let times = (usize::from(*times) * usize::from(mode >> 5)).min((256 << 10) / text.len().max(1));
    let page = text.repeat(1 + times).into_bytes();
    let mut body = if mode & 4 == 0 { rest.to_vec() } else { encode(coding, &page) };
    if mode & 4 != 0 && mode & 8 == 0 {
        assert_eq!(decode(coding, &body), (page.clone(), true));
    }
    if mode & 8 != 0 && !body.is_empty() {
        let at = usize::from(*at) * body.len() / 256;
        match damage {
            0 => body.truncate(at),
            1..128 => body[at] ^= damage,
            _ => body.extend_from_slice(&[*damage; 3]),
        }
    }

    let chunks: VecDeque<_> = body.chunks(1 + usize::from(*step) * 16).map(Bytes::copy_from_slice).collect();
    let flushes = chunks.len();
    let mut request = Request::new(());
    request.headers_mut().insert(SEC_GPC, HeaderValue::from_static("1"));
    let mut response = Response::new(Chunks(chunks));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    let (_, _, frames) = exchange(&LAYER, request, response);
    assert!(frames.iter().all(|frame| !frame.is_empty() && frame.len() <= FRAME), "a frame of too many bytes");
    let sent = frames.concat();
    let said = std::mem::take(&mut *SAID.lock().unwrap());
    let [outcome] = &said[..] else { panic!("{said:?}") };

    let (plain, whole) = decode(coding, &body);
    let (got, ended) = decode(coding, &sent);
    // What others encode in one go may come out a little longer, and every flush costs some bytes.
    assert!(sent.len() <= plain.len() * 2 + flushes * 64 + 1024, "{} of {}", sent.len(), plain.len());
    let utf_16 = outcome.reason() == Some(Reason::Utf16);
    match outcome.reason() {
        None | Some(Reason::Utf16) if !sent.is_empty() => assert!(ended),
        None | Some(Reason::Utf16) => assert!(body.is_empty()),
        Some(Reason::Truncated | Reason::Corrupt) => {
            assert!(!ended && (!whole || large_window(coding, &body)), "{coding}");
        }
        Some(reason) => panic!("{reason}"),
    }
    if whole && !large_window(coding, &body) {
        assert_eq!(got, if utf_16 { plain } else { filter(&plain) });
    }
});

fn filter(page: &[u8]) -> Vec<u8> {
    let mut filter = TagFilter::new(Arc::clone(&RULES), FilterOptions::default());
    let mut out = VecDeque::new();
    filter.push(Bytes::copy_from_slice(page), &mut out);
    filter.finish(&mut out);
    out.into_iter().flatten().collect()
}

/// RFC 7932 has no windows of over 16 MiB; the decoder that is compared with has.
fn large_window(coding: &str, body: &[u8]) -> bool {
    coding == "br" && body.first().is_some_and(|first| first & 0x7f == 0x11)
}

fn encode(coding: &str, page: &[u8]) -> Vec<u8> {
    let level = flate2::Compression::fast();
    match coding {
        "gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
            encoder.write_all(page).unwrap();
            encoder.finish().unwrap()
        }
        "deflate" => {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(page).unwrap();
            encoder.finish().unwrap()
        }
        "br" => {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 2, 18);
            encoder.write_all(page).unwrap();
            encoder.into_inner()
        }
        _ => zstd::bulk::compress(page, 1).unwrap(),
    }
}

/// What can be decoded, and whether that is a whole stream.
fn decode(coding: &str, body: &[u8]) -> (Vec<u8>, bool) {
    match coding {
        "gzip" => read(flate2::read::MultiGzDecoder::new(body)),
        // RFC 9110 §8.4.1.2: zlib's format; bare deflate is taken for it only by its first two bytes.
        "deflate"
            if body.len() > 1 && body[0] & 0x8f == 8 && (u16::from(body[0]) << 8 | u16::from(body[1])) % 31 == 0 =>
        {
            read(flate2::read::ZlibDecoder::new(body))
        }
        "deflate" => read(flate2::read::DeflateDecoder::new(body)),
        "br" => read(brotli::Decompressor::new(body, 4096)),
        _ => {
            let mut decoder = zstd::Decoder::new(body).unwrap();
            decoder.window_log_max(23).unwrap();
            read(decoder)
        }
    }
}

/// More than any input of a few kilobytes can be made to yield in reasonable time is not read.
const MOST: u64 = 64 << 20;

fn read(decoder: impl Read) -> (Vec<u8>, bool) {
    let mut plain = Vec::new();
    let mut buffer = [0; 4096];
    let mut decoder = decoder.take(MOST);
    loop {
        match decoder.read(&mut buffer) {
            Ok(0) => return (plain, true),
            Ok(n) => plain.extend_from_slice(&buffer[..n]),
            Err(_) => return (plain, false),
        }
    }
}
