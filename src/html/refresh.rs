//! The URL of a `meta` refresh (WHATWG HTML 4.2.5.3, "shared declarative refresh steps").

use super::is_space;

/// Finds the URL in the `content` of a `meta` refresh.
pub(super) fn url(content: &[u8]) -> Option<&[u8]> {
    let content = content.trim_ascii_start();
    let digits = content.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = content.get(digits..)?;
    if digits == 0 && rest.first() != Some(&b'.') {
        return None;
    }
    let rest = trim(rest, |byte| byte.is_ascii_digit() || byte == b'.');
    if !rest.first().is_some_and(|&byte| is_space(byte) || matches!(byte, b';' | b',')) {
        return None;
    }
    let rest = trim(rest, is_space);
    let rest = trim(rest.strip_prefix(b";").or_else(|| rest.strip_prefix(b",")).unwrap_or(rest), is_space);
    let named = match rest.get(..3) {
        Some(start) if start.eq_ignore_ascii_case(b"url") => {
            trim(rest.get(3..)?, is_space).strip_prefix(b"=").map(|rest| trim(rest, is_space))
        }
        _ => None,
    };
    let rest = named.unwrap_or(rest);
    match rest.first() {
        None => None,
        Some(quote @ (b'"' | b'\'')) => rest.get(1..)?.split(|byte| byte == quote).next(),
        Some(_) => Some(rest),
    }
}

fn trim(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> &[u8] {
    let n = bytes.iter().take_while(|&&byte| wanted(byte)).count();
    bytes.get(n..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_url_of_a_refresh_is_found() {
        for (content, want) in [
            ("0;url=https://t.test/", Some("https://t.test/")),
            (" 5 ; URL = 'https://t.test/' x", Some("https://t.test/")),
            ("0.5, https://t.test/", Some("https://t.test/")),
            ("0 url=\"//t.test/", Some("//t.test/")),
            (".;//t.test", Some("//t.test")),
            ("5", None),
            ("5;", None),
            ("x;url=//t.test", None),
            ("5x;url=//t.test", None),
            ("0;url", Some("url")),
        ] {
            assert_eq!(super::url(content.as_bytes()), want.map(str::as_bytes), "{content}");
        }
    }
}
