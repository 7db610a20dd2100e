//! A chunk on its way through the filter.

use std::collections::VecDeque;

use bytes::Bytes;

use super::element::glance;
use super::held::emit;
use super::index::{Index, Letters, Whole};

/// A chunk on its way through: what stands before `at` is decided on, what stands before `from` is emitted or cut.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    chunk: &'a Bytes,
    from: usize,
    pub(super) at: usize,
    pub(super) out: &'a mut VecDeque<Bytes>,
    index: Index<'a>,
    /// The end of `body` is looked for.
    heeds_body: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(chunk: &'a Bytes, out: &'a mut VecDeque<Bytes>, heeds_body: bool) -> Self {
        Self { chunk, from: 0, at: 0, out, index: Index::new(chunk), heeds_body }
    }

    /// What has not been read yet.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.chunk.get(self.at..).unwrap_or_default()
    }

    /// The byte before, if it is of this chunk.
    pub(super) fn before(&self) -> Option<u8> {
        self.at.checked_sub(1).and_then(|before| self.chunk.get(before)).copied()
    }

    /// Goes to the next `<`; `false` if there is none, and the chunk is at its end.
    #[inline]
    pub(super) fn go_to_less(&mut self) -> bool {
        let found = self.index.less(self.at);
        self.at = found.unwrap_or(self.chunk.len());
        found.is_some()
    }

    /// Goes to the next `<` whose tag does not [`pass`](Self::pass); `false` if there is none.
    pub(super) fn go_to_telling(&mut self, limit: usize) -> bool {
        while self.go_to_less() {
            if !self.pass(limit) {
                return true;
            }
        }
        false
    }

    /// Goes over the tag that begins here, if there is surely nothing to read in it.
    ///
    /// A tag that goes on behind this chunk is not passed, nor an anchor that is longer than `limit`.
    #[inline]
    pub(super) fn pass(&mut self, limit: usize) -> bool {
        let Some(&[_, first, second, third]) = self.rest().first_chunk() else { return false };
        let (name, telling) = if first == b'/' && second.is_ascii_alphabetic() {
            // `</body` is a place that may be looked for.
            if self.heeds_body && [second | 0x20, third | 0x20] == *b"bo" {
                return false;
            }
            (2, Letters::NONE)
        } else if let Some(telling) = glance(first, second, third) {
            (1, telling)
        } else {
            return false;
        };
        match self.index.tag_end(self.at + name, telling) {
            Some(Whole { end, watched: false }) if telling == Letters::NONE || end - self.at <= limit => {
                self.at = end;
                true
            }
            _ => false,
        }
    }

    /// The offset from here to behind the `>` of the tag that begins here, whose name begins or ends `name` bytes from
    /// here, if that is in this chunk.
    #[inline]
    pub(super) fn tag_end(&mut self, name: usize, watched: Letters) -> Option<Whole> {
        let whole = self.index.tag_end(self.at + name, watched)?;
        Some(Whole { end: whole.end - self.at, ..whole })
    }

    /// Emits what is kept up to `end`, and leaves out what stands between it and `at`.
    pub(super) fn keep_until(&mut self, end: usize) {
        emit(self.chunk, self.from..end, self.out);
        self.from = self.at;
    }

    /// Goes to `at` and leaves out what stands there since `start`.
    pub(super) fn cut(&mut self, start: usize, at: usize) {
        self.at = at;
        self.keep_until(start);
    }

    /// Takes the next `n` bytes away, to be held.
    pub(super) fn take(&mut self, n: usize) -> Bytes {
        let start = self.at;
        self.cut(start, start + n);
        self.chunk.slice(start..start + n)
    }
}
