//! Which privacy strings are wrong for an opted-out browser, and what they should say.

use http::HeaderMap;

use super::options::Answers;
use crate::signal::cmp::{Platform, Purposes, iubenda, one_trust};
use crate::signal::gpp::{self, ApplicableSections, Gpp, GppString, Mspa, UsSection};
use crate::signal::{MAX_PAIR, Reader, Readers, Scope, UsPrivacyString};

/// The cookies with privacy strings that a request carries; gone through again each time, so that nothing is kept of
/// those that are right.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    readers: &'a Readers,
    headers: &'a HeaderMap,
}

impl<'a> Found<'a> {
    pub(super) fn in_cookies(readers: &'a Readers, headers: &'a HeaderMap) -> Self {
        Self { readers, headers }
    }

    fn visit(self, mut visitor: impl FnMut(Reader, &'a [u8], &'a [u8])) {
        self.readers.visit_cookies(self.headers, |reader, name, value| {
            if reader != Reader::OptOut {
                visitor(reader, name, value);
            }
        });
    }

    /// Whether none is there, as far as cookies of this name are read.
    fn lacks(self, name: &str, wanted: impl Fn(Reader, &[u8]) -> bool) -> bool {
        self.readers.reader(name.as_bytes()).is_some() && self.count(wanted) == 0
    }

    fn count(self, wanted: impl Fn(Reader, &[u8]) -> bool) -> usize {
        let mut count = 0;
        self.visit(|reader, name, _| count += usize::from(wanted(reader, name)));
        count
    }
}

/// A cookie to be set in the place of whatever there is of its name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) name: String,
    pub(super) value: String,
    /// The browser holds several of this name.
    pub(super) doubled: bool,
}

/// What the strings should say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    /// What the person is opted out of.
    pub(crate) scope: Scope,
    /// Whether this very request has `Sec-GPC: 1`: GPP strings have a bit for it.
    pub(crate) gpc: bool,
}

impl Told {
    /// The most that any browser can have said.
    pub(crate) const EVERYTHING: Told = Told { scope: Scope::ALL_ADVERTISING, gpc: true };
}

/// What must be set so that every string says what was decided.
pub(super) fn changes(answers: &Answers, found: Found<'_>, told: Told) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    found.visit(|reader, name, value| {
        let Ok(name) = std::str::from_utf8(name) else { return };
        if changes.iter().any(|change| change.name == name) {
            return;
        }
        if let Some(value) = corrected(answers, found.readers, told, reader, name, value) {
            let doubled = found.count(|_, other| other == name.as_bytes()) > 1;
            changes.push(Change { name: name.to_owned(), value, doubled });
        }
    });
    publish(answers, found, told, &mut changes);
    if let Some(sections) = section_ids(found, &changes) {
        changes.push(sections);
    }
    // Browsers refuse a longer one, and the one that it is to replace would be gone.
    changes.retain(|change| change.name.len() + change.value.len() <= MAX_PAIR);
    changes
}

/// The value that a cookie, or a `Set-Cookie` line, should have; `None` where it is right, or none that we correct.
pub(super) fn corrected(
    answers: &Answers,
    readers: &Readers,
    told: Told,
    reader: Reader,
    name: &str,
    value: &[u8],
) -> Option<String> {
    match reader {
        Reader::UsPrivacy if answers.correct && told.scope.intersects(Scope::SALE | Scope::SHARING) => {
            us_privacy(value)
        }
        Reader::Gpp if name == GPP && answers.correct => gpp::corrected(value, told.scope, told.gpc),
        Reader::Gpp if name != GPP && answers.correct_onetrust => gpp::corrected(value, told.scope, told.gpc),
        Reader::Platform(platform @ Platform::OneTrust) if answers.correct_onetrust => {
            one_trust(name, value, readers.purposes(platform)?)
        }
        _ => None,
    }
}

fn us_privacy(value: &[u8]) -> Option<String> {
    if iubenda::us_privacy_string(value).is_some() {
        return iubenda::us_privacy_corrected(value);
    }
    match UsPrivacyString::parse(value) {
        Some(string) if string.opted_out == Some(true) => None,
        Some(string) => Some(string.corrected().to_string()),
        // Somebody's structure that we do not know is theirs; anything else is a string that auditors call invalid.
        None if value.starts_with(b"{") || value.starts_with(b"%") => None,
        None => Some(UsPrivacyString::default().corrected().to_string()),
    }
}

