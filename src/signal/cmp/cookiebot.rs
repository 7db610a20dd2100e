//! Cookiebot: the categories of `CookieConsent`.
//!
//! The value is a JavaScript object that is not JSON, and is percent-encoded in part:
//! `{stamp:%27…%27%2Cnecessary:true%2C…%2Cmarketing:false%2Cmethod:%27explicit%27%2C…%2Cregion:%27us-06%27}`. A bare
//! `0` is written when all was declined. A bare `-1`, or that as the stamp, is no choice: the vendor held that none was
//! called for.

use super::platform::Pattern;
use super::purposes::Purposes;
use super::tally::Tally;
use super::text::{self, Decoded};
use crate::signal::scope::Scope;
use crate::signal::statement::Statement;

pub(super) const COOKIES: &[Pattern] = &[Pattern::Name("CookieConsent")];

pub(super) const PURPOSES: &[&str] = &["marketing"];

pub(super) fn read(_: &[u8], value: &[u8], purposes: &Purposes) -> Statement {
    let decoded = Decoded::new(value);
    let value = decoded.bytes().trim_ascii();
    if value == b"0" {
        return Statement::opted_out(Scope::ALL_ADVERTISING);
    }
    let Some(members) = value.strip_prefix(b"{") else { return Statement::nothing() };
    let (members, mut whole) = members.strip_suffix(b"}").map_or((members, false), |members| (members, true));
    let mut tally = Tally::default();
    for (key, state) in text::pairs(members) {
        match (bare(key), state.map(bare)) {
            (category, Some(state @ (b"true" | b"false"))) if purposes.contains(category) => {
                tally.count(state == b"true")
            }
            (b"stamp", Some(b"-1")) | (_, None) => whole = false,
            _ => {}
        }
    }
    tally.statement(whole)
}

/// Takes white space and quotation marks off.
fn bare(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\'' | b'"', rest @ ..] | [rest @ .., b' ' | b'\'' | b'"'] = text {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::cmp::{Platform, tests::check};

    #[test]
    fn categories_are_read_in_every_encoding() {
        let out = Statement::opted_out(Scope::ALL_ADVERTISING);
        let whole = |marketing: &str| {
            format!(
                "{{stamp:'IupX8H2MQBy/6OkV6t+5h0==',necessary:true,preferences:false,statistics:false,\
                 marketing:{marketing},method:'explicit',ver:1,utc:1729950414219,region:'us-06'}}"
            )
        };
        let partly = |text: String| text.replace('\'', "%27").replace(',', "%2C");
        let wholly = |text: String| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let no_choice = |text: String| text.replace("IupX8H2MQBy/6OkV6t+5h0==", "-1").replace("explicit", "implied");
        check(
            Platform::Cookiebot,
            "CookieConsent",
            &[
                (&whole("false"), out),
                (&whole("true"), Statement::not_opted_out()),
                (&partly(whole("false")), out),
                (&partly(whole("true")), Statement::not_opted_out()),
                (&wholly(whole("false")), out),
                (&wholly(whole("true")), Statement::not_opted_out()),
                (&whole("false,marketing:true"), out),
                (&whole("true,marketing:false"), out),
                (&whole("maybe"), Statement::nothing()),
                (&no_choice(partly(whole("true"))), Statement::nothing()),
                (&no_choice(partly(whole("false"))), out),
                ("{\"necessary\": true, \"marketing\": false}", out),
                ("{ 'marketing' : true }", Statement::not_opted_out()),
                ("{necessary:true,marketing:true", Statement::nothing()),
                ("{necessary:true,marketing:false", out),
                ("{necessary,marketing:true}", Statement::nothing()),
                ("0", out),
                ("%30", out),
                ("-1", Statement::nothing()),
                ("1", Statement::nothing()),
                ("", Statement::nothing()),
                ("marketing:false", Statement::nothing()),
                ("{statistics:false}", Statement::nothing()),
                ("{Marketing:false}", Statement::nothing()),
                ("{marketing:falsehood}", Statement::nothing()),
                ("{}", Statement::nothing()),
            ],
        );
    }
}
