//! What the inner service tells an opted-out browser to remember: put right where it says the contrary.

use http::HeaderMap;

use super::options::Answers;
use super::strings::{self, Told};
use crate::header::set_cookie::{self, ValueEdit};
use crate::signal::{OptOutCookie, Reader, Readers, Scope};

/// One that speaks of sensitive information alone would take an opt-out of sale away.
fn is_opt_out(value: &[u8]) -> bool {
    OptOutCookie::read(value).is_some_and(|cookie| cookie.scope().contains(Scope::ALL_ADVERTISING))
}

impl Answers {
    /// Corrects the `Set-Cookie` lines of the inner service; their attributes stay.
    ///
    /// A line that would take our opt-out cookie away, or write an opt-in into it, goes: nothing short of a recorded opt-in
    /// of a known consumer ends an opt-out, and then this is not called. In a dry run all stay, and it is only told
    /// whether any would change.
    pub(crate) fn correct_lines(&self, readers: &Readers, told: Told, headers: &mut HeaderMap, dry_run: bool) -> bool {
        let mut changed = false;
        set_cookie::edit_values(headers, |name, value| {
            let edit = self.correct_line(readers, told, name, value);
            changed |= !matches!(edit, ValueEdit::Keep);
            if dry_run { ValueEdit::Keep } else { edit }
        });
        changed
    }

    fn correct_line(&self, readers: &Readers, told: Told, name: &[u8], value: &[u8]) -> ValueEdit {
        match readers.reader(name) {
            None => ValueEdit::Keep,
            Some(Reader::OptOut) if is_opt_out(value) => ValueEdit::Keep,
            Some(Reader::OptOut) => ValueEdit::Remove,
            // Without a value it is the removal of a string, or none.
            Some(_) if value.is_empty() => ValueEdit::Keep,
            Some(reader) => {
                let name = std::str::from_utf8(name).unwrap_or_default();
                let corrected = strings::corrected(self, readers, told, reader, name, value);
                corrected.map_or(ValueEdit::Keep, ValueEdit::Replace)
            }
        }
    }
}
