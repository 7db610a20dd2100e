//! `Content-Security-Policy` (CSP Level 3): whether a script of ours may run on a page, and in which way; and a policy of our
//! own.

mod tighten;

use http::HeaderMap;
use http::header::CONTENT_SECURITY_POLICY;

pub(crate) use self::tighten::{policy, tighten};

/// In which way a script of ours runs, under every policy of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ScriptPermit {
    /// In the page, with the nonce that the page has for this response, if it has any.
    Inline(Option<String>),
    /// As a file of the same origin, with a nonce where that alone allows it.
    File(Option<String>),
    /// As such a file, or in the page, each with the nonce that the page has, if it has any.
    Both(Option<String>),
    /// No script at all runs on this page, so that none has to be watched.
    NoScripts,
    /// Others do, but neither way is open for ours.
    Refused,
}

/// What the policies in `headers` say of a script of ours. That it may be [`Both`](ScriptPermit::Both) a file and in the page
/// is only said if that is `asked`; else it is as if it stood in the page.
///
/// Policies that only report have no say (CSP3 § 4.2). A policy in a `meta` of the page counts for what stands behind it
/// (§ 3.3), which our script never does.
pub(crate) fn script_permit(headers: &HeaderMap, asked: bool) -> ScriptPermit {
    let mut sources = Vec::new();
    for policy in policies(headers) {
        if is_sandboxed(policy) {
            return ScriptPermit::NoScripts;
        }
        if let Some(list) = script_sources(policy) {
            sources.push(Sources::of(list));
        }
    }
    if sources.iter().any(|sources| sources.allow_nothing) {
        return ScriptPermit::NoScripts;
    }
    // With several policies, each must allow it.
    let nonces = || sources.iter().flat_map(|sources| &sources.nonces).copied();
    let named = |nonce: &str, open: &dyn Fn(&Sources<'_>) -> bool| {
        sources.iter().all(|sources| open(sources) || sources.nonces.contains(&nonce))
    };
    let way = |open: &dyn Fn(&Sources<'_>) -> bool| match sources.iter().all(open) {
        true => Some(None),
        false => nonces().find(|nonce| named(nonce, open)).map(|nonce| Some(nonce.to_owned())),
    };
    let both = || way(&|sources| sources.allow_inline && sources.allow_file()).map(ScriptPermit::Both);
    let inline = || way(&|sources| sources.allow_inline).map(ScriptPermit::Inline);
    let file = || way(&|sources| sources.allow_file()).map(ScriptPermit::File);
    both().filter(|_| asked).or_else(inline).or_else(file).unwrap_or(ScriptPermit::Refused)
}

/// Whether the policies in `headers` let an element of ours have a `style` attribute (CSP3 § 6.7.3.2): a nonce or a hash, which no
/// attribute has, takes it back.
pub(crate) fn permits_style(headers: &HeaderMap) -> bool {
    let names = ["style-src-attr", "style-src", "default-src"];
    let lists = policies(headers).filter_map(|policy| names.iter().find_map(|name| directive(policy, name)));
    lists.map(Sources::of).all(|sources| sources.allow_inline)
}

/// The policies of all lines. A line that is no text is none that a browser could read.
fn policies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(CONTENT_SECURITY_POLICY).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(','))
}

/// The value of the first directive of this name (§ 2.2.1: later ones are ignored).
fn directive<'a>(policy: &'a str, wanted: &str) -> Option<&'a str> {
    policy.split(';').find_map(|directive| {
        let directive = directive.trim_ascii();
        let (name, value) = directive.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((directive, ""));
        name.eq_ignore_ascii_case(wanted).then_some(value)
    })
}

fn is_sandboxed(policy: &str) -> bool {
    let flags = directive(policy, "sandbox");
    flags.is_some_and(|flags| !flags.split_ascii_whitespace().any(|flag| flag.eq_ignore_ascii_case("allow-scripts")))
}

/// § 6.8.3: the list for script elements, and what stands in for it.
fn script_sources(policy: &str) -> Option<&str> {
    ["script-src-elem", "script-src", "default-src"].into_iter().find_map(|name| directive(policy, name))
}

/// A source list, as far as scripts of the page itself and of its origin are concerned.
struct Sources<'a> {
    nonces: Vec<&'a str>,
    allow_inline: bool,
    allow_nothing: bool,
    /// `'strict-dynamic'` has browsers ignore what names places.
    strict: bool,
    places: Vec<&'a str>,
}

impl<'a> Sources<'a> {
    fn of(list: &'a str) -> Self {
        let (mut nonces, mut places) = (Vec::new(), Vec::new());
        let (mut hashes, mut unsafe_inline, mut strict) = (false, false, false);
        for source in list.split_ascii_whitespace() {
            let quoted = source.strip_prefix('\'').and_then(|source| source.strip_suffix('\''));
            let Some(word) = quoted else {
                places.push(source);
                continue;
            };
            let lower = word.to_ascii_lowercase();
            match &*lower {
                "self" => places.push(source),
                "unsafe-inline" => unsafe_inline = true,
                "strict-dynamic" => strict = true,
                _ if lower.starts_with("nonce-") => nonces.extend(word.get(6..).filter(|nonce| is_base64(nonce))),
                _ => hashes |= ["sha256-", "sha384-", "sha512-"].iter().any(|hash| lower.starts_with(hash)),
            }
        }
        Self {
            // § 6.7.3.2: a nonce, a hash or `'strict-dynamic'` takes `'unsafe-inline'` back.
            allow_inline: unsafe_inline && nonces.is_empty() && !hashes && !strict,
            allow_nothing: !unsafe_inline && nonces.is_empty() && !hashes && places.is_empty(),
            nonces,
            strict,
            places,
        }
    }

