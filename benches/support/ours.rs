//! Our filter, over a whole page.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use tower_gpc::html::{FilterOptions, TagFilter};
use tower_gpc::policy::Rules;
use tower_gpc::{Catalog, Policy};

use super::pages::CHUNK;
use super::tally::Tally;

/// What the layer withholds by default.
pub(crate) fn rules() -> Arc<Rules> {
    Arc::new(Rules::new(Catalog::builtin().clone(), &Policy::default()).unwrap())
}

/// Filters a page that comes in chunks.
pub(crate) fn filter(rules: &Arc<Rules>, page: &Bytes, out: &mut VecDeque<Bytes>) -> Tally {
    let mut filter = TagFilter::new(Arc::clone(rules), FilterOptions::default());
    let mut bytes = 0;
    let mut at = 0;
    while at < page.len() {
        let end = page.len().min(at + CHUNK);
        filter.push(page.slice(at..end), out);
        bytes += out.drain(..).map(|piece| piece.len()).sum::<usize>();
        at = end;
    }
    filter.finish(out);
    bytes += out.drain(..).map(|piece| piece.len()).sum::<usize>();
    Tally { bytes, removed: usize::try_from(filter.report().total()).unwrap_or(usize::MAX) }
}
