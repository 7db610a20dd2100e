//! Which statements go, and that what stays is still a script.

use std::ops::Range;

use super::class::{Case, Class};
use super::evidence::Place;
use super::list::Element;
pub(super) use super::shape::without_semicolon;
use super::{Cut, SNIPPET, shape};
use crate::catalog::VendorId;
use crate::script::{Form, Kind, Reading, Statement};

/// Finds what can be cut.
#[derive(Debug)]
pub(super) struct Cutter<'c, 'a> {
    case: &'c mut Case<'a>,
    pub(super) cuts: Vec<Cut>,
    /// The vendor of a loader that cannot be cut out.
    pub(super) stuck: Option<VendorId>,
    depth: usize,
}

/// Functions within functions that are looked into.
const DEEPEST: usize = 32;

/// A list of statements within a statement.
struct Inner {
    list: Vec<Statement>,
    tokens: Range<usize>,
    /// It runs when somebody calls it.
    function: bool,
    /// Its one statement is a body without braces.
    bare: bool,
}

impl<'c, 'a> Cutter<'c, 'a> {
    pub(super) fn new(case: &'c mut Case<'a>) -> Self {
        Self { case, cuts: Vec::new(), stuck: None, depth: 0 }
    }

    /// Cuts what can be cut of a list; calls only where they are not within a function.
    pub(super) fn list(&mut self, list: &[Statement], classes: &[Class], function: bool) {
        self.statements(list, classes, function, false);
    }

    fn statements(&mut self, list: &[Statement], classes: &[Class], function: bool, bare: bool) {
        for (at, (statement, class)) in list.iter().zip(classes).enumerate() {
            let vendor = match *class {
                Class::Loader(vendor) => vendor,
                Class::Call(vendor) if !function => vendor,
                Class::Mixed => {
                    self.descend(list, at, function, bare);
                    continue;
                }
                Class::List => {
                    self.cut_elements(&statement.tokens, &[], |_| true);
                    continue;
                }
                _ => continue,
            };
            if self.can_cut(list, at, bare) {
                self.cut(&statement.tokens, vendor);
            } else {
                self.descend(list, at, function, bare);
            }
        }
    }

    fn cut(&mut self, tokens: &Range<usize>, vendor: VendorId) {
        let range = self.case.reading.bytes(&without_semicolon(self.case.reading, tokens));
        self.cuts.push(Cut { vendor, range });
    }

    /// Cuts a vendor's URLs out of lists, each with the comma behind it.
    fn cut_elements(&mut self, tokens: &Range<usize>, except: &[Range<usize>], wanted: impl Fn(&Element) -> bool) {
        for element in self.case.lists(tokens).iter().filter(|element| wanted(element) && !is_in(except, element)) {
            self.cuts.push(Cut { vendor: element.vendor, range: self.case.reading.bytes(&element.tokens) });
        }
    }

    /// Looks for the innermost statement that loads.
    fn descend(&mut self, list: &[Statement], at: usize, function: bool, bare: bool) {
        let Some(statement) = list.get(at) else { return };
        if self.depth == DEEPEST {
            return;
        }
        self.depth += 1;
        let inner = self.inner(statement, function);
        for part in &inner {
            if self.case.evidence(&part.tokens).is_empty() {
                continue;
            }
            let classes = self.case.classes(&part.list);
            self.statements(&part.list, &classes, part.function, part.bare);
        }
        self.depth -= 1;
        let except: Vec<_> = inner.into_iter().map(|part| part.tokens).collect();
        let Some(vendor) = self.case.loadable(&statement.tokens, &except) else { return };
        if !self.case.loads(&statement.tokens, &except) {
            // What a function in the statement does is done with the list that it is called for.
            if self.case.loads(&statement.tokens, &[]) {
                self.cut_elements(&statement.tokens, &except, |element| element.walked);
            }
            return;
        }
        if self.case.lists(&statement.tokens).iter().any(|element| element.mixed && !is_in(&except, element)) {
            let urls = self.case.lists(&statement.tokens);
            self.cut_elements(&statement.tokens, &except, |_| true);
            let except: Vec<_> = except.iter().cloned().chain(urls.into_iter().map(|url| url.tokens)).collect();
            if self.case.loadable(&statement.tokens, &except).is_none() {
                return;
            }
        }
        let small = self.case.reading.bytes(&statement.tokens).len() <= SNIPPET;
        if small && self.can_cut(list, at, bare) {
            // Cuts within it are part of it now.
            let range = self.case.reading.bytes(&statement.tokens);
            self.cuts.retain(|cut| cut.range.start < range.start || cut.range.end > range.end);
            self.cut(&statement.tokens, vendor);
        } else if !self.empty_urls(&statement.tokens, &except) {
            self.stuck = self.stuck.or(Some(vendor));
        }
    }

