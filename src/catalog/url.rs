//! Where an attribute value points: host, path and query, as a browser's URL parser would find them.

use std::borrow::Cow;

use super::rule::{MAX_HOST, is_host_byte};

/// An absolute URL of a web page, as far as rules look at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    /// In lower case, decoded, without the dot of the root.
    pub(crate) host: &'a [u8],
    /// From the end of the authority on, as it was written.
    rest: &'a [u8],
}

/// Path and query of a [`Target`].
#[derive(Debug)]
pub(crate) struct Location<'a> {
    pub(crate) path: Cow<'a, [u8]>,
    query: Cow<'a, [u8]>,
    /// Whether the query has a percent sign.
    encoded: bool,
}

/// Finds the host of `url` and asks `look` about it.
///
/// This is the "basic URL parser" of the WHATWG URL standard, cut down to what leads to a host: `http`, `https`, `ws`,
/// `wss` and scheme-relative URLs. Everything else, relative URLs and failures of the parser included, is `None`. The
/// page is taken to be `https`, where `https:x` is relative and `http:x` is not. Hosts are not mapped by IDNA: a host
/// written with fullwidth letters is not recognised.
///
/// Nothing is allocated: a host that is not written plainly is written into a buffer that only lives here, which is
/// why the answer is asked for and not returned.
#[inline]
pub(crate) fn locate<T>(url: &[u8], look: impl FnOnce(Target<'_>) -> Option<T>) -> Option<T> {
    let from = after_slashes(trim(url))?;
    let plain = from.iter().position(|&byte| !is_host_byte(byte)).unwrap_or(from.len());
    let (host, rest) = from.split_at_checked(plain)?;
    if rest.first().is_none_or(|&byte| ends_authority(byte)) {
        return look(Target { host: without_root(host)?, rest });
    }
    let mut buffer = [0; MAX_HOST + 1];
    let end = from.iter().position(|&byte| ends_authority(byte)).unwrap_or(from.len());
    let (authority, rest) = from.split_at_checked(end)?;
    look(Target { host: without_root(write_host(authority, &mut buffer)?)?, rest })
}

/// Asks `look` about the path and query of a URL that is on the page's own host because it names none.
///
/// The page's own path is not known, so a path that does not begin with a slash stands as it was written, as far as its
/// dot segments can be resolved; nor is a `<base>`, whose path would stand before it. A URL without a path of its own is
/// `None`, and so is whatever [`locate`] takes or refuses for its host or scheme.
pub(crate) fn relative<T>(url: &[u8], look: impl FnOnce(&Location<'_>) -> Option<T>) -> Option<T> {
    let rest = after_own_scheme(trim(url))?;
    let mut bytes = Significant(rest);
    let slashes = bytes.skip_slashes();
    if slashes >= 2 || (slashes == 0 && bytes.peek().is_none_or(ends_path)) {
        return None;
    }
    look(&Target { host: b"", rest }.location())
}

/// What follows the page's own scheme, which makes a relative URL if no two slashes follow, or no scheme.
fn after_own_scheme(url: &[u8]) -> Option<&[u8]> {
    let mut bytes = Significant(url);
    if !bytes.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
        return Some(url);
    }
    let mut scheme = *b"https";
    let mut left = &mut scheme[..];
    let mut own = true;
    loop {
        match bytes.next() {
            Some(b':') => return (own && left.is_empty()).then_some(bytes.0),
            Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.') => {
                own &= left.first() == Some(&byte.to_ascii_lowercase());
                left = left.get_mut(1..).unwrap_or_default();
            }
            _ => return Some(url),
        }
    }
}

/// "Remove any leading and trailing C0 control or space from input."
fn trim(url: &[u8]) -> &[u8] {
    let Some(start) = url.iter().position(|&byte| byte > b' ') else { return &[] };
    let end = url.iter().rposition(|&byte| byte > b' ').unwrap_or(start);
    url.get(start..=end).unwrap_or_default()
}

/// What follows the scheme and its slashes, if that is an authority.
fn after_slashes(url: &[u8]) -> Option<&[u8]> {
    let written = url.strip_prefix(b"https://").or_else(|| url.strip_prefix(b"//"));
    match written.or_else(|| url.strip_prefix(b"http://")) {
        Some(from) if from.first().is_some_and(|&byte| is_host_byte(byte)) => Some(from),
        _ => after_odd_slashes(url),
    }
}

