//! Scripts that stand in their own URLs: optimizers move inline scripts there, to have them deferred.

use std::str;

use data_url::DataUrl;

/// The text that a `data:` URL holds (Fetch, "data: URLs"); none if it is no such URL, or none that a browser would run.
pub(super) fn text(url: &[u8]) -> Option<Vec<u8>> {
    let url = url.trim_ascii_start();
    if !url.get(..5)?.eq_ignore_ascii_case(b"data:") {
        return None;
    }
    let (text, _) = DataUrl::process(str::from_utf8(url).ok()?).ok()?.decode_to_vec().ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_would_run_is_read() {
        for (url, want) in [
            ("data:,fbq(1)", Some("fbq(1)")),
            ("data:text/javascript,fbq%28'init'%29;a(%22b%22)", Some("fbq('init');a(\"b\")")),
            ("data:text/javascript;base64,ZmJxKDEp", Some("fbq(1)")),
            (" DATA:text/javascript;charset=utf-8; BASE64 ,Zm Jx%4BDEp", Some("fbq(1)")),
            ("data:text/javascript;base64,ZmJxKDEp#end", Some("fbq(1)")),
            ("data:text/javascript;base64,ZmJxKDEp!", None),
            ("data:text/javascript", None),
            ("data:", None),
            ("https://shop.test/data:,x", None),
            ("", None),
        ] {
            assert_eq!(text(url.as_bytes()).as_deref(), want.map(str::as_bytes), "{url}");
        }
        assert_eq!(text(b"data:,\xff"), None);
    }
}
