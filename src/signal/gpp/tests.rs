//! An oracle that reads bits one by one, and what may never happen.

use proptest::prelude::*;

use super::*;
use crate::signal::Scope;

const OUT: Statement = Statement::opted_out(Scope::ALL_ADVERTISING);
const NOTHING: Statement = Statement::nothing();

fn scope(text: &str) -> Scope {
    read(text.as_bytes(), None).scope()
}

/// Reads a string the slow way, from the table of offsets in the specifications and nothing of ours.
mod oracle {
    use super::*;

    /// Offsets of sale, sharing and targeted advertising, then of the sensitive data and the child's fields with their
    /// counts, and whether there is a place for the browser's signal.
    type Row = (u16, [Option<usize>; 3], (usize, usize), (usize, usize), bool);

    const ROWS: [Row; 21] = [
        (7, [Some(18), Some(20), Some(22)], (24, 16), (56, 3), true),
        (8, [Some(12), Some(14), None], (16, 9), (34, 2), true),
        (9, [Some(12), None, Some(14)], (16, 8), (32, 1), false),
        (10, [Some(12), None, Some(14)], (16, 7), (30, 1), true),
        (11, [Some(14), None, Some(16)], (18, 8), (34, 1), false),
        (12, [Some(12), None, Some(14)], (16, 8), (32, 3), true),
        (13, [Some(12), None, Some(14)], (16, 8), (32, 3), false),
        (14, [Some(12), None, Some(14)], (16, 8), (32, 3), true),
        (15, [Some(12), None, Some(14)], (16, 11), (38, 3), true),
        (16, [Some(12), None, Some(14)], (16, 8), (32, 1), true),
        (17, [Some(12), None, Some(14)], (16, 9), (34, 5), true),
        (18, [Some(14), None, Some(16)], (18, 8), (34, 1), true),
        (19, [Some(12), None, Some(14)], (16, 8), (32, 1), true),
        (20, [Some(12), None, Some(14)], (16, 8), (32, 3), true),
        (21, [Some(12), None, Some(14)], (16, 10), (36, 5), true),
        (22, [Some(12), None, Some(14)], (16, 8), (32, 1), true),
        (23, [Some(12), None, Some(14)], (16, 8), (32, 1), true),
        (24, [Some(16), None, Some(18)], (0, 0), (0, 0), true),
        (25, [Some(16), None, Some(18)], (0, 0), (20, 1), false),
        (26, [Some(16), None, Some(18)], (0, 0), (20, 1), false),
        (27, [Some(16), None, Some(18)], (0, 0), (20, 1), false),
    ];

    fn bits(text: &[u8]) -> Vec<bool> {
        let sextet = |letter: u8| match letter {
            b'A'..=b'Z' => Some(letter - b'A'),
            b'a'..=b'z' => Some(letter - b'a' + 26),
            b'0'..=b'9' => Some(letter - b'0' + 52),
            b'+' | b'-' => Some(62),
            b'/' | b'_' => Some(63),
            _ => None,
        };
        let sextets = text.iter().map_while(|&letter| sextet(letter));
        sextets.flat_map(|sextet| (0..6).map(move |bit| sextet >> (5 - bit) & 1 == 1)).collect()
    }

    /// All of a sub-section, if every byte of it is a letter or `=` at the end.
    fn whole(text: &[u8]) -> Option<Vec<bool>> {
        let letters = String::from_utf8_lossy(text).trim_end_matches('=').len();
        let bits = bits(text);
        (letters > 0 && bits.len() == letters * 6).then_some(bits)
    }

    fn int(bits: &[bool], from: usize, width: usize) -> usize {
        (from..from + width).fold(0, |value, at| value * 2 + usize::from(bits.get(at) == Some(&true)))
    }

    fn fibonacci(bits: &[bool], at: &mut usize) -> Option<u64> {
        let (mut sum, mut number, mut next) = (0u64, 1u64, 2u64);
        loop {
            let bit = *bits.get(*at)?;
            *at += 1;
            if bit {
                sum += number;
                if *bits.get(*at)? {
                    *at += 1;
                    return Some(sum);
                }
            }
            (number, next) = (next, next.checked_add(number)?);
        }
    }

