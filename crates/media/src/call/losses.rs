//! What is lost on the way, and what it says: less has to be sent where sending less helps. On a network that loses as
//! much however little is sent, it does not, and pictures would be given up for nothing.

use std::time::{Duration, Instant};

/// Losses are looked at in steps of this length.
const STEP: Duration = Duration::from_millis(500);
/// A step with fewer packets says little, and goes on.
const ENOUGH: usize = 20;
/// Weight of the newest step in the average.
const NEWEST: f64 = 0.3;
/// Less than this besides what is always lost: more may be sent.
const LITTLE: f64 = 0.03;
/// More than this: less has to be sent.
const MUCH: f64 = 0.08;
/// By how much more.
const MORE: f64 = 1.08;
/// Packets that wait longer than this (ms) wait behind one another: there the network is full.
const FULL: f64 = 120.0;
/// By how much less is sent then, in each step.
const LESS: f64 = 0.8;
/// Once so much less is sent, it shows whether that has helped.
const TRIED: f64 = 0.65;
/// It has not, if so much of the losses is left.
const LEFT: f64 = 0.7;

/// The estimate is at most by so much higher than what has arrived: more was never tried.
const TRIED_AT_MOST: f64 = 1.5;

/// What has become of some packets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Step {
    pub(super) lost: usize,
    pub(super) total: usize,
    /// Of those that arrived.
    pub(super) bytes: usize,
    /// How long the one that waited least had waited on the way (ms).
    pub(super) waited: f64,
}

/// The estimate by losses.
#[derive(Debug)]
pub(super) struct Losses {
    target: f64,
    least: f64,
    most: f64,
    step: Step,
    since: Option<Instant>,
    average: f64,
    /// Lost however little is sent.
    always: f64,
    /// What was sent and lost when less began to be sent.
    before: Option<(f64, f64)>,
}

impl Losses {
    pub(super) fn new(start: f64, least: f64, most: f64) -> Self {
        let step = Step::default();
        Self { target: start, least, most, step, since: None, average: 0.0, always: 0.0, before: None }
    }

    /// In bits per second.
    pub(super) fn target(&self) -> f64 {
        self.target
    }

    /// This has become of packets that were sent.
    pub(super) fn count(&mut self, now: Instant, more: Step) {
        // A queue that stands shows in all of them; that one waits says only that this computer is busy.
        self.step.waited = if self.step.total == 0 { more.waited } else { self.step.waited.min(more.waited) };
        self.step.lost += more.lost;
        self.step.total += more.total;
        self.step.bytes += more.bytes;
        let since = *self.since.get_or_insert(now);
        let lasted = now.saturating_duration_since(since);
        if lasted < STEP || self.step.total < ENOUGH {
            return;
        }
        let step = std::mem::take(&mut self.step);
        self.since = Some(now);
        let newest = step.lost as f64 / step.total as f64;
        self.average += NEWEST * (newest - self.average);
        self.always = self.always.min(self.average);
        self.decide(step.waited > FULL, newest, 8.0 * step.bytes as f64 / lasted.as_secs_f64());
    }

    /// `newest`: share that was lost in this step; `arrives`: in bits per second.
    fn decide(&mut self, full: bool, newest: f64, arrives: f64) {
        if full {
            // What is lost now is lost because there is too much, and what arrives is all there is room for.
            (self.always, self.before) = (0.0, None);
            self.target = (self.target.min(arrives) * LESS).max(self.least);
            return;
        }
        let besides = self.average - self.always;
        if besides < LITTLE {
            self.before = None;
            if self.target < TRIED_AT_MOST * arrives {
                self.target = (self.target * MORE).min(self.most);
            }
        } else if besides > MUCH {
            let (rate, loss) = self.before.map_or((self.target, newest), |(rate, loss)| (rate, loss.max(self.average)));
            self.before = Some((rate, loss));
            // The average still remembers what was lost while more was sent.
            if self.target < TRIED * rate && self.average.min(newest) > LEFT * loss {
                self.always = self.average;
                self.before = None;
                return;
            }
            self.target = (self.target * (1.0 - 0.5 * self.average)).max(self.least);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is sent after a minute on a network that loses this share, by what is sent.
    fn after_a_minute(lost: impl Fn(f64) -> f64, waited: impl Fn(f64) -> f64) -> f64 {
        let mut losses = Losses::new(600_000.0, 50_000.0, 3_000_000.0);
        let start = Instant::now();
        for step in 0..600 {
            let (lost, waited) = ((lost(losses.target()) * 50.0).round() as usize, waited(losses.target()));
            // What the encoder was asked for is what it sends.
            let bytes = (losses.target() / 80.0) as usize * (50 - lost) / 50;
            losses.count(start + Duration::from_millis(100 * step), Step { lost, total: 50, bytes, waited });
        }
        losses.target()
    }

    #[test]
    fn where_sending_less_helps_less_is_sent() {
        let narrow = |target: f64| (1.0 - 300_000.0 / target).max(0.0);
        let sent = after_a_minute(narrow, |_| 0.0);
        assert!((200_000.0..400_000.0).contains(&sent), "{sent}");
        let queue = |target: f64| if target > 300_000.0 { 400.0 } else { 0.0 };
        let sent = after_a_minute(|_| 0.3, queue);
        assert!(sent < 400_000.0, "{sent}");
    }

    #[test]
    fn where_it_does_not_help_what_is_always_lost_is_put_up_with() {
        for lost in [0.0, 0.05, 0.15, 0.3] {
            let sent = after_a_minute(|_| lost, |_| 0.0);
            assert!(sent > 500_000.0, "{lost}: {sent}");
        }
    }
}
