//! What end-to-end tests need on both sides of a proxy: origins, clients, and a look at the bytes on the wire.

pub(crate) mod client;
pub(crate) mod origin;
pub(crate) mod proxy;
pub(crate) mod wire;

use std::time::Duration;

/// How long anything may take before a test gives up on it. Tests never wait this long when all is well.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Awaits `future`, or fails the test instead of hanging.
pub(crate) async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.expect("this should not take so long")
}

/// Bytes that look random and are the same in every run.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    })
    .flatten()
    .take(len)
    .collect()
}
