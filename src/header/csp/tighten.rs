//! A policy of our own beside the page's: the second line behind the guard.

use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderMap, HeaderValue};

use crate::error::{ConfigError, ConfigErrorKind};

/// What is not about hosts is left to the page's own policy.
const OTHERWISE: &str = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: mediastream:";

/// A policy by which a page fetches from its own origin and from `hosts`, and from nowhere else.
///
/// # Errors
///
/// Returns [`ConfigError`] of the kind `Value` for what is no host source (CSP3 § 2.3.1) or names everything.
pub(crate) fn policy<H: AsRef<str>>(hosts: impl IntoIterator<Item = H>) -> Result<HeaderValue, ConfigError> {
    let mut text = OTHERWISE.to_owned();
    for host in hosts {
        let host = host.as_ref();
        if !is_host_source(host) {
            let message = format!(
                "host {host:?} of the tightened policy: expected one such as \"cdn.shop.example\", \"*.shop.example\" or \
                 \"https://shop.example:8443\""
            );
            return Err(ConfigError::new(ConfigErrorKind::Value, message));
        }
        text.push(' ');
        text.push_str(host);
    }
    HeaderValue::from_str(&text)
        .map_err(|error| ConfigError::new(ConfigErrorKind::Value, "the tightened policy".to_owned()).with_source(error))
}

/// Adds the policy as a line of its own. With several policies each must allow what is fetched (CSP3 § 4.2), so that the
/// page's own is never loosened.
pub(crate) fn tighten(headers: &mut HeaderMap, policy: Option<&HeaderValue>) {
    if let Some(policy) = policy {
        // Fails only in a map of 24,576 names.
        let _ = headers.try_append(CONTENT_SECURITY_POLICY, policy.clone());
    }
}

/// A scheme, a host or `*.` before one, and a port, of which the scheme and the port may be missing.
fn is_host_source(text: &str) -> bool {
    let schemes = ["https://", "http://", "wss://", "ws://"];
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or(text);
    let (host, port) = rest.split_once(':').unwrap_or((rest, "*"));
    let host = host.strip_prefix("*.").unwrap_or(host);
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let is_port = port == "*" || (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    // A registry's whole domain, such as `*.com`, is nobody's.
    is_port && host.split('.').all(is_label) && (host.contains('.') || host == "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_are_listed() {
        let good = ["cdn.shop.example", "*.shop.example", "https://a.example", "wss://a.example:8443", "a.example:*"];
        let text = policy(good).unwrap();
        assert!(text.to_str().unwrap().ends_with(
            "mediastream: cdn.shop.example *.shop.example https://a.example wss://a.example:8443 a.example:*"
        ));
        assert!(policy(["localhost:3000", "http://localhost"]).is_ok() && policy([""; 0]).is_ok());
        for bad in [
            "",
            "*",
            "*.com",
            "https:",
            "https://",
            "'self'",
            "'unsafe-eval'",
            "a.example;script-src *",
            "a.example, b",
            "a b.example",
            "a.example/path",
            "a.example:",
            "a.example:x",
            "*.*.example",
            "ftp://a.example",
            "a..example",
            "data:",
            "ä.example",
        ] {
            let error = policy([bad]).unwrap_err();
            assert_eq!(error.kind(), ConfigErrorKind::Value, "{bad}");
        }
    }
}
