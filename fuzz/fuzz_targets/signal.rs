//! A good opt-out beside anything at all is heard, and nothing else reads as one by way of `Sec-GPC`.

#![no_main]

use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use tower_gpc::consent::resolve;
use tower_gpc::signal::{Readers, Signal, read};

fuzz_target!(|data: &[u8]| {
    let readers = Readers::default();
    let mut headers = HeaderMap::new();
    for (n, field) in data.split(|&byte| byte == b'\n').enumerate() {
        if let Ok(value) = HeaderValue::from_bytes(field) {
            headers.append(if n % 4 == 3 { "sec-gpc" } else { "cookie" }, value);
        }
    }
    let signals = read(&headers, &readers);
    let gpc = headers.get_all("sec-gpc").iter().any(|value| value.as_bytes() == b"1");
    assert_eq!(signals.heard().contains(Signal::SecGpc), gpc);
    assert_eq!(resolve(signals).opted_out(), !signals.heard().is_empty());

    headers.append("cookie", HeaderValue::from_static("a=b; usprivacy=1YYN"));
    assert!(resolve(read(&headers, &readers)).opted_out());
});
