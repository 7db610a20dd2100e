//! The tokens of a script (ECMA-262, clause 12), as far as they tell statements apart.

use std::ops::Range;

use super::length::{is_word, line, number, punctuator, regex, string, word};
use crate::block;

/// A token, by its place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    start: u32,
    end: u32,
    /// The number of the bracket that belongs to this one, or the greatest number.
    mate: u32,
    pub(crate) kind: Kind,
    /// The byte of a token of one byte; NUL for all others.
    sign: u8,
    /// A line break stands between this token and the one before.
    pub(crate) newline: bool,
}

/// A script has one for every few bytes.
const _: () = assert!(size_of::<Token>() <= 16);

/// A number or a place in a text, of which none is longer than [`tokens`] takes.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Token {
    /// Its bytes in the text.
    pub(crate) fn place(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The byte of a token of one byte; NUL for all others.
    pub(crate) fn sign(&self) -> u8 {
        self.sign
    }

    /// The number of the bracket that belongs to this one.
    pub(crate) fn mate(&self) -> Option<usize> {
        (self.mate != u32::MAX).then_some(self.mate as usize)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or a keyword.
    Word,
    Number,
    /// A string.
    Text,
    /// A piece of a template; what stands in `${` and `}` are tokens between two pieces.
    Template,
    Regex,
    Punctuator,
}

/// Reads all tokens; none if this is no script, or one that is not understood.
pub(super) fn tokens(text: &[u8]) -> Option<Vec<Token>> {
    if small(text.len()) == u32::MAX {
        return None;
    }
    let mut lexer = Lexer {
        text,
        at: 0,
        newline: true,
        cdata: false,
        tokens: Vec::with_capacity(text.len() / 2),
        open: Vec::new(),
    };
    while let Some(&first) = text.get(lexer.at) {
        lexer.step(first)?;
    }
    lexer.open.is_empty().then_some(lexer.tokens)
}

/// Whether an expression begins behind this word, so that a `/` there starts a regular expression.
pub(super) fn is_operator(word: &[u8]) -> bool {
    matches!(
        word,
        b"return"
            | b"typeof"
            | b"case"
            | b"in"
            | b"instanceof"
            | b"new"
            | b"delete"
            | b"void"
            | b"throw"
            | b"do"
            | b"else"
            | b"yield"
            | b"await"
            | b"var"
            | b"let"
            | b"const"
            | b"extends"
    )
}

/// The head of a `for` that has more tokens may have any number of semicolons: they are counted anew at each.
const LONGEST_HEAD: usize = 64;

struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    newline: bool,
    /// A CDATA section of XHTML was opened.
    cdata: bool,
    tokens: Vec<Token>,
    /// The numbers of the brackets that are open.
    open: Vec<usize>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn word(&self, number: usize) -> &'a [u8] {
        self.tokens.get(number).and_then(|token| self.text.get(token.place())).unwrap_or_default()
    }

    /// Goes over what begins with this byte; none if that is not understood.
    ///
    /// The byte is told from others once: scripts change too much from token to token for any more to be foreseen.
    fn step(&mut self, first: u8) -> Option<()> {
        match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'\\' => self.word_here(),
            b' ' => self.at += block::run(self.rest(), b' '),
            b',' | b':' | b'~' => self.push(Kind::Punctuator, 1),
            b';' if !self.may_end_statement() => return None,
            b';' => self.push(Kind::Punctuator, 1),
            b'&' | b'|' | b'^' if !self.has_operand() => return None,
            b'(' | b'[' | b'{' => {
                self.open.push(self.tokens.len());
                self.push(Kind::Punctuator, 1);
            }
            b']' if self.cdata => self.comment_or_token(first)?,
            b')' | b']' | b'}' => self.close(first)?,
            b'"' | b'\'' => self.push(Kind::Text, string(self.rest())?),
            b'0'..=b'9' => self.push(Kind::Number, number(self.rest())),
            b'\n' | b'\r' => {
                self.newline = true;
                self.at += 1;
            }
            b'\t' | 0x0B | 0x0C => self.at += 1,
            // Comments and white space that more than one byte tells.
            b'/' | b'<' | b'-' | 0xC2 | 0xE2 | 0xEF => self.comment_or_token(first)?,
            0x80.. => self.word_here(),
            b'.' | b'=' | b'+' | b'*' | b'!' | b'&' | b'|' | b'?' | b'>' if self.is_alone() => {
                self.push(Kind::Punctuator, 1);
            }
            _ => self.token(first)?,
        }
        Some(())
    }

    /// Whether the byte behind the present one surely belongs to another token, if that one is a sign.
    #[inline]
    fn is_alone(&self) -> bool {
        let behind = self.text.get(self.at + 1).copied().unwrap_or_default();
        behind.is_ascii_alphabetic() || matches!(behind, b' ' | b'"' | b'\'' | b'(' | b')' | b'[' | b'{' | b'_' | b'$')
    }

    #[inline]
    fn word_here(&mut self) {
        self.push(Kind::Word, word(self.rest()));
    }

    fn comment_or_token(&mut self, first: u8) -> Option<()> {
        match (self.blank()?, first) {
            (0, b']') => self.close(first)?,
            (0, 0x80..) => self.word_here(),
            (0, _) => self.token(first)?,
            (blank, _) => self.at += blank,
        }
        Some(())
    }

    /// The length of a comment, or of white space outside ASCII.
    fn blank(&mut self) -> Option<usize> {
        let rest = self.rest();
        Some(match rest {
            [0xC2, 0xA0, ..] => 2,
            [0xEF, 0xBB, 0xBF, ..] => 3,
            [0xE2, 0x80, 0xA8 | 0xA9, ..] => {
                self.newline = true;
                3
            }
            [b'/', b'/', ..] | [b'<', b'!', b'-', b'-', ..] => line(rest),
            // ECMA-262 B.1.1: an arrow comments the rest of its line if nothing but comments stands before it.
            [b'-', b'-', b'>', ..] if self.newline => line(rest),
            [b'/', b'*', ..] => {
                let text = rest.get(2..)?;
                let ends = |&at: &usize| at.checked_sub(1).and_then(|star| text.get(star)) == Some(&b'*');
                let end = memchr::memchr_iter(b'/', text).find(ends)? + 3;
                self.newline |= memchr::memchr2(b'\n', b'\r', rest.get(..end)?).is_some();
                end
            }
            _ if rest.starts_with(b"<![CDATA[") => {
                self.cdata = true;
                9
            }
            [b']', b']', b'>', ..] if self.cdata && self.open.is_empty() => 3,
            _ => 0,
        })
    }

    /// A token that begins with a sign which more than one kind of token may begin with.
    fn token(&mut self, first: u8) -> Option<()> {
        let rest = self.rest();
        let behind = rest.get(1..)?;
        let (kind, len) = match first {
            b'.' if behind.first().is_some_and(u8::is_ascii_digit) => (Kind::Number, number(rest)),
            b'`' => {
                self.at += 1;
                return self.template(self.at - 1);
            }
            b'/' if !self.divides() => (Kind::Regex, regex(rest)?),
            b'#' if behind.first().is_some_and(|&next| is_word(next)) => (Kind::Word, 1 + word(behind)),
            b'@' | b'#' => return None,
            _ if first.is_ascii_punctuation() => (Kind::Punctuator, punctuator(rest)),
            _ => return None,
        };
        self.push(kind, len);
        Some(())
    }

    /// A token that begins here.
    #[inline]
    fn push(&mut self, kind: Kind, len: usize) {
        self.push_from(kind, self.at, len);
    }

    /// A token that begins at `start` and ends so far behind.
    #[inline]
    fn push_from(&mut self, kind: Kind, start: usize, len: usize) {
        let newline = std::mem::take(&mut self.newline);
        let sign = if len == 1 { self.text.get(start).copied().unwrap_or_default() } else { 0 };
        self.at = start + len;
        self.tokens.push(Token { start: small(start), end: small(self.at), mate: u32::MAX, kind, sign, newline });
    }

    /// Whether a semicolon may stand here: in no bracket but braces, and twice in the head of a `for`.
    ///
    /// Where one does all the same, no browser runs anything of the script, and what is left without a part of it must not
    /// begin to. It is seen in pages that were saved or edited as text, with `& amp; & amp;` for `&&`.
    fn may_end_statement(&self) -> bool {
        let Some(&open) = self.open.last() else { return true };
        let before = |n| open.checked_sub(n).map(|number| self.word(number)).unwrap_or_default();
        match self.tokens.get(open).map(Token::sign) {
            Some(b'{') => true,
            Some(b'(') if before(1) == b"for" || before(1) == b"await" && before(2) == b"for" => {
                let head = self.tokens.get(open + 1..).unwrap_or_default();
                let braces = || head.iter().any(|token| token.sign == b'{');
                head.len() > LONGEST_HEAD || braces() || head.iter().filter(|token| token.sign == b';').count() < 2
            }
            _ => false,
        }
    }

    /// Whether something stands before an operator that has two sides.
    fn has_operand(&self) -> bool {
        self.tokens.last().is_some_and(|token| !matches!(token.sign, b';' | b',' | b'(' | b'[' | b'{'))
    }

    fn close(&mut self, close: u8) -> Option<()> {
        let number = self.tokens.len();
        let open = self.open.pop()?;
        // What opens a piece of a template is two bytes long.
        let opened = self.tokens.get(open)?.sign;
        let fits = match opened {
            b'(' => b')',
            b'[' => b']',
            _ => b'}',
        };
        if close != fits {
            return None;
        }
        self.push(Kind::Punctuator, 1);
        self.tokens.get_mut(open)?.mate = small(number);
        self.tokens.get_mut(number)?.mate = small(open);
        if opened == 0 {
            return self.template(self.at);
        }
        Some(())
    }

    /// A piece of a template that began at `start`, to its end or to the next `${`.
    fn template(&mut self, start: usize) -> Option<()> {
        let mut at = self.at;
        loop {
            match self.text.get(at..)? {
                [b'\\', _, ..] => at += 2,
                [b'`', ..] => {
                    self.push_from(Kind::Template, start, at + 1 - start);
                    return Some(());
                }
                [b'$', b'{', ..] => {
                    self.push_from(Kind::Template, start, at - start);
                    self.open.push(self.tokens.len());
                    self.push_from(Kind::Punctuator, at, 2);
                    return Some(());
                }
                [_, ..] => at += 1,
                [] => return None,
            }
        }
    }

    /// Whether a `/` here divides; else it starts a regular expression.
    fn divides(&self) -> bool {
        let Some(number) = self.tokens.len().checked_sub(1) else { return false };
        let Some(last) = self.tokens.last() else { return false };
        let word = self.word(number);
        match last.kind {
            Kind::Word => !is_operator(word) || self.is_property(number),
            Kind::Punctuator => match (word, last.mate()) {
                (b")", Some(open)) => {
                    let before = open.checked_sub(1).map(|before| self.word(before)).unwrap_or_default();
                    !matches!(before, b"if" | b"while" | b"for" | b"with")
                }
                (b"}", Some(open)) => self.was_value(open),
                _ => matches!(word, b"]" | b"++" | b"--"),
            },
            _ => true,
        }
    }

    fn is_property(&self, number: usize) -> bool {
        number.checked_sub(1).is_some_and(|before| matches!(self.word(before), b"." | b"?."))
    }

    /// Whether the `{` opens an object rather than a block.
    fn was_value(&self, brace: usize) -> bool {
        let Some(before) = brace.checked_sub(1) else { return false };
        let word = self.word(before);
        match self.tokens.get(before).map(|token| token.kind) {
            Some(Kind::Word) => is_operator(word) && !matches!(word, b"do" | b"else"),
            Some(Kind::Punctuator) => !matches!(word, b")" | b"=>" | b";" | b"{" | b"}"),
            _ => false,
        }
    }
}
