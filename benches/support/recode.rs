//! A coded page through the layer, and the same page through the same codecs with nothing between them.

use std::convert::Infallible;
use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use compression_codecs::brotli::params::EncoderParams;
use compression_codecs::core::Level;
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
use compression_codecs::zstd::params::CParameter;
use compression_codecs::{
    BrotliDecoder, BrotliEncoder, DecodeV2, EncodeV2, GzipDecoder, GzipEncoder, ZstdDecoder, ZstdEncoder,
};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderValue, Request, Response};
use http_body::Body;
use tower::{Layer, Service};
use tower_gpc::GpcLayer;
use tower_http::compression::CompressionLayer;

use super::body::{Frames, drain, len};
use super::pages::CHUNK;
use super::poll::finish;

/// A page as somebody else encodes it, at once.
pub(crate) fn encoded(page: &Bytes, coding: &'static str) -> Bytes {
    let page = page.clone();
    let mut service = CompressionLayer::new().layer(tower::service_fn(move |_| respond(Frames::of(&page), None)));
    let mut request = Request::new(());
    request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static(coding));
    let mut whole = Vec::new();
    drain(finish(service.call(request)).unwrap().into_body(), |data: Bytes| whole.extend_from_slice(&data));
    whole.into()
}

fn respond(body: Frames, coding: Option<&'static str>) -> std::future::Ready<Result<Response<Frames>, Infallible>> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    if let Some(coding) = coding {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    std::future::ready(Ok(response))
}

/// The page as an opted-out browser gets it.
pub(crate) fn filtered(layer: &GpcLayer, page: &Bytes) -> Bytes {
    let mut whole = Vec::new();
    drain(opted_out(layer, Frames::of(page), None), |data: Bytes| whole.extend_from_slice(&data));
    whole.into()
}

fn opted_out(layer: &GpcLayer, body: Frames, coding: Option<&'static str>) -> impl Body<Data = Bytes> {
    let mut service = layer.layer(tower::service_fn(move |_: Request<()>| respond(body.clone(), coding)));
    let mut request = Request::new(());
    request.headers_mut().insert("sec-gpc", HeaderValue::from_static("1"));
    finish(service.call(request)).unwrap().into_body()
}

/// How long an opted-out browser's page takes from its first poll to its last.
pub(crate) fn layered(layer: &GpcLayer, page: &Bytes, coding: &'static str) -> Duration {
    let body = opted_out(layer, Frames::of(page), Some(coding));
    let start = Instant::now();
    black_box(len(body));
    start.elapsed()
}

/// The same without a filter: the layer's codecs, levels and buffers, its pieces, and a flush where it has one.
pub(crate) fn alone(page: &Bytes, coding: &'static str) -> Duration {
    let frames = Frames::of(page);
    let start = Instant::now();
    let (mut decoder, mut encoder) = codecs(coding);
    let (mut scratch, mut plain) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut wire = BytesMut::new();
    drain(frames, |frame: Bytes| {
        let mut input = PartialBuffer::new(&*frame);
        let ended = loop {
            let mut room = WriteBuffer::new_initialized(&mut plain);
            // The decoders for deflate call it an error to be given nothing.
            let ended = decoder.decode(&mut input, &mut room).unwrap_or(false);
            let full = room.has_no_spare_space();
            let mut piece = PartialBuffer::new(room.written());
            write(&mut scratch, &mut wire, |room| {
                encoder.encode(&mut piece, room).unwrap();
                piece.unwritten().is_empty()
            });
            if ended || !full && input.unwritten().is_empty() {
                break ended;
            }
        };
        if !ended {
            write(&mut scratch, &mut wire, |room| encoder.flush(room).unwrap());
        }
        black_box(wire.split().freeze());
    });
    write(&mut scratch, &mut wire, |room| encoder.finish(room).unwrap());
    black_box(wire);
    start.elapsed()
}

fn write(scratch: &mut [u8], wire: &mut BytesMut, mut step: impl FnMut(&mut WriteBuffer<'_>) -> bool) {
    loop {
        let mut room = WriteBuffer::new_initialized(scratch);
        let done = step(&mut room);
        wire.extend_from_slice(room.written());
        if done {
            return;
        }
    }
}

fn codecs(coding: &str) -> (Box<dyn DecodeV2>, Box<dyn EncodeV2>) {
    match coding {
        "gzip" => (Box::new(GzipDecoder::new()), Box::new(GzipEncoder::new(Level::Precise(5).into()))),
        "br" => {
            let params = EncoderParams::default().quality(Level::Precise(4)).window_size(20);
            (Box::new(BrotliDecoder::new()), Box::new(BrotliEncoder::new(params)))
        }
        _ => {
            let encoder = ZstdEncoder::new_with_params(3, &[CParameter::window_log(20)]);
            (Box::new(ZstdDecoder::new()), Box::new(encoder))
        }
    }
}
