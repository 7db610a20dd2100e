//! Cross-room flows: one integration binary.

// Always true here; it tells clippy that helpers are tests too.
#![cfg(test)]

#[cfg(feature = "proxy")]
mod accuracy;
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
mod hostile;
mod imports;
mod markup;
mod npm;
mod oracle;
mod pages;
#[cfg(feature = "proxy")]
mod proxy;
#[cfg(feature = "proxy")]
mod proxy_gpc;
#[cfg(feature = "proxy")]
mod proxy_pages;
mod scripts;
#[cfg(feature = "proxy")]
mod support;
