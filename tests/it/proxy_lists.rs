//! `gpc-proxy` with filter lists that change while it runs.

use std::fs;

use http::{Request, Response};

use crate::support::client::{Client, bytes};
use crate::support::origin::{Origin, full};
use crate::support::proxy::{Proxy, refused};

const PAGE: &str = "<img src=//a.test/x><img src=//b.test/x><img src=//shop.example/x>";

async fn site() -> Origin {
    Origin::start(|_| async move {
        let mut response = Response::new(full(PAGE));
        response.headers_mut().insert("content-type", "text/html".parse().unwrap());
        response.headers_mut().insert("etag", "\"1\"".parse().unwrap());
        response
    })
    .await
}

async fn visit(proxy: &Proxy) -> (String, String) {
    let request = Request::get("/").header("host", "www.shop.example").header("sec-gpc", "1").body(full("")).unwrap();
    let response = Client::h1(proxy.address).await.send(request).await;
    let tag = response.headers()["etag"].to_str().unwrap().to_owned();
    (String::from_utf8(bytes(response).await.to_vec()).unwrap(), tag)
}

#[tokio::test]
async fn a_list_that_changes_counts_at_once_and_one_that_breaks_changes_nothing() {
    let origin = site().await;
    let folder = tempfile::tempdir().unwrap();
    let (config, list) = (folder.path().join("gpc.toml"), folder.path().join("mine.txt"));
    fs::write(&config, "[gpc]\n[[gpc.list]]\nfile = 'mine.txt'\npurpose = 'advertising'\n").unwrap();
    fs::write(&list, "||a.test^\n||shop.example^$third-party\n").unwrap();
    let (proxy, mut log) = Proxy::with_log(&origin.url(), &config).await;
    let (page, first) = visit(&proxy).await;
    assert_eq!(page, "<img src=//b.test/x><img src=//shop.example/x>");

    fs::write(&list, "||b.test^\n||b.test^$nonsense\n").unwrap();
    let read = log.until("skipped=1").await;
    assert!(read.contains("first_skipped=2"), "{read}");
    log.until("reloaded").await;
    let (page, second) = visit(&proxy).await;
    assert_eq!(page, "<img src=//a.test/x><img src=//shop.example/x>");
    assert_ne!(first, second);

    // Empty, as a failed download leaves it.
    fs::write(&list, "").unwrap();
    let failed = log.until("the old rules stay").await;
    assert!(failed.contains("gpc.toml:3: ") && failed.contains("no rule"), "{failed}");
    assert_eq!(visit(&proxy).await, (page, second));

    // Put in its place by renaming, as a careful download does.
    let other = folder.path().join("mine.txt.new");
    fs::write(&other, "||a.test^\n||b.test^\n").unwrap();
    fs::rename(&other, &list).unwrap();
    log.until("reloaded").await;
    assert_eq!(visit(&proxy).await.0, "<img src=//shop.example/x>");
}

#[cfg(unix)]
#[tokio::test]
async fn a_hangup_reloads_the_options_of_the_layer() {
    let origin = site().await;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("gpc.toml");
    fs::write(&config, "").unwrap();
    let (proxy, mut log) = Proxy::with_log(&origin.url(), &config).await;
    assert_eq!(visit(&proxy).await.0, PAGE);

    fs::write(&config, "[gpc]\n[gpc.policy.host]\n'a.test' = 'meta-pixel'\n").unwrap();
    proxy.signal("-HUP").await;
    log.until("reloaded").await;
    let (page, _) = visit(&proxy).await;
    assert_eq!(page, "<img src=//b.test/x><img src=//shop.example/x>");

    fs::write(&config, "[gpc]\n[gpc.policy.host]\n'a.test' = 'nobody'\n").unwrap();
    proxy.signal("-HUP").await;
    let failed = log.until("the old rules stay").await;
    assert!(failed.contains("gpc.toml:2: ") && failed.contains("nobody"), "{failed}");
    assert_eq!(visit(&proxy).await.0, page);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_an_error_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("gpc.toml");
    fs::write(
        &config,
        "upstream = 'http://127.0.0.1:9'\n[gpc]\n[[gpc.list]]\npurpose = 'advertising'\nfile = 'no.txt'\n",
    )
    .unwrap();
    let output = refused(&["--config", config.to_str().unwrap(), "--listen", "127.0.0.1:0"]).await;
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("gpc.toml:5: ") && message.contains("no.txt"), "{message}");
}
