//! What the site knows of a person who is logged in, as a signal of its own: an opt-out made in another browser counts here
//! too, a child's data is not sold, and a recorded opt-in may override the browser's signal while the consumer is known.
//!
//! A session middleware looks the account up and leaves it in the request's extensions; an [`Adapter`] says what it means.
//!
//! ```sh
//! cargo run --example account_setting
//! ```

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Empty;
use tower::{ServiceBuilder, ServiceExt, service_fn};
use tower_gpc::signal::{Adapter, Head, Readers, RecordedOptIn, Scope, Statement};
use tower_gpc::{ConsentState, GpcLayer};

/// What the account database holds.
#[derive(Clone, Debug, Default)]
struct Account {
    opted_out: bool,
    under_16: bool,
    /// When an opt-in was asked for and when it was confirmed, after the site told of the browser's signal.
    opt_in: Option<(SystemTime, SystemTime)>,
}

#[derive(Debug)]
struct AccountSetting;

impl Adapter for AccountSetting {
    fn read(&self, head: &Head<'_>) -> Statement {
        let Some(account) = head.extensions().and_then(|extensions| extensions.get::<Account>()) else {
            return Statement::nothing();
        };
        let mut said = Statement::nothing();
        if account.opted_out {
            said = said.and(Statement::opted_out(Scope::ALL_ADVERTISING));
        }
        if account.under_16 {
            said = said.and(Statement::under_16());
        }
        // An opt-in in one step is none: `RecordedOptIn::new` refuses it.
        if let Some((asked, confirmed)) = account.opt_in
            && let Some(opt_in) = RecordedOptIn::new(Scope::ALL_ADVERTISING, asked, confirmed)
        {
            said = said.and(Statement::opted_in(opt_in));
        }
        said
    }
}

/// Stands for a session middleware: the session cookie tells who is logged in.
fn log_in(mut request: Request<Empty<Bytes>>) -> Request<Empty<Bytes>> {
    let asked = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    let session = request.headers().get(header::COOKIE).and_then(|cookie| cookie.to_str().ok()).unwrap_or_default();
    let account = match session {
        "session=ann" => Account { opted_out: true, ..Account::default() },
        "session=ben" => Account { under_16: true, ..Account::default() },
        "session=cat" => Account { opt_in: Some((asked, asked + Duration::from_secs(9))), ..Account::default() },
        _ => return request,
    };
    request.extensions_mut().insert(account);
    request
}

async fn page(request: Request<Empty<Bytes>>) -> Result<Response<String>, Infallible> {
    let state = request.extensions().get::<ConsentState>().copied().unwrap_or_default();
    Ok(Response::new(state.to_string()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let site = ServiceBuilder::new()
        .map_request(log_in)
        .layer(GpcLayer::new().readers(Readers::default().adapter(AccountSetting)))
        .service(service_fn(page));

    for (who, session, signal) in [
        ("nobody is logged in", "", None),
        ("nobody is logged in, Sec-GPC", "", Some("1")),
        ("ann opted out elsewhere", "session=ann", None),
        ("ben is twelve", "session=ben", None),
        ("cat opted in, Sec-GPC", "session=cat", Some("1")),
    ] {
        let mut request = Request::get("/").header(header::COOKIE, session);
        if let Some(signal) = signal {
            request = request.header("sec-gpc", signal);
        }
        let response = site.clone().oneshot(request.body(Empty::new())?).await?;
        let text = http_body_util::BodyExt::collect(response.into_body()).await?.to_bytes();
        println!("{who}: {}", String::from_utf8_lossy(&text));
    }
    Ok(())
}
