//! How long to wait before the next try.

use std::time::Duration;

use rand::RngExt as _;

/// Full jitter: each wait is drawn from zero up to a ceiling that doubles from 250 ms to 30 s, so that
/// many clients of a relay that comes back do not arrive together.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    const FIRST: Duration = Duration::from_millis(250);
    const LONGEST: Duration = Duration::from_secs(30);

    /// The wait after one more failure.
    pub(crate) fn next(&mut self) -> Duration {
        let ceiling = self.ceiling();
        self.failures = self.failures.saturating_add(1);
        rand::rng().random_range(Duration::ZERO..=ceiling)
    }

    /// It worked: the next failure starts small again.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    fn ceiling(self) -> Duration {
        let doubled = 2u32.checked_pow(self.failures).and_then(|factor| Self::FIRST.checked_mul(factor));
        doubled.map_or(Self::LONGEST, |wait| wait.min(Self::LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_half_a_minute() {
        let mut backoff = Backoff::default();
        let ceilings: Vec<_> = (0..9)
            .map(|_| {
                let ceiling = backoff.ceiling();
                assert!(backoff.next() <= ceiling);
                ceiling.as_millis()
            })
            .collect();
        assert_eq!(ceilings, [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    }

    #[test]
    fn success_starts_over() {
        let mut backoff = Backoff::default();
        for _ in 0..100 {
            backoff.next();
        }
        backoff.reset();
        assert_eq!(backoff.ceiling(), Backoff::FIRST);
    }
}
