use http::{HeaderValue, Request};
use proptest::prelude::*;

use super::*;

const ALL: [Cdn; 5] = [Cdn::Cloudflare, Cdn::Fastly, Cdn::CloudFront, Cdn::Vercel, Cdn::Akamai];

fn head(fields: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

fn located(locator: &Locator, fields: &[(&str, &str)]) -> String {
    locator.locate(&Head::from(&head(fields))).to_string()
}

#[test]
fn each_network_is_read_in_its_own_fields_and_no_other() {
    let table: [(Cdn, &[(&str, &str)]); 5] = [
        (Cdn::Cloudflare, &[("CF-IPCountry", "US"), ("CF-Region-Code", "CA")]),
        (Cdn::Fastly, &[("Fastly-Geo-Country", "US"), ("Fastly-Geo-Region", "CA")]),
        (Cdn::CloudFront, &[("CloudFront-Viewer-Country", "US"), ("CloudFront-Viewer-Country-Region", "CA")]),
        (Cdn::Vercel, &[("X-Vercel-IP-Country", "US"), ("X-Vercel-IP-Country-Region", "CA")]),
        (Cdn::Akamai, &[("X-Akamai-Edgescape", "georegion=246,country_code=US,region_code=CA,city=SANJOSE")]),
    ];
    for (sender, fields) in table {
        for cdn in ALL {
            let want = if cdn == sender { "US-CA" } else { "unknown" };
            assert_eq!(located(&Locator::cdn(cdn), fields), want, "{cdn:?} reads {sender:?}");
        }
        let names: Vec<_> = fields.iter().map(|(name, _)| HeaderName::try_from(*name).unwrap()).collect();
        assert_eq!(Locator::cdn(sender).fields().unwrap(), names, "{sender:?}");
    }
}

#[test]
fn what_is_missing_or_said_twice_is_not_guessed() {
    let (country, region) = ("cf-ipcountry", "cf-region-code");
    let table: &[(&[(&str, &str)], &str)] = &[
        (&[], "unknown"),
        (&[(country, "US")], "US"),
        (&[(region, "CA")], "unknown"),
        (&[(region, "US-CA")], "US-CA"),
        (&[(country, "XX"), (region, "CA")], "unknown"),
        (&[(country, "T1")], "unknown"),
        (&[(country, "DE"), (region, "BE")], "outside the US"),
        (&[(country, "us"), (region, " ca ")], "US-CA"),
        (&[(country, "US"), (country, "US"), (region, "CA")], "US-CA"),
        (&[(country, "US"), (country, "DE"), (region, "CA")], "unknown"),
        (&[(country, "DE"), (country, "US")], "unknown"),
        (&[(country, "US"), (country, "")], "unknown"),
        (&[(country, "US"), (region, "CA"), (region, "NV")], "unknown"),
        (&[(country, "US, DE"), (region, "CA")], "unknown"),
        (&[(country, "US"), (region, "CA, NV")], "US"),
        (&[(country, "U\u{17f}"), (region, "CA")], "unknown"),
    ];
    for (fields, want) in table {
        assert_eq!(located(&Locator::cdn(Cdn::Cloudflare), fields), *want, "{fields:?}");
    }
}

#[test]
fn edgescape_pairs_are_read_by_whole_keys() {
    for (field, want) in [
        ("georegion=246,country_code=US,region_code=CA,city=SANJOSE,dma=807,zip=95101+95103", "US-CA"),
        ("region_code=CA,country_code=US", "US-CA"),
        (" country_code = US , region_code = CA ", "US-CA"),
        ("country_code=US", "US"),
        ("country_code=US,region_code=", "US"),
        ("country_code=US,region_code", "US"),
        ("country_code=reserved", "unknown"),
        ("country_code=DE,region_code=BE", "outside the US"),
        ("region_code=CA", "unknown"),
        ("xcountry_code=US,region_codes=CA", "unknown"),
        ("city=country_code=US", "unknown"),
        ("country_code=US,country_code=US,region_code=CA", "US-CA"),
        ("country_code=US,region_code=CA,country_code=DE", "unknown"),
        ("country_code=US,region_code=CA,region_code=NV", "unknown"),
        ("country_code==US", "unknown"),
        (",,=,", "unknown"),
        ("", "unknown"),
    ] {
        assert_eq!(located(&Locator::cdn(Cdn::Akamai), &[("x-akamai-edgescape", field)]), want, "{field}");
    }
    let twice = [("x-akamai-edgescape", "country_code=US"), ("x-akamai-edgescape", "country_code=DE")];
    assert_eq!(located(&Locator::cdn(Cdn::Akamai), &twice), "unknown");
}

#[test]
fn fields_of_your_own_may_be_one() {
    let two = Locator::headers("X-Country", "X-Region").unwrap();
    assert_eq!(located(&two, &[("x-country", "US"), ("x-region", "CO")]), "US-CO");
    let one = Locator::headers("X-Place", "x-place").unwrap();
    assert_eq!(one.fields().unwrap(), ["x-place"]);
    assert_eq!(located(&one, &[("x-place", "US-CO")]), "US-CO");
    assert_eq!(located(&one, &[("x-place", "US")]), "US");
    assert_eq!(located(&one, &[("x-place", "CO")]), "outside the US");

    for (country, region) in [("", "x"), ("x", ""), ("a b", "x"), ("x", "a:")] {
        let error = Locator::headers(country, region).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::Name, "{country:?} {region:?}");
        assert!(error.to_string().ends_with("is not the name of a header field"), "{error}");
    }
}

