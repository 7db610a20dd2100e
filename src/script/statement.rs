//! Where statements begin and end (ECMA-262, clauses 12.10 and 14).

use std::ops::Range;

use super::Reading;
use super::token::{Kind, Token, is_operator};

/// One statement of a list, or the body of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// Its tokens, the semicolon included.
    pub(crate) tokens: Range<usize>,
    pub(crate) form: Form,
    /// The statements that it governs: what `if` and `for` do, the blocks of `try`, a function's body.
    pub(crate) bodies: Vec<Self>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Empty,
    Block,
    /// A function's declaration.
    Function,
    /// `if`, loops, `with`, `try`, labels: what runs are its bodies.
    Control,
    /// `var`, `let`, `const`.
    Declaration,
    Expression,
    /// Classes, `switch`, `return`, modules: not looked into.
    Other,
}

/// Statements without braces inside each other: `if (a) if (b) …`.
const DEEPEST: usize = 64;

pub(super) fn list(reading: &Reading<'_>, tokens: Range<usize>) -> Option<Vec<Statement>> {
    let parser = Parser { reading, end: tokens.end };
    let mut statements = Vec::new();
    let mut at = tokens.start;
    while at < tokens.end {
        let statement = parser.statement(at, 0)?;
        // Whatever is read, it goes forward.
        at = statement.tokens.end.max(at + 1);
        statements.push(statement);
    }
    (at == tokens.end).then_some(statements)
}

struct Parser<'a> {
    reading: &'a Reading<'a>,
    end: usize,
}