    pub(super) fn ids(text: &[u8]) -> Option<Vec<u16>> {
        let bits = bits(text.split(|&byte| byte == b'~').next()?);
        if bits.len() < 24 || int(&bits, 0, 6) != 3 || int(&bits, 6, 6) != 1 {
            return None;
        }
        let (mut at, mut last, mut ids) = (24, 0, Vec::new());
        for _ in 0..int(&bits, 12, 12) {
            let group = bits.get(at).copied();
            at += 1;
            let (Some(group), Some(distance)) = (group, fibonacci(&bits, &mut at)) else { break };
            let first = last + distance;
            let Some(length) = (if group { fibonacci(&bits, &mut at) } else { Some(0) }) else { break };
            last = first + length;
            if last > 0xffff {
                break;
            }
            ids.extend((first..=last).map(|id| id as u16));
        }
        Some(ids)
    }

    pub(super) fn read(text: &[u8]) -> Statement {
        let Some(ids) = ids(text) else { return NOTHING };
        let parts = text.split(|&byte| byte == b'~').skip(1);
        ids.into_iter().zip(parts).fold(NOTHING, |all, (id, part)| all.and(section(id, part).unwrap_or(NOTHING)))
    }

    fn section(id: u16, part: &[u8]) -> Option<Statement> {
        if id == 6 {
            let text = String::from_utf8_lossy(part).to_uppercase();
            let ["1", notice, sale, lspa] = text.split("").filter(|c| !c.is_empty()).collect::<Vec<_>>()[..] else {
                return None;
            };
            return match (["Y", "N", "-"].contains(&notice) && ["Y", "N", "-"].contains(&lspa), sale) {
                (true, "Y") => Some(Statement::opted_out(Scope::SALE | Scope::SHARING)),
                (true, "N") => Some(Statement::not_opted_out()),
                _ => None,
            };
        }
        let &(_, opt_outs, mut sensitive, mut child, has_gpc) = ROWS.iter().find(|row| row.0 == id)?;
        let mut subs: Vec<_> = part.split(|&byte| byte == b'.').map(whole).collect();
        let mut core = subs.remove(0)?;
        if id >= 24 && int(&core, 0, 6) == usize::from(id) {
            if int(&core, 6, 6) != 1 || subs.is_empty() {
                return None;
            }
            core = subs.remove(0)?;
        }
        match (id, int(&core, 0, 6)) {
            (7, 1) => (sensitive, child) = ((24, 12), (48, 2)),
            (7, 2) | (8..=23, 1) | (24.., _) => {}
            _ => return None,
        }
        let mut said = NOTHING;
        for (at, scope) in opt_outs.into_iter().zip([Scope::SALE, Scope::SHARING, Scope::TARGETED_ADVERTISING]) {
            match at.map_or(0, |at| int(&core, at, 2)) {
                1 => said = said.and(Statement::opted_out(scope)),
                2 => said = said.and(Statement::not_opted_out()),
                _ => {}
            }
        }
        if id >= 25 {
            core.resize(24, false);
            core.extend(subs.first().cloned().flatten().unwrap_or_default());
            sensitive = (24, 8);
        }
        if (0..sensitive.1).any(|n| int(&core, sensitive.0 + 2 * n, 2) == 1) {
            said = said.and(Statement::opted_out(Scope::SENSITIVE));
        }
        let child = (0..child.1).any(|n| int(&core, child.0 + 2 * n, 2) == 1);
        if child || has_gpc && subs.iter().flatten().any(|sub| int(sub, 0, 3) == 0b011) {
            said = said.and(OUT);
        }
        Some(said)
    }
}

fn sections() -> impl Strategy<Value = String> {
    let letters = "([A-D]?[A-Za-z0-9_+/-]{0,13}={0,2}\\.?){1,4}";
    let usual = "[BBC][AUVqk0-9]{0,2}[A-Za-z0-9_-]{6,11}(\\.[YQgAB]A)?";
    let with_header = "[Y-Za-b]B[A-Z]{4}\\.B[A-Za-z]{3}(\\.[A-Za-z]{2,3})?";
    prop_oneof![
        4 => usual,
        3 => letters,
        1 => with_header,
        1 => "1[YNyn-]{3}",
        1 => "[ -~]{0,12}",
    ]
}

