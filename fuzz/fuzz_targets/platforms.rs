//! Cookies of consent platforms: an opt-out beside anything at all is heard, and what a naive search finds is what is read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tower_gpc::signal::cmp::{Platform, Purposes};
use tower_gpc::signal::{Scope, Statement};

const OUT: Statement = Statement::opted_out(Scope::ALL_ADVERTISING);

/// Each platform, its cookies, and what sets purposes that have no default.
const PLATFORMS: [(Platform, &[&str], &[&str]); 12] = [
    (Platform::OneTrust, &["OptanonConsent", "OneTrustWPCCPAGoogleOptOut"], &[]),
    (Platform::Cookiebot, &["CookieConsent"], &[]),
    (Platform::TrustArc, &["cmapi_cookie_privacy", "notice_preferences", "notice_gdpr_prefs"], &["3"]),
    (Platform::Didomi, &["didomi_token"], &["sale"]),
    (Platform::Ketch, &["_ketch_consent_v1_", "_swb_consent_", "gpcsignal"], &[]),
    (Platform::Transcend, &["tcm"], &[]),
    (Platform::CookieYes, &["cookieyes-consent"], &[]),
    (Platform::Shopify, &["_tracking_consent", "_cmp_a"], &[]),
    (Platform::Iubenda, &["_iub_cs-1", "_iub_cs-1-uspr"], &[]),
    (Platform::Complianz, &["cmplz_marketing", "cmplz_rt_marketing"], &[]),
    (Platform::Osano, &["osano_consentmanager"], &[]),
    (Platform::Sourcepoint, &["consentUUID"], &[]),
];

