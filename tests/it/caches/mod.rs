//! A small shared cache between browsers and the layer: no order of visits may bring one browser's variant to another.

mod cache;
mod site;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE, SET_COOKIE};
use http::{HeaderName, Method, StatusCode};
use tower_gpc::answer::{Answers, Persist};
use tower_gpc::consent::{Cdn, Jurisdiction, Locator};
use tower_gpc::middleware::Unfilterable;
use tower_gpc::signal::{Adapter, Head, Readers, SEC_GPC, Scope, Statement};
use tower_gpc::{GpcLayer, Policy};

use self::cache::{Cache, HABITS, Reply};
use self::site::{
    BOTH, Browser, FILTERED, GPC, GPP_COOKIE, KEY, MODIFIED, NEITHER, Network, OPTANON, OWN_COOKIE, PAGE, PLAIN,
    PUBLIC, STALE, Site, US_PRIVACY, slice, through,
};

const BROWSERS: [Browser; 9] = [PLAIN, GPC, OWN_COOKIE, US_PRIVACY, GPP_COOKIE, OPTANON, BOTH, STALE, NEITHER];

/// How a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ask {
    Get,
    Head,
    /// A conditional request with the validators of all that this machine was ever given.
    Reload,
    /// The rest of a download that broke off.
    Range,
    /// The same, if the page is still the one that it began with.
    IfRange,
}

/// Everything between one machine and a site: the machine's memory, the network and its shared cache.
#[derive(Clone)]
struct World {
    cache: Cache,
    memory: Vec<(String, Bytes)>,
    network: Network,
}

impl World {
    /// One visit, and what the browser shows of it. The body is `None` for `HEAD`.
    fn visit(&mut self, layer: &GpcLayer, site: Site, browser: Browser, ask: Ask) -> (Reply, Option<Bytes>) {
        let method = if ask == Ask::Head { Method::HEAD } else { Method::GET };
        let mut request = browser.request(method);
        let headers = request.headers_mut();
        if ask == Ask::Reload && !self.memory.is_empty() {
            let tags: Vec<_> = self.memory.iter().map(|(tag, _)| tag.as_str()).collect();
            headers.insert(IF_NONE_MATCH, tags.join(", ").parse().unwrap());
            headers.insert(IF_MODIFIED_SINCE, MODIFIED.parse().unwrap());
        }
        if matches!(ask, Ask::Range | Ask::IfRange) {
            headers.insert(RANGE, "bytes=5-40".parse().unwrap());
        }
        if let (Ask::IfRange, Some((tag, _))) = (ask, self.memory.last()) {
            headers.insert(IF_RANGE, tag.parse().unwrap());
        }
        self.network.mark(headers);
        let reply = self.cache.ask(request, |request| through(layer, request, site));
        let tag = reply.head.get(ETAG).map(|tag| tag.to_str().unwrap());
        let body = match reply.status {
            StatusCode::NOT_MODIFIED => {
                let held = self.memory.iter().rev().find(|(held, _)| tag.is_none_or(|tag| tag == held));
                held.expect("a 304 for a validator that the browser holds").1.clone()
            }
            _ => reply.body.clone(),
        };
        if let (StatusCode::OK, Some(tag), Ask::Get | Ask::Reload) = (reply.status, tag, ask) {
            self.memory.retain(|(held, _)| held != tag);
            self.memory.push((tag.to_owned(), body.clone()));
        }
        (reply, (ask != Ask::Head).then_some(body))
    }
}

/// What a test varies.
struct Setup<'a> {
    layer: &'a GpcLayer,
    site: Site,
    network: Network,
    browsers: &'a [Browser],
    asks: &'a [Ask],
    depth: usize,
    /// The page that a browser must be shown; `None` where any may be.
    want: &'a dyn Fn(Browser, &Reply) -> Option<&'static str>,
}

impl<'a> Setup<'a> {
    fn new(layer: &'a GpcLayer, browsers: &'a [Browser]) -> Self {
        let want = &|browser: Browser, _: &Reply| Some(browser.want());
        Self { layer, site: PUBLIC, network: Network::Absent, browsers, asks: &[Ask::Get], depth: 4, want }
    }