#[test]
fn a_resolver_sees_the_whole_head() {
    let locator = Locator::custom(|head| match head.uri() {
        Some(uri) if uri.path() == "/ca" => Jurisdiction::parse("US-CA"),
        _ => Jurisdiction::UNKNOWN,
    });
    let request = Request::get("/ca").body(()).unwrap();
    assert_eq!(locator.clone().locate(&Head::from(&request)).state(), Some("CA"));
    assert!(locator.locate(&Head::from(request.headers())).is_unknown());
}

#[test]
fn a_locator_shows_what_it_believes() {
    assert_eq!(format!("{:?}", Locator::cdn(Cdn::Akamai)), r#"Locator { fields: ["x-akamai-edgescape"] }"#);
    assert_eq!(format!("{:?}", Locator::custom(|_| Jurisdiction::US)), "Locator { .. }");
}

#[test]
fn networks_are_written_as_their_operators_write_them() {
    for (cdn, name) in ALL.into_iter().zip(["cloudflare", "fastly", "cloudfront", "vercel", "akamai"]) {
        assert_eq!(serde_json::to_value(cdn).unwrap(), name);
        assert_eq!(serde_json::from_value::<Cdn>(name.into()).unwrap(), cdn);
    }
    assert_eq!(serde_json::from_value::<Cdn>("cloud-front".into()).unwrap(), Cdn::CloudFront);
}

/// Values that are nearly right.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let bits: &[&[u8]] =
        &[b"US", b"CA", b"us", b"DE", b"XX", b"-", b",", b"=", b" ", b"country_code=", b"region_code="];
    prop::collection::vec(prop_oneof![prop::sample::select(bits), Just(&b"\xff"[..])], 0..8)
        .prop_map(|bits| bits.concat())
}

proptest! {
    #[test]
    fn two_different_values_of_a_field_are_never_believed(
        values in prop::collection::vec((0usize..4, hostile()), 0..6), which in 0usize..5
    ) {
        let locator = Locator::cdn(ALL[which]);
        let fields = locator.fields().unwrap();
        let mut headers = HeaderMap::new();
        for (field, value) in &values {
            headers.append(&fields[field % fields.len()], HeaderValue::from_bytes(value).unwrap());
        }
        let place = locator.locate(&Head::from(&headers));
        let contradicts = |name| headers.get_all(name).iter().any(|value| value != headers[name]);
        if fields.iter().any(contradicts) {
            prop_assert!(place.is_unknown(), "{place}");
        }
        // Order among fields, and repetition, mean nothing.
        let mut again = HeaderMap::new();
        for name in fields.iter().rev() {
            for value in headers.get_all(name).iter().flat_map(|value| [value, value]) {
                again.append(name, value.clone());
            }
        }
        prop_assert_eq!(locator.locate(&Head::from(&again)), place);
    }
}
