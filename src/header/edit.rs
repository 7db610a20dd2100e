//! What may happen to a field line or to a list member, and the one place that writes to the map.

use http::header::{Entry, HeaderMap, HeaderName, HeaderValue};

/// The verdict on one field line, or on one member of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Edit {
    Keep,
    Replace(Vec<u8>),
    Remove,
}

/// Applies `change` to every line of the field `name`, once each and in order.
///
/// If all are kept, nothing is allocated and nothing is written. Lines that stay keep their bytes and their order, and
/// the field keeps its place among the others.
pub(super) fn fields(headers: &mut HeaderMap, name: &HeaderName, mut change: impl FnMut(&HeaderValue) -> Edit) {
    let mut edited: Option<Vec<HeaderValue>> = None;
    for (index, value) in headers.get_all(name).iter().enumerate() {
        let replacement = match change(value) {
            Edit::Keep => {
                if let Some(lines) = &mut edited {
                    lines.push(value.clone());
                }
                continue;
            }
            Edit::Replace(bytes) => line(bytes, value.is_sensitive()),
            Edit::Remove => None,
        };
        edited.get_or_insert_with(|| headers.get_all(name).iter().take(index).cloned().collect()).extend(replacement);
    }
    if let Some(lines) = edited {
        write(headers, name, lines);
    }
}

/// Bytes that no field line may hold give `None`, so a line that cannot be written is a line that goes.
fn line(bytes: Vec<u8>, sensitive: bool) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(bytes).ok()?;
    value.set_sensitive(sensitive);
    Some(value)
}

fn write(headers: &mut HeaderMap, name: &HeaderName, lines: Vec<HeaderValue>) {
    let mut lines = lines.into_iter();
    // An occupied entry keeps the field where it stands; `remove` and `append` would move two fields.
    if let Some(first) = lines.next()
        && let Ok(Entry::Occupied(mut entry)) = headers.try_entry(name)
    {
        // Not `insert_mult`: it panics for a field of three lines or more (http 1.5.0).
        entry.insert(first);
        for line in lines {
            entry.append(line);
        }
        return;
    }
    // `http` gives no entry of a map that is full (24,576 names). What cannot be edited goes: that is safe.
    headers.remove(name);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::testing::{headers, lines};

    fn sample() -> HeaderMap {
        headers(&[("a", "1"), ("link", "x"), ("b", "2"), ("link", "y"), ("link", "z"), ("c", "3")])
    }

    #[test]
    fn lines_are_shown_once_each_and_in_order() {
        let mut seen = Vec::new();
        fields(&mut sample(), &http::header::LINK, |value| {
            seen.push(value.as_bytes().to_vec());
            Edit::Remove
        });
        assert_eq!(seen, [b"x", b"y", b"z"]);
    }

    #[test]
    fn any_mixture_of_verdicts_keeps_order_and_place() {
        let verdicts = |index: usize| match index {
            0 => Edit::Keep,
            1 => Edit::Remove,
            _ => Edit::Replace(b"new".to_vec()),
        };
        for code in 0..27usize {
            let picks = [code % 3, code / 3 % 3, code / 9];
            let mut map = sample();
            let mut pick = picks.iter();
            fields(&mut map, &http::header::LINK, |_| verdicts(*pick.next().unwrap()));

            let want: Vec<&str> = ["x", "y", "z"]
                .into_iter()
                .zip(picks)
                .filter(|(_, pick)| *pick != 1)
                .map(|(line, pick)| if pick == 0 { line } else { "new" })
                .collect();
            assert_eq!(lines(&map, "link"), want, "{picks:?}");
            let names: Vec<&str> = map.keys().map(HeaderName::as_str).collect();
            if want.is_empty() {
                assert!(!map.contains_key("link"));
            } else {
                assert_eq!(names, ["a", "link", "b", "c"], "{picks:?}");
            }
        }
    }

    #[test]
    fn a_line_stays_sensitive_and_one_that_cannot_be_written_goes() {
        let mut map = sample();
        for (_, value) in map.iter_mut() {
            value.set_sensitive(true);
        }
        fields(&mut map, &http::header::LINK, |value| match value.as_bytes() {
            b"x" => Edit::Replace(b"line\nbreak".to_vec()),
            _ => Edit::Replace(b"new".to_vec()),
        });
        assert_eq!(lines(&map, "link"), ["new", "new"]);
        assert!(map.get_all("link").iter().all(HeaderValue::is_sensitive));
    }

    #[test]
    fn in_a_full_map_a_field_that_would_change_goes() {
        let mut map = sample();
        let mut index = 0;
        while map.try_append(HeaderName::try_from(format!("x-{index}")).unwrap(), HeaderValue::from_static("")).is_ok()
        {
            index += 1;
        }
        fields(&mut map, &http::header::LINK, |value| if value == "y" { Edit::Remove } else { Edit::Keep });
        assert!(!map.contains_key("link"));
    }
}
