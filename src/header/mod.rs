//! Edits of header fields: grammar-true, on both variants of a page.
//!
//! Members are split by the field's own grammar and compared whole, in any case where the field says so. What stays
//! keeps its bytes and its order; a field whose members all go is removed; hostile values never panic, cost linear
//! work, and at worst are left as they are. A field that needs no change is neither copied nor written.
//!
//! What is withheld is told by closures, so this room knows no vendor. Names and values of cookies, and URLs, go nowhere
//! from here.
//!
//! | file | what it does |
//! |---|---|
//! | `vary` | adds what a cache must compare |
//! | `csp` | tells whether a script of ours may run on a page, and tightens policies |
//! | `link` | takes hints to withheld URLs out of `Link` |
//! | `set_cookie` | takes withheld cookies out of `Set-Cookie` |
//! | `cache_control` | keeps shared caches from storing what `Vary` cannot tell apart |
//! | `validator` | one `ETag` a variant; conditional requests reach the origin about their own variant only |
//! | `range` | makes a request ask for the whole page |
//! | `body` | takes out what describes the origin's bytes, when they change |
//! | `media` | tells a page from other bodies |
//! | `destination` | tells what the browser will use a response for |
//! | `accept_encoding` | asks only for codings that can be filtered |
//! | `edit`, `list`, `params` | field lines, comma lists and `;` parameters: the grammar under all of these |
//!
//! # Both variants, field by field
//!
//! Request:
//!
//! | field | opted out, may get a page | everyone else | why |
//! |---|---|---|---|
//! | `Accept-Encoding` | narrowed | as it is | what cannot be decoded cannot be filtered |
//! | `Range`, `If-Range` | removed | as they are | a part of a page cannot be filtered |
//! | `If-None-Match` | our variant's tags become the origin's, others go | our tags go | no `304` for the page of the other variant |
//! | `If-Modified-Since` | removed | goes beside a tag of ours that goes | a date does not tell the variants apart |
//! | `If-Match` | our tags become the origin's | the same | a guard against lost updates is kept |
//! | `If-Unmodified-Since` | as it is | as it is | the same |
//!
//! Response:
//!
//! | field | filtered page | the same page unfiltered | why |
//! |---|---|---|---|
//! | `Vary` | names added | names added | a cache must not hand either to the other visitor |
//! | `Cache-Control` | `private`, where no field tells the variants apart | the same | the same |
//! | `ETag` | weak, with our suffix; a malformed one goes | as it is | two bodies, two validators |
//! | `Last-Modified` | removed | as it is | one date would validate both |
//! | `Content-Length`, `Accept-Ranges` | removed | as they are | they count the origin's bytes |
//! | digests, `Signature`, `Signature-Input` | removed | as they are | they are about the origin's bytes |
//! | `Link` | links that fetch a withheld URL go | as it is | a hint is a request, too |
//! | `Set-Cookie` | withheld cookies go | as it is | a tracker's first-party cookie |

pub(crate) mod accept_encoding;
pub(crate) mod body;
pub(crate) mod cache_control;
pub(crate) mod csp;
pub(crate) mod destination;
mod edit;
pub(crate) mod link;
mod list;
pub(crate) mod media;
mod params;
pub(crate) mod range;
pub(crate) mod set_cookie;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub(crate) mod validator;
pub(crate) mod vary;
