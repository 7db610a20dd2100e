use proptest::prelude::*;

use super::*;
use crate::header::testing::hostile_value;

const ALL: [Syntax; 4] = [Syntax::Tokens, Syntax::Strings, Syntax::EntityTags, Syntax::Links];

fn pieces(value: &[u8], syntax: Syntax) -> Vec<Vec<u8>> {
    Pieces::new(value, syntax).map(<[u8]>::to_vec).collect()
}

/// Marks every protected byte first, looking at the whole text from each of them, and splits at the bare commas.
fn naive_pieces(value: &[u8], syntax: Syntax) -> Vec<Vec<u8>> {
    let closes = |open: usize, end: usize| match value[open] {
        b'<' => value[end] == b'>',
        _ if syntax == Syntax::EntityTags => value[end] == b'"',
        _ => {
            let escapes = value[open + 1..end].iter().rev().take_while(|byte| **byte == b'\\').count();
            value[end] == b'"' && escapes % 2 == 0
        }
    };
    let mut protected = vec![false; value.len()];
    let mut broken = Vec::new();
    let mut at = 0;
    while at < value.len() {
        let start = (0..at).rev().find(|i| value[*i] == b',' && !protected[*i]).map_or(0, |comma| comma + 1);
        let before = value[start..at].iter().rev().find(|byte| !b" \t".contains(byte));
        let opens = match (value[at], syntax) {
            (_, Syntax::Tokens) => false,
            (b'"', Syntax::Links) => before == Some(&b'='),
            (b'"', _) => true,
            (b'<', Syntax::Links) => before.is_none(),
            _ => false,
        };
        if opens && !broken.contains(&value[at]) {
            match (at + 1..value.len()).find(|end| closes(at, *end)) {
                Some(end) => {
                    protected[at..=end].fill(true);
                    at = end;
                }
                None => broken.push(value[at]),
            }
        }
        at += 1;
    }
    let mut pieces = vec![Vec::new()];
    for (byte, protected) in value.iter().zip(protected) {
        if *byte == b',' && !protected {
            pieces.push(Vec::new());
        } else {
            pieces.last_mut().unwrap().push(*byte);
        }
    }
    pieces
}

#[test]
fn lists_are_split_at_the_commas_that_separate() {
    use Syntax::*;
    let table: &[(&str, Syntax, &[&str])] = &[
        ("", Tokens, &[]),
        (" , ,\t", Tokens, &[]),
        ("a", Tokens, &["a"]),
        ("a, b ,\tc,,d", Tokens, &["a", "b", "c", "d"]),
        (r#""a, b", c"#, Tokens, &[r#""a"#, r#"b""#, "c"]),
        (r#""a, b", c"#, Strings, &[r#""a, b""#, "c"]),
        (r#"x="a, \"b, ", c"#, Strings, &[r#"x="a, \"b, ""#, "c"]),
        (r#""a, b, c"#, Strings, &[r#""a"#, "b", "c"]),
        (r#""a\", b"#, Strings, &[r#""a\""#, "b"]),
        (r#""a\", b"#, EntityTags, &[r#""a\""#, "b"]),
        (r#""a\", "b""#, EntityTags, &[r#""a\""#, r#""b""#]),
        (r#""a\", "b""#, Strings, &[r#""a\", "b""#]),
        (r#"W/"a,b",W/"c""#, EntityTags, &[r#"W/"a,b""#, r#"W/"c""#]),
        ("<a,b>; x, <c", Strings, &["<a", "b>; x", "<c"]),
        ("<a,b>; x, <c,d>", Links, &["<a,b>; x", "<c,d>"]),
        ("<a,b; x", Links, &["<a", "b; x"]),
        ("x <a,b>", Links, &["x <a", "b>"]),
        (r#"<a">; t="b,c""#, Links, &[r#"<a">; t="b,c""#]),
        (r#"<a>; t = "b,c" , <d>"#, Links, &[r#"<a>; t = "b,c""#, "<d>"]),
        (r#"<a>; t"b,c""#, Links, &[r#"<a>; t"b"#, r#"c""#]),
    ];
    for (input, syntax, want) in table {
        let got: Vec<_> = members(input.as_bytes(), *syntax).map(|m| std::str::from_utf8(m).unwrap()).collect();
        assert_eq!(got, *want, "{input} as {syntax:?}");
    }
}

#[test]
fn an_edit_keeps_the_bytes_of_what_stays() {
    // `x` goes, `y` becomes `Y`.
    let table = [
        ("a, b", Edit::Keep),
        ("", Edit::Keep),
        (",,", Edit::Keep),
        ("x", Edit::Remove),
        (" x ,\t, x", Edit::Remove),
        ("x,  a", Edit::Replace(b"a".to_vec())),
        ("a ,x", Edit::Replace(b"a ".to_vec())),
        ("a ,x,\tb", Edit::Replace(b"a ,\tb".to_vec())),
        ("a,, x,b,", Edit::Replace(b"a,,b,".to_vec())),
        (", x, a", Edit::Replace(b", a".to_vec())),
        ("y", Edit::Replace(b"Y".to_vec())),
        ("a,  y ,b", Edit::Replace(b"a,  Y,b".to_vec())),
        ("x, y,x", Edit::Replace(b"Y".to_vec())),
    ];
    for (input, want) in table {
        let got = edit(input.as_bytes(), Syntax::Tokens, |member| match member {
            b"x" => Edit::Remove,
            b"y" => Edit::Replace(b"Y".to_vec()),
            _ => Edit::Keep,
        });
        assert_eq!(got, want, "{input:?}");
    }
}

proptest! {
    #[test]
    fn it_splits_as_the_naive_oracle_does(value in hostile_value()) {
        for syntax in ALL {
            prop_assert_eq!(pieces(&value, syntax), naive_pieces(&value, syntax), "{:?}", syntax);
        }
    }

    #[test]
    fn nothing_is_lost_in_the_split(value in hostile_value()) {
        for syntax in ALL {
            prop_assert_eq!(&pieces(&value, syntax).join(&b","[..]), &value);
        }
    }

    #[test]
    fn an_edit_takes_out_what_it_was_told_to_and_nothing_else(value in hostile_value(), verdicts in any::<u32>()) {
        for syntax in ALL {
            let keeps = |index: usize| verdicts >> (index % 32) & 1 == 0;
            let before: Vec<&[u8]> = members(&value, syntax).collect();
            let want: Vec<&[u8]> =
                before.iter().enumerate().filter(|(index, _)| keeps(*index)).map(|(_, member)| *member).collect();
            let mut index = 0;
            let mut shown = Vec::new();
            let edited = edit(&value, syntax, |member| {
                shown.push(member.to_vec());
                index += 1;
                if keeps(index - 1) { Edit::Keep } else { Edit::Remove }
            });
            prop_assert_eq!(&shown, &before);
            match edited {
                Edit::Keep => prop_assert_eq!(want.len(), before.len()),
                Edit::Remove => prop_assert!(want.is_empty() && !before.is_empty()),
                Edit::Replace(bytes) => {
                    prop_assert!(!want.is_empty() && want.len() < before.len());
                    prop_assert_eq!(members(&bytes, syntax).collect::<Vec<_>>(), want);
                }
            }
        }
    }
}
