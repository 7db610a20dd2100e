//! What a statement is.

use std::collections::HashSet;
use std::ops::Range;

use foldhash::fast::FixedState;

use super::evidence::{Evidence, Hit, Place, content, weigh};
use super::{shape, words};
use crate::catalog::VendorId;
use crate::policy::inline::Scanner;
use crate::script::{Form, Kind, Reading, Statement};

/// What a statement is to the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// The site's own, or another vendor's.
    Site,
    /// The site's own, with a withheld vendor's code in it.
    Mixed,
    /// A list of URLs that something else loads, some of them a withheld vendor's.
    List,
    /// Names a vendor's URL; what it is depends on what is done with the name.
    Named(VendorId),
    /// Serves loaders, and nobody misses it: `var s = document.createElement('script')`.
    Neutral,
    /// Sets up a vendor's queue or its options.
    SetUp(VendorId),
    Call(VendorId),
    Loader(VendorId),
}

impl Class {
    pub(super) fn is_own(&self) -> bool {
        matches!(self, Self::Site | Self::Mixed | Self::List)
    }

    pub(super) fn loader(&self) -> Option<VendorId> {
        if let Self::Loader(vendor) = self { Some(*vendor) } else { None }
    }

    pub(super) fn call(&self) -> Option<VendorId> {
        if let Self::Call(vendor) = self { Some(*vendor) } else { None }
    }

    pub(super) fn set_up(&self) -> Option<VendorId> {
        if let Self::SetUp(vendor) = self { Some(*vendor) } else { None }
    }
}

/// Names that a script has. The hash is not keyed: a script is bounded, and so is the time that it can cost.
pub(super) type Names<'a> = HashSet<&'a [u8], FixedState>;

/// A script with what is known of it.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) reading: &'a Reading<'a>,
    pub(super) scanner: &'a Scanner,
    /// In the order of the tokens.
    pub(super) evidence: Vec<Evidence>,
    /// The tokens that are a consent manager's.
    consent: Vec<usize>,
    /// Globals that a vendor's loader in this script makes.
    pub(super) made: Names<'a>,
    /// Names that neutral statements declare.
    pub(super) declared: Names<'a>,
    /// Where expressions begin that were found to be loaders.
    loaders: Vec<usize>,
    /// How many blocks inside each other are being looked into.
    depth: usize,
}

/// Blocks inside each other that are looked into.
const DEEPEST: usize = 32;

