//! The rules of the server, written for the script: which hosts are withheld, and where paths or queries take part.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::Serialize;

use super::hosts::HostSet;
use crate::catalog::{PathRule, UrlRule};
use crate::error::ConfigError;
use crate::policy::{Policy, Rules};

/// The rules of hosts, the ones that win first, and the hosts that have these: patterns of a path with its query; a `-`
/// before those that keep.
type Places = BTreeMap<String, String>;

/// What `matcher.js` reads.
#[derive(Debug, Serialize)]
pub(super) struct ScriptRules {
    seed: u32,
    /// The operator's word about URLs and about hosts, if there is any, then the catalog's: a line of patterns, then one of the
    /// hosts that have them, and so on. Text, which costs a page nothing until the first URL is asked about.
    tables: Vec<String>,
    high: String,
    low: String,
    /// Patterns for hosts of the site's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paths: Vec<String>,
}

/// One rule of a host.
#[derive(Clone, Copy)]
struct Entry<'a> {
    rule: &'a UrlRule,
    suppressed: bool,
    place: usize,
}

impl ScriptRules {
    /// Filter lists are left out: they are too long to be sent with a page.
    pub(super) fn new(rules: &Rules, policy: &Policy) -> Result<Self, ConfigError> {
        let mut hosts: BTreeMap<&str, Vec<Entry<'_>>> = BTreeMap::new();
        for (id, vendor) in rules.catalog().vendors() {
            let suppressed = rules.suppresses(id);
            for rule in vendor.urls() {
                hosts.entry(rule.host()).or_default().push(Entry { rule, suppressed, place: id.index() });
            }
        }
        let is_withheld = |entries: &[Entry<'_>]| entries.iter().any(|entry| entry.suppressed);
        let withheld: HashSet<&str> =
            hosts.iter().filter(|(_, entries)| is_withheld(entries)).map(|(host, _)| *host).collect();
        // The rest keeps what would be kept anyway.
        hosts.retain(|host, _| names(host).any(|name| withheld.contains(name)));

        let is_bare = |entries: &[Entry<'_>]| {
            entries.iter().all(|entry| entry.suppressed) && entries.iter().any(|entry| is_bare(entry.rule))
        };
        let (bare, places): (BTreeMap<_, _>, BTreeMap<_, _>) =
            hosts.into_iter().partition(|(_, entries)| is_bare(entries));
        // A host below one that is withheld needs no word of its own, unless one between them keeps something.
        let needs_word = |host: &&&str| {
            let above = names(host).skip(1).find(|name| bare.contains_key(name) || places.contains_key(name));
            above.is_none_or(|name| places.contains_key(name))
        };
        let kept = rules.catalog().vendors().filter(|(id, _)| !rules.suppresses(*id));
        let kept = kept.flat_map(|(_, vendor)| vendor.urls()).map(UrlRule::host).chain(places.keys().copied());
        let strangers: BTreeSet<&str> = kept.flat_map(names).filter(|name| !bare.contains_key(name)).collect();
        let strangers: Vec<&str> = strangers.into_iter().collect();
        let set = HostSet::new(bare.keys().filter(needs_word).copied(), &strangers)?;

        let catalog = grouped(places.into_iter().map(|(host, entries)| (host, text(entries))));
        let operators = operators(rules, policy).into_iter().filter(|places| !places.is_empty());
        let tables = operators.chain([catalog]).map(|places| lines(&places)).collect();
        let HostSet { seed, high, low } = set;
        Ok(Self { seed, high, low, tables, paths: paths(rules, policy) })
    }
}

/// What the operator said: of URLs that are allowed, and of hosts of the site's own.
fn operators(rules: &Rules, policy: &Policy) -> [Places; 2] {
    let mut allowed: BTreeMap<&str, Vec<Entry<'_>>> = BTreeMap::new();
    for rule in policy.allowed_urls() {
        allowed.entry(rule.host()).or_default().push(Entry { rule, suppressed: false, place: 0 });
    }
    let own = policy.own_hosts().map(|(host, vendor)| {
        let suppressed = rules.catalog().find(vendor).is_some_and(|id| rules.suppresses(id));
        (host, if suppressed { "/" } else { "-/" }.to_owned())
    });
    [grouped(allowed.into_iter().map(|(host, entries)| (host, text(entries)))), grouped(own)]
}

/// Hosts with the same rules stand together: a company with a domain in each country has the same everywhere.
fn grouped<'a>(places: impl Iterator<Item = (&'a str, String)>) -> Places {
    let mut groups = Places::new();
    for (host, rules) in places {
        let hosts = groups.entry(rules).or_default();
        if !hosts.is_empty() {
            hosts.push(' ');
        }
        hosts.push_str(host);
    }
    groups
}

fn lines(places: &Places) -> String {
    let lines: Vec<&str> = places.iter().flat_map(|(rules, hosts)| [rules.as_str(), hosts.as_str()]).collect();
    lines.join("\n")
}

fn paths(rules: &Rules, policy: &Policy) -> Vec<String> {
    if !policy.looks_at_first_party() {
        return Vec::new();
    }
    let suppressed = rules.catalog().vendors().filter(|(id, _)| rules.suppresses(*id));
    suppressed.flat_map(|(_, vendor)| vendor.first_party().iter().map(of_path)).collect()
}

/// Whether a rule covers its whole host.
fn is_bare(rule: &UrlRule) -> bool {
    rule.path().is_empty() && rule.query().is_empty()
}

/// A host and those above it, up to the last label.
fn names(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |name| name.split_once('.').map(|(_, rest)| rest))
}

/// As [`UrlRule`] says: the longest path wins, then the longest query, then the vendor that was added last.
fn text(mut entries: Vec<Entry<'_>>) -> String {
    entries.sort_by_key(|entry| Reverse((entry.rule.path().len(), entry.rule.query().len(), entry.place)));
    let mut rules: Vec<String> = Vec::with_capacity(entries.len());
    for Entry { rule, suppressed, .. } in entries {
        let sign = if suppressed { "" } else { "-" };
        rules.push(format!("{sign}{}", pattern(rule)));
    }
    rules.join(" ")
}

/// What ends a path.
const END: &str = "([?]|$)";

/// A rule as a regular expression for the beginning of a path and its query.
fn pattern(rule: &UrlRule) -> String {
    match rule.path().strip_suffix('$') {
        Some(whole) => parameters(rule.query()) + &literal(whole) + END,
        None if rule.path().is_empty() => parameters(rule.query()) + "/",
        None => parameters(rule.query()) + &literal(rule.path()),
    }
}

/// The same for the end of a path, and its query.
fn of_path(rule: &PathRule) -> String {
    parameters(rule.query()).replace('#', "[0-9]") + &literal(rule.path()) + END
}

/// What says that the query has each parameter, wherever that stands.
fn parameters(query: &str) -> String {
    let each = query.split('&').filter(|parameter| !parameter.is_empty());
    each.map(|parameter| format!("(?=.*[?](.*&)?{})", literal(parameter))).collect()
}

/// Text without what a regular expression has a meaning for, but `*`, which stands for any run of bytes.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '*' => literal += "[^?]*",
            '.' | '+' | '?' | '$' | '{' | '}' | '(' | ')' | '|' | '[' => literal.extend(['[', char, ']']),
            '^' | ']' | '\\' => literal.extend(['\\', char]),
            _ => literal.push(char),
        }
    }
    literal
}
