use proptest::prelude::*;

use super::*;

/// The statements of a script as they are written; none if it is not understood.
fn statements(text: &str) -> Option<Vec<&str>> {
    let reading = Reading::new(text.as_bytes())?;
    let list = reading.statements(0..reading.len())?;
    Some(list.iter().map(|statement| &text[reading.bytes(&statement.tokens)]).collect())
}

#[test]
fn statements_end_where_the_grammar_says() {
    for (script, want) in [
        ("", &[][..]),
        ("a();b()", &["a();", "b()"]),
        ("a()\nb()", &["a()", "b()"]),
        ("a\n(b)", &["a\n(b)"]),
        ("a\n[b]", &["a\n[b]"]),
        ("a\n`b`", &["a\n`b`"]),
        ("a\n.b()\n.c()", &["a\n.b()\n.c()"]),
        ("a\n++b", &["a", "++b"]),
        ("a\n!function(){}()", &["a", "!function(){}()"]),
        ("a =\nb\nc", &["a =\nb", "c"]),
        ("var a = 1,\n b = 2\nvar c", &["var a = 1,\n b = 2", "var c"]),
        ("if (a) b(); else c()\nd()", &["if (a) b(); else c()", "d()"]),
        ("if (a) {b()} else if (c) d\ne", &["if (a) {b()} else if (c) d", "e"]),
        ("if (a) b\nelse c", &["if (a) b\nelse c"]),
        ("for (var a of b) c(); d()", &["for (var a of b) c();", "d()"]),
        ("do a(); while (b) c()", &["do a(); while (b)", "c()"]),
        ("try {a()} catch (e) {} finally {b()} c()", &["try {a()} catch (e) {} finally {b()}", "c()"]),
        ("try {a()} catch {} c()", &["try {a()} catch {}", "c()"]),
        ("switch (a) {case 1: b(); break}c()", &["switch (a) {case 1: b(); break}", "c()"]),
        ("function a(){b()}c()", &["function a(){b()}", "c()"]),
        ("async function* a(){} b()", &["async function* a(){}", "b()"]),
        ("class A extends B { c() {} } d()", &["class A extends B { c() {} }", "d()"]),
        ("a = class extends B {}\nd()", &["a = class extends B {}", "d()"]),
        ("x: for(;;) break x; y()", &["x: for(;;) break x;", "y()"]),
        ("a = function()\n{ b() }\nc()", &["a = function()\n{ b() }", "c()"]),
        ("a()\n{ b() }", &["a()", "{ b() }"]),
        ("(function(){})()\n;(() => {})()", &["(function(){})()\n;", "(() => {})()"]),
        ("if (a) {}\n;b()", &["if (a) {}", ";", "b()"]),
        ("a = async x => y\nb", &["a = async x => y", "b"]),
        ("return\na", &["return", "a"]),
        ("import a, {b} from 'c'\nd()", &["import a, {b} from 'c'", "d()"]),
        ("import('a').then(b); c()", &["import('a').then(b);", "c()"]),
        ("<!-- x\na()\n//-->", &["a()"]),
        ("a()\n--> x\nb()", &["a()", "b()"]),
        ("while (a --> b) c(); d", &["while (a --> b) c();", "d"]),
        ("//<![CDATA[\na();\n//]]>", &["a();"]),
        ("<![CDATA[\na(b[c[0]]>1);\n]]>", &["a(b[c[0]]>1);"]),
        ("/* ; */ a(/* ) */); // b();", &["a(/* ) */);"]),
        ("a = 'x;\\';y'; b", &["a = 'x;\\';y';", "b"]),
        ("a = 'x\\\ny'; b", &["a = 'x\\\ny';", "b"]),
        ("for (a; b; c) d(function(){ e; });", &["for (a; b; c) d(function(){ e; });"]),
        ("for await (a of b) {}", &["for await (a of b) {}"]),
        ("a([{b() { c; }}]); `${() => { d; }}`", &["a([{b() { c; }}]);", "`${() => { d; }}`"]),
        ("a = `x;${`${b};`}\n;`; c", &["a = `x;${`${b};`}\n;`;", "c"]),
        ("a = `${{b: `}`}}`\nc", &["a = `${{b: `}`}}`", "c"]),
        ("a = /;'/; b", &["a = /;'/;", "b"]),
        ("a = /[/;]/g\nb", &["a = /[/;]/g", "b"]),
        ("a = b / c; d = e / f", &["a = b / c;", "d = e / f"]),
        ("if (a) /;/.test(b); c", &["if (a) /;/.test(b);", "c"]),
        ("a = (b) / c; d /= 2", &["a = (b) / c;", "d /= 2"]),
        ("a = {b: 1} / 2; c", &["a = {b: 1} / 2;", "c"]),
        ("{} /;/.test(a)", &["{}", "/;/.test(a)"]),
        ("a = x.return / 2; b / 3", &["a = x.return / 2;", "b / 3"]),
        ("a++ / 2; b / 3", &["a++ / 2;", "b / 3"]),
        ("if (a) ++b; c()", &["if (a) ++b;", "c()"]),
        ("for (a in b) --c\nd()", &["for (a in b) --c", "d()"]),
        ("if (a) b++; else ++c[0]; d()", &["if (a) b++; else ++c[0];", "d()"]),
        ("(a)++\nb()", &["(a)++", "b()"]),
        ("a = 1e+5 + .5; b", &["a = 1e+5 + .5;", "b"]),
        ("a?.5:b\nc", &["a?.5:b", "c"]),
        ("a?.b\nc", &["a?.b", "c"]),
        ("\u{feff}a\u{a0}=\u{a0}1\u{2028}b", &["a\u{a0}=\u{a0}1", "b"]),
        ("\\u{61}b = 1\nc", &["\\u{61}b = 1", "c"]),
        ("let a = 1\nlet b", &["let a = 1", "let b"]),
        ("a = { get b() { return 1 }, c() {} }\nd()", &["a = { get b() { return 1 }, c() {} }", "d()"]),
        ("'use strict'\na()", &["'use strict'", "a()"]),
        ("é = 'ü'\nb", &["é = 'ü'", "b"]),
    ] {
        assert_eq!(statements(script).as_deref(), Some(want), "{script}");
    }
}

