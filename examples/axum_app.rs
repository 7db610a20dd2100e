//! An axum app: the layer in one line, and the consent state as an argument of a handler.
//!
//! ```sh
//! cargo run --example axum_app --features axum -- 127.0.0.1:3000
//! curl http://127.0.0.1:3000/
//! curl -H 'Sec-GPC: 1' http://127.0.0.1:3000/
//! curl http://127.0.0.1:3000/.well-known/gpc.json
//! ```

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;
use tower_gpc::{ConsentState, GpcLayer};

async fn page(state: ConsentState) -> Html<String> {
    let promise = if state.opted_out() { "We sell nothing about you." } else { "Hello." };
    Html(format!(
        "<!doctype html><title>Shoes</title>\n\
         <link rel=preconnect href=https://connect.facebook.net>\n\
         <script async src=https://connect.facebook.net/en_US/fbevents.js></script>\n\
         <h1>{promise}</h1>\n"
    ))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new()
        .route("/", get(page))
        .route("/api", get(|state: ConsentState| async move { format!("{{\"opted_out\":{}}}", state.opted_out()) }))
        .layer(GpcLayer::new());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
