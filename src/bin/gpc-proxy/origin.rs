//! The address of the site behind the proxy.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

/// Scheme, host and port of the upstream; never a path, so that paths reach it as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    authority: Authority,
}

impl Origin {
    /// Puts the path and query of a request behind this origin, byte for byte.
    pub(crate) fn at(&self, path: Option<&PathAndQuery>) -> Result<Uri, http::Error> {
        let path = path.cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        Uri::builder().scheme(Scheme::HTTP).authority(self.authority.clone()).path_and_query(path).build()
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| Err(format!("{what}; expected a URL such as http://127.0.0.1:3000"));
        let Ok(uri) = text.parse::<Uri>() else { return wrong("this is not a URL") };
        let parts = uri.into_parts();
        match parts.scheme {
            Some(scheme) if scheme == Scheme::HTTP => {}
            Some(scheme) if scheme == Scheme::HTTPS => {
                return wrong("an https upstream needs TLS, which this version does not speak yet");
            }
            _ => return wrong("the URL does not start with http://"),
        }
        if parts.path_and_query.is_some_and(|path| path != "/") || text.contains('#') {
            return wrong("an upstream has no path: each request brings its own");
        }
        match parts.authority {
            Some(authority) if authority.as_str().contains('@') => wrong("an upstream has no user name"),
            Some(authority) if authority.host().is_empty() || !port_is_valid(&authority) => {
                wrong("the host or the port is wrong")
            }
            Some(authority) => Ok(Self { authority }),
            None => wrong("the URL has no host"),
        }
    }
}

/// `Authority` takes `host:` and `host:99999`; a connector would quietly use port 80 for them.
fn port_is_valid(authority: &Authority) -> bool {
    authority.host() == authority.as_str() || authority.port_u16().is_some_and(|port| port != 0)
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_host_and_nothing_else() {
        for (input, want) in [
            ("http://127.0.0.1:3000", Some("http://127.0.0.1:3000")),
            ("http://shop.example/", Some("http://shop.example")),
            ("http://[::1]:80", Some("http://[::1]:80")),
            ("HTTP://shop.example", Some("http://shop.example")),
            ("http://shop.example/base", None),
            ("http://shop.example/?q", None),
            ("http://shop.example?q", None),
            ("http://shop.example#top", None),
            ("http://me:pw@shop.example", None),
            ("http://shop.example:", None),
            ("http://shop.example:0", None),
            ("http://shop.example:99999", None),
            ("http://:3000", None),
            ("http://", None),
            ("ftp://shop.example", None),
            ("shop.example:3000", None),
            ("127.0.0.1:3000", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(input.parse::<Origin>().ok().map(|origin| origin.to_string()).as_deref(), want, "{input}");
        }
    }

    #[test]
    fn https_is_refused_with_the_reason() {
        assert!("https://shop.example".parse::<Origin>().unwrap_err().contains("TLS"));
    }

    #[test]
    fn paths_stay_byte_identical() {
        let origin: Origin = "http://shop:3000".parse().unwrap();
        for path in ["/", "/a%2Fb//c/../d", "//other.example/x", "/?", "/a?b=c&d=%20;e", "/%e2%82%ac?x=//", "*"] {
            let path: PathAndQuery = path.parse().unwrap();
            let uri = origin.at(Some(&path)).unwrap();
            assert_eq!(uri.path_and_query(), Some(&path));
            assert_eq!(uri.authority().unwrap().as_str(), "shop:3000");
        }
    }
}
