//! Host names as a set of hashes, small enough to be sent with a page, and looked up without being unpacked.
//!
//! A name is hashed to 28 bits: ten tell the bucket, and three digits of six bits are the rest. The digits of all names
//! stand one after the other, bucket by bucket. How many a bucket has is told in bits: one for each name, and a zero behind the last.
//!
//! A name that is not in the set is taken for one that is with a chance of names over 2^28, below 1 in 100,000 with the
//! built-in catalog; those that the catalog keeps never are, since the hash is seeded until none is.

use crate::error::{ConfigError, ConfigErrorKind};
use crate::fnv;

/// Those of 50,000 more rules find a seed in a few tries; where a hundred do not, so many names are withheld that no page could
/// carry them.
const MOST_SEEDS: u32 = 100;
const BUCKET_BITS: u32 = 10;
/// Three digits.
const REST_BITS: u32 = 18;
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The set as the script reads it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HostSet {
    pub(super) seed: u32,
    pub(super) buckets: String,
    pub(super) digits: String,
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
        let digits = hashes.iter().flat_map(|hash| [12, 6, 0].map(|shift| digit(hash >> shift))).collect();
        let mut bits = Vec::with_capacity(hashes.len() + (1 << BUCKET_BITS));
        let mut rest = hashes.iter().map(|hash| hash >> REST_BITS).peekable();
        for bucket in 0..1 << BUCKET_BITS {
            while rest.next_if_eq(&bucket).is_some() {
                bits.push(true);
            }
            bits.push(false);
        }
        let six = |bits: &[bool]| (0..6).fold(0, |value, at| value << 1 | u32::from(bits.get(at) == Some(&true)));
        Self { seed, buckets: bits.chunks(6).map(|bits| digit(six(bits))).collect(), digits }
    }
}

/// The last six bits.
fn digit(value: u32) -> char {
    DIGITS.get((value & 63) as usize).copied().map_or('A', char::from)
}

/// The same in the script: FNV-1a, then mixed, since only the high bits count.
fn hash(seed: u32, host: &str) -> u32 {
    let mixed = fnv::hash(seed, host.as_bytes());
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d);
    (mixed ^ (mixed >> 13)) >> (32 - BUCKET_BITS - REST_BITS)
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
        assert_eq!((set.digits.len(), set.buckets.len()), (3 * 3000, (3000_usize + 1024).div_ceil(6)));
        let many: Vec<String> = (0..100_000).map(|n| format!("host{n}.test")).collect();
        let many = HostSet::new(many.iter().map(String::as_str), &[]).unwrap();
        assert!(many.digits.len() > 3 * 99_000);
        assert_eq!(many.buckets.len(), (many.digits.len() / 3 + 1024).div_ceil(6));
    }

    #[test]
    fn buckets_are_told_in_bits() {
        let set = HostSet::write(1, &[0, 5, 1 << REST_BITS, 3 << REST_BITS]);
        // 110 10 0, 10 and zeros.
        assert_eq!(set.buckets.get(..3), Some("0gA"));
        assert_eq!(set.digits, "AAAAAFAAAAAA");
    }

    #[test]
    fn a_host_among_the_strangers_is_an_error() {
        let error = HostSet::new(["a.test"].into_iter(), &["a.test"]).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::Catalog);
    }

    #[test]
    fn no_host_at_all_is_an_empty_set() {
        let set = HostSet::new([].into_iter(), &["a.test"]).unwrap();
        assert_eq!((&*set.buckets, &*set.digits), (&*"A".repeat(171), ""));
    }
}
