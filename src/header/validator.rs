//! Validators: each variant of a page has its own, so that a `304` never brings the other variant back to life.
//!
//! The filtered variant of a page that the origin tags `"abc"` or `W/"abc"` carries
//!
//! ```text
//! W/"abc;gpc-s-1a2b3c4d"        W/"abc;gpc-w-1a2b3c4d"
//!            | |
//!            | fingerprint of catalog and policy, eight lower-case hexadecimal digits
//!            the origin's tag was s(trong) or w(eak)
//! ```
//!
//! It is weak, because bodies that were filtered or encoded again are equivalent, not equal byte for byte (RFC 9110
//! §8.8.1). The origin's tag stays inside, so nothing has to be remembered, and the last suffix is ours: a tag
//! that already ended like that, because this layer runs twice or the origin chose it, comes back whole.
//!
//! # Conditional requests
//!
//! `GET` and `HEAD` go through [`Variant::claim`] if the browser is opted out and a filtered page may come of it, else
//! through [`Variant::disclaim`]; every other method through [`Variant::restore`]. A shared cache sends the tags
//! of all the variants it stored in one `If-None-Match` (RFC 9111 §4.3.1), so members are judged one by one.
//! `If-Modified-Since` cannot tell the variants apart: a filtered page goes out without `Last-Modified`, and the field
//! is dropped wherever a tag that took precedence over it (RFC 9110 §13.1.3) is.
//!
//! # 304
//!
//! A `304` to an opted-out browser is about the filtered variant if and only if `claim` returned `true`. RFC 9110
//! §15.4.5 wants in it the `ETag` and `Vary` that the `200` would have had, and a cache copies its fields over those it
//! stored (RFC 9111 §3.2): it goes through [`Variant::stamp`], `body::changed`, `vary::vary_on` and both `withhold`s,
//! as a `200` does. After `false` nothing conditional went upstream, so the origin has nothing to answer with a `304`.
//!
//! # Lost updates
//!
//! `If-Match` compares strongly (RFC 9110 §13.1.1) and a weak tag never matches there, so a client that follows the
//! letter does not send ours. One that does would always get a `412`; it gets the origin's tag back instead, strong if
//! it was strong, and the origin decides. That is sound: the suffix says which tags were taken out, not which state
//! of the page was seen. For the same reason any fingerprint will do. Neither `If-Match` nor `If-Unmodified-Since` is
//! ever dropped, since without them the method would be applied to a state that nobody saw.

use http::header::{ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH};

use super::edit::{self, Edit};
use super::list::{self, Syntax};

/// The filtered variant of every page under one catalog and one policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    fingerprint: u32,
}

impl Variant {
    pub(crate) fn new(fingerprint: u32) -> Self {
        Self { fingerprint }
    }

    /// Marks the `ETag` of a filtered response as this variant's.
    ///
    /// A malformed tag, or several, is removed: it could not be told from the other variant's.
    pub(crate) fn stamp(self, headers: &mut HeaderMap) {
        let mut tags = headers.get_all(ETAG).iter();
        let stamped = match (tags.next(), tags.next()) {
            (None, _) => return,
            (Some(tag), None) => EntityTag::parse(list::trim(tag.as_bytes())).and_then(|tag| self.stamped(tag)),
            _ => None,
        };
        match (stamped, headers.get_mut(ETAG)) {
            (Some(stamped), Some(tag)) => *tag = stamped,
            _ => {
                headers.remove(ETAG);
            }
        }
    }

    /// Makes a conditional `GET` or `HEAD` of an opted-out browser one about this variant; `true` if it still is one.
    ///
    /// Members of `If-None-Match` with our fingerprint become the origin's tags again, byte for byte. All others go,
    /// `*` too, and `If-Modified-Since`. Not for other methods: `If-None-Match: *` guards a `PUT` against overwriting.
    pub(crate) fn claim(self, headers: &mut HeaderMap) -> bool {
        let mut ours = false;
        edit::fields(headers, &IF_NONE_MATCH, |line| {
            list::edit(line.as_bytes(), Syntax::EntityTags, |member| match Stamped::parse(member) {
                Some(stamped) if stamped.fingerprint == self.fingerprint => {
                    ours = true;
                    Edit::Replace(stamped.origin.to_bytes())
                }
                _ => Edit::Remove,
            })
        });
        if !ours {
            // Lines without a single member are left by the edit.
            headers.remove(IF_NONE_MATCH);
        }
        headers.remove(IF_MODIFIED_SINCE);
        restore_field(headers, &IF_MATCH);
        ours
    }

