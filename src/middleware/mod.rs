//! The tower layer: wires the rooms into one service, and does nothing that a room could do alone.
//!
//! ```text
//!  request                                                              response
//!     |                                                                     ^
//!     v   service.rs: read, resolve, stamp,       future.rs: cookies, links, |
//!  [ Gpc::call ]  decide, prepare head, answer ->  validators, Vary,  --> [ GpcBody ]
//!     |                                              answer; eligible.rs  body.rs, pipeline.rs
//!     +--> site: gpc.json, the guard as a file, status,                 additions.rs: guard, status, bridge
//!          preference center                                            report.rs: said once
//! ```
//!
//! The decision falls once, on the way in, and travels with the future. What happens to the answer:
//!
//! | answer | not opted out | opted out | opted out, report-only |
//! |---|---|---|---|
//! | HTML or XHTML, 2xx, 4xx, 5xx | the same bytes; `Vary` | filtered; its own validator; `Vary` | the same bytes, counted |
//! | the same to `HEAD` | `Vary` | the head that `GET` would get | untouched |
//! | HTML in 206, in UTF-16 or ISO-2022-JP, in a coding that cannot be undone | the same bytes; `Vary` | [`Unfilterable`]; `Vary` | untouched, counted |
//! | 304 | `Vary` if it may be a page | the same, and its own validator | untouched |
//! | a catalogued `Set-Cookie`, a `Link` to a tracker | `Vary` | withheld; `Vary` | untouched, counted |
//! | a `Set-Cookie` of a privacy string | `Vary`, if it says the contrary | corrected; `Vary` | untouched |
//! | anything else | untouched | untouched | untouched |
//!
//! What an opted-out browser is told to remember ([`answer`](crate::answer)) is added to any of them but a 304, which is then
//! private; our opt-out cookie not where a shared cache may store the response, unless asked for.
//!
//! A filtered page begins with the guard and shows the status; with the bridge on, the page of who is not opted out begins with
//! that, and loses its validator for it.
//!
//! In report-only mode no head and no body changes for anyone, and `/.well-known/gpc.json` is the origin's own.
//!
//! `Vary` names every request field that took part (RFC 9110 12.5.5: on both variants, or a cache hands the first one it saw
//! to every visitor): `Sec-GPC`; `Cookie`, or the variant key of a network where there is one; those of adapters, and of the
//! place where that decides. What decides and stands in no field makes both variants private.

mod additions;
mod body;
mod config;
mod eligible;
mod future;
mod layer;
mod options;
mod pipeline;
mod report;
mod service;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use additions::Guarded;
pub use body::GpcBody;
pub use config::Unfilterable;
pub use future::ResponseFuture;
pub use layer::{GpcLayer, ReloadLayer};
pub use report::{Outcome, Reason};
pub use service::Gpc;
