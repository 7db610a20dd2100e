//! The search for many byte strings at once, at the speed at which scripts come along.
//!
//! A page's inline scripts are searched for hundreds of needles, and nearly all of them have none. In nearly every
//! needle a word begins, so only the words of the script are looked at: 64 bytes at a look tell where they begin, and
//! the first five letters of each are looked up in a table that is nearly empty.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use aho_corasick::AhoCorasick;

use crate::block::{self, BLOCK};
use crate::catalog::is_identifier;
use crate::error::{ConfigError, ConfigErrorKind};

/// Finds where any of many needles stands.
///
/// A needle that starts with a letter, a digit, `_` or `$` is wanted where a word begins, and may go unseen within one.
pub(super) struct Needles {
    /// For each hash of a word's first three letters, which fourth and which fifth ones are in needles: a bit for each
    /// five low bits of a letter.
    next: Box<[u64; HASHES]>,
    /// Where the needles of a hash begin; one more than there are hashes.
    begins: Vec<u32>,
    needles: Vec<Needle>,
    /// Needles without a word to look for.
    wordless: Option<AhoCorasick>,
    /// Whose needles those are, in their order.
    wordless_numbers: Vec<Vec<usize>>,
}

struct Needle {
    text: Box<[u8]>,
    /// Where a word begins in it.
    word: usize,
    /// The start of the word, and a mask of those of its bytes that are the needle's.
    head: u64,
    mask: u64,
    /// Whose needle this is.
    numbers: Vec<usize>,
}

/// How many letters a word has that is looked at; a hash is of as many.
const SHORTEST: usize = 3;
/// A word of as many letters tells enough; a longer one hardly tells more.
const TELLING: usize = 5;
/// How many bytes of a word are compared at once.
const HEAD: usize = size_of::<u64>();
/// 32 KiB of bits: small enough to stay in the fastest cache, large enough to be nearly empty.
const HASHES: usize = 1 << 12;

impl Needles {
    pub(super) fn new(needles: impl Iterator<Item = Vec<u8>>) -> Result<Self, ConfigError> {
        let mut owners: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
        for (number, needle) in needles.enumerate() {
            owners.entry(needle).or_default().push(number);
        }
        let mut needles = Vec::new();
        let (mut wordless, mut wordless_numbers) = (Vec::new(), Vec::new());
        for (text, numbers) in owners {
            if let Some(needle) = Needle::new(&text, &numbers) {
                needles.push(needle);
            } else {
                wordless.push(text);
                wordless_numbers.push(numbers);
            }
        }
        let wordless = (!wordless.is_empty()).then(|| AhoCorasick::new(&wordless)).transpose().map_err(|error| {
            let message = "the inline signatures are too many to be searched for";
            ConfigError::new(ConfigErrorKind::Catalog, message).with_source(error)
        })?;
        needles.sort_by_key(|needle| hash(needle.head));
        let mut next = Box::new([0; HASHES]);
        for needle in &needles {
            if let Some(bits) = next.get_mut(hash(needle.head)) {
                *bits |= needle.next();
            }
        }
        let below = |limit: usize| needles.partition_point(|needle| hash(needle.head) < limit);
        let begins = (0..=HASHES).map(|hash| u32::try_from(below(hash)).unwrap_or(u32::MAX)).collect();
        Ok(Self { next, begins, needles, wordless, wordless_numbers })
    }

    /// Tells `found` of every needle that stands in `text`: its number, and its place.
    pub(super) fn find(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        let last = block::padded(rest);
        let mut before = 0;
        for (n, block) in blocks.iter().chain([&last]).enumerate() {
            let letters = block::identifiers(block);
            // What is behind the block may be letters.
            let long = (letters >> 1 | 1 << 63) & (letters >> 2 | 3 << 62);
            let mut words = letters & long & !(letters << 1 | before);
            before = letters >> 63;
            while words != 0 {
                let at = n * BLOCK + words.trailing_zeros() as usize;
                words &= words - 1;
                let head = head(text.get(at..).unwrap_or_default());
                if self.next.get(hash(head)).is_some_and(|bits| !bits & next(head) == 0) {
                    self.find_at(text, at, head, &mut found);
                }
            }
        }
        if let Some(wordless) = &self.wordless {
            for place in wordless.find_overlapping_iter(text) {
                let numbers = self.wordless_numbers.get(place.pattern().as_usize()).into_iter().flatten();
                numbers.for_each(|&number| found(number, place.start()));
            }
        }
    }

    /// Looks for needles around a word that starts like one of theirs.
    #[inline(never)]
    fn find_at(&self, text: &[u8], word: usize, head: u64, found: &mut impl FnMut(usize, usize)) {
        let begin = |hash: usize| self.begins.get(hash).map_or(0, |&begin| begin as usize);
        let needles = self.needles.get(begin(hash(head))..begin(hash(head) + 1)).unwrap_or_default();
        for needle in needles.iter().filter(|needle| head & needle.mask == needle.head) {
            let there = |at: &usize| text.get(*at..).is_some_and(|text| text.starts_with(&needle.text));
            if let Some(at) = word.checked_sub(needle.word).filter(there) {
                needle.numbers.iter().for_each(|&number| found(number, at));
            }
        }
    }
}

