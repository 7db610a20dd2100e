//! What the tests of this room share.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

pub(super) fn headers<V: AsRef<[u8]>>(lines: &[(&str, V)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in lines {
        map.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_bytes(value.as_ref()).unwrap());
    }
    map
}

/// The lines of one field, with the bytes of obs-text shown as U+FFFD.
pub(super) fn lines(map: &HeaderMap, name: &str) -> Vec<String> {
    map.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// The whole map, for "nothing changed".
pub(super) fn all(map: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    map.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect()
}

/// Field values rich in what list grammars are made of, well-formed or not.
pub(super) fn hostile_value() -> impl Strategy<Value = Vec<u8>> {
    const BITS: &[&[u8]] = &[
        b",",
        b",",
        b" ",
        b"\t",
        b"\"",
        b"\"",
        b"\\",
        b"\\\"",
        b"=\"",
        b"<",
        b">",
        b";",
        b"=",
        b"W/",
        b"a",
        b"b",
        b"*",
        b"rel",
        b"q=0",
        b"gzip",
        b"sec-gpc",
        b"\xff",
        b";gpc-s-1a2b3c4d\"",
        b"W/\"a;gpc-w-1a2b3c4d\"",
        b"\"foreign\"",
        b"<https://t.example/>; rel=preload",
    ];
    prop::collection::vec(prop::sample::select(BITS), 0..24).prop_map(|bits| bits.concat())
}
