//! Catalogs as TOML text.

use std::collections::HashMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::Catalog;
use super::purpose::{Purpose, Source};
use super::vendor::Vendor;
use crate::error::{ConfigError, ConfigErrorKind};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    remove: Vec<Spanned<String>>,
    #[serde(default)]
    vendor: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    name: Spanned<String>,
    company: Option<String>,
    purpose: Spanned<String>,
    #[serde(default)]
    urls: Vec<Spanned<String>>,
    #[serde(default, rename = "first-party")]
    first_party: Vec<Spanned<String>>,
    #[serde(default)]
    inline: Vec<Spanned<String>>,
    #[serde(default)]
    cookies: Vec<Spanned<String>>,
    #[serde(default)]
    globals: Vec<Spanned<String>>,
    #[serde(default)]
    amp: Vec<Spanned<String>>,
    source: Option<Spanned<String>>,
    #[serde(default)]
    verified: bool,
    #[serde(default)]
    note: String,
}

/// A text and the name of the file that it came from, for messages.
struct Text<'a> {
    text: &'a str,
    file: &'a str,
    /// Where the lines end.
    ends: Vec<usize>,
}

/// Removes and adds what `text` says.
pub(super) fn load(catalog: Catalog, text: &str, file: &str) -> Result<Catalog, ConfigError> {
    let text = Text { text, file, ends: memchr::memchr_iter(b'\n', text.as_bytes()).collect() };
    let File { remove, vendor } = text.parse()?;
    let mut removed = Vec::with_capacity(remove.len());
    for id in &remove {
        let known = catalog.find(id.get_ref());
        removed.push(known.ok_or_else(|| text.wrong(id, "`remove`", format!("unknown vendor {:?}", id.get_ref())))?);
    }
    let mut catalog = catalog.without_all(&removed);
    let mut seen: HashMap<String, usize> = HashMap::new();
    for entry in vendor {
        let line = text.line(&entry.id.span());
        if let Some(first) = seen.insert(entry.id.get_ref().clone(), line) {
            let why = format!("{:?} is already the id of line {first}", entry.id.get_ref());
            return Err(text.wrong(&entry.id, "`id`", why));
        }
        catalog = catalog.with_vendor(text.vendor(entry)?);
    }
    Ok(catalog)
}

impl Text<'_> {
    fn parse(&self) -> Result<File, ConfigError> {
        let document = toml::Deserializer::parse(self.text).map_err(|error| self.malformed(error, true))?;
        File::deserialize(document).map_err(|error| self.malformed(error, false))
    }

    /// Puts what the TOML parser found into one line: file, line, field, reason.
    fn malformed(&self, mut error: toml::de::Error, syntax: bool) -> ConfigError {
        let place = error.span().map_or(1, |span| self.line(&span));
        let reason = error.message().trim().replace('\n', ", ");
        let kind = if syntax || reason.starts_with("unknown field") {
            ConfigErrorKind::Syntax
        } else {
            ConfigErrorKind::Catalog
        };
        // Without its input the error is displayed with the path of the field.
        error.set_input(None);
        let shown = error.to_string();
        let field = shown.lines().find_map(|line| line.strip_prefix("in ")).map(|field| format!("{field}: "));
        let message = format!("{}:{place}: {}{reason}", self.file, field.unwrap_or_default());
        ConfigError::new(kind, message).with_source(error)
    }

    fn wrong(&self, value: &Spanned<String>, field: &str, why: impl std::fmt::Display) -> ConfigError {
        let line = self.line(&value.span());
        ConfigError::new(ConfigErrorKind::Catalog, format!("{}:{line}: {field}: {why}", self.file))
    }

    fn line(&self, span: &Range<usize>) -> usize {
        self.ends.partition_point(|&end| end < span.start) + 1
    }

    fn vendor(&self, entry: Entry) -> Result<Vendor, ConfigError> {
        let Entry { id, name, company, purpose, urls, first_party, inline, cookies, .. } = entry;
        let Entry { globals, amp, source, verified, note, .. } = entry;
        let wrong = |value: &Spanned<String>, field: &str, why: &dyn std::fmt::Display| {
            self.wrong(value, &format!("vendor {:?}, `{field}`", id.get_ref()), why)
        };
        if !is_kebab_case(id.get_ref()) {
            return Err(wrong(&id, "id", &"expected kebab-case: lower-case letters and digits, joined by `-`"));
        }
        if name.get_ref().trim().is_empty() {
            return Err(wrong(&name, "name", &"expected a name"));
        }
        let known: Purpose = purpose.get_ref().parse().map_err(|error| wrong(&purpose, "purpose", &error))?;
        let mut vendor = Vendor::new(id.get_ref(), name.get_ref(), known).with_note(note);
        if let Some(company) = company {
            vendor = vendor.with_company(company);
        }
        let learnt = match &source {
            Some(source) => source.get_ref().parse().map_err(|error| wrong(source, "source", &error))?,
            None => Source::default(),
        };
        vendor = vendor.with_source(learnt, verified);
        type Add = fn(Vendor, &str) -> Result<Vendor, ConfigError>;
        let lists: [(&str, Vec<Spanned<String>>, Add); 6] = [
            ("urls", urls, Vendor::with_url),
            ("first-party", first_party, Vendor::with_first_party),
            ("inline", inline, Vendor::with_inline),
            ("cookies", cookies, Vendor::with_cookie),
            ("globals", globals, Vendor::with_global),
            ("amp", amp, Vendor::with_amp),
        ];
        for (field, values, add) in lists {
            for value in values {
                vendor = add(vendor, value.get_ref()).map_err(|error| wrong(&value, field, &error))?;
            }
        }
        Ok(vendor)
    }
}

