//! What every request shares: the compiled rules and the options, behind one `Arc`.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use http::HeaderName;
use once_cell::sync::Lazy;
use serde::Deserialize;

use super::report::Outcome;
use crate::answer::Answers;
use crate::catalog::Catalog;
use crate::consent::Locator;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::header::validator::Variant;
use crate::html::FilterOptions;
use crate::policy::{Policy, Rules};
use crate::signal::{Readers, Signals};
use crate::site::SupportResource;

/// What is done with a page for an opted-out browser that cannot be filtered.
///
/// That is a page in UTF-16 or ISO-2022-JP, in a content coding that is unknown, stacked or switched off at compile time, or a part of
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
    pub(super) locator: Option<Locator>,
    pub(super) answers: Answers,
    pub(super) held_limit: usize,
    pub(super) unfilterable: Unfilterable,
    pub(super) support: SupportResource,
    pub(super) forward_signal: bool,
    pub(super) state_header: Option<HeaderName>,
    pub(super) hook: Option<Hook>,
    /// Made of the above: the request fields that decide which variant a response is.
    pub(super) fields: Vec<HeaderName>,
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
        let readers = Readers::default();
        Self {
            variant: Variant::new(rules.fingerprint()),
            rules: Arc::new(rules),
            policy,
            fields: readers.fields().to_vec(),
            readers,
            locator: None,
            answers: Answers::default(),
            held_limit: FilterOptions::default().held_limit,
            unfilterable: Unfilterable::default(),
            support: SupportResource::default(),
            forward_signal: false,
            state_header: None,
            hook: None,
        }
    }

    /// Compiles catalog and policy again; on an error nothing changed.
    pub(super) fn compile(&mut self, catalog: Catalog, policy: Policy) -> Result<(), ConfigError> {
        let rules = Rules::new(catalog, &policy)?;
        self.variant = Variant::new(rules.fingerprint());
        self.rules = Arc::new(rules);
        self.policy = policy;
        self.settle();
        Ok(())
    }

    pub(super) fn set_readers(&mut self, readers: Readers) {
        self.readers = readers;
        self.settle();
    }

    pub(super) fn set_locator(&mut self, locator: Locator) {
        self.locator = Some(locator);
        self.settle();
    }

    pub(super) fn set_state_header(&mut self, name: &str) -> Result<(), ConfigError> {
        let wrong = |why: &str| ConfigError::new(ConfigErrorKind::Name, format!("state header {name:?} {why}"));
        let parsed =
            HeaderName::from_bytes(name.as_bytes()).map_err(|error| wrong("is no field name").with_source(error))?;
        // Fields of the connection and of the message, and those that this layer reads.
        let taken =
            ["host", "cookie", "sec-gpc", "dnt", "connection", "content-length", "transfer-encoding", "te", "upgrade"];
        if taken.contains(&parsed.as_str()) {
            return Err(wrong("has a meaning of its own"));
        }
        self.state_header = Some(parsed);
        Ok(())
    }

    fn settle(&mut self) {
        let mut fields = self.readers.fields().to_vec();
        for field in self.deciding_locator().and_then(Locator::fields).unwrap_or_default() {
            if !fields.contains(field) {
                fields.push(field.clone());
            }
        }
        self.fields = fields;
    }

    /// The locator, if the place decides anything.
    fn deciding_locator(&self) -> Option<&Locator> {
        self.locator.as_ref().filter(|_| self.policy.is_only_where_required())
    }

    /// Whether a response that has a filtered variant is for one visitor alone, since no field tells the variants apart.
    pub(super) fn is_private(&self, signals: Signals) -> bool {
        self.readers.is_private(signals) || self.deciding_locator().is_some_and(|locator| locator.fields().is_none())
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
            .field("locator", &self.locator)
            .field("answers", &self.answers)
            .field("held_limit", &self.held_limit)
            .field("unfilterable", &self.unfilterable)
            .field("support", &self.support)
            .field("forward_signal", &self.forward_signal)
            .field("state_header", &self.state_header)
            .field("hook", &self.hook.is_some())
            .finish_non_exhaustive()
    }
}

/// Below, ordinary tags would pass unread; above, one hostile page could hold too much memory.
const HELD_LIMITS: RangeInclusive<usize> = 1024..=16 * 1024 * 1024;