#[test]
fn what_is_not_understood_is_said_to_be_so() {
    for script in [
        "a(",
        "a)",
        "(]",
        "'a",
        "'a\n'",
        "`a",
        "`${a",
        "/* a",
        "a b",
        "a 'b'",
        "x = /a\n/",
        "if (a",
        "if a",
        "do a()",
        "try {}",
        "else {}",
        "@a",
        "a \\ b",
        "export default a",
        "throw\na",
        "case 1: b()",
        // No browser runs these.
        "if (a & amp; & amp; b) c()",
        "a(b; c)",
        "for (a = 0; a & lt; b; a++) c()",
        "a & amp; & amp; b()",
        "& a",
        "a(^ b)",
        "a = [b; c]",
        "a = `${b;}`",
    ] {
        assert_eq!(statements(script), None, "{script}");
    }
    assert_eq!(statements(&"if (a) ".repeat(1000)), None);
    assert_eq!(statements(&format!("{}a()", "if (a) ".repeat(1000))), None);
}

#[test]
fn the_token_at_a_byte_is_the_one_that_it_belongs_to() {
    let text = b"ab /* c */ 'd'";
    let reading = Reading::new(text).unwrap();
    let found = (0..text.len()).map(|at| reading.token_at(at)).collect::<Vec<_>>();
    assert_eq!(found[..3], [Some(0), Some(0), None]);
    assert!(found[3..11].iter().all(Option::is_none));
    assert_eq!(found[11..], [Some(1), Some(1), Some(1)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn statements_follow_each_other_and_hold_all_tokens(
        script in r#"([a-c]|if|else|do|while|for|try|catch|function|return|\(|\)|\{|\}|\[|\]|;|,|=|/|\*|'|"|`|\$\{|<!--|-->|\n| |\\|=>|\+\+|\?|:|\.|é|1){0,24}"#,
    ) {
        let Some(reading) = Reading::new(script.as_bytes()) else { return Ok(()) };
        let Some(list) = reading.statements(0..reading.len()) else { return Ok(()) };
        let mut at = 0;
        for statement in &list {
            prop_assert_eq!(statement.tokens.start, at, "{}", script);
            prop_assert!(statement.tokens.end > at);
            at = statement.tokens.end;
            for body in &statement.bodies {
                prop_assert!(statement.tokens.start < body.tokens.start && body.tokens.end <= at);
            }
        }
        prop_assert_eq!(at, reading.len());
    }

    #[test]
    fn no_bytes_are_trouble(bytes: Vec<u8>) {
        if let Some(reading) = Reading::new(&bytes) {
            let _ = reading.statements(0..reading.len());
        }
    }

    #[test]
    fn statements_that_are_put_together_come_apart_again(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "a();", "var b = 1, c = /;/;", "if (a) { b() } else c();", "function f() { return 1 }", "!function(){ a() }();",
            "a = { b: function() { c } };", "for (;;) { break }", "try { a() } catch (e) {}", "x = `a;${b ? `c` : {}}`;", "while (a) b();",
        ]), 0..8),
        gap in prop::sample::select(vec!["", " ", "\n", "/* ; */", "// ;\n", "\n<!-- ;\n"]),
    ) {
        let script = pieces.join(gap);
        prop_assert_eq!(statements(&script), Some(pieces));
    }
}
