//! The same options from a TOML text. An error names file, line and field.

mod additions;
mod answers;
#[cfg(feature = "center")]
mod center;
#[cfg(not(feature = "center"))]
#[path = "no_center.rs"]
mod center;
#[cfg(not(feature = "lists"))]
#[path = "no_lists.rs"]
mod lists;
#[cfg(feature = "lists")]
mod lists;
mod location;
mod signals;
mod source;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use self::additions::StatusOption;
use self::answers::AnswerOptions;
use self::center::CenterOptions;
use self::lists::ListOptions;
use self::location::Location;
use self::signals::SignalOptions;
use self::source::Source;
use super::config::Unfilterable;
use super::layer::GpcLayer;
use crate::catalog::Catalog;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::policy::Policy;
use crate::signal::OptOutCookie;
use crate::site::SupportResource;

/// The fields of a configuration. Spans are kept where the value can still be refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Options {
    opt_out_cookie: Option<Spanned<String>>,
    read_cookies: Option<bool>,
    held_limit: Option<Spanned<usize>>,
    unfilterable: Option<Unfilterable>,
    guard: Option<bool>,
    guard_file: Option<bool>,
    bridge: Option<bool>,
    tighten_csp: Option<Spanned<Vec<String>>>,
    own_path: Option<Spanned<String>>,
    status: Option<Spanned<StatusOption>>,
    preference_center: Option<Spanned<CenterOptions>>,
    support_resource: Option<Spanned<Support>>,
    forward_signal: Option<bool>,
    state_header: Option<Spanned<String>>,
    locator: Option<Spanned<Location>>,
    signals: Option<SignalOptions>,
    answers: Option<AnswerOptions>,
    policy: Option<Spanned<Policy>>,
    #[serde(default)]
    catalog: CatalogOptions,
    #[serde(default)]
    list: Vec<Spanned<ListOptions>>,
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
    if let Some(signals) = options.signals {
        layer = layer.readers(signals.readers(&source)?);
    }
    if let Some(answers) = options.answers {
        let name = options.opt_out_cookie.as_ref().map_or(OptOutCookie::DEFAULT_NAME, |name| name.get_ref());
        answers.check_name(name, &source)?;
        layer = layer.answers(answers.answers(&source)?);
    }
    if let Some(location) = options.locator {
        layer = layer.locator(source.refuse(&location, location.get_ref().locator())?);
    }
    if let Some(name) = options.state_header {
        layer = source.refuse(&name, layer.state_header(name.get_ref()))?;
    }
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
    if let Some(hosts) = options.tighten_csp {
        layer = source.refuse(&hosts, layer.tighten_csp(hosts.get_ref()))?;
    }
    if let Some(on) = options.bridge {
        layer = layer.bridge(on);
    }
    if let Some(path) = options.own_path {
        layer = source.refuse(&path, layer.own_path(path.get_ref()))?;
    }
    if let Some(status) = options.status {
        layer = match source.refuse(&status, status.get_ref().notice())? {
            Some(notice) => layer.status(notice),
            None => layer.without_status(),
        };
    }
    if let Some(center) = options.preference_center {
        layer = source.refuse(&center, center.get_ref().add(layer))?;
    }
    if let Some(on) = options.forward_signal {
        layer = layer.forward_signal(on);
    }

    if let Some(on) = options.guard_file {
        layer = layer.guard_file(on);
    }

    // Without a guard nothing has to be made of catalog and policy for it.
    layer = layer.guard(false)?;
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
    for list in &options.list {
        layer = list.get_ref().add(layer, list.span().start, &source)?;
    }
    if let Some(policy) = options.policy {
        layer = source.refuse(&policy, layer.policy(policy.get_ref().clone()))?;
    }
    layer.guard(options.guard.unwrap_or(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that a text is refused, and that the message has these parts.
    pub(super) fn check(text: &str, kind: ConfigErrorKind, parts: &[&str]) {
        let Err(error) = load(text, "gpc.toml") else { panic!("{text:?} loads") };
        let message = error.to_string();
        assert_eq!(error.kind(), kind, "{text:?}: {message}");
        for part in parts {
            assert!(message.contains(part), "{part:?} not in {message:?} for {text:?}");
        }
    }

    #[test]
    fn every_option_loads() {
        let text = r#"
            opt-out-cookie = "site-opt-out"
            read-cookies = true
            held-limit = 4096
            unfilterable = "bad-gateway"
            support-resource = { last-update = "2026-01-31" }
            forward-signal = true
            state-header = "x-privacy"
            guard = false
            guard-file = true
            bridge = true
            own-path = "/privacy/own"
            status = { text = "Honoured", style = "", link = "/privacy" }
            locator = "cloudflare"

            [signals]
            us-privacy = false
            gpp = true
            gpp-by-section-ids = true
            query = true
            dnt = true
            variant-key = "x-privacy-variant"

            [signals.platform]
            didomi = ["sale"]
            onetrust = true
            complianz = false

            [answers]
            opt-out-cookie = "always"
            correct = true
            correct-onetrust = true
            publish-us-privacy = true
            publish-gpp = ["usnat", "usca"]
            notice-given = true
            mspa = "opt-out-option"
            cookie-domain = "shop.example"
            secure = false

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

            [policy.host]
            "metrics.shop.example" = "track"
        "#;
        let shown = format!("{:?}", load(text, "gpc.toml").unwrap());
        for want in [
            "held_limit: 4096",
            "unfilterable: BadGateway",
            "2026-01-31",
            "forward_signal: true",
            "state_header: Some(\"x-privacy\")",
            "guard: false",
            "guard_file: true",
            "bridge: true",
            "/privacy/own",
            "Honoured",
            "locator: Some(Locator { fields: [\"cf-ipcountry\", \"cf-region-code\"] })",
            "site-opt-out",
        ] {
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
            ("state-header = 'a b'", Name, &["gpc.toml:1: state-header: ", "a b"]),
            ("\nstate-header = 'Cookie'", Name, &["gpc.toml:2: state-header: ", "meaning of its own"]),
            ("own-path = 'own'", Value, &["gpc.toml:1: own-path: ", "/.gpc"]),
            ("guard-file = 1", Syntax, &["gpc.toml:1: guard-file: ", "boolean"]),
            ("guard = 'on'", Syntax, &["gpc.toml:1: guard: ", "boolean"]),
            ("\nstatus = { text = '' }", Value, &["gpc.toml:2: status: ", "one line of text"]),
            ("status = { link = 'privacy' }", Value, &["gpc.toml:1: status: ", "https URL"]),
            ("status = { txt = 'x' }", Syntax, &["gpc.toml:1: status: ", "text, style and link"]),
            ("status = 1", Syntax, &["gpc.toml:1: status: ", "true, false"]),
            ("state-header = true", Syntax, &["gpc.toml:1: state-header: ", "string"]),
            ("[signals]\n[signals]", Syntax, &["gpc.toml:2"]),
            ("signals = true", Syntax, &["gpc.toml:1: signals: "]),
            ("answers = 'all'", Syntax, &["gpc.toml:1: answers: "]),
            ("\n[policy.vendor]\nnone-such = 'keep'", Policy, &["gpc.toml:2: policy", "none-such"]),
            ("\n[policy.host]\n'a.test' = 'none-such'", Policy, &["gpc.toml:2: policy", "a.test", "none-such"]),
            ("[policy]\n[policy.host]\n'a.test/x' = 'hotjar'", Syntax, &["gpc.toml:3: policy.host", "a host alone"]),
            ("read-cookies = ", Syntax, &["gpc.toml:1: "]),
            ("x = 1\nx = 2", Syntax, &["gpc.toml:"]),
            ("\n\n[[vendor]]\nid = 7", Catalog, &["gpc.toml:4"]),
            ("held-limit = 4096\n[[vendor]]\n\nid = 7\n[policy]\n", Catalog, &["gpc.toml:4"]),
        ];
        for (text, kind, parts) in table {
            check(text, *kind, parts);
        }
    }
}
