//! iubenda: the purposes of `_iub_cs-<id>` and of `_iub_cs-<id>-uspr`, and the JSON that it keeps in `usprivacy`.
//!
//! All are JSON, percent-encoded. The first holds `{…,"purposes":{"1":true,…,"5":false},…}`, numbered from necessary to
//! marketing, or `"consent":false` where a site asks for all purposes at once. The second is for the states' laws:
//! `{"s":true,"sh":true,"adv":true}` are sale, sharing and targeted advertising. A third, `-granular`, lists vendors.
//!
//! In `usprivacy`, where others keep four letters, iubenda keeps `{"uspString":"1YN-","firstAcknowledgeDate":…}`.

use std::cell::Cell;

use super::json::{self, Json, Scalar};
use super::platform::Pattern;
use super::purposes::Purposes;
use super::tally::Tally;
use crate::signal::percent;
use crate::signal::scope::Scope;
use crate::signal::statement::Statement;

pub(super) const COOKIES: &[Pattern] = &[Pattern::Prefix(PREFIX)];

pub(super) const PURPOSES: &[&str] = &["5"];

const PREFIX: &str = "_iub_cs-";

pub(super) fn read(name: &[u8], value: &[u8], purposes: &Purposes) -> Statement {
    let id = name.strip_prefix(PREFIX.as_bytes()).unwrap_or_default();
    let mut tally = Tally::default();
    let whole = match id.split_last_chunk() {
        Some((_, b"-uspr")) => states(value, &mut tally),
        _ if id.contains(&b'-') => return Statement::nothing(),
        _ => json::read(percent::decoded(value), |json| {
            json.object(|key, json| match key.bytes() {
                b"consent" => choice(json, |granted| tally.count(granted)),
                b"purposes" => json.object(|purpose, json| {
                    choice(json, |granted| {
                        if purposes.contains(purpose.bytes()) {
                            tally.count(granted);
                        }
                    })
                }),
                _ => json.skip(),
            })
        }),
    };
    tally.statement(whole)
}

fn states(value: &[u8], tally: &mut Tally) -> bool {
    json::read(percent::decoded(value), |json| {
        json.object(|key, json| {
            let scope = match key.bytes() {
                b"s" => Scope::SALE,
                b"sh" => Scope::SHARING,
                b"adv" => Scope::TARGETED_ADVERTISING,
                _ => return json.skip(),
            };
            choice(json, |granted| if granted { tally.count(true) } else { tally.refuse(scope) })
        })
    })
}

fn choice<I: Iterator<Item = u8>>(json: &mut Json<I>, count: impl FnOnce(bool)) -> Option<()> {
    match json.scalar()? {
        Scalar::True => count(true),
        Scalar::False => count(false),
        _ => {}
    }
    Some(())
}

/// The US Privacy string in the JSON that iubenda keeps in its place.
///
/// Of two the one that says an opt-out; in what breaks off, no other.
pub(crate) fn us_privacy_string(value: &[u8]) -> Option<[u8; 4]> {
    let mut found = None;
    let whole = us_privacy_strings(value, |string, _| {
        if found.is_none() || says_opt_out(string) {
            found = Some(string);
        }
    });
    found.filter(|&string| whole || says_opt_out(string))
}

/// The same JSON, its US Privacy string saying the opt-out, and all else as it was.
///
/// `None` if it says so already, and for what is not such JSON, as a whole and in UTF-8.
pub(crate) fn us_privacy_corrected(value: &[u8]) -> Option<String> {
    let text = str::from_utf8(value).ok()?;
    let mut letters = Vec::new();
    let whole = us_privacy_strings(value, |string, start| {
        if !says_opt_out(string) {
            letters.push((start, string));
        }
    });
    if !whole || letters.is_empty() {
        return None;
    }
    let mut end = 0;
    let units: Vec<_> = percent::units(value)
        .map(|(byte, length)| {
            end += length;
            (byte, end - length..end)
        })
        .collect();
    let (mut output, mut copied) = (String::with_capacity(text.len()), 0);
    for (start, string) in letters {
        // Letters that are escaped are elsewhere, and are not what a browser's script writes.
        let (sale, place) = units.get(start..)?.get(..4)?.get(2)?;
        if *sale != string[2] {
            return None;
        }
        output.push_str(text.get(copied..place.start)?);
        output.push('Y');
        copied = place.end;
    }
    output.push_str(text.get(copied..)?);
    Some(output)
}

/// Shows each US Privacy string in such JSON, and where it begins once decoded; tells whether the JSON is whole.
fn us_privacy_strings(value: &[u8], mut found: impl FnMut([u8; 4], usize)) -> bool {
    let read = Cell::new(0);
    json::read(percent::decoded(value).inspect(|_| read.set(read.get() + 1)), |json| {
        json.object(|key, json| {
            if key.bytes() != b"uspString" {
                return json.skip();
            }
            // What has been read by now is all up to the string's quotation mark.
            json.blank()?;
            let start = read.get();
            if let Scalar::Text(string) = json.scalar()?
                && let Ok(string) = string.bytes().try_into()
            {
                found(string, start);
            }
            Some(())
        })
    })
}

