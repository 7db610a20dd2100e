//! The end of raw text, of a script with its escapes, and of a comment, found across chunks.

use super::ends_tag_name;

/// The longest name that ends raw text: `noscript`, `textarea`, `noframes`.
const LONGEST: usize = 8;

/// Elements whose content is text, not markup (WHATWG HTML 13.2.6.2: RCDATA, RAWTEXT, script data).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextKind {
    Script,
    Style,
    Title,
    Textarea,
    Xmp,
    Iframe,
    Noembed,
    Noframes,
}

impl TextKind {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Script => b"script",
            Self::Style => b"style",
            Self::Title => b"title",
            Self::Textarea => b"textarea",
            Self::Xmp => b"xmp",
            Self::Iframe => b"iframe",
            Self::Noembed => b"noembed",
            Self::Noframes => b"noframes",
        }
    }
}

/// What ended a text; the position is behind the end tag's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Own(usize),
    /// The surrounding `noscript` ended first.
    Noscript(usize),
}

/// Finds the end tag of a text, looking at each byte once.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextEnd {
    /// None: only `noscript` ends it.
    kind: Option<TextKind>,
    in_noscript: bool,
    escape: Escape,
    tag: Tag,
}

/// Script data's states (13.2.5.15 to 13.2.5.31), other texts stay in the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    None,
    /// Behind `<!--`; the number of dashes just seen, at most two.
    Single(u8),
    /// Behind `<!--` and `<script`, where `</script` does not end the script.
    Double(u8),
}

/// How much of a possible tag has been read.
#[derive(Clone, Copy, Debug)]
enum Tag {
    None,
    Less,
    Bang,
    BangDash,
    Name { closing: bool, bytes: [u8; LONGEST], len: u8 },
}

impl TextEnd {
    pub(super) fn new(kind: TextKind, in_noscript: bool) -> Self {
        Self { kind: Some(kind), in_noscript, escape: Escape::None, tag: Tag::None }
    }

    /// Finds only the end of the surrounding `noscript`.
    pub(super) fn of_noscript() -> Self {
        Self { kind: None, in_noscript: true, escape: Escape::None, tag: Tag::None }
    }

    /// The end tag's name as it was written, once it has been found.
    pub(super) fn name(&self) -> &[u8] {
        match &self.tag {
            Tag::Name { bytes, len, .. } => bytes.get(..usize::from(*len)).unwrap_or_default(),
            _ => b"",
        }
    }

    /// Reads on.
    pub(super) fn find(&mut self, bytes: &[u8]) -> Option<Ended> {
        let mut at = 0;
        loop {
            if matches!(self.tag, Tag::None) {
                let rest = bytes.get(at..).unwrap_or_default();
                let next = match self.escape {
                    Escape::None => self.promising(rest),
                    Escape::Single(0) | Escape::Double(0) => memchr::memchr2(b'<', b'-', rest),
                    Escape::Single(_) | Escape::Double(_) => Some(0),
                };
                at += next?;
                if let Some(end) = self.whole_end(bytes.get(at..).unwrap_or_default()) {
                    return Some(Ended::Own(at + end));
                }
            }
            let byte = *bytes.get(at)?;
            if let Some(ended) = self.read(byte, at) {
                return Some(ended);
            }
            at += 1;
        }
    }

    /// Where the name of the end tag ends that stands here, if that is this text's own, all of it has come, and nothing
    /// escapes it: nearly all end so.
    fn whole_end(&self, from: &[u8]) -> Option<usize> {
        let name = self.kind.filter(|_| self.escape == Escape::None)?.name();
        let (tag, behind) = from.split_at_checked(name.len() + 2)?;
        let ends = behind.first().is_some_and(|&byte| ends_tag_name(byte));
        (ends && tag.strip_prefix(b"</")?.eq_ignore_ascii_case(name)).then_some(tag.len())
    }

    /// The next `<` that may begin an end tag that matters or, in a script, an escape: most in scripts begin neither.
    #[inline]
    fn promising(&self, text: &[u8]) -> Option<usize> {
        memchr::memchr_iter(b'<', text).find(|&at| match (text.get(at + 1), text.get(at + 2)) {
            (Some(b'/'), Some(letter)) => {
                let is = |kind: TextKind| kind.name().first() == Some(&(letter | 0x20));
                self.kind.is_some_and(is) || (self.in_noscript && letter | 0x20 == b'n')
            }
            (Some(b'!'), _) => self.kind == Some(TextKind::Script),
            (Some(b'/'), None) | (None, _) => true,
            (Some(_), _) => false,
        })
    }

