//! When to begin and to end, and how long things took in between.

use std::time::{Duration, Instant};

/// Not measured: connections and caches become warm.
const WARM_UP: Duration = Duration::from_millis(500);

/// The span of time that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopwatch {
    pub(super) begin: Instant,
    pub(super) end: Instant,
}

impl Stopwatch {
    /// Begins soon, for so long.
    pub(super) fn begin(time: Duration) -> Self {
        let begin = Instant::now() + WARM_UP;
        Self { begin, end: begin + time }
    }

    /// Nothing counts, and nothing ends by time.
    pub(super) fn never() -> Self {
        let far = Instant::now() + Duration::from_secs(3_600);
        Self { begin: far, end: far }
    }

    pub(super) fn counts(&self, at: Instant) -> bool {
        self.begin <= at && at < self.end
    }
}

/// How long each of many things took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Latencies(Vec<u32>);

impl Latencies {
    /// One thing more.
    pub fn add(&mut self, took: Duration) {
        self.0.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    /// Those of another.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Milliseconds that this share of all stayed within.
    pub fn quantile_ms(&mut self, share: f64) -> f64 {
        if self.0.is_empty() {
            return 0.0;
        }
        let at = ((self.0.len() - 1) as f64 * share).round() as usize;
        f64::from(*self.0.select_nth_unstable(at).1) / 1_000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_taken_from_the_sorted_whole() {
        let mut latencies = Latencies::default();
        for ms in (0..=100).rev() {
            latencies.add(Duration::from_millis(ms));
        }
        assert_eq!((latencies.quantile_ms(0.5), latencies.quantile_ms(0.99)), (50.0, 99.0));
        assert_eq!(Latencies::default().quantile_ms(0.5), 0.0);
    }
}
