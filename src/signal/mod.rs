//! Opt-out signals as they arrive in a request head: read, not yet weighed.
//!
//! [`read`] looks at the `Sec-GPC` field and at the cookies that [`Readers`] names, and says in [`Signals`] who said
//! "opted out" and who said the contrary. What that means together is for `consent` to decide.
//!
//! Nothing here fails: a field, cookie or value that cannot be understood says nothing. Nothing here allocates.
//!
//! | signal | where | file |
//! |---|---|---|
//! | [`Signal::SecGpc`] | the `Sec-GPC` field | `sec_gpc` |
//! | [`Signal::OptOutCookie`] | our own cookie, [`OptOutCookie`] | `opt_out` |
//! | [`Signal::UsPrivacy`] | the cookies `usprivacy`, `us_privacy`, `us-privacy`; the query | `us_privacy`, `query` |
//! | [`Signal::Gpp`] | the cookies `__gpp`, `OTGPPConsent`; the query | `gpp`, `query` |
//! | one for each consent [`Platform`](cmp::Platform) | its cookies | `cmp`, a file each |
//! | [`Signal::Dnt`] | the `DNT` field, where a site says so | `dnt` |
//! | [`Signal::VariantKey`] | what a content delivery network sends | `variant_key` |
//! | [`Signal::Adapter`] | wherever yours looks | `adapter` |
//!
//! What is read is set in `readers`, and the reading is in `read`; `cookie` and `names` are the one walk over the cookies.
//! One more signal is one more file here, a variant of [`Signal`], and, if it comes in a cookie, a line in `readers`.

mod adapter;
pub mod cmp;
mod cookie;
mod dnt;
pub mod gpp;
mod head;
mod heard;
mod names;
mod opt_out;
mod percent;
mod query;
mod read;
mod readers;
mod scope;
mod sec_gpc;
mod set;
mod sextet;
mod statement;
mod us_privacy;
mod variant_key;

pub use adapter::Adapter;
pub(crate) use cookie::MAX_PAIR;
pub use head::Head;
pub use heard::Signals;
pub use opt_out::OptOutCookie;
pub(crate) use read::Reader;
pub use read::read;
pub use readers::Readers;
pub use scope::Scope;
pub use sec_gpc::SEC_GPC;
pub use set::{Signal, SignalSet};
pub use statement::{RecordedOptIn, Statement};
pub use us_privacy::UsPrivacyString;

#[cfg(test)]
mod tests;
