//! The bridge: for browsers whose signal only scripts of the page can see.

use bytes::Bytes;

/// The script of pages for browsers that are not opted out, as far as their requests tell.
///
/// If `navigator.globalPrivacyControl` is true all the same (the page came from a cache or a service worker, or an extension
/// sets the property and no header), it writes our opt-out cookie, stops the page before anything else on it runs, forgets
/// what a service worker kept, and loads it again: once for each address and tab, or three times where the cookie was not there
/// or was taken away. It does so too for a page that the browser brings back as it was left, with the signal on since.
/// A browser that keeps no cookie, or no session storage, goes on with the page. Otherwise it does nothing
/// (11 CCR § 7025(b)(1): "an HTTP header field or JavaScript object").
#[derive(Clone, Debug)]
pub(crate) struct Bridge {
    text: Bytes,
}

impl Bridge {
    /// `name` is that of our cookie: a token, without a quote or a backslash.
    pub(crate) fn new(name: &str, secure: bool) -> Self {
        let secure = if secure { "; Secure" } else { "" };
        let script = include_str!("bridge.min.js").trim_end();
        let attributes = format!("; Path=/; SameSite=Lax; Max-Age=34560000{secure}");
        let text = format!("({script})(\"{name}\",\"{attributes}\");");
        Self { text: text.into() }
    }

    pub(crate) fn text(&self) -> &Bytes {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_few_hundred_bytes_that_end_no_element() {
        let bridge = Bridge::new("__Host-privacy-opt-out", true);
        let text = std::str::from_utf8(bridge.text()).unwrap();
        assert!(text.len() < 950, "{}", text.len());
        assert!(!text.contains("</") && !text.contains("<!--") && !text.contains("]]>"));
        assert!(text.contains("(\"__Host-privacy-opt-out\",\"; Path=/; SameSite=Lax; Max-Age=34560000; Secure\");"));
        assert!(!std::str::from_utf8(Bridge::new("mine", false).text()).unwrap().contains("Secure"));
    }
}
