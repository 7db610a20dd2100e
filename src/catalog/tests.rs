use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use super::*;

fn vendor(id: &str, url: &str) -> Vendor {
    Vendor::new(id, id, Purpose::Advertising).with_url(url).unwrap()
}

#[test]
fn every_public_type_can_be_shared_and_shown() {
    fn shared<T: Send + Sync + fmt::Debug>() {}
    shared::<Catalog>();
    shared::<Vendor>();
    shared::<VendorId>();
    shared::<Purpose>();
    shared::<Source>();
    shared::<UrlRule>();
    shared::<Signature>();
    shared::<CookiePattern>();
}

#[test]
fn a_changed_catalog_answers_anew_and_its_clones_do_not() {
    let old = Catalog::empty().with_vendor(vendor("a", "a.test"));
    assert_eq!(old.match_url(b"//a.test"), old.find("a"));
    let new = old.clone().with_vendor(vendor("a", "b.test")).with_vendor(vendor("c", "c.test"));
    assert_eq!(new.match_url(b"//a.test"), None);
    assert_eq!(new.match_url(b"//b.test"), new.find("a"));
    assert_eq!(new.match_url(b"//c.test"), new.find("c"));
    assert_eq!(old.match_url(b"//a.test"), old.find("a"));
    assert_eq!(old.match_url(b"//b.test"), None);
}

#[test]
fn removing_a_vendor_leaves_the_others_in_order() {
    let catalog = ["a", "b", "c"]
        .iter()
        .fold(Catalog::empty(), |catalog, id| catalog.with_vendor(vendor(id, &format!("{id}.test"))));
    let catalog = catalog.without("a").without("x");
    let ids: Vec<_> = catalog.vendors().map(|(id, vendor)| (id.index(), vendor.id())).collect();
    assert_eq!(ids, [(0, "b"), (1, "c")]);
    assert_eq!(catalog.find("a"), None);
    assert_eq!(catalog.match_url(b"//a.test"), None);
    assert_eq!(catalog.match_url(b"//c.test"), catalog.find("c"));
    assert_eq!(catalog.vendor(VendorId(2)), None);
}

#[test]
fn of_two_vendors_with_the_same_rule_the_later_one_counts() {
    let catalog = Catalog::empty().with_vendor(vendor("a", "a.test/x")).with_vendor(vendor("b", "a.test/x"));
    assert_eq!(catalog.match_url(b"//a.test/x"), catalog.find("b"));
    // An override stays in the place of what it overrides.
    let catalog = catalog.with_vendor(vendor("a", "a.test/x"));
    assert_eq!(catalog.match_url(b"//a.test/x"), catalog.find("b"));
}

#[test]
fn amp_types_and_cookies_are_found_by_name() {
    let acme = vendor("a", "a.test").with_amp("acme").and_then(|vendor| vendor.with_cookie("_a_*")).unwrap();
    let catalog = Catalog::empty().with_vendor(acme);
    assert_eq!(catalog.match_amp(b"acme"), catalog.find("a"));
    assert_eq!(catalog.match_amp(b"acm"), None);
    assert_eq!(catalog.match_cookie(b"_a_1"), catalog.find("a"));
    assert_eq!(catalog.match_cookie(b"_a"), None);
}

#[test]
fn fifty_thousand_vendors_are_added_one_by_one_in_no_time() {
    let start = Instant::now();
    let catalog = (0..50_000).fold(Catalog::builtin().clone(), |catalog, number| {
        catalog.with_vendor(vendor(&format!("v{number}"), &format!("v{number}.test/p")))
    });
    assert_eq!(catalog.match_url(b"https://a.v49999.test/p.js"), catalog.find("v49999"));
    assert_eq!(catalog.match_url(b"https://www.facebook.com/tr"), catalog.find("meta-pixel"));
    // Were it quadratic, it would take minutes.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn the_builtin_catalog_is_a_catalog() {
    let text = include_str!("vendors.toml");
    let catalog = Catalog::empty().with_toml(text, "vendors.toml").unwrap();
    assert_eq!(catalog.vendors().count(), text.lines().filter(|line| line.trim() == "[[vendor]]").count());
    assert!(catalog.vendors().map(|(_, vendor)| vendor).eq(Catalog::builtin().vendors().map(|(_, vendor)| vendor)));
    for id in ["meta-pixel", "google-ads", "google-analytics", "google-tag-manager", "onetrust", "microsoft-clarity"] {
        assert!(catalog.find(id).is_some(), "{id}");
    }
}

