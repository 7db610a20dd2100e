//! Tags that open in the present chunk: most stand whole in it and are decided on without a copy.

use bytes::Bytes;

use super::super::cursor::Cursor;
use super::super::element::{Element, LONGEST_NAME};
use super::super::foreign::Reading;
use super::super::index::{Letters, Whole};
use super::super::judge::{Judge, Verdict};
use super::super::open::{MARKER, Open};
use super::super::part;
use super::super::tag_end::TagEnd;
use super::super::text_end::{TextEnd, TextKind};
use super::{After, Mode, Syntax, TagFilter};

/// The longest opening that can be undecided, and the byte that decides it.
const LONGEST_OPENING: usize = LONGEST_NAME + 4;

/// What is to be done with a start tag, what follows it, and where it ends.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    pub(super) after: After,
    end: usize,
}

impl TagFilter {
    fn reads_cdata(&self) -> bool {
        self.options.syntax == Syntax::Xml || self.foreign.reads_cdata()
    }

    /// Goes from tag to tag, as long as what follows is markup.
    pub(super) fn markup(&mut self, cursor: &mut Cursor<'_>) {
        while matches!(self.mode, Mode::Data) {
            let there = if self.heeds_every_tag() {
                cursor.go_to_less()
            } else {
                cursor.go_to_telling(self.options.held_limit)
            };
            if !there {
                return;
            }
            self.open(cursor);
        }
    }

    /// Whether something is open that any tag may end.
    #[inline]
    fn heeds_every_tag(&self) -> bool {
        self.noscript || self.amp_config || self.foreign.is_open()
    }

    /// At a `<` of which more must be known.
    pub(super) fn open(&mut self, cursor: &mut Cursor<'_>) {
        if let Some(before) = cursor.before() {
            self.behind_less = before == b'<';
        }
        let rest = cursor.rest();
        match self.opens(rest) {
            Open::Unknown => {
                let piece = cursor.take(rest.len());
                self.held.push(piece);
                self.mode = Mode::Open;
            }
            Open::Start(name_end) => self.start_tag(cursor, name_end),
            Open::Marker => {
                cursor.cut(cursor.at, cursor.at + MARKER.len());
                self.show_status(cursor);
            }
            Open::End(name_end) => {
                let name = part(rest, 2..name_end);
                if self.is_place_for_status(name) {
                    cursor.keep_until(cursor.at);
                    self.show_status(cursor);
                }
                self.end_tag(name);
                self.pass_end_tag(cursor, name_end);
            }
            open => {
                cursor.at += open.len();
                self.opened(open, part(rest, 0..open.len()));
            }
        }
    }

    #[inline]
    fn opens(&self, bytes: &[u8]) -> Open {
        match self.status {
            None => Open::of(bytes, self.reads_cdata()),
            Some(_) => Open::or_marker(bytes, self.reads_cdata()),
        }
    }

    /// Before the end tag of `body`, unless the status stands already.
    #[inline]
    fn is_place_for_status(&self, name: &[u8]) -> bool {
        self.status.is_some() && name.eq_ignore_ascii_case(b"body")
    }

    fn show_status(&mut self, cursor: &mut Cursor<'_>) {
        cursor.out.extend(self.status.take());
    }

    /// A `<` is held, and the next bytes tell what it opens.
    pub(super) fn go_on_opening(&mut self, cursor: &mut Cursor<'_>) {
        let held = self.held.len();
        let mut opening = [0; LONGEST_OPENING];
        let known = self.held.bytes().chain(cursor.rest()).zip(&mut opening);
        let len = known.map(|(byte, slot)| *slot = *byte).count();
        let Some((open, len)) = (held + 1..=len)
            .map(|len| (self.opens(part(&opening, 0..len)), len))
            .find(|(open, _)| *open != Open::Unknown)
        else {
            let piece = cursor.take(cursor.rest().len());
            self.held.push(piece);
            return;
        };
        // The byte that told may not belong to the opening; then it is read again. What is held does belong to it.
        let len = open.len().clamp(held, len);
        if open == Open::Text {
            // It is the last byte that has gone out when the next one is looked at.
            self.behind_less = true;
        }
        let piece = cursor.take(len - held);
        self.held.push(piece);
        match open {
            Open::Marker => {
                self.held.clear();
                self.show_status(cursor);
            }
            Open::End(name_end) if self.is_place_for_status(part(&opening, 2..name_end)) => self.show_status(cursor),
            _ => {}
        }
        if let Open::Start(name_end) = open {
            let element = Element::of(part(&opening, 1..name_end));
            if self.must_see(element) {
                self.mode = Mode::HeldTag(TagEnd::new(), self.noscript_end(), element, name_end);
                return;
            }
            self.mode = Mode::Tag(TagEnd::new(), None, self.after(element));
        } else {
            self.opened(open, part(&opening, 0..len));
        }
        self.held.release(&[], cursor.out);
    }

