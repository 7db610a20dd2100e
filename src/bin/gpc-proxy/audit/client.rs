//! HTTP without a browser: for the support resource, and for visits that read the HTML alone.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use reqwest::cookie::{CookieStore, Jar};
use reqwest::redirect::Policy;
use reqwest::{Proxy, Url};

use super::Options;
use super::visit::{Cookie, Head};
use crate::Failure;
use crate::config::Invalid;

/// More of a page is not read.
const LONGEST: usize = 32 << 20;

/// A page that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// As far as crawlers follow redirects, and browsers do.
const REDIRECTS: usize = 20;

/// A client that keeps cookies.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    jar: Arc<Jar>,
}

/// A response that was read to its end, or as far as we read.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) head: Head,
    pub(super) body: Vec<u8>,
}

impl Client {
    pub(super) fn new(options: &Options) -> Result<Self, Failure> {
        let jar = Arc::new(Jar::default());
        // Another one may be there; it does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .cookie_provider(Arc::clone(&jar))
            .redirect(Policy::limited(REDIRECTS))
            .timeout(PATIENCE)
            .user_agent(concat!("gpc-proxy/", env!("CARGO_PKG_VERSION")))
            .danger_accept_invalid_certs(options.insecure);
        if let Some(proxy) = &options.proxy {
            let proxy = Proxy::all(proxy.as_str()).map_err(|error| Invalid::new(format!("--proxy: {error}")))?;
            builder = builder.proxy(proxy);
        }
        let http = builder.build().map_err(|error| io::Error::other(because(&error)))?;
        Ok(Self { http, jar })
    }

    /// Asks for a URL, follows where it leads, and reads what is there.
    ///
    /// # Errors
    ///
    /// In words: why there is no answer.
    pub(super) async fn get(&self, url: &Url, fields: HeaderMap) -> Result<Answer, String> {
        let mut response = self.http.get(url.clone()).headers(fields).send().await.map_err(|error| because(&error))?;
        let fields = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let head =
            Head { url: response.url().to_string(), status: response.status().as_u16(), fields: fields.collect() };
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| because(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                break;
            }
        }
        Ok(Answer { head, body })
    }

    /// The cookies that go to a URL. The jar does not tell whose they are; to the page they are all its own host's.
    pub(super) fn cookies(&self, url: &Url) -> Vec<Cookie> {
        let Some(field) = self.jar.cookies(url) else { return Vec::new() };
        let domain = url.host_str().unwrap_or_default();
        let text = String::from_utf8_lossy(field.as_bytes()).into_owned();
        let pairs = text.split("; ").filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| Cookie { name: name.into(), value: value.into(), domain: domain.into() }).collect()
    }
}

/// An error with what caused it: the first alone only says that something was being sent.
fn because(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