/// A section starts with a comment line of `# ---` or `# ===`; a file without such lines is one section.
#[test]
fn the_ids_of_the_builtin_catalog_are_unique_and_sorted_in_their_sections() {
    let mut seen = BTreeSet::new();
    let mut before = None;
    for line in include_str!("vendors.toml").lines() {
        if line.starts_with("# ---") || line.starts_with("# ===") {
            before = None;
        } else if let Some(id) = line.strip_prefix("id = ") {
            assert!(before < Some(id), "{id} stands behind {before:?}");
            assert!(seen.insert(id), "{id} stands twice");
            before = Some(id);
        }
    }
}

/// Whoever fetches a page of these hosts fetches more than a tracker.
const MANY_PURPOSES: [&str; 12] = [
    "www.google.com",
    "www.facebook.com",
    "www.googletagmanager.com",
    "www.youtube.com",
    "t.co",
    "s.yimg.com",
    "google.com",
    "facebook.com",
    "googletagmanager.com",
    "twitter.com",
    "youtube.com",
    "yimg.com",
];

#[test]
fn hosts_of_many_purposes_are_never_matched_by_host_alone() {
    for (_, vendor) in Catalog::builtin().vendors().filter(|(_, vendor)| is_sale_or_sharing(vendor.purpose())) {
        for rule in vendor.urls() {
            let alone = matches!(rule.path(), "" | "/") && rule.query().is_empty();
            assert!(!(alone && MANY_PURPOSES.contains(&rule.host())), "{}: {rule}", vendor.id());
        }
    }
}

/// What the default policy suppresses; the policy's own tests hold the two together.
fn is_sale_or_sharing(purpose: Purpose) -> bool {
    purpose <= Purpose::Marketing || purpose == Purpose::TagManager
}

#[test]
fn every_vendor_to_be_suppressed_can_be_recognised() {
    for (_, vendor) in Catalog::builtin().vendors().filter(|(_, vendor)| is_sale_or_sharing(vendor.purpose())) {
        let known = !vendor.urls().is_empty() || !vendor.inline().is_empty() || !vendor.cookies().is_empty();
        assert!(known, "{}", vendor.id());
    }
}

#[test]
fn every_url_rule_of_the_builtin_catalog_finds_its_own_vendor() {
    let catalog = Catalog::builtin();
    let mut rules: HashMap<String, &str> = HashMap::new();
    for (id, vendor) in catalog.vendors() {
        for rule in vendor.urls() {
            let other = rules.insert(rule.to_string(), vendor.id());
            assert_eq!(other, None, "{rule} stands with {} too", vendor.id());
            let mark = if rule.query().is_empty() { "" } else { "?" };
            let path = rule.path().replace('*', "x").replace('$', "");
            let url = format!("https://{}{path}{mark}{}", rule.host(), rule.query());
            let found = catalog.match_url(url.as_bytes());
            assert_eq!(found, Some(id), "{url} of {}: {:?}", vendor.id(), found.and_then(|id| catalog.vendor(id)));
        }
    }
}

