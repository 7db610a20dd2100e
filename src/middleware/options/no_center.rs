//! `[preference-center]` in a build without it.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::error::{ConfigError, ConfigErrorKind};
use crate::middleware::layer::GpcLayer;

/// The table, whatever it says.
#[derive(Deserialize)]
pub(super) struct CenterOptions(IgnoredAny);

impl CenterOptions {
    pub(super) fn add(&self, _layer: GpcLayer) -> Result<GpcLayer, ConfigError> {
        let Self(IgnoredAny) = self;
        let message = "this build is without the feature `center`";
        Err(ConfigError::new(ConfigErrorKind::Value, message.to_owned()))
    }
}
