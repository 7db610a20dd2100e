//! What one step of decoding came to.

/// What one call of [`Recoder::decode`](super::Recoder::decode) came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
#[cfg_attr(
    not(any(feature = "br", feature = "deflate", feature = "gzip", feature = "zstd")),
    expect(dead_code, reason = "without a coding there is nothing to step through, but callers match on this")
)]
pub(crate) enum Step {
    /// The output bound was reached; there may be more without further input. Call again.
    More,
    /// All input is used and all that it tells is in the output; the stream goes on.
    NeedInput,
    /// All input is used and the stream has properly ended.
    ///
    /// Only the last step of a body counts: gzip and zstd may put another member behind a finished one, and then
    /// steps of the other kinds follow this one.
    End,
    /// The stream is not what its coding says, now and for ever after.
    Corrupt,
}
