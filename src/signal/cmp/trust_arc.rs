//! TrustArc: the levels that a person permits.
//!
//! `cmapi_cookie_privacy` lists them from 1: `permit 1,2,3`, with `|` and `_` for marks on some sites, `permit 1
//! required` where only what is necessary is. `notice_gdpr_prefs` lists the same from 0: `0,1,2:`. `notice_preferences`
//! holds the highest alone, from 0 too: `2:`. By the vendor's set-up 1 is what is required, 2 functional and 3
//! advertising, but sites add levels and order them otherwise, so those of sale and sharing have to be named.
//!
//! Without a level that is named, none of the three says anything.

use super::platform::Pattern;
use super::purposes::Purposes;
use super::tally::Tally;
use super::text::Decoded;
use crate::signal::statement::Statement;

pub(super) const COOKIES: &[Pattern] =
    &[Pattern::Name("cmapi_cookie_privacy"), Pattern::Name("notice_preferences"), Pattern::Name("notice_gdpr_prefs")];

pub(super) fn read(name: &[u8], value: &[u8], purposes: &Purposes) -> Statement {
    let decoded = Decoded::new(value);
    let value = decoded.bytes();
    let permitted = match name {
        b"cmapi_cookie_privacy" => value.strip_prefix(b"permit").and_then(|list| levels(list, 0)),
        b"notice_gdpr_prefs" => levels(value, 1),
        // The highest permits those below it.
        _ => levels(value, 1).filter(|set| set.is_power_of_two()).map(|set| set | (set - 1)),
    };
    let Some(permitted) = permitted else { return Statement::nothing() };
    let mut tally = Tally::default();
    for level in purposes.iter().filter_map(|name| name.parse::<u32>().ok()) {
        tally.count(permitted & bit(level) != 0);
    }
    tally.statement(true)
}

/// The set of the numbers in a list, each raised by `base`; none if there is no number, or one too large.
///
/// A letter or a colon ends the list.
fn levels(list: &[u8], base: u32) -> Option<u128> {
    let end = list.iter().position(|byte| byte.is_ascii_alphabetic() || *byte == b':').unwrap_or(list.len());
    let mut set = 0;
    for number in list.get(..end)?.split(|byte| b" +,|_".contains(byte)).filter(|number| !number.is_empty()) {
        let level = match number {
            [digit @ b'0'..=b'9'] => u32::from(digit - b'0'),
            [tens @ b'0'..=b'9', digit @ b'0'..=b'9'] => u32::from(tens - b'0') * 10 + u32::from(digit - b'0'),
            _ => return None,
        };
        set |= bit(level + base);
    }
    (set != 0).then_some(set)
}

/// Level 100 and below: [`Purposes`] names no higher one.
fn bit(level: u32) -> u128 {
    1_u128.checked_shl(level).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::cmp::{Platform, tests::check_with};
    use crate::signal::scope::Scope;

    const OUT: Statement = Statement::opted_out(Scope::ALL_ADVERTISING);
    const NOT: Statement = Statement::not_opted_out();
    const NOTHING: Statement = Statement::nothing();

    fn named(levels: &[&str]) -> Purposes {
        Purposes::new(Platform::TrustArc, levels.iter().copied()).unwrap()
    }

    #[test]
    fn a_level_that_is_not_permitted_is_refused() {
        let table: &[(&str, &[(&str, Statement)])] = &[
            (
                "cmapi_cookie_privacy",
                &[
                    ("permit 1,2,3", NOT),
                    ("permit 1,2,3,4", NOT),
                    ("permit 1,2", OUT),
                    ("permit 1", OUT),
                    ("permit 1 required", OUT),
                    ("permit 1,2 functional", OUT),
                    ("permit_1|2|3", NOT),
                    ("permit_1|2", OUT),
                    ("permit%201%2C2%2C3", NOT),
                    ("permit+1,2", OUT),
                    ("permit 13", OUT),
                    ("permit 1,2,333", NOTHING),
                    ("permit", NOTHING),
                    ("permit all", NOTHING),
                    ("deny 3", NOTHING),
                    ("1,2,3", NOTHING),
                    ("", NOTHING),
                ],
            ),
            (
                "notice_gdpr_prefs",
                &[
                    ("0,1,2:", NOT),
                    ("0|1|2:", NOT),
                    ("0%2C1%2C2%3A", NOT),
                    ("0,1,2,3:", NOT),
                    ("0,1:", OUT),
                    ("0:", OUT),
                    ("0,1,2", NOT),
                    (":", NOTHING),
                    ("", NOTHING),
                    ("0;1", NOTHING),
                ],
            ),
            (
                "notice_preferences",
                &[
                    ("2:", NOT),
                    ("3:", NOT),
                    ("1:", OUT),
                    ("0:", OUT),
                    ("2", NOT),
                    ("2:0,1", NOT),
                    ("0,1:", NOTHING),
                    (":", NOTHING),
                    ("2x", NOT),
                    ("x2", NOTHING),
                    ("-1:", NOTHING),
                    ("", NOTHING),
                ],
            ),
        ];
        for (cookie, values) in table {
            check_with(&named(&["3"]), cookie, values);
        }
    }

    #[test]
    fn levels_that_are_not_named_say_nothing() {
        for cookie in ["cmapi_cookie_privacy", "notice_preferences", "notice_gdpr_prefs"] {
            for value in ["permit 1", "0:", "0,1:"] {
                let purposes = Purposes::of(Platform::TrustArc);
                assert_eq!(read(cookie.as_bytes(), value.as_bytes(), &purposes), NOTHING, "{value}");
            }
        }
    }

    #[test]
    fn each_level_that_is_named_counts() {
        check_with(&named(&["2", "3"]), "cmapi_cookie_privacy", &[("permit 1,3", OUT), ("permit 2,3", NOT)]);
        check_with(&named(&["99"]), "notice_preferences", &[("98:", NOT), ("97:", OUT), ("99:", NOT)]);
    }
}