    fn read(&mut self, byte: u8, at: usize) -> Option<Ended> {
        match self.tag {
            Tag::None => self.text(byte),
            Tag::Less => self.less(byte),
            Tag::Bang if byte == b'-' => self.tag = Tag::BangDash,
            Tag::BangDash if byte == b'-' => {
                self.tag = Tag::None;
                self.escape = Escape::Single(2);
            }
            Tag::Bang | Tag::BangDash => self.text(byte),
            Tag::Name { closing, mut bytes, len } => {
                if byte.is_ascii_alphabetic() && usize::from(len) < LONGEST {
                    if let Some(slot) = bytes.get_mut(usize::from(len)) {
                        *slot = byte;
                    }
                    self.tag = Tag::Name { closing, bytes, len: len + 1 };
                } else if ends_tag_name(byte) {
                    return self.named(closing, byte, at);
                } else {
                    self.text(byte);
                }
            }
        }
        None
    }

    /// A byte that is text, or the first of a tag.
    fn text(&mut self, byte: u8) {
        self.tag = if byte == b'<' { Tag::Less } else { Tag::None };
        self.escape = match (self.escape, byte) {
            (Escape::Single(2) | Escape::Double(2), b'>') => Escape::None,
            (Escape::Single(dashes), b'-') => Escape::Single(2.min(dashes + 1)),
            (Escape::Double(dashes), b'-') => Escape::Double(2.min(dashes + 1)),
            (Escape::Single(_), _) => Escape::Single(0),
            (Escape::Double(_), _) => Escape::Double(0),
            (Escape::None, _) => Escape::None,
        };
    }

    fn less(&mut self, byte: u8) {
        let name = |closing| Tag::Name { closing, bytes: [0; LONGEST], len: 0 };
        match byte {
            b'/' => self.tag = name(true),
            b'!' if self.kind == Some(TextKind::Script) && self.escape == Escape::None => self.tag = Tag::Bang,
            // 13.2.5.20: only an escaped script looks for a nested `<script`.
            _ if byte.is_ascii_alphabetic() && matches!(self.escape, Escape::Single(_)) => {
                self.tag = name(false);
                self.read(byte, 0);
            }
            _ => self.text(byte),
        }
    }

    /// A whole name in a text has been read, and a byte that can follow one.
    fn named(&mut self, closing: bool, byte: u8, at: usize) -> Option<Ended> {
        let name = self.name();
        if closing && self.in_noscript && name.eq_ignore_ascii_case(b"noscript") {
            return Some(Ended::Noscript(at));
        }
        let own = self.kind.is_some_and(|kind| name.eq_ignore_ascii_case(kind.name()));
        match (own, closing, self.escape) {
            (true, true, Escape::None | Escape::Single(_)) => return Some(Ended::Own(at)),
            (true, true, Escape::Double(_)) => self.escape = Escape::Single(0),
            (true, false, _) => self.escape = Escape::Double(0),
            (false, ..) => {}
        }
        self.text(byte);
        None
    }
}

/// Finds the end of a comment (13.2.5.43 to 13.2.5.52), looking at each byte once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommentEnd {
    /// Behind `<!--`, or behind `<!---`: a `>` ends it at once.
    Start(u8),
    Body {
        dashes: u8,
        bang: bool,
    },
}

impl CommentEnd {
    /// Begins behind `<!--`.
    pub(super) fn new() -> Self {
        Self::Start(0)
    }

    /// Reads on; the position behind the `>` that ends the comment.
    pub(super) fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            if *self == (Self::Body { dashes: 0, bang: false }) {
                at += memchr::memchr(b'-', bytes.get(at..)?)?;
            }
            let byte = *bytes.get(at)?;
            at += 1;
            *self = match (*self, byte) {
                (Self::Start(_), b'>') => return Some(at),
                (Self::Body { bang: true, .. }, b'>') => return Some(at),
                (Self::Body { dashes: 2, .. }, b'>') => return Some(at),
                (Self::Start(0), b'-') => Self::Start(1),
                (Self::Start(_), b'-') => Self::Body { dashes: 2, bang: false },
                (Self::Body { bang: true, .. }, b'-') => Self::Body { dashes: 1, bang: false },
                (Self::Body { dashes, .. }, b'-') => Self::Body { dashes: 2.min(dashes + 1), bang: false },
                (Self::Body { dashes: 2, bang: false }, b'!') => Self::Body { dashes: 0, bang: true },
                _ => Self::Body { dashes: 0, bang: false },
            };
        }
    }
}

