//! `[signals]`: which signals are read.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::source::Source;
use crate::error::ConfigError;
use crate::signal::Readers;
use crate::signal::cmp::{Platform, Purposes};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SignalOptions {
    us_privacy: Option<bool>,
    gpp: Option<bool>,
    gpp_by_section_ids: Option<bool>,
    query: Option<bool>,
    dnt: Option<bool>,
    variant_key: Option<Spanned<String>>,
    #[serde(default)]
    platform: BTreeMap<Platform, Spanned<PlatformOptions>>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected `true`, `false`, or a list of purposes such as [\"C0004\"]")]
enum PlatformOptions {
    On(bool),
    Purposes(Vec<String>),
}

type Setter = fn(Readers, bool) -> Readers;

impl SignalOptions {
    pub(super) fn readers(&self, source: &Source<'_>) -> Result<Readers, ConfigError> {
        let settings: [(Option<bool>, Setter); 5] = [
            (self.us_privacy, Readers::us_privacy),
            (self.gpp, Readers::gpp),
            (self.gpp_by_section_ids, Readers::gpp_by_section_ids),
            (self.query, Readers::query),
            (self.dnt, Readers::dnt),
        ];
        let mut readers = settings.into_iter().fold(Readers::default(), |readers, (on, set)| match on {
            Some(on) => set(readers, on),
            None => readers,
        });
        if let Some(name) = &self.variant_key {
            readers = source.refuse(name, readers.variant_key(name.get_ref()))?;
        }
        for (&platform, options) in &self.platform {
            readers = match options.get_ref() {
                PlatformOptions::On(true) => {
                    let purposes = Purposes::of(platform);
                    let names: Vec<_> = purposes.iter().collect();
                    // Refused where the platform has no defaults.
                    readers.platform(source.refuse(options, Purposes::new(platform, names))?)
                }
                PlatformOptions::On(false) => readers.without_platform(platform),
                PlatformOptions::Purposes(names) => {
                    let purposes = Purposes::new(platform, names.iter().map(String::as_str));
                    readers.platform(source.refuse(options, purposes)?)
                }
            };
        }
        Ok(readers)
    }
}

#[cfg(test)]
mod tests {
    use http::header::{COOKIE, DNT};
    use http::{HeaderName, Request};

    use super::*;
    use crate::error::ConfigErrorKind::{self, Name, Syntax, Value};
    use crate::middleware::options::tests::check;
    use crate::signal::{Signal, read};

    const VARIANT_KEY: HeaderName = HeaderName::from_static("x-privacy-variant");

