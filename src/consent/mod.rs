//! What a browser's signals mean together.
//!
//! [`resolve`] weighs the [`Signals`](crate::signal::Signals) of one request; [`ConsentState`] is the answer that travels
//! with the request, in its extensions and, with the `axum` feature, as an argument of handlers.

#[cfg(feature = "axum")]
mod extract;
mod resolve;
mod state;

#[cfg(feature = "axum")]
pub use extract::MissingLayer;
pub use resolve::resolve;
pub use state::ConsentState;