/// Finds the `]]>` that ends a CDATA section (13.2.5.69 to 13.2.5.71); the number of brackets just seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CdataEnd(u8);

impl CdataEnd {
    /// Reads on; the position behind the end.
    pub(super) fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            if self.0 == 0 {
                at += memchr::memchr(b']', bytes.get(at..)?)?;
            }
            let byte = *bytes.get(at)?;
            at += 1;
            match byte {
                b'>' if self.0 == 2 => return Some(at),
                b']' => self.0 = 2.min(self.0 + 1),
                _ => self.0 = 0,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a finder over the text in two pieces, for every cut, and wants the same answer each time.
    fn every_cut<T: Copy>(
        text: &str,
        new: impl Fn() -> T,
        mut find: impl FnMut(&mut T, &[u8]) -> Option<usize>,
    ) -> Option<usize> {
        let want = find(&mut new(), text.as_bytes());
        for cut in 0..=text.len() {
            let mut finder = new();
            let got = match find(&mut finder, &text.as_bytes()[..cut]) {
                Some(n) => Some(n),
                None => find(&mut finder, &text.as_bytes()[cut..]).map(|n| n + cut),
            };
            assert_eq!(got, want, "{text} cut at {cut}");
        }
        want
    }

    fn text_end(kind: TextKind, text: &str) -> Option<usize> {
        every_cut(
            text,
            || TextEnd::new(kind, false),
            |end, bytes| {
                end.find(bytes).map(|ended| match ended {
                    Ended::Own(n) => n,
                    Ended::Noscript(_) => unreachable!("not asked for"),
                })
            },
        )
    }

    #[test]
    fn raw_text_ends_at_its_own_end_tag_only() {
        for (text, want) in [
            ("a</style>", Some(8)),
            ("a</STYLE >", Some(8)),
            ("a</style/", Some(8)),
            ("a</styles></style>", Some(17)),
            ("a</style", None),
            ("<!-- </style> -->", Some(12)),
            ("< /style></sty</style>", Some(21)),
            ("<</style>", Some(8)),
            ("</</style>", Some(9)),
            ("</script></style\n>", Some(16)),
        ] {
            assert_eq!(text_end(TextKind::Style, text), want, "{text}");
        }
    }

    #[test]
    fn a_script_ends_as_its_escapes_say() {
        for (text, want) in [
            ("x</script>", Some(9)),
            ("if(a<b){}</script>", Some(17)),
            ("<!-- </script>", Some(13)),
            ("<!-- <script> </script> --></script>", Some(35)),
            ("<!-- <script> </script> </script>", Some(32)),
            ("<!-- <script> --> </script>", Some(26)),
            ("<!-- <scripts> </script>", Some(23)),
            ("<!--><script></script>", Some(21)),
            ("<!---><script></script>", Some(22)),
            ("<!-x <script></script>", Some(21)),
            ("<!-- <script></scripty></script></script>", Some(40)),
            ("<!-- <script\n- --></script>", Some(26)),
            ("<!--<script>--</script></script>", Some(31)),
            ("'<!--' + '<script>' </script>", None),
        ] {
            assert_eq!(text_end(TextKind::Script, text), want, "{text}");
        }
    }

    #[test]
    fn noscript_ends_whatever_stands_inside_it() {
        let mut end = TextEnd::new(TextKind::Iframe, true);
        assert_eq!(end.find(b"x</b></NOscript >"), Some(Ended::Noscript(15)));
        assert_eq!(end.name(), b"NOscript");
        assert_eq!(TextEnd::of_noscript().find(b"</iframe></noscript>"), Some(Ended::Noscript(19)));
    }

    #[test]
    fn comments_end_as_the_standard_says() {
        for (text, want) in [
            (">", Some(1)),
            ("->", Some(2)),
            ("-->", Some(3)),
            ("a-->", Some(4)),
            ("a--->", Some(5)),
            ("a--!>", Some(5)),
            ("!>-->", Some(5)),
            ("-!>-->", Some(6)),
            ("--!>", Some(4)),
            ("a->-->", Some(6)),
            ("a--!->-->", Some(9)),
            ("a--!-->", Some(7)),
            ("a-- >-->", Some(8)),
            ("a--!x>-->", Some(9)),
            ("a--", None),
        ] {
            assert_eq!(every_cut(text, CommentEnd::new, CommentEnd::find), want, "{text}");
        }
        assert_eq!(every_cut("a]>]]x]]]>b", CdataEnd::default, CdataEnd::find), Some(10));
    }
}
