//! Shopify: the consents of `_tracking_consent` and `_cmp_a`.
//!
//! The values are JSON, percent-encoded. `"con":{"CMP":{"a":"","m":"","p":"","s":"0"}}` holds what a person said of
//! analytics, marketing, preferences and sale, and nothing where nobody asked;
//! `"purposes":{"a":true,"p":true,"m":true,"t":false}` what is allowed by that and by the region, `t` being the sale of
//! data.
//!
//! A later, compact form begins `3.`. What its letters mean is not documented, and so it says nothing.

use super::json::{self, Scalar};
use super::platform::Pattern;
use super::purposes::Purposes;
use super::tally::Tally;
use crate::signal::percent;
use crate::signal::statement::Statement;

pub(super) const COOKIES: &[Pattern] = &[Pattern::Name("_tracking_consent"), Pattern::Name("_cmp_a")];

pub(super) const PURPOSES: &[&str] = &["s", "t"];

pub(super) fn read(_: &[u8], value: &[u8], purposes: &Purposes) -> Statement {
    let mut tally = Tally::default();
    let mut count = |purpose: &json::Text, value: Scalar| {
        let granted = match &value {
            Scalar::True => true,
            Scalar::False => false,
            Scalar::Text(digit) if digit.bytes() == b"1" => true,
            Scalar::Text(digit) if digit.bytes() == b"0" => false,
            _ => return,
        };
        if purposes.contains(purpose.bytes()) {
            tally.count(granted);
        }
    };
    let whole = json::read(percent::decoded(value), |json| {
        json.object(|key, json| match key.bytes() {
            b"con" => json.object(|law, json| match law.bytes() {
                b"CMP" => json.object(|purpose, json| json.scalar().map(|value| count(purpose, value))),
                _ => json.skip(),
            }),
            b"purposes" => json.object(|purpose, json| json.scalar().map(|value| count(purpose, value))),
            _ => json.skip(),
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
    use crate::signal::cmp::tests::{NOT, NOTHING, OUT, check, check_with, encoded};

    #[test]
    fn a_consent_or_a_purpose_that_is_refused_is_an_opt_out() {
        let table = [
            (
                r#"{"con":{"CMP":{"a":"","m":"","s":""}},"region":"USTX","purposes":{"a":true,"p":true,"m":true,"t":true}}"#,
                NOT,
            ),
            (
                r#"{"con":{"CMP":{"a":"","m":"","s":"0"}},"region":"USCA","purposes":{"a":true,"p":true,"m":true,"t":false}}"#,
                OUT,
            ),
            (r#"{"con":{"CMP":{"a":"","m":"","p":"","s":"0"}},"v":"2.1"}"#, OUT),
            (r#"{"con":{"CMP":{"a":"","m":"","p":"","s":"1"}},"v":"2.1"}"#, NOT),
            (r#"{"purposes":{"p":false,"a":false,"m":false,"t":true},"sale_of_data_region":false}"#, NOT),
            (r#"{"purposes":{"t":false}}"#, OUT),
            (r#"{"con":{"CMP":{"s":"1"}},"purposes":{"t":false}}"#, OUT),
            (r#"{"con":{"CMP":{"s":"0"}},"purposes":{"t":true}}"#, OUT),
            (r#"{"lim":["CMP"],"region":"INGJ","con":{"CMP":{"p":"","s":"","m":"","a":""}}}"#, NOTHING),
            (r#"{"reg":"","v":"2.0","con":{"GDPR":""},"lim":["CCPA_BLOCK_ALL","GDPR"]}"#, NOTHING),
            (r#"{"con":{"CMP":{"a":"0","m":"0","p":"0","s":""}},"region":"DE","reg":"GDPR"}"#, NOTHING),
            (r#"{"con":{"s":"0"}}"#, NOTHING),
            (r#"{"t":false}"#, NOTHING),
            (r#"{"purposes":{"t":0}}"#, NOTHING),
            (r#"{"con":{"CMP":{"s":0}}}"#, NOTHING),
            ("3.AMPS_USWA_f_f_hGHFmzw6TUSEvQCIv7UhLg", NOTHING),
            ("{}", NOTHING),
        ];
        for cookie in ["_tracking_consent", "_cmp_a"] {
            for (json, want) in table {
                check(Platform::Shopify, cookie, &[(json, want), (&encoded(json), want)]);
            }
        }
    }

    #[test]
    fn marketing_counts_where_it_is_named() {
        let purposes = Purposes::new(Platform::Shopify, ["m"]).unwrap();
        check_with(
            &purposes,
            "_cmp_a",
            &[(r#"{"purposes":{"m":false,"t":true}}"#, OUT), (r#"{"purposes":{"t":false}}"#, NOTHING)],
        );
    }

    proptest! {
        #[test]
        fn consents_are_read_as_the_oracle_reads_them(s in "[01]?", t: Option<bool>, other: bool) {
            let (con, purposes) = (json!({"CMP": {"a": "0", "s": s}}), json!({"a": other, "t": t}));
            let value = json!({"region": "USCA", "con": con, "purposes": purposes}).to_string();
            let want = match (s.as_str(), t) {
                ("0", _) | (_, Some(false)) => OUT,
                ("1", _) | (_, Some(true)) => NOT,
                _ => NOTHING,
            };
            check(Platform::Shopify, "_tracking_consent", &[(&encoded(&value), want)]);
        }
    }
}
