//! Spreads the packets of pictures out, so that a large one does not fill what lies on the way, and sound passes in
//! between.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Packets leave by so much faster than the network is thought to carry: spread out, but not held up.
const HURRY: f64 = 1.4;
/// Shorter pauses are made later, all at once.
const PAUSE: Duration = Duration::from_millis(4);

/// See the module.
pub(crate) struct Pace {
    target: Arc<AtomicU64>,
    free: Instant,
}

impl Pace {
    /// By what the network is thought to carry, in bits per second.
    pub(crate) fn new(target: Arc<AtomicU64>) -> Self {
        Self { target, free: Instant::now() }
    }

    /// Waits until the next packet may leave, after one of so many bytes.
    pub(crate) async fn wait(&mut self, bytes: usize) {
        let rate = HURRY * self.target.load(Ordering::Relaxed).max(1) as f64;
        let now = Instant::now();
        self.free = self.free.max(now) + Duration::from_secs_f64(8.0 * bytes as f64 / rate);
        let ahead = self.free - now;
        if ahead > PAUSE {
            tokio::time::sleep(ahead).await;
        }
    }
}