/// The vendors that the catalog must know whole: their ids, and what their tags have beside a URL.
///
/// `INLINE` is left out where the tag is a URL and nothing else. `COOKIES` is left out where the vendor keeps none with
/// the site, or only cookies of its own host, or only those that hold a consent choice.
const KNOWN_WHOLE: [(&[&str], u8); 84] = [
    (&["meta-pixel"], INLINE | COOKIES),
    (&["google-ads"], INLINE | COOKIES),
    (&["google-analytics"], INLINE | COOKIES),
    (&["google-tag-manager"], INLINE),
    (&["floodlight"], INLINE | COOKIES),
    (&["google-ad-manager"], INLINE | COOKIES),
    // Its cookies are those of the ad manager.
    (&["adsense"], INLINE),
    (&["microsoft-advertising"], INLINE | COOKIES),
    (&["microsoft-clarity"], INLINE | COOKIES),
    (&["tiktok-pixel"], INLINE | COOKIES),
    (&["snap-pixel"], INLINE | COOKIES),
    (&["pinterest-tag"], INLINE | COOKIES),
    (&["linkedin-insight"], INLINE | COOKIES),
    (&["x-pixel"], INLINE | COOKIES),
    (&["reddit-pixel"], INLINE | COOKIES),
    (&["quora-pixel"], INLINE),
    (&["nextdoor-pixel"], INLINE | COOKIES),
    (&["amazon-ads"], INLINE | COOKIES),
    (&["criteo"], INLINE | COOKIES),
    (&["the-trade-desk"], INLINE | COOKIES),
    (&["yahoo-dsp"], INLINE | COOKIES),
    (&["taboola"], INLINE | COOKIES),
    (&["outbrain", "teads"], INLINE | COOKIES),
    (&["adroll"], INLINE | COOKIES),
    (&["xandr"], INLINE),
    (&["magnite"], 0),
    (&["pubmatic"], INLINE),
    (&["openx"], INLINE),
    (&["index-exchange"], INLINE),
    (&["sovrn"], 0),
    (&["media-net"], INLINE),
    (&["triplelift"], 0),
    (&["sharethrough"], 0),
    (&["33across"], COOKIES),
    (&["mediamath"], INLINE),
    (&["stackadapt"], INLINE | COOKIES),
    (&["basis"], 0),
    (&["quantcast"], INLINE | COOKIES),
    (&["comscore"], INLINE | COOKIES),
    (&["liveramp"], INLINE | COOKIES),
    (&["id5"], INLINE | COOKIES),
    (&["lotame"], INLINE | COOKIES),
    (&["liveintent"], INLINE | COOKIES),
    (&["tapad"], 0),
    (&["neustar"], 0),
    (&["zeta-global"], 0),
    (&["adobe-audience-manager"], INLINE | COOKIES),
    (&["adobe-advertising"], INLINE | COOKIES),
    (&["bluekai", "addthis"], INLINE),
    (&["sharethis"], INLINE | COOKIES),
    (&["bombora"], INLINE | COOKIES),
    (&["6sense"], INLINE | COOKIES),
    (&["zoominfo"], INLINE | COOKIES),
    (&["demandbase"], INLINE | COOKIES),
    (&["rakuten-advertising"], INLINE | COOKIES),
    (&["impact"], INLINE | COOKIES),
    (&["cj-affiliate"], INLINE | COOKIES),
    (&["awin"], INLINE | COOKIES),
    (&["hotjar"], INLINE | COOKIES),
    (&["fullstory"], INLINE | COOKIES),
    (&["contentsquare"], INLINE | COOKIES),
    (&["mouseflow"], INLINE | COOKIES),
    (&["logrocket"], INLINE | COOKIES),
    (&["quantum-metric"], INLINE | COOKIES),
    (&["glassbox"], INLINE | COOKIES),
    (&["crazy-egg"], INLINE | COOKIES),
    (&["lucky-orange"], INLINE | COOKIES),
    (&["heap"], INLINE | COOKIES),
    (&["adobe-analytics"], INLINE | COOKIES),
    (&["adobe-launch"], INLINE),
    (&["tealium"], INLINE | COOKIES),
    (&["segment"], INLINE | COOKIES),
    (&["ensighten"], INLINE),
    (&["hubspot"], INLINE | COOKIES),
    (&["marketo"], INLINE | COOKIES),
    (&["pardot"], INLINE | COOKIES),
    (&["klaviyo"], INLINE | COOKIES),
    (&["attentive"], INLINE | COOKIES),
    (&["spotify-pixel"], INLINE),
    (&["youtube"], INLINE),
    (&["vimeo"], 0),
    (&["jornaya"], INLINE | COOKIES),
    (&["trustedform"], INLINE),
    (&["mediaalpha", "everquote"], INLINE),
];

const INLINE: u8 = 1;
const COOKIES: u8 = 2;

#[test]
fn the_vendors_to_be_known_whole_have_urls_signatures_and_cookies() {
    let catalog = Catalog::builtin();
    let mut seen = BTreeSet::new();
    for (ids, what) in KNOWN_WHOLE {
        for id in ids {
            assert!(seen.insert(id), "{id} stands twice");
        }
        let vendors: Vec<_> = ids
            .iter()
            .map(|id| catalog.find(id).and_then(|id| catalog.vendor(id)).unwrap_or_else(|| panic!("no {id}")))
            .collect();
        assert!(vendors.iter().all(|vendor| !vendor.urls().is_empty()), "{ids:?} has no URL");
        // The first of a row is the one whose tags sites carry.
        assert!(what & INLINE == 0 || !vendors[0].inline().is_empty(), "{ids:?} has no inline signature");
        assert!(
            what & COOKIES == 0 || vendors.iter().any(|vendor| !vendor.cookies().is_empty()),
            "{ids:?} has no cookie"
        );
    }
}

