//! What tells the content codings apart, and which of them this build knows.

#[cfg(feature = "br")]
mod brotli;
#[cfg(feature = "deflate")]
mod deflate;
#[cfg(feature = "gzip")]
mod gzip;
#[cfg(feature = "zstd")]
mod zstd;

use compression_codecs::{DecodeV2, EncodeV2};

use crate::coding::Coding;

/// A decompressor for one member at a time.
pub(super) type Decompressor = dyn DecodeV2 + Send + Sync;

/// A compressor for one stream.
pub(super) type Compressor = dyn EncodeV2 + Send + Sync;

/// One content coding, as far as it differs from the others.
pub(super) trait Codec: Send + Sync {
    /// Tells from the first bytes whether a member begins here; `None` asks for one more byte.
    ///
    /// May take note of what it sees, for [`decompressor`](Self::decompressor) and
    /// [`compressor`](Self::compressor).
    fn begins(&mut self, head: &[u8]) -> Option<bool>;

    /// Whether members can follow each other in one body; if not, what follows the first is ignored.
    fn repeats(&self) -> bool;

    fn decompressor(&self) -> Box<Decompressor>;

    fn compressor(&self) -> Box<Compressor>;

    /// One for what is compressed once and sent many times.
    fn thorough_compressor(&self) -> Box<Compressor> {
        self.compressor()
    }
}

/// Returns the codec of `coding`, if its feature is on.
pub(super) fn codec(coding: Coding) -> Option<Box<dyn Codec>> {
    CODECS.iter().find(|(known, _)| *known == coding).map(|(_, make)| make())
}

type Make = fn() -> Box<dyn Codec>;

const CODECS: &[(Coding, Make)] = &[
    #[cfg(feature = "gzip")]
    (Coding::Gzip, || Box::new(gzip::Gzip)),
    #[cfg(feature = "deflate")]
    (Coding::Deflate, || Box::new(deflate::Deflate::default())),
    #[cfg(feature = "br")]
    (Coding::Brotli, || Box::new(brotli::Brotli)),
    #[cfg(feature = "zstd")]
    (Coding::Zstd, || Box::new(zstd::Zstd)),
];
