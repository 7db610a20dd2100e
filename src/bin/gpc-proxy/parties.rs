//! Whose a host is.

/// The part of a host that one owner has: what a registry sold, or the host itself where there is none, such as an
/// address of numbers.
pub(crate) fn owner(host: &str) -> &str {
    if host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return host;
    }
    psl::domain_str(host).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_one_owner_are_one() {
        for (host, want) in [
            ("www.a.co.uk", "a.co.uk"),
            ("a.com", "a.com"),
            ("x.y.github.io", "y.github.io"),
            ("com", "com"),
            ("10.0.0.1", "10.0.0.1"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(owner(host), want, "{host}");
        }
    }
}
