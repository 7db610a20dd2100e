//! Starting and stopping.

use http::Request;
use http_body_util::BodyExt;
use tokio::net::TcpStream;

use crate::support::client::{Client, bytes};
use crate::support::origin::{Origin, full};
use crate::support::proxy::{Proxy, config_file, refused};
use crate::support::soon;

#[tokio::test]
async fn a_bad_set_up_ends_with_2_and_one_clear_line() {
    let file = config_file("upstream = 'http://127.0.0.1:3000'\n\nlisten = 8080\n");
    let path = file.path().to_str().unwrap();
    for (args, want) in [
        (vec!["--config", path], format!("gpc-proxy: {path}:3: invalid type: integer `8080`, expected a string\n")),
        (vec!["--config", "no/such.toml"], "gpc-proxy: no/such.toml: ".to_owned()),
        (vec!["--listen", "127.0.0.1:0"], "gpc-proxy: no upstream; expected".to_owned()),
        (vec!["--upstream", "http://a", "--log", "a=b=c"], "gpc-proxy: the log filter `a=b=c`".to_owned()),
        (vec!["--upstream", "https://a"], "error: invalid value 'https://a'".to_owned()),
    ] {
        let output = refused(&args).await;
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.starts_with(&want), "{args:?}: {stderr}");
        assert_eq!(output.stdout, b"");
        assert!(want.starts_with("error") || stderr.lines().count() == 1, "{args:?}: {stderr}");
    }
}

#[tokio::test]
async fn a_port_in_use_ends_with_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = refused(&["--upstream", "http://127.0.0.1:1", "--listen", &address]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains(&address));
}

#[cfg(unix)]
#[tokio::test]
async fn an_idle_proxy_ends_at_once() {
    let mut proxy = Proxy::before("http://127.0.0.1:1").await;
    proxy.terminate().await;
    assert_eq!(proxy.ended().await.code(), Some(0));
    assert_eq!(proxy.printed_to_the_end().await, "");
}

#[cfg(unix)]
#[tokio::test]
async fn running_answers_end_well_after_a_sigterm_and_new_connections_are_refused() {
    let (origin, mut started) = Origin::streaming().await;
    let mut proxy = Proxy::before(&origin.url()).await;
    let mut running = Vec::new();
    for mut client in Client::both(proxy.address).await {
        let response = client.send(Request::get("/").body(full("")).unwrap()).await;
        let feed = soon(started.recv()).await.unwrap();
        feed.data("one ").await;
        running.push((client, feed, response));
    }
    proxy.terminate().await;
    soon(async {
        while TcpStream::connect(proxy.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    for (_client, feed, response) in running {
        feed.data("two").await;
        drop(feed);
        assert_eq!(bytes(response).await, "one two");
    }
    assert_eq!(proxy.ended().await.code(), Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn an_answer_that_never_ends_is_cut_after_the_grace_period() {
    let (origin, mut started) = Origin::streaming().await;
    let mut proxy = Proxy::with_config(&origin.url(), "grace = 1").await;
    let response = Client::h1(proxy.address).await.send(Request::get("/").body(full("")).unwrap()).await;
    let feed = soon(started.recv()).await.unwrap();
    proxy.terminate().await;
    assert_eq!(proxy.ended().await.code(), Some(0));
    assert!(soon(response.into_body().collect()).await.is_err());
    feed.dropped().await;
}
