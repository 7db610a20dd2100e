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
//! | [`Signal::UsPrivacy`] | the cookies `usprivacy`, `us_privacy`, `us-privacy` | `us_privacy` |
//!
//! One more signal is one more file here, a variant of [`Signal`], and, if it comes in a cookie, a line in `readers`.
//!
//! `DNT` is not read: it is not Global Privacy Control, and no law here asks for it.

mod cookie;
mod opt_out;
mod readers;
mod sec_gpc;
mod set;
mod us_privacy;

pub use opt_out::OptOutCookie;
pub use readers::{Readers, read};
pub use sec_gpc::SEC_GPC;
pub use set::{Signal, SignalSet, Signals};

#[cfg(test)]
mod tests;