impl Parser<'_> {
    fn word(&self, at: usize) -> &[u8] {
        if at < self.end { self.reading.written(at) } else { b"" }
    }

    /// Behind the bracket that belongs to the one at `at`, which must be `open`.
    fn behind(&self, at: usize, open: &[u8]) -> Option<usize> {
        if self.word(at) != open {
            return None;
        }
        let mate = self.reading.token(at)?.mate()?;
        (mate < self.end).then_some(mate + 1)
    }

    fn statement(&self, start: usize, depth: usize) -> Option<Statement> {
        let new = |form, end, bodies| Some(Statement { tokens: start..end, form, bodies });
        if depth > DEEPEST || start >= self.end {
            return None;
        }
        if self.reading.kind(start) != Some(Kind::Word) {
            return match self.word(start) {
                b";" => new(Form::Empty, start + 1, Vec::new()),
                b"{" => new(Form::Block, self.behind(start, b"{")?, Vec::new()),
                _ => new(Form::Expression, self.expression(start)?, Vec::new()),
            };
        }
        let next = self.word(start + 1);
        match self.word(start) {
            b"if" => {
                let mut bodies = vec![self.statement(self.behind(start + 1, b"(")?, depth + 1)?];
                let mut end = bodies.last()?.tokens.end;
                if self.word(end) == b"else" {
                    bodies.push(self.statement(end + 1, depth + 1)?);
                    end = bodies.last()?.tokens.end;
                }
                new(Form::Control, end, bodies)
            }
            b"for" | b"while" | b"with" => {
                let open = if next == b"await" { start + 2 } else { start + 1 };
                let body = self.statement(self.behind(open, b"(")?, depth + 1)?;
                new(Form::Control, body.tokens.end, vec![body])
            }
            b"do" => {
                let body = self.statement(start + 1, depth + 1)?;
                let end = body.tokens.end;
                if self.word(end) != b"while" {
                    return None;
                }
                let end = self.behind(end + 1, b"(")?;
                new(Form::Control, end + usize::from(self.word(end) == b";"), vec![body])
            }
            b"try" => self.guarded(start),
            b"switch" => {
                let open = self.behind(start + 1, b"(")?;
                new(Form::Other, self.behind(open, b"{")?, Vec::new())
            }
            b"function" => self.function(start, start + 1),
            b"async" if next == b"function" => self.function(start, start + 2),
            b"class" => {
                let open = (start + 1..self.end).find(|&at| self.word(at) == b"{")?;
                new(Form::Other, self.behind(open, b"{")?, Vec::new())
            }
            b"import" if !matches!(next, b"(" | b".") => {
                let source = (start + 1..self.end).find(|&at| self.reading.kind(at) == Some(Kind::Text))?;
                let end = source + 1;
                new(Form::Other, end + usize::from(self.word(end) == b";"), Vec::new())
            }
            b"export" | b"case" | b"default" | b"else" | b"catch" | b"finally" => None,
            b"var" | b"const" => new(Form::Declaration, self.expression(start)?, Vec::new()),
            b"let" if self.reading.kind(start + 1) == Some(Kind::Word) || matches!(next, b"[" | b"{") => {
                new(Form::Declaration, self.expression(start)?, Vec::new())
            }
            b"return" | b"throw" | b"break" | b"continue" | b"debugger" => {
                new(Form::Other, self.expression(start)?, Vec::new())
            }
            _ if next == b":" => {
                let body = self.statement(start + 2, depth + 1)?;
                new(Form::Control, body.tokens.end, vec![body])
            }
            _ => new(Form::Expression, self.expression(start)?, Vec::new()),
        }
    }

    fn block(&self, start: usize) -> Option<Statement> {
        let end = self.behind(start, b"{")?;
        Some(Statement { tokens: start..end, form: Form::Block, bodies: Vec::new() })
    }

    fn function(&self, start: usize, mut at: usize) -> Option<Statement> {
        if self.word(at) == b"*" {
            at += 1;
        }
        let body = self.block(self.behind(at + 1, b"(")?)?;
        Some(Statement { tokens: start..body.tokens.end, form: Form::Function, bodies: vec![body] })
    }

    fn guarded(&self, start: usize) -> Option<Statement> {
        let mut bodies = vec![self.block(start + 1)?];
        let mut end = bodies.last()?.tokens.end;
        if self.word(end) == b"catch" {
            let open = if self.word(end + 1) == b"(" { self.behind(end + 1, b"(")? } else { end + 1 };
            bodies.push(self.block(open)?);
            end = bodies.last()?.tokens.end;
        }
        if self.word(end) == b"finally" {
            bodies.push(self.block(end + 1)?);
            end = bodies.last()?.tokens.end;
        }
        (bodies.len() > 1).then_some(Statement { tokens: start..end, form: Form::Control, bodies })
    }

    /// The end of a statement that has no form of its own: a semicolon, or where one is inserted.
    fn expression(&self, start: usize) -> Option<usize> {
        let mut at = start;
        while at < self.end {
            let token = self.reading.token(at)?;
            let word = self.word(at);
            if word == b";" {
                return Some(at + 1);
            }
            if at > start && self.ends_before(start, at, token.newline)? {
                return Some(at);
            }
            at = match (word, token.mate()) {
                (_, Some(mate)) if mate > at && mate < self.end => mate + 1,
                (_, Some(_)) => return None,
                _ => at + 1,
            };
        }
        Some(at)
    }

    /// Whether a semicolon is inserted before the token at `at` of the statement that begins at `start`; none if the grammar
    /// would need one and has none.
    fn ends_before(&self, start: usize, at: usize, newline: bool) -> Option<bool> {
        let last = at - 1;
        let before = self.word(last);
        // 12.10.1: nothing but the end of the line ends these.
        if newline && matches!(before, b"return" | b"break" | b"continue" | b"throw") {
            return if before == b"throw" { None } else { Some(true) };
        }
        if !self.ends_expression(start, last) || self.continues(at, last) {
            return Some(false);
        }
        match newline {
            true => Some(true),
            // `async x => y`, `async function`, a postfix operator.
            false if before == b"async" || matches!(self.word(at), b"++" | b"--") => Some(false),
            false if matches!(before, b"break" | b"continue" | b"class" | b"function") => Some(false),
            false => None,
        }
    }

    fn ends_expression(&self, start: usize, at: usize) -> bool {
        let word = self.word(at);
        match self.reading.kind(at) {
            Some(Kind::Word) => {
                matches!(self.reading.before(at), b"." | b"?.")
                    || !is_operator(word) && word != b"function" && word != b"class"
            }
            Some(Kind::Punctuator) if matches!(word, b"++" | b"--") => self.is_postfix(start, at),
            Some(Kind::Punctuator) => matches!(word, b")" | b"]" | b"}"),
            _ => true,
        }
    }

    /// Whether `++` stands behind what it counts; no line may end between the two, and no statement: `if (a) ++b`.
    fn is_postfix(&self, start: usize, at: usize) -> bool {
        let newline = self.reading.token(at).is_some_and(|token| token.newline);
        let Some(before) = at.checked_sub(1).filter(|_| !newline && at > start) else { return false };
        match self.reading.kind(before) {
            Some(Kind::Word) => self.ends_expression(start, before),
            _ => matches!(self.word(before), b")" | b"]"),
        }
    }

    /// Whether the token at `at` goes on with the expression that ends in the one at `last`.
    fn continues(&self, at: usize, last: usize) -> bool {
        let word = self.word(at);
        match self.reading.kind(at) {
            Some(Kind::Word) => matches!(word, b"in" | b"instanceof" | b"extends"),
            Some(Kind::Template) => true,
            Some(Kind::Punctuator) if word == b"{" => self.opens_body(at, last),
            Some(Kind::Punctuator) => !matches!(word, b"!" | b"~" | b"++" | b"--"),
            _ => false,
        }
    }

    /// Whether a `{` behind the end of an expression is the body of a function or a class.
    fn opens_body(&self, at: usize, last: usize) -> bool {
        if self.reading.token(at).is_some_and(|token| !token.newline) {
            return true;
        }
        let Some(open) = self.reading.token(last).and_then(Token::mate).filter(|_| self.word(last) == b")") else {
            return false;
        };
        let before = |n| open.checked_sub(n).map(|at| self.word(at)).unwrap_or_default();
        before(1) == b"function" || before(2) == b"function" || before(1) == b"*" || before(2) == b"*"
    }
}
