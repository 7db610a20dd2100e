//! Cross-room flows: one integration binary.

// Always true here; it tells clippy that helpers are tests too.
#![cfg(test)]

#[cfg(feature = "proxy")]
mod accuracy;
mod additions;
mod api;
mod audit;
#[cfg(feature = "proxy")]
mod browser;
mod caches;
#[cfg(all(feature = "br", feature = "deflate", feature = "gzip", feature = "zstd"))]
mod codings;
mod examples;
mod failures;
mod findings;
mod golden;
mod gpp;
mod gpp_node;
#[cfg(feature = "proxy")]
mod guard;
mod hostile;
mod imports;
#[cfg(feature = "proxy")]
mod journeys;
mod markup;
mod npm;
mod oracle;
mod pages;
#[cfg(feature = "proxy")]
mod proxy;
#[cfg(feature = "audit")]
mod proxy_audit;
#[cfg(feature = "proxy")]
mod proxy_gpc;
#[cfg(feature = "proxy")]
mod proxy_lists;
#[cfg(feature = "proxy")]
mod proxy_pages;
#[cfg(feature = "lists")]
mod reload;
mod scripts;
#[cfg(feature = "proxy")]
mod support;
#[cfg(feature = "proxy")]
mod vendors;
