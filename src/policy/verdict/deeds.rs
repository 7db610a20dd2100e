//! What a statement does: whether it loads, whether it serves loaders only, and whether it does anything else.

use std::cell::LazyCell;
use std::ops::Range;

use super::class::{Case, content_or_word};
use super::evidence::{Evidence, Place, chain_end, content};
use super::{SNIPPET, shape, words};
use crate::script::{Kind, Reading, Token};

/// Tokens of a call, but for what is deep in brackets, in which a URL that it loads is looked for.
const MOST_ARGUMENTS: usize = 256;

impl<'a> Case<'a> {
    /// Whether a statement that is no vendor's by any signature serves loaders only.
    pub(super) fn is_neutral(&self, tokens: &Range<usize>) -> bool {
        let reading = self.reading;
        if tokens.len() == 1 {
            // A directive, such as `'use strict'`.
            return reading.kind(tokens.start) == Some(Kind::Text);
        }
        if let Some(call) = shape::call(reading, tokens.clone())
            && reading.written(call.name) == b"gtag"
        {
            let command = content(reading.written(call.head.end + 1));
            return words::is_shared_command(command);
        }
        self.is_queue(tokens) || self.is_option(tokens) || self.is_boilerplate(tokens)
    }

    /// `window.dataLayer = window.dataLayer || []`.
    fn is_queue(&self, tokens: &Range<usize>) -> bool {
        let written = |token: usize| self.reading.written(token);
        let plain = tokens.clone().all(|token| {
            matches!(written(token), b"=" | b"||" | b"[" | b"]" | b"{" | b"}" | b"." | b"," | b"(" | b")")
                || shape::is_word(self.reading, token)
        });
        let calls =
            tokens.clone().any(|token| written(token) == b"(" && shape::is_word(self.reading, token.saturating_sub(1)));
        let names = shape::targets(self.reading, tokens);
        let or = tokens.clone().filter(|&token| written(token) == b"||").count();
        let last = tokens.end.checked_sub(1).map(written).unwrap_or_default();
        let own =
            names.first().is_some_and(|&name| tokens.clone().filter(|&t| written(t) == written(name)).count() > 1);
        plain && !calls && own && or == 1 && names.len() == 1 && matches!(last, b"]" | b"}")
    }

    /// `google_conversion_label = "x"` beside `google_conversion_id = 1`.
    fn is_option(&self, tokens: &Range<usize>) -> bool {
        let names = shape::targets(self.reading, tokens);
        let like = |name: &[u8]| {
            let prefix = prefix(name);
            prefix.is_some()
                && self.evidence.iter().any(|found| self.prefix_of(found) == prefix && found.place == Place::Set)
        };
        let called = tokens.clone().any(|token| self.reading.written(token) == b"(");
        !called && !names.is_empty() && names.iter().all(|&name| like(content_or_word(self.reading, self.named(name))))
    }

    /// The token that names what is assigned: `_fs_debug` in `window['_fs_debug'] = false`.
    fn named(&self, target: usize) -> usize {
        let bracket =
            self.reading.written(target + 1) == b"[" && matches!(self.reading.written(target), b"window" | b"self");
        if bracket { target + 2 } else { target }
    }

