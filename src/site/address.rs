//! Where links of ours may lead.

use crate::error::{ConfigError, ConfigErrorKind};

/// A path on this site, or an `https` URL.
///
/// # Errors
///
/// Returns [`ConfigError`] of the kind `Value`, in which `what` is named, for anything else: other schemes, relative
/// addresses, and signs that would end an attribute or a directive.
pub(super) fn parse(what: &str, url: &str) -> Result<String, ConfigError> {
    let is_path = url.starts_with('/') && !url.starts_with("//") && !url.contains('\\');
    let is_url = url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    let fits = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>;,".contains(&byte));
    if fits && (is_path || is_url) {
        return Ok(url.to_owned());
    }
    let message = format!("{what} {url:?}: expected a path such as \"/privacy\", or an https URL");
    Err(ConfigError::new(ConfigErrorKind::Value, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_this_site_or_over_tls() {
        for url in ["/", "/privacy?a=b&c#d", "https://a.example", "https://a.example/b"] {
            assert!(parse("link", url).is_ok(), "{url}");
        }
        for url in [
            "",
            "privacy",
            "//evil.test",
            "/\\evil.test",
            "http://a.test",
            "https://",
            "https:///x",
            "javascript:x",
            "/a b",
            "/a;b",
            "/a\"b",
            "/ä",
        ] {
            assert!(parse("link", url).is_err(), "{url}");
        }
    }
}
