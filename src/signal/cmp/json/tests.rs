//! What is read is what `serde_json` reads; what it does not take is not whole.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn is_whole(text: &[u8]) -> bool {
    read(text.iter().copied(), Json::skip)
}

/// The keys and scalars of a text as they are shown, in order.
fn shown<I: Iterator<Item = u8>>(json: &mut Json<I>, out: &mut Vec<String>) -> Option<()> {
    match json.blank()? {
        b'{' => json.object(|key, json| {
            out.push(format!("{}:", key.bytes().escape_ascii()));
            shown(json, out)
        }),
        b'[' => json.array(|json| shown(json, out)),
        _ => {
            out.push(match json.scalar()? {
                Scalar::True => "true".to_owned(),
                Scalar::False => "false".to_owned(),
                Scalar::Text(text) => text.bytes().escape_ascii().to_string(),
                Scalar::Other => "other".to_owned(),
            });
            Some(())
        }
    }
}

/// The same by the oracle. An object's keys come sorted there, so they are here too, where both are compared.
fn wanted(value: &Value, out: &mut Vec<String>) {
    let text = |text: &str| {
        if text.len() > LONGEST { String::new() } else { text.as_bytes().escape_ascii().to_string() }
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            out.push(format!("{}:", text(key)));
            wanted(value, out);
        }),
        Value::Array(items) => items.iter().for_each(|item| wanted(item, out)),
        Value::Bool(value) => out.push(value.to_string()),
        Value::String(value) => out.push(text(value)),
        Value::Null | Value::Number(_) => out.push("other".to_owned()),
    }
}

fn values() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        8 => "[a-z0-9 \"\\\\/\n\u{1}é😀]{0,9}".prop_map(|text| text),
        1 => "a{60,70}".prop_map(|text| text),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f32>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, move |value| {
        prop_oneof![
            prop::collection::vec(value.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), value, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn what_is_no_json_is_not_whole() {
    let table: &[(&str, bool)] = &[
        ("{}", true),
        (" [ ] \n", true),
        ("{\"a\":[1,-2.5e+3,null,true,false,\"\\u00e9\\\"\"]}", true),
        ("\"\\ud83d\"", true),
        ("", false),
        (" ", false),
        ("{", false),
        ("{}}", false),
        ("{} {}", false),
        ("{a:1}", false),
        ("{'a':1}", false),
        ("{\"a\"}", false),
        ("{\"a\":}", false),
        ("{\"a\":1,}", false),
        ("{,}", false),
        ("[1,]", false),
        ("[1 2]", false),
        ("[1}", false),
        ("{\"a\":1]", false),
        ("tru", false),
        ("True", false),
        ("nul", false),
        ("undefined", false),
        ("\"a", false),
        ("\"\\x41\"", false),
        ("\"\\u00g0\"", false),
        ("\"\\u00", false),
        ("\"\t\"", false),
        ("\"a\0b\"", false),
        ("//", false),
    ];
    for (text, want) in table {
        assert_eq!(is_whole(text.as_bytes()), *want, "{text:?}");
    }
}

#[test]
fn the_depth_is_bounded() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for (depth, want) in [(1, true), (usize::from(DEEPEST), true), (usize::from(DEEPEST) + 1, false), (800, false)]
        {
            let text = open.repeat(depth) + "1" + &close.repeat(depth);
            assert_eq!(is_whole(text.as_bytes()), want, "{open} {depth}");
        }
    }
}

#[test]
fn values_beside_each_other_are_not_deep() {
    assert!(is_whole(format!("[{}[]]", "{},[],".repeat(100)).as_bytes()));
}

#[test]
fn escapes_beyond_ascii_match_no_name() {
    let mut keys = Vec::new();
    let text = br#"{"\u0061\u0062":1,"\u00e9":2,"\ud83d\ude00":3,"\/":4}"#;
    assert!(read(text.iter().copied(), |json| json.object(|key, json| {
        keys.push(key.bytes().to_vec());
        json.skip()
    })));
    assert_eq!(keys, [b"ab".to_vec(), vec![0xff], vec![0xff, 0xff], b"/".to_vec()]);
}

#[test]
fn every_byte_is_looked_at_once() {
    for text in ["[".repeat(4096), "{\"a\":".repeat(900), "\"".repeat(4096), format!("\"{}", "\\u0041".repeat(700))] {
        let mut count = 0;
        assert!(!read(text.bytes().inspect(|_| count += 1), Json::skip));
        assert!(count <= text.len(), "{}", &text[..9]);
    }
}

proptest! {
    #[test]
    fn what_is_shown_is_what_the_oracle_holds(value in values(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let (mut got, mut want) = (Vec::new(), Vec::new());
        prop_assert!(read(text.bytes(), |json| shown(json, &mut got)), "{}", text);
        wanted(&value, &mut want);
        prop_assert_eq!(got, want, "{}", text);
    }

    #[test]
    fn a_text_cut_short_is_not_whole(value in values()) {
        let text = serde_json::to_string(&value).unwrap();
        prop_assume!(text.starts_with(['{', '[', '"']));
        for cut in 0..text.len() {
            prop_assert!(!is_whole(&text.as_bytes()[..cut]), "{} at {}", text, cut);
        }
    }

    #[test]
    fn what_the_oracle_takes_is_whole(text in r#"([\[\]{}:, ]|"[a\\"]{0,3}"|true|nul|-?[0-9]|\\u00e9){0,12}"#) {
        if serde_json::from_str::<Value>(&text).is_ok() {
            prop_assert!(is_whole(text.as_bytes()), "{}", text);
        }
    }
}
