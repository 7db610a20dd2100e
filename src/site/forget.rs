//! Pages that a service worker kept from before the opt-out, and how they are forgotten.

/// A function of the browser's that takes HTML out of its Cache API; scripts, pictures and the like stay.
///
/// A service worker answers with them without asking us, and its cache knows nothing of a `Vary` on fields that the browser
/// adds later (Service Workers, "Request Matches Cached Item").
pub(super) const FORGET: &str = include_str!("forget.js");