pub(crate) fn is_kebab_case(id: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    id.split('-').all(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fail(text: &str) -> ConfigError {
        Catalog::empty().with_toml(text, "mine.toml").map(|catalog| format!("{catalog:?}")).expect_err(text)
    }

    #[test]
    fn an_error_names_file_line_and_field() {
        use ConfigErrorKind::{Catalog, Syntax};
        let start = "# mine\n[[vendor]]\nid = \"acme\"\nname = \"Acme\"\npurpose = \"advertising\"\n";
        for (text, kind, line, parts) in [
            ("[[vendor]]\nid = 7\n", Catalog, 2, &["vendor.id", "integer `7`", "expected a string"][..]),
            ("[[vendor]]\nid = \"acme\"\nname = \"Acme\"\n", Catalog, 1, &["vendor", "missing field `purpose`"]),
            ("[[vendor]]\nname = \"Acme\"\npurpose = \"cdn\"\n", Catalog, 1, &["missing field `id`"]),
            ("\n[[vendors]]\nid = 1\n", Syntax, 2, &["unknown field `vendors`", "`remove`", "`vendor`"]),
            ("\n[vendor]\nid = \"acme\"\n", Catalog, 2, &["vendor", "expected a sequence"]),
            ("remove = \"acme\"", Catalog, 1, &["remove", "expected a sequence"]),
            ("\n\nremove = [\"acme\"]", Catalog, 3, &["`remove`", "unknown vendor \"acme\""]),
            ("a = [", Syntax, 1, &["array"]),
            ("\n= 1", Syntax, 2, &["key"]),
            ("x", Syntax, 1, &["key"]),
            ("\n[[vendor]\n", Syntax, 2, &["]"]),
            ("remove = []\nremove = []", Syntax, 2, &["duplicate key"]),
        ] {
            let error = fail(text);
            let message = error.to_string();
            assert!(message.starts_with(&format!("mine.toml:{line}: ")), "{text:?}: {message}");
            assert!(parts.iter().all(|part| message.contains(part)), "{text:?}: {message}");
            assert!(!message.contains('\n') && error.kind() == kind, "{text:?}: {message}: {error:?}");
        }
        for (more, kind, parts) in [
            ("purposes = 1", Syntax, &["unknown field `purposes`", "expected one of `id`"][..]),
            ("urls = \"a.b\"", Catalog, &["vendor.urls", "expected a sequence"]),
            ("urls = [1]", Catalog, &["vendor.urls", "expected a string"]),
            ("verified = \"yes\"", Catalog, &["vendor.verified", "expected a boolean"]),
            ("urls = [\"https://a.b\"]", Catalog, &["vendor \"acme\", `urls`", "\"https://a.b\"", "without a scheme"]),
            ("first-party = [\"/tr\"]", Catalog, &["vendor \"acme\", `first-party`", "\"/tr\"", "a query"]),
            ("inline = [\"hj(\"]", Catalog, &["vendor \"acme\", `inline`", "\"hj(\"", "three bytes"]),
            ("cookies = [\"*\"]", Catalog, &["vendor \"acme\", `cookies`", "beside `*`"]),
            ("globals = [\"a b\"]", Catalog, &["vendor \"acme\", `globals`", "identifier"]),
            ("amp = [\"\"]", Catalog, &["vendor \"acme\", `amp`", "printable"]),
            ("source = \"me\"", Catalog, &["vendor \"acme\", `source`", "expected one of vendor-docs"]),
        ] {
            let error = fail(&format!("{start}{more}\n"));
            let message = error.to_string();
            assert!(message.starts_with("mine.toml:6: "), "{more}: {message}");
            assert!(parts.iter().all(|part| message.contains(part)), "{more}: {message}");
            assert_eq!(error.kind(), kind, "{more}: {message}");
        }
    }

    #[test]
    fn an_error_in_a_long_array_names_the_line_of_the_value() {
        let text = "[[vendor]]\nid = \"a\"\nname = \"A\"\npurpose = \"cdn\"\nurls = [\n  \"a.b\",\n  \"com\",\n]\n";
        assert!(fail(text).to_string().starts_with("mine.toml:7: vendor \"a\", `urls`: URL rule \"com\""));
    }

    #[test]
    fn ids_names_and_purposes_are_checked() {
        let entry = |id, name, purpose| format!("[[vendor]]\nid = '{id}'\nname = '{name}'\npurpose = '{purpose}'\n");
        for (id, name, purpose, want) in [
            ("Acme", "Acme", "cdn", "mine.toml:2: vendor \"Acme\", `id`: expected kebab-case"),
            ("acme_ads", "Acme", "cdn", "mine.toml:2: vendor \"acme_ads\", `id`: expected kebab-case"),
            ("acme--ads", "Acme", "cdn", "mine.toml:2: vendor \"acme--ads\", `id`: expected kebab-case"),
            ("", "Acme", "cdn", "mine.toml:2: vendor \"\", `id`: expected kebab-case"),
            ("acme", " ", "cdn", "mine.toml:3: vendor \"acme\", `name`: expected a name"),
            (
                "acme",
                "Acme",
                "ads",
                "mine.toml:4: vendor \"acme\", `purpose`: unknown purpose \"ads\", expected one of",
            ),
        ] {
            let message = fail(&entry(id, name, purpose)).to_string();
            assert!(message.starts_with(want), "{message}");
        }
        let twice = format!("{}{}", entry("acme", "Acme", "cdn"), entry("acme", "Acme", "cdn"));
        assert_eq!(fail(&twice).to_string(), "mine.toml:6: `id`: \"acme\" is already the id of line 2");
    }

    #[test]
    fn entries_are_added_overridden_whole_and_removed() {
        let first = "[[vendor]]\nid = 'a'\nname = 'A'\npurpose = 'cdn'\nurls = ['a.test']\ncookies = ['a']\n\
                     [[vendor]]\nid = 'b'\nname = 'B'\npurpose = 'cdn'\nurls = ['b.test']\n";
        let second = "remove = ['b']\n[[vendor]]\nid = 'a'\nname = 'A2'\npurpose = 'fonts'\nurls = ['c.test']\n\
                      company = 'C'\nsource = 'captures'\nverified = true\nnote = 'n'\n";
        let catalog = Catalog::empty().with_toml(first, "1").unwrap().with_toml(second, "2").unwrap();
        let vendors: Vec<_> = catalog.vendors().map(|(_, vendor)| vendor).collect();
        let want = Vendor::new("a", "A2", Purpose::Fonts).with_url("c.test").unwrap();
        assert_eq!(vendors, [&want.with_company("C").with_source(Source::Captures, true).with_note("n")]);
        assert_eq!(catalog.match_url(b"https://a.test"), None);
        assert_eq!(catalog.match_url(b"https://b.test"), None);
        assert_eq!(catalog.match_url(b"https://c.test"), catalog.find("a"));
        assert_eq!(catalog.match_cookie(b"a"), None);
    }

    #[test]
    fn a_vendor_can_be_removed_and_added_again_in_one_file() {
        let entry = "[[vendor]]\nid = 'a'\nname = 'A'\npurpose = 'cdn'\n";
        let catalog = Catalog::empty().with_toml(entry, "1").unwrap();
        let catalog = catalog.with_toml(&format!("remove = ['a']\n{entry}"), "2").unwrap();
        assert_eq!(catalog.vendors().count(), 1);
        // Twice the same is one removal.
        assert_eq!(catalog.with_toml("remove = ['a', 'a']", "3").unwrap().vendors().count(), 0);
    }

    proptest! {
        #[test]
        fn no_text_is_trouble(text in r#"((\[\[vendor\]\]|id|name|purpose|urls|remove|=|\["|"\]|"|'cdn'|a|7|\[|\]|\{|\}|#|,)[ \n]?){0,24}|\PC{0,40}"#) {
            let _ = Catalog::empty().with_toml(&text, "x");
        }
    }
}
