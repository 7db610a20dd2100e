//! Whatever stands in the fields of a request and a response: nothing panics; what is not withheld stands byte for byte;
//! `Vary` keeps what it held; and a browser that is not opted out gets what it would have got.
//!
//! The input is a byte of options and a line for each field, its first byte saying which. Bytes above ASCII stand for
//! words in lines that begin with `+`.

#![no_main]

#[path = "support/exchange.rs"]
mod exchange;
#[path = "support/words.rs"]
mod words;

use std::sync::LazyLock;

use exchange::{Chunks, Exchange, exchange};
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use libfuzzer_sys::fuzz_target;
use tower_gpc::answer::{Answers, Persist};
use tower_gpc::policy::Rules;
use tower_gpc::signal::{Readers, SEC_GPC};
use tower_gpc::{Catalog, GpcLayer, Policy};

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(Catalog::builtin().clone(), &Policy::default()).unwrap());

/// What is answered has a target of its own.
static LAYER: LazyLock<GpcLayer> =
    LazyLock::new(|| GpcLayer::new().answers(Answers::default().opt_out_cookie(Persist::Never).correct(false)));

/// The query is read too, so that no field tells a cache who else may have an answer.
static PRIVATE: LazyLock<GpcLayer> = LazyLock::new(|| LAYER.clone().readers(Readers::default().query(true)));

const RESPONSE: [HeaderName; 11] = [
    header::VARY,
    header::LINK,
    header::SET_COOKIE,
    header::CACHE_CONTROL,
    header::ETAG,
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::LAST_MODIFIED,
    header::CONTENT_LENGTH,
    header::ACCEPT_RANGES,
    header::LOCATION,
];

const REQUEST: [HeaderName; 8] = [
    header::ACCEPT_ENCODING,
    header::IF_NONE_MATCH,
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::RANGE,
    header::IF_RANGE,
    header::ACCEPT,
    HeaderName::from_static("sec-fetch-dest"),
];

const WORDS: [&str; 56] = [
    "sec-gpc",
    "cookie",
    "*",
    ", ",
    ",",
    "\"",
    "\\\"",
    "W/\"a\"",
    "\"a\"",
    ";gpc-s-",
    ";gpc-w-0123abcd\"",
    "<",
    ">",
    "<https://connect.facebook.net/x>",
    "<//bat.bing.com>",
    "</own.css>",
    "; rel=preload",
    ";rel=\"preconnect\"",
    "; REL = prefetch",
    "; rel=canonical",
    "; rel*=x",
    "; as=script",
    "title=\"",
    "anchor=",
    "_fbp=fb.1.2.3",
    "_ga=1",
    "session=1",
    "; Path=/",
    "; Secure",
    "usprivacy=1YNN",
    "gzip",
    "br",
    "zstd",
    "deflate",
    "identity",
    "x-gzip",
    ";q=0",
    ";q=0.5",
    "dcb",
    "text/html",
    "application/xhtml+xml",
    "; charset=utf-16",
    "; charset=utf-8",
    "application/json",
    "public",
    "max-age=60",
    "s-maxage=9",
    "private=\"set-cookie\"",
    "no-store",
    "immutable",
    "bytes=0-9",
    "document",
    "image",
    "\t",
    "=",
    "multipart/x-mixed-replace",
];

const STATUSES: [u16; 8] = [200, 304, 206, 404, 302, 204, 500, 103];

