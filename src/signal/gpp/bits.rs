//! Base64 text as bits: six to a letter, the highest first.
//!
//! Every field of the US sections is an even number of bits wide and begins at an even one, so that none straddles two
//! letters: a text cut anywhere holds whole fields, and the missing ones read as 0, "not applicable".

use crate::signal::sextet::{letter, sextet, value};

/// How many letters fill half of [`Bits`]. The longest core of all, `usnat`, takes twelve.
const HALF: usize = 10;

/// The bits of one sub-section, the first one highest; those that its text does not hold are 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits(pub(super) u128);

impl Bits {
    /// Reads a whole text. `None` if it is empty or holds anything but letters, save `=` at its end.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let text = without_padding(text);
        let (first, rest) = text.split_at_checked(HALF).unwrap_or((text, &[]));
        let (second, tail) = rest.split_at_checked(HALF).unwrap_or((rest, &[]));
        let mut seen = tail.iter().fold(0, |seen, &letter| seen | value(letter));
        let bits = half(first, &mut seen) << 68 | half(second, &mut seen) << 8;
        (seen < 64 && !first.is_empty()).then_some(Self(bits))
    }

    /// `width` bits from `offset` on.
    pub(super) const fn field(self, offset: u8, width: u8) -> u8 {
        (self.0 << offset >> (128 - width as u32)) as u8
    }

    /// Sets `width` bits from `offset` on, which must be 0.
    pub(super) const fn with(self, offset: u8, width: u8, value: u8) -> Self {
        Self(self.0 | (value as u128) << (128 - width as u32) >> offset)
    }

    /// Bits that are set where a field of two bits is 1, each at the field's lower bit, under `mask`.
    pub(super) const fn ones(self, mask: u128) -> u128 {
        self.0 & !(self.0 >> 1) & mask
    }

    /// Bits that are set where a field of two bits is 2, each at the field's lower bit, under `mask`.
    pub(super) const fn twos(self, mask: u128) -> u128 {
        self.0 >> 1 & !self.0 & mask
    }

    /// Writes the first `length` bits, filled up as the reference library does: to whole octets, then to whole letters.
    pub(super) fn write(self, length: u8, out: &mut String) {
        for at in 0..padded(length) {
            out.push(char::from(letter(self.field(at * 6, 6))));
        }
    }
}

/// Up to ten letters, the first one highest of sixty bits.
fn half(text: &[u8], seen: &mut u8) -> u128 {
    let mut bits = 0u64;
    for &letter in text {
        let value = value(letter);
        *seen |= value;
        bits = bits << 6 | u64::from(value & 0x3f);
    }
    u128::from(bits << (60 - 6 * text.len()))
}

/// How many letters the reference library writes for so many bits.
pub(super) const fn padded(length: u8) -> u8 {
    (length.div_ceil(8) * 8).div_ceil(6)
}

/// RFC 4648 padding is not used here, and harmless.
pub(super) fn without_padding(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b'='] = text {
        text = rest;
    }
    text
}

/// Takes bits off the front of a text of any length. What is no letter ends it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    text: &'a [u8],
    /// The next bits, the first one highest; all others are 0.
    next: u64,
    length: u32,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Self {
        Self { text, next: 0, length: 0 }
    }

    /// The next 59 bits at least, or all that are left.
    fn fill(&mut self) {
        while self.length <= 58
            && let [first, rest @ ..] = self.text
            && let Some(value) = sextet(*first)
        {
            self.text = rest;
            self.next |= u64::from(value) << (58 - self.length);
            self.length += 6;
        }
    }

    /// The next bits as a number; `None` if there are not so many. At most 58.
    pub(super) fn int(&mut self, width: u32) -> Option<u64> {
        if self.length < width {
            self.fill();
        }
        (width <= self.length).then(|| {
            let value = self.next >> (64 - width);
            self.skip(width);
            value
        })
    }

    /// The next Fibonacci number, which ends in `11` (Consent String Specification, "Fibonacci Encoding").
    ///
    /// `None` if it is cut short or past 16 bits.
    pub(super) fn fibonacci(&mut self) -> Option<u32> {
        const NUMBERS: [u32; 23] = [
            1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765, 10946, 17711, 28657,
            46368,
        ];
        if (self.next & self.next << 1) == 0 {
            self.fill();
        }
        // The first bit of the first two in a row that are set.
        let last = (self.next & self.next << 1).leading_zeros();
        if last >= 64 {
            return None;
        }
        let mut code = self.next & !(u64::MAX >> 1 >> last);
        let mut sum = 0;
        while code != 0 {
            let at = code.leading_zeros();
            sum += NUMBERS.get(at as usize)?;
            code &= u64::MAX >> 1 >> at;
        }
        self.skip(last + 2);
        Some(sum)
    }

    fn skip(&mut self, width: u32) {
        self.next = self.next.checked_shl(width).unwrap_or_default();
        self.length -= width;
    }
}
