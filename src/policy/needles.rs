//! The search for many byte strings at once, at the speed at which scripts come along.
//!
//! A page's inline scripts are searched for hundreds of needles, and nearly all of them have none. A packed search
//! (Teddy) is the fastest there is for a few dozen needles and slower than an automaton for hundreds, so it is only
//! asked for the short ones. The long ones are found by sampling: every fourth place of the script is looked up in a
//! bit table of the four-byte pieces of all long needles. A needle of seven bytes has such a piece at any offset, so
//! one of them stands where the script is sampled, however the needle lies.

use std::collections::HashMap;
use std::fmt;

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};
use foldhash::fast::FixedState;

use crate::error::{ConfigError, ConfigErrorKind};

/// Finds where any of many needles stands.
#[derive(Debug)]
pub(super) struct Needles {
    long: Sampled,
    short: Short,
}

/// The length of a sampled piece, and the distance between two samples.
const PIECE: usize = 4;
/// The shortest needle that has a piece at each of as many offsets as there are places between two samples.
const WINDOW: usize = PIECE + PIECE - 1;

impl Needles {
    pub(super) fn new(needles: impl Iterator<Item = Vec<u8>>) -> Result<Self, ConfigError> {
        let (long, short): (Vec<_>, Vec<_>) = needles.enumerate().partition(|(_, needle)| needle.len() >= WINDOW);
        Ok(Self { long: Sampled::new(&long), short: Short::new(short, GROUPS)? })
    }

    /// The number of a needle that stands in `text`, and of which `confirm` says so for the place where it stands.
    ///
    /// The answer does not depend on what this machine's processor can do.
    pub(super) fn find(&self, text: &[u8], mut confirm: impl FnMut(usize, usize) -> bool) -> Option<usize> {
        let long = self.long.find(text, &mut confirm);
        let short = self.short.find(text, &mut confirm);
        long.into_iter().chain(short).min().map(|found| found.needle)
    }
}

/// Where a needle stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    at: usize,
    needle: usize,
}

/// Long needles, by the pieces of a window of each.
struct Sampled {
    /// A bit for each of the two hashes of a piece.
    bits: Box<[u64; BITS / 64]>,
    /// Where the holders of a bucket of hashes begin; one more than there are buckets.
    buckets: Vec<u32>,
    holders: Vec<Holder>,
    needles: Vec<Box<[u8]>>,
}

/// A piece of a needle's window.
struct Holder {
    piece: [u8; PIECE],
    window: [u8; WINDOW],
    /// How far the piece is from the start of the window, and the window from the start of the needle.
    in_window: usize,
    in_needle: usize,
    number: usize,
    /// The needle's place in [`Sampled::needles`].
    needle: usize,
}

/// 16 KiB: small enough to stay in the fastest cache, large enough to be nearly empty.
const BITS: usize = 1 << 17;
/// How many hashes share a bucket.
const BUCKET: usize = 32;

impl Sampled {
    fn new(needles: &[(usize, Vec<u8>)]) -> Self {
        let mut bits = Box::new([0; BITS / 64]);
        let mut holders = Vec::new();
        for (needle, (number, text)) in needles.iter().enumerate() {
            let in_needle = rarest_window(text);
            let Some(&window) = text.get(in_needle..).and_then(<[u8]>::first_chunk) else { continue };
            for (in_window, piece) in window.windows(PIECE).enumerate() {
                let Some(&piece) = piece.first_chunk() else { continue };
                for (word, bit) in [place(hash(piece)), place(other_hash(piece))] {
                    if let Some(word) = bits.get_mut(word) {
                        *word |= bit;
                    }
                }
                holders.push(Holder { piece, window, in_window, in_needle, number: *number, needle });
            }
        }
        holders.sort_by_key(|holder| hash(holder.piece));
        let below = |hashes: usize| holders.partition_point(|holder| hash(holder.piece) < hashes);
        let buckets = (0..=BITS / BUCKET).map(|bucket| u32::try_from(below(bucket * BUCKET)).unwrap_or(u32::MAX));
        Self {
            bits,
            buckets: buckets.collect(),
            holders,
            needles: needles.iter().map(|(_, text)| text.as_slice().into()).collect(),
        }
    }

    fn find(&self, text: &[u8], mut confirm: impl FnMut(usize, usize) -> bool) -> Option<Found> {
        let (samples, _) = text.as_chunks::<PIECE>();
        samples.iter().enumerate().find_map(|(sample, &piece)| {
            if !self.has(hash(piece)) || !self.has(other_hash(piece)) {
                return None;
            }
            self.find_around(text, sample * PIECE, piece, &mut confirm)
        })
    }

    #[inline]
    fn has(&self, hash: usize) -> bool {
        let (word, bit) = place(hash);
        self.bits.get(word).is_some_and(|word| word & bit != 0)
    }

