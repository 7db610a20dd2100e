//! Requests that nobody's browser sends, over the whole way from the fields to the answer: nothing panics, nothing fails,
//! no opt-out is hidden, and twice the input takes twice the time.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use http::header::{COOKIE, HOST, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use tower::{Layer, Service, service_fn};
use tower_gpc::answer::{Answers, Persist};
use tower_gpc::signal::cmp::{Platform, Purposes};
use tower_gpc::signal::gpp::UsSection;
use tower_gpc::signal::{Readers, read};
use tower_gpc::{ConsentState, GpcLayer};

/// Every cookie that is read, one for each pattern at least, and some that are not.
static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let read = include_str!("../data/cookie-names.txt").lines();
    read.chain(["osano_consentmanager", "consentUUID", "theme"]).collect()
});

/// One opt-out of each kind.
const OPT_OUTS: [&str; 12] = [
    "__Host-privacy-opt-out=1.out.20780",
    "usprivacy=1YYN",
    "us_privacy=%7B%22uspString%22%3A%221YYN%22%7D",
    "__gpp=DBABBg~BUUAAACA.YA",
    "OTGPPConsent=DBABBg%7EBUUAAACA.YA",
    "OptanonConsent=isGpcEnabled=0&groups=C0001%3A1%2CC0004%3A0",
    "CookieConsent={stamp:%27x%27%2Cmarketing:false}",
    "tcm=%7B%22purposes%22%3A%7B%22SaleOfInfo%22%3Afalse%7D%7D",
    "cookieyes-consent=consent:no,action:yes,advertisement:no",
    "_iub_cs-2=%7B%22purposes%22%3A%7B%225%22%3Afalse%7D%7D",
    "cmplz_rt_marketing=deny",
    "gpcsignal=true",
];

/// Values of about this length that are meant to hurt whoever parses them.
fn bombs(length: usize) -> Vec<Vec<u8>> {
    let filled = |unit: &str| unit.bytes().cycle().take(length).collect::<Vec<u8>>();
    let mut bombs: Vec<Vec<u8>> = [
        "a",
        "%",
        "%2",
        "%25",
        "%E0%A4%A",
        "%zz",
        "%00",
        "%22",
        "%7B",
        "%7B%22a%22:",
        "%5B",
        "[",
        "{",
        "{\"a\":",
        "[[]",
        "\"",
        "\"\\",
        "\\u0022",
        "\\ud800",
        ":",
        ",",
        ":,",
        "C0004:1,",
        "C0004%3A1%2C",
        "groups=&",
        "=",
        "&",
        "&groups=",
        "~",
        ".",
        "DBABBg~",
        "_",
        "0",
        "1YYN",
        "-1,",
        "7_",
        "9999999999999999999,",
        "true",
        "1.out.",
        "eyJ",
        "e30=",
        "A",
        "+/",
        "'",
        "permit 1,",
        "yes,",
        "action:yes,",
        "\t",
        "\u{e9}",
        "null",
    ]
    .map(filled)
    .into();
    bombs.push(vec![0xff; length]);
    bombs.push((0..length).map(|at| 0x80 | at as u8).collect());
    // A structure that begins well and never ends.
    for start in [
        "{\"purposes\":",
        "%7B%22purposes%22%3A%7B",
        "isGpcEnabled=0&groups=",
        "DBACrzA~BVQVAAAAAgA.YA~",
        "{stamp:'",
        "{\"con\":{\"CMP\":",
        "{\"uspString\":\"",
        "DBAC",
        "1.out.2",
    ] {
        bombs.push([start.as_bytes(), &filled("{\"a\":")].concat());
        bombs.push([start.as_bytes(), &filled("%22%5C")].concat());
    }
    bombs
}

fn cookie(name: &str, value: &[u8]) -> Vec<u8> {
    [name.as_bytes(), b"=", value].concat()
}

fn headers(fields: &[&[u8]]) -> HeaderMap {
    fields.iter().map(|field| (COOKIE, HeaderValue::from_bytes(field).unwrap())).collect()
}

fn readers() -> Readers {
    let named = |platform, name| Purposes::new(platform, [name]).unwrap();
    Readers::default().platform(named(Platform::TrustArc, "3")).platform(named(Platform::Didomi, "sale"))
}