impl Needle {
    /// None without a word that is long enough.
    fn new(text: &[u8], numbers: &[usize]) -> Option<Self> {
        let mut words = Vec::new();
        let mut at = 0;
        for word in text.split(|&byte| !is_identifier(byte)) {
            words.push((at, word));
            at += word.len() + 1;
        }
        // Short words are in many scripts, and hosts share their last labels.
        let rank = |at: usize, word: &[u8]| {
            let last = at > 0 && at + word.len() == text.len();
            (Reverse(word.len().min(TELLING)), last, commonness(word))
        };
        let long = words.into_iter().filter(|(_, word)| word.len() >= SHORTEST);
        let (word, _) = long.min_by_key(|&(at, word)| rank(at, word))?;
        let rest = text.get(word..)?;
        let mask = head([u8::MAX; HEAD].get(..rest.len().min(HEAD))?);
        Some(Self { text: text.into(), word, head: head(rest) & mask, mask, numbers: numbers.to_vec() })
    }

    /// The bits of what may stand behind the first three letters.
    fn next(&self) -> u64 {
        let bits =
            |letter: usize, all: u64| if self.mask >> (8 * letter) & 1 == 0 { all } else { next(self.head) & all };
        bits(SHORTEST, FOURTH) | bits(SHORTEST + 1, FIFTH)
    }
}

/// The first bytes of a word, with NUL where there are no more.
#[inline]
fn head(word: &[u8]) -> u64 {
    u64::from_le_bytes(word.first_chunk().copied().unwrap_or_else(|| {
        let mut head = [0; HEAD];
        head.iter_mut().zip(word).for_each(|(slot, byte)| *slot = *byte);
        head
    }))
}

/// The hash of the first three letters of a word, less than [`HASHES`], by Fibonacci hashing.
#[inline]
fn hash(head: u64) -> usize {
    let letters = head << (64 - 8 * SHORTEST);
    (letters.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - HASHES.ilog2())) as usize
}

/// The bits of the two letters behind those.
#[inline]
fn next(head: u64) -> u64 {
    let letter = |at: usize| head >> (8 * at) & 31;
    1 << letter(SHORTEST) | 1 << (32 + letter(SHORTEST + 1))
}

/// The bits that stand for a fourth letter, and those for a fifth.
const FOURTH: u64 = !0 >> 32;
const FIFTH: u64 = !FOURTH;

/// How often the words of scripts may start so: they are made of few letters.
fn commonness(word: &[u8]) -> u32 {
    word.iter().take(SHORTEST + 1).fold(1, |product, byte| match byte {
        b'e' | b't' => product * 8,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => product * 6,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' => product * 4,
        b'f' | b'g' | b'h' => product * 2,
        _ => product,
    })
}

impl fmt::Debug for Needles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Needles").field("needles", &self.needles.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(needles: &[Vec<u8>], text: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        Needles::new(needles.iter().cloned()).unwrap().find(text, |number, at| found.push((at, number)));
        found.sort_unstable();
        found
    }

    /// Compares every needle with the text at every place.
    fn naive(needles: &[Vec<u8>], text: &[u8]) -> Vec<(usize, usize)> {
        let at = |at: usize| needles.iter().enumerate().filter(move |(_, n)| text[at..].starts_with(n));
        (0..text.len()).flat_map(|place| at(place).map(move |(number, _)| (place, number))).collect()
    }

    fn bytes(needles: &[&str]) -> Vec<Vec<u8>> {
        needles.iter().map(|needle| needle.as_bytes().to_vec()).collect()
    }

    #[test]
    fn without_needles_nothing_is_found() {
        assert_eq!(found(&[], b"anything at all"), []);
        assert_eq!(found(&bytes(&["any"]), b""), []);
    }

    #[test]
    fn every_needle_is_found_at_every_offset() {
        let needles =
            bytes(&["abc", "abcd", "xbcdef", "windows", "connect.test", "a.very.long.host.test", "a.b.c.d", "?"]);
        for (number, needle) in needles.iter().enumerate() {
            for offset in 0..140 {
                let text = [&b"-".repeat(offset), &needle[..], &b"-".repeat(offset % 7)].concat();
                let found = found(&needles, &text);
                assert!(found.contains(&(offset, number)), "{:?} at {offset}", String::from_utf8_lossy(needle));
            }
        }
    }

    #[test]
    fn a_needle_of_many_owners_is_found_for_each() {
        assert_eq!(found(&bytes(&["fbq", "x.y", "fbq", "x.y"]), b"fbq x.y"), [(0, 0), (0, 2), (4, 1), (4, 3)]);
    }

    #[test]
    fn very_many_needles_are_found_too() {
        let needles: Vec<Vec<u8>> = (0..2000).map(|number| format!("n{number:04}").into_bytes()).collect();
        assert_eq!(found(&needles, b"some n1234 of them"), [(5, 1234)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn all_places_of_all_needles_are_come_across(
            needles in prop::collection::vec(r"[ab]{3,6}|[ab.é]{1,10}|abcdefgh|b\.abcdefgh|[.?]{1,3}", 0..40),
            text in r"([ab.]|abcdefgh|-|é|a{60}|\.{60}){0,60}",
        ) {
            let needles: Vec<_> = needles.into_iter().map(String::into_bytes).collect();
            let text = text.as_bytes();
            let letter = |at: usize| text.get(at).is_some_and(|&byte| is_identifier(byte));
            let wanted = |(at, _): &(usize, usize)| !(letter(*at) && *at > 0 && letter(at - 1));
            let [mut found, mut want] = [found(&needles, text), naive(&needles, text)];
            prop_assert!(found.iter().all(|found| want.contains(found)));
            found.retain(wanted);
            want.retain(wanted);
            prop_assert_eq!(found, want);
        }
    }
}
