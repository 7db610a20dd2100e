#![doc = include_str!("../README.md")]

pub mod catalog;
mod coding;
pub mod consent;
mod error;
mod header;
pub mod html;
pub mod policy;
pub mod signal;
mod trace;

pub use catalog::Catalog;
pub use consent::ConsentState;
pub use error::{ConfigError, ConfigErrorKind};
pub use policy::Policy;
