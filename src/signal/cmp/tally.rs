//! What the purposes in one value come to.

use crate::signal::scope::Scope;
use crate::signal::statement::Statement;

/// What was granted and refused in one value, of the purposes that are those of sale or sharing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    refused: Scope,
    granted: bool,
}

impl Tally {
    /// Counts one purpose of sale, sharing and targeted advertising.
    pub(super) fn count(&mut self, granted: bool) {
        if granted {
            self.granted = true;
        } else {
            self.refuse(Scope::ALL_ADVERTISING);
        }
    }

    /// Counts a refusal of `scope` alone.
    pub(super) fn refuse(&mut self, scope: Scope) {
        self.refused |= scope;
    }

    /// What they come to: an opt-out if one is refused; not an opt-out if all are granted, in a value read to its end.
    pub(super) fn statement(self, whole: bool) -> Statement {
        if !self.refused.is_empty() {
            Statement::opted_out(self.refused)
        } else if self.granted && whole {
            // What could not be read may have been a refusal.
            Statement::not_opted_out()
        } else {
            Statement::nothing()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_counts_always_and_a_grant_only_in_a_whole_value() {
        let out = Statement::opted_out(Scope::ALL_ADVERTISING);
        let table: &[(&[bool], bool, Statement)] = &[
            (&[], true, Statement::nothing()),
            (&[true], true, Statement::not_opted_out()),
            (&[true, true], true, Statement::not_opted_out()),
            (&[true], false, Statement::nothing()),
            (&[false], true, out),
            (&[false], false, out),
            (&[true, false], true, out),
            (&[false, true], false, out),
        ];
        for (granted, whole, want) in table {
            let mut tally = Tally::default();
            granted.iter().for_each(|&granted| tally.count(granted));
            assert_eq!(tally.statement(*whole), *want, "{granted:?} {whole}");
        }
    }
}
