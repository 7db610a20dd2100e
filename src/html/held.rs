//! Bytes received but not yet decided on.

use std::collections::VecDeque;
use std::ops::Range;

use bytes::Bytes;

/// More pieces than this are given up for one copy: pages that come byte by byte must not cost a slice each.
const MOST_PIECES: usize = 8;

/// Room for what is held first: as much as most chunks have, so that it seldom has to grow.
const FIRST: usize = 16 * 1024;

/// What is held back across chunks: one tag, or one inline script.
///
/// The bytes are kept as slices of the chunks they came in, to be passed on without a copy, and are copied together
/// only if they come to be read: a script that grows too long never is. Invariant: what has come is either all in
/// `pieces` or, if there are too many of them, all in `text`.
#[derive(Debug, Default)]
pub(super) struct Held {
    pieces: Vec<Bytes>,
    len: usize,
    text: Vec<u8>,
    many: bool,
}

impl Held {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// All that is held, without a copy.
    pub(super) fn bytes(&self) -> impl Iterator<Item = &u8> {
        let joined = if self.many { self.text.as_slice() } else { &[] };
        self.pieces.iter().flatten().chain(joined)
    }

    /// Holds more.
    pub(super) fn push(&mut self, piece: Bytes) {
        if piece.is_empty() {
            return;
        }
        self.len += piece.len();
        if self.many {
            self.text.extend_from_slice(&piece);
            return;
        }
        if self.pieces.capacity() == 0 {
            self.pieces.reserve(MOST_PIECES);
        }
        if self.pieces.len() < MOST_PIECES {
            self.pieces.push(piece);
            return;
        }
        self.join();
        self.text.extend_from_slice(&piece);
        self.pieces.clear();
        self.many = true;
    }

    /// Copies the pieces together.
    fn join(&mut self) {
        self.text.clear();
        if self.text.capacity() < self.len {
            // A new one: to grow the old one would copy what is in it.
            self.text = Vec::with_capacity(self.len.next_power_of_two().max(FIRST));
        }
        self.pieces.iter().for_each(|piece| self.text.extend_from_slice(piece));
    }

    /// Lends all that is held as one text, so that it can be read while the rest of the filter changes; it must be put
    /// back.
    pub(super) fn take_text(&mut self) -> Vec<u8> {
        if !self.many {
            self.join();
        }
        std::mem::take(&mut self.text)
    }

    pub(super) fn put_text(&mut self, text: Vec<u8>) {
        self.text = text;
    }

    /// Lets go of everything but the cut ranges, which are in order and do not overlap.
    pub(super) fn release(&mut self, cuts: &[Range<usize>], out: &mut VecDeque<Bytes>) {
        if self.many {
            self.pieces.clear();
            self.pieces.push(Bytes::copy_from_slice(&self.text));
        }
        let mut start = 0;
        for piece in self.pieces.drain(..) {
            let end = start + piece.len();
            let mut from = start;
            for cut in cuts.iter().filter(|cut| cut.start < end && cut.end > start) {
                emit(&piece, from - start..cut.start.max(from) - start, out);
                from = cut.end.min(end);
            }
            emit(&piece, from - start..end - start, out);
            start = end;
        }
        self.clear();
    }

    /// Lets go of everything: it is withheld.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.pieces.clear();
        self.len = 0;
        self.many = false;
    }
}

/// Emits a part of a chunk as a slice of it.
pub(super) fn emit(chunk: &Bytes, range: Range<usize>, out: &mut VecDeque<Bytes>) {
    if range.start < range.end && range.end <= chunk.len() {
        out.push_back(chunk.slice(range));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_released_is_what_was_held_less_the_cuts() {
        let text = b"0123456789abcdef";
        for size in 1..=text.len() {
            for (start, end) in (0..=text.len()).flat_map(|end| (0..=end).map(move |start| (start, end))) {
                let mut held = Held::default();
                for piece in text.chunks(size) {
                    held.push(Bytes::from_static(piece));
                }
                let mut out = VecDeque::new();
                let (first, second) = (start..(start + end) / 2, (start + end) / 2..end);
                held.release(&[first, second], &mut out);
                let want = [&text[..start], &text[end..]].concat();
                assert_eq!(out.into_iter().flatten().collect::<Vec<_>>(), want, "{size} {start} {end}");
                assert_eq!(held.len(), 0);
            }
        }
    }
}
