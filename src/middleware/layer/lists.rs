//! Filter lists of the operator's own.

use super::GpcLayer;
use crate::error::ConfigError;
use crate::lists::FilterList;
use crate::trace::event;

impl GpcLayer {
    /// Adds a filter list. What it blocks is withheld where the policy suppresses its purpose, or the list by its id.
    ///
    /// A list that could not be read in part is used as far as it could; how many of its lines were skipped is logged.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Catalog`](crate::ConfigErrorKind::Catalog) if the list's id is that of a vendor or
    /// of another list.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::GpcLayer;
    /// use tower_gpc::catalog::Purpose;
    /// use tower_gpc::lists::FilterList;
    ///
    /// let list = FilterList::parse("my-list", "My list", Purpose::Advertising, "||ads.acme.example^\n")?;
    /// let layer = GpcLayer::new().list(list.clone())?;
    /// assert!(layer.list(list).is_err(), "twice the same id");
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// ```
    pub fn list(mut self, list: FilterList) -> Result<Self, ConfigError> {
        event!(
            target: "tower_gpc", ::tracing::Level::INFO,
            list = list.id(),
            purpose = %list.purpose(),
            rules = list.rules(),
            skipped = list.skipped(),
            first_skipped = list.first_skipped(),
            "filter list read",
        );
        let config = self.change();
        let mut lists = config.lists.clone();
        lists.push(list);
        config.compile(config.catalog.clone(), config.policy.clone(), lists)?;
        Ok(self)
    }
}