    /// Empties the URLs of a loader that cannot be cut out, so that it loads nothing. Not where an empty URL is the page's own
    /// to what takes it, or an error, and not where the text is only a part of the URL.
    fn empty_urls(&mut self, tokens: &Range<usize>, except: &[Range<usize>]) -> bool {
        let (case, reading) = (&*self.case, self.case.reading);
        let outside = |token: &usize| !except.iter().any(|e| e.contains(token));
        let is_needed = |token: usize| {
            matches!(
                reading.written(token),
                b"fetch" | b"sendBeacon" | b"XMLHttpRequest" | b"import" | b"require" | b"write" | b"writeln"
            )
        };
        let stands_alone = |token: usize| {
            matches!(reading.before(token), b"(" | b"," | b"[" | b"=" | b":")
                && matches!(reading.written(token + 1), b")" | b"," | b"]" | b";" | b"}")
        };
        let found = case.evidence(tokens).iter().filter(|found| found.place.is_loadable() && outside(&found.token));
        let mut urls: Vec<_> = found.map(|found| (found.token, found.vendor, found.place)).collect();
        urls.dedup_by_key(|(token, ..)| *token);
        let can = |&(token, _, place): &(usize, VendorId, Place)| {
            place == Place::Url && reading.kind(token) == Some(Kind::Text) && stands_alone(token)
        };
        if tokens.clone().filter(outside).any(is_needed) || !urls.iter().all(can) {
            return false;
        }
        self.cuts.extend(urls.iter().map(|&(token, vendor, _)| {
            let Range { start, end } = reading.bytes(&(token..token + 1));
            Cut { vendor, range: start + 1..end - 1 }
        }));
        true
    }

    fn inner(&self, statement: &Statement, function: bool) -> Vec<Inner> {
        let reading = self.case.reading;
        let mut found = Vec::new();
        let mut block = |tokens: Range<usize>, function| {
            if let Some(list) = reading.statements(tokens.clone()) {
                found.push(Inner { list, tokens, function, bare: false });
            }
        };
        match statement.form {
            Form::Block => block(inside(&statement.tokens), function),
            Form::Function => statement.bodies.iter().for_each(|body| block(inside(&body.tokens), true)),
            Form::Control => {
                for body in &statement.bodies {
                    if body.form == Form::Block {
                        block(inside(&body.tokens), function);
                    }
                }
                let bodies = statement.bodies.iter().filter(|body| body.form != Form::Block);
                found.extend(bodies.map(|body| Inner {
                    list: vec![body.clone()],
                    tokens: body.tokens.clone(),
                    function,
                    bare: true,
                }));
            }
            Form::Empty | Form::Declaration | Form::Expression | Form::Other => {
                for body in shape::function_bodies(reading, &statement.tokens) {
                    block(body, true);
                }
            }
        }
        found
    }

