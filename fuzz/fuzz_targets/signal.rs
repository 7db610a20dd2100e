//! A good opt-out beside anything at all is heard, no cookie takes away what the others say, and nothing but an exact `1`
//! reads as the signal.

#![no_main]

#[path = "support/request.rs"]
mod request;

use http::{HeaderMap, Request};
use libfuzzer_sys::fuzz_target;
use request::Input;
use tower_gpc::consent::resolve;
use tower_gpc::signal::{Readers, Scope, Signal, Signals, read};

fuzz_target!(|data: &[u8]| {
    let Some(input) = Input::new(data) else { return };
    let readers = input.readers();
    let (by_sections, cookies) = (input.option(2), !input.option(6));
    let request = input.request();

    let signals = hear(&request, &readers);
    let gpc = request.headers().get_all("sec-gpc").iter().any(|value| value.as_bytes() == b"1");
    assert_eq!(signals.heard().contains(Signal::SecGpc), gpc);
    assert!(input.option(1) || !signals.heard().contains(Signal::Dnt));
    assert!(signals.together().opt_in().is_empty() && !signals.together().is_under_16());

    // What is appended is heard, whatever stands before it.
    let appended = |name: &'static str, value: &'static str| {
        let mut request = request.clone();
        request.headers_mut().append(name, value.parse().unwrap());
        hear(&request, &readers)
    };
    assert!(resolve(appended("sec-gpc", "1")).opted_out());
    if cookies {
        assert!(resolve(appended("cookie", "a=b; usprivacy=1YYN")).opted_out());
        assert!(appended("cookie", "\"; __Host-privacy-opt-out=1.out").heard().contains(Signal::OptOutCookie));
        assert!(appended("cookie", "cmplz_marketing=deny;").heard().contains(Signal::Complianz));
        assert!(by_sections || appended("cookie", "__gpp=DBABBg~BUUAAACA.YA").heard().contains(Signal::Gpp));
    }

    // Nothing that is added opts anybody in, but for a list of sections, where the site believes it.
    if !by_sections {
        let fields: &HeaderMap = request.headers();
        assert!(signals.together().scope().contains(read(fields, &readers).together().scope()), "without the query");
        let fields: Vec<_> = request.headers().get_all("cookie").iter().cloned().collect();
        for without in 0..fields.len() {
            let mut less = request.clone();
            less.headers_mut().remove("cookie");
            for (n, field) in fields.iter().enumerate().filter(|(n, _)| *n != without) {
                assert_ne!(n, without);
                less.headers_mut().append("cookie", field.clone());
            }
            let less = hear(&less, &readers).together().scope();
            assert!(signals.together().scope().contains(less), "{:?}", fields[without]);
        }
    }

    // One field or many: HTTP/2 splits them.
    let mut joined = request.clone();
    joined.headers_mut().remove("cookie");
    let fields: Vec<_> = request.headers().get_all("cookie").iter().map(|field| field.as_bytes()).collect();
    joined.headers_mut().insert("cookie", http::HeaderValue::from_bytes(&fields.join(&b"; "[..])).unwrap());
    assert_eq!(hear(&joined, &readers), signals);
});

fn hear(request: &Request<()>, readers: &Readers) -> Signals {
    let signals = read(request, readers);
    assert_eq!(read(request, readers), signals);
    let out = signals.together().scope().intersects(Scope::ALL_ADVERTISING);
    assert_eq!(resolve(signals).opted_out(), out);
    assert_eq!(signals.heard().is_empty(), signals.together().scope().is_empty());
    signals
}
