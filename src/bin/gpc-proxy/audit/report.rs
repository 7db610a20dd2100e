//! The report and its verdict. This is also the JSON, whose fields only grow.

use serde::Serialize;
use tower_gpc::catalog::Purpose;

use super::evidence::{CookieRow, Party};
use super::strings::{self, Verdict as StringVerdict};
use super::support::Support;
use super::visit::Visit;

/// Everything that an audit found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Report {
    /// As it was given.
    pub(super) url: String,
    /// The registrable domain of the page that it led to.
    pub(super) site: String,
    /// Name and version; none if the HTML alone was read.
    pub(super) browser: Option<String>,
    pub(super) visits: [Seen; 2],
    pub(super) parties: Vec<Party>,
    pub(super) cookies: Vec<CookieRow>,
    pub(super) strings: Vec<strings::Row>,
    pub(super) support: Support,
    /// The words by which the page shows, with the signal, that it honours it.
    pub(super) status_shown: Option<String>,
    /// What is no failure, and worth knowing.
    pub(super) remarks: Vec<String>,
    /// What could not be seen.
    pub(super) limits: Vec<String>,
    pub(super) verdict: Verdict,
    pub(super) why: Vec<String>,
}

/// One visit in short: first the one without the signal, then the one with it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Seen {
    /// Whether the request for the page carried the signal.
    pub(super) signal: bool,
    /// `navigator.globalPrivacyControl`, as the page sees it.
    pub(super) property: Option<bool>,
    /// The address of the page, after redirects.
    pub(super) url: Option<String>,
    /// As on the wire: 304 is a page that is shown again.
    pub(super) status: Option<u16>,
    pub(super) cache_control: Option<String>,
    pub(super) vary: Option<String>,
    pub(super) etag: Option<String>,
    /// Why there is no page.
    pub(super) failure: Option<String>,
}

/// What an outsider can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    Honours,
    DoesNot,
    CannotTell,
}

impl Seen {
    pub(super) fn of(visit: &Visit) -> Self {
        let field = |name| visit.head.as_ref().and_then(|head| head.field(name));
        Self {
            signal: visit.signalled,
            property: visit.said.property,
            url: visit.head.as_ref().map(|head| head.url.clone()),
            status: visit.head.as_ref().map(|head| head.status),
            cache_control: field("cache-control"),
            vary: field("vary"),
            etag: field("etag"),
            failure: visit.failure.clone(),
        }
    }

    fn is_shared(&self) -> bool {
        let directives = self.cache_control.as_deref().unwrap_or_default().to_ascii_lowercase();
        let has = |name: &str| directives.split(',').any(|directive| directive.trim().split('=').next() == Some(name));
        !has("private") && !has("no-store")
    }

    fn varies(&self) -> bool {
        let fields = self.vary.as_deref().unwrap_or_default();
        fields.split(',').any(|field| field.trim() == "*" || field.trim().eq_ignore_ascii_case("sec-gpc"))
    }
}

const STATED: &str = "the site states that it honours the signal";

impl Report {
    /// Comes to a verdict by all that stands in the rest.
    pub(super) fn judged(mut self) -> Self {
        self.remarks = self.remarks();
        let (verdict, why) = self.judge();
        self.verdict = verdict;
        self.why = why;
        self
    }

    fn judge(&self) -> (Verdict, Vec<String>) {
        if let Some(reason) = self.unseen() {
            return (Verdict::CannotTell, vec![reason]);
        }
        let against = self.against();
        if !against.is_empty() {
            return (Verdict::DoesNot, against);
        }
        if let Some(reason) = self.hidden() {
            return (Verdict::CannotTell, vec![reason]);
        }
        let proof = self.proof();
        // The site's own word is none where what scripts do was not seen.
        if self.browser.is_none() && proof == [STATED] {
            return (Verdict::CannotTell, vec![format!("{STATED}, and only a browser shows whether it does")]);
        }
        if proof.is_empty() {
            let nothing = "nothing was seen to be sold or shared without the signal either, there is no privacy string, \
                           and the site does not state that it honours the signal";
            return (Verdict::CannotTell, vec![nothing.to_owned()]);
        }
        (Verdict::Honours, proof)
    }

