//! Values modelled on those that sites set, and what a naive reading of them finds.

use proptest::prelude::*;

use super::*;
use crate::signal::cmp::{
    Platform,
    tests::{check, check_with},
};

const OUT: Statement = Statement::opted_out(Scope::ALL_ADVERTISING);
const NOT: Statement = Statement::not_opted_out();
const NOTHING: Statement = Statement::nothing();

/// A value as the vendor's script writes it.
fn value(gpc: &str, browser: &str, groups: &str) -> String {
    format!(
        "isGpcEnabled={gpc}&datestamp=Thu+Jan+25+2024+17%3A59%3A24+GMT%2B0800+(%E4%B8%AD%E5%9B%BD)&version=202306.2.0\
         &browserGpcFlag={browser}&isIABGlobal=false&hosts=&consentId=a8bcbdfe-e331-4706-8a05-19820c35c528\
         &interactionCount=1&landingPath=NotLandingPage&groups={groups}&geolocation=US%3BCA&AwaitingReconsent=false"
    )
}

fn encoded(groups: &str) -> String {
    groups.replace(',', "%2C").replace(':', "%3A")
}

#[test]
fn groups_and_flags_are_read() {
    let groups: &[(&str, Statement)] = &[
        ("C0001:1,C0003:1,SPD_BG:0,C0002:0,C0004:0", OUT),
        ("C0001:1,C0002:1,C0003:1,C0004:0", OUT),
        ("C0001:1,C0004:1,C0005:0", OUT),
        ("C0001:1,C0004:1,SSPD_BG:0", OUT),
        ("C0001:1,C0004:1,BG001:0", OUT),
        ("C0001:1,C0004:1,C0004:0", OUT),
        ("C0001:1,C0004:0,C0004:1", OUT),
        ("C0004:0,broken", OUT),
        ("C0001:1,C0002:0,C0004:1,SSPD_BG:1,C0005:1", NOT),
        ("C0004:1,", NOT),
        ("C0004:1,V2STACK42:0", NOT),
        ("C0004:1,C000", NOTHING),
        ("C0004:1,C0005:", NOTHING),
        ("C0004:1,C0005:2", NOTHING),
        ("C0004:10", NOTHING),
        ("C0001:1,C0002:0", NOTHING),
        ("1:1,2:1,3:1,4:0", NOTHING),
        ("c0004:0", NOTHING),
        ("C00040:0", NOTHING),
        ("", NOTHING),
    ];
    for (groups, want) in groups {
        for groups in [(*groups).to_owned(), encoded(groups), groups.replace(',', "%2c").replace(':', "%3a")] {
            check(
                Platform::OneTrust,
                CONSENT,
                &[
                    (&value("0", "0", &groups), *want),
                    (&format!("groups={groups}"), *want),
                    (&value("1", "0", &groups), OUT.and(*want)),
                    (&value("0", "1", &groups), OUT.and(*want)),
                    (&value("true", "", &groups), *want),
                ],
            );
        }
    }
}

#[test]
fn a_flag_beside_groups_that_are_granted_says_both() {
    let all = encoded("C0001:1,C0002:1,C0003:1,C0004:1,C0005:1");
    check(Platform::OneTrust, CONSENT, &[(&value("1", "1", &all), OUT.and(NOT)), (&value("0", "0", &all), NOT)]);
}

#[test]
fn what_is_no_parameter_of_its_own_is_not_read() {
    check(
        Platform::OneTrust,
        CONSENT,
        &[
            ("landingPath=https%3A%2F%2Fwww.example.com%2F%3FisGpcEnabled%3D1%26groups%3DC0004%3A0", NOTHING),
            ("landingPath=isGpcEnabled=1", NOTHING),
            ("xisGpcEnabled=1&groupsx=C0004:0", NOTHING),
            ("isgpcenabled=1", NOTHING),
            ("isGpcEnabled", NOTHING),
            ("isGpcEnabled=11", NOTHING),
            ("isGpcEnabled=1", OUT),
            ("isGpcEnabled=0&isGpcEnabled=1", OUT),
            ("groups=C0004:1&groups=C0004:0", OUT.and(NOT)),
            ("&&=&isGpcEnabled=1&", OUT),
            ("C0004:0", NOTHING),
            ("", NOTHING),
        ],
    );
}

#[test]
fn a_value_that_is_encoded_once_more_is_read() {
    let twice = |value: String| value.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    for groups in ["C0004:0".to_owned(), encoded("C0004:0")] {
        check(Platform::OneTrust, CONSENT, &[(&twice(value("0", "0", &groups)), OUT)]);
    }
    check(Platform::OneTrust, CONSENT, &[("isGpcEnabled%3D0%26groups%3DC0001%253A1%252CC0004%253A1", NOT)]);
    assert_eq!(corrected(b"isGpcEnabled%3D0", &Purposes::of(Platform::OneTrust)), None);
}

#[test]
fn groups_of_a_sites_own_are_named() {
    let purposes = Purposes::new(Platform::OneTrust, ["4", "trg"]).unwrap();
    check_with(
        &purposes,
        CONSENT,
        &[
            (&value("0", "0", "1%3A1%2C3%3A1%2C2%3A1%2C4%3A0"), OUT),
            (&value("0", "0", "1%3A1%2C3%3A1%2C2%3A1%2C4%3A1"), NOT),
            (&value("0", "0", "snc%3A1%2Ctrg%3A0"), OUT),
            (&value("0", "0", "C0004%3A0"), NOTHING),
        ],
    );
}

