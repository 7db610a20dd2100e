#![doc = include_str!("../README.md")]

mod error;
mod trace;

pub use error::{ConfigError, ConfigErrorKind};
