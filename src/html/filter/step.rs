//! One step of the machine: at least one byte is read, in the mode that the page is in.

use super::super::cursor::Cursor;
use super::super::open::{COMMENT, Open};
use super::super::part;
use super::super::tag_end::TagEnd;
use super::super::text_end::{CdataEnd, CommentEnd, Ended, TextEnd};
use super::{After, Mode, TagFilter};

/// `</noscript`: what is kept when it ends something that is withheld.
const NOSCRIPT_END: usize = 10;

impl TagFilter {
    pub(super) fn step(&mut self, cursor: &mut Cursor<'_>) {
        let rest = cursor.rest();
        match &mut self.mode {
            Mode::Data => self.markup(cursor),
            Mode::Open => self.go_on_opening(cursor),
            Mode::Tag(end, noscript, after) => {
                let (own, noscript, after) = (end.find(rest), *noscript, *after);
                self.end_or_leave(cursor, own, noscript, after);
            }
            Mode::HeldTag(..) => self.go_on_holding_tag(cursor),
            Mode::Comment(end, noscript) => {
                let (own, noscript) = (end.find(rest), *noscript);
                self.end_or_leave(cursor, own, noscript, After::Data);
            }
            Mode::Bogus(noscript) => {
                let (own, noscript) = (memchr::memchr(b'>', rest).map(|n| n + 1), *noscript);
                self.end_or_leave(cursor, own, noscript, After::Data);
            }
            Mode::Cdata(end) => {
                let own = end.find(rest);
                self.end_or_leave(cursor, own, None, After::Data);
            }
            Mode::Text(end) => match end.find(rest) {
                Some(Ended::Own(n)) => {
                    cursor.at += n;
                    self.mode = Mode::Tag(TagEnd::new(), None, After::Data);
                }
                Some(Ended::Noscript(n)) => {
                    cursor.at += n;
                    self.leave_noscript();
                }
                None => cursor.at += rest.len(),
            },
            Mode::HeldScript(..) => self.go_on_holding_script(cursor),
            Mode::CutText(..) => self.go_on_cutting(cursor),
            Mode::CutEnd(end) => {
                let found = end.find(rest);
                let at = cursor.at;
                cursor.cut(at, at + found.unwrap_or(rest.len()));
                if found.is_some() {
                    self.mode = Mode::Data;
                }
            }
            Mode::Plaintext => cursor.at += rest.len(),
        }
    }

    /// Goes on after something that ends by itself, unless the surrounding `noscript` ends before it.
    fn end_or_leave(&mut self, cursor: &mut Cursor<'_>, own: Option<usize>, noscript: Option<TextEnd>, after: After) {
        let rest = cursor.rest();
        let reach = own.unwrap_or(rest.len());
        if let Some(mut noscript) = noscript {
            if let Some(Ended::Own(n) | Ended::Noscript(n)) = noscript.find(part(rest, 0..reach)) {
                cursor.at += n;
                self.leave_noscript();
                return;
            }
            if let Mode::Comment(_, slot) | Mode::Bogus(slot) | Mode::Tag(_, slot, _) = &mut self.mode {
                *slot = Some(noscript);
            }
        }
        cursor.at += reach;
        if own.is_some() {
            self.follow(after);
        }
    }

    /// Inside the text of an element that is withheld.
    fn go_on_cutting(&mut self, cursor: &mut Cursor<'_>) {
        let Mode::CutText(end) = &mut self.mode else { return };
        let (rest, start) = (cursor.rest(), cursor.at);
        match end.find(rest) {
            Some(Ended::Own(n)) => {
                cursor.cut(start, start + n);
                self.mode = Mode::CutEnd(TagEnd::new());
            }
            Some(Ended::Noscript(n)) => {
                match n.checked_sub(NOSCRIPT_END) {
                    Some(before) => cursor.cut(start, start + before),
                    None => {
                        cursor.cut(start, start + n);
                        // Its first bytes went with an earlier chunk.
                        cursor.out.push_back([&b"</"[..], end.name()].concat().into());
                    }
                }
                cursor.at = start + n;
                self.leave_noscript();
            }
            None => cursor.cut(start, start + rest.len()),
        }
    }

    /// Behind `</noscript`.
    pub(super) fn leave_noscript(&mut self) {
        self.close_noscript();
        self.mode = Mode::Tag(TagEnd::new(), None, After::Data);
    }

    pub(super) fn follow(&mut self, after: After) {
        self.mode = match after {
            After::Data => Mode::Data,
            After::Text(kind) => Mode::Text(TextEnd::new(kind, self.noscript)),
            After::Plaintext => Mode::Plaintext,
        };
    }

    pub(super) fn noscript_end(&self) -> Option<TextEnd> {
        self.noscript.then(TextEnd::of_noscript)
    }

    /// Behind anything but a start tag's opening.
    pub(super) fn opened(&mut self, open: Open, opening: &[u8]) {
        self.mode = match open {
            Open::End(name_end) => {
                self.end_tag(part(opening, 2..name_end));
                Mode::Tag(TagEnd::new(), self.noscript_end(), After::Data)
            }
            Open::Comment => {
                let mut end = CommentEnd::new();
                // What was held to tell a marker from it has no end in it.
                end.find(part(opening, COMMENT.len()..opening.len()));
                Mode::Comment(end, self.noscript_end())
            }
            Open::Cdata => Mode::Cdata(CdataEnd::default()),
            Open::Bogus => Mode::Bogus(self.noscript_end()),
            Open::Marker | Open::Text | Open::Start(_) | Open::Unknown => Mode::Data,
        };
    }
}
