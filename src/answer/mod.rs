//! What the response tells an opted-out browser to remember: our opt-out cookie, and privacy strings that say the same as
//! the decision.
//!
//! ```text
//! request head --[Answers::prepare]--> Answer --[Answer::write]--> Set-Cookie lines of the response
//!                 strings, place, lines          shared
//! ```
//!
//! | cookie | when | what |
//! |---|---|---|
//! | the opt-out cookie | it is missing, or was written a month ago | `1.out.<day>`; Secure, SameSite=Lax, 400 days |
//! | `usprivacy`, `us_privacy`, `us-privacy` | carried, and not saying "opted out" | third letter `Y`, the rest as it was |
//! | `__gpp`, and `__gpp_sid` with it | the same | every US section opted out, the rest as it was |
//! | `OptanonConsent`, `OneTrustWPCCPAGoogleOptOut`, `OTGPPConsent` | the same, where [`Answers::correct_onetrust`] is on | opted out |
//! | `usprivacy`, `__gpp` | the site has none and [`Answers`] says to publish one | a string for the decision |
//!
//! An opted-out browser is never told the contrary: a line of the inner service that would do so is put right too, and one
//! that would take our cookie away is taken out.
//!
//! Whatever is set here is for one visitor, so the response is marked `private` (RFC 9111 § 7.3: a `Set-Cookie` does not
//! keep a cache from storing a response).

mod lines;
mod options;
mod origin;
mod place;
mod shared;
mod strings;

pub use options::{Answers, Persist};
pub(crate) use shared::Answer;
pub(crate) use strings::Told;

#[cfg(test)]
mod tests;