fuzz_target!(|data: &[u8]| {
    let Some((&options, lines)) = data.split_first() else { return };
    let (opted_out, private) = (options & 1 == 1, options & 2 != 0);
    let layer = if private { &*PRIVATE } else { &*LAYER };
    let status = StatusCode::from_u16(STATUSES[usize::from(options >> 5)]).unwrap();
    let mut request = Request::new(());
    *request.method_mut() =
        [Method::GET, Method::HEAD, Method::PUT, Method::GET][usize::from(options >> 3 & 3)].clone();
    let mut fields = HeaderMap::new();
    for line in lines.split(|&byte| byte == b'\n').take(24) {
        let (worded, line) = line.strip_prefix(b"+").map_or((false, line), |line| (true, line));
        let Some((&kind, value)) = line.split_first() else { continue };
        let value = if worded { words::text(value, &WORDS).into_bytes() } else { value.to_vec() };
        let Ok(value) = HeaderValue::from_bytes(&value) else { continue };
        let place = usize::from(kind & 31);
        if kind & 32 == 0 && place < RESPONSE.len() {
            fields.append(RESPONSE[place].clone(), value);
        } else if place < REQUEST.len() {
            request.headers_mut().append(REQUEST[place].clone(), value);
        }
    }
    if options & 4 != 0 && !fields.contains_key(header::CONTENT_TYPE) {
        fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    }
    if opted_out {
        request.headers_mut().insert(SEC_GPC, HeaderValue::from_static("1"));
    }
    let send = |request: Request<()>| {
        let mut response = Response::new(Chunks([&b"<p>one"[..], b"</p>"].map(Into::into).into()));
        (*response.status_mut(), *response.headers_mut()) = (status, fields.clone());
        exchange(layer, request, response)
    };
    let (asked, head, frames) = send(request.clone());
    let asked = asked.unwrap();
    let (before, after) = (request.headers(), &head.headers);
    assert_eq!(head.status, status);
    vary(&fields, after);
    cache_control(&fields, after, private);
    cookies_and_links(&fields, after, opted_out);
    if !opted_out {
        assert_eq!(frames.concat(), b"<p>one</p>");
        for name in fields.keys().filter(|name| ![header::VARY, header::CACHE_CONTROL].contains(name)) {
            same(&fields, after, name);
        }
        for name in before
            .keys()
            .filter(|name| ![header::IF_NONE_MATCH, header::IF_MATCH, header::IF_MODIFIED_SINCE].contains(name))
        {
            same(before, asked.headers(), name);
        }
        // Without a tag of ours, these stay too.
        if !REQUEST[1..3].iter().any(|name| before.get_all(name).iter().any(|tag| memmem(tag.as_bytes(), b";gpc-"))) {
            assert_eq!(before, asked.headers());
        }
    } else {
        if !fields.contains_key(header::CONTENT_ENCODING) {
            assert_eq!(frames.concat(), b"<p>one</p>");
        }
        // Members are only ever added for the first `*`, one for each coding.
        let all =
            |headers: &HeaderMap| headers.get_all(header::ACCEPT_ENCODING).iter().map(HeaderValue::len).sum::<usize>();
        assert!(all(asked.headers()) <= all(before) * 8 + 256);
        if request.method() == Method::GET {
            revalidate(&fields, &head.headers, &mut request, &send);
        }
    }
});

fn memmem(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}

#[track_caller]
fn same(before: &HeaderMap, after: &HeaderMap, name: &HeaderName) {
    assert!(before.get_all(name).iter().eq(after.get_all(name)), "{name}: {before:?} {after:?}");
}

