//! The lists of a build without the feature: there are none.

use crate::catalog::Vendor;

/// A list that cannot exist, so that callers need not know whether the feature is on.
#[derive(Clone, Debug)]
pub(crate) enum FilterList {}

impl FilterList {
    pub(crate) fn id(&self) -> &str {
        match *self {}
    }

    pub(crate) fn vendor(&self) -> Vendor {
        match *self {}
    }

    pub(crate) fn print(&self) -> u64 {
        match *self {}
    }
}

/// No list takes exception to a fetch, and none blocks it.
pub(crate) fn find(
    _lists: &[FilterList],
    _url: &str,
    _page: Option<&str>,
    _kind: &'static str,
    _blocks: impl Fn(usize) -> bool,
) -> Option<usize> {
    None
}
