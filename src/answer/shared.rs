//! The answer on its way out.

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::header::cache_control;

/// What one response tells its browser.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(super) own: Option<HeaderValue>,
    pub(super) strings: Vec<HeaderValue>,
    /// The opt-out cookie is set even where a shared cache could have stored the response.
    pub(super) always: bool,
}

impl Answer {
    /// Whether a string has to be put right, for which the response must be a whole one.
    pub(crate) fn corrects(&self) -> bool {
        !self.strings.is_empty()
    }

    /// Writes the lines into the head of a response, and keeps the response to this visitor.
    pub(crate) fn write(self, status: StatusCode, headers: &mut HeaderMap) {
        // A 304 tells nothing of who else has the response that it stands for, and its fields replace the stored ones
        // (RFC 9111 § 3.2). No page is asked for with conditions where a string must be corrected, and our cookie can wait.
        if status == StatusCode::NOT_MODIFIED {
            return;
        }
        // A string that is wrong must be put right wherever it is seen; our own cookie can wait for another response.
        let wanted = self.always || self.corrects();
        if !wanted && cache_control::is_publicly_cacheable(status, headers) {
            return;
        }
        cache_control::make_private(headers);
        for line in self.own.into_iter().chain(self.strings) {
            // Fails only in a map of 24,576 names.
            let _ = headers.try_append(SET_COOKIE, line);
        }
    }
}
