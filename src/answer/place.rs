//! Where a cookie stands in the browser's jar: its domain and path.

use std::net::IpAddr;

use crate::error::{ConfigError, ConfigErrorKind};

/// The domain that the operator named, or the registrable one.
#[derive(Clone, Debug, Default)]
pub(super) struct Domain(Option<Box<str>>);

impl Domain {
    /// Parses a host name; a leading dot, as cookies used to have, is dropped.
    pub(super) fn parse(text: &str) -> Result<Self, ConfigError> {
        let name = text.strip_prefix('.').unwrap_or(text).to_ascii_lowercase();
        let label =
            |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(|byte| is_of_name(byte) && byte != b'.');
        if name.len() > 253 || !name.split('.').all(label) || name.parse::<IpAddr>().is_ok() {
            let message = format!("cookie domain {text:?}: expected a host name such as example.com");
            return Err(ConfigError::new(ConfigErrorKind::Name, message));
        }
        Ok(Self(Some(name.into())))
    }
}

/// Where cookies of one name may stand that a request to one URL carries, and where the one is put that replaces them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// The domain of the one that stays; `None` is the host alone.
    pub(super) domain: Option<&'a str>,
    /// The domains of others that the host's cookies can have, wider first; they are removed.
    pub(super) others: Vec<&'a str>,
    /// The paths below `/` that they can have.
    pub(super) paths: Vec<&'a str>,
}

impl<'a> Place<'a> {
    pub(super) fn of(configured: &'a Domain, host: Option<&'a str>, path: &'a str) -> Self {
        // An address, or a name of one label, has no domain but itself (RFC 6265bis § 5.1.3); and what is no name is none.
        let host = host.filter(|host| host.contains('.') && host.bytes().all(is_of_name) && !is_address(host));
        let domain = match (&configured.0, host) {
            (Some(domain), Some(host)) if is_within(host, domain) => Some(&**domain),
            // Another site's host: its browser would refuse the configured domain.
            (_, Some(host)) => psl::domain_str(host),
            (_, None) => None,
        };
        let others = match (host, domain) {
            (Some(host), Some(domain)) => below(host, domain).collect(),
            _ => Vec::new(),
        };
        Self { domain, others, paths: paths(path) }
    }
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<IpAddr>().is_ok()
}

fn is_within(host: &str, domain: &str) -> bool {
    let Some(at) = host.len().checked_sub(domain.len()) else { return false };
    host.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(domain))
        && (at == 0 || host.get(..at).is_some_and(|start| start.ends_with('.')))
}

/// The names below `domain` down to the host: for `a.b.example.com` and `example.com`, `b.example.com` and itself.
fn below<'a>(host: &'a str, domain: &str) -> impl Iterator<Item = &'a str> {
    let end = host.len().saturating_sub(domain.len());
    let starts = host.match_indices('.').map(|(at, _)| at + 1).filter(move |&at| at < end);
    let mut names: Vec<_> = (end > 0).then_some(0).into_iter().chain(starts).collect();
    names.reverse();
    names.into_iter().take(MOST_DOMAINS).filter_map(move |at| host.get(at..))
}

/// The paths that a script on the page gives a cookie when it names none: the directories of the URL (RFC 6265bis
/// § 5.1.4), the deepest last.
fn paths(path: &str) -> Vec<&str> {
    let ends = path.match_indices('/').map(|(at, _)| at).filter(|&at| at > 0);
    ends.take(MOST_PATHS).filter_map(|end| path.get(..end)).filter(|path| path.bytes().all(is_path)).collect()
}

/// RFC 6265bis § 4.1.1, "path-value": whatever would end the attribute, or the line, is in no path of ours.
fn is_path(byte: u8) -> bool {
    matches!(byte, b'!'..=b':' | b'<'..=b'~')
}

/// More than real sites have; a request can name any number.
const MOST_DOMAINS: usize = 4;
const MOST_PATHS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registrable_domain_is_chosen_and_those_below_are_cleared() {
        let table: &[(&str, Option<&str>, &[&str])] = &[
            ("example.com", Some("example.com"), &[]),
            ("www.example.com", Some("example.com"), &["www.example.com"]),
            ("a.b.example.com", Some("example.com"), &["b.example.com", "a.b.example.com"]),
            ("www.shop.co.uk", Some("shop.co.uk"), &["www.shop.co.uk"]),
            ("me.github.io", Some("me.github.io"), &[]),
            ("WWW.Example.COM", Some("Example.COM"), &["WWW.Example.COM"]),
            ("www.shop.localhost", Some("shop.localhost"), &["www.shop.localhost"]),
            ("localhost", None, &[]),
            ("com", None, &[]),
            ("co.uk", None, &[]),
            ("127.0.0.1", None, &[]),
            ("[::1]", None, &[]),
            ("a.example.com; Domain=example.org", None, &[]),
            ("a.exämple.com", None, &[]),
        ];
        for (host, domain, others) in table {
            let unset = Domain::default();
            let place = Place::of(&unset, Some(host), "/");
            assert_eq!((place.domain, &*place.others), (*domain, *others), "{host}");
        }
        assert_eq!(Place::of(&Domain::default(), None, "/").domain, None);
    }

    #[test]
    fn a_configured_domain_counts_for_hosts_in_it() {
        let configured = Domain::parse(".Shop.Example.com").unwrap();
        for (host, domain) in [
            ("shop.example.com", Some("shop.example.com")),
            ("www.shop.example.com", Some("shop.example.com")),
            ("example.com", Some("example.com")),
            ("myshop.example.com", Some("example.com")),
            ("other.test", Some("other.test")),
        ] {
            assert_eq!(Place::of(&configured, Some(host), "/").domain, domain, "{host}");
        }
    }

    #[test]
    fn a_domain_is_a_host_name() {
        for text in ["example.com", ".example.com", "localhost", "xn--bcher-kva.example", "a_b.example.com"] {
            assert!(Domain::parse(text).is_ok(), "{text}");
        }
        for text in
            ["", ".", "a..b", "https://example.com", "example.com:80", "a b", "127.0.0.1", "::1", "a;b", "ä.com"]
        {
            assert_eq!(Domain::parse(text).unwrap_err().kind(), ConfigErrorKind::Name, "{text}");
        }
    }

    #[test]
    fn paths_are_the_directories_of_the_url() {
        for (path, want) in [
            ("/", &[][..]),
            ("/page", &[]),
            ("/shop/", &["/shop"]),
            ("/shop/boots/12", &["/shop", "/shop/boots"]),
            ("/a;b/c/d", &[]),
            ("*", &[]),
            ("", &[]),
        ] {
            assert_eq!(paths(path), want, "{path}");
        }
        assert_eq!(paths(&"/x".repeat(100)).len(), MOST_PATHS);
    }

    #[test]
    fn a_host_of_a_thousand_labels_is_bounded() {
        let host = format!("{}example.com", "a.".repeat(1000));
        assert!(Place::of(&Domain::default(), Some(&host), "/").others.len() <= MOST_DOMAINS);
    }
}