fn members<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a [u8]> {
    let lines = headers.get_all(name).iter();
    let members = lines.flat_map(|line| line.as_bytes().split(|&byte| byte == b','));
    members.map(trim).filter(|member| !member.is_empty()).collect()
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// It holds what it held, in order, and ours behind it or in between.
fn vary(before: &HeaderMap, after: &HeaderMap) {
    let (before, after) = (members(before, &header::VARY), members(after, &header::VARY));
    let mut rest = after.iter();
    assert!(before.iter().all(|member| rest.any(|other| other == member)), "{before:?} {after:?}");
    let ours = |member: &&&[u8]| [&b"sec-gpc"[..], b"cookie"].contains(*member);
    assert_eq!(after.len() - before.len(), after.iter().filter(ours).count() - before.iter().filter(ours).count());
}

fn cache_control(before: &HeaderMap, after: &HeaderMap, private: bool) {
    let name = &header::CACHE_CONTROL;
    if before.get_all(name).iter().eq(after.get_all(name)) {
        return;
    }
    assert!(private, "{before:?} {after:?}");
    assert!(
        members(after, name)
            .iter()
            .any(|member| member.eq_ignore_ascii_case(b"private") || member.eq_ignore_ascii_case(b"no-store")),
        "{before:?} {after:?}"
    );
}

fn cookies_and_links(before: &HeaderMap, after: &HeaderMap, opted_out: bool) {
    let name = |line: &&HeaderValue| {
        let pair = line.as_bytes().split(|&byte| byte == b';').next().unwrap();
        pair.iter().position(|&byte| byte == b'=').map_or(&b""[..], |at| trim(&line.as_bytes()[..at])).to_vec()
    };
    let cookies = before.get_all(header::SET_COOKIE).iter();
    let want = cookies.filter(|line| !opted_out || RULES.cookie(&name(line)).is_none());
    assert!(after.get_all(header::SET_COOKIE).iter().eq(want), "{before:?} {after:?}");

    let mut left = after.get_all(header::LINK).iter().flat_map(|line| links(line.as_bytes())).peekable();
    for link in before.get_all(header::LINK).iter().flat_map(|line| links(line.as_bytes())) {
        if left.next_if_eq(&link).is_some() {
            // What is plainly a hint to a withheld URL does not stay.
            let hint = link.strip_prefix(b"<").and_then(|link| link.strip_suffix(b">; rel=preload"));
            assert!(
                !opted_out || !hint.is_some_and(|url| !url.contains(&b'>') && RULES.url(url).is_some()),
                "{before:?}"
            );
            continue;
        }
        assert!(opted_out);
        let url = link.strip_prefix(b"<").and_then(|link| link.split(|&byte| byte == b'>').next());
        assert!(url.is_some_and(|url| RULES.url(url).is_some()), "{} {before:?} {after:?}", link.escape_ascii());
        assert!(memmem(&link.to_ascii_lowercase(), b"rel"));
    }
    assert_eq!(left.next(), None);
}

/// RFC 8288 appendix B, in one slow walk: a quote behind `=` and a `<` in front hide commas if they are closed.
fn links(line: &[u8]) -> Vec<&[u8]> {
    let (mut links, mut start, mut at, mut before) = (Vec::new(), 0, 0, None);
    while at < line.len() {
        let inside = &line[at + 1..];
        match line[at] {
            b',' => {
                links.push(&line[start..at]);
                (start, before) = (at + 1, None);
                at += 1;
                continue;
            }
            b'"' if before == Some(b'=') => {
                let mut escaped = false;
                let closing = inside.iter().position(|&byte| {
                    let closes = byte == b'"' && !escaped;
                    escaped = byte == b'\\' && !escaped;
                    closes
                });
                at += closing.map_or(0, |n| n + 1);
            }
            b'<' if before.is_none() => at += inside.iter().position(|&byte| byte == b'>').map_or(0, |n| n + 1),
            _ => {}
        }
        if !matches!(line[at], b' ' | b'\t') {
            before = Some(line[at]);
        }
        at += 1;
    }
    links.push(&line[start..]);
    links.into_iter().map(trim).filter(|link| !link.is_empty()).collect()
}

/// The tag that an opted-out browser got asks the origin about the origin's own, and tells another browser's nothing.
fn revalidate(
    before: &HeaderMap,
    after: &HeaderMap,
    request: &mut Request<()>,
    send: &dyn Fn(Request<()>) -> Exchange,
) {
    let (Some(own), Some(tag)) = (before.get(header::ETAG), after.get(header::ETAG)) else { return };
    if own == tag {
        return;
    }
    assert!(tag.as_bytes().starts_with(b"W/\""), "{own:?} {tag:?}");
    for name in &REQUEST {
        request.headers_mut().remove(name);
    }
    request.headers_mut().insert(header::IF_NONE_MATCH, tag.clone());
    let asked = send(request.clone()).0.unwrap();
    assert_eq!(trim(asked.headers()[header::IF_NONE_MATCH].as_bytes()), trim(own.as_bytes()));
    request.headers_mut().remove(SEC_GPC);
    assert!(!send(request.clone()).0.unwrap().headers().contains_key(header::IF_NONE_MATCH));
}
