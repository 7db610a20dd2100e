//! Our filter, over a whole page.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use tower_gpc::html::{FilterOptions, TagFilter};
use tower_gpc::policy::Rules;
use tower_gpc::{Catalog, Policy};

use super::tally::Tally;

/// What the layer withholds by default.
pub(crate) fn rules() -> Arc<Rules> {
    Arc::new(Rules::new(Catalog::builtin().clone(), &Policy::default()).unwrap())
}

/// Filters a page that comes in chunks of this size, with its inline scripts or by its tags alone.
pub(crate) fn filter(
    rules: &Arc<Rules>,
    page: &Bytes,
    chunk: usize,
    inline_scripts: bool,
    out: &mut VecDeque<Bytes>,
) -> Tally {
    let options = FilterOptions { inline_scripts, ..FilterOptions::default() };
    let mut filter = TagFilter::new(Arc::clone(rules), options);
    let mut bytes = 0;
    let mut at = 0;
    while at < page.len() {
        let end = page.len().min(at + chunk);
        filter.push(page.slice(at..end), out);
        bytes += out.drain(..).map(|piece| piece.len()).sum::<usize>();
        at = end;
    }
    filter.finish(out);
    bytes += out.drain(..).map(|piece| piece.len()).sum::<usize>();
    Tally { bytes, removed: usize::try_from(filter.report().total()).unwrap_or(usize::MAX) }
}