    #[cold]
    fn find_around(
        &self,
        text: &[u8],
        sampled: usize,
        piece: [u8; PIECE],
        confirm: &mut impl FnMut(usize, usize) -> bool,
    ) -> Option<Found> {
        let bucket = hash(piece) / BUCKET;
        let (start, end) = (*self.buckets.get(bucket)?, *self.buckets.get(bucket + 1)?);
        let holders = self.holders.get(start as usize..end as usize)?;
        holders.iter().filter(|holder| holder.piece == piece).find_map(|holder| {
            // A piece alone is in many words, and its window in few.
            let window = sampled.checked_sub(holder.in_window)?;
            if text.get(window..)?.first_chunk() != Some(&holder.window) {
                return None;
            }
            let at = window.checked_sub(holder.in_needle)?;
            let there = text.get(at..)?.starts_with(self.needles.get(holder.needle)?);
            (there && confirm(holder.number, at)).then_some(Found { at, needle: holder.number })
        })
    }
}

/// The hash of a piece, less than [`BITS`], by Fibonacci hashing.
fn hash(piece: [u8; PIECE]) -> usize {
    (u32::from_le_bytes(piece).wrapping_mul(0x9e37_79b1) >> (u32::BITS - BITS.ilog2())) as usize
}

/// Another one: two together hardly ever take a piece for one that it is not.
fn other_hash(piece: [u8; PIECE]) -> usize {
    (u32::from_le_bytes(piece).wrapping_mul(0x85eb_ca6b) >> (u32::BITS - BITS.ilog2())) as usize
}

/// The word and the bit of a hash in the table.
fn place(hash: usize) -> (usize, u64) {
    (hash / 64, 1 << (hash % 64))
}

/// Where the window of a long needle starts whose pieces scripts have least.
fn rarest_window(needle: &[u8]) -> usize {
    let windows = needle.windows(WINDOW).enumerate();
    let common = |window: &[u8]| window.windows(PIECE).map(commonness).sum::<u32>();
    windows.min_by_key(|(_, window)| common(window)).map_or(0, |(start, _)| start)
}

/// How often scripts may have a piece: words are made of few letters, and the more of them, the more words.
fn commonness(piece: &[u8]) -> u32 {
    piece.iter().fold(1, |product, byte| match byte {
        // Hosts share their last labels, and then all of them are looked at.
        b'e' | b't' | b'.' => product * 8,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => product * 6,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' => product * 4,
        b'f' | b'g' | b'h' => product * 2,
        _ => product,
    })
}

impl fmt::Debug for Sampled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sampled").field("needles", &self.needles.len()).finish_non_exhaustive()
    }
}

/// Short needles, no one the start of another, so that one search finds all that start at a place.
#[derive(Debug)]
struct Short {
    engine: Engine,
    /// The numbers of the needles that start with each of those searched for.
    numbers: Vec<Vec<usize>>,
}

#[derive(Debug)]
enum Engine {
    /// Each group is a search of its own; the number is that of its first needle.
    Packed(Vec<(packed::Searcher, usize)>),
    /// For processors without the vectors that a packed search needs, and for very many needles.
    Automaton(AhoCorasick),
}

/// How many needles a packed search is fast for; measured on the inline scripts of 130 pages.
const GROUP: usize = 32;
/// With more groups than this an automaton is faster.
const GROUPS: usize = 6;

impl Short {
    fn new(mut needles: Vec<(usize, Vec<u8>)>, groups: usize) -> Result<Self, ConfigError> {
        // A packed search compares as many bytes at once as its shortest needle has.
        needles.sort_by(|(_, a), (_, b)| (a.len(), a).cmp(&(b.len(), b)));
        let mut searched: Vec<Vec<u8>> = Vec::new();
        let mut places: HashMap<Vec<u8>, usize, FixedState> = HashMap::default();
        let mut numbers: Vec<Vec<usize>> = Vec::new();
        for (number, needle) in needles {
            let shorter = (1..=needle.len()).find_map(|len| places.get(needle.get(..len)?));
            match shorter.and_then(|&place| numbers.get_mut(place)) {
                Some(numbers) => numbers.push(number),
                None => {
                    places.insert(needle.clone(), searched.len());
                    searched.push(needle);
                    numbers.push(vec![number]);
                }
            }
        }
        numbers.iter_mut().for_each(|numbers| numbers.sort_unstable());
        let engine = match Engine::packed(&searched, groups) {
            Some(packed) => packed,
            None => Engine::automaton(&searched)?,
        };
        Ok(Self { engine, numbers })
    }

