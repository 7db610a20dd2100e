//! Texts with `*` in them, as paths and cookie names use them.

use memchr::memmem::Finder;

/// A text in which `*` stands for any run of bytes, none included.
#[derive(Clone, Debug)]
pub(crate) struct Glob {
    /// What stands before the first `*`.
    head: Box<[u8]>,
    /// What stands behind each `*`.
    rest: Box<[Finder<'static>]>,
    end: End,
}

/// Where a [`Glob`] has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With the text.
    Whole,
    /// Anywhere: the glob is a prefix.
    Open,
}

impl Glob {
    pub(crate) fn new(text: &str, end: End) -> Self {
        let mut pieces = text.split('*');
        let head = pieces.next().unwrap_or_default().as_bytes().into();
        let rest = pieces.map(|piece| Finder::new(piece).into_owned()).collect();
        Self { head, rest, end }
    }

    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        let Some(mut text) = text.strip_prefix(&*self.head) else { return false };
        let Some((last, middle)) = self.rest.split_last() else { return self.end == End::Open || text.is_empty() };
        // The first place where a piece fits leaves most for the next one, so no other place needs a try.
        for piece in middle {
            let Some(after) = after(text, piece) else { return false };
            text = after;
        }
        match self.end {
            End::Open => after(text, last).is_some(),
            End::Whole => text.ends_with(last.needle()),
        }
    }
}

fn after<'a>(text: &'a [u8], piece: &Finder<'_>) -> Option<&'a [u8]> {
    text.get(piece.find(text)? + piece.needle().len()..)
}

/// The same in the plainest way, for properties.
#[cfg(test)]
pub(crate) fn naive_glob(glob: &[u8], text: &[u8], end: End) -> bool {
    match glob {
        [] => end == End::Open || text.is_empty(),
        [b'*', glob @ ..] => (0..=text.len()).any(|skip| naive_glob(glob, &text[skip..], end)),
        [byte, glob @ ..] => text.first() == Some(byte) && naive_glob(glob, &text[1..], end),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_star_stands_for_any_run() {
        use End::{Open, Whole};
        for (glob, end, text, want) in [
            ("_ga", Whole, "_ga", true),
            ("_ga", Whole, "_ga_", false),
            ("_ga_*", Whole, "_ga_", true),
            ("_ga_*", Whole, "_ga", false),
            ("*_PRIVACY_*", Whole, "ACME_PRIVACY_A", true),
            ("*_PRIVACY_*", Whole, "ACME_privacy_A", false),
            ("a*a", Whole, "a", false),
            ("a*a", Whole, "aa", true),
            ("a*ab*b", Whole, "aab", false),
            ("", Whole, "", true),
            ("", Whole, "x", false),
            ("*", Whole, "", true),
            ("/tr", Open, "/track", true),
            ("/*/fbevents.js", Open, "/en_US/fbevents.js?v=2", true),
            ("/*/fbevents.js", Open, "/fbevents.js", false),
            ("/*.js", Whole, "/a.js/b.js", true),
            ("/*.js", Whole, "/a.js/b", false),
        ] {
            assert_eq!(Glob::new(glob, end).matches(text.as_bytes()), want, "{glob} {end:?} {text}");
        }
    }

    proptest! {
        #[test]
        fn a_glob_matches_what_backtracking_finds(glob in "[ab*]{0,8}", text in "[ab]{0,12}", open: bool) {
            let end = if open { End::Open } else { End::Whole };
            let want = naive_glob(glob.as_bytes(), text.as_bytes(), end);
            prop_assert_eq!(Glob::new(&glob, end).matches(text.as_bytes()), want);
        }
    }
}
