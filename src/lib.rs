#![doc = include_str!("../README.md")]

pub mod answer;
mod block;
pub mod catalog;
mod coding;
pub mod consent;
mod error;
mod fnv;
mod header;
pub mod html;
#[cfg(not(feature = "lists"))]
mod lists;
#[cfg(feature = "lists")]
pub mod lists;
pub mod middleware;
pub mod policy;
mod script;
pub mod signal;
mod site;
mod trace;

pub use catalog::Catalog;
pub use consent::ConsentState;
pub use error::{ConfigError, ConfigErrorKind};
pub use middleware::{Gpc, GpcLayer};
pub use policy::Policy;
#[cfg(feature = "center")]
pub use site::PreferenceCenter;
pub use site::{StatusNotice, SupportResource};
