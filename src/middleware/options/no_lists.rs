//! Filter lists in a build without them.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::source::Source;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::middleware::layer::GpcLayer;

/// One `[[list]]`, whatever it says.
pub(super) type ListOptions = Refused;

#[derive(Deserialize)]
pub(super) struct Refused(IgnoredAny);

impl Refused {
    pub(super) fn add(&self, _layer: GpcLayer, at: usize, source: &Source<'_>) -> Result<GpcLayer, ConfigError> {
        let Self(IgnoredAny) = self;
        Err(source.error(at, ConfigErrorKind::Value, "this build is without the feature `lists`"))
    }
}
