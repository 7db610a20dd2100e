//! A small reader of JavaScript: tokens and statements, no more than it takes to cut a statement out of a script.
//!
//! | file | speaks of |
//! |---|---|
//! | `token` | tokens: comments, templates, what a `/` is, and which bracket belongs to which |
//! | `length` | how long a string, a number, a word, a regular expression or a sign is |
//! | `statement` | where statements begin and end, with and without semicolons |
//!
//! What is not understood is said to be so, and then nothing is cut. Text in any encoding that has ASCII's bytes is read
//! as bytes; the time is linear in it, and nesting costs no stack but for statements without braces, which are bounded.

mod length;
mod statement;
mod token;

use std::ops::Range;

pub(crate) use self::statement::{Form, Statement};
pub(crate) use self::token::{Kind, Token};

/// A script that was read.
#[derive(Clone, Debug)]
pub(crate) struct Reading<'a> {
    text: &'a [u8],
    tokens: Vec<Token>,
}

impl<'a> Reading<'a> {
    /// Reads a script's tokens; none if it is not understood.
    pub(crate) fn new(text: &'a [u8]) -> Option<Self> {
        Some(Self { text, tokens: token::tokens(text)? })
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn token(&self, number: usize) -> Option<&Token> {
        self.tokens.get(number)
    }

    pub(crate) fn kind(&self, number: usize) -> Option<Kind> {
        self.tokens.get(number).map(|token| token.kind)
    }

    /// A token as it is written, or nothing where there is none.
    pub(crate) fn written(&self, number: usize) -> &'a [u8] {
        self.tokens.get(number).and_then(|token| self.text.get(token.place())).unwrap_or_default()
    }

    /// The byte of a token of one byte; NUL for all others, and where there is none.
    pub(crate) fn sign(&self, number: usize) -> u8 {
        self.tokens.get(number).map_or(0, Token::sign)
    }

    /// The token before, as it is written.
    pub(crate) fn before(&self, number: usize) -> &'a [u8] {
        number.checked_sub(1).map(|before| self.written(before)).unwrap_or_default()
    }

    /// The token that a byte belongs to; none in white space and comments.
    pub(crate) fn token_at(&self, byte: usize) -> Option<usize> {
        let number = self.tokens.partition_point(|token| token.place().end <= byte);
        self.tokens.get(number).filter(|token| token.place().start <= byte).map(|_| number)
    }

    /// The bytes of a range of tokens.
    pub(crate) fn bytes(&self, tokens: &Range<usize>) -> Range<usize> {
        let start = self.token(tokens.start).map_or(self.text.len(), |token| token.place().start);
        let end = tokens.end.checked_sub(1).and_then(|last| self.token(last)).map_or(start, |token| token.place().end);
        start..end.max(start)
    }

    /// The statements in a range of tokens; none if they are not understood.
    pub(crate) fn statements(&self, tokens: Range<usize>) -> Option<Vec<Statement>> {
        statement::list(self, tokens)
    }
}

#[cfg(test)]
mod tests;
