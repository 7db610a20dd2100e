//! What is true of every platform, and what the tests of each share.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Pattern, Platform, Purposes, base64};
use crate::signal::scope::Scope;
use crate::signal::statement::Statement;
use crate::signal::{Readers, Signal, read};

pub(super) const OUT: Statement = Statement::opted_out(Scope::ALL_ADVERTISING);
pub(super) const NOT: Statement = Statement::not_opted_out();
pub(super) const NOTHING: Statement = Statement::nothing();

/// Reads each value by the vendor's own purposes.
pub(super) fn check(platform: Platform, name: &str, table: &[(&str, Statement)]) {
    check_with(&Purposes::of(platform), name, table);
}

pub(super) fn check_with(purposes: &Purposes, name: &str, table: &[(&str, Statement)]) {
    for (value, want) in table {
        let got = purposes.platform().read(name.as_bytes(), value.as_bytes(), purposes);
        assert_eq!(got, *want, "{name}={value}");
    }
}

/// As `encodeURIComponent` has it.
pub(super) fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
        _ if b"-_.!~*'()".contains(&byte) => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// As `btoa` has it, its padding percent-encoded as cookie libraries do.
pub(super) fn in_base64(text: &str) -> String {
    let text = base64::encoded(text.as_bytes(), false);
    let padding = "%3D".repeat((4 - text.len() % 4) % 4);
    text + &padding
}

/// Purposes that mean something on the platform, where the vendor has none of its own too.
fn purposes(platform: Platform) -> Purposes {
    match platform {
        Platform::TrustArc => Purposes::new(platform, ["3"]).unwrap(),
        Platform::Didomi => Purposes::new(platform, ["sale-X1"]).unwrap(),
        _ => Purposes::of(platform),
    }
}

/// A cookie that opts out, and one that says the contrary, for each platform that has cookies of its own.
fn cookies() -> Vec<(Platform, &'static str, String, String)> {
    let json = |out: Value, not: Value| (encoded(&out.to_string()), encoded(&not.to_string()));
    let base64 = |out: Value, not: Value| (in_base64(&out.to_string()), in_base64(&not.to_string()));
    let ketch = |status: &str| {
        json!({"ads": {"status": status, "canonicalPurposes": ["analytics", "behavioral_advertising"]},
               "essential": {"status": "granted", "canonicalPurposes": ["essential_services"]}})
    };
    let swb = |allowed: &str| {
        let purpose = json!({"allowed": allowed, "legalBasisCode": "consent_optout"});
        json!({"collectedAt": 1, "purposes": {"data_broking": purpose}})
    };
    let shopify = |con: &str, t: bool| {
        let con = json!({"a": "", "m": "", "p": "", "s": con});
        json!({"con": {"CMP": con}, "region": "USCA", "purposes": {"a": true, "t": t}})
    };
    let didomi = |list: &str| json!({"user_id": "1", "purposes": {list: ["prix", "sale-X1"]}, "version": 2});
    let transcend = |sale: bool| {
        let purposes = json!({"SaleOfInfo": sale, "Advertising": "Auto", "Functional": true});
        json!({"purposes": purposes, "confirmed": true})
    };
    let iubenda = |five: bool| json!({"timestamp": "t", "purposes": {"1": true, "5": five}, "id": 1});
    let uspr = |all: bool| json!({"s": all, "sh": all, "adv": all});
    let plain = |out: &str, not: &str| (out.to_owned(), not.to_owned());
    [
        (
            Platform::OneTrust,
            "OptanonConsent",
            plain("isGpcEnabled=0&groups=C0004%3A0&a=b", "groups=C0001:1,C0004:1&a=b"),
        ),
        (Platform::OneTrust, "OneTrustWPCCPAGoogleOptOut", plain("true", "false")),
        (Platform::Cookiebot, "CookieConsent", plain("{stamp:%27a%27%2Cmarketing:false%2Cver:1}", "{marketing:true}")),
        (Platform::TrustArc, "cmapi_cookie_privacy", plain("permit 1,2", "permit 1,2,3")),
        (Platform::TrustArc, "notice_gdpr_prefs", plain("0,1:", "0,1,2:")),
        (Platform::TrustArc, "notice_preferences", plain("1:", "2:")),
        (Platform::Didomi, "didomi_token", base64(didomi("disabled"), didomi("enabled"))),
        (Platform::Ketch, "_ketch_consent_v1_", base64(ketch("denied"), ketch("granted"))),
        (Platform::Ketch, "_swb_consent_", base64(swb("false"), swb("true"))),
        (Platform::Transcend, "tcm", json(transcend(false), transcend(true))),
        (
            Platform::CookieYes,
            "cookieyes-consent",
            plain("action:yes,advertisement:no", "action:yes,advertisement:yes"),
        ),
        (Platform::Shopify, "_tracking_consent", json(shopify("0", false), shopify("1", true))),
        (Platform::Shopify, "_cmp_a", json(shopify("", false), shopify("", true))),
        (Platform::Iubenda, "_iub_cs-70989776", json(iubenda(false), iubenda(true))),
        (Platform::Iubenda, "_iub_cs-70989776-uspr", json(uspr(false), uspr(true))),
        (Platform::Complianz, "cmplz_marketing", plain("deny", "allow")),
        (Platform::Complianz, "cmplz_rt_marketing", plain("deny", "allow")),
    ]
    .map(|(platform, name, (out, not))| (platform, name, out, not))
    .into()
}

