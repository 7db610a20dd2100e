//! A browser's cookies, as RFC 6265bis has them.

use std::collections::HashSet;

/// The cookies of one browser.
#[derive(Clone, Debug, Default)]
pub(super) struct Jar(Vec<Cookie>);

#[derive(Clone, Debug, Default)]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    host_only: bool,
    path: String,
}

impl Jar {
    /// §5.7: stores, replaces or removes what a `Set-Cookie` line of a response to `https://<host><path>` says.
    pub(super) fn set(&mut self, line: &str, host: &str, path: &str) {
        let mut parts = line.split(';');
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let mut cookie = Cookie {
            name: name.trim().into(),
            value: value.trim().into(),
            domain: host.into(),
            host_only: true,
            path: default_path(path).into(),
        };
        let (mut secure, mut removed) = (false, false);
        for attribute in parts {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "domain" => {
                    cookie.domain = value.trim_start_matches('.').to_ascii_lowercase();
                    cookie.host_only = false;
                }
                "path" if value.starts_with('/') => cookie.path = value.into(),
                "secure" => secure = true,
                "expires" => removed = value.ends_with("1970 00:00:00 GMT"),
                "max-age" => removed = value.parse::<i64>().unwrap() <= 0,
                _ => {}
            }
        }
        let refused = !is_domain_of(&cookie.domain, host)
            || !cookie.domain.contains('.') && cookie.domain != host
            || cookie.name.len() + cookie.value.len() > 4096
            || cookie.name.starts_with("__Host-") && !(secure && cookie.host_only && cookie.path == "/")
            || cookie.name.starts_with("__Secure-") && !secure;
        assert!(!refused, "a browser refuses {line} from {host}");
        self.0.retain(|old| !old.is_in_the_place_of(&cookie));
        if !removed {
            self.0.push(cookie);
        }
    }

    /// §5.8.3: what is sent with a request, longer paths first.
    pub(super) fn sent(&self, host: &str, path: &str) -> Vec<String> {
        let mut sent: Vec<_> = self.0.iter().filter(|cookie| cookie.is_sent(host, path)).collect();
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        sent.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect()
    }

    /// What an auditor reads: every value of a name, wherever it stands.
    pub(super) fn values(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|cookie| cookie.name == name).map(|cookie| cookie.value.as_str()).collect()
    }

    /// The names that are there more than once.
    pub(super) fn doubled(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        self.0.iter().map(|cookie| cookie.name.as_str()).filter(|name| !seen.insert(*name)).collect()
    }
}

impl Cookie {
    fn is_in_the_place_of(&self, other: &Cookie) -> bool {
        let place =
            |cookie: &Cookie| (cookie.name.clone(), cookie.domain.clone(), cookie.host_only, cookie.path.clone());
        place(self) == place(other)
    }

    fn is_sent(&self, host: &str, path: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let fits = if self.host_only { host == self.domain } else { is_domain_of(&self.domain, &host) };
        let rest = path.strip_prefix(self.path.as_str());
        fits && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'))
    }
}

/// §5.1.3.
fn is_domain_of(domain: &str, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// §5.1.4.
fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(end) => &path[..end],
    }
}
