//! Where a page's `head` begins: the place for a script that must run before any other.

use bytes::Bytes;

use super::filter::Syntax;
use super::tag_end::TagEnd;
use super::text_end::CommentEnd;
use super::{ends_tag_name, is_space};

/// Finds the place in a page where whatever is put comes before everything that can run: behind `<head>`, or, where that
/// tag is left out, before the first thing that begins the `head` by itself.
///
/// A document begins with a doctype, or with `html`, `head`, `body`, `frameset`, `title`, `meta`, `link` or `base`. What
/// begins with anything else is a fragment, which scripts put into a page that has been begun already, and has no such
/// place. An XML document has one behind a `<head>` only, since its parser adds no elements.
///
/// Comments and white space go on as they come. What is undecided is held: a `<` and at most [`LONGEST`] bytes.
#[derive(Debug)]
pub(crate) struct Opening {
    syntax: Syntax,
    state: State,
    /// A `<` and what follows it, where a chunk ended before it could be told what it opens.
    held: Vec<u8>,
    /// A doctype or an `html` tag was there.
    document: bool,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug)]
enum State {
    /// Between two things that may come before the `head`.
    Between,
    /// Behind a `<`; what followed so far.
    Less {
        name: [u8; LONGEST],
        len: usize,
    },
    Declaration,
    Comment(CommentEnd),
    Html(TagEnd),
    Head(TagEnd),
}

/// What a chunk brought. Each side is at most two pieces: what was held, and a slice of the chunk.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing yet; this much can go on.
    Nothing([Bytes; 2]),
    /// The place is between the two.
    Place { before: [Bytes; 2], after: [Bytes; 2] },
    /// There is no such place.
    Fragment([Bytes; 2]),
}

/// What a `<` opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    Unknown,
    Comment,
    Declaration,
    Html,
    Head,
    /// An element that a document can begin with, inside of its `html` and `head`.
    Content,
    Other,
}

/// `frameset`, and the byte behind it.
const LONGEST: usize = 9;

impl Opening {
    pub(crate) fn new(syntax: Syntax) -> Self {
        Self { syntax, state: State::Between, held: Vec::new(), document: false }
    }

    /// Reads the next chunk. None may be given after a place was found, or that there is none.
    pub(crate) fn push(&mut self, chunk: Bytes) -> Found {
        let mut held = Bytes::from(std::mem::take(&mut self.held));
        let mut ahead = Bytes::new();
        // Where in this chunk the thing begins that is looked at; what is held belongs to it, too.
        let mut start = 0;
        for (at, &byte) in chunk.iter().enumerate() {
            match &mut self.state {
                State::Between if is_space(byte) || MARK.contains(&byte) => {}
                State::Between if byte == b'<' => {
                    start = at;
                    self.state = State::Less { name: [0; LONGEST], len: 0 };
                }
                State::Between => return self.settle(ahead, held, &chunk, at),
                State::Less { name, len } => {
                    if let Some(slot) = name.get_mut(*len) {
                        *slot = byte;
                        *len += 1;
                    }
                    match Thing::of(name.get(..*len).unwrap_or_default()) {
                        Thing::Unknown => continue,
                        Thing::Other => return self.settle(ahead, held, &chunk, start),
                        Thing::Content => {
                            self.document = true;
                            return self.settle(ahead, held, &chunk, start);
                        }
                        thing => self.enter(thing),
                    }
                    if ahead.is_empty() {
                        ahead = std::mem::take(&mut held);
                    }
                    // The byte that ended a name is the first of what stands between it and the `>`.
                    if !matches!(self.state, State::Comment(_)) && self.ends(byte) {
                        return self.settle(ahead, held, &chunk, at + 1);
                    }
                }
                State::Declaration | State::Comment(_) | State::Html(_) | State::Head(_) => {
                    if self.ends(byte) {
                        return self.settle(ahead, held, &chunk, at + 1);
                    }
                }
            }
        }
        if matches!(self.state, State::Less { .. }) {
            self.held = [&held, chunk.get(start..).unwrap_or_default()].concat();
            return Found::Nothing([ahead, chunk.slice(..start)]);
        }
        Found::Nothing([ahead, chunk])
    }

    /// Ends the page: what is held goes on.
    pub(crate) fn finish(&mut self) -> Bytes {
        std::mem::take(&mut self.held).into()
    }

    fn enter(&mut self, thing: Thing) {
        self.document |= thing != Thing::Comment;
        self.state = match thing {
            Thing::Comment => State::Comment(CommentEnd::new()),
            Thing::Html => State::Html(TagEnd::new()),
            Thing::Head => State::Head(TagEnd::new()),
            _ => State::Declaration,
        };
    }

    /// Reads one byte of a thing; whether it was the last one of `<head>`.
    fn ends(&mut self, byte: u8) -> bool {
        let over = match &mut self.state {
            State::Declaration => byte == b'>',
            State::Comment(end) => end.find(&[byte]).is_some(),
            State::Html(end) => end.find(&[byte]).is_some(),
            State::Head(end) => return end.find(&[byte]).is_some(),
            State::Between | State::Less { .. } => false,
        };
        if over {
            self.state = State::Between;
        }
        false
    }

    /// At the place, or where it would be.
    fn settle(&self, ahead: Bytes, held: Bytes, chunk: &Bytes, at: usize) -> Found {
        let behind_head = matches!(self.state, State::Head(_));
        if behind_head || self.document && self.syntax == Syntax::Html {
            return Found::Place { before: [ahead, chunk.slice(..at)], after: [held, chunk.slice(at..)] };
        }
        // What is held, or was, stands before the chunk.
        Found::Fragment([if ahead.is_empty() { held } else { ahead }, chunk.clone()])
    }
}

