//! One list: its text read, and what became of its lines.

use std::fmt;
use std::sync::Arc;

use adblock::lists::{FilterParseError, FilterSet, ParseOptions, ParsedLine, RuleTypes, parse_filter};
use adblock::{Engine, request::Request};

use crate::catalog::{Purpose, Source, Vendor};
use crate::error::{ConfigError, ConfigErrorKind};

/// A filter list in Adblock syntax, and what the operator says it is for.
///
/// To catalog, policy and reports a list is one vendor of its id, with its purpose and no rules of its own: what it blocks
/// is withheld where the policy suppresses that vendor. Only network rules count, exceptions (`@@`) and options such as
/// `$third-party`, `$domain=` and `$script` included. Rules that hide elements, redirect or rewrite are not for a server
/// and are left out.
///
/// A list says nothing of why a URL is on it. Give it the purpose that its whole content has, and see what it would take
/// out in report-only mode first.
///
/// Cloning copies pointers; the compiled rules are shared.
///
/// # Example
///
/// ```
/// use tower_gpc::Policy;
/// use tower_gpc::catalog::{Catalog, Purpose};
/// use tower_gpc::lists::FilterList;
/// use tower_gpc::policy::Rules;
///
/// let text = "! My list\n||ads.acme.example^$third-party\n@@||ads.acme.example/own/\n$nonsense=1\n";
/// let list = FilterList::parse("my-list", "My list", Purpose::Advertising, text)?;
/// assert_eq!((list.rules(), list.skipped()), (2, 1));
///
/// let rules = Rules::with_lists(Catalog::builtin().clone(), &Policy::new(), &[list])?;
/// assert_eq!(rules.url(b"https://ads.acme.example/x.js"), rules.catalog().find("my-list"));
/// assert_eq!(rules.url(b"https://ads.acme.example/own/x.js"), None);
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct FilterList {
    vendor: Vendor,
    engine: Arc<Engine>,
    rules: usize,
    skipped: usize,
    first_skipped: Option<usize>,
    print: u64,
}

/// Only what a server can act on.
fn options() -> ParseOptions {
    ParseOptions { rule_types: RuleTypes::NetworkOnly, ..ParseOptions::default() }
}

impl FilterList {
    /// Reads a list. `id` is what policies name it by, in kebab-case; `name` is for people.
    ///
    /// Lines that cannot be read are counted and left out, as every reader of such lists does.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for an id that is not in kebab-case, an empty name, and a text without a single rule: it is
    /// more likely a page of an error than a list.
    pub fn parse(id: &str, name: &str, purpose: Purpose, text: &str) -> Result<Self, ConfigError> {
        let wrong = |why: &str| ConfigError::new(ConfigErrorKind::Catalog, format!("filter list {id:?}: {why}"));
        if !crate::catalog::is_kebab_case(id) {
            return Err(wrong("expected kebab-case: lower-case letters and digits, joined by `-`"));
        }
        if name.trim().is_empty() {
            return Err(wrong("expected a name"));
        }
        let (mut rules, mut skipped, mut first_skipped) = (0, 0, None);
        for (line, number) in text.lines().zip(1..) {
            match parse_filter(line, false, options()) {
                Ok(ParsedLine::Network(_)) => rules += 1,
                // Comments and empty lines, and what hides elements.
                Ok(ParsedLine::Cosmetic(_)) | Err(FilterParseError::Unsupported | FilterParseError::Empty) => {}
                Err(_) => {
                    skipped += 1;
                    first_skipped = first_skipped.or(Some(number));
                }
            }
        }
        if rules == 0 {
            return Err(wrong(&format!("no rule in {} lines", text.lines().count())));
        }
        let mut set = FilterSet::new(false);
        set.add_filter_list(text.to_owned(), options());
        Ok(Self {
            vendor: Vendor::new(id, name, purpose).with_source(Source::Operator, false),
            engine: Arc::new(Engine::new_with_filter_set(set)),
            rules,
            skipped,
            first_skipped,
            print: print(text),
        })
    }

