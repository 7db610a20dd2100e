//! CookieYes: the categories of `cookieyes-consent`.
//!
//! The value is a list, `consentid:…,consent:no,action:yes,necessary:yes,…,advertisement:no,other:no`. Its categories
//! hold the site's defaults before anybody chose; only `action:yes` makes them a choice.

use super::platform::Pattern;
use super::purposes::Purposes;
use super::tally::Tally;
use super::text;
use crate::signal::statement::Statement;

pub(super) const COOKIES: &[Pattern] = &[Pattern::Name("cookieyes-consent")];

pub(super) const PURPOSES: &[&str] = &["advertisement"];

pub(super) fn read(_: &[u8], value: &[u8], purposes: &Purposes) -> Statement {
    let (mut tally, mut acted, mut whole) = (Tally::default(), false, true);
    for (key, state) in text::pairs(value) {
        match (key, state) {
            (b"action", Some(b"yes")) => acted = true,
            (category, Some(state @ (b"yes" | b"no"))) if purposes.contains(category) => tally.count(state == b"yes"),
            (_, None) => whole = false,
            _ => {}
        }
    }
    if acted { tally.statement(whole) } else { Statement::nothing() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signal::cmp::Platform;
    use crate::signal::cmp::tests::{NOT, NOTHING, OUT, check, check_with, encoded};

    fn value(action: &str, advertisement: &str) -> String {
        format!(
            "consentid:d0owaVVvazVQeldUemZ0aVF5OGs1RVdLM3pPQlBaY24,consent:no,action:{action},necessary:yes,\
             functional:no,analytics:no,performance:no,advertisement:{advertisement},other:no"
        )
    }

    #[test]
    fn only_what_was_acted_on_is_a_choice() {
        let table: &[(String, Statement)] = &[
            (value("yes", "no"), OUT),
            (value("yes", "yes"), NOT),
            (value("", "no"), NOTHING),
            (value("", "yes"), NOTHING),
            (value("no", "no"), NOTHING),
            (value("yes", ""), NOTHING),
            (value("yes", "maybe"), NOTHING),
            (value("yes", "no,advertisement:yes"), OUT),
            (value("yes", "yes,advertisement:no"), OUT),
            (value(",action:yes", "no"), OUT),
            (value("yes", "yes,oth"), NOTHING),
            ("advertisement:no,action:yes".to_owned(), OUT),
            ("action:yes".to_owned(), NOTHING),
            ("advertisement:no".to_owned(), NOTHING),
            (String::new(), NOTHING),
        ];
        for (value, want) in table {
            check(Platform::CookieYes, "cookieyes-consent", &[(value, *want), (&encoded(value), *want)]);
        }
    }

    #[test]
    fn categories_that_are_named_count() {
        let purposes = Purposes::new(Platform::CookieYes, ["other"]).unwrap();
        check_with(&purposes, "cookieyes-consent", &[(&value("yes", "yes"), OUT)]);
    }

    proptest! {
        #[test]
        fn lists_are_read_as_a_naive_search_reads_them(
            items in prop::collection::vec("(action|advertisement|other):(yes|no)?", 0..6),
        ) {
            let has = |item: &str| items.iter().any(|other| other == item);
            let want = match () {
                () if !has("action:yes") => NOTHING,
                () if has("advertisement:no") => OUT,
                () if has("advertisement:yes") => NOT,
                () => NOTHING,
            };
            check(Platform::CookieYes, "cookieyes-consent", &[(&items.join(","), want)]);
        }
    }
}
