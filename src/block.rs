//! 64 bytes at a look: where in them a byte stands, one bit each.

use wide::u8x16;

/// How many bytes are looked at together.
pub(crate) const BLOCK: usize = 64;

const LANES: usize = 16;

/// The places of `byte` in a block, the first one in the lowest bit.
#[inline]
pub(crate) fn mask(block: &[u8; BLOCK], byte: u8) -> u64 {
    let (lanes, _) = block.as_chunks::<LANES>();
    // Spelt out: a loop over four is not unrolled, and costs as much again.
    let [a, b, c, d] = lanes else { return 0 };
    let places = |lane: &[u8; LANES]| u64::from(u8x16::new(*lane).simd_eq(u8x16::splat(byte)).to_bitmask());
    places(a) | places(b) << 16 | places(c) << 32 | places(d) << 48
}

/// The places of letters, digits, `_`, `$` and all that is not ASCII: of what identifiers are made of.
#[inline]
pub(crate) fn identifiers(block: &[u8; BLOCK]) -> u64 {
    let (lanes, _) = block.as_chunks::<LANES>();
    let [a, b, c, d] = lanes else { return 0 };
    // Only the highest bit of a byte gets into a mask: it is set in what is not ASCII, and by sums that are too large.
    let outside = |lane: u8x16, first: u8, last: u8| {
        (lane - u8x16::splat(first)).saturating_add(u8x16::splat(0x7F - (last - first)))
    };
    let others = |lane: &[u8; LANES]| {
        let lane = u8x16::new(*lane);
        let other = outside(lane | u8x16::splat(b' '), b'a', b'z') & outside(lane, b'0', b'9');
        let sign = lane.simd_eq(u8x16::splat(b'_')) | lane.simd_eq(u8x16::splat(b'$'));
        u64::from((other & !(sign | lane)).to_bitmask())
    };
    !(others(a) | others(b) << 16 | others(c) << 32 | others(d) << 48)
}

/// The places of each of several bytes in a block.
#[inline]
pub(crate) fn masks<const N: usize>(block: &[u8; BLOCK], bytes: [u8; N]) -> [u64; N] {
    bytes.map(|byte| mask(block, byte))
}

/// The first place of `byte` in bytes among which it mostly stands near: a call of a search for far ones costs more.
#[inline]
pub(crate) fn near(bytes: &[u8], byte: u8) -> Option<usize> {
    let wanted = u8x16::splat(byte);
    let (lanes, _) = bytes.as_chunks::<LANES>();
    for (n, lane) in lanes.iter().take(NEAR).enumerate() {
        let places = u8x16::new(*lane).simd_eq(wanted).to_bitmask();
        if places != 0 {
            return Some(n * LANES + places.trailing_zeros() as usize);
        }
    }
    let sought = NEAR.min(lanes.len()) * LANES;
    memchr::memchr(byte, bytes.get(sought..)?).map(|n| sought + n)
}

/// How many lanes are near.
const NEAR: usize = 4;

/// A block of what is left behind the last whole one, filled up with NUL.
#[inline]
pub(crate) fn padded(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block.iter_mut().zip(rest).for_each(|(slot, byte)| *slot = *byte);
    block
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_near_is_found_first(bytes in prop::collection::vec(0u8..40, 0..200)) {
            prop_assert_eq!(near(&bytes, 3), bytes.iter().position(|byte| *byte == 3));
        }

        #[test]
        fn identifiers_are_told_from_all_other_bytes(bytes in prop::array::uniform32(any::<u8>())) {
            let mask = identifiers(&padded(&bytes));
            for (n, byte) in bytes.iter().enumerate() {
                let letter = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..);
                prop_assert_eq!(mask >> n & 1 == 1, letter, "{:?}", bytes);
            }
        }

        #[test]
        fn a_bit_is_set_for_each_place(bytes in prop::collection::vec(0u8..4, 0..=BLOCK)) {
            let mask = mask(&padded(&bytes), 3);
            for (n, &byte) in bytes.iter().enumerate() {
                prop_assert_eq!(mask >> n & 1 == 1, byte == 3, "{} of {:?}", n, bytes);
            }
            prop_assert_eq!(mask.checked_shr(bytes.len() as u32).unwrap_or_default(), 0, "behind the end");
        }
    }
}
