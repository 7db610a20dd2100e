//! A hyper service with the layer around it: opted-out browsers get the page without its sale/sharing tags.
//!
//! ```sh
//! cargo run --example hyper_service -- 127.0.0.1:3000
//! curl http://127.0.0.1:3000/
//! curl -H 'Sec-GPC: 1' http://127.0.0.1:3000/
//! ```

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower::{ServiceBuilder, service_fn};
use tower_gpc::{ConsentState, GpcLayer};

const PAGE: &str = "<!doctype html><title>Shoes</title>
<script>fbq('init','1');fbq('track','PageView')</script>
<script async src=\"https://connect.facebook.net/en_US/fbevents.js\"></script>
<h1>Shoes</h1>";

async fn page(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    // Every handler can ask what this browser wants, and why.
    let state = request.extensions().get::<ConsentState>().copied().unwrap_or_default();
    let page = format!("{PAGE}\n<p>{state}</p>\n");
    Ok(Response::builder()
        .header("content-type", "text/html; charset=utf-8")
        .body(Full::from(page))
        .unwrap_or_default())
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let service = ServiceBuilder::new().layer(GpcLayer::new()).service(service_fn(page));
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(async move {
            let server = auto::Builder::new(TokioExecutor::new());
            if let Err(error) = server.serve_connection(TokioIo::new(stream), service).await {
                eprintln!("connection: {error}");
            }
        });
    }
}
