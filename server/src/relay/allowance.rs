//! How often something may be done: the generic cell rate algorithm, with time as an argument.

use sotto_wire::Timestamp;

/// So many at once, and so many again in each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    burst: u64,
    /// Microseconds between two, in the long run.
    interval: u64,
}

impl Rate {
    /// `count` in every `period` milliseconds, all of which may come at once.
    pub const fn per(count: u64, period: u64) -> Self {
        let count = if count == 0 { 1 } else { count };
        Self { burst: count, interval: period.saturating_mul(1_000) / count }
    }

    /// Another number that may come at once.
    #[must_use]
    pub const fn burst(self, burst: u64) -> Self {
        Self { burst: if burst == 0 { 1 } else { burst }, ..self }
    }
}

/// What is left to somebody of a [`Rate`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Microseconds at which the whole burst is there again.
    full_at: u64,
}

impl Allowance {
    /// Uses one up.
    ///
    /// # Errors
    /// The milliseconds after which there is one again.
    pub fn take(&mut self, rate: Rate, now: Timestamp) -> Result<(), u64> {
        let now = now.saturating_mul(1_000);
        let next = self.full_at.max(now).saturating_add(rate.interval);
        let most = now.saturating_add(rate.interval.saturating_mul(rate.burst));
        if next > most {
            return Err((next - most).div_ceil(1_000).max(1));
        }
        self.full_at = next;
        Ok(())
    }

    /// One that was taken was not used after all.
    pub const fn give_back(&mut self, rate: Rate) {
        self.full_at = self.full_at.saturating_sub(rate.interval);
    }

    /// Nothing has been used up, so it need not be kept.
    pub const fn is_full(&self, now: Timestamp) -> bool {
        self.full_at <= now.saturating_mul(1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_the_next_waits() {
        let rate = Rate::per(3, 3_000);
        let mut left = Allowance::default();
        for _ in 0..3 {
            assert_eq!(left.take(rate, 10_000), Ok(()));
        }
        assert_eq!(left.take(rate, 10_000), Err(1_000));
        assert_eq!(left.take(rate, 11_000), Ok(()));
        assert_eq!(left.take(rate, 11_000), Err(1_000));
    }

    #[test]
    fn it_fills_up_again() {
        let rate = Rate::per(2, 1_000);
        let mut left = Allowance::default();
        assert!(left.is_full(5));
        assert_eq!(left.take(rate, 5), Ok(()));
        assert!(!left.is_full(5));
        assert!(left.is_full(505));
    }
}
