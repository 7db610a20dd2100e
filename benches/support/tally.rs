//! What a filter did, to see that two of them did about the same.

use std::fmt;
use std::iter::Sum;

/// How much came out of a filter, and how many things it took out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) bytes: usize,
    pub(crate) removed: usize,
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |sum, tally| Self {
            bytes: sum.bytes + tally.bytes,
            removed: sum.removed + tally.removed,
        })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes out, {} taken out", self.bytes, self.removed)
    }
}
