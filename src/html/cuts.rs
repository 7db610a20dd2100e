//! The parts of a tag that go.

use std::ops::{Deref, Range};

/// Ranges to cut. Most tags have one or none, so the first ones cost no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cuts {
    /// The first `len` of them, and all of them unless there are `many`.
    few: [Range<usize>; 2],
    len: usize,
    many: Vec<Range<usize>>,
}

impl Cuts {
    pub(super) fn push(&mut self, cut: Range<usize>) {
        match self.few.get_mut(self.len) {
            Some(slot) => {
                *slot = cut;
                self.len += 1;
            }
            None => {
                if self.many.is_empty() {
                    self.many.extend(self.few.iter().cloned());
                }
                self.many.push(cut);
            }
        }
    }

    pub(super) fn append(&mut self, other: &Self) {
        other.iter().for_each(|cut| self.push(cut.clone()));
    }

    /// The same in the order in which they stand in the tag.
    pub(super) fn in_order(mut self) -> Self {
        let cuts = if self.many.is_empty() { self.few.get_mut(..self.len) } else { Some(&mut *self.many) };
        cuts.unwrap_or_default().sort_unstable_by_key(|cut| cut.start);
        self
    }
}

impl FromIterator<Range<usize>> for Cuts {
    fn from_iter<I: IntoIterator<Item = Range<usize>>>(ranges: I) -> Self {
        let mut cuts = Self::default();
        ranges.into_iter().for_each(|range| cuts.push(range));
        cuts
    }
}

impl Deref for Cuts {
    type Target = [Range<usize>];

    fn deref(&self) -> &[Range<usize>] {
        if self.many.is_empty() { self.few.get(..self.len).unwrap_or_default() } else { &self.many }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_those_that_were_added_however_many() {
        for count in 0..6 {
            let want: Vec<_> = (0..count).map(|at| 10 * at..10 * at + 5).collect();
            let (mut cuts, mut appended) = (Cuts::default(), Cuts::default());
            want.iter().rev().for_each(|cut| cuts.push(cut.clone()));
            appended.append(&cuts);
            assert_eq!(cuts.len(), count);
            assert_eq!(*cuts.in_order(), *want);
            assert_eq!(*appended.in_order(), *want);
        }
    }
}
