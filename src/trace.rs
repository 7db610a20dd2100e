//! Logging that compiles to nothing without the `tracing` feature, so that no function body needs a `cfg`.

/// Forwards to `tracing::event!`, or to nothing at all: then the arguments are not even evaluated.
#[cfg(feature = "tracing")]
macro_rules! event {
    ($($tokens:tt)*) => { ::tracing::event!($($tokens)*) };
}

#[cfg(not(feature = "tracing"))]
macro_rules! event {
    ($($tokens:tt)*) => {};
}

pub(crate) use event;
