//! The pair of a decoder and an encoder for one response.
//!
//! - [`decode`]: members, truncation and corruption.
//! - [`encode`]: compressing, flushing, ending.
//! - [`mod@codec`]: what tells the codings apart, and which of them this build knows; one file a coding.

mod codec;
mod decode;
mod encode;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use std::fmt;

use bytes::{Bytes, BytesMut};
use compression_codecs::core::util::WriteBuffer;

use self::codec::{Codec, codec};
use self::decode::Decoder;
use self::encode::Encoder;
use super::{Coding, Step};

/// Decodes a body, and encodes what became of it with the same coding.
///
/// The two halves share one thing: only a body whose end was read is ended again, see
/// [`finish`](Recoder::finish).
pub(crate) struct Recoder {
    coding: Coding,
    codec: Box<dyn Codec>,
    decoder: Decoder,
    encoder: Encoder,
    /// Where the compressors write; copied from here, so that `out` grows by what was written and no more.
    scratch: Box<[u8]>,
}

impl Recoder {
    /// Returns a recoder for a body with `coding`; `None` if there is nothing to decode, or the feature is off.
    pub(crate) fn new(coding: Coding) -> Option<Self> {
        Some(Self {
            coding,
            codec: codec(coding)?,
            decoder: Decoder::default(),
            encoder: Encoder::default(),
            scratch: vec![0; CHUNK].into_boxed_slice(),
        })
    }

    /// All of `plain` with a coding, for what no origin sent: as small as it gets. `None` if the feature is off.
    pub(crate) fn whole(coding: Coding, plain: &[u8]) -> Option<Bytes> {
        let mut recoder = Self::new(coding)?;
        recoder.encoder = Encoder::thorough(recoder.codec.as_ref());
        let mut out = BytesMut::new();
        recoder.encode(plain, &mut out);
        recoder.encoder.finish(recoder.codec.as_ref(), &mut recoder.scratch, &mut out);
        Some(out.freeze())
    }

    /// Takes coded bytes from the front of `input` and appends at most [`CHUNK`] plain ones to `out`.
    ///
    /// After anything but [`Step::More`] the input is used up, unless it is corrupt. A body that ends when the last
    /// step was not [`Step::End`] is truncated.
    pub(crate) fn decode(&mut self, input: &mut Bytes, out: &mut BytesMut) -> Step {
        let mut room = WriteBuffer::new_initialized(&mut self.scratch);
        let step = self.decoder.decode(self.codec.as_mut(), input, &mut room);
        out.extend_from_slice(room.written());
        step
    }

    /// Whether all that was decoded so far is a whole stream: the last step was [`Step::End`].
    pub(crate) fn ended(&self) -> bool {
        self.decoder.ended()
    }

    /// Appends the coded form of `plain` to `out`, or keeps some of it for later.
    pub(crate) fn encode(&mut self, plain: &[u8], out: &mut BytesMut) {
        self.encoder.encode(self.codec.as_ref(), plain, &mut self.scratch, out);
    }

    /// Appends what is needed to decode everything encoded so far; nothing, if nothing is new.
    pub(crate) fn flush(&mut self, out: &mut BytesMut) {
        self.encoder.flush(self.codec.as_ref(), &mut self.scratch, out);
    }

    /// Appends what is left, and the end of the stream if the origin's stream [`ended`](Self::ended).
    ///
    /// A body that came truncated or corrupt goes out truncated, so a client can tell it from a whole one. Call it
    /// once, when the body is over; nothing is written afterwards.
    pub(crate) fn finish(&mut self, out: &mut BytesMut) {
        if self.ended() {
            self.encoder.finish(self.codec.as_ref(), &mut self.scratch, out);
        } else {
            self.flush(out);
            self.encoder.close();
        }
    }
}

/// The most that one call of [`Recoder::decode`] gives.
///
/// A call is also the unit in which the caller filters and sends, so this bounds what a bomb costs at a time.
const CHUNK: usize = 16 * 1024;

impl fmt::Debug for Recoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recoder").field("coding", &self.coding).field("ended", &self.ended()).finish_non_exhaustive()
    }
}