/// The same for whatever a browser takes for a scheme and two slashes.
#[cold]
fn after_odd_slashes(url: &[u8]) -> Option<&[u8]> {
    let mut bytes = Significant(url);
    if bytes.peek().is_some_and(is_slash) {
        return (bytes.skip_slashes() >= 2).then_some(bytes.0);
    }
    let mut scheme = [0; 5];
    let mut len = 0;
    loop {
        match bytes.next()? {
            b':' => break,
            // No scheme that matters here has other bytes, or more of them.
            byte => *scheme.get_mut(len)? = byte.to_ascii_lowercase(),
        }
        len += 1;
    }
    let slashes = bytes.skip_slashes();
    match scheme.get(..len)? {
        // "Special relative or authority state": the page has this scheme, so fewer slashes make a relative URL.
        b"https" => (slashes >= 2).then_some(bytes.0),
        // "Special authority slashes state": it has not, so the slashes are for show.
        b"http" | b"ws" | b"wss" => Some(bytes.0),
        _ => None,
    }
}

/// The bytes of a URL without those that the standard takes out first.
struct Significant<'a>(&'a [u8]);

impl Significant<'_> {
    fn peek(&self) -> Option<u8> {
        self.0.iter().copied().find(|&byte| !is_removed(byte))
    }

    fn skip_slashes(&mut self) -> usize {
        let mut slashes = 0;
        while self.peek().is_some_and(is_slash) {
            self.next();
            slashes += 1;
        }
        slashes
    }
}

impl Iterator for Significant<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        loop {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            if !is_removed(byte) {
                return Some(byte);
            }
        }
    }
}

/// "Remove all ASCII tab or newline from input."
fn is_removed(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r')
}

/// In the schemes that matter here both are slashes.
fn is_slash(byte: u8) -> bool {
    matches!(byte, b'/' | b'\\')
}

fn ends_authority(byte: u8) -> bool {
    is_slash(byte) || ends_path(byte)
}

fn ends_path(byte: u8) -> bool {
    matches!(byte, b'?' | b'#')
}

/// Writes the host of an authority as rules write it. `None` where a browser gives up.
#[cold]
fn write_host<'b>(authority: &[u8], buffer: &'b mut [u8; MAX_HOST + 1]) -> Option<&'b [u8]> {
    // The last `@` ends user name and password, those before it belong to them.
    let host = memchr::memrchr(b'@', authority).map_or(Some(authority), |at| authority.get(at + 1..))?;
    let (host, port) = match memchr::memchr(b':', host) {
        Some(colon) => (host.get(..colon)?, host.get(colon + 1..)?),
        None => (host, &[][..]),
    };
    if !is_port(port) {
        return None;
    }
    let mut bytes = Significant(host);
    let mut len = 0;
    while let Some(byte) = bytes.next() {
        let byte = if byte == b'%' { hex(bytes.next()?)? << 4 | hex(bytes.next()?)? } else { byte };
        if is_forbidden(byte) {
            return None;
        }
        // A name over the limit cannot be looked up, so nothing is fetched.
        *buffer.get_mut(len)? = byte.to_ascii_lowercase();
        len += 1;
    }
    buffer.get(..len)
}

/// "Forbidden domain code point"; an IPv6 address falls under it, and no rule is about one.
fn is_forbidden(byte: u8) -> bool {
    matches!(
        byte,
        0..=b' ' | b'#' | b'%' | b'/' | b':' | b'<' | b'>' | b'?' | b'@' | b'[' | b'\\' | b']' | b'^' | b'|' | 0x7f
    )
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// "Port state": digits that make at most 65,535, or none.
fn is_port(port: &[u8]) -> bool {
    let port = Significant(port).try_fold(0_u16, |port, byte| {
        let digit = byte.is_ascii_digit().then(|| u16::from(byte - b'0'))?;
        port.checked_mul(10)?.checked_add(digit)
    });
    port.is_some()
}

/// The host without the dot that stands for the root. `None` if nothing is left.
fn without_root(host: &[u8]) -> Option<&[u8]> {
    let host = host.strip_suffix(b".").unwrap_or(host);
    (!host.is_empty()).then_some(host)
}

impl<'a> Target<'a> {
    /// Splits what follows the host. Only copies what is not written plainly.
    pub(crate) fn location(self) -> Location<'a> {
        let end = self.rest.iter().position(|&byte| ends_path(byte)).unwrap_or(self.rest.len());
        let (path, behind) = self.rest.split_at_checked(end).unwrap_or_default();
        let query = match behind.strip_prefix(b"?") {
            Some(query) => memchr::memchr(b'#', query).and_then(|end| query.get(..end)).unwrap_or(query),
            None => &[],
        };
        Location { path: resolve(path), query: without_removed(query), encoded: memchr::memchr(b'%', query).is_some() }
    }
}

fn resolve(path: &[u8]) -> Cow<'_, [u8]> {
    if path.is_empty() {
        return Cow::Borrowed(b"/");
    }
    // Whatever needs work shows in one of these: a removed byte, a backslash, or a dot behind a slash.
    let odd = |(before, byte): (&u8, &u8)| match byte {
        b'\t' | b'\n' | b'\r' | b'\\' => true,
        b'.' | b'%' => is_slash(*before),
        _ => false,
    };
    let odd = path.first().is_none_or(|&first| first != b'/' && !is_plain_start(first))
        || path.iter().zip(path.iter().skip(1)).any(odd);
    if odd { Cow::Owned(resolve_odd(&without_removed(path))) } else { Cow::Borrowed(path) }
}

