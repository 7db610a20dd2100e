//! Requests out of bytes: a byte of options, then a line for each field, its first byte saying which.

use std::sync::LazyLock;

use http::{HeaderValue, Request};
use tower_gpc::signal::Readers;
use tower_gpc::signal::cmp::{Platform, Purposes};

/// Every cookie that is read, and one that is not.
static NAMES: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../../../tests/data/cookie-names.txt").lines().chain(["consentUUID"]).collect());

pub(crate) struct Input<'a> {
    options: u8,
    lines: Vec<&'a [u8]>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Option<Self> {
        let (&options, rest) = data.split_first()?;
        Some(Self { options, lines: rest.split(|&byte| byte == b'\n').take(24).collect() })
    }

    pub(crate) fn option(&self, bit: u8) -> bool {
        self.options >> bit & 1 == 1
    }

    pub(crate) fn readers(&self) -> Readers {
        let named = |platform, name| Purposes::new(platform, [name]).unwrap();
        let mut readers = Readers::default()
            .query(self.option(0))
            .dnt(self.option(1))
            .gpp_by_section_ids(self.option(2))
            .cookies(!self.option(6));
        if self.option(3) {
            readers = readers.variant_key("x-privacy-variant").unwrap();
        }
        if self.option(4) {
            readers = readers.platform(named(Platform::TrustArc, "3")).platform(named(Platform::Didomi, "sale"));
        }
        readers
    }

    /// A first byte that is no known one's has its line be a `Cookie` field as it stands.
    pub(crate) fn request(&self) -> Request<()> {
        let mut request = Request::new(());
        for line in &self.lines {
            let Some((&kind, value)) = line.split_first() else { continue };
            let name = match kind {
                b'!' => "sec-gpc",
                b'#' => "dnt",
                b'$' => "x-privacy-variant",
                b'?' => {
                    let target = [b"/?", value].concat();
                    if let Ok(target) = http::Uri::try_from(target) {
                        *request.uri_mut() = target;
                    }
                    continue;
                }
                _ => "cookie",
            };
            let known = NAMES.get(usize::from(kind.wrapping_sub(b'A'))).filter(|_| name == "cookie");
            let value = match known {
                Some(known) => [known.as_bytes(), b"=", value].concat(),
                None => value.to_vec(),
            };
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                request.headers_mut().append(name, value);
            }
        }
        request
    }
}
