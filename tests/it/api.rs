//! What every public type promises.

use std::fmt::Debug;

use tower_gpc::middleware::{GpcBody, ResponseFuture};
use tower_gpc::{Catalog, ConfigError, ConfigErrorKind, ConsentState, Gpc, GpcLayer, Policy, SupportResource};
use tower_gpc::{answer, catalog, consent, html, middleware, policy, signal};

fn is<T: Debug + Send + Sync + ?Sized>() {}

#[test]
fn every_public_type_is_debug_send_and_sync() {
    is::<answer::Answers>();
    is::<answer::Persist>();
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
    is::<consent::Cdn>();
    is::<consent::Jurisdiction>();
    is::<consent::Locator>();
    is::<Gpc<()>>();
    is::<GpcLayer>();
    is::<GpcBody<http_body_util::Empty<bytes::Bytes>>>();
    is::<html::FilterOptions>();
    is::<html::Finding>();
    is::<html::Kind>();
    is::<html::Record>();
    is::<html::Report>();
    is::<html::Syntax>();
    is::<html::TagFilter>();
    is::<middleware::Outcome>();
    is::<middleware::Reason>();
    is::<middleware::Unfilterable>();
    is::<Policy>();
    is::<policy::Action>();
    is::<policy::Decision>();
    is::<policy::Law>();
    is::<policy::Rules>();
    is::<ResponseFuture<std::future::Ready<()>>>();
    is::<dyn signal::Adapter>();
    is::<signal::cmp::Platform>();
    is::<signal::cmp::Purposes>();
    is::<signal::gpp::ApplicableSections>();
    is::<signal::gpp::Field>();
    is::<signal::gpp::Gpp<'_>>();
    is::<signal::gpp::GppString>();
    is::<signal::gpp::Mspa>();
    is::<signal::gpp::Section<'_>>();
    is::<signal::gpp::SectionIds<'_>>();
    is::<signal::gpp::UsSection>();
    is::<signal::gpp::Values>();
    is::<signal::Head<'_>>();
    is::<signal::OptOutCookie>();
    is::<signal::Readers>();
    is::<signal::RecordedOptIn>();
    is::<signal::Scope>();
    is::<signal::Signal>();
    is::<signal::SignalSet>();
    is::<signal::Signals>();
    is::<signal::Statement>();
    is::<signal::UsPrivacyString>();
    is::<SupportResource>();
}

#[test]
fn the_consent_state_is_small() {
    assert!(size_of::<ConsentState>() <= 8);
}

#[test]
fn what_is_shown_of_a_request_holds_nothing_of_the_visitors() {
    const SECRET: &str = "c2VjcmV0";
    let request = http::Request::get(format!("/{SECRET}?{SECRET}"))
        .header("cookie", format!("id={SECRET}; usprivacy=1YNN; _iub_cs-1={SECRET}; __gpp={SECRET}"))
        .header("sec-gpc", "1")
        .header("x-id", SECRET)
        .body(())
        .unwrap();
    let signals = signal::read(&request, &signal::Readers::default());
    let state = consent::resolve(signals);
    for shown in [
        format!("{:?}", signal::Head::from(&request)),
        format!("{signals:?}"),
        format!("{state:?} {state}"),
        serde_json::to_string(&state).unwrap(),
    ] {
        assert!(!shown.contains(SECRET), "{shown}");
    }
}
