//! Frames on their way from the core to one connection.
//!
//! The driver puts in whatever a step brought, the connection takes whatever is there: a connection that is busy
//! writing finds more the next time, and makes one write of it. Nothing is kept for one that is idle.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sotto_wire::ToClient;
use tokio::sync::Notify;

use crate::relay::CloseReason;

/// Frames that may wait for one connection before it counts as too slow.
const MOST: usize = 1_024;

/// Makes the two ends of a queue.
pub(crate) fn outgoing() -> (Sender, Receiver) {
    let queue = Arc::new(Queue::default());
    (Sender(queue.clone()), Receiver(queue))
}

/// The driver's end. Once it is dropped, the connection ends.
#[derive(Debug)]
pub(crate) struct Sender(Arc<Queue>);

/// The connection's end.
#[derive(Debug)]
pub(crate) struct Receiver(Arc<Queue>);

/// More waits than a connection may be behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooSlow;

#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    filled: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    frames: Vec<ToClient>,
    end: Option<CloseReason>,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, reason: CloseReason) {
        self.waiting().end.get_or_insert(reason);
        self.filled.notify_one();
    }
}

impl Sender {
    /// Puts frames behind those that wait, and leaves `frames` empty.
    ///
    /// # Errors
    /// [`TooSlow`]; then the frames are dropped.
    pub(crate) fn put(&self, frames: &mut Vec<ToClient>) -> Result<(), TooSlow> {
        let mut waiting = self.0.waiting();
        if waiting.frames.len() + frames.len() > MOST {
            frames.clear();
            return Err(TooSlow);
        }
        if waiting.frames.is_empty() {
            std::mem::swap(&mut waiting.frames, frames);
        } else {
            waiting.frames.append(frames);
        }
        drop(waiting);
        self.0.filled.notify_one();
        Ok(())
    }

    /// After what waits, the connection is to end.
    pub(crate) fn close(self, reason: CloseReason) {
        self.0.end(reason);
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.0.end(CloseReason::TooSlow);
    }
}

impl Receiver {
    /// Waits for frames and takes all there are.
    ///
    /// # Errors
    /// Why the connection is to end, once nothing waits.
    pub(crate) async fn take(&self) -> Result<Vec<ToClient>, CloseReason> {
        loop {
            {
                let mut waiting = self.0.waiting();
                if !waiting.frames.is_empty() {
                    return Ok(std::mem::take(&mut waiting.frames));
                }
                if let Some(reason) = waiting.end {
                    return Err(reason);
                }
            }
            self.0.filled.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use sotto_wire::KeysLow;

    use super::*;

    fn frames(count: u32) -> Vec<ToClient> {
        (0..count).map(|remaining| ToClient::KeysLow(KeysLow { remaining })).collect()
    }

    #[tokio::test]
    async fn everything_comes_at_once_and_in_order_before_the_end() {
        let (sender, receiver) = outgoing();
        sender.put(&mut frames(3)).unwrap();
        sender.put(&mut frames(2)).unwrap();
        sender.close(CloseReason::Draining);
        assert_eq!(receiver.take().await, Ok([frames(3), frames(2)].concat()));
        assert_eq!(receiver.take().await, Err(CloseReason::Draining));
    }

    #[tokio::test]
    async fn whoever_waits_is_woken() {
        let (sender, receiver) = outgoing();
        let putting = async {
            tokio::task::yield_now().await;
            sender.put(&mut frames(1)).unwrap();
        };
        let (taken, ()) = tokio::join!(receiver.take(), putting);
        assert_eq!(taken, Ok(frames(1)));
    }

    #[tokio::test]
    async fn who_does_not_read_is_too_slow() {
        let (sender, receiver) = outgoing();
        sender.put(&mut frames(1_024)).unwrap();
        assert_eq!(sender.put(&mut frames(1)), Err(TooSlow));
        drop(sender);
        assert_eq!(receiver.take().await.map(|taken| taken.len()), Ok(1_024));
        assert_eq!(receiver.take().await, Err(CloseReason::TooSlow));
    }
}
