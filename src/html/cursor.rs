//! A chunk on its way through the filter.

use std::collections::VecDeque;

use bytes::Bytes;

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
}

impl<'a> Cursor<'a> {
    pub(super) fn new(chunk: &'a Bytes, out: &'a mut VecDeque<Bytes>) -> Self {
        Self { chunk, from: 0, at: 0, out, index: Index::new(chunk) }
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

    /// The offset from here to behind the `>` of the tag that begins here, if that is in this chunk.
    #[inline]
    pub(super) fn tag_end(&mut self, name_end: usize, watched: Letters) -> Option<Whole> {
        let whole = self.index.tag_end(self.at + name_end, watched)?;
        Some(Whole { end: whole.end - self.at, ..whole })
    }

    /// Passes a tag without attributes of interest whose name begins `name` bytes from here; `false` if it goes on
    /// behind this chunk.
    #[inline]
    pub(super) fn pass_plain(&mut self, name: usize) -> bool {
        let end = self.index.plain_end(self.at + name);
        self.at = end.unwrap_or(self.at);
        end.is_some()
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
