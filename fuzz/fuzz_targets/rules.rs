//! A TOML text is read or refused with the file's name, never worse; and of rules and URLs made of bytes, the compiled
//! rules find what a scan over all of them finds.
//!
//! The input's first byte says which: a text of options, a text of vendors, or rules in lines, an empty line, and URLs.

#![no_main]

#[path = "support/words.rs"]
mod words;

use libfuzzer_sys::fuzz_target;
use tower_gpc::catalog::{Purpose, UrlRule, Vendor};
use tower_gpc::policy::Rules;
use tower_gpc::{Catalog, GpcLayer, Policy};

const TOML: [&str; 72] = [
    "\n",
    " = ",
    "true",
    "false",
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "]]",
    "{ ",
    " }",
    ", ",
    "=",
    "#",
    "\\u00e9",
    "1e9",
    "-1",
    "4096",
    "2026-01-31",
    "[[vendor]]\nid = \"t\"\nname = \"T\"\ncompany = \"T\"\npurpose = \"advertising\"\n",
    "source = \"common-knowledge\"\nverified = false\n",
    "[[vendor]]\n",
    "id = \"t\"\n",
    "id = \"é\"\n",
    "urls = [\"t.co\"]\n",
    "urls = [",
    "\"t.co/x*?id=G-\"",
    "inline = [\"fbq(init\"]\n",
    "cookies = [\"_t*\"]\n",
    "globals = [\"t\"]\n",
    "amp = [\"t\"]\n",
    "note = ",
    "purpose = \"consent\"\n",
    "[policy]\n",
    "[policy.vendor]\n",
    "t = \"keep\"\n",
    "t = \"suppress\"\n",
    "report-only = true\n",
    "strict = true\n",
    "[policy.purpose]\n",
    "advertising = ",
    "allow-urls = [",
    "[catalog]\n",
    "builtin = false\n",
    "remove = [\"t\"]\n",
    "remove = [\"meta-pixel\"]\n",
    "[signals]\n",
    "query = true\n",
    "variant-key = \"x-v\"\n",
    "[signals.platform]\n",
    "onetrust = [\"C0004\"]\n",
    "didomi = false\n",
    "[answers]\n",
    "publish-gpp = [\"usnat\"]\n",
    "mspa = \"not-covered\"\n",
    "cookie-domain = \"a.test\"\n",
    "opt-out-cookie = \"a\"\n",
    "opt-out-cookie = \"always\"\n",
    "held-limit = ",
    "unfilterable = \"pass\"\n",
    "locator = \"cloudflare\"\n",
    "locator = { country = \"x-c\", region = \"x-r\" }\n",
    "support-resource = \"origin\"\n",
    "last-update = \"2026-02-30\"",
    "state-header = \"x-s\"\n",
    "forward-signal = true\n",
    "read-cookies = false\n",
    "secure = false\n",
    "\r\n",
    "\t",
];

const RULES: [&str; 24] = [
    "a.b", "b.b", "a.a.b", "b.a.b", "/a", "/b", "/", "*", "$", "?a=", "?b=a", "&a=", "&b=", "=", "\n", "\n\n", "//",
    ".", "a", "b", ";", "#", "com", "/*/a$",
];

fuzz_target!(|data: &[u8]| {
    let Some((&mode, rest)) = data.split_first() else { return };
    match mode % 3 {
        0 => options(&words::text(rest, &TOML)),
        1 => vendors(&words::text(rest, &TOML)),
        _ => {
            let text = words::text(rest, &RULES);
            let (rules, urls) = text.split_once("\n\n").unwrap_or((&text, ""));
            compiled(rules, urls);
        }
    }
});

fn options(text: &str) {
    if let Err(error) = GpcLayer::from_toml(text, "fuzz.toml") {
        assert!(error.to_string().contains("fuzz.toml"), "{error}");
    }
}

