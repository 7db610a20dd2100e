//! Filter lists of the operator's own, in Adblock syntax: EasyPrivacy and the like, never shipped.
//!
//! The catalog knows who stands behind a tag; a list only knows that somebody wants it blocked. So the operator says what
//! each list is for, and the policy treats it as one vendor with that purpose.
//!
//! This is a room of its own because it is the only one that names the `adblock` crate, which parses the lists and matches
//! them. Without the feature `lists`, `absent` stands in for it: there are no lists then.
//!
//! | file | what it does |
//! |---|---|
//! | `list` | reads one list, and says what became of its lines |
//! | `engine` | asks several lists about one fetch, as if they were one |

#[cfg(not(feature = "lists"))]
mod absent;
#[cfg(feature = "lists")]
mod engine;
#[cfg(feature = "lists")]
mod list;

#[cfg(not(feature = "lists"))]
pub(crate) use self::absent::{FilterList, find};
#[cfg(feature = "lists")]
pub(crate) use self::engine::find;
#[cfg(feature = "lists")]
pub use self::list::FilterList;