    /// Tries all orders of so many visits, with every habit of caches.
    fn try_all_orders(&self) {
        for habit in HABITS {
            let world = World { cache: Cache::new(habit), memory: Vec::new(), network: self.network };
            self.go_on(&world, &mut Vec::new());
        }
    }

    fn go_on(&self, world: &World, path: &mut Vec<(Browser, Ask)>) {
        if path.len() == self.depth {
            return;
        }
        for &browser in self.browsers {
            for &ask in self.asks {
                path.push((browser, ask));
                let mut world = world.clone();
                let (reply, body) = world.visit(self.layer, self.site, browser, ask);
                if let (Some(body), Some(want)) = (body, (self.want)(browser, &reply)) {
                    let want = match reply.status {
                        StatusCode::PARTIAL_CONTENT => slice(&Bytes::from(want), &"bytes=5-40".parse().unwrap()),
                        _ => Bytes::from(want),
                    };
                    assert_eq!(body, want, "{:?} {:?} after {path:?}: {reply:?}", self.site, self.network);
                }
                self.go_on(&world, path);
                path.pop();
            }
        }
    }
}

#[test]
fn no_order_of_visits_serves_one_variant_to_another_browser() {
    Setup::new(&GpcLayer::new(), &BROWSERS).try_all_orders();
}

#[test]
fn no_way_to_ask_for_a_page_gets_the_other_variant() {
    let layer = GpcLayer::new();
    let asks = [Ask::Get, Ask::Head, Ask::Reload, Ask::Range, Ask::IfRange];
    Setup { asks: &asks, depth: 3, ..Setup::new(&layer, &[PLAIN, GPC, US_PRIVACY, STALE]) }.try_all_orders();
    Setup { asks: &asks[..3], ..Setup::new(&layer, &[PLAIN, GPC, STALE]) }.try_all_orders();
}

#[test]
fn whatever_the_origin_says_of_caches_no_visitors_cookie_is_kept_in_one() {
    // The cache itself fails on a line of ours; see `Cache::forget`.
    let lines = &["session=1; Path=/", "usprivacy=1YNN; of-the-origin", "__gpp=DBABBg~BUoAAABA.QA; of-the-origin"];
    for persist in [Persist::Never, Persist::Unshared, Persist::Always] {
        let layer = GpcLayer::new().answers(Answers::default().opt_out_cookie(persist).publish_us_privacy(true));
        for cache_control in ["public, max-age=60", "", "max-age=60", "s-maxage=60, max-age=0", "private", "no-cache"] {
            for set_cookie in [&[][..], lines] {
                let site = Site { cache_control, set_cookie };
                let asks = &[Ask::Get, Ask::Head, Ask::Reload];
                Setup { site, asks, depth: 2, ..Setup::new(&layer, &[PLAIN, GPC, US_PRIVACY, STALE, NEITHER]) }
                    .try_all_orders();
            }
        }
    }
}

#[test]
fn what_the_origin_sets_is_right_for_each_browser_also_out_of_a_cache() {
    let layer = GpcLayer::new();
    let site = Site { set_cookie: &["usprivacy=1YNN; of-the-origin"], ..PUBLIC };
    let check = |browser: Browser, reply: &Reply| {
        let line = if browser.out { "usprivacy=1YYN; of-the-origin" } else { "usprivacy=1YNN; of-the-origin" };
        let lines = reply.head.get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap());
        let of_the_origin: Vec<_> = lines.filter(|line| line.ends_with("of-the-origin")).collect();
        // A 304 sends none.
        assert!(reply.status != StatusCode::OK || of_the_origin == [line], "{browser:?} {of_the_origin:?}");
        Some(browser.want())
    };
    Setup { site, want: &check, ..Setup::new(&layer, &[PLAIN, GPC, US_PRIVACY, STALE, NEITHER]) }.try_all_orders();
}

