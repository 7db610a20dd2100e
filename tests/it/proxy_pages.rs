//! The main job on real input: the saved pages through the running proxy, with the signal and without.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, header};

use crate::oracle;
use crate::pages::{builtin_rules, saved};
use crate::support::client::{Client, bytes};
use crate::support::origin::{Origin, full};
use crate::support::proxy::Proxy;

#[tokio::test]
async fn saved_pages_through_the_proxy() {
    let pages: Arc<HashMap<String, Bytes>> = Arc::new(saved().into_iter().collect());
    let served = Arc::clone(&pages);
    let origin = Origin::start(move |request| {
        let page = served[request.uri().path().trim_start_matches('/')].clone();
        async move { Response::builder().header(header::CONTENT_TYPE, "text/html").body(full(page)).unwrap() }
    })
    .await;
    // One page of the set has an inline script with a vendor's call in it that is longer than what is held by default.
    let proxy = Proxy::with_config(&origin.url(), "[gpc]\nheld-limit = 4194304\nguard = false\n").await;
    let mut client = Client::h1(proxy.address).await;
    let rules = builtin_rules();
    let mut withheld = 0;
    for (name, page) in pages.iter() {
        let plain = client.send(Request::get(format!("/{name}")).body(full("")).unwrap()).await;
        assert!(bytes(plain).await == page, "{name} without the signal is not the same bytes");
        let request = Request::get(format!("/{name}")).header("sec-gpc", "1");
        let filtered = bytes(client.send(request.body(full("")).unwrap()).await).await;
        match oracle::compare(&rules, page, &filtered) {
            Ok(count) => withheld += count,
            Err(difference) => panic!("{name}: {difference}"),
        }
    }
    println!("{} pages, {withheld} elements withheld", pages.len());
}
