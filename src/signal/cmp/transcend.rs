//! Transcend: the purposes of `tcm`.
//!
//! The value is JSON, percent-encoded: `{"purposes":{"SaleOfInfo":false,"Advertising":"Auto",…},"confirmed":true,…}`;
//! some sites have `|` for its commas. `"Auto"` is the purpose's state before anybody chose, and says nothing.

use super::json::{self, Scalar};
use super::platform::Pattern;
use super::purposes::Purposes;
use super::tally::Tally;
use crate::signal::percent;
use crate::signal::statement::Statement;

pub(super) const COOKIES: &[Pattern] = &[Pattern::Name("tcm")];

pub(super) const PURPOSES: &[&str] = &["SaleOfInfo", "Advertising"];

pub(super) fn read(_: &[u8], value: &[u8], purposes: &Purposes) -> Statement {
    let mut tally = Tally::default();
    let bytes = percent::decoded(value).map(|byte| if byte == b'|' { b',' } else { byte });
    let whole = json::read(bytes, |json| {
        json.object(|key, json| match key.bytes() {
            b"purposes" => json.object(|purpose, json| {
                match json.scalar()? {
                    Scalar::True if purposes.contains(purpose.bytes()) => tally.count(true),
                    Scalar::False if purposes.contains(purpose.bytes()) => tally.count(false),
                    _ => {}
                }
                Some(())
            }),
            _ => json.skip(),
        })
    });
    tally.statement(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::signal::cmp::Platform;
    use crate::signal::cmp::tests::{NOT, NOTHING, OUT, check, check_with, encoded};

    #[test]
    fn what_is_true_or_false_is_a_choice() {
        let table = [
            (r#"{"purposes":{"SaleOfInfo":false,"Advertising":true,"Analytics":true},"confirmed":true}"#, OUT),
            (r#"{"purposes":{"SaleOfInfo":true,"Advertising":false},"confirmed":true}"#, OUT),
            (r#"{"purposes":{"SaleOfInfo":"Auto","Advertising":false},"confirmed":false}"#, OUT),
            (r#"{"purposes":{"SaleOfInfo":true,"Advertising":true},"confirmed":true}"#, NOT),
            (r#"{"purposes":{"SaleOfInfo":"Auto","Advertising":true}}"#, NOT),
            (r#"{"purposes":{"SaleOfInfo":"Auto","Advertising":"Auto"}}"#, NOTHING),
            (r#"{"purposes":{"SaleOfInfo":"false","Advertising":null}}"#, NOTHING),
            (r#"{"purposes":{"Analytics":false,"Functional":false}}"#, NOTHING),
            (r#"{"SaleOfInfo":false}"#, NOTHING),
            (r#"{"x":{"purposes":{"SaleOfInfo":false}}}"#, NOTHING),
            (r#"{"purposes":{"x":{"SaleOfInfo":false}}}"#, NOTHING),
            (r#"{"purposes":{"saleofinfo":false}}"#, NOTHING),
            (r#"{"purposes":{"SaleOfInfo":falsely}}"#, NOTHING),
            (r#"{"purposes":{"SaleOfInf\u006f":false}}"#, OUT),
            ("{}", NOTHING),
        ];
        for (json, want) in table {
            let bars = json.replace(',', "|");
            check(Platform::Transcend, "tcm", &[(json, want), (&encoded(json), want), (&encoded(&bars), want)]);
        }
    }

    #[test]
    fn purposes_of_a_sites_own_are_named() {
        let purposes = Purposes::new(Platform::Transcend, ["AdvertisingSaleOfInfo"]).unwrap();
        let (out, other) = (r#"{"purposes":{"AdvertisingSaleOfInfo":false}}"#, r#"{"purposes":{"SaleOfInfo":false}}"#);
        check_with(&purposes, "tcm", &[(out, OUT), (other, NOTHING)]);
    }

    proptest! {
        #[test]
        fn purposes_are_read_as_the_oracle_reads_them(
            purposes in prop::collection::btree_map(
                "SaleOfInfo|Advertising|Analytics|\\PC{0,3}",
                prop_oneof![
                    any::<bool>().prop_map(Value::from),
                    Just(json!("Auto")),
                    Just(json!({"SaleOfInfo": [false]})),
                ],
                0..6,
            ),
            confirmed: bool,
        ) {
            let value = json!({"confirmed": confirmed, "purposes": Map::from_iter(purposes.clone())}).to_string();
            // The vendor's scripts write no bar, which stands for a comma on some sites.
            prop_assume!(!value.contains('|'));
            let said: Vec<_> = PURPOSES.iter().filter_map(|name| purposes.get(*name)?.as_bool()).collect();
            let want = match () {
                () if said.contains(&false) => OUT,
                () if said.contains(&true) => NOT,
                () => NOTHING,
            };
            check(Platform::Transcend, "tcm", &[(&encoded(&value), want)]);
        }
    }
}