    fn prefix_of(&self, found: &Evidence) -> Option<&'a [u8]> {
        prefix(content_or_word(self.reading, found.token))
    }

    /// `var s = document.createElement('script')`, `head.appendChild(s)`.
    fn is_boilerplate(&self, tokens: &Range<usize>) -> bool {
        let reading = self.reading;
        let names: Vec<_> = shape::targets(reading, tokens).iter().map(|&name| reading.written(name)).collect();
        let known = |word: &[u8]| words::is_boilerplate(word) || self.declared.contains(word);
        let makes = tokens.clone().any(|token| self.makes_element(token));
        let serves = makes || tokens.clone().any(|token| self.declared.contains(reading.written(token)));
        let sets_source = tokens.clone().any(|token| self.sets_source(token));
        serves
            && tokens.clone().all(|token| match reading.kind(token) {
                Some(Kind::Word) => known(reading.written(token)) || makes && names.contains(&reading.written(token)),
                Some(Kind::Text | Kind::Template) => !sets_source || !reading.written(token).contains(&b'/'),
                _ => true,
            })
    }

    /// `createElement('script')`, `getElementsByTagName('script')`, `new Image`.
    fn makes_element(&self, token: usize) -> bool {
        match self.reading.written(token) {
            b"createElement" | b"getElementsByTagName" => {
                let name = content(self.reading.written(token + 2));
                words::is_element(name)
                    || matches!(name, b"head" | b"body") && self.reading.written(token) != b"createElement"
            }
            b"Image" => self.reading.before(token) == b"new",
            _ => false,
        }
    }

    /// `.src =`, `setAttribute('src'`.
    fn sets_source(&self, token: usize) -> bool {
        match self.reading.written(token) {
            b"src" => self.reading.before(token) == b"." && self.reading.written(token + 1) == b"=",
            b"setAttribute" => content(self.reading.written(token + 2)) == b"src",
            _ => false,
        }
    }

    /// Whether an expression fetches something, where it is not in one of `except`.
    pub(super) fn loads(&self, tokens: &Range<usize>, except: &[Range<usize>]) -> bool {
        let reading = self.reading;
        tokens.clone().filter(|token| !except.iter().any(|e| e.contains(token))).any(|token| {
            // Other kinds of tokens are none of these words.
            if !matches!(reading.kind(token), Some(Kind::Word | Kind::Template)) {
                return false;
            }
            match reading.written(token) {
                b"createElement" => !matches!(content(reading.written(token + 2)), b"div" | b"span" | b"a"),
                b"src" | b"setAttribute" => self.sets_source(token),
                b"Image" => self.makes_element(token),
                // Next.js loads what stands in this queue before its own scripts.
                b"XMLHttpRequest" | b"__next_s" => true,
                word => {
                    reading.sign(token + 1) == b'('
                        && shape::is_word(reading, token)
                        && (matches!(word, b"write" | b"writeln" | b"fetch" | b"sendBeacon" | b"import" | b"require")
                            || is_loading_name(word) && self.takes_urls(token + 1))
                }
            }
        })
    }

    /// Whether a call would load the vendors' URLs that stand in its brackets, if any: as an argument, in a list of such, or by
    /// the name of `src`, and not as one of many settings.
    fn takes_urls(&self, open: usize) -> bool {
        let reading = self.reading;
        let behind = shape::skip(reading, open);
        let is_url = |tokens: Range<usize>| self.evidence(&tokens).iter().any(|found| found.place.is_loadable());
        if !is_url(open..behind) {
            return true;
        }
        let (mut at, mut depth) = (open + 1, 0usize);
        for _ in 0..MOST_ARGUMENTS {
            if at >= behind {
                break;
            }
            match reading.token(at).and_then(Token::mate) {
                Some(mate) if mate > at && depth == 2 => {
                    at = mate + 1;
                    continue;
                }
                Some(mate) if mate > at => depth += 1,
                Some(_) => depth = depth.saturating_sub(1),
                None => {}
            }
            let key = at.checked_sub(2).filter(|_| reading.before(at) == b":");
            let key = key.map_or(&b""[..], |key| content_or_word(reading, key));
            if (depth <= 1 || matches!(key, b"src" | b"url" | b"href")) && is_url(at..at + 1) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Whether a statement does anything that a vendor's snippet would not: it calls what it has not declared.
    ///
    /// What is larger than a snippet always does.
    pub(super) fn does_other_things(&self, tokens: &Range<usize>) -> bool {
        let reading = self.reading;
        if reading.bytes(tokens).len() > SNIPPET || self.has_mixed_list(tokens) {
            return true;
        }
        // Not asked for where all that is called is known anyway.
        let own = LazyCell::new(|| self.locals(tokens));
        let vendors = |name: &[u8]| {
            self.made.contains(name) || self.scanner.global(name).is_some() || matches!(name, b"gtag" | b"dataLayer")
        };
        let known = |name: &[u8]| words::is_global(name) || vendors(name) || own.contains(&name);
        tokens.clone().filter(|&token| shape::is_word(reading, token)).any(|token| {
            let word = reading.written(token);
            if words::is_own(word) {
                return true;
            }
            // Most words are neither called nor assigned, whatever chain of names they begin.
            let alone = match reading.sign(token + 1) {
                b'(' | b'=' | b'.' | b'[' | b']' => false,
                _ => reading.written(token + 1) != b"?.",
            };
            if alone || matches!(reading.before(token), b"." | b"?." | b"function") || words::is_keyword(word) {
                return false;
            }
            let end = chain_end(reading, token);
            let by_property = matches!(word, b"window" | b"self" | b"top" | b"parent" | b"globalThis");
            match reading.written(end) {
                b"(" if by_property => {
                    let name = token + 2;
                    let listens = matches!(reading.written(name), b"addEventListener" | b"attachEvent")
                        && own.contains(&reading.written(end + 3));
                    !listens && !known(content_or_word(reading, name)) && self.evidence(&(name..end)).is_empty()
                }
                b"(" => !known(word) && self.evidence(&(token..end)).is_empty(),
                // The state of something else is changed.
                b"=" if end > token + 1 && !by_property => !known(word) && self.evidence(&(token..end)).is_empty(),
                _ => false,
            }
        })
    }

    /// Names that a piece of code declares: parameters, variables, functions, and what it assigns.
    fn locals(&self, tokens: &Range<usize>) -> Vec<&'a [u8]> {
        let reading = self.reading;
        // A snippet has few: a list is searched sooner than a table is filled.
        let mut names = Vec::new();
        for token in tokens.clone() {
            if reading.sign(token) == b'(' && is_parameters(reading, token) {
                names.extend(
                    (token..shape::skip(reading, token))
                        .filter(|&t| shape::is_word(reading, t))
                        .map(|t| reading.written(t)),
                );
            }
            if shape::is_word(reading, token) && is_declared(reading, token) {
                names.push(reading.written(token));
            }
        }
        names
    }

    /// A queue's stub: `function gtag(){dataLayer.push(arguments)}`, or a function that only fills one.
    pub(super) fn is_stub(&self, tokens: &Range<usize>) -> bool {
        let has = |wanted: &[u8]| tokens.clone().any(|token| self.reading.written(token) == wanted);
        tokens.len() < 80
            && has(b"function")
            && has(b"push")
            && !self.has_consent(tokens)
            && !self.does_other_things(tokens)
            && (self.reading.written(tokens.start) == b"function" || shape::is_assignment(self.reading, tokens))
    }
}