    /// § 6.7.2.8: whether a file of the page's own origin is covered, for certain.
    ///
    /// A host by its name, and `https:`, cover none: under which name and whether over TLS the browser sees the page is not to
    /// be known from here, and where it is another, it would refuse the file and go on with what that was to guard.
    fn allow_file(&self) -> bool {
        let covers = |place: &&str| ["'self'", "*", "http:"].iter().any(|own| place.eq_ignore_ascii_case(own));
        !self.strict && self.places.iter().any(covers)
    }
}

/// § 2.3.1, `base64-value`: whatever else stands there is no nonce, and has no place in an attribute of ours.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    !digits.is_empty() && text.len() - digits.len() <= 2 && digits.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::ScriptPermit::{Both, File, Inline, NoScripts, Refused};
    use super::*;

    fn permit(lines: &[&str]) -> ScriptPermit {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(CONTENT_SECURITY_POLICY, HeaderValue::from_str(line).unwrap());
        }
        script_permit(&headers, false)
    }

    #[test]
    fn a_style_is_taken_where_every_policy_lets_it() {
        for (policy, want) in [
            ("img-src 'self'", true),
            ("style-src 'unsafe-inline'", true),
            ("default-src * 'unsafe-inline'", true),
            ("default-src 'self'; style-src-attr 'unsafe-inline'", true),
            ("script-src 'self'", true),
            ("default-src 'self'", false),
            ("style-src 'unsafe-inline' 'nonce-a'", false),
            ("style-src 'unsafe-inline' 'sha256-x'", false),
            ("style-src 'unsafe-inline'; style-src-attr 'none'", false),
            ("style-src 'unsafe-inline', default-src 'self'", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
            assert_eq!(permits_style(&headers), want, "{policy}");
        }
    }

    #[test]
    fn both_ways_are_open_where_each_is() {
        for (policy, want) in [
            ("img-src 'self'", Both(None)),
            ("script-src 'self' 'unsafe-inline'", Both(None)),
            ("script-src 'self' 'nonce-a'", Both(some("a"))),
            ("script-src 'nonce-a'", Both(some("a"))),
            ("script-src 'strict-dynamic' 'nonce-a' 'self'", Both(some("a"))),
            ("script-src 'nonce-a', script-src 'unsafe-inline'", Inline(some("a"))),
            ("script-src 'nonce-a', script-src * 'unsafe-inline'", Both(some("a"))),
            ("script-src 'unsafe-inline'", Inline(None)),
            ("script-src 'self'", File(None)),
            ("script-src 'sha256-x'", Refused),
            ("script-src 'none'", NoScripts),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
            assert_eq!(script_permit(&headers, true), want, "{policy}");
        }
    }

    fn some(nonce: &str) -> Option<String> {
        Some(nonce.to_owned())
    }

    #[test]
    fn a_script_runs_where_every_policy_lets_it() {
        let table: &[(&[&str], ScriptPermit)] = &[
            (&[], Inline(None)),
            (&["img-src 'self'"], Inline(None)),
            (&["script-src 'unsafe-inline'"], Inline(None)),
            (&["default-src * 'unsafe-inline'"], Inline(None)),
            (&["SCRIPT-SRC 'Unsafe-Inline' 'self'; default-src 'none'"], Inline(None)),
            // A nonce takes 'unsafe-inline' back.
            (&["script-src 'unsafe-inline' 'nonce-abc'"], Inline(some("abc"))),
            (&["script-src 'NONCE-aBc+/_-=='"], Inline(some("aBc+/_-=="))),
            (&["script-src 'strict-dynamic' 'nonce-abc' https:"], Inline(some("abc"))),
            (&["script-src 'nonce-a' 'nonce-b'", "script-src 'nonce-b'"], Inline(some("b"))),
            (&["script-src 'nonce-a', script-src 'unsafe-inline'"], Inline(some("a"))),
            // The first directive of a name counts, and the nearest to the element.
            (&["script-src 'nonce-a'; script-src 'unsafe-inline'"], Inline(some("a"))),
            (&["script-src 'unsafe-inline'; script-src-elem 'self'"], File(None)),
            (&["script-src-attr 'none'"], Inline(None)),
            (&["script-src 'self'"], File(None)),
            (&["script-src 'self' 'sha256-abc=' 'unsafe-inline'"], File(None)),
            (&["default-src *"], File(None)),
            (&["script-src http:"], File(None)),
            (&["script-src 'nonce-a'", "script-src 'self'"], File(some("a"))),
            (&["script-src www.shop.example"], Refused),
            (&["script-src 'strict-dynamic' 'sha256-abc=' 'self'"], Refused),
            (&["script-src https:"], Refused),
            (&["script-src https://www.shop.example"], Refused),
            (&["script-src 'SELF' https:"], File(None)),
            (&["script-src https://cdn.example"], Refused),
            (&["script-src 'nonce-a'", "script-src 'nonce-b'"], Refused),
            (&["script-src 'nonce-a\"b'", "script-src 'sha256-x'"], NoScripts),
            (&["script-src 'nonce-' 'sha256-x'"], Refused),
            (&["script-src 'none'"], NoScripts),
            (&["script-src"], NoScripts),
            (&["default-src 'none'; img-src *"], NoScripts),
            (&["sandbox"], NoScripts),
            (&["sandbox allow-forms", "script-src 'unsafe-inline'"], NoScripts),
            (&["sandbox allow-scripts"], Inline(None)),
            (&[";;, ,;"], Inline(None)),
        ];
        for (lines, want) in table {
            assert_eq!(permit(lines), *want, "{lines:?}");
        }
    }
}
