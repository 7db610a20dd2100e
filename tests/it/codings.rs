//! Compressed pages: what comes in a coding goes out in it, filtered.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};
use tower_gpc::GpcLayer;
use tower_http::compression::CompressionLayer;
use tower_http::decompression::DecompressionLayer;

/// Long enough for several chunks, and for tower-http to compress it.
fn page(tracker: &str) -> String {
    let row = format!("<p>Boots, shoes & sandals</p>{tracker}<!-- row -->\n");
    row.repeat(2000)
}

const TRACKER: &str = "<img src='https://www.facebook.com/tr?id=1'>";

#[tokio::test]
async fn every_coding_is_decoded_filtered_and_encoded_again() {
    let origin =
        ServiceBuilder::new().layer(CompressionLayer::new()).service(service_fn(|_: Request<Full<Bytes>>| async {
            let response = Response::builder().header(header::CONTENT_TYPE, "text/html").header(header::ETAG, "\"v1\"");
            Ok::<_, Infallible>(response.body(Full::<Bytes>::from(page(TRACKER))).unwrap())
        }));
    let layered = GpcLayer::new().layer(origin);
    for coding in ["gzip", "deflate", "br", "zstd"] {
        let request = |gpc| {
            let request = Request::get("/").header(header::ACCEPT_ENCODING, coding).header("sec-gpc", gpc);
            request.body(Full::<Bytes>::default()).unwrap()
        };
        let coded = layered.clone().oneshot(request("1")).await.unwrap();
        assert_eq!(coded.headers()[header::CONTENT_ENCODING], coding);
        assert!(coded.headers().get(header::CONTENT_LENGTH).is_none());
        assert!(coded.into_body().collect().await.unwrap().to_bytes().len() < page("").len() / 10, "{coding}");

        let read = DecompressionLayer::new().layer(layered.clone());
        for (gpc, want) in [("1", page("")), ("0", page(TRACKER))] {
            let response = read.clone().oneshot(request(gpc)).await.unwrap();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            assert!(body == want, "{coding} with Sec-GPC: {gpc}");
        }
    }
}
