//! The IAB US Privacy string: the `usprivacy` cookie of consent platforms.

use std::fmt;

use super::scope::Scope;
use super::statement::Statement;

/// The specification names none; consent platforms write the first two, and auditors read all three.
pub(super) const COOKIES: [&str; 3] = ["usprivacy", "us_privacy", "us-privacy"];

/// Reads a US Privacy string; what is not one says nothing.
pub(super) fn read(value: &[u8]) -> Statement {
    UsPrivacyString::parse(value).map_or(Statement::nothing(), UsPrivacyString::statement)
}

/// A US Privacy string, version 1: "yes", "no", or "not applicable" to each of three questions.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::UsPrivacyString;
///
/// let carried = UsPrivacyString::parse(b"1YNN").unwrap();
/// assert_eq!(carried.opted_out, Some(false));
/// assert_eq!(carried.corrected().to_string(), "1YYN");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct UsPrivacyString {
    /// Whether explicit notice of the right to opt out was given.
    pub notice: Option<bool>,
    /// Whether the person opted out of sale.
    pub opted_out: Option<bool>,
    /// Whether the Limited Service Provider Agreement covers the transaction.
    pub lspa: Option<bool>,
}

impl UsPrivacyString {
    /// Reads a string, in either case. `None` if it is not one.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::UsPrivacyString;
    ///
    /// assert_eq!(UsPrivacyString::parse(b"1---"), Some(UsPrivacyString::default()));
    /// assert_eq!(UsPrivacyString::parse(b"1YY"), None);
    /// ```
    #[must_use]
    pub const fn parse(text: &[u8]) -> Option<Self> {
        // US Privacy String 1.0: the version, then explicit notice, opt-out of sale, and LSPA covered transaction.
        let [b'1', notice, sale, lspa] = text else { return None };
        match (answer(*notice), answer(*sale), answer(*lspa)) {
            (Some(notice), Some(opted_out), Some(lspa)) => Some(Self { notice, opted_out, lspa }),
            _ => None,
        }
    }

    /// The same with the opt-out said.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::UsPrivacyString;
    ///
    /// assert_eq!(UsPrivacyString::default().corrected().to_string(), "1-Y-");
    /// ```
    #[must_use]
    pub const fn corrected(self) -> Self {
        Self { opted_out: Some(true), ..self }
    }

    /// What it says of the person.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{Statement, UsPrivacyString};
    ///
    /// assert_eq!(UsPrivacyString::default().statement(), Statement::nothing());
    /// ```
    pub const fn statement(self) -> Statement {
        match self.opted_out {
            // Made for California, where an opt-out of sale is one of sharing too; it knows no targeted advertising.
            Some(true) => Statement::opted_out(Scope::SALE.union(Scope::SHARING)),
            Some(false) => Statement::not_opted_out(),
            // "-": the string's author held the law not to apply, which says nothing of what this person wants.
            None => Statement::nothing(),
        }
    }
}

/// As cookies carry it, in upper case.
impl fmt::Display for UsPrivacyString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [notice, sale, lspa] = [self.notice, self.opted_out, self.lspa].map(|answer| match answer {
            Some(true) => 'Y',
            Some(false) => 'N',
            None => '-',
        });
        write!(f, "1{notice}{sale}{lspa}")
    }
}

const fn answer(letter: u8) -> Option<Option<bool>> {
    match letter {
        b'Y' | b'y' => Some(Some(true)),
        b'N' | b'n' => Some(Some(false)),
        b'-' => Some(None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUT: Statement = Statement::opted_out(Scope::SALE.union(Scope::SHARING));
    const CONTRARY: Statement = Statement::not_opted_out();
    const NOTHING: Statement = Statement::nothing();

    #[test]
    fn the_third_letter_of_a_whole_string_decides() {
        let table: &[(&[u8], Statement)] = &[
            (b"1YYN", OUT),
            (b"1-YN", OUT),
            (b"1-Y-", OUT),
            (b"1NYY", OUT),
            (b"1yyn", OUT),
            (b"1YNN", CONTRARY),
            (b"1YN-", CONTRARY),
            (b"1nnn", CONTRARY),
            (b"1---", NOTHING),
            (b"1YY", NOTHING),
            (b"1YYNN", NOTHING),
            (b"1YYN ", NOTHING),
            (b"2YYN", NOTHING),
            (b"YYYN", NOTHING),
            (b"1XYN", NOTHING),
            (b"1YYX", NOTHING),
            (b"1YXN", NOTHING),
            (b"1 YN", NOTHING),
            (b"1\xffYN", NOTHING),
            (b"\0YYN", NOTHING),
            (b"", NOTHING),
            (b"Y", NOTHING),
            (b"null", NOTHING),
            (b"%31YYN", NOTHING),
            (br#"{"uspString":"1YYN"}"#, NOTHING),
        ];
        for (value, want) in table {
            assert_eq!(read(value), *want, "{}", value.escape_ascii());
        }
    }

    #[test]
    fn every_string_of_four_letters_is_read_as_the_grammar_says() {
        let letters = b"YyNn-10Zz \"\xff\0";
        for first in letters {
            for notice in letters {
                for sale in letters {
                    for lspa in letters {
                        let legal = *first == b'1' && [notice, sale, lspa].iter().all(|l| b"YyNn-".contains(l));
                        let want = match sale.to_ascii_uppercase() {
                            b'Y' if legal => OUT,
                            b'N' if legal => CONTRARY,
                            _ => NOTHING,
                        };
                        let value = [*first, *notice, *sale, *lspa];
                        assert_eq!(read(&value), want, "{}", value.escape_ascii());
                    }
                }
            }
        }
    }

    #[test]
    fn a_corrected_string_is_opted_out_and_else_the_same() {
        for (text, want) in [("1YNN", "1YYN"), ("1---", "1-Y-"), ("1-N-", "1-Y-"), ("1nny", "1NYY"), ("1YYN", "1YYN")] {
            let string = UsPrivacyString::parse(text.as_bytes()).unwrap();
            assert_eq!(string.to_string(), text.to_uppercase());
            assert_eq!(string.corrected().to_string(), want, "{text}");
            assert_eq!(read(want.as_bytes()), OUT, "{text}");
        }
    }
}
