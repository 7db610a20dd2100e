//! The tag filter: takes withheld tags out of a streamed page and passes everything else on as it came.
//!
//! The stages, from bytes to decision:
//!
//! | file | speaks of |
//! |---|---|
//! | [`filter`](self) | the machine: what state the page is in, what is held back, what is emitted |
//! | `open` | what a `<` opens: a start tag, an end tag, a comment, or nothing |
//! | `element` | which elements can fetch or run, and which switch the tokenizer's text mode |
//! | `attributes` | the attributes of a tag that has come whole |
//! | `index` | the structural bytes of a chunk, found 64 bytes at a time |
//! | `tag_end` | the `>` that ends a tag, found across chunks |
//! | `text_end` | the end of raw text, of a script with its escapes, and of a comment |
//! | `foreign` | where SVG and MathML begin and end, since text modes differ there |
//! | `judge` | one complete start tag: keep it, cut it, or cut parts of it |
//! | `url_list`, `reference`, `refresh` | attribute values: several URLs, character references, meta refresh |
//! | `held` | bytes received but not yet decided on |
//! | `report` | what was withheld, by vendor and kind |
//!
//! The tokenizer follows WHATWG HTML 13.2.5, but looks only at what can fetch or run: of an uninteresting tag it
//! finds the true `>` and goes on. Output pieces are slices of the input's buffers. Whatever the chunks are, the
//! output is the same bytes.
//!
//! `noscript` is raw text to a browser that runs scripts and markup to one that does not. Both are served: the
//! content is read as markup, and `</noscript` ends it wherever it stands, even inside a comment or an attribute.
//!
#![doc = include_str!("ambiguity.md")]

mod attributes;
mod cursor;
mod element;
mod filter;
mod foreign;
mod held;
mod index;
mod judge;
mod open;
mod reference;
mod refresh;
mod report;
mod tag_end;
mod text_end;
mod url_list;

pub use filter::{FilterOptions, Syntax, TagFilter};
pub use report::{Kind, Report};

/// The bytes of `range`, or none where it does not fit: positions are computed, and a wrong one must not panic.
fn part(bytes: &[u8], range: std::ops::Range<usize>) -> &[u8] {
    bytes.get(range).unwrap_or_default()
}

/// HTML's white space (13.2.5: tab, line feed, form feed, space; carriage returns are normalised to line feeds).
const fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}
