//! Visits that read the HTML alone, and run nothing in it.

use std::collections::VecDeque;

use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use http::{HeaderMap, HeaderValue};
use reqwest::Url;
use tower_gpc::GpcLayer;
use tower_gpc::html::{Kind, Syntax};

use super::client::{Answer, Client};
use super::visit::{Asked, Head, Said, Visit};

/// What it cannot see, for the report.
pub(super) const LIMITS: [&str; 3] = [
    "nothing was run: what scripts request, a tag manager's tags among it, was not seen",
    "cookies and privacy strings that scripts set or answer with were not seen",
    "only the page itself was asked for, so no cookies of third parties were set",
];

/// The words of a page that say it honours the signal (11 CCR § 7025(c)(6)), in lower case.
const STATUS: [&str; 4] = [
    "opt-out request honored",
    "opt-out request honoured",
    "opt-out preference signal honored",
    "opt-out preference signal honoured",
];

/// Opens the page without the signal, and again with it, as a browser reloads.
pub(super) async fn visits(client: &Client, url: &Url, layer: &GpcLayer) -> [Visit; 2] {
    let first = client.get(url, fields(false)).await;
    let mut again = fields(true);
    if let Ok(first) = &first {
        again.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=0"));
        for (from, to) in [(ETAG, IF_NONE_MATCH), (LAST_MODIFIED, IF_MODIFIED_SINCE)] {
            let value = first.head.field(from.as_str()).and_then(|value| HeaderValue::from_str(&value).ok());
            if let Some(value) = value {
                again.insert(to, value);
            }
        }
    }
    let before = visit(client, false, &first, None, layer);
    let second = match &first {
        Ok(first) => match first.head.url.parse() {
            Ok(url) => client.get(&url, again).await,
            Err(error) => Err(format!("{}: {error}", first.head.url)),
        },
        Err(error) => Err(error.clone()),
    };
    let shown = first.as_ref().ok().map(|answer| &answer.body[..]);
    let after = visit(client, true, &second, shown, layer);
    [before, after]
}

fn fields(signal: bool) -> HeaderMap {
    let mut fields = HeaderMap::new();
    fields.insert(ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml,*/*;q=0.8"));
    let navigation = [("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate"), ("sec-fetch-site", "none")];
    for (name, value) in navigation {
        fields.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if signal {
        fields.insert(HeaderName::from_static("sec-gpc"), HeaderValue::from_static("1"));
    }
    fields
}

/// `shown` is the page that a 304 shows again.
fn visit(
    client: &Client,
    signalled: bool,
    answer: &Result<Answer, String>,
    shown: Option<&[u8]>,
    layer: &GpcLayer,
) -> Visit {
    let answer = match answer {
        Ok(answer) => answer,
        Err(failure) => return Visit { signalled, failure: Some(failure.clone()), ..Visit::default() },
    };
    let body = match shown {
        Some(shown) if answer.head.status == 304 => shown,
        _ => &answer.body,
    };
    let url: Option<Url> = answer.head.url.parse().ok();
    Visit {
        signalled,
        asked: url.as_ref().map(|url| asked(url, &answer.head, body, layer)).unwrap_or_default(),
        cookies: url.as_ref().map(|url| client.cookies(url)).unwrap_or_default(),
        said: Said { status: status(body), ..Said::default() },
        head: Some(answer.head.clone()),
        failure: None,
    }
}

/// What a browser would fetch from the markup, and the vendors whose code it would run.
fn asked(page: &Url, head: &Head, body: &[u8], layer: &GpcLayer) -> Vec<Asked> {
    let kind = head.field("content-type").unwrap_or_default().to_ascii_lowercase();
    let syntax = if kind.starts_with("application/xhtml+xml") { Syntax::Xml } else { Syntax::Html };
    let mut filter = layer.filter(syntax);
    filter.record();
    let mut out = VecDeque::new();
    filter.push(Bytes::copy_from_slice(body), &mut out);
    filter.finish(&mut out);
    let catalog = filter.rules().catalog().clone();
    let record = filter.take_record();
    let mut asked = Vec::new();
    for finding in record.findings() {
        match finding.kind {
            Kind::InlineScript | Kind::InlineStatement => {
                let vendor = finding.vendor.and_then(|vendor| catalog.vendor(vendor));
                asked.extend(vendor.map(|vendor| Asked::Script(vendor.id().to_owned())));
            }
            _ => {
                let url = page.join(String::from_utf8_lossy(&finding.text).trim());
                asked.extend(url.map(|url| Asked::Url(url.to_string())));
            }
        }
    }
    asked
}

fn status(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    let found = STATUS.into_iter().find_map(|words| text.find(words).map(|at| (at, words.len())))?;
    let (at, length) = found;
    body.get(at..at + length).map(|words| String::from_utf8_lossy(words).into_owned())
}