/// Everything that can be answered.
fn layer() -> GpcLayer {
    let answers = Answers::default()
        .opt_out_cookie(Persist::Always)
        .correct_onetrust(true)
        .publish_us_privacy(true)
        .publish_gpp([UsSection::National, UsSection::California]);
    GpcLayer::new().readers(readers()).answers(answers)
}

/// Sends these fields through the layer, and tells what the inner service learned of them.
fn through(layer: &GpcLayer, fields: &HeaderMap) -> (ConsentState, HeaderMap) {
    let mut request = Request::new(());
    *request.headers_mut() = fields.clone();
    request.headers_mut().insert(HOST, HeaderValue::from_static("www.shop.example"));
    let mut state = ConsentState::default();
    let mut service = layer.layer(service_fn(|request: Request<()>| {
        state = *request.extensions().get::<ConsentState>().unwrap();
        std::future::ready(Ok::<_, Infallible>(Response::new(String::new())))
    }));
    let Poll::Ready(response) = pin!(service.call(request)).poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("nothing here has to wait")
    };
    let head = response.unwrap().into_parts().0;
    assert_eq!(head.status, StatusCode::OK);
    (state, head.headers)
}

#[test]
fn an_opt_out_beside_a_bomb_in_any_cookie_is_heard() {
    let (readers, layer) = (readers(), layer());
    let mut opt_outs = OPT_OUTS.iter().cycle();
    for length in [1, 40, 4000, 8192] {
        for bomb in bombs(length) {
            for name in &*NAMES {
                let cookie = cookie(name, &bomb);
                let said = read(&headers(&[&cookie]), &readers);
                assert!(!said.together().is_under_16() && said.together().opt_in().is_empty());
                let opt_out = opt_outs.next().unwrap();
                let before = [opt_out.as_bytes(), b"; ", &cookie].concat();
                let after = [&cookie, &b"; "[..], opt_out.as_bytes()].concat();
                for fields in [&[&before[..]][..], &[&after], &[&cookie, opt_out.as_bytes()]] {
                    let fields = headers(fields);
                    let heard = read(&fields, &readers).heard();
                    let what = || format!("{opt_out} beside {name}={:.100}", bomb.escape_ascii());
                    assert!(!heard.is_empty(), "{}", what());
                    if length == 40 {
                        let (state, head) = through(&layer, &fields);
                        assert!(state.opted_out() && head.contains_key(SET_COOKIE), "{}", what());
                    }
                }
            }
        }
    }
}

#[test]
fn an_opt_out_among_a_thousand_cookies_or_fields_is_heard() {
    let (readers, layer) = (readers(), layer());
    for opt_out in OPT_OUTS {
        for at in [0, 1, 499, 999, 1000] {
            let mut pieces: Vec<Vec<u8>> =
                (0..1000).map(|n| cookie(NAMES[n % NAMES.len()], &bombs(3)[n % 40])).collect();
            pieces.insert(at, opt_out.into());
            let joined = headers(&[&pieces.join(&b"; "[..])]);
            let split = headers(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>());
            for fields in [joined, split] {
                assert!(!read(&fields, &readers).heard().is_empty(), "{opt_out} at {at}");
                let (state, head) = through(&layer, &fields);
                assert!(state.opted_out());
                let lines = head.get_all(SET_COOKIE).iter().count();
                assert!(lines <= 64, "{lines} lines for {opt_out} at {at}");
            }
        }
    }
}

#[test]
fn a_name_twice_over_is_an_opt_out_in_either_order() {
    for opt_out in OPT_OUTS {
        let name = opt_out.split('=').next().unwrap();
        for other in bombs(8).into_iter().chain([b"1YNN".into(), b"false".into(), b"allow".into(), b"1.in.1".into()]) {
            let other = cookie(name, &other);
            let both = [[opt_out.as_bytes(), &other], [&other, opt_out.as_bytes()]];
            for pair in both {
                for fields in [headers(&pair), headers(&[&pair.join(&b"; "[..])])] {
                    let said = read(&fields, &readers());
                    assert!(!said.heard().is_empty(), "{opt_out} beside {}", other.escape_ascii());
                }
            }
        }
    }
}