    #[test]
    fn every_field_does_what_it_says() {
        const QUERY: &str = "/?us_privacy=1YYN";
        const SECTIONS: &str = "__gpp=DBABBg~BUUAAACA.YA; __gpp_sid=7";
        const COMPLIANZ: &str = "cmplz_marketing=deny";
        const ONETRUST: &str = "OptanonConsent=groups=C0004:0";
        const DIDOMI: &str = "didomi_token=eyJwdXJwb3NlcyI6eyJkaXNhYmxlZCI6WyJzYWxlIl19fQ==";
        let table: &[(&str, &str, HeaderName, &str, Option<Signal>)] = &[
            ("", "/", COOKIE, "usprivacy=1YYN", Some(Signal::UsPrivacy)),
            ("us-privacy = false", "/", COOKIE, "usprivacy=1YYN", None),
            ("us-privacy = true", "/", COOKIE, "usprivacy=1YYN", Some(Signal::UsPrivacy)),
            ("", "/", COOKIE, SECTIONS, Some(Signal::Gpp)),
            ("gpp = false", "/", COOKIE, SECTIONS, None),
            ("gpp-by-section-ids = true", "/", COOKIE, SECTIONS, None),
            ("", QUERY, DNT, "1", None),
            ("query = true", QUERY, DNT, "1", Some(Signal::UsPrivacy)),
            ("dnt = true", "/", DNT, "1", Some(Signal::Dnt)),
            ("", "/", VARIANT_KEY, "out", None),
            ("variant-key = 'X-Privacy-Variant'", "/", VARIANT_KEY, "out", Some(Signal::VariantKey)),
            ("", "/", COOKIE, COMPLIANZ, Some(Signal::Complianz)),
            ("[platform]\ncomplianz = false", "/", COOKIE, COMPLIANZ, None),
            ("platform = { complianz = true }", "/", COOKIE, COMPLIANZ, Some(Signal::Complianz)),
            ("platform.complianz = ['statistics']", "/", COOKIE, COMPLIANZ, None),
            ("[platform]\nonetrust = ['C0004']", "/", COOKIE, ONETRUST, Some(Signal::OneTrust)),
            ("[platform]\nonetrust = ['7']", "/", COOKIE, ONETRUST, None),
            ("", "/", COOKIE, DIDOMI, None),
            ("[platform]\ndidomi = ['sale']", "/", COOKIE, DIDOMI, Some(Signal::Didomi)),
        ];
        for (text, target, name, value, want) in table {
            let options: SignalOptions = toml::from_str(text).unwrap();
            let readers = options.readers(&Source { text, file: "gpc.toml" }).unwrap();
            let request = Request::get(*target).header(name, *value).body(()).unwrap();
            let heard = read(&request, &readers).heard();
            assert_eq!(heard.iter().collect::<Vec<_>>(), want.iter().copied().collect::<Vec<_>>(), "{text:?} {value}");
        }
    }

    #[test]
    fn errors_name_file_line_and_field() {
        let table: &[(&str, ConfigErrorKind, &[&str])] = &[
            ("us-privacy = 1", Syntax, &["gpc.toml:2: signals.us-privacy: ", "boolean"]),
            ("\ngpp = 'yes'", Syntax, &["gpc.toml:3: signals.gpp: ", "boolean"]),
            ("gpp-by-section-ids = 7", Syntax, &["gpc.toml:2: signals.gpp-by-section-ids: "]),
            ("query = []", Syntax, &["gpc.toml:2: signals.query: "]),
            ("dnt = 'off'", Syntax, &["gpc.toml:2: signals.dnt: "]),
            ("do-not-track = true", Syntax, &["gpc.toml:2: signals.do-not-track: unknown field", "dnt"]),
            ("variant-key = 'a b'", Name, &["gpc.toml:2: signals.variant-key: ", "a b"]),
            ("variant-key = 'Cookie'", Name, &["gpc.toml:2: signals.variant-key: ", "browsers send"]),
            ("variant-key = true", Syntax, &["gpc.toml:2: signals.variant-key: ", "string"]),
            ("\n[signals.platform]\nnobody = true", Syntax, &["gpc.toml:4: signals.platform.nobody", "onetrust"]),
            ("[signals.platform]\nonetrust = 7", Syntax, &["gpc.toml:3: signals.platform.onetrust: ", "C0004"]),
            ("[signals.platform]\nonetrust = ['a', 7]", Syntax, &["gpc.toml:3: signals.platform.onetrust", "C0004"]),
            (
                "[signals.platform]\n\nonetrust = []",
                Value,
                &["gpc.toml:4: signals.platform.onetrust: ", "none is named"],
            ),
            ("[signals.platform]\ndidomi = true", Value, &["gpc.toml:3: signals.platform.didomi: ", "none is named"]),
            ("[signals.platform]\ntrustarc = ['x']", Value, &["gpc.toml:3: signals.platform.trustarc: ", "level"]),
            ("[signals.platform]\nosano = true", Value, &["gpc.toml:3: signals.platform.osano: ", "Osano"]),
            ("platform = true", Syntax, &["gpc.toml:2: signals.platform: "]),
        ];
        for (text, kind, parts) in table {
            check(&format!("[signals]\n{text}"), *kind, parts);
        }
    }
}
