//! OneTrust: the groups of `OptanonConsent`, and its two flags for Global Privacy Control.
//!
//! `OptanonConsent` is a query string: `isGpcEnabled=0&…&groups=C0001%3A1%2CC0004%3A0&…`. In `groups` each id comes
//! with `1` or `0`, its marks percent-encoded or not. By the vendor's set-up `C0004` is targeting and `C0005` social
//! media; the ids in `BG` bundle groups for an opt-out of sale. Older accounts number theirs, `4` for targeting: they
//! are to be named.
//!
//! `isGpcEnabled=1` and `browserGpcFlag=1` say that the browser sent the signal. They stand beside groups at `1` in
//! real cookies, so they count by themselves. At `0` they say nothing: the signal may have come later, or on another
//! page.
//!
//! `OTGPPConsent`, of the same vendor, is a GPP string and is read as one.

use super::platform::Pattern;
use super::purposes::Purposes;
use super::tally::Tally;
use super::text::{self, Decoded};
use crate::signal::scope::Scope;
use crate::signal::statement::Statement;

/// Its cookie with one answer for Google: `true` is an opt-out.
pub(crate) const GOOGLE_OPT_OUT: &str = "OneTrustWPCCPAGoogleOptOut";

pub(super) const COOKIES: &[Pattern] = &[Pattern::Name(CONSENT), Pattern::Name(GOOGLE_OPT_OUT)];

pub(super) const PURPOSES: &[&str] = &["C0004", "C0005", "SPD_BG", "SSPD_BG", "BG*"];

const CONSENT: &str = "OptanonConsent";

/// The flags for Global Privacy Control; auditors look at the first.
const FLAGS: [&[u8]; 2] = [b"isGpcEnabled", b"browserGpcFlag"];

pub(super) fn read(name: &[u8], value: &[u8], purposes: &Purposes) -> Statement {
    if name == CONSENT.as_bytes() {
        // A site that encodes its cookies once more leaves no "=" in the clear, which OneTrust always does.
        return if value.contains(&b'=') {
            consent(value, purposes)
        } else {
            consent(Decoded::new(value).bytes(), purposes)
        };
    }
    match value {
        b"true" => Statement::opted_out(Scope::ALL_ADVERTISING),
        b"false" => Statement::not_opted_out(),
        _ => Statement::nothing(),
    }
}

fn consent(value: &[u8], purposes: &Purposes) -> Statement {
    let mut said = Statement::nothing();
    for parameter in parameters(value) {
        if let Some(list) = parameter.strip_prefix(b"groups=") {
            said = said.and(groups(list, purposes));
        } else if FLAGS.iter().any(|flag| parameter.strip_prefix(*flag) == Some(b"=1")) {
            said = said.and(Statement::opted_out(Scope::ALL_ADVERTISING));
        }
    }
    said
}

fn groups(list: &[u8], purposes: &Purposes) -> Statement {
    let (mut tally, mut whole) = (Tally::default(), true);
    for (group, state) in text::pairs(list) {
        match state {
            Some(state @ (b"0" | b"1")) => {
                if purposes.contains(group) {
                    tally.count(state == b"1");
                }
            }
            _ => whole = false,
        }
    }
    tally.statement(whole)
}

/// The parameters of the query string, names and values together.
fn parameters(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    memchr::memchr_iter(b'&', value).chain([value.len()]).filter_map(move |end| {
        let parameter = value.get(start..end);
        start = end + 1;
        parameter
    })
}

/// An `OptanonConsent` value that says the opt-out: the flags set, the groups of sale and sharing at `0`, all else as
/// it was.
///
/// `isGpcEnabled` is added where it is missing, `browserGpcFlag` is not. `None` if there is nothing to change, and for
/// what is no query string: empty, encoded once more, or not UTF-8.
pub(crate) fn corrected(value: &[u8], purposes: &Purposes) -> Option<String> {
    let value = str::from_utf8(value).ok().filter(|value| value.contains('='))?;
    if is_right(value, purposes) {
        return None;
    }
    let parameters = || value.split('&').map(|parameter| (parameter, parameter.split_once('=')));
    let mut output = String::with_capacity(value.len() + "isGpcEnabled=1&".len());
    if !has_auditors_flag(value) {
        output.push_str("isGpcEnabled=1&");
    }
    for (i, (parameter, pair)) in parameters().enumerate() {
        if i > 0 {
            output.push('&');
        }
        match pair {
            Some((key, _)) if FLAGS.contains(&key.as_bytes()) => {
                output.push_str(key);
                output.push_str("=1");
            }
            Some((key @ "groups", list)) => {
                output.push_str(key);
                output.push('=');
                refuse(list, purposes, &mut output);
            }
            _ => output.push_str(parameter),
        }
    }
    Some(output)
}

/// Whether there is nothing to change, told without an allocation: a browser that is opted out sends the same value with
/// every request.
fn is_right(value: &str, purposes: &Purposes) -> bool {
    let refuses =
        |list: &[u8]| text::pairs(list).all(|(group, state)| state != Some(b"1") || !purposes.contains(group));
    has_auditors_flag(value)
        && pairs(value).all(|(key, value)| match key {
            "groups" => refuses(value.as_bytes()),
            _ => value == "1" || !FLAGS.contains(&key.as_bytes()),
        })
}

fn has_auditors_flag(value: &str) -> bool {
    let [auditors, _] = FLAGS;
    pairs(value).any(|(key, _)| key.as_bytes() == auditors)
}

/// The parameters that have a value, apart from it.
fn pairs(value: &str) -> impl Iterator<Item = (&str, &str)> {
    value.split('&').filter_map(|parameter| parameter.split_once('='))
}

/// Writes a list of groups with those of sale and sharing at `0`.
fn refuse(list: &str, purposes: &Purposes, output: &mut String) {
    let mut copied = 0;
    for (group, state) in text::pairs(list.as_bytes()) {
        if let Some(state @ b"1") = state
            && purposes.contains(group)
        {
            let at = state.as_ptr().addr() - list.as_ptr().addr();
            output.push_str(list.get(copied..at).unwrap_or_default());
            output.push('0');
            copied = at + 1;
        }
    }
    output.push_str(list.get(copied..).unwrap_or_default());
}

#[cfg(test)]
mod tests;
