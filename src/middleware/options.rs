//! The same options from a TOML text. An error names file, line and field.

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::config::Unfilterable;
use super::layer::GpcLayer;
use crate::catalog::Catalog;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::policy::Policy;
use crate::site::SupportResource;

/// The fields of a configuration. Spans are kept where the value can still be refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Options {
    opt_out_cookie: Option<Spanned<String>>,
    read_cookies: Option<bool>,
    held_limit: Option<Spanned<usize>>,
    unfilterable: Option<Unfilterable>,
    support_resource: Option<Spanned<Support>>,
    forward_signal: Option<bool>,
    policy: Option<Spanned<Policy>>,
    #[serde(default)]
    catalog: CatalogOptions,
    /// Read by [`Catalog::with_toml`].
    vendor: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Support {
    Origin,
    LastUpdate(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct CatalogOptions {
    builtin: bool,
    remove: Vec<Spanned<String>>,
}

impl Default for CatalogOptions {
    fn default() -> Self {
        Self { builtin: true, remove: Vec::new() }
    }
}

pub(super) fn load(text: &str, file: &str) -> Result<GpcLayer, ConfigError> {
    let source = Source { text, file };
    let options: Options = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        source.error(at, ConfigErrorKind::Syntax, error.message())
    })?;

    let mut layer = GpcLayer::new();
    if let Some(name) = options.opt_out_cookie {
        layer = source.refuse(&name, layer.opt_out_cookie(name.get_ref()))?;
    }
    if let Some(on) = options.read_cookies {
        layer = layer.read_cookies(on);
    }
    if let Some(limit) = options.held_limit {
        layer = source.refuse(&limit, layer.held_limit(*limit.get_ref()))?;
    }
    if let Some(unfilterable) = options.unfilterable {
        layer = layer.unfilterable(unfilterable);
    }
    if let Some(support) = options.support_resource {
        let resource = match support.get_ref() {
            Support::Origin => SupportResource::origin(),
            Support::LastUpdate(day) => source.refuse(&support, SupportResource::own(day))?,
        };
        layer = layer.support_resource(resource);
    }
    if let Some(on) = options.forward_signal {
        layer = layer.forward_signal(on);
    }

    // The catalog before the policy, which may name vendors of this file.
    let mut catalog = if options.catalog.builtin { Catalog::builtin().clone() } else { Catalog::empty() };
    for id in &options.catalog.remove {
        if catalog.find(id.get_ref()).is_none() {
            let message = format!("no vendor `{}` to remove", id.get_ref());
            return Err(source.error(id.span().start, ConfigErrorKind::Catalog, &message));
        }
        catalog = catalog.without(id.get_ref());
    }
    if options.vendor.is_some() {
        catalog = catalog.with_toml(&source.only("vendor"), file)?;
    }
    layer = layer.catalog(catalog)?;
    if let Some(policy) = options.policy {
        layer = source.refuse(&policy, layer.policy(policy.get_ref().clone()))?;
    }
    Ok(layer)
}

/// The text, and how to speak of a place in it.
struct Source<'a> {
    text: &'a str,
    file: &'a str,
}

impl Source<'_> {
    /// Says where the refused value stands.
    fn refuse<T, R>(&self, value: &Spanned<T>, result: Result<R, ConfigError>) -> Result<R, ConfigError> {
        result.map_err(|error| self.error(value.span().start, error.kind(), &error.to_string()))
    }

    fn error(&self, at: usize, kind: ConfigErrorKind, message: &str) -> ConfigError {
        let line = 1 + self.text.bytes().take(at).filter(|&byte| byte == b'\n').count();
        // The field is the last one that begins at or before the place; without a syntax tree there is none.
        let field = self.entries().into_iter().filter(|entry| entry.at <= at).max_by_key(|entry| entry.at);
        let field = field.map_or_else(String::new, |entry| format!("{}: ", entry.path));
        ConfigError::new(kind, format!("{}:{line}: {field}{message}", self.file))
    }

    /// The text with every line blanked that does not belong to the top-level field `name`: the lines that remain keep
    /// their numbers, for the errors of whoever reads them.
    fn only(&self, name: &str) -> String {
        let mut entries = self.entries();
        entries.sort_by_key(|entry| entry.at);
        let mut entries = entries.into_iter().peekable();
        let mut kept = String::with_capacity(self.text.len());
        let (mut end, mut ours) = (0, false);
        for line in self.text.split_inclusive('\n') {
            end += line.len();
            // TOML puts a line break between two top-level fields, so a line belongs to one of them.
            while let Some(entry) = entries.next_if(|entry| entry.at < end) {
                ours = entry.root == name;
            }
            kept.push_str(if ours { line } else { "\n" });
        }
        kept
    }

    /// Where every key, table header and array element begins.
    fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        if let Ok(table) = DeTable::parse(self.text) {
            collect(table.get_ref(), None, &mut entries);
        }
        entries
    }
}

struct Entry {
    at: usize,
    root: String,
    path: String,
}

fn collect(table: &DeTable<'_>, parent: Option<(&str, &str)>, entries: &mut Vec<Entry>) {
    for (key, value) in table.iter() {
        let name = key.get_ref().as_ref();
        let path = parent.map_or_else(|| name.to_owned(), |(_, path)| format!("{path}.{name}"));
        let root = parent.map_or(name, |(root, _)| root);
        entries.push(Entry { at: key.span().start, root: root.to_owned(), path: path.clone() });
        collect_value(value, root, &path, entries);
    }
}

