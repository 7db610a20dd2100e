//! Whatever cookies an opted-out browser sends and whatever the inner service sets: what is answered are lines that a
//! browser understands, our cookie says nothing but an opt-out, and a browser that keeps them is told nothing more.

#![no_main]

#[path = "support/request.rs"]
mod request;

use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::header::{COOKIE, HOST, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, Response};
use libfuzzer_sys::fuzz_target;
use request::Input;
use tower::{Layer, Service, service_fn};
use tower_gpc::GpcLayer;
use tower_gpc::answer::{Answers, Persist};
use tower_gpc::signal::gpp::UsSection;
use tower_gpc::signal::{OptOutCookie, SEC_GPC};

const HOSTS: [&str; 6] = ["www.shop.example", "shop.co.uk", "localhost", "127.0.0.1:80", "a.b.c.d.e.f.g.example", ""];

fuzz_target!(|data: &[u8]| {
    let Some(input) = Input::new(data) else { return };
    let answers = Answers::default()
        .opt_out_cookie(Persist::Always)
        .correct_onetrust(input.option(5))
        .publish_us_privacy(input.option(7))
        .publish_gpp(input.option(3).then_some([UsSection::National, UsSection::Maryland]).into_iter().flatten());
    let layer = GpcLayer::new().readers(input.readers()).answers(answers);
    let mut request = input.request();
    request.headers_mut().insert(SEC_GPC, HeaderValue::from_static("1"));
    request.headers_mut().insert(HOST, HeaderValue::from_static(HOSTS[data.len() % HOSTS.len()]));

    // The inner service sets what the browser has, and takes it away.
    let given: Vec<_> = request.headers().get_all(COOKIE).iter().cloned().collect();
    for line in lines(&layer, request.clone(), &given) {
        let (name, value, _) = parts(&line);
        if !input.option(6) && name == OptOutCookie::DEFAULT_NAME.as_bytes() {
            assert!(OptOutCookie::read(value).is_some(), "{line:?}");
        }
    }

    let told = lines(&layer, request.clone(), &[]);
    let mut cookies: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for field in request.headers().get_all(COOKIE) {
        for pair in field.as_bytes().split(|&byte| byte == b';') {
            let (name, value, _) = parts(pair);
            cookies.push((name.to_vec(), value.to_vec()));
        }
    }
    for line in &told {
        let (name, value, attributes) = parts(line);
        let removed = attributes.contains(&&b"Expires=Thu, 01 Jan 1970 00:00:00 GMT"[..]);
        for attribute in attributes {
            let known = [&b"Path=/"[..], b"Domain=", b"Max-Age=", b"Expires=", b"SameSite=Lax", b"Secure"];
            assert!(known.iter().any(|known| attribute.starts_with(known)), "{}", line.escape_ascii());
        }
        assert!(
            name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte)),
            "{}",
            line.escape_ascii()
        );
        // A tab may be in it (RFC 6265bis §5.6); with another control character browsers drop the line.
        assert!(!value.iter().any(|byte| matches!(byte, 0..=8 | 10..=31 | 127)), "{}", line.escape_ascii());
        if name == OptOutCookie::DEFAULT_NAME.as_bytes() {
            assert!(!removed && OptOutCookie::read(value).is_some(), "{}", line.escape_ascii());
        }
        if name.len() + value.len() > 4096 {
            return;
        }
        cookies.retain(|(held, _)| held != name);
        if !removed {
            cookies.push((name.to_vec(), value.to_vec()));
        }
    }
    let kept: Vec<_> = cookies.iter().map(|(name, value)| [name, &b"="[..], value].concat()).collect();
    request.headers_mut().remove(COOKIE);
    request.headers_mut().insert(COOKIE, HeaderValue::from_bytes(&kept.join(&b"; "[..])).unwrap());
    let again = lines(&layer, request, &[]);
    let show = |lines: &[Vec<u8>]| lines.join(&b'\n').escape_ascii().to_string();
    assert!(again.is_empty(), "{}\nand again\n{}", show(&told), show(&again));
});

/// The `Set-Cookie` lines that a browser gets where the inner service sets `given`.
fn lines(layer: &GpcLayer, request: Request<()>, given: &[HeaderValue]) -> Vec<Vec<u8>> {
    let mut headers = HeaderMap::new();
    for line in given {
        headers.append(SET_COOKIE, line.clone());
    }
    let mut service = layer.layer(service_fn(|_: Request<()>| {
        let mut response = Response::new(String::new());
        *response.headers_mut() = headers.clone();
        std::future::ready(Ok::<_, Infallible>(response))
    }));
    let Poll::Ready(Ok(response)) = pin!(service.call(request)).poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("the response is not ready")
    };
    response.headers().get_all(SET_COOKIE).iter().map(|line| line.as_bytes().to_vec()).collect()
}

/// Name, value and attributes, as RFC 6265bis §5.6 takes a line apart.
fn parts(line: &[u8]) -> (&[u8], &[u8], Vec<&[u8]>) {
    let mut parts = line.split(|&byte| byte == b';');
    let pair = parts.next().unwrap();
    let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
        Some(at) => (&pair[..at], &pair[at + 1..]),
        None => (&b""[..], pair),
    };
    (trim(name), trim(value), parts.map(trim).collect())
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}
