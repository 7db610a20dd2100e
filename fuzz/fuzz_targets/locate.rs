//! Whatever the fields hold, a state is only said of one country field that says so, and never of two that differ.

#![no_main]

use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use tower_gpc::consent::{Cdn, Jurisdiction, Locator};
use tower_gpc::signal::Head;

fuzz_target!(|data: &[u8]| {
    let Some((&which, data)) = data.split_first() else { return };
    let locator = Locator::cdn(match which % 5 {
        0 => Cdn::Cloudflare,
        1 => Cdn::Fastly,
        2 => Cdn::CloudFront,
        3 => Cdn::Vercel,
        _ => Cdn::Akamai,
    });
    let fields = locator.fields().unwrap();
    let mut headers = HeaderMap::new();
    for (n, value) in data.split(|&byte| byte == b'\n').enumerate() {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(&fields[n % fields.len()], value);
        }
    }
    let place = locator.locate(&Head::from(&headers));
    assert_eq!(Jurisdiction::parse(&place.to_string()), place);
    for field in fields {
        if headers.get_all(field).iter().any(|value| value != headers[field]) {
            assert!(place.is_unknown());
        }
    }

    // One more value of the country's field, unlike any before, and nothing is believed.
    headers.append(&fields[0], HeaderValue::from_static("US-CA, differs"));
    if headers.get_all(&fields[0]).iter().count() > 1 && headers[&fields[0]] != "US-CA, differs" {
        assert!(locator.locate(&Head::from(&headers)).is_unknown());
    }
});