/// `loadScript(`, `$.getScript(`, `injectJs(`, but not `renderDescription(`, `initSubscription(` or `showTranscript(`.
fn is_loading_name(word: &[u8]) -> bool {
    const SCRIPT: &[u8] = b"script";
    const OTHERS: [&[u8]; 6] =
        [b"subscript", b"transcript", b"postscript", b"manuscript", b"typescript", b"javascript"];
    let starts = |name: &[u8]| word.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let is_word = |at: usize| {
        let (before, behind) = word.split_at_checked(at + SCRIPT.len()).unwrap_or_default();
        let behind = behind.strip_prefix(b"s").unwrap_or(behind);
        let begins = at == 0 || word.get(at) == Some(&b'S') || word.get(at - 1) == Some(&b'_') || behind.is_empty();
        begins
            && !behind.first().is_some_and(u8::is_ascii_lowercase)
            && !OTHERS.iter().any(|name| ends_with(before, name))
    };
    starts(b"load")
        || starts(b"inject")
        || word.windows(SCRIPT.len()).enumerate().any(|(at, part)| part.eq_ignore_ascii_case(SCRIPT) && is_word(at))
}

/// Whether a name ends like this, upper and lower case apart.
fn ends_with(word: &[u8], end: &[u8]) -> bool {
    word.len().checked_sub(end.len()).and_then(|at| word.get(at..)).is_some_and(|last| last.eq_ignore_ascii_case(end))
}

/// Whether a word is a name that is declared or assigned where it stands.
fn is_declared(reading: &Reading<'_>, token: usize) -> bool {
    let before = || token.checked_sub(1);
    match reading.sign(token + 1) {
        b'=' => return true,
        b',' | b';' if before().is_some_and(|before| reading.sign(before) == b',') => return true,
        _ => {}
    }
    reading.written(token + 1) == b"=>"
        || before().is_some_and(|before| shape::is_word(reading, before))
            && matches!(reading.before(token), b"var" | b"let" | b"const" | b"function")
}

/// Whether a bracket holds the parameters of a function.
fn is_parameters(reading: &Reading<'_>, open: usize) -> bool {
    let behind = shape::skip(reading, open);
    let control = matches!(reading.before(open), b"if" | b"for" | b"while" | b"switch" | b"with");
    reading.written(behind) == b"=>" || reading.written(behind) == b"{" && !control
}

/// `google_` of `google_conversion_id`, `_fs_` of `_fs_org`.
fn prefix(name: &[u8]) -> Option<&[u8]> {
    let at = name.iter().skip(2).position(|&byte| byte == b'_')? + 2;
    name.get(..=at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_what_loads_are_told_from_words_that_look_alike() {
        for name in
            ["load", "loadScript", "injectJs", "getScript", "addscript", "add_scripts", "scriptLoader", "appendScripts"]
        {
            assert!(is_loading_name(name.as_bytes()), "{name}");
        }
        for name in [
            "renderDescription",
            "initSubscription",
            "showTranscript",
            "subscripts",
            "transcription",
            "descripts2",
            "x",
        ] {
            assert!(!is_loading_name(name.as_bytes()), "{name}");
        }
    }
}
