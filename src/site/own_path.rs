//! The path below which the layer answers for itself.

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use super::bridge::Bridge;
use super::guard::Guard;
use crate::consent::ConsentState;
use crate::error::{ConfigError, ConfigErrorKind};

/// Where pages find what the layer serves for them: the guard as a file, and the status.
///
/// The path is the one that browsers ask for. A layer behind a router that takes a prefix off sees only its end, so that
/// requests are known by the last two segments.
#[derive(Clone, Debug)]
pub(crate) struct OwnPath {
    path: String,
}

impl Default for OwnPath {
    fn default() -> Self {
        Self { path: "/.gpc".to_owned() }
    }
}

impl OwnPath {
    /// Reads a path such as `/shop/.gpc`.
    pub(crate) fn parse(text: &str) -> Result<Self, ConfigError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        let segments = text.strip_prefix('/').map(|rest| rest.split('/'));
        let fits = segments.is_some_and(|mut segments| {
            segments.all(|segment| !matches!(segment, "" | "." | "..") && segment.bytes().all(is_plain))
        });
        if !fits {
            let message = format!("own path {text:?}: expected a path such as \"/.gpc\", without a slash at its end");
            return Err(ConfigError::new(ConfigErrorKind::Value, message));
        }
        Ok(Self { path: text.to_owned() })
    }

    /// The file of the guard; the query names its version, so that browsers may keep it.
    pub(crate) fn guard_file(&self, guard: &Guard) -> String {
        format!("{}/{GUARD}?v={:08x}", self.path, guard.fingerprint())
    }

    pub(crate) fn bridge_path(&self) -> String {
        format!("{}/{BRIDGE}", self.path)
    }

    /// The path of the guard's file.
    pub(crate) fn guard_path(&self) -> String {
        format!("{}/{GUARD}", self.path)
    }

    /// Answers a request for something of ours; nothing, if it is the inner service's.
    pub(crate) fn answer<A>(
        &self,
        request: &http::Request<A>,
        guard: Option<&Guard>,
        bridge: Option<&Bridge>,
        state: ConsentState,
    ) -> Option<Response<Bytes>> {
        let file = self.file(request.uri().path())?;
        let method = request.method();
        if !matches!(*method, Method::GET | Method::HEAD) {
            return None;
        }
        let mut response = match file {
            GUARD => script(guard?, request.uri().query(), request.headers()),
            BRIDGE => bridge_file(bridge?),
            STATUS => status(state),
            _ => return None,
        };
        response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if response.status() == StatusCode::OK {
            let length = response.body().len();
            response.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        Some(if *method == Method::HEAD { response.map(|_| Bytes::new()) } else { response })
    }

    /// The file of ours that a path names, if its folder is the last of our path. Every request is asked, so that a path is only
    /// compared, from its end on, and not searched.
    fn file(&self, path: &str) -> Option<&'static str> {
        [GUARD, BRIDGE, STATUS].into_iter().find(|file| {
            let folder = path.strip_suffix(file).and_then(|folder| folder.strip_suffix('/'));
            folder.is_some_and(|folder| folder.ends_with(self.last()))
        })
    }

    /// The last segment of our path, from its slash on, so that a folder whose name ends likewise is another.
    fn last(&self) -> &str {
        self.path.rfind('/').and_then(|slash| self.path.get(slash..)).unwrap_or(&self.path)
    }
}

