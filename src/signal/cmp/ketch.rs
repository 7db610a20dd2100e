//! Ketch: the purposes of `_ketch_consent_v1_` and of `_swb_consent_`, and the flag `gpcsignal`.
//!
//! Both are JSON in base64, its padding percent-encoded or not. The first, made for others to read, is
//! `{"<code>":{"status":"granted","canonicalPurposes":["analytics"]},…}`: a site gives its purposes codes of its own,
//! and the vendor's canonical ones tell what they are, so either counts. The second is
//! `{…,"purposes":{"<code>":{"allowed":"true","legalBasisCode":"x"},…}}`.
//!
//! `gpcsignal=true` says that the browser sent the signal; nothing but that is read of it.

use super::base64;
use super::json::{self, Json, Scalar};
use super::platform::Pattern;
use super::purposes::Purposes;
use super::tally::Tally;
use crate::signal::percent;
use crate::signal::scope::Scope;
use crate::signal::statement::Statement;

pub(super) const COOKIES: &[Pattern] =
    &[Pattern::Name("_ketch_consent_v1_"), Pattern::Name("_swb_consent_"), Pattern::Name("gpcsignal")];

pub(super) const PURPOSES: &[&str] = &["behavioral_advertising", "data_broking", "targeted_advertising"];

pub(super) fn read(name: &[u8], value: &[u8], purposes: &Purposes) -> Statement {
    let bytes = base64::decoded(percent::decoded(value));
    let mut tally = Tally::default();
    let whole = match name {
        b"gpcsignal" if value == b"true" => return Statement::opted_out(Scope::ALL_ADVERTISING),
        b"_ketch_consent_v1_" => json::read(bytes, |json| {
            json.object(|code, json| purpose(purposes.contains(code.bytes()), json, purposes, &mut tally))
        }),
        b"_swb_consent_" => json::read(bytes, |json| {
            json.object(|key, json| match key.bytes() {
                b"purposes" => {
                    json.object(|code, json| purpose(purposes.contains(code.bytes()), json, purposes, &mut tally))
                }
                _ => json.skip(),
            })
        }),
        _ => return Statement::nothing(),
    };
    tally.statement(whole)
}