fuzz_target!(|data: &[u8]| {
    let Some((&choice, value)) = data.split_first() else { return };
    let (platform, names, named) = PLATFORMS[usize::from(choice) % PLATFORMS.len()];
    let name = names[usize::from(choice) / PLATFORMS.len() % names.len()];
    let purposes = match named {
        [] => Purposes::of(platform),
        named => Purposes::new(platform, named.iter().copied()).unwrap(),
    };
    let read = |value: &[u8]| platform.read(name.as_bytes(), value, &purposes);

    let said = read(value);
    assert_eq!(read(value), said);
    assert!(said.opt_in().is_empty() && !said.is_under_16() && !said.scope().contains(Scope::SENSITIVE));
    if name.len() + value.len() > 4096 - 64 {
        return;
    }
    match platform {
        Platform::OneTrust if name == "OptanonConsent" => {
            // Without a "=" the whole value is percent-encoded.
            if value.contains(&b'=') {
                assert!(read(&[b"isGpcEnabled=1&", value].concat()).scope() == Scope::ALL_ADVERTISING);
                assert!(read(&[value, b"&groups=C0001:1,C0004%3A0"].concat()).scope() == Scope::ALL_ADVERTISING);
                assert_eq!(
                    value.split(|&byte| byte == b'&').any(|p| p == b"isGpcEnabled=1" || p == b"browserGpcFlag=1")
                        || naive_groups(value),
                    !said.scope().is_empty()
                );
            }
        }
        Platform::OneTrust => exactly(said, value == b"true", value == b"false"),
        Platform::Cookiebot => {
            let decoded = decoded(value);
            let decoded = decoded.trim_ascii();
            if decoded.starts_with(b"{") {
                assert_eq!(read(&[decoded, b",marketing:false"].concat()), OUT);
            } else {
                exactly(said, decoded == b"0", false);
            }
        }
        Platform::TrustArc => {
            let digits: Vec<u8> = decoded(value).iter().copied().filter(u8::is_ascii_digit).collect();
            assert!(!digits.is_empty() || said == Statement::nothing());
        }
        Platform::Didomi | Platform::Ketch | Platform::Transcend | Platform::Shopify | Platform::Iubenda => {
            let (opening, closing, refusal) = match (platform, name) {
                (Platform::Didomi, _) => (r#""purposes":{"disabled":["#, "]}", r#""purposes":{"disabled":["sale"]}"#),
                (_, "_ketch_consent_v1_") => (r#""x":["#, "]", r#""data_broking":{"status":"denied"}"#),
                (_, "_swb_consent_") => (r#""x":["#, "]", r#""purposes":{"data_broking":{"allowed":"false"}}"#),
                (Platform::Transcend, _) => (r#""x":["#, "]", r#""purposes":{"SaleOfInfo":false}"#),
                (Platform::Shopify, _) => (r#""x":["#, "]", r#""con":{"CMP":{"s":"0"}}"#),
                (_, "_iub_cs-1") => (r#""x":["#, "]", r#""purposes":{"5":false}"#),
                (Platform::Iubenda, _) => (r#""x":["#, "]", r#""s":false"#),
                _ => return exactly(said, value == b"true", false),
            };
            let encode = |text: &[u8]| match platform {
                Platform::Didomi | Platform::Ketch => base64(text),
                _ => text.iter().flat_map(|byte| format!("%{byte:02X}").into_bytes()).collect(),
            };
            // A refusal is heard before anything at all, and after any string.
            let before = [b"{", refusal.as_bytes(), b",", value].concat();
            let text: String = value.iter().map(|&byte| char::from(byte)).filter(char::is_ascii_alphanumeric).collect();
            let after = format!("{{{opening}\"{text}\"{closing},{refusal}}}");
            for json in [before, after.into_bytes()] {
                let value = encode(&json);
                if name.len() + value.len() <= 4096 {
                    assert!(read(&value).scope().contains(Scope::SALE), "{}", json.escape_ascii());
                }
            }
        }
        Platform::CookieYes => {
            let decoded = decoded_marks(value);
            let items: Vec<_> = decoded.split(|&byte| byte == b',').collect();
            let acted = items.contains(&&b"action:yes"[..]);
            assert_eq!(!said.scope().is_empty(), acted && items.contains(&&b"advertisement:no"[..]));
            assert_eq!(read(&[value, b",action:yes,advertisement:no"].concat()), OUT);
        }
        Platform::Complianz => exactly(said, value == b"deny", value == b"allow"),
        _ => exactly(said, false, false),
    }
});

fn exactly(said: Statement, out: bool, not: bool) {
    assert_eq!((!said.scope().is_empty(), said.is_contrary()), (out, not));
}

/// Whether a group of sale or sharing is refused, by splitting and nothing else.
fn naive_groups(value: &[u8]) -> bool {
    value.split(|&byte| byte == b'&').filter_map(|parameter| parameter.strip_prefix(b"groups=")).any(|list| {
        decoded_marks(list).split(|&byte| byte == b',').filter_map(|item| item.strip_suffix(b":0")).any(|group| {
            [&b"C0004"[..], b"C0005", b"SPD_BG", b"SSPD_BG"].contains(&group)
                || group.starts_with(b"BG") && !group.contains(&b':')
        })
    })
}

/// With commas and colons in the clear, and all else as it is.
fn decoded_marks(value: &[u8]) -> Vec<u8> {
    let mut text: String = value.iter().map(|&byte| char::from(byte)).collect();
    for (encoded, mark) in [("%2C", ","), ("%2c", ","), ("%3A", ":"), ("%3a", ":")] {
        text = text.replace(encoded, mark);
    }
    text.chars().map(|byte| u8::try_from(byte).unwrap()).collect()
}

fn decoded(mut value: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    while let Some((&byte, rest)) = value.split_first() {
        let digits = rest.get(..2).filter(|digits| byte == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let code = digits.and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        output.push(code.unwrap_or(byte));
        value = if code.is_some() { &rest[2..] } else { rest };
    }
    output
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut output = Vec::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0; 4];
        group[1..=chunk.len()].copy_from_slice(chunk);
        let group = u32::from_be_bytes(group);
        let digits = (0..=chunk.len()).map(|i| ALPHABET[(group >> (18 - 6 * i)) as usize & 63]);
        output.extend(digits);
    }
    output
}
