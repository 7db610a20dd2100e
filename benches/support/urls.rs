//! URLs as pages have them, and catalogs to look them up in.

use tower_gpc::catalog::{Purpose, Vendor};
use tower_gpc::policy::Rules;
use tower_gpc::{Catalog, Policy};

/// What a URL is to the rules, and some that are so.
pub(crate) const URLS: [(&str, &[&str]); 4] = [
    (
        "hit by host",
        &[
            "https://connect.facebook.net/en_US/fbevents.js",
            "//static.criteo.net/js/ld/ld.js",
            "https://securepubads.g.doubleclick.net/tag/js/gpt.js",
            "https://bat.bing.com/bat.js",
        ],
    ),
    (
        "hit by path or query",
        &[
            "https://www.facebook.com/tr?id=000000000000&ev=PageView&noscript=1",
            "https://www.googletagmanager.com/gtm.js?id=GTM-XXXX",
            "https://www.googletagmanager.com/gtag/js?id=AW-000000000&l=dataLayer",
        ],
    ),
    (
        "miss",
        &[
            "https://cdn.shop.example/assets/app.3f2a1c.js?v=12",
            "https://www.facebook.com/acme",
            "//images.cdn.example.co.uk/w_640,h_480/products/boots-17@2x.jpg",
            "https://fonts.googleapis.com/css2?family=Inter:wght@400;700&display=swap",
            "https://www.youtube.com/embed/xxxxxxxxxxx",
        ],
    ),
    (
        "relative",
        &["/assets/app.js", "img/boots.jpg", "#main", "?page=2", "data:image/gif;base64,R0lGODlhAQABAAAAACw="],
    ),
];

/// The rules for the built-in vendors and for `added` more.
pub(crate) fn rules(added: usize) -> Rules {
    let catalog = (0..added).fold(Catalog::builtin().clone(), |catalog, n| {
        let rule = match n % 4 {
            0 => format!("tags{n}.example/t.js?id=A-"),
            1 => format!("example{n}.net/collect"),
            2 => format!("px{n}.ads.example"),
            _ => format!("tracker{n}.com"),
        };
        let vendor = Vendor::new(format!("added-{n}"), format!("Added {n}"), Purpose::Advertising);
        catalog.with_vendor(vendor.with_url(&rule).unwrap())
    });
    Rules::new(catalog, &Policy::default()).unwrap()
}
