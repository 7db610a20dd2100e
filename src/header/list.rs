//! The one splitter for comma lists (RFC 9110 §5.6.1): it knows quoted strings and, for `Link`, `<...>`.
//!
//! A quote or an angle bracket that is never closed is an ordinary byte, and so are all such bytes after it: a list
//! that somebody broke is still split, in one pass, and no member can hide behind the break.

use memchr::memchr;

use super::edit::Edit;

/// In which constructs of a field a comma is not a separator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// In none: the field is made of tokens, and a stray quote must not hide a member.
    Tokens,
    /// Quoted strings with `\` escapes, RFC 9110 §5.6.4.
    Strings,
    /// Entity tags: quoted, but `\` is a byte like any other, RFC 9110 §8.8.3.
    EntityTags,
    /// `<...>` at the start of a member, quoted strings as parameter values only, RFC 8288 §3 and appendix B.
    Links,
}

/// The members of a list without the white space around them; empty ones are skipped.
pub(super) fn members(value: &[u8], syntax: Syntax) -> impl Iterator<Item = &[u8]> {
    Pieces::new(value, syntax).map(trim).filter(|member| !member.is_empty())
}

/// Applies `change` to every member of a list, once each and in order.
///
/// Gives [`Edit::Keep`] if all were kept and [`Edit::Remove`] if no member is left. Otherwise the members that stay
/// keep their bytes, white space included, and empty members stay where they are.
pub(super) fn edit(value: &[u8], syntax: Syntax, mut change: impl FnMut(&[u8]) -> Edit) -> Edit {
    let mut edited: Option<Joined> = None;
    let mut left = 0usize;
    let mut at = 0;
    for piece in Pieces::new(value, syntax) {
        let member = trim(piece);
        let verdict = if member.is_empty() { Edit::Keep } else { change(member) };
        if verdict != Edit::Keep && edited.is_none() {
            edited = Some(Joined::starting_with(value, at));
        }
        left += usize::from(!member.is_empty() && verdict != Edit::Remove);
        match (&mut edited, verdict) {
            (Some(joined), Edit::Keep) => joined.push(piece),
            (Some(joined), Edit::Replace(bytes)) => {
                let space = piece.len() - trim_start(piece).len();
                joined.push(&[piece.get(..space).unwrap_or_default(), &bytes].concat());
            }
            (None, _) | (_, Edit::Remove) => {}
        }
        at += piece.len() + 1;
    }
    match edited {
        None => Edit::Keep,
        Some(_) if left == 0 => Edit::Remove,
        Some(joined) => Edit::Replace(joined.bytes),
    }
}

/// Takes optional white space (RFC 9110 §5.6.3) off both ends.
pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    let mut bytes = trim_start(bytes);
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

pub(super) fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

/// Finds the quote that closes the quoted string whose content `text` begins with.
pub(super) fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text.get(at) == Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// The list as it is put together again.
struct Joined {
    bytes: Vec<u8>,
    started: bool,
}

impl Joined {
    /// Begins with the pieces that end before `at`, the start of a piece.
    fn starting_with(value: &[u8], at: usize) -> Self {
        let bytes = at.checked_sub(1).and_then(|comma| value.get(..comma));
        Self { bytes: bytes.unwrap_or_default().to_vec(), started: bytes.is_some() }
    }

    fn push(&mut self, piece: &[u8]) {
        if self.started {
            self.bytes.push(b',');
            self.bytes.extend_from_slice(piece);
        } else {
            self.bytes.extend_from_slice(trim_start(piece));
        }
        self.started = true;
    }
}

/// What lies between the separating commas: white space and empty pieces included, so that nothing is lost.
struct Pieces<'a> {
    rest: Option<&'a [u8]>,
    syntax: Syntax,
    /// A quote was never closed, so no later one will be: looking again and again would not be linear.
    unclosed_quote: bool,
    unclosed_angle: bool,
}

impl<'a> Pieces<'a> {
    fn new(value: &'a [u8], syntax: Syntax) -> Self {
        Self { rest: Some(value), syntax, unclosed_quote: false, unclosed_angle: false }
    }

    fn length(&mut self, text: &[u8]) -> usize {
        let mut before = None;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let inside = text.get(at + 1..).unwrap_or_default();
            at += 1;
            match byte {
                b',' => return at - 1,
                b'"' if self.opens_string(before) => {
                    let closing = match self.syntax {
                        Syntax::EntityTags => memchr(b'"', inside),
                        _ => closing_quote(inside),
                    };
                    self.unclosed_quote = closing.is_none();
                    at += closing.map_or(0, |length| length + 1);
                }
                b'<' if self.opens_target(before) => {
                    let closing = memchr(b'>', inside);
                    self.unclosed_angle = closing.is_none();
                    at += closing.map_or(0, |length| length + 1);
                }
                b' ' | b'\t' => continue,
                _ => {}
            }
            before = Some(byte);
        }
        text.len()
    }

    /// `before` is the last byte of the piece so far that is not white space.
    fn opens_string(&self, before: Option<u8>) -> bool {
        // RFC 8288 B.3: in a link, a quote that does not begin a value is part of a token, and a comma ends the token.
        let possible = match self.syntax {
            Syntax::Tokens => false,
            Syntax::Strings | Syntax::EntityTags => true,
            Syntax::Links => before == Some(b'='),
        };
        possible && !self.unclosed_quote
    }

    fn opens_target(&self, before: Option<u8>) -> bool {
        !self.unclosed_angle && self.syntax == Syntax::Links && before.is_none()
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.rest?;
        let length = self.length(text);
        self.rest = text.get(length + 1..);
        text.get(..length)
    }
}

#[cfg(test)]
mod tests;
