//! Content codings: decode, let the filter see the plain bytes, encode again with the same coding, chunk by chunk.
//!
//! - [`token`]: [`Coding`], what a `Content-Encoding` field says, and why a body cannot be decoded ([`Uncodable`]).
//! - [`step`]: what a step of decoding came to ([`Step`]).
//! - [`recoder`]: [`Recoder`], the pair of a decoder and an encoder for one response.
//!
//! The compressors themselves are those of `compression-codecs`. What is decoded leaves in pieces of at most 16 KiB,
//! so a decompression bomb costs the window of its coding and nothing more: 32 KiB for gzip and deflate, 16 MiB for
//! br and 8 MiB for zstd.
//!
//! Without any of the features `br`, `deflate`, `gzip` and `zstd` only the names are left: `absent` stands in for
//! `recoder`, and no body has one.

#[cfg(not(any(feature = "br", feature = "deflate", feature = "gzip", feature = "zstd")))]
mod absent;
#[cfg(any(feature = "br", feature = "deflate", feature = "gzip", feature = "zstd"))]
mod recoder;
mod step;
mod token;

#[cfg(not(any(feature = "br", feature = "deflate", feature = "gzip", feature = "zstd")))]
pub(crate) use absent::Recoder;
#[cfg(any(feature = "br", feature = "deflate", feature = "gzip", feature = "zstd"))]
pub(crate) use recoder::Recoder;
pub(crate) use step::Step;
pub(crate) use token::{Coding, Uncodable};
