use http::header::COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use proptest::prelude::*;

use super::read::read_raw;
use super::*;

const OWN: &str = OptOutCookie::DEFAULT_NAME;

fn head(fields: &[(HeaderName, &[u8])]) -> HeaderMap {
    fields.iter().map(|(name, value)| (name.clone(), HeaderValue::from_bytes(value).unwrap())).collect()
}

/// The opt-out that a signal says.
fn said(signal: Signal) -> Statement {
    Statement::opted_out(match signal {
        Signal::UsPrivacy => Scope::SALE | Scope::SHARING,
        _ => Scope::ALL_ADVERTISING,
    })
}

fn signals(heard: &[Signal], contrary: &[Signal]) -> Signals {
    let mut signals = Signals::default();
    heard.iter().for_each(|&signal| signals.add(signal, said(signal)));
    contrary.iter().for_each(|&signal| signals.add(signal, Statement::not_opted_out()));
    signals
}

/// Compares what was said, and not what else was seen on the way.
fn assert_said(got: Signals, want: Signals, input: &dyn std::fmt::Display) {
    let said = |signals: Signals| (signals.heard(), signals.contrary(), signals.together());
    assert_eq!(said(got), said(want), "{input}");
}

/// Reads cookie fields the slow and obvious way.
fn oracle(fields: &[Vec<u8>], own: &str) -> Signals {
    let mut signals = Signals::default();
    for piece in fields.iter().flat_map(|field| field.split(|&byte| byte == b';')) {
        let Some(equals) = piece.iter().position(|&byte| byte == b'=') else { continue };
        // One char a byte, so that text functions can be used on any bytes.
        let text = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
        let (name, value) = (text(&piece[..equals]), text(&piece[equals + 1..]));
        let (name, value) = (name.trim_matches([' ', '\t']), value.trim_matches([' ', '\t']));
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        match name {
            _ if name == own => {
                let fields: Vec<_> = value.split('.').collect();
                let version = !fields[0].is_empty() && fields[0].chars().all(|c| c.is_ascii_digit());
                if version && fields.get(1) == Some(&"out") {
                    signals.add(Signal::OptOutCookie, said(Signal::OptOutCookie));
                }
            }
            "usprivacy" | "us_privacy" | "us-privacy" => {
                let letters: Vec<_> = value.to_uppercase().chars().collect();
                match letters[..] {
                    ['1', 'Y' | 'N' | '-', 'Y', 'Y' | 'N' | '-'] => {
                        signals.add(Signal::UsPrivacy, said(Signal::UsPrivacy))
                    }
                    ['1', 'Y' | 'N' | '-', 'N', 'Y' | 'N' | '-'] => {
                        signals.add(Signal::UsPrivacy, Statement::not_opted_out())
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    signals
}

#[test]
fn the_header_counts_for_every_method() {
    for method in ["GET", "HEAD", "POST", "OPTIONS", "BREW"] {
        let request = Request::builder().method(method).header(SEC_GPC, "1").body(()).unwrap();
        assert_said(read(request.headers(), &Readers::default()), signals(&[Signal::SecGpc], &[]), &method);
    }
}

#[test]
fn dnt_has_no_effect() {
    let headers = head(&[(HeaderName::from_static("dnt"), b"1"), (COOKIE, b"DNT=1; dnt=1")]);
    assert_eq!(read(&headers, &Readers::default()), Signals::default());
}

#[test]
fn an_opt_out_in_the_second_cookie_field_is_seen_beside_a_bad_first() {
    let bad: [&[u8]; 6] =
        [b"name=caf\xe9", b"\xff\xfe\xfd", b"=", b";;;===;\"", b"\t", b"__Host-privacy-opt-out=\"1.out"];
    for bad in bad {
        for (good, want) in [
            (&b"__Host-privacy-opt-out=1.out.20780"[..], Signal::OptOutCookie),
            (b"a=b; __Host-privacy-opt-out=1.out.20780; c=d", Signal::OptOutCookie),
            (b"us_privacy=1YYN", Signal::UsPrivacy),
        ] {
            let split = head(&[(COOKIE, bad), (COOKIE, b"a=1"), (COOKIE, good)]);
            assert_said(read(&split, &Readers::default()), signals(&[want], &[]), &bad.escape_ascii());
            let joined = head(&[(COOKIE, &[bad, b"; ", good].concat())]);
            assert_said(read(&joined, &Readers::default()), signals(&[want], &[]), &bad.escape_ascii());
        }
    }
}

#[test]
fn an_over_long_cookie_hides_none_beside_it() {
    let long = "usprivacy=".to_owned() + &"1YYN".repeat(2048);
    for field in
        [format!("{long}; {OWN}=1.out.1"), format!("{OWN}=1.out.1; {long}"), format!("{OWN}={long};{OWN}=1.out")]
    {
        assert_said(read_raw(&[field.into()], &Readers::default()), signals(&[Signal::OptOutCookie], &[]), &"");
    }
}

#[test]
fn ten_thousand_hostile_cookies_hide_none_behind_them() {
    for piece in [
        "privacy",
        "privacy;",
        "usprivacy=",
        "usprivacy;=",
        "__Host-privacy-opt-out",
        "__Host-privacy-opt-out=;",
        " \t",
    ] {
        let field = piece.repeat(10_000) + ";us_privacy=1YYN";
        assert_said(read_raw(&[field.into()], &Readers::default()), signals(&[Signal::UsPrivacy], &[]), &piece);
    }
}

#[test]
fn what_is_turned_off_is_not_read() {
    let headers = head(&[(SEC_GPC, b"1"), (COOKIE, b"__Host-privacy-opt-out=1.out; usprivacy=1YYN; own=1.out")]);
    let all = [Signal::SecGpc, Signal::OptOutCookie, Signal::UsPrivacy];
    let table = [
        (Readers::default(), &all[..]),
        (Readers::default().opt_out_cookie("own").unwrap(), &all),
        (Readers::default().opt_out_cookie("other").unwrap(), &[Signal::SecGpc, Signal::UsPrivacy]),
        (Readers::default().us_privacy(false), &[Signal::SecGpc, Signal::OptOutCookie]),
        (Readers::default().us_privacy(false).us_privacy(true), &all),
        (Readers::default().cookies(false), &[Signal::SecGpc]),
    ];
    for (readers, want) in table {
        assert_said(read(&headers, &readers), signals(want, &[]), &format!("{readers:?}"));
    }
}

/// Names of the opt-out cookie, among them short ones and ones much like another that is read.
fn own_names() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just(OWN), prop::sample::select(vec!["o", "optout12", "optout123", "us", "privacy", "us-privacy-own"])]
}

/// A piece that is nearly right more often than not.
fn pieces(own: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let names =
        vec![own, own, "usprivacy", "us_privacy", "us-privacy", "usprivac", "xusprivacy", "privacy", "theme", ""];
    let values =
        vec!["1.out.20780", "2.out", "3.out.7=x", "1.in.3", "1YYN", "1YNN", "1---", "1-y-", "1YYNN", "=1YYN", "x"];
    let blanks = || prop::sample::select(vec![&b""[..], b"", b"", b" ", b"\t", b" \t ", b"\0", b"\n", b"\xa0", b"x"]);
    let quotes = || prop::sample::select(vec![&b""[..], b"", b"", b"\""]);
    let equals = prop::sample::select(vec![&b"="[..], b"=", b"=", b"", b"=="]);
    let scraps = prop::collection::vec(any::<u8>(), 0..40);
    let name = prop_oneof![9 => prop::sample::select(names).prop_map(Vec::from), 1 => scraps.clone()];
    let value = prop_oneof![9 => prop::sample::select(values).prop_map(Vec::from), 1 => scraps];
    (blanks(), name, blanks(), equals, blanks(), (quotes(), value, quotes()), blanks())
        .prop_map(|(a, name, b, equals, c, (d, value, e), f)| [a, &name, b, equals, c, d, &value, e, f].concat())
}

/// A few fields, short and long ones.
fn fields(own: &'static str) -> impl Strategy<Value = Vec<Vec<u8>>> {
    let field = |most| prop::collection::vec(pieces(own), 0..most).prop_map(|pieces| pieces.join(&b';'));
    prop::collection::vec(prop_oneof![field(4), field(40)], 0..4)
}

/// A pair that says "opted out", in one of the ways in which it may be written.
fn good_pair() -> impl Strategy<Value = (Signal, Vec<u8>)> {
    let own = (Just(Signal::OptOutCookie), Just(OWN), prop::sample::select(vec!["1.out.20780", "1.out", "7.out.x.y"]));
    let names = prop::sample::select(vec!["usprivacy", "us_privacy", "us-privacy"]);
    let us = (Just(Signal::UsPrivacy), names, prop::sample::select(vec!["1YYN", "1-Y-", "1nyY"]));
    let blank = || prop::sample::select(vec!["", " ", "\t", " \t "]);
    let quote = prop::sample::select(vec!["", "\""]);
    (prop_oneof![own, us], blank(), blank(), blank(), blank(), quote).prop_map(
        |((signal, name, value), a, b, c, d, quote)| {
            (signal, format!("{a}{name}{b}={c}{quote}{value}{quote}{d}").into_bytes())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn cookies_are_read_as_by_the_naive_oracle(
        (own, fields) in own_names().prop_flat_map(|own| (Just(own), fields(own))),
    ) {
        let readers = Readers::default().opt_out_cookie(own).unwrap();
        // Field by field, so that one signal does not stand in for another that was missed.
        for field in fields {
            let field = [field];
            assert_said(read_raw(&field, &readers), oracle(&field, own), &field[0].escape_ascii());
        }
    }

    #[test]
    fn a_good_opt_out_is_heard_wherever_it_stands(
        mut fields in fields("theme"),
        (signal, pair) in good_pair(),
        at in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        own_field in any::<bool>(),
    ) {
        if own_field || fields.is_empty() {
            fields.insert(at.index(fields.len() + 1), pair);
        } else {
            // Between two pieces of a field that is there.
            let index = at.index(fields.len());
            let mut pieces: Vec<&[u8]> = fields[index].split(|&byte| byte == b';').collect();
            pieces.insert(place.index(pieces.len() + 1), &pair);
            fields[index] = pieces.join(&b';');
        }
        prop_assert!(read_raw(&fields, &Readers::default()).heard().contains(signal));
    }

    #[test]
    fn well_formed_cookies_are_read_as_the_cookie_crate_reads_them(
        pairs in prop::collection::vec(
            (
                prop_oneof![prop::sample::select(vec![OWN, "usprivacy", "us-privacy"]).prop_map(str::to_owned), "[a-zA-Z_-]{1,8}"],
                prop_oneof![prop::sample::select(vec!["1.out.7", "1YYN", "1YNN"]).prop_map(str::to_owned), "[!#-+--:<-\\[\\]-~]{0,12}"],
            ),
            0..8,
        ),
    ) {
        let field = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let parsed: Vec<_> = ::cookie::Cookie::split_parse(&field).map(Result::unwrap).collect();
        prop_assert_eq!(parsed.len(), pairs.len());
        let has = |name: &str, value: &str| parsed.iter().any(|cookie| cookie.name_value() == (name, value));
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&field).unwrap())]);
        let read = read(&headers, &Readers::default());
        // The values from which the names above can make a signal; random ones never look like these.
        prop_assert_eq!(read.heard().contains(Signal::OptOutCookie), has(OWN, "1.out.7"));
        let us = |value| has("usprivacy", value) || has("us-privacy", value);
        prop_assert_eq!(read.heard().contains(Signal::UsPrivacy), us("1YYN"));
        prop_assert_eq!(read.contrary().contains(Signal::UsPrivacy), us("1YNN"));
    }
}

#[test]
fn the_list_of_cookies_that_hostile_requests_are_made_of_is_whole() {
    use cmp::{Platform, Purposes};
    let names: Vec<_> = include_str!("../../tests/data/cookie-names.txt").lines().collect();
    let readers = Readers::default()
        .platform(Purposes::new(Platform::TrustArc, ["3"]).unwrap())
        .platform(Purposes::new(Platform::Didomi, ["sale"]).unwrap());
    for name in &names {
        assert!(readers.reader(name.as_bytes()).is_some(), "{name} is not read");
    }
    for pattern in Platform::ALL.into_iter().flat_map(Platform::cookies) {
        assert!(names.iter().any(|name| pattern.matches(name.as_bytes())), "{pattern:?} is missing");
    }
    for name in us_privacy::COOKIES.into_iter().chain([OWN, "__gpp", "__gpp_sid", "OTGPPConsent"]) {
        assert!(names.contains(&name), "{name} is missing");
    }
}