fn script(guard: &Guard, query: Option<&str>, headers: &HeaderMap) -> Response<Bytes> {
    let coded = guard.coded(headers);
    // RFC 9110 § 8.8.3.3: each coding is a representation of its own.
    let tag = match coded {
        Some((coding, _)) => format!("\"{:08x}-{coding}\"", guard.fingerprint()),
        None => format!("\"{:08x}\"", guard.fingerprint()),
    };
    // RFC 9110 § 13.1.2: compared weakly, and a `*` is any. Nobody but us writes tags for this file.
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let mut known = known.flat_map(|line| line.split(',')).map(str::trim_ascii);
    let is_known = known.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag);
    let mut response = Response::new(match coded {
        _ if is_known => Bytes::new(),
        Some((_, body)) => body.clone(),
        None => guard.text().clone(),
    });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some((coding, _)) = coded.filter(|_| !is_known) {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.extend(HeaderValue::try_from(tag).ok().map(|tag| (ETAG, tag)));
    // A page from a cache may ask for an older version: it gets the one that there is, and asks again.
    let current = query.and_then(|query| query.strip_prefix("v=")) == Some(&*format!("{:08x}", guard.fingerprint()));
    let cache = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

/// Small, and asked for by pages that are not filtered: kept for an hour.
fn bridge_file(bridge: &Bridge) -> Response<Bytes> {
    let mut response = Response::new(bridge.text().clone());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}

/// What this browser is opted out of, for sites that draw the status themselves (11 CCR §§ 7025(c)(6), 7026(g)).
fn status(state: ConsentState) -> Response<Bytes> {
    let document = serde_json::json!({
        "honored": state.opted_out(),
        "saleOptedOut": state.sale_opted_out(),
        "sharingOptedOut": state.sharing_opted_out(),
        "targetedAdvertisingOptedOut": state.targeted_advertising_opted_out(),
        "sensitiveLimited": state.sensitive_opted_out(),
        "globalPrivacyControl": state.by_header(),
    });
    let mut response = Response::new(document.to_string().into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

const GUARD: &str = "guard.js";
const BRIDGE: &str = "bridge.js";
const STATUS: &str = "status";

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::policy::Rules;
    use crate::{Catalog, Policy};

    fn guard() -> Guard {
        let policy = Policy::default().under_guard();
        Guard::new(&Rules::new(Catalog::builtin().clone(), &policy).unwrap(), &policy, [].into_iter()).unwrap()
    }

    fn get(own: &OwnPath, target: &str, fields: &[(&str, &str)]) -> Option<Response<Bytes>> {
        let request = fields.iter().fold(Request::get(target), |request, (name, value)| request.header(*name, *value));
        own.answer(&request.body(()).unwrap(), Some(&guard()), None, ConsentState::default())
    }

    #[test]
    fn the_file_has_a_strong_tag_and_is_kept_while_it_is_current() {
        let (own, guard) = (OwnPath::default(), guard());
        let first = get(&own, &own.guard_file(&guard), &[]).unwrap();
        let tag = first.headers()[ETAG].to_str().unwrap();
        assert_eq!((first.status(), first.body()), (StatusCode::OK, guard.text()));
        assert_eq!(first.headers()[CONTENT_LENGTH], guard.text().len().to_string());
        assert!(tag.starts_with('"') && first.headers()[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        for known in [tag, "*", &format!("\"x\", W/{tag}")] {
            let again = get(&own, "/.gpc/guard.js", &[("if-none-match", known)]).unwrap();
            assert_eq!((again.status(), again.body().len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
        }
        let old = get(&own, "/.gpc/guard.js?v=00000000", &[("if-none-match", "\"00000000\"")]).unwrap();
        assert_eq!(
            (old.status(), &old.headers()[CACHE_CONTROL]),
            (StatusCode::OK, &HeaderValue::from_static("no-cache"))
        );
    }

    #[test]
    #[cfg(all(feature = "br", feature = "gzip"))]
    fn the_file_comes_in_the_best_coding_that_the_client_takes() {
        let (own, guard) = (OwnPath::default(), guard());
        for (accepts, coding) in [("gzip, deflate, br", Some("br")), ("gzip", Some("gzip")), ("br;q=0, identity", None)]
        {
            let file = get(&own, &own.guard_file(&guard), &[("accept-encoding", accepts)]).unwrap();
            let headers = file.headers();
            let named = headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!((named, &headers[VARY]), (coding, &HeaderValue::from_static("accept-encoding")));
            assert_eq!(headers[CONTENT_LENGTH], file.body().len().to_string());
            assert_eq!(file.body().len() < guard.text().len() * 2 / 3, coding.is_some(), "{accepts}");
            assert!(coding != Some("br") || file.body().len() < 12_000, "{}", file.body().len());
            let tag = headers[ETAG].to_str().unwrap();
            let again = [("accept-encoding", accepts), ("if-none-match", tag)];
            let again = get(&own, &own.guard_file(&guard), &again).unwrap();
            assert_eq!((again.status(), again.body().len()), (StatusCode::NOT_MODIFIED, 0));
            assert_eq!((again.headers()[ETAG].to_str().unwrap(), again.headers().get(CONTENT_ENCODING)), (tag, None));
            // A tag of another coding is another's.
            let other = [("accept-encoding", "zstd;q=0"), ("if-none-match", tag)];
            let other = get(&own, &own.guard_file(&guard), &other).unwrap();
            assert_eq!(other.status() == StatusCode::OK, coding.is_some());
        }
    }

    #[test]
    fn only_what_is_ours_is_answered() {
        let own = OwnPath::parse("/shop/.gpc").unwrap();
        for path in ["/shop/.gpc/guard.js", "/.gpc/guard.js", "/other/.gpc/status"] {
            assert!(get(&own, path, &[]).is_some(), "{path}");
        }
        for path in ["/", "/guard.js", "/.gpc", "/.gpc/", "/.gpc/other", "/x.gpc/guard.js", "/.gpc/guard.js/x"] {
            assert!(get(&own, path, &[]).is_none(), "{path}");
        }
        let post = Request::post("/.gpc/status").body(()).unwrap();
        assert!(own.answer(&post, None, None, ConsentState::default()).is_none());
        let file = Request::get("/.gpc/guard.js").body(()).unwrap();
        assert!(own.answer(&file, None, None, ConsentState::default()).is_none());
        let head = Request::head("/.gpc/status").body(()).unwrap();
        let head = own.answer(&head, None, None, ConsentState::default()).unwrap();
        assert!(head.body().is_empty() && head.headers()[CONTENT_LENGTH] != "0");
    }

    #[test]
    fn an_own_path_is_a_plain_path() {
        for text in ["/.gpc", "/a/b-c_d~e"] {
            assert!(OwnPath::parse(text).is_ok(), "{text}");
        }
        for text in ["", "/", "gpc", "/gpc/", "//gpc", "/a/../b", "/a b", "/a?b", "/a\"b", "/ä", "https://a/b"] {
            assert_eq!(OwnPath::parse(text).unwrap_err().kind(), ConfigErrorKind::Value, "{text}");
        }
    }
}
