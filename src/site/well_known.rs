//! The support resource of Global Privacy Control: `/.well-known/gpc.json`.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Response};

use crate::error::{ConfigError, ConfigErrorKind};

/// Where the GPC support resource lives (GPC "GPC Support Resource", RFC 8615).
const PATH: &str = "/.well-known/gpc.json";

/// The day on which the statement of this release was made.
const RELEASED: &str = "2026-11-23";

/// Who answers `/.well-known/gpc.json`, the site's statement that it abides by GPC signals.
///
/// By default the layer answers `GET` and `HEAD` itself, with `{"gpc":true,"lastUpdate":"2026-11-23"}`. In report-only mode
/// it never does, since nothing is honoured then.
///
/// The statement binds the whole origin. Leave the resource to the origin where parts of it are served without the layer.
///
/// # Example
///
/// ```
/// use tower_gpc::SupportResource;
///
/// assert_eq!(SupportResource::own("2026-11-23")?, SupportResource::default());
/// assert!(SupportResource::own("23 November").is_err());
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportResource {
    /// The document; none, if it is the origin's.
    document: Option<Bytes>,
}

impl Default for SupportResource {
    fn default() -> Self {
        Self::stated_on(RELEASED)
    }
}

impl SupportResource {
    /// The layer answers, and says that the statement was made on `last_update`, written `YYYY-MM-DD`.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of the kind [`Value`](crate::ConfigErrorKind::Value) if `last_update` is no such day of the
    /// calendar (RFC 3339 `full-date`).
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::{ConfigErrorKind, SupportResource};
    ///
    /// assert!(SupportResource::own("2028-02-29").is_ok());
    /// assert_eq!(SupportResource::own("2027-02-29").unwrap_err().kind(), ConfigErrorKind::Value);
    /// ```
    pub fn own(last_update: &str) -> Result<Self, ConfigError> {
        if !is_full_date(last_update.as_bytes()) {
            let message = format!("last update {last_update:?} is not a day of the calendar, written YYYY-MM-DD");
            return Err(ConfigError::new(ConfigErrorKind::Value, message));
        }
        Ok(Self::stated_on(last_update))
    }

    /// The inner service answers, or does not, as for any other path.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::SupportResource;
    ///
    /// assert_ne!(SupportResource::origin(), SupportResource::default());
    /// ```
    #[must_use]
    pub fn origin() -> Self {
        Self { document: None }
    }

    /// Answers a request for the resource; nothing, if the inner service is to answer.
    pub(crate) fn answer(&self, method: &Method, path: &str) -> Option<Response<Bytes>> {
        let document = self.document.as_ref().filter(|_| path == PATH)?;
        let body = match *method {
            Method::GET => document.clone(),
            Method::HEAD => Bytes::new(),
            _ => return None,
        };
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        // RFC 9110 §8.6: the answer to HEAD tells the length of what GET would bring.
        headers.insert(CONTENT_LENGTH, document.len().into());
        // The same bytes for everyone, whatever they sent: no `Vary`.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=86400"));
        Some(response)
    }

    /// `day` is a checked date, hence needs no escaping.
    fn stated_on(day: &str) -> Self {
        Self { document: Some(format!(r#"{{"gpc":true,"lastUpdate":"{day}"}}"#).into()) }
    }
}

/// Whether a text is a `full-date` of RFC 3339 that the calendar knows.
fn is_full_date(text: &[u8]) -> bool {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return false };
    let (Some(year), Some(month), Some(day)) = (number(&[y1, y2, y3, y4]), number(&[m1, m2]), number(&[d1, d2])) else {
        return false;
    };
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use http::header::VARY;

    use super::*;

    #[test]
    fn get_and_head_are_answered_as_the_draft_says() {
        let document = r#"{"gpc":true,"lastUpdate":"2026-11-23"}"#;
        for (method, body) in [(Method::GET, document), (Method::HEAD, "")] {
            let response = SupportResource::default().answer(&method, PATH).unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
            assert_eq!(response.headers()[CONTENT_LENGTH], document.len().to_string());
            assert_eq!(response.headers()[CACHE_CONTROL], "max-age=86400");
            assert!(!response.headers().contains_key(VARY));
            assert_eq!(response.body(), body, "{method}");
        }
    }

    #[test]
    fn the_document_is_json_with_a_boolean_and_a_day() {
        let response = SupportResource::own("2024-02-29").unwrap().answer(&Method::GET, PATH).unwrap();
        let document: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(document, serde_json::json!({ "gpc": true, "lastUpdate": "2024-02-29" }));
    }

    #[test]
    fn everything_else_is_left_to_the_inner_service() {
        let own = SupportResource::default();
        for path in
            ["/", "/.well-known/gpc", "/.well-known/gpc.json/", "/x/.well-known/gpc.json", "/.WELL-KNOWN/gpc.json"]
        {
            assert_eq!(own.answer(&Method::GET, path).map(Response::into_body), None, "{path}");
        }
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            assert_eq!(own.answer(&method, PATH).map(Response::into_body), None, "{method}");
        }
        assert_eq!(SupportResource::origin().answer(&Method::GET, PATH).map(Response::into_body), None);
    }

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        let table = [
            ("2026-11-23", true),
            ("0000-01-01", true),
            ("9999-12-31", true),
            ("2024-02-29", true),
            ("2000-02-29", true),
            ("1900-02-29", false),
            ("2023-02-29", false),
            ("2024-02-30", false),
            ("2024-04-31", false),
            ("2024-12-32", false),
            ("2024-13-01", false),
            ("2024-00-01", false),
            ("2024-01-00", false),
            ("2024-1-1", false),
            ("2024-01-01T00:00:00Z", false),
            ("2024/01/01", false),
            ("+024-01-01", false),
            ("2024-01-0\"", false),
            ("٢٠٢٤-01-01", false),
            ("24-01-01", false),
            (" 2024-01-01", false),
            ("", false),
        ];
        for (text, want) in table {
            assert_eq!(SupportResource::own(text).is_ok(), want, "{text}");
        }
        assert!(is_full_date(RELEASED.as_bytes()));
    }
}