    /// Takes our tags out of a conditional `GET` or `HEAD` that asks for the unfiltered page.
    ///
    /// A request without them is left as it is, the same bytes. An origin whose own tags end like ours is not
    /// revalidated by them, which costs a full answer and nothing else.
    pub(crate) fn disclaim(headers: &mut HeaderMap) {
        let mut dropped = false;
        edit::fields(headers, &IF_NONE_MATCH, |line| {
            list::edit(line.as_bytes(), Syntax::EntityTags, |member| {
                if Stamped::parse(member).is_none() {
                    return Edit::Keep;
                }
                dropped = true;
                Edit::Remove
            })
        });
        if dropped {
            headers.remove(IF_MODIFIED_SINCE);
        }
        restore_field(headers, &IF_MATCH);
    }

    /// Turns our tags in `If-Match` and `If-None-Match` back into the origin's, and drops nothing.
    ///
    /// For methods other than `GET` and `HEAD`, whoever sends them.
    pub(crate) fn restore(headers: &mut HeaderMap) {
        restore_field(headers, &IF_MATCH);
        restore_field(headers, &IF_NONE_MATCH);
    }

    fn stamped(self, tag: EntityTag<'_>) -> Option<HeaderValue> {
        let strength = if tag.weak { 'w' } else { 's' };
        let suffix = format!(";gpc-{strength}-{:08x}", self.fingerprint);
        let opaque = [tag.opaque, suffix.as_bytes()].concat();
        HeaderValue::try_from(EntityTag { weak: true, opaque: &opaque }.to_bytes()).ok()
    }
}

fn restore_field(headers: &mut HeaderMap, name: &HeaderName) {
    edit::fields(headers, name, |line| {
        list::edit(line.as_bytes(), Syntax::EntityTags, |member| {
            Stamped::parse(member).map_or(Edit::Keep, |stamped| Edit::Replace(stamped.origin.to_bytes()))
        })
    });
}

/// An entity tag, RFC 9110 §8.8.3.
struct EntityTag<'a> {
    weak: bool,
    opaque: &'a [u8],
}

impl<'a> EntityTag<'a> {
    /// Rejects `abc`, `w/"abc"` (the prefix is case-sensitive), and white space or a quote inside.
    fn parse(text: &'a [u8]) -> Option<Self> {
        let unprefixed = text.strip_prefix(b"W/");
        let opaque = unprefixed.unwrap_or(text).strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let legal = |byte: &u8| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..);
        opaque.iter().all(legal).then_some(Self { weak: unprefixed.is_some(), opaque })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let prefix: &[u8] = if self.weak { b"W/\"" } else { b"\"" };
        [prefix, self.opaque, b"\""].concat()
    }
}

/// A tag of a filtered variant, ours or an older one. A cache may have made it strong again; that is not looked at.
struct Stamped<'a> {
    origin: EntityTag<'a>,
    fingerprint: u32,
}

impl<'a> Stamped<'a> {
    fn parse(text: &'a [u8]) -> Option<Self> {
        let EntityTag { opaque, .. } = EntityTag::parse(text)?;
        let (opaque, suffix) = opaque.split_at_checked(opaque.len().checked_sub(SUFFIX_LENGTH)?)?;
        let [strength @ (b's' | b'w'), b'-', digits @ ..] = suffix.strip_prefix(b";gpc-")? else {
            return None;
        };
        // One spelling a tag: what we did not write is not ours. `from_str_radix` also takes `+` and upper case.
        if !digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        let fingerprint = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        Some(Self { origin: EntityTag { weak: *strength == b'w', opaque }, fingerprint })
    }
}

const SUFFIX_LENGTH: usize = ";gpc-s-1a2b3c4d".len();

#[cfg(test)]
mod tests;
