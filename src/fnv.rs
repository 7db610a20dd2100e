//! FNV-1a, 32 bits: the same on every machine and in every run, which the hashers of the standard library are not.
//!
//! It tells versions of pages and of rules apart, and is simple enough to be written in the browser's script again. Nothing
//! that somebody could gain by a collision hangs on it.

/// Where a hash begins.
pub(crate) const START: u32 = 0x811c_9dc5;

/// Goes on hashing.
pub(crate) fn hash(start: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(start, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        for (text, want) in [("", START), ("a", 0xe40c_292c), ("foobar", 0xbf9c_f968)] {
            assert_eq!(hash(START, text.as_bytes()), want, "{text}");
        }
        assert_eq!(hash(hash(START, b"foo"), b"bar"), 0xbf9c_f968);
    }
}