/// Headers of any ids, as the specification writes them, by their bits.
fn headers() -> impl Strategy<Value = String> {
    let ranges = prop::collection::vec((1u16..12, prop::option::weighted(0.4, 1u16..9)), 0..6);
    prop_oneof![ranges.prop_map(|ranges| header_of(&ranges)), Just("DBACrzA".to_owned()), "DB[A-Za-z0-9]{2,9}"]
}

fn header_of(ranges: &[(u16, Option<u16>)]) -> String {
    let mut bits = format!("000011000001{:012b}", ranges.len());
    for &(distance, length) in ranges {
        bits.push(if length.is_some() { '1' } else { '0' });
        for mut value in [Some(distance), length].into_iter().flatten() {
            let mut code = String::new();
            for number in [1, 2, 3, 5, 8].into_iter().filter(|&number| number <= value).collect::<Vec<_>>().iter().rev()
            {
                code.insert(0, if value >= *number { '1' } else { '0' });
                value -= if value >= *number { *number } else { 0 };
            }
            bits += &(code + "1");
        }
    }
    bits += &"0".repeat((6 - bits.len() % 6) % 6);
    let sextets = bits.as_bytes().chunks(6).map(|six| six.iter().fold(0, |value, bit| value << 1 | (bit - b'0')));
    sextets.map(|sextet| char::from(crate::signal::sextet::letter(sextet))).collect()
}

fn strings() -> impl Strategy<Value = String> {
    (headers(), prop::collection::vec(sections(), 0..8))
        .prop_map(|(header, sections)| [vec![header], sections].concat().join("~"))
}