    fn find(&self, text: &[u8], mut confirm: impl FnMut(usize, usize) -> bool) -> Option<Found> {
        match &self.engine {
            Engine::Packed(groups) => {
                let groups = groups.iter().filter_map(|(searcher, first)| {
                    let search = |start| {
                        let found = searcher.find_in(text, Span { start, end: text.len() })?;
                        Some((found.start(), first + found.pattern().as_usize()))
                    };
                    self.confirmed(search, &mut confirm)
                });
                groups.min()
            }
            Engine::Automaton(automaton) => {
                let search = |start| {
                    let found = automaton.find(Input::new(text).range(start..))?;
                    Some((found.start(), found.pattern().as_usize()))
                };
                self.confirmed(search, &mut confirm)
            }
        }
    }

    /// The first that is confirmed of all places that `search`, which is told where to start, comes up with.
    fn confirmed(
        &self,
        search: impl Fn(usize) -> Option<(usize, usize)>,
        confirm: &mut impl FnMut(usize, usize) -> bool,
    ) -> Option<Found> {
        let mut start = 0;
        loop {
            let (at, searched) = search(start)?;
            let numbers = self.numbers.get(searched).map_or(&[][..], Vec::as_slice);
            if let Some(&needle) = numbers.iter().find(|&&needle| confirm(needle, at)) {
                return Some(Found { at, needle });
            }
            start = at + 1;
        }
    }
}

impl Engine {
    fn packed(needles: &[Vec<u8>], groups: usize) -> Option<Self> {
        let count = needles.len().div_ceil(GROUP);
        if count > groups {
            return None;
        }
        let size = needles.len().div_ceil(count.max(1)).max(1);
        let groups = needles.chunks(size).zip((0..).step_by(size)).map(|(group, first)| {
            let searcher = packed::Config::new().heuristic_pattern_limits(false).builder().extend(group).build();
            searcher.map(|searcher| (searcher, first))
        });
        groups.collect::<Option<_>>().map(Self::Packed)
    }

    fn automaton(needles: &[Vec<u8>]) -> Result<Self, ConfigError> {
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(needles);
        automaton.map(Self::Automaton).map_err(|error| {
            let message = "the inline signatures are too many to be searched for";
            ConfigError::new(ConfigErrorKind::Catalog, message).with_source(error)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The two make-ups that a machine may have.
    fn both(needles: &[Vec<u8>]) -> [Needles; 2] {
        let needles = || needles.iter().cloned();
        let mut plain = Needles::new(needles()).unwrap();
        let short = needles().enumerate().filter(|(_, needle)| needle.len() < WINDOW).collect();
        plain.short.engine = Short::new(short, 0).map(|short| short.engine).unwrap();
        [Needles::new(needles()).unwrap(), plain]
    }

    #[test]
    fn without_needles_nothing_is_found() {
        assert_eq!(Needles::new(std::iter::empty()).unwrap().find(b"anything at all", |_, _| true), None);
    }

    #[test]
    fn every_needle_is_found_at_every_offset() {
        let needles: Vec<Vec<u8>> =
            ["abc", "abcd", "xbcdef", "windows", "connect.test", "a.very.long.host.test", "dows.conn"]
                .map(|needle| needle.as_bytes().to_vec())
                .to_vec();
        for search in both(&needles) {
            for (number, needle) in needles.iter().enumerate() {
                for offset in 0..40 {
                    let text = [&b"-".repeat(offset), &needle[..], &b"-".repeat(offset % 7)].concat();
                    let found = search.find(&text, |found, at| found == number && at == offset);
                    assert_eq!(found, Some(number), "{:?} at {offset}", String::from_utf8_lossy(needle));
                }
            }
        }
    }

    #[test]
    fn very_many_needles_are_found_too() {
        let needles: Vec<Vec<u8>> = (0..2000).map(|number| format!("n{number:04}").into_bytes()).collect();
        for search in both(&needles) {
            assert_eq!(search.find(b"some n1234 of them", |_, _| true), Some(1234));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn all_places_of_all_needles_are_come_across(
            needles in prop::collection::vec("[ab]{3,6}|[ab]{7,10}|abcdefgh", 0..40),
            text in "([ab]|abcdefgh|-){0,60}",
        ) {
            let needles: Vec<_> = needles.into_iter().map(String::into_bytes).collect();
            let text = text.as_bytes();
            let mut want: Vec<_> = (0..text.len())
                .flat_map(|at| needles.iter().enumerate().filter(move |(_, n)| text[at..].starts_with(n)).map(move |(n, _)| (at, n)))
                .collect();
            want.sort_unstable();
            let mut answers = Vec::new();
            for search in both(&needles) {
                let mut seen = Vec::new();
                search.find(text, |needle, at| { seen.push((at, needle)); false });
                // A place may be come across more than once, and with a part of the needle.
                seen.retain(|&(at, needle)| text[at..].starts_with(&needles[needle]));
                seen.sort_unstable();
                seen.dedup();
                prop_assert_eq!(&seen, &want);
                answers.push(search.find(text, |needle, at| text[at..].starts_with(&needles[needle]) && (at + needle) % 3 == 0));
            }
            prop_assert_eq!(answers[0], answers[1]);
        }
    }
}