    /// Whether a statement can be left out.
    fn can_cut(&self, list: &[Statement], at: usize, bare: bool) -> bool {
        let reading = self.case.reading;
        let Some(statement) = list.get(at) else { return false };
        let fits = match statement.form {
            Form::Expression => true,
            Form::Declaration => self.is_unused(&statement.tokens),
            // A declaration with `var` is seen outside of the block.
            Form::Block | Form::Control => !declares(reading, &statement.tokens) || self.is_unused(&statement.tokens),
            Form::Empty | Form::Function | Form::Other => false,
        };
        if !fits {
            return false;
        }
        if without_semicolon(reading, &statement.tokens) != statement.tokens {
            return true;
        }
        // Without a semicolon of its own, what stands before and behind must not become one.
        let before = at.checked_sub(1).and_then(|before| list.get(before));
        let closed = before.is_none_or(|before| is_closed(reading, before));
        let next = list.get(at + 1).map(|next| next.tokens.start);
        !bare && (closed || next.is_none_or(|next| stands_alone(reading, next)))
    }

    /// Whether no name that a statement declares is used outside of it.
    fn is_unused(&self, tokens: &Range<usize>) -> bool {
        let reading = self.case.reading;
        let names: Vec<_> = tokens
            .clone()
            .filter(|&token| shape::is_word(reading, token) && !shape::is_property(reading, token))
            .filter(|&token| {
                matches!(reading.before(token), b"var" | b"let" | b"const" | b"function" | b"class" | b",")
            })
            .map(|token| reading.written(token))
            .collect();
        let patterns = tokens.clone().any(|token| {
            matches!(reading.written(token), b"var" | b"let" | b"const") && !shape::is_word(reading, token + 1)
        });
        let outside = (0..tokens.start).chain(tokens.end..reading.len());
        !patterns && !outside.into_iter().any(|token| names.contains(&reading.written(token)))
    }
}

fn is_in(ranges: &[Range<usize>], element: &Element) -> bool {
    ranges.iter().any(|range| range.contains(&element.tokens.start))
}

fn inside(tokens: &Range<usize>) -> Range<usize> {
    tokens.start + 1..tokens.end.saturating_sub(1).max(tokens.start + 1)
}

fn declares(reading: &Reading<'_>, tokens: &Range<usize>) -> bool {
    tokens.clone().any(|token| matches!(reading.written(token), b"var" | b"function" | b"class"))
}

/// Whether nothing that follows a statement can go on with it.
fn is_closed(reading: &Reading<'_>, statement: &Statement) -> bool {
    let last = statement.tokens.end.checked_sub(1).map(|last| reading.written(last)).unwrap_or_default();
    match statement.form {
        _ if last == b";" => true,
        Form::Block | Form::Function => true,
        // 12.10.1: a semicolon is always inserted behind `do … while (…)`.
        Form::Control => {
            let body = statement.bodies.last();
            body.is_some_and(|body| body.tokens.end < statement.tokens.end || is_closed(reading, body))
        }
        Form::Empty | Form::Declaration | Form::Expression | Form::Other => false,
    }
}

/// Whether a statement that begins here never goes on with an expression before it, on a line of its own.
fn stands_alone(reading: &Reading<'_>, token: usize) -> bool {
    let newline = reading.token(token).is_some_and(|token| token.newline);
    // No operator between two values is written like these two.
    let begins = || matches!(reading.written(token), b"!" | b"~");
    newline && (begins() || matches!(reading.kind(token), Some(Kind::Word | Kind::Text | Kind::Number)))
        || matches!(reading.written(token), b";" | b"}")
}

/// Whether a browser may find another end of the script once the cuts are made.
///
/// WHATWG HTML 13.2.5.15 and on: behind `<!--`, a `<script` makes it skip one `</script>`, and `-->` ends that.
pub(super) fn moves_end(text: &[u8], cuts: &[Cut]) -> bool {
    let holds = |text: &[u8], wanted: &[u8]| memchr::memmem::find(text, wanted).is_some();
    let marks = |cut: &[u8]| {
        let signs = memchr::memchr2(b'<', b'>', cut).is_some();
        signs && {
            let cut = cut.to_ascii_lowercase();
            [b"<!--".as_slice(), b"-->", b"<script", b"</script"].iter().any(|wanted| holds(&cut, wanted))
        }
    };
    let mut cuts = cuts.iter().filter_map(|cut| text.get(cut.range.clone()));
    // Cuts are short and texts are long.
    cuts.any(marks) && holds(text, b"<!--")
}