#[test]
fn our_cookie_costs_no_shared_cache_its_page_unless_asked() {
    let layer = GpcLayer::new();
    let always = GpcLayer::new().answers(Answers::default().opt_out_cookie(Persist::Always));
    for (browser, layer, cache_control, set) in [
        (GPC, &layer, "public, max-age=60", false),
        (OWN_COOKIE, &layer, "public, max-age=60", false),
        (GPC, &layer, "private", true),
        (GPC, &layer, "no-store", true),
        (GPC, &layer, "no-cache", true),
        (GPC, &always, "public, max-age=60", true),
        (OWN_COOKIE, &always, "public, max-age=60", true),
        (PLAIN, &always, "private", false),
    ] {
        let reply = through(layer, browser.request(Method::GET), Site { cache_control, set_cookie: &[] });
        let ours = |line: &http::HeaderValue| line.as_bytes().starts_with(b"__Host-privacy-opt-out=1.out.");
        assert_eq!(reply.head.get_all(SET_COOKIE).iter().filter(|line| ours(line)).count(), usize::from(set));
        let control = reply.head[CACHE_CONTROL].to_str().unwrap();
        let private = reply.says("private") || reply.says("no-store");
        assert_eq!(private, set || cache_control == "private", "{browser:?} {cache_control}: {control}");
    }
}

/// The layer of a site behind a network that sends the key.
fn keyed() -> GpcLayer {
    GpcLayer::new().readers(Readers::default().variant_key(KEY.as_str()).unwrap())
}

const FORGED_OUT: Browser = Browser { fields: &[("x-privacy-variant", "out")], out: true };
const FORGED_NONE: Browser = Browser { fields: &[("x-privacy-variant", "none")], out: false };
const FORGED_TWICE: Browser =
    Browser { fields: &[("x-privacy-variant", "none"), ("x-privacy-variant", "out")], out: true };
const FORGED_ODDLY: Browser =
    Browser { fields: &[("x-privacy-variant", "out, none"), ("cookie", "usprivacy=1YYN")], out: true };
/// Opted out, and told the network that nothing says so.
const SELF_HARM: Browser =
    Browser { fields: &[("x-privacy-variant", "none"), ("cookie", "usprivacy=1YYN")], out: true };

#[test]
fn a_network_that_keeps_the_rule_serves_everybody_the_right_page() {
    let layer = keyed();
    Setup { network: Network::Honest, ..Setup::new(&layer, &BROWSERS) }.try_all_orders();
    let asks = [Ask::Get, Ask::Head, Ask::Reload, Ask::Range, Ask::IfRange];
    let browsers = [PLAIN, GPC, OWN_COOKIE, US_PRIVACY];
    Setup { network: Network::Honest, asks: &asks, depth: 3, ..Setup::new(&layer, &browsers) }.try_all_orders();
    // It overwrites what browsers forge, so all of them are who they are.
    let forgers = [PLAIN, GPC, US_PRIVACY, SELF_HARM, FORGED_NONE, Browser { out: false, ..FORGED_OUT }];
    Setup { network: Network::Honest, ..Setup::new(&layer, &forgers) }.try_all_orders();
}

#[test]
fn a_network_that_keeps_the_rule_shares_pages_among_browsers_with_other_cookies() {
    for (first, second, shared) in [
        (PLAIN, Browser { fields: &[("cookie", "theme=dark")], out: false }, true),
        (OWN_COOKIE, Browser { fields: &[("cookie", "a=b; __Host-privacy-opt-out=1.out.1")], out: true }, true),
        (US_PRIVACY, US_PRIVACY, false),
        (NEITHER, NEITHER, false),
    ] {
        let mut world = World { cache: Cache::new(HABITS[0]), memory: Vec::new(), network: Network::Honest };
        world.visit(&keyed(), PUBLIC, first, Ask::Get);
        let (reply, body) = world.visit(&keyed(), PUBLIC, second, Ask::Get);
        assert_eq!((reply.cached, body.unwrap().as_ref()), (shared, second.want().as_bytes()), "{first:?} {second:?}");
    }
}

#[test]
fn a_network_that_sends_no_key_has_nothing_in_its_cache_to_mix_up() {
    let layer = keyed();
    let nothing_cached = |browser: Browser, reply: &Reply| {
        assert!(!reply.cached && reply.says("private"), "{browser:?}");
        Some(browser.want())
    };
    Setup { network: Network::Silent, want: &nothing_cached, depth: 3, ..Setup::new(&layer, &BROWSERS) }
        .try_all_orders();
}

