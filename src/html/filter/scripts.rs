//! Inline scripts: held until they are whole, then judged by their text.

use super::super::amp;
use super::super::cursor::Cursor;
use super::super::judge::{Inline, Verdict};
use super::super::part;
use super::super::report::Kind;
use super::super::tag_end::TagEnd;
use super::super::text_end::{Ended, TextEnd, TextKind};
use super::{After, Mode, TagFilter};
use crate::policy::{Context, Cut, Resource, Script};

impl TagFilter {
    /// An inline script whose start tag stands whole in this chunk; the script may not.
    pub(super) fn inline_script(&mut self, cursor: &mut Cursor<'_>, inline: Inline, start: usize, tag_len: usize) {
        let mut end = TextEnd::new(TextKind::Script, false);
        let rest = cursor.rest();
        match end.find(rest) {
            Some(Ended::Own(n) | Ended::Noscript(n)) => {
                let text = cursor.at;
                cursor.at += n;
                match self.judge_text(inline, part(rest, 0..n), tag_len + n) {
                    Verdict::Cut => {
                        self.leave_out(cursor, start);
                        self.mode = Mode::CutEnd(TagEnd::new());
                    }
                    Verdict::Parts(cuts) => {
                        for cut in cuts.iter() {
                            cursor.cut(text + cut.start, text + cut.end);
                        }
                        cursor.at = text + n;
                        self.mode = Mode::Tag(TagEnd::new(), None, After::Data);
                    }
                    Verdict::Keep | Verdict::Inline(_) => self.mode = Mode::Tag(TagEnd::new(), None, After::Data),
                }
            }
            None => {
                cursor.at = start;
                let piece = cursor.take(tag_len + rest.len());
                self.held.push(piece);
                self.mode = Mode::HeldScript(end, inline, tag_len);
                self.mind_limit(cursor);
            }
        }
    }

    /// Judges the text of an inline script, which ends with the name of its end tag, and counts what is withheld. Ranges
    /// are offsets into the text.
    pub(super) fn judge_text(&mut self, inline: Inline, text: &[u8], len: usize) -> Verdict {
        if len > self.options.held_limit {
            self.report.count_over_limit();
            return Verdict::Keep;
        }
        match inline {
            Inline::Code => self.judge_code(part(text, 0..text.len().saturating_sub(b"</script".len()))),
            Inline::AmpConfig => {
                let page = self.page.as_deref();
                let context = || Context { page, kind: Resource::Ping };
                let vendor = amp::urls(text, |url| self.rules.lookup(url, context));
                if let Some(record) = &mut self.record {
                    record.amp_config(&self.rules, text, vendor.is_some());
                }
                let Some(vendor) = vendor else { return Verdict::Keep };
                self.report.count(vendor, Kind::Amp);
                Verdict::Cut
            }
        }
    }

    fn judge_code(&mut self, code: &[u8]) -> Verdict {
        let script = self.rules.script(code);
        if let Some(record) = &mut self.record {
            record.script(code, &script);
        }
        match script {
            Script::Keep => Verdict::Keep,
            Script::Calls(_) => {
                self.report.count_calls_kept(1);
                Verdict::Keep
            }
            Script::Withhold(vendor) => {
                self.report.count(vendor, Kind::InlineScript);
                Verdict::Cut
            }
            Script::Parts(parts) => {
                self.report.count_calls_kept(u32::from(parts.calls().is_some()));
                parts.cuts().iter().for_each(|cut| self.report.count(cut.vendor(), Kind::InlineStatement));
                Verdict::Parts(parts.cuts().iter().map(Cut::range).collect())
            }
        }
    }
}
