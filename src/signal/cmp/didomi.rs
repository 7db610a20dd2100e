//! Didomi: the purposes of `didomi_token`.
//!
//! The value is JSON in base64: `{"user_id":…,"vendors":{…},"purposes":{"enabled":[…],"disabled":[…]},"version":2}`,
//! and `purposes_li` of the same form for what runs on legitimate interest. The ids are those of an account's own
//! purposes; the standard ones of the IAB are kept in `euconsent-v2`, which is a matter of European law. So they have
//! to be named.
//!
//! The cookie's later form, `didomi_dcs`, is binary and numbers the purposes by account: it is not read.

use super::platform::Pattern;
use super::purposes::Purposes;
use super::tally::Tally;
use super::{base64, json};
use crate::signal::percent;
use crate::signal::statement::Statement;

pub(super) const COOKIES: &[Pattern] = &[Pattern::Name("didomi_token")];

pub(super) fn read(_: &[u8], value: &[u8], purposes: &Purposes) -> Statement {
    let mut tally = Tally::default();
    let whole = json::read(base64::decoded(percent::decoded(value)), |json| {
        json.object(|key, json| {
            let consent = key.bytes() == b"purposes";
            if !consent && key.bytes() != b"purposes_li" {
                return json.skip();
            }
            json.object(|list, json| {
                let granted = match list.bytes() {
                    // Not to have objected is no consent.
                    b"enabled" if consent => true,
                    b"disabled" => false,
                    _ => return json.skip(),
                };
                json.array(|json| {
                    if let json::Scalar::Text(id) = json.scalar()?
                        && purposes.contains(id.bytes())
                    {
                        tally.count(granted);
                    }
                    Some(())
                })
            })
        })
    });
    tally.statement(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::signal::cmp::Platform;
    use crate::signal::cmp::tests::{NOT, NOTHING, OUT, check, check_with, in_base64};

    fn named() -> Purposes {
        Purposes::new(Platform::Didomi, ["partenaire-cAsDe8jC", "p4em9a8m"]).unwrap()
    }

    #[test]
    fn purposes_that_are_named_are_read() {
        let table = [
            (r#"{"user_id":"1","purposes":{"enabled":["p4em9a8m","CL-T1Rgm7"]},"version":2}"#, NOT),
            (r#"{"user_id":"1","purposes":{"disabled":["p4em9a8m"]},"version":2}"#, OUT),
            (r#"{"purposes":{"enabled":["p4em9a8m"],"disabled":["partenaire-cAsDe8jC"]}}"#, OUT),
            (r#"{"purposes":{"enabled":["p4em9a8m"]},"purposes_li":{"disabled":["p4em9a8m"]}}"#, OUT),
            (r#"{"purposes_li":{"enabled":["p4em9a8m"]}}"#, NOTHING),
            (r#"{"vendors":{"disabled":["p4em9a8m"]}}"#, NOTHING),
            (r#"{"x":{"purposes":{"disabled":["p4em9a8m"]}}}"#, NOTHING),
            (r#"{"disabled":["p4em9a8m"]}"#, NOTHING),
            (r#"{"purposes":{"disabled":"p4em9a8m"}}"#, NOTHING),
            (r#"{"purposes":{"disabled":[["p4em9a8m"]]}}"#, NOTHING),
            (r#"{"purposes":{"disabled":["p4em9a8mm","P4EM9A8M",1,null,{}]}}"#, NOTHING),
            (r#"{"purposes":{"enabled":[],"disabled":[]}}"#, NOTHING),
            (r#"{"purposes":["disabled"]}"#, NOTHING),
            ("[]", NOTHING),
            ("", NOTHING),
        ];
        for (json, want) in table {
            check_with(
                &named(),
                "didomi_token",
                &[(&in_base64(json), want), (&in_base64(json).replace("%3D", "="), want)],
            );
            check(Platform::Didomi, "didomi_token", &[(&in_base64(json), NOTHING)]);
        }
    }

    proptest! {
        #[test]
        fn lists_are_those_that_the_oracle_finds(
            enabled in prop::collection::vec("p4em9a8m|prix|a", 0..5),
            disabled in prop::collection::vec("partenaire-cAsDe8jC|prix|a", 0..5),
        ) {
            let value = json!({"created": "é", "purposes": {"enabled": enabled, "disabled": disabled}}).to_string();
            let purposes = named();
            let got = Platform::Didomi.read(b"didomi_token", in_base64(&value).as_bytes(), &purposes);
            let has = |list: &[String]| list.iter().any(|id| purposes.contains(id.as_bytes()));
            let want = match (has(&enabled), has(&disabled)) {
                (_, true) => OUT,
                (true, false) => NOT,
                (false, false) => NOTHING,
            };
            prop_assert_eq!(got, want, "{}", value);
        }
    }
}
