//! Where a request comes from, as far as somebody who was named as trustworthy says so.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderName};
use serde::{Deserialize, Serialize};

use super::jurisdiction::Jurisdiction;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::signal::Head;

/// Tells where a request comes from: by fields that a content delivery network adds, or by a resolver of yours.
///
/// Nobody is believed unless named here, since a browser can send any field. Name a network only where all requests come
/// through it and it overwrites what the browser sent.
///
/// What contradicts itself is [`Jurisdiction::UNKNOWN`]: a field that is there twice with two values, or a region of
/// another country.
///
/// # Example
///
/// ```
/// use http::Request;
/// use tower_gpc::consent::{Cdn, Locator};
/// use tower_gpc::signal::Head;
///
/// let request = Request::get("/").header("cf-ipcountry", "US").header("cf-region-code", "CA").body(()).unwrap();
/// let locator = Locator::cdn(Cdn::Cloudflare);
/// assert_eq!(locator.locate(&Head::from(&request)).state(), Some("CA"));
/// assert_eq!(locator.fields().unwrap(), ["cf-ipcountry", "cf-region-code"]);
/// ```
#[derive(Clone)]
#[must_use]
pub struct Locator {
    source: Source,
}

/// A content delivery network that can tell where a request comes from, and the fields in which it does.
///
/// All but Vercel have to be told to send them.
///
/// | network | fields | what to turn on |
/// |---|---|---|
/// | Cloudflare | `CF-IPCountry`, `CF-Region-Code` | the managed transform "Add visitor location headers" |
/// | Fastly | `Fastly-Geo-Country`, `Fastly-Geo-Region` | two lines of VCL, see [`Fastly`](Self::Fastly) |
/// | CloudFront | `CloudFront-Viewer-Country`, `CloudFront-Viewer-Country-Region` | an origin request policy with both |
/// | Vercel | `X-Vercel-IP-Country`, `X-Vercel-IP-Country-Region` | nothing |
/// | Akamai | `X-Akamai-Edgescape` | the behaviour "Content Targeting (EdgeScape)" |
///
/// A field for the country alone leaves the state unknown.
///
/// # Example
///
/// ```
/// use tower_gpc::consent::Cdn;
///
/// assert_eq!(serde_json::from_str::<Cdn>("\"cloudfront\"").unwrap(), Cdn::CloudFront);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cdn {
    /// Cloudflare, which says `XX` where it does not know and `T1` for Tor.
    Cloudflare,
    /// Fastly. It sends no place by itself; the names here are those of its former setting `geo_headers`.
    ///
    /// In `vcl_recv`, on the node that the browser reached and not on a shield:
    ///
    /// ```vcl
    /// if (fastly.ff.visits_this_service == 0 && req.restarts == 0) {
    ///   set req.http.Fastly-Geo-Country = client.geo.country_code;
    ///   set req.http.Fastly-Geo-Region = client.geo.region;
    /// }
    /// ```
    Fastly,
    /// Amazon CloudFront; `cloudfront` in text, `cloud-front` too.
    #[serde(rename = "cloudfront", alias = "cloud-front")]
    CloudFront,
    /// Vercel.
    Vercel,
    /// Akamai, with everything in one field: `country_code=US,region_code=CA,city=…`.
    Akamai,
}

#[derive(Clone)]
enum Source {
    /// A country and a region of it, which may be one field.
    Codes(Box<[HeaderName]>),
    /// `key=value` pairs in one field.
    Edgescape(HeaderName),
    Custom(Resolver),
}

