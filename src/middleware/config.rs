//! What every request shares: the compiled rules and the options, behind one `Arc`.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use arc_swap::ArcSwap;
use http::{HeaderName, HeaderValue};
use once_cell::sync::Lazy;
use serde::Deserialize;

use super::additions::GuardedRules;
use super::report::Outcome;
use crate::answer::Answers;
use crate::catalog::Catalog;
use crate::consent::Locator;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::fnv;
use crate::header::validator::Variant;
use crate::html::FilterOptions;
use crate::lists::FilterList;
use crate::policy::{Policy, Rules};
use crate::signal::{Readers, Signals};
use crate::site::{Bridge, Guard, OwnPath, PreferenceCenter, StatusMarkup, StatusNotice, SupportResource};

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
    /// Where the configuration of a [`ReloadLayer`](super::ReloadLayer) stands that counts; there this is `None`.
    pub(super) live: Option<Arc<ArcSwap<Config>>>,
    /// Without the lists' vendors, which the catalog of the rules has too.
    pub(super) catalog: Catalog,
    pub(super) lists: Vec<FilterList>,
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
    pub(super) own_path: OwnPath,
    /// Whether the bridge is on; it is made of the cookie's name.
    pub(super) bridges: bool,
    pub(super) bridge: Option<Bridge>,
    pub(super) center: Option<PreferenceCenter>,
    /// Whether the guard is on; what is made of it is below.
    pub(super) guard: bool,
    /// Whether pages load it, where they may.
    pub(super) guard_file: bool,
    pub(super) guarded: Option<Arc<GuardedRules>>,
    /// The attributes of the guard's element: what privacy APIs on the page are to answer.
    pub(super) privacy_strings: String,
    /// The policy that filtered pages get beside their own.
    pub(super) second_line: Option<HeaderValue>,
    /// The element that shows an opted-out person that it is honoured.
    pub(super) status: Option<StatusMarkup>,
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
        let mut config = Self {
            live: None,
            catalog: rules.catalog().clone(),
            lists: Vec::new(),
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
            own_path: OwnPath::default(),
            bridges: false,
            bridge: None,
            center: None,
            guard: true,
            guard_file: false,
            guarded: None,
            privacy_strings: String::new(),
            second_line: None,
            status: None,
        };
        config.set_answers(Answers::default());
        if let Err(error) = config.make_guard() {
            unreachable!("the built-in rules: {error}");
        }
        config.settle();
        config
    }

    /// Compiles catalog and policy again; on an error nothing changed.
    pub(super) fn compile(
        &mut self,
        catalog: Catalog,
        policy: Policy,
        lists: Vec<FilterList>,
    ) -> Result<(), ConfigError> {
        let rules = Rules::compile(catalog.clone(), &policy, &lists)?;
        let before = (self.catalog.clone(), self.lists.clone(), Arc::clone(&self.rules), self.policy.clone());
        (self.catalog, self.lists) = (catalog, lists);
        self.rules = Arc::new(rules);
        self.policy = policy;
        let made = self.make_guard();
        if made.is_err() {
            (self.catalog, self.lists, self.rules, self.policy) = before;
        }
        self.settle();
        made
    }

    pub(super) fn set_guard(&mut self, on: bool) -> Result<(), ConfigError> {
        let before = std::mem::replace(&mut self.guard, on);
        let made = self.make_guard();
        if made.is_err() {
            self.guard = before;
        }
        self.settle();
        made
    }

    pub(super) fn set_guard_file(&mut self, on: bool) {
        self.guard_file = on;
        self.settle();
    }

    /// Makes the guard for the rules as they are; on an error it stays what it was.
    fn make_guard(&mut self) -> Result<(), ConfigError> {
        self.guarded = match self.guard {
            false => None,
            true => {
                let policy = self.policy.under_guard();
                let rules = Rules::compile(self.catalog.clone(), &policy, &self.lists)?;
                let guard = Guard::new(&rules, &policy, self.policy.restricted())?;
                Some(Arc::new(GuardedRules { rules: Arc::new(rules), guard }))
            }
        };
        Ok(())
    }

    pub(super) fn set_answers(&mut self, answers: Answers) {
        self.privacy_strings = answers.attributes();
        self.answers = answers;
        self.settle();
    }

    pub(super) fn set_status(&mut self, notice: Option<StatusNotice>) {
        self.status = notice.map(|notice| notice.markup());
        self.settle();
    }

    pub(super) fn set_second_line(&mut self, policy: HeaderValue) {
        self.second_line = Some(policy);
        self.settle();
    }

    pub(super) fn set_bridge(&mut self, on: bool) {
        self.bridges = on;
        self.settle();
    }

    pub(super) fn set_own_path(&mut self, path: &str) -> Result<(), ConfigError> {
        self.own_path = OwnPath::parse(path)?;
        self.settle();
        Ok(())
    }

    /// The configuration that counts now. A request is answered by the one that it began with.
    pub(super) fn current(self: &Arc<Self>) -> Arc<Self> {
        match &self.live {
            None => Arc::clone(self),
            Some(live) => live.load_full(),
        }
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
        // A cookie that nobody reads would be written in vain.
        let bridges = self.bridges && self.readers.reads_cookies();
        self.bridge = bridges.then(|| Bridge::new(self.readers.opt_out_cookie_name(), self.answers.is_secure()));
        self.variant = Variant::new(self.fingerprint());
    }

    /// Stands for everything that makes a filtered page what it is.
    fn fingerprint(&self) -> u32 {
        let guard = self.guarded.as_ref().map_or(0, |guarded| guarded.guard.fingerprint());
        let path = self.own_path.guard_path();
        let file: &[u8] = if self.guard_file { b"file" } else { b"" };
        let policy = self.second_line.as_ref().map(HeaderValue::as_bytes).unwrap_or_default();
        let status = self.status.as_ref().map(|status| &**status.of(true)).unwrap_or_default();
        let added = [path.as_bytes(), file, self.privacy_strings.as_bytes(), status, policy];
        let start = self.rules.fingerprint() ^ guard.rotate_left(1);
        added.into_iter().fold(start, fnv::hash)
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
            .field("lists", &self.lists)
            .field("readers", &self.readers)
            .field("locator", &self.locator)
            .field("answers", &self.answers)
            .field("held_limit", &self.held_limit)
            .field("unfilterable", &self.unfilterable)
            .field("support", &self.support)
            .field("forward_signal", &self.forward_signal)
            .field("state_header", &self.state_header)
            .field("hook", &self.hook.is_some())
            .field("own_path", &self.own_path)
            .field("bridge", &self.bridge.is_some())
            .field("center", &self.center)
            .field("guard", &self.guard)
            .field("guard_file", &self.guard_file)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Below, ordinary tags would pass unread; above, one hostile page could hold too much memory.
const HELD_LIMITS: RangeInclusive<usize> = 1024..=16 * 1024 * 1024;