impl Thing {
    /// `opening` is what follows the `<` (WHATWG HTML 13.2.5.6).
    fn of(opening: &[u8]) -> Self {
        match opening {
            [] | [b'!'] | [b'!', b'-'] => Self::Unknown,
            [b'!', b'-', b'-', ..] => Self::Comment,
            // To HTML a processing instruction is a comment up to `>`, and in XML it passes, too.
            [b'!' | b'?', ..] => Self::Declaration,
            [first, ..] if first.is_ascii_alphabetic() => {
                let Some(end) = opening.iter().position(|byte| ends_tag_name(*byte)) else {
                    return if opening.len() < LONGEST { Self::Unknown } else { Self::Other };
                };
                let is =
                    |name: &&str| opening.get(..end).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
                match () {
                    () if is(&"html") => Self::Html,
                    () if is(&"head") => Self::Head,
                    () if ["body", "frameset", "title", "meta", "link", "base"].iter().any(is) => Self::Content,
                    () => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }
}

/// The bytes of UTF-8's byte order mark.
const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The page with a `#` at the place, however it is cut.
    fn marked(syntax: Syntax, chunks: &[&[u8]]) -> Vec<u8> {
        let mut opening = Opening::new(syntax);
        let mut out = Vec::new();
        let mut chunks = chunks.iter();
        let mut found = false;
        for chunk in chunks.by_ref() {
            let pieces = match opening.push(Bytes::copy_from_slice(chunk)) {
                Found::Nothing(pieces) => pieces.concat(),
                Found::Place { before, after } => {
                    found = true;
                    [before.concat(), b"#".to_vec(), after.concat()].concat()
                }
                Found::Fragment(pieces) => {
                    found = true;
                    pieces.concat()
                }
            };
            out.extend(pieces);
            assert!(opening.held.len() <= LONGEST + 1);
            if found {
                break;
            }
        }
        out.extend(opening.finish());
        out.extend(chunks.copied().flatten());
        out
    }

    #[test]
    fn the_place_is_before_everything_that_can_run() {
        for (page, want) in [
            ("<!doctype html><html><head><script>", "<!doctype html><html><head>#<script>"),
            (
                "<!DOCTYPE html>\n<HTML lang='a>b'>\n <Head x>\n<p>",
                "<!DOCTYPE html>\n<HTML lang='a>b'>\n <Head x>#\n<p>",
            ),
            ("<!doctype html><title>x", "<!doctype html>#<title>x"),
            ("<!doctype html>\n<p>x", "<!doctype html>\n#<p>x"),
            ("<!doctype html> text", "<!doctype html> #text"),
            ("<!doctype html></p>", "<!doctype html>#</p>"),
            ("<html><body onload=x()>", "<html>#<body onload=x()>"),
            ("<body>", "#<body>"),
            ("<meta charset=utf-8>", "#<meta charset=utf-8>"),
            ("<frameset>", "#<frameset>"),
            ("<head/>x", "<head/>#x"),
            ("<head\n>x", "<head\n>#x"),
            (
                "\u{feff}<!-- <head> --><!---><html><!-- a --!><head>",
                "\u{feff}<!-- <head> --><!---><html><!-- a --!><head>#",
            ),
            ("<?xml version='1.0'?><html><head>", "<?xml version='1.0'?><html><head>#"),
            ("<!-x><html><p>", "<!-x><html>#<p>"),
            ("<header>", "<header>"),
            ("<heads><head>", "<heads><head>"),
            ("<html><header>", "<html>#<header>"),
            ("<framesets>", "<framesets>"),
            ("<!-- a --><div>", "<!-- a --><div>"),
            ("<script>", "<script>"),
            ("text<head>", "text<head>"),
            ("{\"a\": 1}", "{\"a\": 1}"),
            ("", ""),
            ("<", "<"),
            ("<he", "<he"),
            ("<html><hea", "<html><hea"),
            ("<!-- open", "<!-- open"),
        ] {
            assert_eq!(String::from_utf8(marked(Syntax::Html, &[page.as_bytes()])).unwrap(), want);
        }
    }

    #[test]
    fn xml_has_a_place_behind_a_head_only() {
        for (page, want) in [
            ("<html xmlns='x'><head><p/>", "<html xmlns='x'><head>#<p/>"),
            ("<html><body/>", "<html><body/>"),
            ("<!DOCTYPE html><title/>", "<!DOCTYPE html><title/>"),
        ] {
            assert_eq!(String::from_utf8(marked(Syntax::Xml, &[page.as_bytes()])).unwrap(), want);
        }
    }

    fn parts() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec![
            "<",
            ">",
            "!",
            "-",
            "--",
            "<!--",
            "-->",
            "<html",
            "<head",
            "<HEAD>",
            "<body>",
            "<title>",
            " ",
            "\n",
            "'",
            "\"",
            "=",
            "/",
            "x",
            "<!doctype html>",
            "<?xml?>",
            "\u{feff}",
            "<frameset",
            "er",
            "</head>",
        ]);
        prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn the_place_is_the_same_wherever_the_page_is_cut(page in parts()) {
            let bytes = page.as_bytes();
            let whole = marked(Syntax::Html, &[bytes]);
            for (i, j) in (0..=bytes.len()).flat_map(|j| (0..=j).map(move |i| (i, j))) {
                prop_assert_eq!(&marked(Syntax::Html, &[&bytes[..i], &bytes[i..j], &bytes[j..]]), &whole);
            }
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(&marked(Syntax::Html, &single), &whole);
            let kept: Vec<u8> = whole.into_iter().filter(|byte| *byte != b'#').collect();
            prop_assert_eq!(kept, bytes);
        }
    }
}
