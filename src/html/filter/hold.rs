//! What is held back from chunk to chunk: a start tag or an inline script that has not come whole.

use super::super::cursor::Cursor;
use super::super::cuts::Cuts;
use super::super::judge::Verdict;
use super::super::part;
use super::super::tag_end::TagEnd;
use super::super::text_end::{Ended, TextEnd, TextKind};
use super::tags::Judgement;
use super::{After, Mode, TagFilter};

impl TagFilter {
    pub(super) fn go_on_holding_tag(&mut self, cursor: &mut Cursor<'_>) {
        let Mode::HeldTag(mut end, mut noscript, element, name_end) = self.mode else { return };
        let rest = cursor.rest();
        let own = end.find(rest);
        let reach = own.unwrap_or(rest.len());
        if let Some(Ended::Own(n) | Ended::Noscript(n)) = noscript.as_mut().and_then(|n| n.find(part(rest, 0..reach))) {
            let piece = cursor.take(n);
            self.held.push(piece);
            if self.held.len() > self.options.held_limit {
                self.report.count_over_limit();
            }
            self.held.release(&[], cursor.out);
            self.leave_noscript();
            return;
        }
        let piece = cursor.take(reach);
        self.held.push(piece);
        self.mode = Mode::HeldTag(end, noscript, element, name_end);
        if own.is_none() {
            self.mind_limit(cursor);
            return;
        }
        let tag = self.held.take_text();
        let judgement = self.judge(element, &tag, name_end);
        self.held.put_text(tag);
        // Both readers of tags agree on where one ends; were they not to, it would be kept.
        let Some(Judgement { verdict, after, .. }) = judgement else {
            self.held.release(&[], cursor.out);
            self.mode = Mode::Data;
            return;
        };
        match verdict {
            Verdict::Keep => {
                self.held.release(&[], cursor.out);
                self.follow(after);
            }
            Verdict::Cut => {
                self.held.clear();
                self.part_from_less(cursor);
                self.cut_text(after);
            }
            Verdict::Parts(cuts) => {
                self.held.release(&cuts.in_order(), cursor.out);
                self.follow(after);
            }
            Verdict::Inline(inline) => {
                self.mode = Mode::HeldScript(TextEnd::new(TextKind::Script, false), inline, self.held.len());
            }
        }
    }

    pub(super) fn go_on_holding_script(&mut self, cursor: &mut Cursor<'_>) {
        let Mode::HeldScript(mut end, inline, tag_len) = self.mode else { return };
        let rest = cursor.rest();
        let ended = end.find(rest);
        let n = match ended {
            Some(Ended::Own(n) | Ended::Noscript(n)) => n,
            None => rest.len(),
        };
        let piece = cursor.take(n);
        self.held.push(piece);
        self.mode = Mode::HeldScript(end, inline, tag_len);
        if ended.is_none() {
            self.mind_limit(cursor);
            return;
        }
        let text = self.held.take_text();
        let verdict = self.judge_text(inline, part(&text, tag_len..text.len()), text.len());
        self.held.put_text(text);
        let cuts = match verdict {
            Verdict::Cut => {
                self.held.clear();
                self.part_from_less(cursor);
                self.mode = Mode::CutEnd(TagEnd::new());
                return;
            }
            Verdict::Parts(cuts) => cuts.iter().map(|cut| tag_len + cut.start..tag_len + cut.end).collect(),
            Verdict::Keep | Verdict::Inline(_) => Cuts::default(),
        };
        self.held.release(&cuts, cursor.out);
        self.mode = Mode::Tag(TagEnd::new(), None, After::Data);
    }

    /// Lets a tag or a script go that has become too long, and counts it.
    pub(super) fn mind_limit(&mut self, cursor: &mut Cursor<'_>) {
        if self.held.len() <= self.options.held_limit {
            return;
        }
        self.report.count_over_limit();
        self.held.release(&[], cursor.out);
        self.mode = match self.mode {
            Mode::HeldScript(end, ..) => Mode::Text(end),
            Mode::HeldTag(end, noscript, element, _) => Mode::Tag(end, noscript, self.after(element)),
            mode => mode,
        };
    }
}