/// Whether a path that begins like this, without a slash, needs no work. Only a relative URL has such a path.
fn is_plain_start(first: u8) -> bool {
    first > b' ' && !matches!(first, b'\\' | b'.' | b'%')
}

/// "Path state": backslashes are slashes, and dot segments are resolved.
#[cold]
fn resolve_odd(path: &[u8]) -> Vec<u8> {
    let mut resolved = Vec::with_capacity(path.len());
    let skipped = usize::from(path.first().copied().is_some_and(is_slash));
    let mut segments = path.split(|&byte| is_slash(byte)).skip(skipped).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match dots(segment) {
            Some(dots) => {
                if dots == 2 {
                    resolved.truncate(memchr::memrchr(b'/', &resolved).unwrap_or(0));
                }
                if last {
                    resolved.push(b'/');
                }
            }
            None => {
                resolved.push(b'/');
                resolved.extend_from_slice(segment);
            }
        }
    }
    resolved
}

/// How many dots a "single-dot" or "double-dot URL path segment" stands for.
fn dots(mut segment: &[u8]) -> Option<usize> {
    let mut dots = 0;
    while !segment.is_empty() && dots < 2 {
        segment = match segment {
            [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] => rest,
            _ => return None,
        };
        dots += 1;
    }
    (segment.is_empty() && dots > 0).then_some(dots)
}

fn without_removed(text: &[u8]) -> Cow<'_, [u8]> {
    match memchr::memchr3(b'\t', b'\n', b'\r', text) {
        Some(_) => Cow::Owned(Significant(text).collect()),
        None => Cow::Borrowed(text),
    }
}

impl Location<'_> {
    /// Whether a parameter `name` has a value that starts with `value`.
    ///
    /// Parameters are split at `&`, and at `;` for pages that write `&amp;` twice. Both sides of a parameter are
    /// compared as a server reads them, percent-decoded.
    pub(crate) fn has_parameter(&self, name: &[u8], value: &[u8]) -> bool {
        self.query.split(|&byte| matches!(byte, b'&' | b';')).any(|parameter| match parameter.strip_prefix(name) {
            Some([b'=', written @ ..]) if written.starts_with(value) => true,
            _ => self.encoded && has_decoded(parameter, name, value),
        })
    }
}

impl Location<'_> {
    /// The URL that this is on a host, with what is not UTF-8 replaced.
    pub(crate) fn on(&self, host: &str) -> String {
        let (path, query) = (String::from_utf8_lossy(&self.path), String::from_utf8_lossy(&self.query));
        let slash = if path.starts_with('/') { "" } else { "/" };
        let mark = if query.is_empty() { "" } else { "?" };
        format!("https://{host}{slash}{path}{mark}{query}")
    }

    /// Like [`has_parameter`](Self::has_parameter), but that a `#` in `value` stands for a digit.
    pub(crate) fn has_parameter_like(&self, name: &[u8], value: &[u8]) -> bool {
        self.query.split(|&byte| matches!(byte, b'&' | b';')).any(|parameter| {
            let Some(equals) = memchr::memchr(b'=', parameter) else { return false };
            let Some((left, right)) = parameter.split_at_checked(equals) else { return false };
            // The right side still has its `=`.
            let mut right = decoded(right).skip(1);
            let fits = |want: u8, byte: u8| if want == b'#' { byte.is_ascii_digit() } else { byte == want };
            decoded(left).eq(name.iter().copied())
                && value.iter().all(|&want| right.next().is_some_and(|byte| fits(want, byte)))
        })
    }
}

/// Whether a parameter with percent signs in it is `name` with a value that starts with `value`.
#[cold]
fn has_decoded(parameter: &[u8], name: &[u8], value: &[u8]) -> bool {
    let Some(equals) = memchr::memchr(b'=', parameter) else { return false };
    let Some((left, right)) = parameter.split_at_checked(equals) else { return false };
    // The right side still has its `=`.
    let mut right = decoded(right).skip(1);
    decoded(left).eq(name.iter().copied()) && value.iter().all(|&byte| right.next() == Some(byte))
}

/// The bytes of a percent-encoded text.
fn decoded(mut text: &[u8]) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let (&byte, rest) = text.split_first()?;
        if let (b'%', [high, low, rest @ ..]) = (byte, rest)
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            text = rest;
            return Some(high << 4 | low);
        }
        text = rest;
        Some(byte)
    })
}

#[cfg(test)]
mod tests;
