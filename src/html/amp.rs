//! The URLs in the JSON of an AMP component's configuration.

/// Asks `look` about each URL, until it answers.
///
/// Those that stand behind another scheme than a web page's are offered too: from their slashes on, they are the same.
pub(super) fn urls<T>(json: &[u8], mut look: impl FnMut(&[u8]) -> Option<T>) -> Option<T> {
    let mut plain = json.to_vec();
    // JSON may write a slash as `\/`.
    plain.retain(|&byte| byte != b'\\');
    memchr::memmem::find_iter(&plain, b"//").find_map(|at| {
        let url = plain.get(at..).unwrap_or_default();
        look(url.split(|byte| matches!(byte, b'"' | b' ' | b'$')).next().unwrap_or_default())
    })
}
