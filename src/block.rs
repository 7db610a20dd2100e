//! 64 bytes at a look: where in them a byte stands, one bit each.

use wide::u8x16;

/// How many bytes are looked at together.
pub(crate) const BLOCK: usize = 64;

const LANES: usize = 16;

/// The places of `byte` in a block, the first one in the lowest bit.
#[inline]
pub(crate) fn mask(block: &[u8; BLOCK], byte: u8) -> u64 {
    places(block, |lane| lane.simd_eq(u8x16::splat(byte)))
}

/// The places of what is at most `byte`.
#[inline]
pub(crate) fn mask_up_to(block: &[u8; BLOCK], byte: u8) -> u64 {
    places(block, |lane| lane.min(u8x16::splat(byte)).simd_eq(lane))
}

/// The places of bytes of which some bits are those of either of two.
#[inline]
pub(crate) fn mask_of_bits(block: &[u8; BLOCK], bits: u8, [first, second]: [u8; 2]) -> u64 {
    places(block, |lane| {
        let lane = lane & u8x16::splat(bits);
        lane.simd_eq(u8x16::splat(first)) | lane.simd_eq(u8x16::splat(second))
    })
}

#[inline]
fn places(block: &[u8; BLOCK], test: impl Fn(u8x16) -> u8x16) -> u64 {
    let (lanes, _) = block.as_chunks::<LANES>();
    // Spelt out: a loop over four is not unrolled, and costs as much again.
    let [a, b, c, d] = lanes else { return 0 };
    let places = |lane: &[u8; LANES]| u64::from(test(u8x16::new(*lane)).to_bitmask());
    places(a) | places(b) << 16 | places(c) << 32 | places(d) << 48
}

/// The places of letters, digits, `_`, `$` and all that is not ASCII: of what identifiers are made of.
#[inline]
pub(crate) fn identifiers(block: &[u8; BLOCK]) -> u64 {
    !places(block, |lane| no_letters(lane) & !lane)
}

/// The highest bit of every byte that is no ASCII letter, no digit, no `_` and no `$`.
#[inline]
fn no_letters(lane: u8x16) -> u8x16 {
    // What is outside of a range makes a sum that is large enough for that bit.
    let outside = |lane: u8x16, first: u8, last: u8| {
        (lane - u8x16::splat(first)).saturating_add(u8x16::splat(0x7F - (last - first)))
    };
    let sign = lane.simd_eq(u8x16::splat(b'_')) | lane.simd_eq(u8x16::splat(b'$'));
    outside(lane | u8x16::splat(b' '), b'a', b'z') & outside(lane, b'0', b'9') & !sign
}

/// How many ASCII letters, digits, `_` and `$` some bytes begin with.
#[inline]
pub(crate) fn letters(bytes: &[u8]) -> usize {
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    first(bytes, |lane| no_letters(lane).to_bitmask(), |byte| !letter(byte)).unwrap_or(bytes.len())
}

/// How many times `byte` stands at the start.
#[inline]
pub(crate) fn run(bytes: &[u8], byte: u8) -> usize {
    let others = |lane: u8x16| (!lane.simd_eq(u8x16::splat(byte))).to_bitmask();
    first(bytes, others, |other| *other != byte).unwrap_or(bytes.len())
}

/// The first place of any of a few bytes.
#[inline]
pub(crate) fn first_of<const N: usize>(bytes: &[u8], wanted: [u8; N]) -> Option<usize> {
    let places = |lane: u8x16| {
        wanted.iter().fold(u8x16::splat(0), |found, byte| found | lane.simd_eq(u8x16::splat(*byte))).to_bitmask()
    };
    first(bytes, places, |byte| wanted.contains(byte))
}

/// The first place that is wanted, by a look at many bytes and by one at the few that are left.
#[inline]
fn first(bytes: &[u8], places: impl Fn(u8x16) -> u32, is_wanted: impl Fn(&u8) -> bool) -> Option<usize> {
    let (lanes, rest) = bytes.as_chunks::<LANES>();
    for (n, lane) in lanes.iter().enumerate() {
        let places = places(u8x16::new(*lane));
        if places != 0 {
            return Some(n * LANES + places.trailing_zeros() as usize);
        }
    }
    rest.iter().position(is_wanted).map(|n| lanes.len() * LANES + n)
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

/// How many of the first 16 bytes stand before the first one that is a control, a space or one of `signs`; none if
/// there is no such byte, or there are fewer than 16.
#[inline]
pub(crate) fn before_signs<const N: usize>(bytes: &[u8], signs: [u8; N]) -> Option<usize> {
    let lane = u8x16::new(*bytes.first_chunk()?);
    let blank = lane.min(u8x16::splat(b' ')).simd_eq(lane);
    let places = signs.iter().fold(blank, |found, sign| found | lane.simd_eq(u8x16::splat(*sign))).to_bitmask();
    (places != 0).then(|| places.trailing_zeros() as usize)
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
        fn the_first_of_several_is_found(bytes in prop::collection::vec(0u8..40, 0..100)) {
            let wanted = bytes.iter().position(|byte| matches!(byte, 3 | 10 | 33));
            prop_assert_eq!(first_of(&bytes, [3, 10, 33]), wanted);
        }

        #[test]
        fn a_run_ends_at_the_first_other_byte(bytes in prop::collection::vec(0u8..3, 0..40), long in 0usize..70) {
            let bytes = [vec![1; long], bytes].concat();
            prop_assert_eq!(run(&bytes, 1), bytes.iter().take_while(|byte| **byte == 1).count());
        }

        #[test]
        fn letters_are_counted_to_the_first_other_byte(start in "[a-zA-Z0-9_$]{0,50}", rest: Vec<u8>) {
            let bytes = [start.as_bytes(), &rest].concat();
            let letter = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
            prop_assert_eq!(letters(&bytes), bytes.iter().take_while(letter).count());
        }

        #[test]
        fn what_is_near_is_found_first(bytes in prop::collection::vec(0u8..40, 0..200)) {
            prop_assert_eq!(near(&bytes, 3), bytes.iter().position(|byte| *byte == 3));
        }

        #[test]
        fn signs_are_found_among_the_first_bytes(bytes in prop::collection::vec(28u8..48, 0..24)) {
            let want = bytes.iter().take(LANES).position(|byte| *byte <= b' ' || b"/+".contains(byte));
            prop_assert_eq!(before_signs(&bytes, *b"/+"), want.filter(|_| bytes.len() >= LANES));
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
