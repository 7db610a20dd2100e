//! The shapes of expressions, by their tokens.

use std::ops::Range;

use super::evidence::chain_end;
use super::words;
use crate::script::{Kind, Reading, Token};

/// A call and nothing else: `fbq('track')`, `(a = a || []).push(x)`, `window.fbq && fbq('track')`.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// What is called: the tokens in front of the first bracket with arguments.
    pub(super) head: Range<usize>,
    /// What the call is of.
    pub(super) name: usize,
}

pub(super) fn without_semicolon(reading: &Reading<'_>, tokens: &Range<usize>) -> Range<usize> {
    match tokens.end.checked_sub(1) {
        Some(last) if reading.written(last) == b";" => tokens.start..last,
        _ => tokens.clone(),
    }
}

pub(super) fn is_word(reading: &Reading<'_>, token: usize) -> bool {
    reading.kind(token) == Some(Kind::Word)
}

/// Whether a token is the name of a property, and not a name of its own.
pub(super) fn is_property(reading: &Reading<'_>, token: usize) -> bool {
    matches!(reading.before(token), b"." | b"?.")
        || reading.written(token + 1) == b":" && matches!(reading.before(token), b"{" | b",")
}

pub(super) fn has_function(reading: &Reading<'_>, mut tokens: Range<usize>) -> bool {
    tokens.any(|token| matches!(reading.written(token), b"function" | b"=>" | b"class"))
}

/// The next token at the same depth.
pub(super) fn skip(reading: &Reading<'_>, token: usize) -> usize {
    match reading.token(token).and_then(Token::mate) {
        Some(mate) if mate > token => mate + 1,
        _ => token + 1,
    }
}

/// The pieces between separators that stand in no bracket.
pub(super) fn split(reading: &Reading<'_>, tokens: Range<usize>, separator: &[u8]) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (tokens.start, tokens.start);
    while at < tokens.end {
        if reading.written(at) == separator {
            pieces.push(start..at);
            start = at + 1;
        }
        at = skip(reading, at);
    }
    pieces.push(start..tokens.end);
    pieces
}

/// Whether an expression is a function that is called where it stands.
pub(super) fn is_invoked(reading: &Reading<'_>, tokens: &Range<usize>) -> bool {
    let opening =
        |token: &usize| matches!(reading.written(*token), b"!" | b"+" | b"-" | b"~" | b"void" | b"(" | b"async");
    let Some(first) = tokens.clone().find(|token| !opening(token)) else { return false };
    let opened = first > tokens.start;
    if reading.written(first) == b"function" {
        // Behind a comma no sign is needed before it.
        return opened || reading.before(first) == b",";
    }
    // An arrow function: its parameters, and the arrow, behind a bracket.
    let arrow = |at: usize| reading.written(at) == b"=>";
    let parameters = first.checked_sub(1).filter(|&open| reading.written(open) == b"(");
    opened && (arrow(first + 1) || parameters.is_some_and(|open| arrow(skip(reading, open))))
}

/// Reads an expression as a call and nothing else.
pub(super) fn call(reading: &Reading<'_>, tokens: Range<usize>) -> Option<Call> {
    let mut guards = split(reading, tokens, b"&&");
    let call = guards.pop()?;
    let plain = |guard: &Range<usize>| {
        !guard.clone().any(|token| matches!(reading.written(token), b"(" | b"=" | b"++" | b"--"))
    };
    if !guards.iter().all(plain) {
        return None;
    }
    let mut name = call.start;
    let mut at = call.start;
    if reading.written(at) == b"new" {
        at += 1;
        name = at;
    }
    if reading.written(at) == b"(" {
        at = skip(reading, at);
        name += 1;
        if matches!(reading.written(at), b"(") {
            return None;
        }
    } else if !is_word(reading, at) || words::is_keyword(reading.written(at)) {
        return None;
    } else {
        at += 1;
    }
    // `window.` and the like say nothing.
    while matches!(reading.written(name), b"window" | b"self" | b"top" | b"globalThis") && is_word(reading, name + 2) {
        name += 2;
    }
    let mut head = None;
    while at < call.end {
        at = match reading.written(at) {
            b"." | b"?." => at + 1 + usize::from(is_word(reading, at + 1)),
            b"[" => skip(reading, at),
            b"(" => {
                head = head.or(Some(call.start..at));
                skip(reading, at)
            }
            _ => return None,
        };
    }
    head.map(|head| Call { head, name })
}

/// Whether an expression gives names to values and does nothing else at its outside.
pub(super) fn is_assignment(reading: &Reading<'_>, tokens: &Range<usize>) -> bool {
    !targets(reading, tokens).is_empty()
}

/// The names that are declared or assigned; empty if the expression is something else.
pub(super) fn targets(reading: &Reading<'_>, tokens: &Range<usize>) -> Vec<usize> {
    let declares = matches!(reading.written(tokens.start), b"var" | b"let" | b"const");
    let start = tokens.start + usize::from(declares);
    let mut names = Vec::new();
    for piece in split(reading, start..tokens.end, b",") {
        let Some(name) = target(reading, &piece, declares) else { return Vec::new() };
        names.push(name);
    }
    names
}

fn target(reading: &Reading<'_>, piece: &Range<usize>, declares: bool) -> Option<usize> {
    if !is_word(reading, piece.start) {
        return None;
    }
    let end = chain_end(reading, piece.start);
    match reading.written(end) {
        b"=" | b"||=" | b"??=" if end < piece.end => {}
        _ if declares && end >= piece.end => {}
        _ => return None,
    }
    let mut name = piece.start;
    while name + 2 < end && matches!(reading.written(name), b"window" | b"self" | b"top" | b"globalThis") {
        name += 2;
    }
    Some(name)
}

/// The lists of statements that the functions in an expression have as their bodies: their brackets.
pub(super) fn function_bodies(reading: &Reading<'_>, tokens: &Range<usize>) -> Vec<Range<usize>> {
    let mut bodies = Vec::new();
    let mut at = tokens.start;
    while at < tokens.end {
        if reading.written(at) == b"{" && matches!(reading.before(at), b")" | b"=>") && at > tokens.start {
            let end = skip(reading, at);
            bodies.push(at + 1..end - 1);
            at = end;
        } else {
            at += 1;
        }
    }
    bodies
}
