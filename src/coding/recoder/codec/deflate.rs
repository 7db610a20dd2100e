//! `deflate`, which is RFC 1950 by the book and bare RFC 1951 from some servers.

use compression_codecs::core::Level;
use compression_codecs::{DeflateDecoder, DeflateEncoder, ZlibDecoder, ZlibEncoder};

use super::{Codec, Compressor, Decompressor};

#[derive(Debug, Default)]
pub(super) struct Deflate {
    form: Form,
}

/// What is inside; the same form goes out again.
#[derive(Clone, Copy, Debug, Default)]
enum Form {
    /// RFC 9110 §8.4.1.2: the `zlib` format.
    #[default]
    Zlib,
    /// The same section notes: some send deflate data without the zlib wrapper.
    Raw,
}

impl Codec for Deflate {
    fn begins(&mut self, head: &[u8]) -> Option<bool> {
        let [first, second] = *head else { return None };
        self.form = if is_zlib(first, second) { Form::Zlib } else { Form::Raw };
        Some(true)
    }

    fn repeats(&self) -> bool {
        false
    }

    fn decompressor(&self) -> Box<Decompressor> {
        match self.form {
            Form::Zlib => Box::new(ZlibDecoder::new()),
            Form::Raw => Box::new(DeflateDecoder::new()),
        }
    }

    fn compressor(&self) -> Box<Compressor> {
        let level = Level::Precise(LEVEL).into();
        match self.form {
            Form::Zlib => Box::new(ZlibEncoder::new(level)),
            Form::Raw => Box::new(DeflateEncoder::new(level)),
        }
    }
}

/// Tells whether two bytes are a zlib header.
///
/// RFC 1950 §2.2: method 8, a window of at most 32 KiB, and a multiple of 31. As the start of bare deflate the same
/// bytes would be a stored block whose padding bits are not zero, which no compressor writes.
fn is_zlib(cmf: u8, flg: u8) -> bool {
    cmf & 0x0f == 8 && cmf >> 4 <= 7 && u16::from_be_bytes([cmf, flg]).is_multiple_of(31)
}

/// The compressor is the same as for gzip, and so are the reasons.
const LEVEL: i32 = 5;
