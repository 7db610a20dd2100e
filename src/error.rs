//! The one error of this crate: a set-up that cannot be used.
//!
//! Requests, cookies and pages never cause an error; what is wrong with them is an answer ("no signal", "passed
//! through, because") and is counted.

use std::error::Error;
use std::fmt;

/// A set-up that cannot be used: a name, a limit, a rule or a file.
///
/// Errors exist for set-up only. The message names what was wrong and, for text that came from a file, the file, the
/// line and the field.
///
/// # Example
///
/// ```
/// use tower_gpc::{Catalog, ConfigErrorKind};
///
/// let error = Catalog::empty().with_toml("[[vendor]]\nid = 7\n", "mine.toml").unwrap_err();
/// assert_eq!(error.kind(), ConfigErrorKind::Catalog);
/// assert!(error.to_string().contains("mine.toml"));
/// ```
pub struct ConfigError {
    kind: ConfigErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What part of the set-up a [`ConfigError`] speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// A cookie or header name that no browser would send.
    Name,
    /// A vendor, a URL rule or an inline signature.
    Catalog,
    /// A purpose, an action or an override that names no known vendor.
    Policy,
    /// A number out of its range, or a text that is not what the option takes.
    Value,
    /// A configuration text that is not valid TOML or holds an unknown field.
    Syntax,
}

impl ConfigError {
    pub(crate) fn new(kind: ConfigErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Tells what part of the set-up is wrong.
    #[must_use]
    pub fn kind(&self) -> ConfigErrorKind {
        self.kind
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigError").field("kind", &self.kind).field("message", &self.message).finish_non_exhaustive()
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
