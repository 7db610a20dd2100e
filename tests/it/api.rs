//! What every public type promises.

use std::fmt::Debug;

use tower_gpc::middleware::{GpcBody, ResponseFuture};
use tower_gpc::{Catalog, ConfigError, ConfigErrorKind, ConsentState, Gpc, GpcLayer, Policy, SupportResource};
use tower_gpc::{catalog, html, middleware, policy, signal};

fn is<T: Debug + Send + Sync>() {}

#[test]
fn every_public_type_is_debug_send_and_sync() {
    is::<Catalog>();
    is::<catalog::CookiePattern>();
    is::<catalog::Purpose>();
    is::<catalog::Signature>();
    is::<catalog::Source>();
    is::<catalog::UrlRule>();
    is::<catalog::Vendor>();
    is::<catalog::VendorId>();
    is::<ConfigError>();
    is::<ConfigErrorKind>();
    is::<ConsentState>();
    is::<Gpc<()>>();
    is::<GpcLayer>();
    is::<GpcBody<http_body_util::Empty<bytes::Bytes>>>();
    is::<html::FilterOptions>();
    is::<html::Kind>();
    is::<html::Report>();
    is::<html::Syntax>();
    is::<html::TagFilter>();
    is::<middleware::Outcome>();
    is::<middleware::Reason>();
    is::<middleware::Unfilterable>();
    is::<Policy>();
    is::<policy::Action>();
    is::<policy::Decision>();
    is::<policy::Rules>();
    is::<ResponseFuture<std::future::Ready<()>>>();
    is::<signal::OptOutCookie>();
    is::<signal::Readers>();
    is::<signal::Signal>();
    is::<signal::SignalSet>();
    is::<signal::Signals>();
    is::<SupportResource>();
}

#[test]
fn the_consent_state_is_small() {
    assert!(size_of::<ConsentState>() <= 8);
}