#[test]
fn every_cookie_says_an_opt_out_and_its_contrary() {
    for (platform, name, out, not) in cookies() {
        check_with(&purposes(platform), name, &[(&out, OUT), (&not, NOT), ("", NOTHING)]);
    }
    for platform in Platform::ALL {
        let named = |&pattern: &Pattern| {
            cookies().iter().any(|(of, name, ..)| *of == platform && pattern.matches(name.as_bytes()))
                || pattern == Pattern::Name("gpcsignal")
        };
        assert!(platform.cookies().iter().all(named), "{platform}: each pattern is tested above");
        assert_eq!(platform.signal().is_none(), platform.cookies().is_empty(), "{platform}");
        if let Some(signal) = platform.signal() {
            assert_eq!(signal.to_string(), platform.to_string());
            assert_eq!(serde_json::to_value(signal).unwrap(), serde_json::to_value(platform).unwrap());
        }
    }
}

#[test]
fn a_cookie_of_another_name_or_platform_says_nothing() {
    for (platform, name, out, _) in cookies() {
        for other in Platform::ALL.into_iter().filter(|other| *other != platform) {
            assert_eq!(other.read(name.as_bytes(), out.as_bytes(), &purposes(other)), NOTHING, "{other}: {name}");
        }
        for name in [name.to_uppercase(), format!("x{name}"), name[1..].to_owned(), String::new()] {
            assert_eq!(platform.read(name.as_bytes(), out.as_bytes(), &purposes(platform)), NOTHING, "{name}");
        }
    }
}

#[test]
fn names_of_platforms_are_read_as_they_are_written() {
    for platform in Platform::ALL {
        let name = serde_json::to_value(platform).unwrap();
        assert_eq!(name, platform.to_string().to_lowercase());
        assert_eq!(serde_json::from_value::<Platform>(name).unwrap(), platform);
    }
}

#[test]
fn a_value_cut_short_never_panics_and_json_cut_short_grants_nothing() {
    for (platform, name, out, not) in cookies() {
        let purposes = purposes(platform);
        let json = [out.as_str(), &not].map(|value| value.starts_with("%7B") || value.starts_with("eyJ"));
        for (value, json) in [out, not].iter().zip(json) {
            for cut in 0..value.len() {
                // Padding may go without harm to what is encoded.
                let whole = value.trim_end_matches("%3D").len() <= cut;
                let said = platform.read(name.as_bytes(), &value.as_bytes()[..cut], &purposes);
                assert!(!json || whole || !said.is_contrary(), "{name}={}", &value[..cut]);
            }
        }
    }
}