fn says_opt_out([_, _, sale, _]: [u8; 4]) -> bool {
    sale.eq_ignore_ascii_case(&b'Y')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::signal::cmp::Platform;
    use crate::signal::cmp::tests::{NOT, NOTHING, OUT, check, check_with, encoded};

    #[test]
    fn purposes_are_numbered() {
        let table = [
            (r#"{"timestamp":"2023-07-11T06:43:40.886Z","purposes":{"1":true,"2":true,"5":false},"id":1}"#, OUT),
            (r#"{"timestamp":"2023-07-11T06:43:40.886Z","purposes":{"1":true,"2":false,"5":true},"id":1}"#, NOT),
            (r#"{"purposes":{"1":true,"4":false},"id":78158090}"#, NOTHING),
            (r#"{"consent":true,"timestamp":"2023-10-12T16:03:31.031Z","id":71185313}"#, NOT),
            (r#"{"consent":false,"timestamp":"2023-10-12T16:03:31.031Z","id":71185313}"#, OUT),
            (r#"{"id":90483436}"#, NOTHING),
            (r#"{"purposes":{"5":"false"}}"#, NOTHING),
            (r#"{"purposes":{"55":false}}"#, NOTHING),
            (r#"{"s":false,"sh":false,"adv":false}"#, NOTHING),
        ];
        for (json, want) in table {
            check(Platform::Iubenda, "_iub_cs-70989776", &[(json, want), (&encoded(json), want)]);
            check(Platform::Iubenda, "_iub_cs-s70989776", &[(json, want)]);
            check(Platform::Iubenda, "_iub_cs-70989776-granular", &[(json, NOTHING)]);
        }
        let purposes = Purposes::new(Platform::Iubenda, ["4"]).unwrap();
        check_with(&purposes, "_iub_cs-1", &[(r#"{"purposes":{"4":false,"5":true}}"#, OUT)]);
    }

    #[test]
    fn the_states_purposes_are_refused_one_by_one() {
        let table = [
            (r#"{"s":true,"sh":true,"adv":true}"#, NOT),
            (r#"{"s":false,"sh":false,"adv":false}"#, OUT),
            (r#"{"s":false,"sh":true,"adv":true}"#, Statement::opted_out(Scope::SALE)),
            (r#"{"s":true,"sh":false,"adv":true}"#, Statement::opted_out(Scope::SHARING)),
            (r#"{"s":true,"adv":false}"#, Statement::opted_out(Scope::TARGETED_ADVERTISING)),
            (r#"{"sd1":false}"#, NOTHING),
            (r#"{"purposes":{"5":false}}"#, NOTHING),
            ("{}", NOTHING),
        ];
        for (json, want) in table {
            check(Platform::Iubenda, "_iub_cs-90483436-uspr", &[(json, want), (&encoded(json), want)]);
        }
    }

    #[test]
    fn the_us_privacy_string_is_found_and_corrected() {
        let table: &[(&str, Option<&str>, Option<&str>)] = &[
            (
                r#"{"uspString":"1YN-","firstAcknowledgeDate":"2025-03-11","optOutDate":null}"#,
                Some("1YN-"),
                Some(r#"{"uspString":"1YY-","firstAcknowledgeDate":"2025-03-11","optOutDate":null}"#),
            ),
            (
                r#" { "a" : [ 1 ] , "uspString" : "1YNN" } "#,
                Some("1YNN"),
                Some(r#" { "a" : [ 1 ] , "uspString" : "1YYN" } "#),
            ),
            (r#"{"uspString":"1---"}"#, Some("1---"), Some(r#"{"uspString":"1-Y-"}"#)),
            (r#"{"uspString":"1YY-"}"#, Some("1YY-"), None),
            (r#"{"uspString":"1yyn"}"#, Some("1yyn"), None),
            (
                r#"{"uspString":"1YNN","uspString":"1YYN"}"#,
                Some("1YYN"),
                Some(r#"{"uspString":"1YYN","uspString":"1YYN"}"#),
            ),
            (
                r#"{"uspString":"1YYN","uspString":"1YNN"}"#,
                Some("1YYN"),
                Some(r#"{"uspString":"1YYN","uspString":"1YYN"}"#),
            ),
            (r#"{"uspString":"1YYN","#, Some("1YYN"), None),
            (r#"{"uspString":"1YNN","#, None, None),
            (r#"{"uspString":"1Y\u004eN"}"#, Some("1YNN"), None),
            (r#"{"x":{"uspString":"1YNN"}}"#, None, None),
            (r#"{"uspString":"1YNNN"}"#, None, None),
            (r#"{"uspString":1}"#, None, None),
            (r#"{"USPSTRING":"1YNN"}"#, None, None),
            ("1YNN", None, None),
            ("", None, None),
        ];
        for (json, string, corrected) in table {
            for encode in [str::to_owned, encoded] {
                let value = encode(json);
                let got = us_privacy_string(value.as_bytes());
                assert_eq!(got.as_ref().map(<[u8; 4]>::as_slice), string.map(str::as_bytes), "{value}");
                assert_eq!(us_privacy_corrected(value.as_bytes()), corrected.map(encode), "{value}");
            }
        }
        assert_eq!(us_privacy_corrected(b"{\"a\":\"\xff\",\"uspString\":\"1YNN\"}"), None);
    }

    proptest! {
        #[test]
        fn a_corrected_string_is_what_the_oracle_would_write(
            before in "\\PC{0,5}", after in "\\PC{0,5}", sale in "[NYny-]", wholly: bool,
        ) {
            let text = json!({"a": before, "uspString": format!("1Y{sale}N"), "z": after}).to_string();
            let encode = |text: &str| {
                if wholly { text.bytes().map(|byte| format!("%{byte:02x}")).collect() } else { encoded(text) }
            };
            let want = json!({"a": before, "uspString": "1YYN", "z": after}).to_string();
            let got = us_privacy_corrected(encode(&text).as_bytes());
            if sale.eq_ignore_ascii_case("y") {
                prop_assert_eq!(got, None);
            } else {
                let got = got.unwrap();
                prop_assert_eq!(percent::decoded(got.as_bytes()).collect::<Vec<_>>(), want.as_bytes());
                prop_assert_eq!(us_privacy_corrected(got.as_bytes()), None);
            }
        }
    }
}
