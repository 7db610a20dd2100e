//! The tag filter: takes withheld tags out of a streamed page and passes everything else on as it came.
//!
//! The stages, from bytes to decision:
//!
//! | file | speaks of |
//! |---|---|
//! | [`filter`](self) | the machine: what state the page is in, what is held back, what is emitted |
//! | `open` | what a `<` opens: a start tag, an end tag, a comment, or nothing |
//! | `opening` | where a page's `head` begins, for a script that must come first |
//! | `element` | which elements can fetch or run, and which switch the tokenizer's text mode |
//! | `attributes` | the attributes of a tag that has come whole |
//! | `index` | the structural bytes of a chunk, found 64 bytes at a time |
//! | `tag_end` | the `>` that ends a tag, found across chunks |
//! | `text_end` | the end of raw text, of a script with its escapes, and of a comment |
//! | `foreign` | where SVG and MathML begin and end, since text modes differ there |
//! | `role` | what an attribute means to an element |
//! | `judge` | one complete start tag: keep it, cut it, or cut parts of it |
//! | `cuts` | the parts of a tag that go |
//! | `url_list`, `reference`, `refresh` | attribute values: several URLs, character references, meta refresh |
//! | `amp` | the URLs in an AMP component's configuration |
//! | `held` | bytes received but not yet decided on |
//! | `report` | what was withheld, by vendor and kind |
//! | `record` | what was looked at, for surveys |
//!
//! The tokenizer follows WHATWG HTML 13.2.5, but looks only at what can fetch or run: of an uninteresting tag it
//! finds the true `>` and goes on. Output pieces are slices of the input's buffers. Whatever the chunks are, the
//! output is the same bytes.
//!
//! `noscript` is raw text to a browser that runs scripts and markup to one that does not. Both are served: the
//! content is read as markup, and `</noscript` ends it wherever it stands, even inside a comment or an attribute.
//!
//! # Inline scripts
//!
//! What becomes of one is said by [`Rules::script`](crate::policy::Rules::script): it stays, goes, or loses single
//! statements, which are then cut out of its text like the parts of a tag. Data blocks are never executed and stay:
//! JSON under any type that says so, import maps, speculation rules, templates.
//!
#![doc = include_str!("ambiguity.md")]
//!
#![doc = include_str!("cost.md")]

mod amp;
mod attributes;
mod cursor;
mod cuts;
mod data_url;
mod element;
mod filter;
mod foreign;
mod held;
mod index;
mod judge;
mod open;
mod opening;
mod record;
mod reference;
mod refresh;
mod report;
mod role;
mod tag_end;
mod text_end;
mod url_list;

pub use filter::{FilterOptions, Syntax, TagFilter};
pub(crate) use opening::{Found, Opening};
pub use record::{Finding, Record, place};
pub use report::{Kind, Report};

/// The bytes of `range`, or none where it does not fit: positions are computed, and a wrong one must not panic.
fn part(bytes: &[u8], range: std::ops::Range<usize>) -> &[u8] {
    bytes.get(range).unwrap_or_default()
}

/// HTML's white space (13.2.5: tab, line feed, form feed, space; carriage returns are normalised to line feeds).
#[inline]
const fn is_space(byte: u8) -> bool {
    SPACES.has(byte)
}

/// Whether a byte ends a tag's name (13.2.5.8).
#[inline]
const fn ends_tag_name(byte: u8) -> bool {
    SPACES.with(b"/>").has(byte)
}

/// Whether a byte ends an attribute's name (13.2.5.33).
#[inline]
const fn ends_attribute_name(byte: u8) -> bool {
    SPACES.with(b"/>=").has(byte)
}

const SPACES: Signs = Signs(0).with(b"\t\n\x0C\r ");

/// A set of bytes below 64, where all of the markup's signs are: one shift tells.
#[derive(Clone, Copy)]
struct Signs(u64);

impl Signs {
    const fn with(self, signs: &[u8]) -> Self {
        let mut set = self.0;
        let mut rest = signs;
        while let [sign, others @ ..] = rest {
            set |= 1 << *sign;
            rest = others;
        }
        Self(set)
    }

    #[inline]
    const fn has(self, byte: u8) -> bool {
        byte < 64 && self.0 >> byte & 1 == 1
    }
}
