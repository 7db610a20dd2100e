//! The header: which sections follow.

use super::bits::{Bits, Reader};

/// The ids of the sections that a GPP string says it holds, in ascending order.
///
/// A header that is cut short yields the ids before the cut.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::gpp::Gpp;
///
/// let gpp = Gpp::parse(b"DBACOcGA").unwrap();
/// assert!(gpp.section_ids().eq([2].into_iter().chain(5..=27)));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SectionIds<'a> {
    ranges: Reader<'a>,
    left: u16,
    next: u32,
    /// The last id that was read: what the next one is written as a distance from.
    last: u32,
}

impl<'a> SectionIds<'a> {
    /// Reads the text after type and version. `None` if it holds no number of ranges.
    pub(super) fn read(text: &'a [u8]) -> Option<Self> {
        let mut ranges = Reader::new(text);
        let left = u16::try_from(ranges.int(12)?).ok()?;
        Some(Self { ranges, left, next: 1, last: 0 })
    }

    /// Reads the next range, as the first id and the last.
    fn range(&mut self) -> Option<(u32, u32)> {
        self.left = self.left.checked_sub(1)?;
        let is_group = self.ranges.int(1)? == 1;
        let first = self.last + self.ranges.fibonacci()?;
        let last = if is_group { first + self.ranges.fibonacci()? } else { first };
        Some((first, last))
    }
}

impl Iterator for SectionIds<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        if self.next > self.last {
            // After a range that cannot be read there is no telling where the next one begins.
            match self.range() {
                Some((first, last)) if last <= u32::from(u16::MAX) => (self.next, self.last) = (first, last),
                _ => {
                    self.left = 0;
                    return None;
                }
            }
        }
        self.next += 1;
        u16::try_from(self.next - 1).ok()
    }
}

/// Writes the header for ids of US sections, which must be in ascending order: type 3, version 1, and the ranges.
pub(super) fn write(ids: impl IntoIterator<Item = u16>, out: &mut String) {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for id in ids {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == id => *last = id,
            _ => ranges.push((id, id)),
        }
    }
    let mut bits = Bits::default().with(0, 6, 3).with(6, 6, 1).with(18, 6, ranges.len() as u8);
    let (mut length, mut before) = (24, 0);
    for (first, last) in ranges {
        bits = bits.with(length, 1, u8::from(first < last));
        length += 1;
        for distance in [first - before, last - first] {
            if distance > 0 {
                (bits, length) = with_fibonacci(bits, length, distance);
            }
        }
        before = last;
    }
    bits.write(length, out);
}

/// Adds a Fibonacci number; it must be at most 33, which is more than any US section is from another.
fn with_fibonacci(mut bits: Bits, length: u8, mut value: u16) -> (Bits, u8) {
    let mut highest = None;
    for (at, number) in [1, 2, 3, 5, 8, 13, 21].into_iter().enumerate().rev() {
        if value >= number {
            value -= number;
            let at = length + at as u8;
            bits = bits.with(at, 1, 1);
            highest = highest.max(Some(at));
        }
    }
    let end = highest.map_or(length, |highest| highest + 1);
    (bits.with(end, 1, 1), end + 1)
}
