//! Ratios on a noisy machine: every work has its turn in every round, and its best turn counts.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Something to measure, which tells how long its own turn took, so that what it prepares is not counted.
pub(crate) struct Work<'a> {
    turn: Box<dyn FnMut() -> Duration + 'a>,
    best: Duration,
}

impl<'a> Work<'a> {
    pub(crate) fn new(turn: impl FnMut() -> Duration + 'a) -> Self {
        Self { turn: Box::new(turn), best: Duration::MAX }
    }

    /// All of `work` counts.
    pub(crate) fn all<T>(mut work: impl FnMut() -> T + 'a) -> Self {
        Self::new(move || {
            let start = Instant::now();
            black_box(work());
            start.elapsed()
        })
    }
}

/// The best turn of each, in seconds.
pub(crate) fn best<const N: usize>(rounds: usize, mut works: [Work<'_>; N]) -> [f64; N] {
    for _ in 0..rounds {
        for work in &mut works {
            work.best = (work.turn)().min(work.best);
        }
    }
    works.map(|work| work.best.as_secs_f64())
}
