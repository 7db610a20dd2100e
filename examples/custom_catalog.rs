//! Vendors and a policy of one's own: a house pixel is added, a vendor is removed, another is allowed by contract.
//!
//! ```sh
//! cargo run --example custom_catalog
//! ```

use std::collections::VecDeque;
use std::sync::Arc;

use tower_gpc::catalog::Purpose;
use tower_gpc::html::{FilterOptions, TagFilter};
use tower_gpc::policy::{Action, Rules};
use tower_gpc::{Catalog, GpcLayer, Policy};

const MINE: &str = r#"
remove = ["snap-pixel"]

[[vendor]]
id = "partner-network"
name = "Partner network"
company = "Partner Inc."
purpose = "advertising"
urls = ["pixel.partner.example", "cdn.partner.example/ads?slot="]
inline = ["partnerAds('init'"]
cookies = ["_partner_*"]
source = "operator"
note = "Contract of 2026-03-01."
"#;

const PAGE: &str = "<h1>Shoes</h1>
<script src=https://pixel.partner.example/p.js></script>
<script>partnerAds( \"init\", 7 )</script>
<script src=https://static.hotjar.com/c/hotjar-1.js></script>
<script src=https://www.google-analytics.com/analytics.js></script>
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let catalog = Catalog::builtin().clone().with_toml(MINE, "mine.toml")?;
    // Hotjar is a service provider of this site, by contract; analytics must go for opted-out browsers.
    let policy = Policy::new().vendor("hotjar", Action::Keep).purpose(Purpose::Analytics, Action::Suppress);

    // The layer takes both; here the filter is run by hand to show what they do.
    let _layer = GpcLayer::new().catalog(catalog.clone())?.policy(policy.clone())?;

    let rules = Arc::new(Rules::new(catalog, &policy)?);
    let mut filter = TagFilter::new(Arc::clone(&rules), FilterOptions::default());
    let mut out = VecDeque::new();
    filter.push(PAGE.into(), &mut out);
    filter.finish(&mut out);
    print!("{}", String::from_utf8_lossy(&out.into_iter().flatten().collect::<Vec<u8>>()));
    for (vendor, kind, count) in filter.report().counts() {
        let vendor = rules.catalog().vendor(vendor).map_or("?", |vendor| vendor.id());
        println!("withheld: {vendor} {} {count}", kind.as_str());
    }
    Ok(())
}