    /// What catalogs and policies name the list by.
    #[must_use]
    pub fn id(&self) -> &str {
        self.vendor.id()
    }

    /// The list's name, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        self.vendor.name()
    }

    /// What the operator says the list is for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.vendor.purpose()
    }

    /// How many rules were read, exceptions included.
    #[must_use]
    pub fn rules(&self) -> usize {
        self.rules
    }

    /// How many lines look like rules and could not be read.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// The number of the first line that could not be read.
    #[must_use]
    pub fn first_skipped(&self) -> Option<usize> {
        self.first_skipped
    }

    /// The vendor that the list is to a catalog.
    pub(crate) fn vendor(&self) -> Vendor {
        self.vendor.clone()
    }

    /// A number that stands for the text.
    pub(crate) fn print(&self) -> u64 {
        self.print
    }

    /// What the list says of a request.
    pub(super) fn judge(&self, request: &Request) -> Judgement {
        // Exceptions are looked for even where this list blocks nothing: they count for the others.
        let result = self.engine.check_network_request_subset(request, false, true);
        if result.important {
            Judgement::Important
        } else if result.exception.is_some() {
            Judgement::Exception
        } else if result.filter.is_some() {
            Judgement::Block
        } else {
            Judgement::Nothing
        }
    }
}

/// What one list says of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    Nothing,
    Block,
    Exception,
    /// Blocked, whatever exceptions say.
    Important,
}

/// FNV-1a, 64 bits: the same on every machine, so that instances with the same list make the same variant.
fn print(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl fmt::Debug for FilterList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilterList")
            .field("id", &self.id())
            .field("purpose", &self.purpose())
            .field("rules", &self.rules)
            .field("skipped", &self.skipped)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_line_is_a_rule_or_skipped_or_not_for_a_server() {
        let text = "[Adblock Plus 2.0]\n! a comment\n\n||a.test^\n/pixel.gif?\n@@||b.test^\na.test##.ad\n\
                    ||c.test^$no-such-option\n||d.test^$script,domain=x.test|y.test\n";
        let list = FilterList::parse("mine", "Mine", Purpose::Advertising, text).unwrap();
        assert_eq!((list.rules(), list.skipped(), list.first_skipped()), (4, 1, Some(8)), "{list:?}");
        assert_eq!((list.id(), list.name(), list.purpose()), ("mine", "Mine", Purpose::Advertising));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for (id, name, text, why) in [
            ("Mine", "Mine", "||a.test^", "kebab-case"),
            ("", "Mine", "||a.test^", "kebab-case"),
            ("mine", " ", "||a.test^", "a name"),
            ("mine", "Mine", "", "no rule in 0 lines"),
            ("mine", "Mine", "! only\n! comments\n", "no rule in 2 lines"),
            ("mine", "Mine", "a.test##.ad\n||a.test^$no-such-option\n", "no rule in 2 lines"),
        ] {
            let error = FilterList::parse(id, name, Purpose::Advertising, text).unwrap_err();
            assert!(error.to_string().contains(why) && error.to_string().contains(&format!("{id:?}")), "{error}");
            assert_eq!(error.kind(), ConfigErrorKind::Catalog);
        }
    }

    #[test]
    fn a_list_can_be_shared_and_its_text_has_a_number() {
        fn shared<T: Send + Sync + fmt::Debug>() {}
        shared::<FilterList>();
        assert_eq!(print(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(print("foobar"), 0x8594_4171_f739_67e8);
    }

    proptest! {
        #[test]
        fn no_text_is_trouble(text in "(\\|\\||@@|[a-c./*^$,=~|#?!-]|script|domain=|third-party|/|\n){0,40}|\\PC{0,40}") {
            let _ = FilterList::parse("mine", "Mine", Purpose::Advertising, &text);
        }
    }
}