fn vendors(text: &str) {
    match Catalog::empty().with_toml(text, "fuzz.toml") {
        Err(error) => assert!(error.to_string().contains("fuzz.toml"), "{error}"),
        Ok(catalog) => {
            for (id, vendor) in catalog.vendors() {
                assert_eq!(catalog.find(vendor.id()), Some(id));
                for rule in vendor.urls() {
                    assert_eq!(UrlRule::parse(&rule.to_string()).unwrap(), *rule);
                }
            }
            assert!(Rules::new(catalog, &Policy::strict()).is_ok());
        }
    }
}

/// Every second vendor is kept, and rules that begin with `#` are of URLs that are allowed.
fn compiled(rules: &str, urls: &str) {
    let (mut catalog, mut policy, mut all, mut allowed) = (Catalog::empty(), Policy::default(), Vec::new(), Vec::new());
    for line in rules.lines().take(48) {
        let allow = line.strip_prefix('#');
        let Ok(rule) = UrlRule::parse(allow.unwrap_or(line)) else { continue };
        if allow.is_some() {
            policy = policy.allow_url(allow.unwrap()).unwrap();
            allowed.push(rule);
        } else {
            let purpose = if all.len() % 2 == 0 { Purpose::Advertising } else { Purpose::Payment };
            let id = format!("v{}", all.len());
            catalog = catalog.with_vendor(Vendor::new(&*id, &*id, purpose).with_url(line).unwrap());
            all.push(rule);
        }
    }
    let rules = Rules::new(catalog, &policy).unwrap();
    for line in urls.lines().take(24) {
        // What is left of a line is a URL that needs no resolving.
        let plain: String =
            line.chars().filter(|c| matches!(c, 'a' | 'b' | '/' | '?' | '=' | '&' | ';' | '#' | '.')).collect();
        let end = plain.find(['/', '?', '#']).unwrap_or(plain.len());
        let (host, behind) = plain.split_at(end);
        // No browser can look a longer name up.
        if host.len() > 253 {
            continue;
        }
        let behind = behind.replace('.', "a");
        let url = format!("https://{host}{behind}");
        let location = behind.split('#').next().unwrap();
        let (path, query) = location.split_once('?').unwrap_or((location, ""));
        let path = if path.is_empty() { "/" } else { path };
        let best = |rules: &[UrlRule]| {
            let matching = rules.iter().enumerate().filter(|(_, rule)| matches(rule, host, path, query));
            let last =
                |&(place, rule): &(usize, &UrlRule)| (rule.host().len(), rule.path().len(), rule.query().len(), place);
            matching.max_by_key(last).map(|(place, _)| place)
        };
        let found = best(&all);
        let want = found.filter(|place| place % 2 == 0 && best(&allowed).is_none());
        let got = rules.url(url.as_bytes()).map(|vendor| vendor.index());
        assert_eq!(got, want, "{url} {all:?} {allowed:?}");
        assert_eq!(rules.catalog().match_url(url.as_bytes()).map(|vendor| vendor.index()), found, "{url} {all:?}");
    }
}

fn matches(rule: &UrlRule, host: &str, path: &str, query: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let (pattern, whole) = rule.path().strip_suffix('$').map_or((rule.path(), false), |path| (path, true));
    let mut wanted = rule.query().split('&').filter(|one| !one.is_empty());
    (host == rule.host() || host.strip_suffix(rule.host()).is_some_and(|rest| rest.ends_with('.')))
        && glob(pattern.as_bytes(), path.as_bytes(), whole)
        && wanted.all(|one| query.split(['&', ';']).any(|pair| pair.starts_with(one)))
}

/// Row by row over the pattern: which lengths of the text it can have reached.
fn glob(pattern: &[u8], text: &[u8], whole: bool) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for &byte in pattern {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            if byte == b'*' {
                next[at] = reached[at] || at > 0 && next[at - 1];
            } else if at > 0 && reached[at - 1] && text[at - 1] == byte {
                next[at] = true;
            }
        }
        reached = next;
    }
    if whole { reached[text.len()] } else { reached.contains(&true) }
}
