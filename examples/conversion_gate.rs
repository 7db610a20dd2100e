//! A server-side conversion call, gated by the consent state: an opt-out reaches every channel, not only tags.
//!
//! Tags in pages are what an outsider sees, but a purchase that is reported to an ad platform from the server is
//! shared all the same. The handler asks the same state that the layer decided for this browser.
//!
//! ```sh
//! cargo run --example conversion_gate
//! ```

use std::convert::Infallible;
use std::sync::mpsc::{Sender, channel};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{Empty, Full};
use tower::{ServiceBuilder, ServiceExt, service_fn};
use tower_gpc::{ConsentState, GpcLayer};

/// Stands for the client of a conversion API.
#[derive(Clone)]
struct Conversions(Sender<String>);

impl Conversions {
    /// Reports a purchase, unless this browser opted out of sharing.
    fn purchase(&self, state: ConsentState, order: &str) {
        if state.opted_out() {
            return;
        }
        // A closed channel is a platform that cannot be reached: the order goes on without it.
        let _ = self.0.send(order.to_owned());
    }
}

async fn checkout(
    request: Request<Empty<Bytes>>,
    conversions: Conversions,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let state = request.extensions().get::<ConsentState>().copied().unwrap_or_default();
    conversions.purchase(state, request.uri().path());
    Ok(Response::new(Full::from("thank you")))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (sender, reported) = channel();
    let conversions = Conversions(sender);
    let shop = ServiceBuilder::new()
        .layer(GpcLayer::new())
        .service(service_fn(move |request| checkout(request, conversions.clone())));

    let order = |path: &str| Request::post(path.to_owned());
    shop.clone().oneshot(order("/orders/1").body(Empty::new())?).await?;
    shop.clone().oneshot(order("/orders/2").header("sec-gpc", "1").body(Empty::new())?).await?;
    shop.clone().oneshot(order("/orders/3").header("cookie", "usprivacy=1YYN").body(Empty::new())?).await?;
    drop(shop);

    for order in reported {
        println!("reported: {order}");
    }
    Ok(())
}