    #[inline]
    pub(super) fn end_tag(&mut self, name: &[u8]) {
        if self.foreign.is_open() {
            self.foreign.end(name);
        }
        if self.noscript && name.eq_ignore_ascii_case(b"noscript") {
            self.close_noscript();
        }
        if self.amp_config && Element::of(name) == Element::Amp {
            self.amp_config = false;
        }
    }

    pub(super) fn close_noscript(&mut self) {
        self.noscript = false;
        self.foreign.back_to(self.before_noscript);
    }

    /// Whether a start tag must be seen whole before anything is decided.
    fn must_see(&self, element: Element) -> bool {
        element.matters() || self.noscript || self.foreign.is_open()
    }

    /// The text mode behind a start tag (13.2.6.4), for an element that is not foreign.
    pub(super) fn after(&self, element: Element) -> After {
        match (self.options.syntax, element) {
            (Syntax::Html, Element::Plaintext) => After::Plaintext,
            (Syntax::Html, Element::Text(kind)) | (Syntax::Xml, Element::Text(kind @ TextKind::Script)) => {
                After::Text(kind)
            }
            _ => After::Data,
        }
    }

    fn start_tag(&mut self, cursor: &mut Cursor<'_>, name_end: usize) {
        let rest = cursor.rest();
        let element = Element::of(part(rest, 1..name_end));
        // Most tags have nothing that could be withheld, which shows while their end is found.
        if !self.noscript
            && !self.foreign.is_open()
            && let Some(telling) = element.telling()
        {
            match cursor.tag_end(name_end, telling) {
                Some(Whole { end, watched })
                    if telling == Letters::NONE || !watched && end <= self.options.held_limit =>
                {
                    cursor.at += end;
                    self.follow(self.after(element));
                    return;
                }
                None if telling == Letters::NONE => {
                    cursor.at += name_end;
                    self.mode = Mode::Tag(TagEnd::new(), None, self.after(element));
                    return;
                }
                _ => {}
            }
        }
        // Of an SVG and its shapes only the names count.
        let html = self.options.syntax == Syntax::Html;
        if (element == Element::Plain || html && matches!(element, Element::Svg | Element::Math))
            && !self.noscript
            && let Some(Whole { end, .. }) = cursor.tag_end(name_end, Letters::NONE)
            && end <= self.options.held_limit
        {
            self.foreign.start(element, part(rest, 0..end), name_end);
            cursor.at += end;
            return;
        }
        self.judged_tag(cursor, element, name_end);
    }

    /// A start tag that is to be read.
    fn judged_tag(&mut self, cursor: &mut Cursor<'_>, element: Element, name_end: usize) {
        let rest = cursor.rest();
        // Where a tag's end may not be the end of what holds it, that is looked for first.
        let whole = if self.noscript || self.follows_foreign(element) {
            let whole = cursor.tag_end(name_end, Letters::NONE).map(|whole| part(rest, 0..whole.end));
            whole.filter(|tag| !self.noscript || !ends_noscript(tag))
        } else {
            Some(rest)
        };
        match whole.and_then(|bytes| self.judge(element, bytes, name_end)) {
            Some(judgement) => self.whole_tag(cursor, judgement),
            None => {
                let piece = cursor.take(name_end);
                self.held.push(piece);
                self.mode = Mode::HeldTag(TagEnd::new(), self.noscript_end(), element, name_end);
            }
        }
    }

    /// Passes on an end tag, or as much of it as has come.
    #[inline]
    fn pass_end_tag(&mut self, cursor: &mut Cursor<'_>, name_end: usize) {
        // Hardly any has more than a name.
        if cursor.rest().get(name_end) == Some(&b'>') {
            cursor.at += name_end + 1;
            return;
        }
        match cursor.tag_end(name_end, Letters::NONE) {
            Some(whole) if !self.noscript => cursor.at += whole.end,
            _ => {
                cursor.at += name_end;
                self.mode = Mode::Tag(TagEnd::new(), self.noscript_end(), After::Data);
            }
        }
    }

