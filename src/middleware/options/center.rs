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