    /// Why the visits are no basis for a verdict.
    fn unseen(&self) -> Option<String> {
        for (seen, when) in self.visits.iter().zip(["without the signal", "with the signal"]) {
            if let Some(failure) = &seen.failure {
                return Some(format!("the page could not be opened {when}: {failure}"));
            }
            match seen.status {
                None => return Some(format!("the page did not come {when}")),
                Some(status) if status >= 400 => return Some(format!("the page answered {status} {when}")),
                Some(_) => {}
            }
        }
        let [before, after] = &self.visits;
        if before.signal {
            return Some("the browser sent the signal before it was switched on".to_owned());
        }
        (!after.signal).then(|| "the request for the page did not carry the signal".to_owned())
    }

    fn against(&self) -> Vec<String> {
        let mut against = Vec::new();
        let asked: Vec<&Party> = self.parties.iter().filter(|party| party.sale_or_sharing && party.after > 0).collect();
        if !asked.is_empty() {
            let requests: usize = asked.iter().map(|party| party.after).sum();
            let names = some(asked.iter().filter_map(|party| party.vendor.as_deref()));
            let requests = if requests == 1 { "a request goes".to_owned() } else { format!("{requests} requests go") };
            against.push(format!("with the signal, {requests} to vendors of sale or sharing: {names}"));
        }
        let set: Vec<&CookieRow> = self.cookies.iter().filter(|row| row.is_set_against_the_signal()).collect();
        if !set.is_empty() {
            let names = some(set.iter().map(|row| row.name.as_str()));
            against.push(format!("with the signal, cookies of such vendors are set: {names}"));
        }
        for row in &self.strings {
            match row.verdict {
                Some(StringVerdict::OptedOut) | None => {}
                Some(verdict) => against.push(format!("with the signal, {} is {}", row.name, verdict.words())),
            }
        }
        against
    }

    /// Without a browser, what a tag manager loads is not seen.
    fn hidden(&self) -> Option<String> {
        let manager = |party: &&Party| party.purpose == Some(Purpose::TagManager) && party.after > 0;
        let found = self.parties.iter().find(manager).filter(|_| self.browser.is_none())?;
        let name = found.vendor.as_deref().unwrap_or_default();
        Some(format!("{name} stays in the page, and only a browser shows what it loads"))
    }

    fn proof(&self) -> Vec<String> {
        let mut proof = Vec::new();
        let gone = self.parties.iter().filter(|party| party.sale_or_sharing && party.before > 0);
        let gone: Vec<&str> = gone.filter_map(|party| party.vendor.as_deref()).collect();
        if !gone.is_empty() {
            let names = some(gone.iter().copied());
            proof.push(format!("vendors of sale or sharing are asked for nothing any more ({}): {names}", gone.len()));
        }
        let said = self.strings.iter().filter(|row| row.verdict == Some(StringVerdict::OptedOut));
        let said: Vec<&str> = said.map(|row| row.name.as_str()).collect();
        if !said.is_empty() {
            proof.push(format!("privacy strings say opted out: {}", some(said.iter().copied())));
        }
        if self.support.gpc == Some(true) {
            proof.push(STATED.to_owned());
        }
        proof
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        let [before, after] = &self.visits;
        if after.status == Some(304) {
            remarks
                .push("the reload with the signal was answered 304: the page from before was shown again".to_owned());
        }
        if [before, after].iter().any(|seen| seen.status.is_some() && seen.is_shared() && !seen.varies()) {
            remarks
                .push("shared caches may give one browser's page to another: no Vary: Sec-GPC, not private".to_owned());
        }
        match (self.support.gpc, &self.support.problem) {
            (Some(true), None) => {}
            (Some(true), Some(problem)) => remarks.push(format!("the support resource is not in order: {problem}")),
            (Some(false), _) => remarks.push("the support resource states that the signal is not honoured".to_owned()),
            (None, problem) => {
                let problem = problem.as_deref().unwrap_or("nothing there");
                remarks.push(format!("no support resource at /.well-known/gpc.json: {problem}"));
            }
        }
        if self.status_shown.is_none() {
            remarks.push("the page does not show that the opt-out is honoured (11 CCR \u{a7} 7025(c)(6))".to_owned());
        }
        remarks
    }
}

/// A few of the names, and how many more there are.
fn some<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<&str> = names.collect();
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