fn one_trust(name: &str, value: &[u8], purposes: &Purposes) -> Option<String> {
    match name {
        one_trust::GOOGLE_OPT_OUT => (value != b"true").then(|| "true".to_owned()),
        _ => one_trust::corrected(value, purposes),
    }
}

/// Only what is read: of anything else it cannot be told whether the site has one.
fn publish(answers: &Answers, found: Found<'_>, told: Told, changes: &mut Vec<Change>) {
    let covered = told.scope.intersects(Scope::SALE | Scope::SHARING);
    if answers.publish_us_privacy && covered && found.lacks(US_PRIVACY, |reader, _| reader == Reader::UsPrivacy) {
        let string = us_privacy_string(answers);
        changes.push(Change { name: US_PRIVACY.into(), value: string.to_string(), doubled: false });
    }
    if !answers.publish_gpp.is_empty() && found.lacks(GPP, |_, name| name == GPP.as_bytes()) {
        let string = gpp_string(answers, answers.publish_gpp.iter().copied(), told);
        changes.push(Change { name: GPP.into(), value: string.to_string(), doubled: false });
    }
}

/// The names of the IAB's strings that a browser carries. Who opts in again is not opted out by what we corrected before.
#[cfg(feature = "center")]
pub(super) fn iab(found: Found<'_>) -> Vec<&str> {
    let mut names = Vec::new();
    found.visit(|reader, name, _| {
        let Ok(name) = std::str::from_utf8(name) else { return };
        let ours = matches!(reader, Reader::UsPrivacy | Reader::SectionIds) || name == GPP;
        if ours && !names.contains(&name) {
            names.push(name);
        }
    });
    names
}

/// The strings that a page for an opted-out browser says in its scripts, as attributes of an element: whoever asks there
/// must hear the decision, whether cookies say it or not.
pub(super) fn attributes(answers: &Answers) -> String {
    let sections: Vec<UsSection> = match &*answers.publish_gpp {
        [] => vec![UsSection::National],
        sections => sections.to_vec(),
    };
    let names: Vec<_> = sections.iter().map(|section| format!("{}:{}", section.id(), section.name())).collect();
    let string = gpp_string(answers, sections.into_iter(), Told::EVERYTHING);
    format!(" data-usp=\"{}\" data-gpp=\"{string}\" data-sections=\"{}\"", us_privacy_string(answers), names.join(","))
}

fn us_privacy_string(answers: &Answers) -> UsPrivacyString {
    let lspa = answers.mspa.map(|mspa| mspa != Mspa::NotCovered);
    UsPrivacyString { notice: answers.notice_given, opted_out: Some(true), lspa }
}

fn gpp_string(answers: &Answers, sections: impl Iterator<Item = UsSection>, told: Told) -> GppString {
    let string = GppString::new(sections).opted_out(told.scope).gpc(told.gpc).mspa(answers.mspa.unwrap_or_default());
    match answers.notice_given {
        Some(given) => string.notice(Scope::ALL_ADVERTISING, given),
        None => string,
    }
}

/// `__gpp_sid` beside a string of ours, where it does not list every US section of that string.
fn section_ids(found: Found<'_>, changes: &[Change]) -> Option<Change> {
    let string = changes.iter().find(|change| change.name == GPP)?;
    let wanted: ApplicableSections = Gpp::parse(string.value.as_bytes())
        .map(|gpp| gpp.section_ids().filter(|&id| UsSection::from_id(id).is_some()).collect())
        .unwrap_or_default();
    let (mut carried, mut each, mut all) = (0, true, ApplicableSections::default());
    found.visit(|reader, _, value| {
        if reader == Reader::SectionIds {
            let ids = ApplicableSections::parse(value).unwrap_or_default();
            carried += 1;
            each &= ids.union(wanted) == ids;
            all = all.union(ids);
        }
    });
    // Each of them must say it: which one is read, among several, nobody knows.
    if each && all.union(wanted) == all {
        return None;
    }
    Some(Change { name: SECTION_IDS.into(), value: all.union(wanted).to_string(), doubled: carried > 1 })
}

const US_PRIVACY: &str = "usprivacy";
const GPP: &str = "__gpp";
const SECTION_IDS: &str = "__gpp_sid";
