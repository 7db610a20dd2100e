use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::catalog::{Catalog, Purpose, Vendor};
use crate::policy::{Policy, Rules};

fn rules() -> &'static Rules {
    static RULES: LazyLock<Rules> = LazyLock::new(build);
    &RULES
}

fn build() -> Rules {
    let vendor = |id: &str, purpose, inline: &[&str]| {
        inline.iter().fold(Vendor::new(id, id, purpose), |vendor, text| vendor.with_inline(text).unwrap())
    };
    let catalog = Catalog::empty()
        .with_vendor(vendor("ads", Purpose::Advertising, &["ads('init'", "ads('track'", "cdn.ads.test/", "_adsq"]))
        .with_vendor(vendor("stats", Purpose::Analytics, &["stats('init'", "cdn.stats.test/"]))
        .with_vendor(vendor("cmp", Purpose::Consent, &["cmpReady"]));
    Rules::new(catalog, &Policy::default()).unwrap()
}

/// The script without what goes; none if nothing or all of it does.
fn left(script: &str, parts: &Parts) -> String {
    let mut left = script.to_owned();
    parts.cuts().iter().rev().for_each(|cut| left.replace_range(cut.range(), ""));
    left
}

fn is_read(script: &str) -> bool {
    Reading::new(script.as_bytes()).is_some_and(|reading| reading.statements(0..reading.len()).is_some())
}

#[test]
fn scripts_are_told_apart_by_what_is_around_the_vendors_code() {
    let rules = rules();
    let ads = VendorId(0);
    let large = "own();".repeat(2000);
    for (script, want) in [
        ("ads('init')", Script::Withhold(ads)),
        ("stats('init')", Script::Keep),
        ("stats('init');ads('init')", one_cut(14..25)),
        ("cmpReady(function(){ads('init')})", Script::Calls(ads)),
        ("own();x={a:function(){ads('init')}}", Script::Calls(ads)),
        ("own()\nads('init')\n!own()", one_cut(6..17)),
        ("own();_adsq=[]", Script::Keep),
        ("_adsq=[]", Script::Withhold(ads)),
        ("own('https://cdn.ads.test/')", Script::Keep),
        ("var x=(s.src='//cdn.ads.test/x',own())", Script::Withhold(ads)),
        ("var x=(s.src='//cdn.ads.test/x',own());use(x)", one_cut(14..30)),
        ("var x=(s.src='//cdn.ads.test/x?a='+b,own());use(x)", Script::Withhold(ads)),
        ("var x=(fetch('//cdn.ads.test/x'),own());use(x)", Script::Withhold(ads)),
        ("own();if(a)ads('init')\nmenu()", one_cut(6..22)),
        ("own();if(a())ads('init')\nmenu()", Script::Calls(ads)),
        ("own();if(a())ads('init');menu()", one_cut(13..24)),
        ("do own(); while(a)ads('init')\n(b)()", one_cut(18..35)),
        ("a()\nads('init')\n(b)()", one_cut(4..21)),
        ("own()\nif(a){ads('init')}\n(b)()", one_cut(12..23)),
        ("{\"a\":\"ads('init')\",\"b\":\"<script src=//cdn.ads.test/>\"}", Script::Keep),
        ("@ads('init')", Script::Calls(ads)),
        ("@ s.src='//cdn.ads.test/'", Script::Withhold(ads)),
        ("<!--\nown();document.write('<script src=//cdn.ads.test/x>');", Script::Withhold(ads)),
        (&format!("{large}var x=(s.src='//cdn.ads.test/x',own());use(x)"), one_cut(12_014..12_030)),
        (&format!("{large}var x=(fetch('//cdn.ads.test/x'),own());use(x)"), Script::Calls(ads)),
        (&format!("{large}@ s.src='//cdn.ads.test/'"), Script::Calls(ads)),
        (&format!("!function(){{{large}s.src='//cdn.ads.test/'}}()"), one_cut(12_012..12_035)),
    ] {
        assert_eq!(
            rules.script(script.as_bytes()),
            want,
            "{}",
            script.get(script.len().saturating_sub(100)..).unwrap()
        );
    }
}

fn one_cut(range: Range<usize>) -> Script {
    Script::Parts(Parts { cuts: vec![Cut { vendor: VendorId(0), range }], calls: None })
}

