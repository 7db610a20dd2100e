//! Which host a page calls its own.

use std::path::{Component, Path};

use memchr::memmem;
use tower_gpc::html::place;

/// The host of the page: of its canonical link or `og:url`, else of its `base`, else of a file or folder that is named
/// as a host (as `wget` names them).
///
/// `start` is the beginning of the page.
pub(super) fn own_host(address: Option<&[u8]>, start: &[u8], path: &Path) -> Option<String> {
    address.and_then(host).or_else(|| host(base(start)?)).or_else(|| named(path))
}

fn host(url: &[u8]) -> Option<String> {
    let (host, _) = place(url)?;
    host.contains('.').then_some(host)
}

/// The URL of the first `base`.
fn base(start: &[u8]) -> Option<&[u8]> {
    let lower = start.to_ascii_lowercase();
    let tag = memmem::find(&lower, b"<base ")?;
    let end = memchr::memchr(b'>', lower.get(tag..)?)? + tag;
    let href = memmem::find(lower.get(tag..end)?, b"href=")? + tag + 5;
    let value = start.get(href..end)?;
    match value.first()? {
        quote @ (b'"' | b'\'') => value.get(1..)?.split(|byte| byte == quote).next(),
        _ => value.split(|byte| byte.is_ascii_whitespace()).next(),
    }
}

/// A folder or file named as a host that could be on the web.
fn named(path: &Path) -> Option<String> {
    let mut names = path.components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    names.find_map(|name| {
        let name = name.to_ascii_lowercase();
        let name =
            ["html", "htm", "xhtml"].iter().find_map(|end| name.strip_suffix(&format!(".{end}"))).unwrap_or(&name);
        let listed = psl::domain(name.as_bytes())?.suffix().is_known();
        (listed && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)))
            .then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_at_home_where_it_says_or_where_it_was_saved() {
        for (address, start, path, want) in [
            (Some("https://www.a.example/x"), "<base href=https://b.example/>", "c.com/x.html", Some("www.a.example")),
            (Some("/relative"), "<BASE target=x HREF='https://b.example/'>", "c.com/x.html", Some("b.example")),
            (None, "<base target=_blank><a href=//b.example/>", "c.com/x.html", Some("c.com")),
            (None, "<base href=//b.example/ target=_blank>", "x.html", Some("b.example")),
            (None, "<base href='unended", "www.c.co.uk.html", Some("www.c.co.uk")),
            (Some("http://localhost/x"), "", "saved/ars-1.html", None),
            (None, "", "index.html", None),
            (None, "", "v1.2.html", None),
        ] {
            let found = own_host(address.map(str::as_bytes), start.as_bytes(), Path::new(path));
            assert_eq!(found.as_deref(), want, "{address:?} {start} {path}");
        }
    }
}
