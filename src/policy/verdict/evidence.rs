//! What a signature that was found is worth, by where it stands.

use super::words;
use crate::catalog::VendorId;
use crate::script::{Kind, Reading};

/// A signature that stands in a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::policy) struct Hit {
    /// Where its needle starts.
    pub(in crate::policy) at: usize,
    pub(in crate::policy) vendor: VendorId,
    /// The signature is a host or a path.
    pub(in crate::policy) url: bool,
    /// The signature has a quote in it: a string of the script may be what it is about.
    pub(in crate::policy) quoted: bool,
}

/// A hit that may count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Evidence {
    pub(super) token: usize,
    pub(super) vendor: VendorId,
    pub(super) place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A URL in a string: it counts if the statement loads it.
    Url,
    /// Code in a string: it counts if the statement writes it into the page.
    Markup,
    /// Called.
    Call,
    /// Assigned, or the key of an object.
    Set,
    /// Merely named: a test, or an argument.
    Name,
}

impl Place {
    /// Whether this is the vendor's code by itself.
    pub(super) fn is_use(self) -> bool {
        matches!(self, Self::Call | Self::Set)
    }

    pub(super) fn is_loadable(self) -> bool {
        matches!(self, Self::Url | Self::Markup)
    }
}

/// What a hit is worth; none in a comment, in a regular expression, and in text that is not about it.
pub(super) fn weigh(reading: &Reading<'_>, hit: Hit) -> Option<Evidence> {
    let token = reading.token_at(hit.at)?;
    let written = reading.written(token);
    let place = match reading.kind(token)? {
        Kind::Word if hit.url => return None,
        Kind::Word => place(reading, token),
        Kind::Text | Kind::Template => {
            let name = content(written);
            let bare = !name.is_empty() && name.iter().all(|&byte| is_name(byte) || byte == b'.');
            if bare && is_access(reading, token) {
                place(reading, token)
            } else if bare && hit.quoted {
                if reading.written(token + 1) == b":" { Place::Set } else { Place::Name }
            } else if hit.url || memchr::memmem::find(name, b"//").is_some() {
                Place::Url
            } else {
                Place::Markup
            }
        }
        Kind::Number | Kind::Regex | Kind::Punctuator => return None,
    };
    Some(Evidence { token, vendor: hit.vendor, place })
}

/// What a string says, without its quotes.
pub(super) fn content(written: &[u8]) -> &[u8] {
    let inner = written.get(1..).unwrap_or_default();
    inner.strip_suffix(written.get(..1).unwrap_or_default()).unwrap_or(inner)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-')
}

/// Whether a string names a property: `window["_hsq"]`.
fn is_access(reading: &Reading<'_>, token: usize) -> bool {
    let owner = token.checked_sub(2);
    reading.before(token) == b"["
        && reading.written(token + 1) == b"]"
        && owner.is_some_and(|owner| {
            let word = reading.kind(owner) == Some(Kind::Word) && !words::is_keyword(reading.written(owner));
            word || matches!(reading.written(owner), b")" | b"]" | b"this")
        })
}

/// What is done with the name at `token`.
fn place(reading: &Reading<'_>, token: usize) -> Place {
    let behind = chain_end(reading, token);
    match reading.written(behind) {
        b"(" => Place::Call,
        b"=" | b"||=" | b"??=" => Place::Set,
        b":" if matches!(reading.before(token), b"{" | b",") => Place::Set,
        b"||" | b"??" if matches!(reading.written(behind + 1), b"[" | b"{" | b"function") => Place::Set,
        _ if reading.kind(behind) == Some(Kind::Template) => Place::Call,
        _ => Place::Name,
    }
}

/// Behind a chain of names: `.cmd.push`, `["push"]`, and the bracket of an access that `token` itself stands in.
pub(super) fn chain_end(reading: &Reading<'_>, token: usize) -> usize {
    let mut at = token + 1;
    if is_access(reading, token) {
        at += 1;
    }
    loop {
        match reading.written(at) {
            b"." | b"?." if reading.kind(at + 1) == Some(Kind::Word) => at += 2,
            b"[" if is_access(reading, at + 1) => at += 3,
            _ => return at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_by_what_is_done_with_it() {
        for (script, want) in [
            ("acme('init')", Some(Place::Call)),
            ("acme.push(1)", Some(Place::Call)),
            ("acme.cmd.push(1)", Some(Place::Call)),
            ("window.acme['push'](1)", Some(Place::Call)),
            ("window['acme'].push(1)", Some(Place::Call)),
            ("window['acme'] = []", Some(Place::Set)),
            ("acme = 1", Some(Place::Set)),
            ("(acme || []).push(1)", Some(Place::Set)),
            ("x = {acme: 1}", Some(Place::Set)),
            ("if (window.acme) x()", Some(Place::Name)),
            ("typeof acme == 'function'", Some(Place::Name)),
            ("acme == 1", Some(Place::Name)),
            ("x(acme)", Some(Place::Name)),
            ("// acme(1)", None),
            ("/* acme(1) */", None),
            ("x = /acme(1)/", None),
            ("x = ['acme']", Some(Place::Markup)),
            ("x = 'acme(1)'", Some(Place::Markup)),
            ("x = 'https://acme.test'", Some(Place::Url)),
        ] {
            let reading = Reading::new(script.as_bytes()).unwrap();
            let at = script.find("acme").unwrap();
            let found = weigh(&reading, Hit { at, vendor: VendorId(0), url: false, quoted: false });
            assert_eq!(found.map(|found| found.place), want, "{script}");
        }
    }
}
