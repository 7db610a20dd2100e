//! Host names as a set of hashes, small enough to be sent with a page.
//!
//! A name is hashed to 28 bits. The hashes stand in order, each as what it is more than the one before: four digits of five bits. The
//! first digits stand by themselves, since they are small: a content coding has half a byte less of each to write.
//!
//! A name that is not in the set is taken for one that is with a chance of names over 2^28, below 1 in 100,000 with the
//! built-in catalog; those that the catalog keeps never are, since the hash is seeded until none is.

use crate::error::{ConfigError, ConfigErrorKind};
use crate::fnv;

/// Those of 50,000 more rules find a seed in a few tries; where a hundred do not, so many names are withheld that no page could
/// carry them.
const MOST_SEEDS: u32 = 100;
const BITS: u32 = 28;
const DIGIT_BITS: u32 = 5;
/// Of a name.
const DIGITS: u32 = 4;
/// As `parseInt(digits, 32)` reads them.
const ALPHABET: &[u8; 1 << DIGIT_BITS] = b"0123456789abcdefghijklmnopqrstuv";
/// What the digits of a name can hold.
const MOST: u32 = (1 << (DIGIT_BITS * DIGITS)) - 1;

/// The set as the script reads it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HostSet {
    pub(super) seed: u32,
    /// The first digits of all names.
    pub(super) high: String,
    /// The other digits.
    pub(super) low: String,
}

impl HostSet {
    /// Writes the set of `hosts`, with none of `strangers` in it.
    pub(super) fn new<'a>(
        hosts: impl Iterator<Item = &'a str> + Clone,
        strangers: &[&str],
    ) -> Result<Self, ConfigError> {
        for seed in 1..=MOST_SEEDS {
            let mut hashes: Vec<_> = hosts.clone().map(|host| hash(seed, host)).collect();
            hashes.sort_unstable();
            hashes.dedup();
            let hashes = filled(&hashes);
            if strangers.iter().all(|stranger| hashes.binary_search(&hash(seed, stranger)).is_err()) {
                return Ok(Self::write(seed, &hashes));
            }
        }
        let message =
            "the guard's rules: too many hosts are withheld to be told from those that are kept; switch the guard off";
        Err(ConfigError::new(ConfigErrorKind::Catalog, message.to_owned()))
    }

    /// Writes hashes that are in order.
    fn write(seed: u32, hashes: &[u32]) -> Self {
        let befores = std::iter::once(0).chain(hashes.iter().copied());
        let (mut high, mut low) = (String::with_capacity(hashes.len()), String::with_capacity(hashes.len() * 3));
        for (hash, before) in hashes.iter().zip(befores) {
            let more = hash - before;
            high.push(digit(more >> (DIGIT_BITS * (DIGITS - 1))));
            low.extend((0..DIGITS - 1).rev().map(|place| digit(more >> (DIGIT_BITS * place))));
        }
        Self { seed, high, low }
    }
}

/// The hashes, with others between those that are too far from each other to be written.
fn filled(hashes: &[u32]) -> Vec<u32> {
    let mut all = Vec::with_capacity(hashes.len());
    let mut last = 0;
    for &hash in hashes {
        while hash - last > MOST {
            last += MOST;
            all.push(last);
        }
        all.push(hash);
        last = hash;
    }
    all
}

/// The last five bits.
fn digit(value: u32) -> char {
    ALPHABET.get((value % (1 << DIGIT_BITS)) as usize).copied().map_or('0', char::from)
}

/// The same in the script: the high bits of FNV-1a, mixed, since names that look alike have these alike.
fn hash(seed: u32, host: &str) -> u32 {
    let hash = fnv::hash(seed, host.as_bytes());
    (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d) >> (32 - BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_none_of_the_strangers() {
        let names: Vec<String> = (0..3000).map(|n| format!("host{n}.test")).collect();
        let hosts = || names.iter().map(String::as_str);
        // A stranger that the first seed would take for one of them.
        let hashes: std::collections::HashSet<u32> = hosts().map(|host| hash(1, host)).collect();
        let stranger = (0..).map(|n| format!("s{n}.test")).find(|name| hashes.contains(&hash(1, name))).unwrap();
        let set = HostSet::new(hosts(), &[&stranger]).unwrap();
        assert_ne!(set.seed, 1);
        assert_eq!(HostSet::new(hosts(), &["other.test"]).unwrap().seed, 1);
        assert_eq!((set.high.len(), set.low.len()), (3000, 3 * 3000));
        let many: Vec<String> = (0..100_000).map(|n| format!("host{n}.test")).collect();
        let many = HostSet::new(many.iter().map(String::as_str), &[]).unwrap();
        assert!(many.high.len() > 99_000);
    }

    /// As the script does.
    fn read(set: &HostSet) -> Vec<u32> {
        let digits = set.high.chars().enumerate().map(|(at, first)| format!("{first}{}", &set.low[at * 3..][..3]));
        let more = digits.map(|digits| u32::from_str_radix(&digits, 32).unwrap());
        more.scan(0, |sum, more| {
            *sum += more;
            Some(*sum)
        })
        .collect()
    }

    #[test]
    fn hashes_are_told_by_what_lies_between_them() {
        let set = HostSet::write(1, &[0, 5, 5 + (1 << 15), 5 + (1 << 15) + MOST]);
        assert_eq!((&*set.high, &*set.low), ("001v", "000005000vvv"));
        let far = [7, MOST + 7, 3 * MOST, (1 << BITS) - 1];
        let read = read(&HostSet::write(1, &filled(&far)));
        assert!(far.iter().all(|hash| read.binary_search(hash).is_ok()), "{read:?}");
        // One before the third, and the rest before the last.
        assert_eq!(read.len(), far.len() + 1 + 253);
    }

    #[test]
    fn a_host_among_the_strangers_is_an_error() {
        let error = HostSet::new(["a.test"].into_iter(), &["a.test"]).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::Catalog);
    }

    #[test]
    fn no_host_at_all_is_an_empty_set() {
        let set = HostSet::new([].into_iter(), &["a.test"]).unwrap();
        assert_eq!((&*set.high, &*set.low), ("", ""));
    }
}