#[test]
fn a_network_that_says_none_without_looking_betrays_cookies_alone() {
    let layer = keyed();
    // As documented: its cache hands a page on before this layer sees the cookie. What the layer sees is right.
    let want = |browser: Browser, reply: &Reply| {
        let by_field = browser.fields.contains(&("sec-gpc", "1"));
        (!reply.cached || by_field || !browser.out).then(|| browser.want())
    };
    Setup { network: Network::Careless, want: &want, ..Setup::new(&layer, &BROWSERS) }.try_all_orders();
}

#[test]
fn a_forged_key_harms_nobody_else() {
    let layer = keyed();
    // `None`: it asked its own cache not to look.
    let want = |browser: Browser, reply: &Reply| (browser != SELF_HARM || !reply.cached).then(|| browser.want());
    let browsers = [PLAIN, GPC, OWN_COOKIE, US_PRIVACY, FORGED_OUT, FORGED_NONE, FORGED_TWICE, FORGED_ODDLY, SELF_HARM];
    Setup { network: Network::Gullible, want: &want, ..Setup::new(&layer, &browsers) }.try_all_orders();
}

/// A partner's opt-out, in a field of its own that it may not tell of.
#[derive(Debug)]
struct Partner(Option<[HeaderName; 1]>);

const PARTNER: HeaderName = HeaderName::from_static("x-partner");

impl Adapter for Partner {
    fn read(&self, head: &Head<'_>) -> Statement {
        match head.headers().contains_key(PARTNER) {
            true => Statement::opted_out(Scope::SALE),
            false => Statement::nothing(),
        }
    }

    fn fields(&self) -> Option<&[HeaderName]> {
        self.0.as_ref().map(|fields| fields.as_slice())
    }
}

#[test]
fn what_an_adapter_looks_at_is_in_vary_or_the_page_is_private() {
    const SENT: Browser = Browser { fields: &[("x-partner", "1")], out: true };
    let browsers = [PLAIN, GPC, US_PRIVACY, SENT, NEITHER];
    for readers in [Readers::default(), Readers::default().cookies(false), keyed_readers()] {
        let network = if readers.fields().contains(&KEY) { Network::Honest } else { Network::Absent };
        let browsers: Vec<_> =
            browsers.into_iter().filter(|browser| readers.fields() != [SEC_GPC] || *browser != US_PRIVACY).collect();
        let told = GpcLayer::new().readers(readers.clone().adapter(Partner(Some([PARTNER]))));
        Setup { network, ..Setup::new(&told, &browsers) }.try_all_orders();
        let reply = through(&told, PLAIN.request(Method::GET), PUBLIC);
        assert!(reply.head.get_all("vary").iter().any(|line| line.to_str().unwrap().contains("x-partner")));

        let untold = GpcLayer::new().readers(readers.adapter(Partner(None)));
        let private = |browser: Browser, reply: &Reply| {
            assert!(!reply.cached && reply.says("private"), "{browser:?}");
            Some(browser.want())
        };
        Setup { network, want: &private, depth: 3, ..Setup::new(&untold, &browsers) }.try_all_orders();
    }
}

fn keyed_readers() -> Readers {
    Readers::default().variant_key(KEY.as_str()).unwrap()
}

