//! `gpc-proxy` as a process between a client and an origin: nothing here depends on what the layer does.

mod bodies;
mod failures;
mod heads;
mod lifetime;