impl<'a> Case<'a> {
    pub(super) fn new(reading: &'a Reading<'a>, hits: &[Hit], consent: &[Hit], scanner: &'a Scanner) -> Self {
        let weigh = |hits: &[Hit]| {
            let mut found: Vec<_> = hits.iter().filter_map(|&hit| weigh(reading, hit)).collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        let consent = weigh(consent).into_iter().filter(|found| found.place != Place::Markup);
        Self {
            reading,
            scanner,
            evidence: weigh(hits),
            consent: consent.map(|found| found.token).collect(),
            made: Names::default(),
            declared: Names::default(),
            loaders: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn has_evidence(&self) -> bool {
        !self.evidence.is_empty()
    }

    /// The evidence in a range of tokens.
    pub(super) fn evidence(&self, tokens: &Range<usize>) -> &[Evidence] {
        let start = self.evidence.partition_point(|found| found.token < tokens.start);
        let end = self.evidence.partition_point(|found| found.token < tokens.end);
        self.evidence.get(start..end).unwrap_or_default()
    }

    pub(super) fn has_consent(&self, tokens: &Range<usize>) -> bool {
        self.consent.get(self.consent.partition_point(|&token| token < tokens.start)).is_some_and(|&t| t < tokens.end)
    }

    /// A withheld vendor that is called where nothing is cut.
    pub(super) fn calls(
        &self,
        list: &[Statement],
        classes: &[Class],
        gone: impl Fn(Range<usize>) -> bool,
    ) -> Option<VendorId> {
        let own = list.iter().zip(classes).filter(|(_, class)| !matches!(class, Class::SetUp(_) | Class::Neutral));
        let calls = own.flat_map(|(statement, _)| self.evidence(&statement.tokens));
        calls
            .filter(|found| found.place == Place::Call)
            .find(|found| !gone(self.reading.bytes(&(found.token..found.token + 1))))
            .map(|found| found.vendor)
    }

    /// What each statement of a list is.
    pub(super) fn classes(&mut self, list: &[Statement]) -> Vec<Class> {
        // The names that loaders make are wanted for the calls, wherever these stand.
        for statement in list.iter().filter(|statement| statement.form == Form::Expression) {
            if self.is_loader(&statement.tokens) {
                self.loaders.push(statement.tokens.start);
                self.learn(&statement.tokens);
            }
        }
        let mut site = false;
        let class = |statement: &Statement| {
            let bare = self.evidence(&statement.tokens).is_empty();
            // Once one statement stays, it does not matter who could do without the others, unless a vendor is called.
            if site && bare && !self.may_call(statement) {
                return Class::Site;
            }
            let class = self.class(statement);
            // What loads may yet turn out to load a vendor's URL by its name.
            site |= bare && class == Class::Site && !self.loads(&statement.tokens, &[]);
            class
        };
        let mut classes: Vec<_> = list.iter().map(class).collect();
        self.resolve_names(list, &mut classes);
        classes
    }

    fn class(&mut self, statement: &Statement) -> Class {
        let tokens = &statement.tokens;
        let first = self.evidence(tokens).first().map(|found| found.vendor);
        match (statement.form, first) {
            (Form::Empty, _) => Class::Neutral,
            (Form::Function, _) if self.is_stub(tokens) => Class::Neutral,
            (Form::Block | Form::Control, Some(_)) => self.compound(statement),
            (Form::Declaration | Form::Expression, _) => self.expression(statement),
            (_, Some(_)) => Class::Mixed,
            (_, None) => Class::Site,
        }
    }

    /// `if (…) {…}` and the like are a vendor's if all that they do is.
    fn compound(&mut self, statement: &Statement) -> Class {
        if self.depth == DEEPEST || self.has_consent(&statement.tokens) || self.does_other_things(&statement.tokens) {
            return Class::Mixed;
        }
        self.depth += 1;
        let class = self.bodies(statement);
        self.depth -= 1;
        class
    }

    fn bodies(&mut self, statement: &Statement) -> Class {
        let mut found = None;
        let blocks = if statement.form == Form::Block { std::slice::from_ref(statement) } else { &statement.bodies };
        for body in blocks {
            let classes = if body.form == Form::Block {
                let inside = body.tokens.start + 1..body.tokens.end.saturating_sub(1);
                let Some(list) = self.reading.statements(inside) else { return Class::Mixed };
                self.classes(&list)
            } else {
                self.classes(std::slice::from_ref(body))
            };
            if classes.iter().any(|class| class.is_own() || matches!(class, Class::Named(_))) {
                return Class::Mixed;
            }
            let of = |wanted: fn(&Class) -> Option<VendorId>| classes.iter().find_map(wanted);
            found = match (found, of(Class::loader), of(Class::call).or_else(|| of(Class::set_up))) {
                (Some(Class::Loader(_)), ..) | (Some(_), None, _) => found,
                (_, Some(vendor), _) => Some(Class::Loader(vendor)),
                (_, None, call) => call.map(Class::Call),
            };
        }
        found.unwrap_or(Class::Mixed)
    }

    fn expression(&mut self, statement: &Statement) -> Class {
        let reading = self.reading;
        let tokens = shape::without_semicolon(reading, &statement.tokens);
        let found = self.evidence(&tokens);
        let first = found.first().map(|found| found.vendor);
        let used = found.iter().find(|found| found.place.is_use()).map(|found| found.vendor);
        let loadable = self.loadable(&tokens, &[]);
        if statement.form == Form::Expression && shape::is_invoked(reading, &tokens) {
            return match (first, used) {
                (Some(vendor), _) if self.loaders.contains(&tokens.start) || self.is_loader(&tokens) => {
                    Class::Loader(vendor)
                }
                (_, Some(vendor)) if !self.has_consent(&tokens) && !self.does_other_things(&tokens) => {
                    Class::Call(vendor)
                }
                (Some(_), _) => Class::Mixed,
                (None, _) => Class::Site,
            };
        }
        if statement.form == Form::Expression
            && let Some(vendor) = self.vendor_call(&tokens)
        {
            return Class::Call(vendor);
        }
        if shape::has_function(reading, tokens.clone()) {
            if statement.form == Form::Expression
                && first.is_some()
                && let Some(vendor) = self.sequence(&tokens)
            {
                return Class::Loader(vendor);
            }
            return match used.or(loadable) {
                Some(vendor) if self.is_stub(&tokens) => Class::SetUp(vendor),
                Some(_) => Class::Mixed,
                None if self.is_stub(&tokens) => Class::Neutral,
                None => Class::Site,
            };
        }
        let others = |case: &Self| case.has_consent(&tokens) || case.does_other_things(&tokens);
        if let Some(vendor) = loadable {
            let is_list = || shape::is_assignment(reading, &tokens) && !self.lists(&tokens).is_empty();
            return match (self.loads(&tokens, &[]), others(self)) {
                (false, _) if is_list() => Class::Named(vendor),
                (true, true) => Class::Mixed,
                (true, false) => Class::Loader(vendor),
                (false, false) if shape::is_assignment(reading, &tokens) => Class::Named(vendor),
                (false, _) if used.is_some() => Class::Mixed,
                (false, _) => Class::Site,
            };
        }
        match used {
            Some(vendor) if shape::is_assignment(reading, &tokens) && !others(self) => Class::SetUp(vendor),
            Some(_) => Class::Mixed,
            None if self.is_neutral(&tokens) => {
                let names = shape::targets(reading, &tokens);
                self.declared.extend(names.iter().map(|&name| reading.written(name)));
                Class::Neutral
            }
            None => Class::Site,
        }
    }

    /// The vendor whose URL or markup stands in strings of an expression, but not in those of `except`.
    pub(super) fn loadable(&self, tokens: &Range<usize>, except: &[Range<usize>]) -> Option<VendorId> {
        let writes = || tokens.clone().any(|token| matches!(self.reading.written(token), b"write" | b"writeln"));
        let found = self.evidence(tokens).iter().filter(|found| !except.iter().any(|e| e.contains(&found.token)));
        let mut found = found.filter(|found| found.place.is_loadable());
        found.find(|found| found.place == Place::Url || writes()).map(|found| found.vendor)
    }

    /// Whether an expression is a vendor's loader: a function that is called where it stands, as vendors write it.
    fn is_loader(&self, tokens: &Range<usize>) -> bool {
        let found = self.evidence(tokens);
        if found.is_empty() || !shape::is_invoked(self.reading, tokens) || self.has_consent(tokens) {
            return false;
        }
        let loads = self.loads(tokens, &[]);
        (self.loadable(tokens, &[]).is_some() || loads) && !self.does_other_things(tokens)
    }

    /// The vendor of `acme = {…}, function(){…}()`: a loader behind a comma, and nothing but its options beside it.
    fn sequence(&self, tokens: &Range<usize>) -> Option<VendorId> {
        let reading = self.reading;
        let pieces = shape::split(reading, tokens.clone(), b",");
        let loader = pieces.iter().skip(1).find(|piece| self.is_loader(piece))?;
        let is_option = |piece: &Range<usize>| {
            let is_used = self.evidence(piece).iter().any(|found| found.place.is_use());
            is_used
                && shape::is_assignment(reading, piece)
                && !shape::has_function(reading, piece.clone())
                && !self.does_other_things(piece)
        };
        let vendor = self.evidence(loader).first().map(|found| found.vendor);
        vendor.filter(|_| pieces.iter().all(|piece| self.is_loader(piece) || is_option(piece)))
    }

    /// Remembers the globals that a loader makes: properties that it assigns, and names that it is called with.
    fn learn(&mut self, tokens: &Range<usize>) {
        for token in tokens.clone() {
            let name = match self.reading.kind(token) {
                Some(Kind::Word) if self.reading.before(token) == b"." && self.reading.written(token + 1) == b"=" => {
                    self.reading.written(token)
                }
                Some(Kind::Text) if matches!(self.reading.written(token + 1), b"," | b")") => {
                    content(self.reading.written(token))
                }
                _ => continue,
            };
            let common = words::is_shared(name) || words::is_boilerplate(name) || words::is_global(name);
            if !common && !name.is_empty() {
                self.made.insert(name);
            }
        }
    }

    /// The vendor that an expression calls, if that is all it does.
    fn vendor_call(&self, tokens: &Range<usize>) -> Option<VendorId> {
        let mut first = None;
        for piece in shape::split(self.reading, tokens.clone(), b",") {
            let call = shape::call(self.reading, piece.clone())?;
            let vendor = self.caller(&call, &piece)?;
            let queue = call.head.end.checked_sub(1).is_some_and(|last| self.reading.written(last) == b"push");
            if shape::has_function(self.reading, piece.clone()) && !queue {
                return None;
            }
            if self.has_consent(&call.head) {
                return None;
            }
            first = first.or(Some(vendor));
        }
        first
    }

    /// Whether a statement begins with a name by which a vendor is called.
    fn may_call(&self, statement: &Statement) -> bool {
        let name = self.reading.written(statement.tokens.start);
        statement.form == Form::Expression && (self.made.contains(name) || self.scanner.global(name).is_some())
    }

    fn caller(&self, call: &shape::Call, piece: &Range<usize>) -> Option<VendorId> {
        let name = content_or_word(self.reading, call.name);
        let by_head = self.evidence(&call.head).iter().find(|found| !found.place.is_loadable());
        if let Some(found) = by_head {
            return Some(found.vendor);
        }
        if matches!(name, b"gtag" | b"dataLayer") {
            return self.evidence(piece).iter().find(|found| found.place.is_use()).map(|found| found.vendor);
        }
        let any = || self.evidence.first().map(|found| found.vendor);
        let global =
            self.scanner.global(name).filter(|vendor| self.evidence.iter().any(|found| found.vendor == *vendor));
        global.or_else(|| self.made.contains(name).then(any).flatten())
    }
}

/// A name, as a word or in quotes.
pub(super) fn content_or_word<'a>(reading: &Reading<'a>, token: usize) -> &'a [u8] {
    let written = reading.written(token);
    if reading.kind(token) == Some(Kind::Text) { content(written) } else { written }
}
