//! What every request shares: the compiled rules and the options, behind one `Arc`.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use once_cell::sync::Lazy;
use serde::Deserialize;

use super::report::Outcome;
use crate::catalog::Catalog;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::header::validator::Variant;
use crate::html::FilterOptions;
use crate::policy::{Policy, Rules};
use crate::signal::Readers;
use crate::site::SupportResource;

/// What is done with a page for an opted-out browser that cannot be filtered.
///
/// That is a page in UTF-16, in a content coding that is unknown, stacked or switched off at compile time, or a part of
/// a page (206). It is always counted and logged with its [`Reason`](super::Reason).
///
/// A page whose head looks filterable but whose first bytes are a UTF-16 byte order mark passes through either way:
/// when that is seen the head has been sent.
///
/// # Example
///
/// ```
/// use tower_gpc::middleware::Unfilterable;
///
/// assert_eq!(Unfilterable::default(), Unfilterable::Pass);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Unfilterable {
    /// The page passes through with its tags. The choice for a site that must stay up whatever an origin sends.
    #[default]
    Pass,
    /// The browser gets a 502 with a short reason instead. The choice where a tag that slips through is the worse harm.
    BadGateway,
}

pub(super) type Hook = Arc<dyn Fn(&Catalog, &Outcome) + Send + Sync>;

#[derive(Clone)]
pub(super) struct Config {
    pub(super) rules: Arc<Rules>,
    pub(super) policy: Policy,
    pub(super) variant: Variant,
    pub(super) readers: Readers,
    pub(super) held_limit: usize,
    pub(super) unfilterable: Unfilterable,
    pub(super) support: SupportResource,
    pub(super) forward_signal: bool,
    pub(super) hook: Option<Hook>,
}

impl Config {
    /// The defaults; the built-in rules are compiled once for the whole process.
    pub(super) fn shared_default() -> Arc<Self> {
        static DEFAULT: Lazy<Arc<Config>> = Lazy::new(|| {
            let policy = Policy::default();
            match Rules::new(Catalog::builtin().clone(), &policy) {
                Ok(rules) => Arc::new(Config::with_rules(rules, policy)),
                // Rules fail for an override that names an unknown vendor, and this policy has no overrides.
                Err(error) => unreachable!("the built-in rules: {error}"),
            }
        });
        Arc::clone(&DEFAULT)
    }

    fn with_rules(rules: Rules, policy: Policy) -> Self {
        Self {
            variant: Variant::new(rules.fingerprint()),
            rules: Arc::new(rules),
            policy,
            readers: Readers::default(),
            held_limit: FilterOptions::default().held_limit,
            unfilterable: Unfilterable::default(),
            support: SupportResource::default(),
            forward_signal: false,
            hook: None,
        }
    }

    /// Compiles catalog and policy again; on an error nothing changed.
    pub(super) fn compile(&mut self, catalog: Catalog, policy: Policy) -> Result<(), ConfigError> {
        let rules = Rules::new(catalog, &policy)?;
        self.variant = Variant::new(rules.fingerprint());
        self.rules = Arc::new(rules);
        self.policy = policy;
        Ok(())
    }

    pub(super) fn set_held_limit(&mut self, bytes: usize) -> Result<(), ConfigError> {
        if !HELD_LIMITS.contains(&bytes) {
            let (least, most) = (HELD_LIMITS.start(), HELD_LIMITS.end());
            let message = format!("a held limit of {bytes} bytes: expected {least} to {most}");
            return Err(ConfigError::new(ConfigErrorKind::Value, message));
        }
        self.held_limit = bytes;
        Ok(())
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("policy", &self.policy)
            .field("readers", &self.readers)
            .field("held_limit", &self.held_limit)
            .field("unfilterable", &self.unfilterable)
            .field("support", &self.support)
            .field("forward_signal", &self.forward_signal)
            .field("hook", &self.hook.is_some())
            .finish_non_exhaustive()
    }
}

/// Below, ordinary tags would pass unread; above, one hostile page could hold too much memory.
const HELD_LIMITS: RangeInclusive<usize> = 1024..=16 * 1024 * 1024;
