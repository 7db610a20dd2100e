//! The names of the cookies that are wanted, and a quick look that turns nearly all others away.

use std::fmt;

/// Cookie names, each with what is to be done about it.
#[derive(Clone)]
pub(super) struct Names<T> {
    /// A bit for each pair of first bytes that a name has; some pairs share one.
    pairs: [u64; 4],
    names: Vec<Name<T>>,
}

#[derive(Clone)]
struct Name<T> {
    /// Its first two bytes again, beside each other in the list: most names are passed over by them.
    first: [u8; 2],
    text: Box<[u8]>,
    /// Every name that begins like this one is meant.
    prefix: bool,
    tag: T,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { pairs: [0; 4], names: Vec::new() }
    }
}

impl<T: Copy> Names<T> {
    /// Wants the cookie `name`; one that stands already keeps what it was wanted for.
    pub(super) fn add(&mut self, name: &str, tag: T) {
        self.insert(name, false, tag);
    }

    /// Wants all cookies whose names begin with `prefix`.
    pub(super) fn add_prefix(&mut self, prefix: &str, tag: T) {
        self.insert(prefix, true, tag);
    }

    fn insert(&mut self, text: &str, prefix: bool, tag: T) {
        match text.as_bytes() {
            [first, second, ..] => self.mark(*first, *second),
            // Whatever follows a name of one letter: "=", white space, or more letters.
            [first] => (0..=u8::MAX).for_each(|second| self.mark(*first, second)),
            [] => return,
        }
        let first = first_two(text.as_bytes());
        self.names.push(Name { first, text: text.as_bytes().into(), prefix, tag });
    }

    fn mark(&mut self, first: u8, second: u8) {
        let (word, bit) = place(first, second);
        if let Some(word) = self.pairs.get_mut(word) {
            *word |= bit;
        }
    }

    /// Whether a name may begin with these two bytes. Wrong at times, and never where one does.
    #[inline]
    pub(super) fn may_begin(&self, first: u8, second: u8) -> bool {
        let (word, bit) = place(first, second);
        self.pairs.get(word).is_some_and(|word| word & bit != 0)
    }

    /// What a cookie of this name is wanted for. Cookie names are case-sensitive.
    pub(super) fn find(&self, name: &[u8]) -> Option<T> {
        let first = first_two(name);
        let fits = |wanted: &&Name<T>| match wanted.prefix {
            true => name.starts_with(&wanted.text),
            false => first == wanted.first && name == &*wanted.text,
        };
        self.names.iter().find(fits).map(|wanted| wanted.tag)
    }
}

/// A name of one letter is filled up with NUL, which no name holds.
fn first_two(name: &[u8]) -> [u8; 2] {
    [0, 1].map(|n| name.get(n).copied().unwrap_or_default())
}

/// Where the bit of two bytes is: a word of four, and the bit in it.
#[inline]
fn place(first: u8, second: u8) -> (usize, u64) {
    let hash = first.wrapping_mul(37) ^ second;
    (usize::from(hash >> 6), 1 << (hash & 63))
}

impl<T> fmt::Debug for Names<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names.iter().map(|name| name.text.escape_ascii().to_string())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names<u8> {
        let mut names = Names::default();
        names.add("usprivacy", 1);
        names.add("x", 2);
        names.add_prefix("_iub_cs-", 3);
        names.add("usprivacy", 4);
        names
    }

    #[test]
    fn names_are_found_whole_and_prefixes_before_anything() {
        for (name, want) in [
            ("usprivacy", Some(1)),
            ("x", Some(2)),
            ("_iub_cs-12", Some(3)),
            ("_iub_cs-", Some(3)),
            ("_iub_cs", None),
            ("usprivac", None),
            ("usprivacy2", None),
            ("USPRIVACY", None),
            ("xx", None),
            ("", None),
        ] {
            assert_eq!(names().find(name.as_bytes()), want, "{name}");
        }
    }

    #[test]
    fn the_quick_look_turns_no_wanted_name_away() {
        let names = names();
        assert!(names.may_begin(b'u', b's') && names.may_begin(b'_', b'i'));
        assert!((0..=255).all(|second| names.may_begin(b'x', second)));
        let mut two = Names::default();
        two.add("usprivacy", 1);
        two.add_prefix("_iub_cs-", 2);
        let let_through = (0..=u16::MAX).filter(|pair| two.may_begin((pair >> 8) as u8, *pair as u8)).count();
        assert_eq!(let_through, 2 * 256, "two of 256 classes");
    }
}