fn collect_value(value: &Spanned<DeValue<'_>>, root: &str, path: &str, entries: &mut Vec<Entry>) {
    match value.get_ref() {
        DeValue::Table(table) => {
            entries.push(Entry { at: value.span().start, root: root.to_owned(), path: path.to_owned() });
            collect(table, Some((root, path)), entries);
        }
        DeValue::Array(array) => {
            for element in array.iter() {
                entries.push(Entry { at: element.span().start, root: root.to_owned(), path: path.to_owned() });
                collect_value(element, root, path, entries);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> (ConfigErrorKind, String) {
        let error = load(text, "gpc.toml").unwrap_err();
        (error.kind(), error.to_string())
    }

    #[test]
    fn every_option_loads() {
        let text = r#"
            opt-out-cookie = "__Host-mine"
            read-cookies = true
            held-limit = 4096
            unfilterable = "bad-gateway"
            support-resource = { last-update = "2026-01-31" }
            forward-signal = true

            [policy]
            report-only = true

            [catalog]
            builtin = false

            [[vendor]]
            id = "track"
            name = "Track"
            company = "Track"
            purpose = "advertising"
            cookies = ["_track"]
            source = "common-knowledge"
            verified = false

            [policy.vendor]
            track = "suppress"
        "#;
        let shown = format!("{:?}", load(text, "gpc.toml").unwrap());
        for want in ["held_limit: 4096", "unfilterable: BadGateway", "2026-01-31", "forward_signal: true"] {
            assert!(shown.contains(want), "{want} in {shown}");
        }
        assert!(load("", "gpc.toml").is_ok());
        assert!(load("support-resource = \"origin\"", "gpc.toml").is_ok());
    }

    #[test]
    fn errors_name_file_line_and_field_and_what_was_expected() {
        use ConfigErrorKind::{Catalog, Name, Policy, Syntax, Value};
        let table: &[(&str, ConfigErrorKind, &[&str])] = &[
            ("\nheld-limit = 'x'", Syntax, &["gpc.toml:2: held-limit: ", "expected"]),
            ("held-limit = -1", Syntax, &["gpc.toml:1: held-limit: "]),
            ("held-limit = 12", Value, &["gpc.toml:1: held-limit: ", "1024"]),
            ("a = 1", Syntax, &["gpc.toml:1: a: unknown field `a`", "opt-out-cookie"]),
            ("[policy]\n\nstrik = true", Syntax, &["gpc.toml:3: policy.strik: ", "strict"]),
            ("[catalog]\nx = 1", Syntax, &["gpc.toml:2: catalog.x: ", "remove"]),
            ("[catalog]\nremove = [\n'none-such',\n]", Catalog, &["gpc.toml:3: catalog.remove: ", "none-such"]),
            ("unfilterable = 'drop'", Syntax, &["gpc.toml:1: unfilterable: ", "bad-gateway"]),
            ("support-resource = 'ours'", Syntax, &["gpc.toml:1: support-resource: ", "origin"]),
            ("support-resource = { last-update = '1.1.26' }", Value, &["gpc.toml:1: support-resource", "1.1.26"]),
            ("opt-out-cookie = 'a b'", Name, &["gpc.toml:1: opt-out-cookie: ", "a b"]),
            ("\n[policy.vendor]\nnone-such = 'keep'", Policy, &["gpc.toml:2: policy", "none-such"]),
            ("read-cookies = ", Syntax, &["gpc.toml:1: "]),
            ("x = 1\nx = 2", Syntax, &["gpc.toml:"]),
            ("\n\n[[vendor]]\nid = 7", Catalog, &["gpc.toml:4"]),
            ("held-limit = 4096\n[[vendor]]\n\nid = 7\n[policy]\n", Catalog, &["gpc.toml:4"]),
        ];
        for (text, kind, parts) in table {
            let (got, message) = error(text);
            assert_eq!(got, *kind, "{text}: {message}");
            for part in *parts {
                assert!(message.contains(part), "{part:?} not in {message:?} for {text:?}");
            }
        }
    }

    #[test]
    fn vendor_tables_are_cut_out_with_their_line_numbers() {
        let text = concat!(
            "held-limit = 4096\n",
            "[catalog]\nremove = [\n \"a\",\n]\n",
            "[[vendor]]\nid = \"x\"\nurls = [\n  \"[policy]\",\n]\n# a word\n",
            "  [[vendor]]\n  note = '''\n[policy]\n'''\n",
            "[policy]\nstrict = true\n",
            "[[vendor]]\nid = \"z\"\n[policy.purpose]\nads = \"keep\"",
        );
        let want = concat!(
            "\n",
            "\n\n\n\n",
            "[[vendor]]\nid = \"x\"\nurls = [\n  \"[policy]\",\n]\n# a word\n",
            "  [[vendor]]\n  note = '''\n[policy]\n'''\n",
            "\n\n",
            "[[vendor]]\nid = \"z\"\n\n\n",
        );
        assert_eq!(Source { text, file: "" }.only("vendor"), want);
    }
}
