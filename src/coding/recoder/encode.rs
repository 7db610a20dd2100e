//! Encoding: plain bytes in, a stream that can be decoded up to its last flush out.

use std::io;

use bytes::BytesMut;
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};

use super::codec::{Codec, Compressor};

/// Where the encoding of one body stands.
#[derive(Default)]
pub(super) struct Encoder {
    /// Made when first needed: only then is the form of the origin's stream known, and an empty answer to a `HEAD`
    /// request never needs one.
    compressor: Option<Box<Compressor>>,
    /// Whether bytes went in since the last flush.
    unflushed: bool,
    /// Whether the stream has ended, or failed: nothing more comes out.
    closed: bool,
}

impl Encoder {
    pub(super) fn thorough(codec: &dyn Codec) -> Self {
        Self { compressor: Some(codec.thorough_compressor()), ..Self::default() }
    }

    pub(super) fn encode(&mut self, codec: &dyn Codec, plain: &[u8], scratch: &mut [u8], out: &mut BytesMut) {
        if plain.is_empty() {
            return;
        }
        self.unflushed = true;
        let mut plain = PartialBuffer::new(plain);
        self.run(codec, scratch, out, |compressor, room| {
            compressor.encode(&mut plain, room)?;
            Ok(plain.unwritten().is_empty())
        });
    }

    /// Makes all bytes so far decodable. A second flush in a row writes nothing: every one costs some bytes, and a
    /// body of many small chunks would be made of them.
    pub(super) fn flush(&mut self, codec: &dyn Codec, scratch: &mut [u8], out: &mut BytesMut) {
        if std::mem::take(&mut self.unflushed) {
            self.run(codec, scratch, out, |compressor, room| compressor.flush(room));
        }
    }

    pub(super) fn finish(&mut self, codec: &dyn Codec, scratch: &mut [u8], out: &mut BytesMut) {
        self.run(codec, scratch, out, |compressor, room| compressor.finish(room));
        self.close();
    }

    /// Ends without an end: nothing more comes out.
    pub(super) fn close(&mut self) {
        self.closed = true;
        self.compressor = None;
    }

    /// Repeats `step` until it says that it is done, and moves what it wrote to `out`.
    fn run(
        &mut self,
        codec: &dyn Codec,
        scratch: &mut [u8],
        out: &mut BytesMut,
        mut step: impl FnMut(&mut Compressor, &mut WriteBuffer<'_>) -> io::Result<bool>,
    ) {
        if self.closed {
            return;
        }
        let compressor = self.compressor.get_or_insert_with(|| codec.compressor()).as_mut();
        loop {
            let mut room = WriteBuffer::new_initialized(scratch);
            let result = step(compressor, &mut room);
            out.extend_from_slice(room.written());
            match result {
                Ok(true) => return,
                Ok(false) => {}
                // Not known to happen: the input cannot be wrong and the output is memory. If it does, the stream
                // stays open, and the client sees a truncated body and not a shorter page.
                Err(_) => return self.close(),
            }
        }
    }
}