#[test]
fn a_refusal_is_heard_though_the_value_breaks_off_after_it() {
    for (platform, name, value) in [
        (Platform::Transcend, "tcm", encoded(r#"{"purposes":{"Advertising":true,"SaleOfInfo":false,"#)),
        (Platform::Shopify, "_tracking_consent", encoded(r#"{"purposes":{"t":false}}}"#)),
        (Platform::Iubenda, "_iub_cs-1", encoded(r#"{"purposes":{"5":false"#)),
        (Platform::Ketch, "_ketch_consent_v1_", in_base64(r#"{"data_broking":{"status":"denied""#)),
        (Platform::Didomi, "didomi_token", in_base64(r#"{"purposes":{"disabled":["sale-X1"]"#)),
        (Platform::Cookiebot, "CookieConsent", "{marketing:false,meth".to_owned()),
        (Platform::OneTrust, "OptanonConsent", "groups=C0004%3A0%2CC0".to_owned()),
        (Platform::CookieYes, "cookieyes-consent", "action:yes,advertisement:no,oth".to_owned()),
    ] {
        check_with(&purposes(platform), name, &[(&value, OUT)]);
    }
}

#[test]
fn reading_allocates_nothing() {
    for (platform, name, out, not) in cookies() {
        let purposes = purposes(platform);
        for value in [&out, &not, "\"{[%"] {
            let mut said = NOTHING;
            let read = || said = platform.read(name.as_bytes(), value.as_bytes(), &purposes);
            assert_eq!(allocation_counter::measure(read).count_total, 0, "{name}={value}: {said:?}");
        }
    }
}

#[test]
fn hostile_values_say_nothing() {
    let mut values: Vec<Vec<u8>> = ["[", "{\"a\":", "{", "\"", "\\", "\0", "%", "%7B", ",", ":", "&", "=", "e", "eyJ"]
        .iter()
        .map(|text| text.repeat(4096 / text.len()).into_bytes())
        .collect();
    for bomb in ["[", "{\"a\":", "{\"purposes\":", "{\"con\":{\"CMP\":"] {
        values.push(encoded(&bomb.repeat(4096 / encoded(bomb).len())).into_bytes());
        values.push(in_base64(&bomb.repeat(3000 / bomb.len())).into_bytes());
    }
    values.extend([
        vec![0xff; 4096],
        b"%E0%A4%A".to_vec(),
        b"\xc3\x28".to_vec(),
        b"null".to_vec(),
        b"3.AMPS_USWA_f_f_x".to_vec(),
    ]);
    for platform in Platform::ALL {
        for pattern in platform.cookies() {
            for value in &values {
                let (Pattern::Name(name) | Pattern::Prefix(name)) = pattern;
                let name = name.as_bytes();
                let value = &value[..value.len().min(4096 - name.len())];
                assert_eq!(
                    platform.read(name, value, &purposes(platform)),
                    NOTHING,
                    "{name:?}={}",
                    value.escape_ascii()
                );
            }
        }
    }
}

#[test]
fn a_value_that_no_browser_stores_says_nothing() {
    for (platform, name, out, _) in cookies() {
        let long = out.clone() + &"%".repeat(4097 - name.len() - out.len());
        check_with(&purposes(platform), name, &[(&long, NOTHING)]);
    }
}

#[test]
fn what_osano_and_sourcepoint_mirror_decides_and_their_own_cookies_do_not() {
    let osano = "osano_consentmanager_uuid=9d30ae23-bd28-4240-b0ee-4f77135497a3; osano_consentmanager=\
                 w9T9sHJJhFzXrCXTaOGpI3CLR41yUkdJxTJKCMv6bqNfYWN6bHLWCyG0yJvv_HAbJCIPwEHZ3MgHcRy_5CLHBxDQbLqBVzQ=";
    let sourcepoint = "consentUUID=6d2dc7cd-b2a2-4f8d-9b2d-6a1e2a3f5c7d_31; ccpaApplies=true; signedLspa=false; \
                       ccpaUUID=0f2b1c1e-7d0f-4c58-b7ce-1d5b0b6f6c2f; dnsDisplayed=true; _sp_su=false; _sp_v1_ss=1:H4s";
    for own in [osano, sourcepoint] {
        for (mirrored, out, not) in [
            ("; usprivacy=1YYN", true, false),
            ("; usprivacy=1YNN", false, true),
            ("; usprivacy=1---", false, false),
            ("", false, false),
        ] {
            let field = HeaderValue::try_from(format!("_ga=GA1.1.1234.5678; {own}{mirrored}; theme=dark")).unwrap();
            let signals = read(&HeaderMap::from_iter([(COOKIE, field)]), &Readers::default());
            assert_eq!(signals.heard().contains(Signal::UsPrivacy), out, "{mirrored}");
            assert_eq!(signals.contrary().contains(Signal::UsPrivacy), not, "{mirrored}");
            assert_eq!(signals.heard().is_empty(), !out, "{mirrored}");
        }
        for pair in own.split("; ") {
            let (name, value) = pair.split_once('=').unwrap();
            for platform in Platform::ALL {
                assert_eq!(platform.read(name.as_bytes(), value.as_bytes(), &purposes(platform)), NOTHING, "{pair}");
            }
        }
    }
}

proptest! {
    #[test]
    fn damage_never_panics_nor_changes_between_two_readings(
        at in any::<prop::sample::Index>(),
        damage in prop_oneof![
            any::<[u8; 1]>().prop_map(Vec::from),
            "[%{}\\[\\]\":,&=\\\\]{1,4}".prop_map(String::into_bytes),
        ],
        replace: bool,
    ) {
        for (platform, name, out, not) in cookies() {
            for mut value in [out.into_bytes(), not.into_bytes()] {
                let at = at.index(value.len());
                value.splice(at..at + usize::from(replace), damage.iter().copied());
                let purposes = purposes(platform);
                let said = platform.read(name.as_bytes(), &value, &purposes);
                prop_assert_eq!(platform.read(name.as_bytes(), &value, &purposes), said);
                prop_assert!(said.opt_in().is_empty() && !said.is_under_16());
            }
        }
    }

    #[test]
    fn an_opt_out_is_heard_before_and_after_its_contrary(first: bool) {
        for (platform, name, key) in [
            (Platform::Transcend, "tcm", "SaleOfInfo"),
            (Platform::Shopify, "_cmp_a", "t"),
            (Platform::Iubenda, "_iub_cs-1", "5"),
        ] {
            let value = format!(r#"{{"purposes":{{"{key}":{first},"{key}":{}}}}}"#, !first);
            prop_assert_eq!(platform.read(name.as_bytes(), encoded(&value).as_bytes(), &purposes(platform)), OUT);
        }
    }
}
