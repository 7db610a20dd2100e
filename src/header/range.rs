//! `Range` and `If-Range` (RFC 9110 §14): a part of a page cannot be filtered.

use http::header::{HeaderMap, IF_RANGE, RANGE};

/// Makes a request ask for the whole page.
///
/// A server may ignore `Range` (RFC 9110 §14.2), so the browser is ready for a `200`. The offsets are those of the
/// filtered body anyway, and the origin would count in its own.
pub(crate) fn strip(headers: &mut HeaderMap) {
    headers.remove(RANGE);
    headers.remove(IF_RANGE);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::testing::{all, headers};

    #[test]
    fn every_range_field_goes_and_no_other() {
        let others = [("accept-ranges", "bytes"), ("if-match", "*"), ("x-range", "bytes=0-1")];
        let ranges = [("range", "bytes=0-1"), ("range", "bytes=5-"), ("if-range", "\"abc\"")];
        let mut map = headers(&others);
        map.extend(headers(&ranges));
        strip(&mut map);
        assert_eq!(all(&map), all(&headers(&others)));
    }
}
