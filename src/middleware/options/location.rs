//! `locator`: a network by name, or two fields.

use serde::Deserialize;

use crate::consent::{Cdn, Locator};
use crate::error::ConfigError;

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a network such as \"cloudflare\", or { country = \"x-country\", region = \"x-region\" }"
)]
pub(super) enum Location {
    Network(Cdn),
    Fields(Fields),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fields {
    country: String,
    region: String,
}

impl Location {
    pub(super) fn locator(&self) -> Result<Locator, ConfigError> {
        match self {
            Self::Network(cdn) => Ok(Locator::cdn(*cdn)),
            Self::Fields(fields) => Locator::headers(&fields.country, &fields.region),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ConfigErrorKind::{self, Name, Syntax};
    use crate::middleware::options::tests::check;

    #[derive(Deserialize)]
    struct Text {
        locator: Location,
    }

    #[test]
    fn a_locator_is_a_network_or_two_fields() {
        for (text, want) in [
            ("'cloudflare'", &["cf-ipcountry", "cf-region-code"][..]),
            ("'fastly'", &["fastly-geo-country", "fastly-geo-region"]),
            ("'cloudfront'", &["cloudfront-viewer-country", "cloudfront-viewer-country-region"]),
            ("'vercel'", &["x-vercel-ip-country", "x-vercel-ip-country-region"]),
            ("'akamai'", &["x-akamai-edgescape"]),
            ("{ country = 'X-Country', region = 'X-Region' }", &["x-country", "x-region"]),
            ("{ country = 'x-place', region = 'x-place' }", &["x-place"]),
        ] {
            let text: Text = toml::from_str(&format!("locator = {text}")).unwrap();
            let locator = text.locator.locator().unwrap();
            assert_eq!(locator.fields().unwrap(), want);
        }
    }

    #[test]
    fn errors_name_file_line_and_field() {
        let table: &[(&str, ConfigErrorKind, &[&str])] = &[
            ("locator = 'nowhere'", Syntax, &["gpc.toml:1: locator: ", "cloudflare", "country"]),
            ("\nlocator = 7", Syntax, &["gpc.toml:2: locator: ", "cloudflare"]),
            ("locator = { country = 'x-country' }", Syntax, &["gpc.toml:1: locator", "region"]),
            ("locator = { country = 'a', region = 'b', city = 'c' }", Syntax, &["gpc.toml:1: locator", "region"]),
            ("locator = { country = 'a b', region = 'c' }", Name, &["gpc.toml:1: locator", "a b"]),
            ("\n[locator]\ncountry = 'a'\nregion = ''", Name, &["gpc.toml:2: locator: ", "not the name"]),
        ];
        for (text, kind, parts) in table {
            check(text, *kind, parts);
        }
    }
}
