//! How a bench was asked to run.

/// Whether it only has to show that it works: `cargo test` runs benches without the `--bench` that `cargo bench` adds.
pub(crate) fn quick() -> bool {
    let has = |wanted: &str| std::env::args().any(|argument| argument == wanted);
    has("--test") || !has("--bench")
}