#[test]
fn cookies_say_the_same_however_http_2_splits_them() {
    // RFC 9113 §8.2.3: any of the pieces may come in a field of its own.
    let pieces = ["a=b", OPT_OUTS[0], "usprivacy=1YNN", OPT_OUTS[3], "x", "cmplz_marketing=allow", OPT_OUTS[5], "é=é"];
    let whole = headers(&[pieces.join("; ").as_bytes()]);
    let (layer, readers) = (layer(), readers());
    let want = (read(&whole, &readers), through(&layer, &whole));
    for cuts in 0..1 << (pieces.len() - 1) {
        let mut fields = vec![pieces[0].to_owned()];
        for (n, piece) in pieces[1..].iter().enumerate() {
            match cuts >> n & 1 {
                0 => fields.last_mut().unwrap().push_str(&format!("; {piece}")),
                _ => fields.push((*piece).to_owned()),
            }
        }
        let split = headers(&fields.iter().map(|field| field.as_bytes()).collect::<Vec<_>>());
        assert_eq!((read(&split, &readers), through(&layer, &split)), want, "{fields:?}");
    }
}

#[test]
fn a_pair_that_browsers_would_not_store_says_nothing_and_hides_nothing() {
    for opt_out in OPT_OUTS {
        let (name, value) = opt_out.split_once('=').unwrap();
        let long = cookie(name, &[value.as_bytes(), &b" ".repeat(8192), b"x"].concat());
        assert!(read(&headers(&[&long]), &readers()).heard().is_empty(), "{name}");
        let beside = [&long, &b"; "[..], opt_out.as_bytes()].concat();
        assert!(!read(&headers(&[&beside]), &readers()).heard().is_empty(), "{name}");
    }
}

/// Tries until sixteen times the input is seen to take less than 80 times the time; were it quadratic it would take 256.
/// A busy machine only takes more tries.
fn is_linear(mut work: impl FnMut(usize)) -> bool {
    let [mut short, mut long] = [Duration::MAX; 2];
    (0..200).any(|_| {
        for (size, best) in [(1, &mut short), (16, &mut long)] {
            let start = Instant::now();
            work(size);
            *best = start.elapsed().min(*best);
        }
        long < 80 * short
    })
}

#[test]
fn work_grows_with_the_length_of_a_value_and_no_faster() {
    let readers = readers();
    // As many bytes as a pair may have.
    let (short, long) = (bombs(240), bombs(240 * 16));
    for (short, long) in short.iter().zip(&long) {
        for name in &*NAMES {
            let fields = [short, long].map(|bomb| headers(&[&cookie(name, bomb)]));
            let linear = is_linear(|size| {
                let signals = read(&fields[size / 16], &readers);
                assert!(!signals.together().is_under_16());
            });
            assert!(linear, "{name}={:.100}", short.escape_ascii());
        }
    }
}

#[test]
fn work_grows_with_the_number_of_cookies_and_no_faster() {
    let layer = layer();
    let numbered: [&dyn Fn(usize) -> String; 8] = [
        &|_| "usprivacy=1YNN".into(),
        &|_| "__gpp=DBABBg~BUoAAABA.QA".into(),
        &|_| "__gpp_sid=7".into(),
        &|n| format!("cmplz_{n}=deny"),
        &|n| format!("_iub_cs-{n}=%7B%22purposes%22%3A%7B%221%22%3Afalse%7D%7D"),
        &|n| format!("us{n}=1YYN"),
        &|_| OPT_OUTS[0].into(),
        &|n| format!("{}=x", NAMES[n % NAMES.len()]),
    ];
    for cookies in numbered {
        let joined = [100, 1600].map(|count| {
            let pieces: Vec<_> = (0..count).map(cookies).chain(["usprivacy=1YYN".into()]).collect();
            headers(&[pieces.join("; ").as_bytes()])
        });
        let split = [100, 1600].map(|count| {
            let pieces: Vec<_> = (0..count).map(cookies).chain(["usprivacy=1YYN".into()]).collect();
            headers(&pieces.iter().map(|piece| piece.as_bytes()).collect::<Vec<_>>())
        });
        for fields in [joined, split] {
            let linear = is_linear(|size| assert!(through(&layer, &fields[size / 16]).0.opted_out()));
            assert!(linear, "{}", cookies(0));
        }
    }
}