/// Reads what one purpose came to, and counts it if it is one of sale or sharing.
fn purpose<I: Iterator<Item = u8>>(
    mut named: bool,
    json: &mut Json<I>,
    purposes: &Purposes,
    tally: &mut Tally,
) -> Option<()> {
    let (mut granted, mut refused) = (false, false);
    let read = json.object(|key, json| match key.bytes() {
        b"status" | b"allowed" => {
            match json.scalar()? {
                Scalar::True => granted = true,
                Scalar::False => refused = true,
                Scalar::Text(word) => match word.bytes() {
                    b"granted" | b"true" => granted = true,
                    b"denied" | b"false" => refused = true,
                    _ => {}
                },
                Scalar::Other => {}
            }
            Some(())
        }
        b"canonicalPurposes" => json.array(|json| {
            if let Scalar::Text(canonical) = json.scalar()? {
                named |= purposes.contains(canonical.bytes());
            }
            Some(())
        }),
        _ => json.skip(),
    });
    // Also where the purpose breaks off: a refusal that was read is one.
    if named && (granted || refused) {
        tally.count(!refused);
    }
    read
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::signal::cmp::Platform;
    use crate::signal::cmp::tests::{NOT, NOTHING, OUT, check, in_base64};

    #[test]
    fn purposes_are_known_by_code_or_canonical_name() {
        let table = [
            (r#"{"behavioral_advertising":{"status":"denied","canonicalPurposes":["behavioral_advertising"]}}"#, OUT),
            (r#"{"behavioral_advertising":{"status":"granted","canonicalPurposes":["behavioral_advertising"]}}"#, NOT),
            (r#"{"ads":{"status":"denied","canonicalPurposes":["personalization","behavioral_advertising"]}}"#, OUT),
            (r#"{"ads":{"canonicalPurposes":["data_broking"],"status":"denied"}}"#, OUT),
            (r#"{"data_broking":{"status":"denied"}}"#, OUT),
            (r#"{"data_broking":{"status":"granted"},"targeted_advertising":{"status":"denied"}}"#, OUT),
            (r#"{"data_broking":{"status":"granted","status":"denied"}}"#, OUT),
            (r#"{"data_broking":{"status":"denied","status":"granted"}}"#, OUT),
            (r#"{"analytics":{"status":"denied","canonicalPurposes":["analytics"]}}"#, NOTHING),
            (r#"{"essential_services":{"status":"granted","canonicalPurposes":["essential_services"]}}"#, NOTHING),
            (r#"{"data_broking":{"status":"pending"}}"#, NOTHING),
            (r#"{"data_broking":{"status":null,"x":"denied"}}"#, NOTHING),
            (r#"{"data_broking":"denied"}"#, NOTHING),
            (r#"{"x":{"data_broking":{"status":"denied"}}}"#, NOTHING),
            (r#"{"ads":{"status":"denied","canonicalPurposes":"data_broking"}}"#, NOTHING),
            (r#"{"data_broking":{"status":"granted"}"#, NOTHING),
            (r#"["data_broking"]"#, NOTHING),
            ("{}", NOTHING),
            ("", NOTHING),
        ];
        for (json, want) in table {
            let value = in_base64(json);
            let plain = value.replace("%3D", "=");
            check(
                Platform::Ketch,
                "_ketch_consent_v1_",
                &[(&value, want), (&plain, want), (plain.trim_end_matches('='), want)],
            );
        }
    }

    #[test]
    fn the_platforms_own_record_is_read_too() {
        let table = [
            (r#"{"collectedAt":1,"purposes":{"data_broking":{"allowed":"false","legalBasisCode":"x"}}}"#, OUT),
            (r#"{"collectedAt":1,"purposes":{"data_broking":{"allowed":"true","legalBasisCode":"disclosure"}}}"#, NOT),
            (r#"{"purposes":{"analytics":{"allowed":"false"},"targeted_advertising":{"allowed":"true"}}}"#, NOT),
            (r#"{"purposes":{"data_broking":{"allowed":false}}}"#, OUT),
            (r#"{"purposes":{"data_broking":{"allowed":true}}}"#, NOT),
            (r#"{"purposes":{"data_broking":{"allowed":0}}}"#, NOTHING),
            (r#"{"data_broking":{"allowed":"false"}}"#, NOTHING),
            (r#"{"purposes":{}}"#, NOTHING),
        ];
        for (json, want) in table {
            check(Platform::Ketch, "_swb_consent_", &[(&in_base64(json), want)]);
        }
    }

    #[test]
    fn the_signal_that_was_kept_counts_only_when_true() {
        let table =
            [("true", OUT), ("false", NOTHING), ("1", NOTHING), ("True", NOTHING), ("", NOTHING), ("dHJ1ZQ", NOTHING)];
        check(Platform::Ketch, "gpcsignal", &table);
    }

    proptest! {
        #[test]
        fn records_are_read_as_the_oracle_reads_them(
            entries in prop::collection::btree_map(
                "ads|data_broking|analytics|é\\PC",
                ("granted|denied|x", prop::collection::vec("analytics|data_broking|targeted_advertising|\\PC", 0..3)),
                0..5,
            ),
        ) {
            let record = |(status, canonical): &(String, Vec<String>)| {
                json!({"status": status, "canonicalPurposes": canonical})
            };
            let value = Value::from_iter(entries.iter().map(|(code, entry)| (code.clone(), record(entry))));
            let named = |name: &str| PURPOSES.contains(&name);
            let statuses: Vec<_> = entries
                .iter()
                .filter(|(code, (_, canonical))| named(code) || canonical.iter().any(|name| named(name)))
                .map(|(_, (status, _))| status.as_str())
                .collect();
            let want = match () {
                () if statuses.contains(&"denied") => OUT,
                () if statuses.contains(&"granted") => NOT,
                () => NOTHING,
            };
            let purposes = Purposes::of(Platform::Ketch);
            let got = Platform::Ketch.read(b"_ketch_consent_v1_", in_base64(&value.to_string()).as_bytes(), &purposes);
            prop_assert_eq!(got, want, "{}", value);
        }
    }
}