type Resolver = Arc<dyn Fn(&Head<'_>) -> Jurisdiction + Send + Sync>;

impl Locator {
    /// Believes the fields of a content delivery network.
    pub fn cdn(cdn: Cdn) -> Self {
        let codes = |names: [&'static str; 2]| Source::Codes(names.map(HeaderName::from_static).into());
        let source = match cdn {
            Cdn::Cloudflare => codes(["cf-ipcountry", "cf-region-code"]),
            Cdn::Fastly => codes(["fastly-geo-country", "fastly-geo-region"]),
            Cdn::CloudFront => codes(["cloudfront-viewer-country", "cloudfront-viewer-country-region"]),
            Cdn::Vercel => codes(["x-vercel-ip-country", "x-vercel-ip-country-region"]),
            Cdn::Akamai => Source::Edgescape(HeaderName::from_static("x-akamai-edgescape")),
        };
        Self { source }
    }

    /// Believes two fields of your own: a country, ISO 3166-1, and a region of it, ISO 3166-2 with or without its country.
    ///
    /// They may be one and the same field, if its values are like `US-CA`.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Name`](ConfigErrorKind::Name) if either is no field name (RFC 9110 §5.1).
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::ConfigErrorKind;
    /// use tower_gpc::consent::Locator;
    ///
    /// assert!(Locator::headers("X-Geo-Country", "X-Geo-Region").is_ok());
    /// assert_eq!(Locator::headers("X Geo", "X-Geo-Region").unwrap_err().kind(), ConfigErrorKind::Name);
    /// ```
    pub fn headers(country: &str, region: &str) -> Result<Self, ConfigError> {
        let name = |name: &str| {
            HeaderName::try_from(name).map_err(|error| {
                let message = format!("{name:?} is not the name of a header field");
                ConfigError::new(ConfigErrorKind::Name, message).with_source(error)
            })
        };
        let mut names = vec![name(country)?, name(region)?];
        names.dedup();
        Ok(Self { source: Source::Codes(names.into()) })
    }

    /// Believes a resolver of yours, such as a GeoIP lookup of an address that an outer layer put into the extensions.
    ///
    /// It runs on every request, so it must be quick, must not block, and must not panic. What it looks at cannot be
    /// named in `Vary`, so where the place decides, shared caches are kept from storing the response.
    ///
    /// # Example
    ///
    /// ```
    /// use http::Request;
    /// use tower_gpc::consent::{Jurisdiction, Locator};
    /// use tower_gpc::signal::Head;
    ///
    /// let locator = Locator::custom(|head| {
    ///     let place = head.extensions().and_then(|extensions| extensions.get::<Jurisdiction>());
    ///     place.copied().unwrap_or_default()
    /// });
    /// let request = Request::get("/").extension(Jurisdiction::parse("US-TX")).body(()).unwrap();
    /// assert_eq!(locator.locate(&Head::from(&request)).state(), Some("TX"));
    /// assert_eq!(locator.fields(), None);
    /// ```
    pub fn custom(resolver: impl Fn(&Head<'_>) -> Jurisdiction + Send + Sync + 'static) -> Self {
        Self { source: Source::Custom(Arc::new(resolver)) }
    }

    /// Where the request comes from.
    ///
    /// # Example
    ///
    /// ```
    /// use http::HeaderMap;
    /// use tower_gpc::consent::{Cdn, Locator};
    /// use tower_gpc::signal::Head;
    ///
    /// assert!(Locator::cdn(Cdn::Akamai).locate(&Head::from(&HeaderMap::new())).is_unknown());
    /// ```
    #[must_use]
    pub fn locate(&self, head: &Head<'_>) -> Jurisdiction {
        let codes = match &self.source {
            Source::Codes(names) => codes(head.headers(), names),
            Source::Edgescape(name) => value(head.headers(), name).and_then(edgescape),
            Source::Custom(resolver) => return resolver(head),
        };
        codes.map_or(Jurisdiction::UNKNOWN, |(country, region)| Jurisdiction::from_codes(country, region))
    }

    /// The request fields that take part, as `Vary` must name them where the place decides (RFC 9110 §12.5.5); `None` for
    /// a resolver, which may look at anything.
    #[must_use]
    pub fn fields(&self) -> Option<&[HeaderName]> {
        match &self.source {
            Source::Codes(names) => Some(names),
            Source::Edgescape(name) => Some(std::slice::from_ref(name)),
            Source::Custom(_) => None,
        }
    }
}

fn codes<'a>(headers: &'a HeaderMap, names: &[HeaderName]) -> Option<(&'a [u8], &'a [u8])> {
    match names {
        [country, region] => Some((value(headers, country)?, value(headers, region)?)),
        [both] => Some((value(headers, both)?, b"")),
        _ => None,
    }
}

/// The value of a field, empty if it is missing; `None` if it has several.
///
/// Of two values one may be the browser's own, and nothing tells which.
fn value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter().map(|value| value.as_bytes());
    let Some(first) = values.next() else { return Some(b"") };
    values.all(|value| value == first).then_some(first)
}

/// Reads the country and the region of `georegion=246,country_code=US,region_code=CA,…`; `None` if either is there twice
/// with two values.
fn edgescape(field: &[u8]) -> Option<(&[u8], &[u8])> {
    let (mut country, mut region) = (None, None);
    for pair in field.split(|&byte| byte == b',') {
        let at = memchr::memchr(b'=', pair).unwrap_or(pair.len());
        let (key, value) = pair.split_at_checked(at)?;
        let value = value.strip_prefix(b"=").unwrap_or(value).trim_ascii();
        let known = match key.trim_ascii() {
            b"country_code" => &mut country,
            b"region_code" => &mut region,
            _ => continue,
        };
        if *known.get_or_insert(value) != value {
            return None;
        }
    }
    Some((country.unwrap_or_default(), region.unwrap_or_default()))
}

/// Shows the fields that are believed.
impl fmt::Debug for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fields() {
            Some(fields) => f.debug_struct("Locator").field("fields", &fields).finish(),
            None => f.debug_struct("Locator").finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
mod tests;
