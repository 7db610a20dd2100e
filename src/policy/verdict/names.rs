//! Statements that name a vendor's URL, `var u = '…'`, and what is done with the name.

use std::ops::Range;

use super::class::{Case, Class};
use super::shape;
use crate::script::{Form, Statement};

/// Statements that name a vendor's URL and are followed up; each costs a walk through its list.
const MOST_NAMED: usize = 16;

impl Case<'_> {
    /// A statement that names a vendor's URL is as good as what is done with the name.
    pub(super) fn resolve_names(&self, list: &[Statement], classes: &mut [Class]) {
        let mut left = MOST_NAMED;
        for at in 0..list.len() {
            let (Some(statement), Some(&Class::Named(vendor))) = (list.get(at), classes.get(at)) else { continue };
            if left == 0 {
                classes
                    .iter_mut()
                    .filter(|class| matches!(class, Class::Named(_)))
                    .for_each(|class| *class = Class::Site);
                return;
            }
            left -= 1;
            let names: Vec<_> =
                shape::targets(self.reading, &shape::without_semicolon(self.reading, &statement.tokens))
                    .iter()
                    .map(|&name| self.reading.written(name))
                    .collect();
            let uses = |tokens: &Range<usize>| tokens.clone().any(|token| names.contains(&self.reading.written(token)));
            // Whatever goes through a list goes through all of it.
            if !self.lists(&statement.tokens).is_empty() {
                let others =
                    || list.iter().enumerate().filter(|&(other, _)| other != at).map(|(_, other)| &other.tokens);
                let loaded = others().any(|tokens| self.loads(tokens, &[]) && uses(tokens));
                if let Some(class) = classes.get_mut(at) {
                    *class = if loaded { Class::List } else { Class::Site };
                }
                continue;
            }
            for (other, class) in list.iter().zip(classes.iter_mut()) {
                let tokens = &other.tokens;
                let plain = matches!(class, Class::Site | Class::Neutral) && other.form == Form::Expression;
                let calls = plain && self.loads(tokens, &[]) && !shape::has_function(self.reading, tokens.clone());
                if calls && uses(tokens) {
                    *class = Class::Loader(vendor);
                }
            }
            let loaded = classes.iter().any(|class| class.loader() == Some(vendor));
            if let Some(class) = classes.get_mut(at) {
                *class = if loaded { Class::SetUp(vendor) } else { Class::Site };
            }
        }
    }
}