#[test]
fn strings_say_what_the_rules_make_of_them() {
    let sale_and_targeting = Scope::SALE | Scope::TARGETED_ADVERTISING;
    let table = [
        ("DBACrzA~BVQVAAAAAgA.YA~BAQAAABA.YA~BAQAAEA.YA", OUT),
        // Gpc beats an opt-out field that says the contrary.
        ("DBABBg~BAoAAAAA.YA", OUT.and(Statement::not_opted_out())),
        ("DBABBg~BAoAAAAA.QA", Statement::not_opted_out()),
        ("DBABBg~BAAAAAAA.QA", NOTHING),
        // 3 is no value.
        ("DBABBg~BA8AAAAA", NOTHING),
        // Sensitive data apart; a child known without consent.
        ("DBABBg~BABAAAAA.QA", Statement::opted_out(Scope::SENSITIVE)),
        ("DBABBg~BAAAAAQA.QA", OUT),
        ("DBABUYA~BQBQ.AQA", Statement::opted_out(sale_and_targeting | Scope::SENSITIVE)),
        // The second sub-section of Indiana's section is sensitive data: not the browser's signal.
        ("DBABUYA~BQAA.YA", Statement::opted_out(Scope::SENSITIVE)),
        ("DBABUYA~BQAA.AAA.QAA", NOTHING),
        // Sections without a place for it.
        ("DBABRg~BAAAAAA.YA", NOTHING),
        ("DBABFg~BAAAAAAA.YA", NOTHING),
        ("DBABAw~BAAAAAAA.YA", NOTHING),
        // By type, wherever it stands; twice.
        ("DBABBg~BAAAAAAA.AA.gA.YA", OUT),
        ("DBABBg~BAAAAAAA.YA.QA", OUT),
        ("DBABBg~BAAAAAAA.!.YA=", OUT),
        // The same with its section header, as its specification has it.
        ("DBABEYA~YBAA.BQBQ.YA", OUT),
        ("DBABEYA~YBAA.BQBQ", Statement::opted_out(sale_and_targeting)),
        ("DBABEYA~YCAA.BQBQ", NOTHING),
        ("DBABEYA~YBAA", NOTHING),
        ("DBABUYA~ZBAA.BQBQ.AQA", Statement::opted_out(sale_and_targeting | Scope::SENSITIVE)),
        // Older sections have none.
        ("DBABLA~HBAA.CVQVAAAAAACA.YA", NOTHING),
        // Versions that are not known say nothing, and the section after them says its own.
        ("DBABBg~CUUAAACA.YA", NOTHING),
        ("DBABLA~DVQVAAAAAACA.YA", NOTHING),
        ("DBACrzA~DVQVAAAAAgA.YA~BAQAAABA.QA~B", Statement::opted_out(Scope::SALE)),
        // usnat: by its version, where the fourth sextet from the end would be another field.
        ("DBABLA~BAAAAAAAQAAA", OUT),
        ("DBABLA~CAAAAAAAQAAA", Statement::opted_out(Scope::SENSITIVE)),
        // Fewer parts than ids, and more.
        ("DBABrw~BVQVAAAAAgA", OUT),
        ("DBABBg~BAQAAABA~BVQVAAAAAgA.YA", Statement::opted_out(Scope::SALE)),
        ("DBABBg", NOTHING),
        ("DBABBg~", NOTHING),
        // Broken letters break their sub-section alone.
        ("DBABBg~BUUA!AACA.YA", NOTHING),
        ("DBABBg~BAQAAABA.Y!", Statement::opted_out(Scope::SALE)),
        ("DBABBg~ BAQAAABA", NOTHING),
        ("DBABBg~BAQAAABA==", Statement::opted_out(Scope::SALE)),
        ("DBABBg~BAQAAABA=A", NOTHING),
        // A sub-section may be long, but not of anything.
        ("DBABBg~BAQAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Statement::opted_out(Scope::SALE)),
        ("DBABBg~BAQAAABAAAAAAAAAAAAAAAAAAAAAAAAAAA!", NOTHING),
        // TCF alone, and what is nothing at all.
        ("CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", NOTHING),
        ("DBABTA~1YYN", Statement::opted_out(Scope::SALE | Scope::SHARING)),
        ("DBABTA~1YNN", Statement::not_opted_out()),
        ("DBABTA~1---", NOTHING),
        ("DCABBg~BUUAAACA.YA", NOTHING),
        ("1YYN", NOTHING),
        ("DB", NOTHING),
        ("", NOTHING),
    ];
    for (text, want) in table {
        assert_eq!(read(text.as_bytes(), None), want, "{text}");
        assert_eq!(oracle::read(text.as_bytes()), want, "the oracle: {text}");
    }
}

#[test]
fn headers_of_the_specification_are_read() {
    let table: [(&str, &[u16]); 8] = [
        ("DBABMA", &[2]),
        ("DBABM", &[2]),
        ("DBACNYA", &[2, 6]),
        ("DBABjw", &[5, 6]),
        ("DBABLA", &[7]),
        ("DBACrzA", &[7, 8, 10]),
        ("DBAA", &[]),
        ("DBABBg==", &[8]),
    ];
    for (text, want) in table {
        assert!(Gpp::parse(text.as_bytes()).unwrap().section_ids().eq(want.iter().copied()), "{text}");
    }
    assert!(Gpp::parse(b"DBA").is_none(), "no number of ranges");
}

#[test]
fn a_header_cannot_keep_anybody_busy() {
    // 4095 ranges, the first of them a group of very many; then ones that end past 16 bits.
    let text = format!("DB__{}", "gAAAAAAAAM".repeat(400));
    assert!(Gpp::parse(text.as_bytes()).unwrap().section_ids().count() <= 0xffff);
    let text = format!("DB__{}", "7777777777".repeat(400));
    assert!(Gpp::parse(text.as_bytes()).unwrap().section_ids().count() <= 0xffff);
}

#[test]
fn percent_encoding_is_seen_through_as_far_as_a_cookie_is_long() {
    let encoded = "DBACrzA%7EBVQVAAAAAgA%2EYA%7eBAQAAABA.YA~BAQAAEA.YA";
    assert_eq!(read(encoded.as_bytes(), None), OUT);
    assert_eq!(read(b"DBABBg%7EBUV%2F%2f%2B-A.Q%41%3D%3D", None), oracle::read(b"DBABBg~BUV//+-A.QA=="));
    for text in ["DBABBg%7", "DBABBg%7EBAQAAABA%", "DBABBg%~BUUAAACA", "%%%"] {
        assert_eq!(scope(text), oracle::read(text.replace("%7E", "~").as_bytes()).scope(), "{text}");
    }
    let long = |length| format!("DBABBg%7EBAQAAABA.{}", "A".repeat(length - 16));
    assert_eq!(scope(&long(MAX_PAIR)), Scope::SALE);
    assert_eq!(scope(&long(MAX_PAIR + 1)), Scope::NOTHING);
}

#[test]
fn only_sections_in_force_are_heard_where_that_is_asked_for() {
    let text = b"DBACrzA~BAAAAAAAAgA.QA~BAQAAABA.QA~BAEAAEA.QA";
    let cases: [(&[u8], Scope); 11] = [
        (b"7", Scope::NOTHING),
        (b"8", Scope::SALE),
        (b"7_10", Scope::TARGETED_ADVERTISING),
        (b"8,10", Scope::SALE | Scope::TARGETED_ADVERTISING),
        (b"8%2C10", Scope::SALE | Scope::TARGETED_ADVERTISING),
        // Not understood: no section is left out for it.
        (b"-1", Scope::SALE | Scope::TARGETED_ADVERTISING),
        (b"0", Scope::SALE | Scope::TARGETED_ADVERTISING),
        (b"", Scope::SALE | Scope::TARGETED_ADVERTISING),
        (b"8,64", Scope::SALE | Scope::TARGETED_ADVERTISING),
        (b"65543", Scope::SALE | Scope::TARGETED_ADVERTISING),
        (b"7;8", Scope::SALE | Scope::TARGETED_ADVERTISING),
    ];
    for (sections, want) in cases {
        assert_eq!(read(text, ApplicableSections::parse(sections)).scope(), want, "{}", sections.escape_ascii());
    }
}

#[test]
fn every_section_is_written_as_the_reference_library_writes_it() {
    let table = [
        "DBABTA~1-YN",
        "DBABLA~CAAVAAAAAACA.YA",
        "DBABBg~BAUAAACA.YA",
        "DBABRg~BAUAACA",
        "DBABJg~BAUAAIA.YA",
        "DBABFg~BAFAAAgA",
        "DBABVg~BAUAAAIA.YA",
        "DBABAw~BAUAAACA",
        "DBABQw~BAUAAACA.YA",
        "DBABIw~BAUAAAACAA.YA",
        "DBABEw~BAUAAAgA.YA",
        "DBABUw~BAUAAAACAA.YA",
        "DBABCw~BAFAAAgA.YA",
        "DBABSw~BAUAAAgA.YA",
        "DBABKw~BAUAAACA.YA",
        "DBABAYA~BAUAAAAAgA.YA",
        "DBABQYA~BAUAAAgA.YA",
        "DBABIYA~BAUAAAgA.YA",
        "DBABEYA~BgBQ.YA",
        "DBABUYA~BgBQ.AAA",
        "DBABCYA~BgBQ.AAA",
        "DBABSYA~BgBQ.AAA",
    ];
    assert_eq!(table.len(), UsSection::ALL.len());
    for (&section, want) in UsSection::ALL.iter().zip(table) {
        let string = GppString::new([section]).opted_out(Scope::ALL_ADVERTISING).gpc(true);
        assert_eq!(string.to_string(), want, "{section:?}");
    }
}

#[test]
fn a_correction_keeps_to_what_it_is_asked_for() {
    let all = Scope::ALL_ADVERTISING;
    let table: [(&str, Scope, bool, Option<&str>); 18] = [
        ("DBABBg~BAoAAABA.QA", all, true, Some("DBABBg~BAUAAABA.YA")),
        // The browser's signal is passed on, not made up.
        ("DBABBg~BAoAAABA.QA", all, false, Some("DBABBg~BAUAAABA.QA")),
        ("DBABBg~BAoAAABA", all, false, Some("DBABBg~BAUAAABA")),
        ("DBABBg~BAoAAABA", all, true, Some("DBABBg~BAUAAABA.YA")),
        ("DBABBg~BAoAAABA.QA", Scope::SALE, false, Some("DBABBg~BAYAAABA.QA")),
        ("DBABBg~BAUAAABA.YA", all, true, None),
        ("DBABBg~BAUAAABA.YA", Scope::NOTHING, false, None),
        // No place for it, and one that comes with a section header.
        ("DBABRg~BAoAABA", all, true, Some("DBABRg~BAUAABA")),
        ("DBABEYA~YBAA.BQCg", all, true, Some("DBABEYA~YBAA.BQBQ")),
        ("DBABEYA~YBAA.BQCg.QA", all, true, Some("DBABEYA~YBAA.BQBQ.YA")),
        // Too short for the field: filled up to where the library would end.
        ("DBABBg~B", all, true, Some("DBABBg~BAUAAAAA.YA")),
        ("DBABBg~BA==.QA", all, true, Some("DBABBg~BAUAAAAA.YA")),
        // The alphabet of the text stays.
        ("DBABBg~B/+AAABA", all, false, Some("DBABBg~B/WAAABA")),
        ("DBABTA~1NNN", all, true, Some("DBABTA~1NYN")),
        ("DBABTA~1---", Scope::TARGETED_ADVERTISING, true, None),
        ("DBABBg~DAoAAABA.QA", all, true, None),
        ("DBABBg%7EBAoAAABA.QA", all, true, Some("DBABBg%7EBAUAAABA.YA")),
        ("1YNN", all, true, None),
    ];
    for (text, scope, gpc, want) in table {
        assert_eq!(corrected(text.as_bytes(), scope, gpc).as_deref(), want, "{text} {scope} {gpc}");
    }
    let encoded = corrected(b"DBABBg~BAoAA%2B%2FA%3D.QA", all, true);
    assert_eq!(encoded.as_deref(), Some("DBABBg~BAUAA%2B%2FA%3D.YA"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_as_the_oracle_reads_them(text in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(read(&text, None).scope(), oracle::read(&percent::decoded(&text).collect::<Vec<_>>()).scope());
        let _ = (corrected(&text, Scope::ALL_ADVERTISING, true), ApplicableSections::parse(&text));
    }

    #[test]
    fn strings_are_read_as_the_oracle_reads_them(text in strings()) {
        let plain: Vec<u8> = percent::decoded(text.as_bytes()).collect();
        prop_assert_eq!(read(text.as_bytes(), None), oracle::read(&plain));
        let ids = Gpp::parse(&plain).map(|gpp| gpp.section_ids().collect::<Vec<_>>());
        prop_assert_eq!(ids, oracle::ids(&plain));
    }

    #[test]
    fn changed_strings_are_read_as_the_oracle_reads_them(
        text in strings(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut text = text.into_bytes();
        for (at, flip) in changes {
            let at = at.index(text.len());
            text[at] ^= 1 << (flip % 8);
        }
        let plain: Vec<u8> = percent::decoded(&text).collect();
        prop_assert_eq!(read(&text, None), oracle::read(&plain));
    }

    #[test]
    fn a_string_cut_short_says_no_more_than_the_whole(text in strings()) {
        let whole = oracle::read(text.as_bytes());
        // Stray bytes that break a section may be what is cut off.
        prop_assume!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_+/.~".contains(&byte)));
        prop_assume!(!text.contains("~1"));
        for end in 0..text.len() {
            let said = read(&text.as_bytes()[..end], None);
            prop_assert!(whole.scope().contains(said.scope()), "{} of {}", &text[..end], text);
        }
    }

    #[test]
    fn both_alphabets_and_any_padding_say_the_same(text in strings(), padding in "A{0,9}={0,3}") {
        let want = read(text.as_bytes(), None);
        prop_assume!(!text.contains(['%', '=']));
        let swapped: String = text
            .chars()
            .map(|c| match c { '-' => '+', '_' => '/', '+' => '-', '/' => '_', c => c })
            .collect();
        if !text.contains("~1") {
            prop_assert_eq!(read(swapped.as_bytes(), None), want, "{}", swapped);
        }
        // Of the last sub-section: nothing but "not applicable" is added to it.
        if text.rsplit(['~', '.']).next().is_some_and(|last| last.len() > 1 && !last.starts_with('1')) && text.contains('~') {
            let padded = text + &padding;
            prop_assert_eq!(read(padded.as_bytes(), None), want, "{}", padded);
        }
    }

    #[test]
    fn what_is_written_is_read_again(
        sections in prop::sample::subsequence(UsSection::ALL, 0..=22),
        [out, given, not_given] in [0u8..16, 0..16, 0..16],
        gpc: bool,
        processing: bool,
    ) {
        let scopes = [Scope::SALE, Scope::SHARING, Scope::TARGETED_ADVERTISING, Scope::SENSITIVE];
        let scope = |bits: u8| (0..4).filter(|n| bits >> n & 1 == 1).fold(Scope::NOTHING, |all, n| all | scopes[n]);
        let (out, given, not_given) = (scope(out), scope(given), scope(not_given));
        let string = GppString::new(sections.clone()).opted_out(out).gpc(gpc).processing_notice(processing)
            .notice(given, true).notice(not_given, false);
        let text = string.to_string();
        let gpp = Gpp::parse(text.as_bytes()).unwrap();
        prop_assert!(gpp.section_ids().eq(sections.iter().map(|section| section.id())));
        prop_assert_eq!(gpp.sections().count(), sections.len());
        for section in gpp.sections() {
            prop_assert!(section.is_understood());
            for (field, values) in section.fields() {
                let notice = |scope| if not_given.contains(scope) { 2 } else { u8::from(given.contains(scope)) };
                let choice = |scope| match notice(scope) { _ if out.contains(scope) => 1, 1 => 2, _ => 0 };
                let want = match field {
                    Field::SaleOptOutNotice => notice(Scope::SALE),
                    Field::SharingOptOutNotice => notice(Scope::SHARING),
                    Field::TargetedAdvertisingOptOutNotice => notice(Scope::TARGETED_ADVERTISING),
                    Field::SaleOptOut => choice(Scope::SALE),
                    Field::SharingOptOut => choice(Scope::SHARING),
                    Field::TargetedAdvertisingOptOut => choice(Scope::TARGETED_ADVERTISING),
                    Field::SharingNotice | Field::ProcessingNotice => if processing { 1 } else { 2 },
                    Field::SensitiveDataProcessing => u8::from(out.contains(Scope::SENSITIVE)),
                    _ => continue,
                };
                prop_assert!(values.clone().all(|value| value == want), "{} {} {:?}", text, field, values);
            }
            if let Some(said) = section.gpc() {
                prop_assert_eq!(said, gpc);
            }
        }
    }

    #[test]
    fn a_corrected_string_is_opted_out_and_else_the_same(text in strings(), gpc: bool) {
        prop_assume!(!text.contains('%'));
        let Some(after) = corrected(text.as_bytes(), Scope::ALL_ADVERTISING, gpc) else { return Ok(()) };
        prop_assert_eq!(corrected(after.as_bytes(), Scope::ALL_ADVERTISING, gpc), None);
        prop_assert_eq!(after.matches('~').count(), text.matches('~').count());
        let (before, after) = (Gpp::parse(text.as_bytes()).unwrap(), Gpp::parse(after.as_bytes()).unwrap());
        prop_assert!(before.section_ids().eq(after.section_ids()));
        for (old, new) in before.sections().zip(after.sections()) {
            prop_assert_eq!(old.is_understood(), new.is_understood());
            if !new.is_understood() {
                prop_assert_eq!(old.text(), new.text());
                continue;
            }
            for ((field, old), (same, new)) in old.fields().zip(new.fields()) {
                prop_assert_eq!(field, same);
                if [Field::SaleOptOut, Field::SharingOptOut, Field::TargetedAdvertisingOptOut].contains(&field) {
                    prop_assert!(new.eq([1]));
                } else {
                    prop_assert!(new.eq(old), "{}", field);
                }
            }
            prop_assert_eq!(new.sale_opt_out(), Some(true));
            if gpc {
                prop_assert_ne!(new.gpc(), Some(false));
            } else {
                prop_assert_eq!(new.gpc(), old.gpc());
            }
        }
    }
}
