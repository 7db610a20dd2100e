//! What consent platforms keep in their own cookies, read on the server.
//!
//! A person who opts out in a site's banner has opted out (11 CCR § 7026), and the platform's cookie is the only word
//! of it that reaches a server. Each [`Platform`] is read in a file of its own, by the same rules:
//!
//! - One purpose of sale or sharing that is refused is an opt-out, whatever stands beside it: another that is granted,
//!   the same one a second time, or a syntax error after it.
//! - Where all that are named are granted, the person did not opt out. It takes a whole value to say so.
//! - What is not understood says nothing. It never opts anybody in, nor fails, nor allocates; time is linear in the
//!   value.
//!
//! Which purposes are those of sale or sharing is what [`Purposes`] says.

mod base64;
mod complianz;
mod cookie_yes;
mod cookiebot;
mod didomi;
pub(crate) mod iubenda;
mod json;
mod ketch;
pub(crate) mod one_trust;
mod osano;
mod platform;
mod purposes;
mod shopify;
mod sourcepoint;
mod tally;
mod text;
mod transcend;
mod trust_arc;

pub(in crate::signal) use platform::Pattern;
pub use platform::Platform;
pub use purposes::Purposes;

#[cfg(test)]
mod tests;