#[test]
fn the_google_opt_out_is_a_word() {
    check(
        Platform::OneTrust,
        "OneTrustWPCCPAGoogleOptOut",
        &[("true", OUT), ("false", NOT), ("TRUE", NOTHING), ("1", NOTHING), ("", NOTHING), ("true ", NOTHING)],
    );
}

#[test]
fn a_corrected_value_says_the_opt_out_and_keeps_the_rest() {
    let purposes = Purposes::of(Platform::OneTrust);
    let table: &[(&str, Option<&str>)] = &[
        (
            "isGpcEnabled=0&datestamp=Thu+Jan+25&browserGpcFlag=0&groups=C0001%3A1%2CC0004%3A1%2CBG7%3a1&x=y",
            Some("isGpcEnabled=1&datestamp=Thu+Jan+25&browserGpcFlag=1&groups=C0001%3A1%2CC0004%3A0%2CBG7%3a0&x=y"),
        ),
        ("groups=C0001:1,C0004:1,", Some("isGpcEnabled=1&groups=C0001:1,C0004:0,")),
        ("groups=C0004:1&groups=C0005:1", Some("isGpcEnabled=1&groups=C0004:0&groups=C0005:0")),
        ("isGpcEnabled=0&isGpcEnabled=", Some("isGpcEnabled=1&isGpcEnabled=1")),
        ("isGpcEnabled&a=b", Some("isGpcEnabled=1&isGpcEnabled&a=b")),
        ("isGpcEnabled=1&groups=C0004:0,C0002:1", None),
        ("isGpcEnabled=1&groups=C0004:10", None),
        ("isGpcEnabled=1&browserGpcFlag=0", Some("isGpcEnabled=1&browserGpcFlag=1")),
        ("=", Some("isGpcEnabled=1&=")),
        ("", None),
        ("nonsense", None),
    ];
    for (value, want) in table {
        assert_eq!(corrected(value.as_bytes(), &purposes).as_deref(), *want, "{value}");
    }
    assert_eq!(corrected(b"groups=C0004:1&hosts=\xff", &purposes), None);
}

proptest! {
    #[test]
    fn a_corrected_value_is_an_opt_out_and_keeps_its_parameters(
        parameters in prop::collection::vec(
            "(isGpcEnabled=[01]?|browserGpcFlag=[01]|groups=((C0004|C0005|BG1|C0001)(:|%3A)[012](,|%2C)?){0,4}|x|=|)",
            0..9,
        ),
    ) {
        let purposes = Purposes::of(Platform::OneTrust);
        let read = |value: &str| Platform::OneTrust.read(CONSENT.as_bytes(), value.as_bytes(), &purposes);
        let value = parameters.join("&");
        let Some(output) = corrected(value.as_bytes(), &purposes) else {
            prop_assert!(!value.contains('=') || read(&value) == OUT, "{}", value);
            return Ok(());
        };
        prop_assert_eq!(read(&output), OUT, "{} from {}", output, value);
        prop_assert_eq!(corrected(output.as_bytes(), &purposes), None, "{} from {}", output, value);
        let mut got: Vec<_> = output.split('&').collect();
        if !parameters.iter().any(|parameter| parameter.starts_with("isGpcEnabled=")) {
            prop_assert_eq!(got.remove(0), "isGpcEnabled=1");
        }
        for (got, was) in got.iter().zip(&parameters) {
            if let Some(list) = was.strip_prefix("groups=") {
                let ids = |list: &str| list.replace(['0', '1'], "");
                prop_assert_eq!(ids(got.strip_prefix("groups=").unwrap()), ids(list));
            } else if was.contains("G") {
                prop_assert_eq!(got.to_string(), format!("{}=1", was.split('=').next().unwrap()));
            } else {
                prop_assert_eq!(got, was);
            }
        }
        prop_assert_eq!(got.len(), parameters.len());
    }

    #[test]
    fn groups_are_those_that_a_naive_reading_finds(
        states in prop::collection::vec(("(C000[1-6]|S?SPD_BG|BG[0-9]|[1-4])", any::<bool>()), 0..9),
        raw: bool,
        gpc: bool,
    ) {
        let groups: Vec<_> = states.iter().map(|(id, on)| format!("{id}:{}", u8::from(*on))).collect();
        let groups = if raw { groups.join(",") } else { encoded(&groups.join(",")) };
        let value = value(if gpc { "1" } else { "0" }, "0", &groups);
        let sale: Vec<bool> = states
            .iter()
            .filter(|(id, _)| ["C0004", "C0005"].contains(&&**id) || id.contains("BG"))
            .map(|(_, on)| *on)
            .collect();
        let got = Platform::OneTrust.read(CONSENT.as_bytes(), value.as_bytes(), &Purposes::of(Platform::OneTrust));
        prop_assert_eq!(!got.scope().is_empty(), gpc || sale.contains(&false), "{}", value);
        prop_assert_eq!(got.is_contrary(), !sale.is_empty() && !sale.contains(&false), "{}", value);
    }
}
