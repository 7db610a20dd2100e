//! A GPP string says what its sections say, and once corrected says the opt-out and else the same; what we write we read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tower_gpc::signal::gpp::{ApplicableSections, Field, Gpp, GppString, Section, UsSection, corrected, read};
use tower_gpc::signal::{Scope, Statement};

const OPT_OUTS: [Field; 3] = [Field::SaleOptOut, Field::SharingOptOut, Field::TargetedAdvertisingOptOut];

fuzz_target!(|data: &[u8]| {
    let _ = ApplicableSections::parse(data);
    reads(data);
    corrects(data);
    // Most bytes are no header; behind one of any section, all others are sections.
    if let [first, rest @ ..] = data {
        let from = usize::from(*first) % UsSection::ALL.len();
        let header = GppString::new(UsSection::ALL[from..].iter().copied()).to_string();
        let text = [header.split('~').next().unwrap().as_bytes(), b"~", rest].concat();
        reads(&text);
        corrects(&text);
    }
    if let [a, b, c, d, e, ..] = *data {
        writes([a, b, c], d, e);
    }
});

fn reads(text: &[u8]) {
    let said = read(text, None);
    if text.contains(&b'%') {
        return;
    }
    let sections = Gpp::parse(text).into_iter().flat_map(|gpp| gpp.sections());
    assert_eq!(sections.fold(Statement::nothing(), |all, section| all.and(section.statement())), said);
    // Percent-encoded it says the same.
    let encoded: Vec<u8> = text.iter().flat_map(|byte| format!("%{byte:02x}").into_bytes()).collect();
    if text.len() <= 4096 {
        assert_eq!(read(&encoded, None), said);
    }
}

fn corrects(text: &[u8]) {
    for gpc in [false, true] {
        let after = corrected(text, Scope::ALL_ADVERTISING, gpc);
        let Some(after) = after else { continue };
        assert_eq!(corrected(after.as_bytes(), Scope::ALL_ADVERTISING, gpc), None);
        if text.contains(&b'%') {
            continue;
        }
        let (old, new) = (Gpp::parse(text).unwrap(), Gpp::parse(after.as_bytes()).unwrap());
        assert!(old.section_ids().eq(new.section_ids()));
        assert_eq!(old.sections().count(), new.sections().count());
        old.sections().zip(new.sections()).for_each(|(old, new)| compare(old, new, gpc));
    }
}

fn compare(old: Section<'_>, new: Section<'_>, gpc: bool) {
    if !old.is_understood() {
        assert_eq!(old.text(), new.text());
        return;
    }
    assert_eq!(new.sale_opt_out(), Some(true));
    assert!(new.statement().scope().contains(Scope::SALE) && !new.statement().is_contrary());
    for ((field, old), (same, new)) in old.fields().zip(new.fields()) {
        assert_eq!(field, same);
        assert!(if OPT_OUTS.contains(&field) { new.eq([1]) } else { new.eq(old) });
    }
    assert!(if gpc { new.gpc() != Some(false) } else { new.gpc() == old.gpc() });
}

fn writes(sections: [u8; 3], opted_out: u8, given: u8) {
    let chosen = u32::from_le_bytes([sections[0], sections[1], sections[2], 0]);
    let sections =
        || UsSection::ALL.iter().copied().enumerate().filter(|(n, _)| chosen >> n & 1 == 1).map(|(_, id)| id);
    let string = GppString::new(sections())
        .opted_out(scope(opted_out))
        .gpc(opted_out >> 7 == 1)
        .notice(scope(given), true)
        .notice(scope(given >> 4), false);
    let text = string.to_string();
    let gpp = Gpp::parse(text.as_bytes()).unwrap();
    assert!(gpp.section_ids().eq(sections().map(UsSection::id)));
    assert_eq!(gpp.sections().count(), sections().count());
    for section in gpp.sections() {
        assert_eq!(section.sale_opt_out() == Some(true), asked(section, scope(opted_out)));
        assert!(section.gpc().is_none_or(|gpc| gpc == (opted_out >> 7 == 1)));
    }
}

/// The US Privacy string knows sale alone, which sharing is a kind of.
fn asked(section: Section<'_>, scope: Scope) -> bool {
    scope.contains(Scope::SALE) || section.us_privacy().is_some() && scope.contains(Scope::SHARING)
}

fn scope(bits: u8) -> Scope {
    let parts = [Scope::SALE, Scope::SHARING, Scope::TARGETED_ADVERTISING, Scope::SENSITIVE];
    let chosen = parts.into_iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1);
    chosen.fold(Scope::NOTHING, |all, (_, part)| all | part)
}
