//! `Set-Cookie` (RFC 6265bis §5.6): one cookie a line, never a list.

use http::header::{HeaderMap, SET_COOKIE};

use super::edit::{self, Edit};
use super::list::trim;

/// Takes out the cookies whose name is withheld, and returns how many there are.
///
/// In a dry run they are counted and stay. Value and attributes are not looked at. A removed line does not delete a
/// cookie that the browser already has.
pub(crate) fn withhold(headers: &mut HeaderMap, dry_run: bool, mut withheld: impl FnMut(&[u8]) -> bool) -> usize {
    let mut count = 0;
    edit::fields(headers, &SET_COOKIE, |line| {
        if !withheld(name(line.as_bytes())) {
            return Edit::Keep;
        }
        count += 1;
        if dry_run { Edit::Keep } else { Edit::Remove }
    });
    count
}

/// What becomes of one line.
pub(crate) enum ValueEdit {
    Keep,
    /// The same cookie with this value, and with the attributes that it had.
    Replace(String),
    Remove,
}

/// Changes values of cookies that are being set.
pub(crate) fn edit_values(headers: &mut HeaderMap, mut change: impl FnMut(&[u8], &[u8]) -> ValueEdit) {
    edit::fields(headers, &SET_COOKIE, |line| {
        let bytes = line.as_bytes();
        match change(name(bytes), value(bytes)) {
            ValueEdit::Keep => Edit::Keep,
            ValueEdit::Replace(value) => {
                let attributes = memchr::memchr(b';', bytes).and_then(|end| bytes.get(end..)).unwrap_or_default();
                Edit::Replace([name(bytes), b"=", value.as_bytes(), attributes].concat())
            }
            ValueEdit::Remove => Edit::Remove,
        }
    });
}

/// What stands between the first `=` and the first `;`, without the quotes that may be around it.
fn value(line: &[u8]) -> &[u8] {
    let pair = line.split(|byte| *byte == b';').next().unwrap_or_default();
    let value = trim(memchr::memchr(b'=', pair).and_then(|end| pair.get(end + 1..)).unwrap_or_default());
    match value {
        [b'"', inner @ .., b'"'] => inner,
        _ => value,
    }
}

/// RFC 6265bis §5.6: the pair ends at the first `;`, and one without `=` is a value without a name.
fn name(line: &[u8]) -> &[u8] {
    let pair = line.split(|byte| *byte == b';').next().unwrap_or_default();
    memchr::memchr(b'=', pair).and_then(|end| pair.get(..end)).map_or(&[], trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::testing::{all, headers, lines};

    #[test]
    fn the_name_is_what_stands_before_the_first_equals_sign() {
        let table = [
            ("_fbp=fb.1.2; Path=/", "_fbp"),
            (" _fbp\t= x", "_fbp"),
            ("a=b=c", "a"),
            ("=x", ""),
            ("alone", ""),
            ("alone; Path=/", ""),
            ("; a=b", ""),
            ("", ""),
            ("a b=c", "a b"),
            ("a,b=c", "a,b"),
            ("\"a\"=c", "\"a\""),
        ];
        for (input, want) in table {
            assert_eq!(name(input.as_bytes()), want.as_bytes(), "{input}");
        }
        assert_eq!(name(b"\xff\xfe=1"), b"\xff\xfe");
    }

    #[test]
    fn withheld_cookies_go_and_the_others_keep_their_order() {
        let input = [
            ("set-cookie", "id=1; HttpOnly"),
            ("x", "y"),
            ("set-cookie", "_fbp=2"),
            ("set-cookie", "cart=_fbp=3, _fbp=4"),
            ("set-cookie", " _fbp =5"),
            ("set-cookie", "_FBP=6"),
        ];
        let mut map = headers(&input);
        let tracker = |name: &[u8]| name == b"_fbp";
        assert_eq!(withhold(&mut map, true, tracker), 2);
        assert_eq!(all(&map), all(&headers(&input)));
        assert_eq!(withhold(&mut map, false, tracker), 2);
        assert_eq!(lines(&map, "set-cookie"), ["id=1; HttpOnly", "cart=_fbp=3, _fbp=4", "_FBP=6"]);
        assert_eq!(withhold(&mut map, false, |_| true), 3);
        assert_eq!(lines(&map, "set-cookie"), [""; 0]);
        assert_eq!(lines(&map, "x"), ["y"]);
    }

    #[test]
    fn values_change_and_attributes_stay() {
        let input = [
            ("set-cookie", "usprivacy=1YNN; Path=/; Domain=example.com"),
            ("set-cookie", "id=1"),
            ("set-cookie", " usprivacy = \"1YNN\" ;Secure"),
            ("set-cookie", "gone=1; Path=/"),
            ("set-cookie", "alone"),
        ];
        let mut map = headers(&input);
        let mut seen = Vec::new();
        edit_values(&mut map, |name, value| {
            seen.push((String::from_utf8_lossy(name).into_owned(), String::from_utf8_lossy(value).into_owned()));
            match name {
                b"usprivacy" => ValueEdit::Replace("1YYN".into()),
                b"gone" => ValueEdit::Remove,
                _ => ValueEdit::Keep,
            }
        });
        let want = ["usprivacy=1YYN; Path=/; Domain=example.com", "id=1", "usprivacy=1YYN;Secure", "alone"];
        assert_eq!(lines(&map, "set-cookie"), want);
        let want = [("usprivacy", "1YNN"), ("id", "1"), ("usprivacy", "1YNN"), ("gone", "1"), ("", "")];
        assert_eq!(seen, want.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
