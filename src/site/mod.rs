//! What we answer ourselves, in the place of the site behind us, and what we add to its pages.
//!
//! | file | what it is |
//! |---|---|
//! | `well_known` | the support resource, `/.well-known/gpc.json` |
//! | `guard` | the script that runs first on pages for opted-out browsers |
//! | `bridge` | the script for browsers whose signal only scripts can see; it and `center` forget (`forget.js`) what a service worker kept |
//! | `status` | the element that shows that an opt-out is honoured |
//! | `center` | with the feature `center`, the page on which a person chooses |
//! | `address` | where links of ours may lead |
//! | `own_path` | the guard as a file, and the status as JSON |

mod address;
mod bridge;
#[cfg(feature = "center")]
mod center;
#[cfg(not(feature = "center"))]
#[path = "no_center.rs"]
mod center;
mod guard;
mod own_path;
mod status;
mod well_known;

pub(crate) use bridge::Bridge;
#[cfg(feature = "center")]
pub use center::PreferenceCenter;
#[cfg(not(feature = "center"))]
pub(crate) use center::PreferenceCenter;
pub(crate) use guard::{Guard, WATCH};
pub(crate) use own_path::OwnPath;
pub(crate) use status::StatusMarkup;
pub use status::StatusNotice;
pub use well_known::SupportResource;