#[test]
fn nesting_is_bounded() {
    let rules = rules();
    for depth in [10, 1000, 20_000] {
        let script = format!("{}s.src='//cdn.ads.test/'{}", "a(function(){".repeat(depth), "})".repeat(depth));
        let verdict = rules.script(script.as_bytes());
        assert_eq!(matches!(verdict, Script::Parts(_)), depth == 10, "{depth}");
        let _ = rules.script(format!("{}ads('init'){}", "{".repeat(depth), "}".repeat(depth)).as_bytes());
        for open in ["(", "{", "[", "`${", "if(a)", "function f(){", "!", "a=>", "/*", "x:", "do "] {
            let _ = rules.script(format!("ads('init');{}", open.repeat(depth)).as_bytes());
        }
    }
}

/// Statements that follow each other in any order.
fn statements() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "own();",
        "own()\n",
        "a = b\n",
        "(function(){ own() })()\n",
        "ads('init');",
        "ads('track')\n",
        "s.src = '//cdn.ads.test/x';",
        "s.src = '//cdn.ads.test/x'\n",
        "!function(d){var s=d.createElement('script');s.src='//cdn.ads.test/x';d.head.appendChild(s)}(document);",
        "(function(){ own(); s.src='//cdn.ads.test/x' })()\n",
        "if (a) { ads('init') } else { own() }\n",
        "if (a) ads('init'); else own();",
        "for (;;) s.src = '//cdn.ads.test/x';",
        "var s = document.createElement('script');",
        "var u = '//cdn.ads.test/x';",
        "s.src = u;",
        "function f() { ads('track'); s.src = '//cdn.ads.test/x'; return 1 }\n",
        "try { ads('init') } catch (e) { own() }\n",
        "window.addEventListener('load', () => { s.src = '//cdn.ads.test/x' });",
        "_adsq = window._adsq || [];",
        "x: ads('init');",
        "do ads('init'); while (a)\n",
        "document.write('<img src=//cdn.ads.test/x>');",
        "stats('init');",
        "cmpReady(1);",
        "`${ads('init')}`;",
        "[ads('init')];",
        "for (const u of ['//cdn.ads.test/x', '//own.test/y']) { s.src = u }\n",
        "for (const u of ['//cdn.ads.test/x', '//cdn.ads.test/y']) s.src = u;",
        "var us = ['//own.test/y', '//cdn.ads.test/x']; us.forEach(function(u) { s.src = u });",
        "function l() { var us = ['//cdn.ads.test/x',]; for (u of us) { s.src = u } }\n",
        "load(['//own.test/y', '//cdn.ads.test/x', '//cdn.ads.test/z']);",
        "// ads('init')\n",
        ";",
    ]);
    prop::collection::vec(piece, 1..7).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_left_is_a_script_that_loses_nothing_more(script in statements()) {
        let rules = rules();
        prop_assume!(is_read(&script));
        if let Script::Parts(parts) = rules.script(script.as_bytes()) {
            let left = left(&script, &parts);
            prop_assert!(is_read(&left), "{}\nbecame\n{}", script, left);
            prop_assert!(!matches!(rules.script(left.as_bytes()), Script::Parts(_)), "{}\nbecame\n{}", script, left);
        }
    }

    #[test]
    fn what_the_site_does_at_the_top_of_a_script_stays(before in statements(), behind in statements()) {
        let script = format!("{before};mine(1);{behind}");
        prop_assume!(is_read(&script));
        match rules().script(script.as_bytes()) {
            Script::Parts(parts) => prop_assert!(left(&script, &parts).contains("mine(1);"), "{}", script),
            // A loader that cannot be cut out.
            Script::Withhold(_) => prop_assert!(script.contains("cdn.ads.test"), "{}", script),
            _ => {}
        }
    }

    #[test]
    fn cuts_are_in_order_whatever_the_script(
        script in r#"(ads\('init'\)|s\.src='//cdn\.ads\.test/'|[a-c]|if|function|\(|\)|\{|\}|;|,|=|=>|'|`|\n|/|<!--|-->|!|var ){0,20}"#,
    ) {
        if let Script::Parts(parts) = rules().script(script.as_bytes()) {
            let mut end = 0;
            for cut in parts.cuts() {
                prop_assert!(end <= cut.range().start && cut.range().start < cut.range().end, "{}", script);
                end = cut.range().end;
            }
            prop_assert!(end > 0 && end <= script.len());
            prop_assert!(is_read(&left(&script, &parts)), "{}", script);
        }
    }
}
