//! What a browser's signals mean together.
//!
//! [`resolve`] weighs the [`Signals`](crate::signal::Signals) of one request; [`ConsentState`] is the answer that travels
//! with the request, in its extensions and, with the `axum` feature, as an argument of handlers.
//!
//! A [`Locator`] tells where a request comes from, for policies that care: its answer is a [`Jurisdiction`].

mod country;
#[cfg(feature = "axum")]
mod extract;
mod jurisdiction;
mod locate;
mod resolve;
mod state;
mod wire;

#[cfg(feature = "axum")]
pub use extract::MissingLayer;
pub use jurisdiction::Jurisdiction;
pub use locate::{Cdn, Locator};
pub use resolve::resolve;
pub use state::ConsentState;

pub use crate::signal::Scope;
