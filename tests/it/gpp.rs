//! GPP strings with known answers: those of the reference library, checked in, and more of them where they are at hand.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use tower_gpc::signal::gpp::{Field, Gpp, Section, corrected, read};
use tower_gpc::signal::{Scope, Statement};

/// Sections with a place for the browser's signal.
const WITH_GPC: [&str; 15] = [
    "usnat", "usca", "usco", "usct", "usmt", "usor", "ustx", "usde", "usia", "usne", "usnh", "usnj", "ustn", "usmn",
    "usmd",
];

/// What the reference library says of each string; `tests/node/gpp.mjs` wrote them.
pub(crate) fn known_answers() -> Vec<Value> {
    lines(&fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/gpp-known-answers.jsonl")).unwrap())
}

/// Lines of a file beside the project. A missing one is said aloud: nothing is tested then.
fn beside(name: &str) -> Vec<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    fs::read_to_string(path).map_or_else(
        |_| {
            println!("skipped: no {name} beside the project");
            Vec::new()
        },
        |text| lines(&text),
    )
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What we read in a string, as the reference library would say it.
pub(crate) fn answer(text: &str) -> Value {
    let gpp = Gpp::parse(text.as_bytes()).unwrap();
    let named = gpp.sections().filter_map(|section| Some((section.name()?.to_owned(), fields(section))));
    json!({
        "gpp": text,
        "sectionIds": gpp.section_ids().collect::<Vec<_>>(),
        "fields": named.collect::<Map<_, _>>(),
    })
}

fn fields(section: Section<'_>) -> Value {
    assert!(section.is_understood(), "{}", section.text().escape_ascii());
    if let Some(string) = section.us_privacy() {
        let letter = |answer: Option<bool>| answer.map_or("-", |yes| if yes { "Y" } else { "N" });
        return json!({
            "Version": 1,
            "Notice": letter(string.notice),
            "OptOutSale": letter(string.opted_out),
            "LspaCovered": letter(string.lspa),
        });
    }
    let mut fields: Map<_, _> = section
        .fields()
        .map(|(field, values)| {
            let values: Vec<u8> = values.collect();
            let is_list = values.len() > 1 || field == Field::SensitiveDataProcessing;
            (field.name().to_owned(), if is_list { json!(values) } else { json!(values[0]) })
        })
        .collect();
    if WITH_GPC.contains(&section.name().unwrap()) {
        // The library says "false" of a missing sub-section too.
        fields.insert("GpcSegmentType".to_owned(), json!(1));
        fields.insert("Gpc".to_owned(), json!(section.gpc().unwrap_or(false)));
    }
    Value::Object(fields)
}

/// What an answer says of the person, by its fields alone.
fn statement(answer: &Value) -> Statement {
    let mut said = Statement::nothing();
    for (name, value) in answer["fields"].as_object().unwrap().values().flat_map(|fields| fields.as_object().unwrap()) {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        let scope = match name.as_str() {
            "SaleOptOut" => Scope::SALE,
            "SharingOptOut" => Scope::SHARING,
            "TargetedAdvertisingOptOut" => Scope::TARGETED_ADVERTISING,
            "OptOutSale" => Scope::SALE | Scope::SHARING,
            "SensitiveDataProcessing" => Scope::SENSITIVE,
            "KnownChildSensitiveDataConsents" | "Gpc" => Scope::ALL_ADVERTISING,
            _ => continue,
        };
        if values.iter().any(|value| [json!(1), json!("Y"), json!(true)].contains(value)) {
            said = said.and(Statement::opted_out(scope));
        }
        if name.ends_with("OptOut") && values.contains(&json!(2))
            || name == "OptOutSale" && values.contains(&json!("N"))
        {
            said = said.and(Statement::not_opted_out());
        }
    }
    said
}

#[test]
fn strings_of_the_reference_library_are_read_as_it_reads_them() {
    let answers = known_answers();
    assert!(answers.len() > 300);
    for want in &answers {
        let text = want["gpp"].as_str().unwrap();
        assert_eq!(answer(text), *want, "{text}");
        assert_eq!(read(text.as_bytes(), None), statement(want), "{text}");
    }
}

#[test]
fn reference_strings_beside_the_project_are_read_to_the_last_field() {
    for mut want in beside("gpp-reference.jsonl") {
        want.as_object_mut().unwrap().remove("name");
        let text = want["gpp"].as_str().unwrap();
        assert_eq!(answer(text), want, "{text}");
        assert_eq!(read(text.as_bytes(), None), statement(&want), "{text}");
    }
}

#[test]
fn strings_written_from_the_specification_alone_say_what_they_were_made_to_say() {
    for case in beside("gpp-generated.jsonl") {
        let text = case["gpp"].as_str().unwrap();
        let section = Gpp::parse(text.as_bytes()).unwrap().sections().next().unwrap();
        assert_eq!(json!(section.id()), case["id"], "{text}");
        assert_eq!(json!(section.name()), case["section"], "{text}");
        let opted_out = [None, Some(true), Some(false)][case["opt"].as_u64().unwrap() as usize];
        assert_eq!(section.sale_opt_out(), opted_out, "{text}");
        let gpc = case["gpc"].as_u64().filter(|_| case["in_spec"] == true).map(|gpc| gpc == 1);
        assert_eq!(section.gpc(), gpc, "{text}");
        let heard = read(text.as_bytes(), None).scope().intersects(Scope::ALL_ADVERTISING);
        assert_eq!(heard, opted_out == Some(true) || gpc == Some(true), "{text}");
    }
}

/// Every other field as it was, the opt-outs said, and the browser's signal where there is a place for it.
#[test]
fn a_corrected_string_says_the_opt_out_and_else_what_it_said() {
    for want in known_answers() {
        let text = want["gpp"].as_str().unwrap();
        let got = corrected(text.as_bytes(), Scope::ALL_ADVERTISING, true);
        let got = got.as_deref().unwrap_or(text);
        let mut want = want.clone();
        want["gpp"] = json!(got);
        for (_, fields) in want["fields"].as_object_mut().unwrap() {
            for (name, value) in fields.as_object_mut().unwrap() {
                match name.as_str() {
                    "SaleOptOut" | "SharingOptOut" | "TargetedAdvertisingOptOut" => *value = json!(1),
                    "OptOutSale" => *value = json!("Y"),
                    "Gpc" => *value = json!(true),
                    _ => {}
                }
            }
        }
        assert_eq!(answer(got), want, "{text}");
        assert_eq!(corrected(got.as_bytes(), Scope::ALL_ADVERTISING, true), None, "{text}");
        // Sections of elsewhere come first, and stay to the letter.
        let elsewhere = want["sectionIds"].as_array().unwrap().iter().filter(|id| id.as_u64() < Some(6)).count();
        assert!(text.split('~').take(1 + elsewhere).eq(got.split('~').take(1 + elsewhere)), "{text}");
    }
}