    fn whole_tag(&mut self, cursor: &mut Cursor<'_>, judgement: Judgement) {
        let Judgement { verdict, after, end } = judgement;
        let start = cursor.at;
        cursor.at = start + end;
        match verdict {
            Verdict::Keep => self.follow(after),
            Verdict::Cut => {
                self.leave_out(cursor, start);
                self.cut_text(after);
            }
            Verdict::Parts(cuts) => {
                for cut in cuts.in_order().iter() {
                    cursor.cut(start + cut.start, start + cut.end);
                }
                cursor.at = start + end;
                self.follow(after);
            }
            Verdict::Inline(inline) => self.inline_script(cursor, inline, start, end),
        }
    }

    /// Leaves out an element that begins at `start`, up to here.
    pub(super) fn leave_out(&self, cursor: &mut Cursor<'_>, start: usize) {
        if self.behind_less && self.depth > 0 {
            // Nothing can be put into an attribute; the sign goes as well.
            cursor.keep_until(start.saturating_sub(1));
        } else {
            cursor.keep_until(start);
            self.part_from_less(cursor);
        }
    }

    /// Behind a `<` that is text, what follows an element would make a tag of it, were the element gone without a trace.
    pub(super) fn part_from_less(&self, cursor: &mut Cursor<'_>) {
        if self.behind_less {
            cursor.out.push_back(Bytes::from_static(b"<!---->"));
        }
    }

    /// Whether a tag changes, or depends on, where foreign content begins and ends.
    fn follows_foreign(&self, element: Element) -> bool {
        self.foreign.is_open() || matches!(element, Element::Svg | Element::Math)
    }

    /// Judges a start tag; none if it has not come whole. The bytes may go on behind it, but not in foreign content.
    pub(super) fn judge(&mut self, element: Element, bytes: &[u8], name_end: usize) -> Option<Judgement> {
        let limit = self.options.held_limit;
        let keep = |after, end| Some(Judgement { verdict: Verdict::Keep, after, end });
        if self.follows_foreign(element) && bytes.len() > limit {
            self.report.count_over_limit();
            return keep(self.after(element), bytes.len());
        }
        let html = self.options.syntax == Syntax::Html;
        let before = self.foreign.mark();
        let reading = if html { self.foreign.start(element, bytes, name_end) } else { Reading::Html };
        let unguarded = self.unguarded.as_ref().unwrap_or(&self.rules);
        let mut judge = Judge {
            // The guard watches scripts; what is no script, or runs where there are none, it cannot do anything about.
            rules: if self.noscript || element != Element::Text(TextKind::Script) { unguarded } else { &self.rules },
            unguarded,
            page: self.page.as_ref(),
            report: &mut self.report,
            record: &mut self.record,
            reading,
            amp_config: self.amp_config,
            inline_scripts: self.options.inline_scripts,
            depth: self.depth,
            decoded: &mut self.decoded,
        };
        let (found, end, self_closing) = judge.read(element, bytes, name_end)?;
        if end > limit {
            judge.report.count_over_limit();
            return keep(self.after(element), end);
        }
        let verdict = judge.conclude(element, part(bytes, 0..end), found);
        let closed = !html && self_closing;
        let after = if !reading.is_html() || closed { After::Data } else { self.after(element) };
        if element == Element::Noscript && html && reading.is_html() && !self.noscript {
            self.noscript = true;
            self.before_noscript = before;
        }
        self.amp_config |= element == Element::Amp && verdict != Verdict::Cut;
        match verdict {
            // Nothing in `noscript` runs, and a script that is closed has no text.
            Verdict::Inline(_) if self.noscript || after == After::Data || !self.options.inline_scripts => {
                keep(after, end)
            }
            verdict => Some(Judgement { verdict, after, end }),
        }
    }

    /// Behind the start tag of an element that is withheld.
    pub(super) fn cut_text(&mut self, after: After) {
        self.mode = match after {
            After::Text(kind) => Mode::CutText(TextEnd::new(kind, self.noscript)),
            After::Data | After::Plaintext => Mode::Data,
        };
    }
}

/// Whether the end tag of `noscript` stands in a tag: to a browser that runs scripts, that is where it ends.
fn ends_noscript(tag: &[u8]) -> bool {
    TextEnd::of_noscript().find(tag).is_some()
}