#[test]
fn where_the_place_decides_it_is_in_vary_or_the_page_is_private() {
    const CALIFORNIAN: Browser =
        Browser { fields: &[("sec-gpc", "1"), ("cf-ipcountry", "US"), ("cf-region-code", "CA")], out: true };
    const FRENCH: Browser = Browser { fields: &[("sec-gpc", "1"), ("cf-ipcountry", "FR")], out: false };
    const VIRGINIAN: Browser =
        Browser { fields: &[("sec-gpc", "1"), ("cf-ipcountry", "US"), ("cf-region-code", "VA")], out: false };
    const VIRGINIAN_BY_COOKIE: Browser = Browser {
        fields: &[("cookie", "usprivacy=1YYN"), ("cf-ipcountry", "US"), ("cf-region-code", "VA")],
        out: true,
    };
    let browsers = [PLAIN, GPC, CALIFORNIAN, FRENCH, VIRGINIAN, VIRGINIAN_BY_COOKIE];
    let somewhere = |locator| GpcLayer::new().locator(locator).policy(Policy::new().only_where_required(true)).unwrap();
    let cdn = somewhere(Locator::cdn(Cdn::Cloudflare));
    Setup::new(&cdn, &browsers).try_all_orders();
    let custom = somewhere(Locator::custom(|head| {
        let field = |name| head.headers().get(name).map_or("", |value| value.to_str().unwrap());
        Jurisdiction::from_codes(field("cf-ipcountry").as_bytes(), field("cf-region-code").as_bytes())
    }));
    let private = |browser: Browser, reply: &Reply| {
        assert!(!reply.cached && reply.says("private"), "{browser:?}");
        Some(browser.want())
    };
    Setup { want: &private, depth: 3, ..Setup::new(&custom, &browsers) }.try_all_orders();
    // Where it decides nothing, it costs nothing.
    let honoured_everywhere = GpcLayer::new().locator(Locator::cdn(Cdn::Cloudflare));
    let reply = through(&honoured_everywhere, FRENCH.request(Method::GET), PUBLIC);
    assert_eq!(reply.body, FILTERED);
    assert!(reply.head.get_all("vary").iter().all(|line| !line.to_str().unwrap().contains("cf-")));
}

#[test]
fn a_reload_after_opting_out_is_never_answered_with_the_old_page() {
    // The auditor's second visit: a conditional reload with the validators of the first one (A2).
    let mut request = GPC.request(Method::GET);
    request.headers_mut().insert(IF_NONE_MATCH, "\"v1\"".parse().unwrap());
    request.headers_mut().insert(IF_MODIFIED_SINCE, MODIFIED.parse().unwrap());
    let reply = through(&GpcLayer::new(), request, PUBLIC);
    assert_eq!((reply.status, reply.body.as_ref()), (StatusCode::OK, FILTERED.as_bytes()));
}

#[test]
fn a_reload_of_the_filtered_page_costs_no_body() {
    let layer = GpcLayer::new();
    let first = through(&layer, GPC.request(Method::GET), PUBLIC);
    assert!(!first.head.contains_key(LAST_MODIFIED));
    let mut request = GPC.request(Method::GET);
    request.headers_mut().insert(IF_NONE_MATCH, first.head[ETAG].clone());
    let second = through(&layer, request, PUBLIC);
    assert_eq!(second.status, StatusCode::NOT_MODIFIED);
    assert_eq!(second.head[ETAG], first.head[ETAG]);
}

#[test]
fn head_has_the_fields_of_get() {
    for layer in [GpcLayer::new(), keyed(), GpcLayer::new().answers(Answers::default().opt_out_cookie(Persist::Always))]
    {
        for browser in BROWSERS {
            let [get, head] =
                [Method::GET, Method::HEAD].map(|method| through(&layer, browser.request(method), PUBLIC));
            assert_eq!(get.head, head.head, "{browser:?}");
        }
    }
}

#[test]
fn a_part_that_no_navigation_asks_for_is_refused_where_a_site_says_so() {
    // A part passes by default, being unfilterable; so is what a cache could put together of parts.
    for (unfilterable, status) in
        [(Unfilterable::Pass, StatusCode::PARTIAL_CONTENT), (Unfilterable::BadGateway, StatusCode::BAD_GATEWAY)]
    {
        let layer = GpcLayer::new().unfilterable(unfilterable);
        let mut request = GPC.request(Method::GET);
        request.headers_mut().insert("sec-fetch-dest", "empty".parse().unwrap());
        request.headers_mut().insert(RANGE, "bytes=0-30".parse().unwrap());
        let reply = through(&layer, request, PUBLIC);
        assert_eq!(reply.status, status);
        assert!(reply.says("no-store") || reply.head.contains_key("vary"), "{unfilterable:?}");
    }
    assert_ne!(PAGE, FILTERED);
}
