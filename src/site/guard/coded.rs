//! The script with a content coding: pages that have it in them are encoded whole, and a file by itself has to be.

use bytes::Bytes;
use http::HeaderMap;
use once_cell::sync::OnceCell;

use crate::coding::{Coding, Recoder};
use crate::header::accept_encoding;

/// The codings, the best first, as `Accept-Encoding` and `Content-Encoding` name them.
const CODINGS: [(&str, Coding); 3] = [("br", Coding::Brotli), ("zstd", Coding::Zstd), ("gzip", Coding::Gzip)];

/// A text in each coding, made when somebody first asks for it: for br that one waits some hundred milliseconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Coded([OnceCell<Bytes>; CODINGS.len()]);

impl Coded {
    /// The coding that the client takes, and `text` in it; none if it takes none that this build has.
    pub(super) fn of(&self, text: &Bytes, headers: &HeaderMap) -> Option<(&'static str, &Bytes)> {
        let offered = CODINGS.iter().map(|(name, _)| *name).filter(|name| Coding::supported().contains(name));
        let name = accept_encoding::choose(headers, offered)?;
        let ((_, coding), made) = CODINGS.iter().zip(&self.0).find(|((known, _), _)| *known == name)?;
        let made = made.get_or_try_init(|| Recoder::whole(*coding, text).ok_or(())).ok()?;
        Some((name, made))
    }
}
