//! `[preference-center]`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::ConfigError;
use crate::middleware::layer::GpcLayer;
use crate::site::PreferenceCenter;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct CenterOptions {
    path: String,
    privacy_policy: Option<String>,
    stylesheet: Option<String>,
    #[serde(default)]
    en: BTreeMap<String, String>,
    #[serde(default)]
    es: BTreeMap<String, String>,
}

impl CenterOptions {
    pub(super) fn add(&self, layer: GpcLayer) -> Result<GpcLayer, ConfigError> {
        let mut center = PreferenceCenter::at(&self.path)?;
        if let Some(url) = &self.privacy_policy {
            center = center.privacy_policy(url)?;
        }
        if let Some(url) = &self.stylesheet {
            center = center.stylesheet(url)?;
        }
        for (language, texts) in [("en", &self.en), ("es", &self.es)] {
            for (key, text) in texts {
                center = center.text(language, key, text)?;
            }
        }
        Ok(layer.preference_center(center))
    }
}

#[cfg(test)]
mod tests {
    use crate::error::ConfigErrorKind::{self, Syntax, Value};
    use crate::middleware::options::load;
    use crate::middleware::options::tests::check;

    #[test]
    fn every_field_is_read() {
        let text = "path = '/choices'\nprivacy-policy = '/privacy'\nstylesheet = '/own.css'\nen.title = 'Mine'\nes.title = 'Mi'";
        let shown = format!("{:?}", load(&format!("[preference-center]\n{text}"), "gpc.toml").unwrap());
        for want in ["/choices", "/privacy", "/own.css", "Mine", "Mi"] {
            assert!(shown.contains(want), "{want} in {shown}");
        }
    }

    #[test]
    fn errors_name_file_line_and_what_was_expected() {
        let table: &[(&str, ConfigErrorKind, &[&str])] = &[
            ("", Syntax, &["gpc.toml:1: preference-center", "path"]),
            ("path = 'choices'", Value, &["gpc.toml:1: preference-center: ", "/privacy-choices"]),
            ("path = '/c'\nprivacy-policy = 'http://a.test'", Value, &["privacy policy", "https URL"]),
            ("path = '/c'\nstylesheet = 'own.css'", Value, &["style sheet", "https URL"]),
            ("path = '/c'\nfr.title = 'x'", Syntax, &["gpc.toml:3: preference-center.fr", "privacy-policy"]),
            ("path = '/c'\nen.titel = 'x'", Value, &["titel", "title"]),
        ];
        for (text, kind, parts) in table {
            check(&format!("[preference-center]\n{text}"), *kind, parts);
        }
    }
}
