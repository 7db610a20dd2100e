//! The IAB US Privacy string: the `usprivacy` cookie of consent platforms.

use super::cookie::Wanted;
use super::set::Said;

/// The specification names none; consent platforms write the first two, and auditors read all three.
const NAMES: [&[u8]; 3] = [b"usprivacy", b"us_privacy", b"us-privacy"];

/// Wants the cookies of all three names.
pub(super) fn wanted() -> Wanted {
    Wanted::new("us", "privacy")
}

/// Whether a cookie of this name holds a US Privacy string. Cookie names are case-sensitive.
pub(super) fn is_name(name: &[u8]) -> bool {
    NAMES.contains(&name)
}

/// Reads a US Privacy string; what is not one says nothing.
pub(super) fn read(value: &[u8]) -> Option<Said> {
    // US Privacy String 1.0: the version, then explicit notice, opt-out of sale, and LSPA covered transaction.
    let [b'1', notice, sale, lspa] = value else { return None };
    if [notice, sale, lspa].iter().any(|letter| !matches!(letter, b'Y' | b'y' | b'N' | b'n' | b'-')) {
        return None;
    }
    match sale {
        b'Y' | b'y' => Some(Said::OptedOut),
        b'N' | b'n' => Some(Said::NotOptedOut),
        // "-": the string's author held the law not to apply, which says nothing of what this person wants.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_letter_of_a_whole_string_decides() {
        let table: &[(&[u8], Option<Said>)] = &[
            (b"1YYN", Some(Said::OptedOut)),
            (b"1-YN", Some(Said::OptedOut)),
            (b"1-Y-", Some(Said::OptedOut)),
            (b"1NYY", Some(Said::OptedOut)),
            (b"1yyn", Some(Said::OptedOut)),
            (b"1YNN", Some(Said::NotOptedOut)),
            (b"1YN-", Some(Said::NotOptedOut)),
            (b"1nnn", Some(Said::NotOptedOut)),
            (b"1---", None),
            (b"1YY", None),
            (b"1YYNN", None),
            (b"1YYN ", None),
            (b"2YYN", None),
            (b"YYYN", None),
            (b"1XYN", None),
            (b"1YYX", None),
            (b"1YXN", None),
            (b"1 YN", None),
            (b"1\xffYN", None),
            (b"\0YYN", None),
            (b"", None),
            (b"Y", None),
            (b"null", None),
            (b"%31YYN", None),
            (br#"{"uspString":"1YYN"}"#, None),
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
                            b'Y' if legal => Some(Said::OptedOut),
                            b'N' if legal => Some(Said::NotOptedOut),
                            _ => None,
                        };
                        let value = [*first, *notice, *sale, *lspa];
                        assert_eq!(read(&value), want, "{}", value.escape_ascii());
                    }
                }
            }
        }
    }

    #[test]
    fn three_names_are_read_and_nothing_like_them() {
        for name in NAMES {
            assert!(is_name(name));
        }
        for name in ["us.privacy", "USPRIVACY", "usprivacy2", "xusprivacy", "us__privacy", "privacy", "us", ""] {
            assert!(!is_name(name.as_bytes()), "{name}");
        }
    }
}
