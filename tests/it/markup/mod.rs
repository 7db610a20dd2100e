//! What the filter takes for markup, against an independent parser; and encodings, where a byte is not a character.

mod encodings;
mod generated;
mod saved;
pub(crate) mod seen;
