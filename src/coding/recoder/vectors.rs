//! Streams written down byte by byte.

use super::Coding;

/// Streams and what is in them: name, coding, coded, plain. Made by other programs (zlib of Python, brotli of Node, the zstd tool) or by hand.
pub(super) const WHOLE: &[(&str, Coding, &[u8], &[u8])] = &[
    #[cfg(feature = "gzip")]
    ("gzip", Coding::Gzip, GZIP, HELLO),
    #[cfg(feature = "gzip")]
    ("gzip, empty", Coding::Gzip, b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0", b""),
    #[cfg(feature = "gzip")]
    (
        "gzip with every optional header field",
        Coding::Gzip,
        b"\x1f\x8b\x08\x1f\0\0\0\0\0\x03\x03\0xyzpage.html\0a note\0\x20\xf3\
          \x4b\x04\0\x43\xbe\xb7\xe8\x01\0\0\0",
        b"a",
    ),
    #[cfg(feature = "gzip")]
    (
        "gzip, two members between empty ones",
        Coding::Gzip,
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0\
          \x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0\x43\xbe\xb7\xe8\x01\0\0\0\
          \x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0\
          \x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0\x43\xbe\xb7\xe8\x01\0\0\0\
          \x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0",
        b"aa",
    ),
    #[cfg(feature = "deflate")]
    ("zlib", Coding::Deflate, b"\x78\xda\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\0\x44\x28\x06\xd5", HELLO),
    #[cfg(feature = "deflate")]
    ("zlib, stored", Coding::Deflate, b"\x78\x01\x01\x01\0\xfe\xffa\0\x62\0\x62", b"a"),
    #[cfg(feature = "deflate")]
    ("raw deflate", Coding::Deflate, b"\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\0", HELLO),
    #[cfg(feature = "deflate")]
    ("raw deflate, empty", Coding::Deflate, b"\x03\0", b""),
    #[cfg(feature = "deflate")]
    ("raw deflate, stored", Coding::Deflate, b"\x01\x01\0\xfe\xffa", b"a"),
    #[cfg(feature = "deflate")]
    ("raw deflate that looks like zlib but for the check bits", Coding::Deflate, b"\x08\x01\0\xfe\xffa\x03\0", b"a"),
    #[cfg(feature = "deflate")]
    (
        "raw deflate that looks like zlib but for the window",
        Coding::Deflate,
        b"\x88\x1c\0\xe3\xffhello, hello, hello, hello, \x03\0",
        b"hello, hello, hello, hello, ",
    ),
    #[cfg(feature = "br")]
    (
        "br",
        Coding::Brotli,
        b"\x1b\x12\0\xf8\x8d\x94\x6e\xde\x44\x09\x52\x86\x96\x6c\x2c\x6f\x11\x4f\x24\xd0\x71\0",
        HELLO,
    ),
    #[cfg(feature = "br")]
    ("br, empty", Coding::Brotli, b"\x3b", b""),
    #[cfg(feature = "br")]
    ("br, empty in a window of 64 KiB", Coding::Brotli, b"\x06", b""),
    #[cfg(feature = "zstd")]
    ("zstd", Coding::Zstd, ZSTD, HELLO),
    #[cfg(feature = "zstd")]
    ("zstd, empty", Coding::Zstd, b"\x28\xb5\x2f\xfd\x24\0\x01\0\0\x99\xe9\xd8\x51", b""),
    #[cfg(feature = "zstd")]
    (
        "zstd, frames among skippable ones",
        Coding::Zstd,
        b"\x50\x2a\x4d\x18\x03\0\0\0xyz\x28\xb5\x2f\xfd\0\0\x09\0\0a\
          \x5f\x2a\x4d\x18\0\0\0\0\x28\xb5\x2f\xfd\0\0\x09\0\0b\x50\x2a\x4d\x18\x01\0\0\0x",
        b"ab",
    ),
    #[cfg(feature = "zstd")]
    ("zstd with a window of 8 MiB", Coding::Zstd, b"\x28\xb5\x2f\xfd\0\x68\x09\0\0a", b"a"),
];

/// Bytes that their coding does not allow.
pub(super) const WRONG: &[(&str, Coding, &[u8])] = &[
    #[cfg(feature = "gzip")]
    ("gzip: plain text", Coding::Gzip, b"<!doctype html>"),
    #[cfg(feature = "gzip")]
    ("gzip: half a magic number", Coding::Gzip, b"\x1f\x8c\x08"),
    #[cfg(feature = "gzip")]
    ("gzip: another method", Coding::Gzip, b"\x1f\x8b\x07\0\0\0\0\0\0\x03"),
    #[cfg(feature = "gzip")]
    ("gzip: zeros only", Coding::Gzip, &[0; 40]),
    #[cfg(feature = "gzip")]
    ("gzip: checksum", Coding::Gzip, b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0\x42\xbe\xb7\xe8\x01\0\0\0"),
    #[cfg(feature = "gzip")]
    ("gzip: length", Coding::Gzip, b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0\x43\xbe\xb7\xe8\x02\0\0\0"),
    #[cfg(feature = "gzip")]
    ("gzip: header checksum", Coding::Gzip, b"\x1f\x8b\x08\x02\0\0\0\0\0\x03\0\0\x4b\x04\0\x43\xbe\xb7\xe8\x01\0\0\0"),
    #[cfg(feature = "deflate")]
    ("zlib: checksum", Coding::Deflate, b"\x78\x01\x01\x01\0\xfe\xffa\0\x62\0\x63"),
    #[cfg(feature = "deflate")]
    ("zlib: preset dictionary", Coding::Deflate, b"\x78\xbb\0\0\0\x01\x4b\x04\0\0\x62\0\x62"),
    #[cfg(feature = "deflate")]
    ("raw deflate: block type 3", Coding::Deflate, b"\x07\0"),
    #[cfg(feature = "deflate")]
    ("raw deflate: plain text", Coding::Deflate, b"<!doctype html>"),
    #[cfg(feature = "br")]
    (
        "br: large window, which RFC 7932 has not",
        Coding::Brotli,
        b"\x11\x5a\x48\0\0\x90\x02\x61\xa9\x41\xa2\xa9\x04\x0f\xa7\x0b",
    ),
    #[cfg(feature = "br")]
    ("br: large window of 1 GiB", Coding::Brotli, b"\x91\x1e\x03"),
    #[cfg(feature = "br")]
    ("br: padding that is not zero", Coding::Brotli, b"\x86"),
    #[cfg(feature = "zstd")]
    ("zstd: plain text", Coding::Zstd, b"<!doctype html>"),
    #[cfg(feature = "zstd")]
    ("zstd: window over 8 MiB", Coding::Zstd, b"\x28\xb5\x2f\xfd\0\x69\x09\0\0a"),
    #[cfg(feature = "zstd")]
    ("zstd: window of 2 GiB", Coding::Zstd, b"\x28\xb5\x2f\xfd\0\xa8\x09\0\0a"),
    #[cfg(feature = "zstd")]
    ("zstd: checksum", Coding::Zstd, b"\x28\xb5\x2f\xfd\x24\0\x01\0\0\x99\xe9\xd8\x50"),
    #[cfg(feature = "zstd")]
    ("zstd: garbage behind a frame", Coding::Zstd, b"\x28\xb5\x2f\xfd\0\0\x09\0\0agarbage"),
];

const HELLO: &[u8] = b"hello, hello, hello";

#[cfg(feature = "gzip")]
const GZIP: &[u8] =
    b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\0\x9f\xa1\xca\x09\x13\0\0\0";

#[cfg(feature = "zstd")]
const ZSTD: &[u8] =
    b"\x28\xb5\x2f\xfd\x04\x58\x6d\0\0\x38\x68\x65\x6c\x6c\x6f\x2c\x20\x01\0\xe2\x8a\x11\x75\xf3\x98\x8e";