/// URLs as pages carry them, and whose they are.
#[test]
fn hosts_of_many_purposes_are_told_apart_by_path_and_query() {
    let catalog = Catalog::builtin();
    for (url, want) in [
        ("https://www.googletagmanager.com/gtm.js?id=GTM-ABC", Some("google-tag-manager")),
        ("https://www.googletagmanager.com/ns.html?id=GTM-ABC", Some("google-tag-manager")),
        ("https://www.googletagmanager.com/gtag/js?id=GTM-ABC", Some("google-tag-manager")),
        ("https://www.googletagmanager.com/", Some("google-tag-manager")),
        ("https://www.googletagmanager.com/gtag/js?id=G-ABC&l=dataLayer", Some("google-analytics")),
        ("https://www.googletagmanager.com/gtag/js?l=x&id=UA-1-1", Some("google-analytics")),
        ("https://www.googletagmanager.com/gtag/js?id=AW-1", Some("google-ads")),
        ("https://www.googletagmanager.com/gtag/js?id=GT-1", Some("google-ads")),
        ("https://www.googletagmanager.com/gtag/js?id=DC-1", Some("floodlight")),
        ("https://www.googletagmanager.com/gtag/js", Some("google-ads")),
        ("https://www.googletagmanager.com/gtag/destination?id=AW-1", Some("google-ads")),
        ("https://www.googletagmanager.com/gtag/destination?id=G-1", Some("google-analytics")),
        ("https://www.google-analytics.com/analytics.js", Some("google-analytics")),
        ("https://stats.g.doubleclick.net/dc.js", Some("google-analytics-advertising")),
        ("https://securepubads.g.doubleclick.net/tag/js/gpt.js", Some("google-ad-manager")),
        ("https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1/", Some("google-ads")),
        ("https://1.fls.doubleclick.net/activityi;src=1", Some("floodlight")),
        ("https://www.google.com/pagead/1p-user-list/1/", Some("google-ads")),
        ("https://www.google.de/ads/ga-audiences?t=sr", Some("google-ads")),
        ("https://www.google.com/recaptcha/api.js", Some("google-recaptcha")),
        ("https://www.google.com/maps/embed?pb=1", Some("google-maps")),
        ("https://www.facebook.com/tr?id=1&ev=PageView", Some("meta-pixel")),
        ("https://www.facebook.com/tr/?id=1", Some("meta-pixel")),
        ("https://www.facebook.com/plugins/like.php?href=x", Some("facebook-plugins")),
        ("https://www.facebook.com/travel", None),
        ("https://connect.facebook.net/en_US/sdk.js", Some("meta-pixel")),
        ("https://t.co/i/adsct?txn_id=x", Some("x-pixel")),
        ("https://t.co/abc", None),
        ("https://platform.twitter.com/oct.js", Some("x-pixel")),
        ("https://platform.twitter.com/widgets.js", Some("x-widgets")),
        ("https://s.yimg.com/wi/ytc.js", Some("yahoo-dsp")),
        ("https://www.redditstatic.com/ads/pixel.js", Some("reddit-pixel")),
        ("https://s.pinimg.com/ct/core.js", Some("pinterest-tag")),
        ("https://assets.pinterest.com/js/pinit.js", Some("pinterest-widgets")),
        ("https://www.youtube.com/embed/x", Some("youtube")),
        ("https://www.linkedin.com/px/li_sync", Some("linkedin-insight")),
        ("https://platform.linkedin.com/in.js", Some("linkedin-widgets")),
    ] {
        let found = catalog.match_url(url.as_bytes()).and_then(|id| catalog.vendor(id)).map(Vendor::id);
        assert_eq!(found, want, "{url}");
    }
}

/// Hosts from which sites serve what is their own.
#[test]
fn content_of_the_sites_themselves_is_never_matched_by_a_vendor_to_be_suppressed() {
    let catalog = Catalog::builtin();
    for host in [
        "lh3.googleusercontent.com",
        "storage.googleapis.com",
        "i.ytimg.com",
        "scontent.xx.fbcdn.net",
        "pbs.twimg.com",
        "d1234567890abc.cloudfront.net",
        "bucket.s3.amazonaws.com",
        "cdn.shopify.com",
        "images.squarespace-cdn.com",
        "static.wixstatic.com",
        "example.blob.core.windows.net",
        "example.azureedge.net",
        "example.akamaized.net",
        "example.global.ssl.fastly.net",
        "s.yimg.com",
        "i.pinimg.com",
        "www.redditstatic.com",
        "media.licdn.com",
        "example.wordpress.com",
        "i0.wp.com",
        "1.bp.blogspot.com",
        "www.google.com",
        "www.google.de",
        "www.facebook.com",
        "www.youtube.com",
        "t.co",
        "twitter.com",
        "x.com",
        "www.linkedin.com",
        "www.amazon.com",
        "www.bing.com",
        "www.yahoo.com",
        "www.ebay.com",
        "www.apple.com",
        "github.com",
        "example.github.io",
        "res.cloudinary.com",
        "example.imgix.net",
        "images.ctfassets.net",
        "example.b-cdn.net",
        "cdn.jsdelivr.net",
        "unpkg.com",
    ] {
        let url = format!("https://{host}/images/logo.png");
        let found = catalog.match_url(url.as_bytes()).and_then(|id| catalog.vendor(id));
        assert!(!found.is_some_and(|vendor| is_sale_or_sharing(vendor.purpose())), "{host}: {found:?}");
    }
}
