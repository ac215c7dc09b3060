//! Subscriptions: what the engine sends goes to the one window that asked for it, in order.

use std::pin::Pin;

use serde::Serialize;
use tauri::ipc::Channel;
use tokio::sync::{Notify, futures::Notified, mpsc::UnboundedReceiver};

use crate::{beside, window};

/// Which window was destroyed. Sending to it would not fail: what is sent would be kept for a page that never comes.
static MAIN: Notify = Notify::const_new();
static RINGING: Notify = Notify::const_new();
static FLOATING: Notify = Notify::const_new();

fn end_of(label: &str) -> &'static Notify {
    match label {
        beside::RINGING => &RINGING,
        beside::FLOATING => &FLOATING,
        _ => &MAIN,
    }
}

/// Ends all subscriptions of a window that was destroyed.
pub(crate) fn end_all(label: &str) {
    end_of(label).notify_waiters();
}

/// That window is destroyed from now on.
pub(crate) fn gone(label: &str) -> Pin<Box<Notified<'static>>> {
    let mut gone = Box::pin(end_of(label).notified());
    gone.as_mut().enable();
    gone
}

/// What goes to the main window: see [`forward_to`].
pub(crate) fn forward<T: Serialize + Send + Clone + 'static>(updates: UnboundedReceiver<T>, channel: Channel<T>) {
    forward_to(window::LABEL, updates, channel);
}

/// Passes updates on until the engine ends the subscription or the window is gone.
///
/// The queue has no bound: the engine sends at most one diff per frame.
pub(crate) fn forward_to<T: Serialize + Send + Clone + 'static>(
    label: &str,
    mut updates: UnboundedReceiver<T>,
    channel: Channel<T>,
) {
    let mut gone = gone(label);
    tauri::async_runtime::spawn(async move {
        loop {
            let update = tokio::select! {
                biased;
                () = &mut gone => break,
                update = updates.recv() => update,
            };
            if update.is_none_or(|update| channel.send(update).is_err()) {
                break;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tauri::ipc::InvokeResponseBody;
    use tokio::sync::mpsc;

    use super::*;

    #[test]
    fn updates_arrive_in_order_until_the_window_is_gone() {
        let (sender, updates) = mpsc::unbounded_channel();
        let arrived = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&arrived);
        let channel = Channel::new(move |body| {
            let InvokeResponseBody::Json(text) = body else { panic!("raw") };
            let mut seen = seen.lock().unwrap();
            seen.push(text);
            // The window goes with the third.
            if seen.len() < 3 { Ok(()) } else { Err(tauri::Error::WebviewNotFound) }
        });
        forward(updates, channel);
        for number in 0..3 {
            sender.send(number).unwrap();
        }
        tauri::async_runtime::block_on(sender.closed());
        assert_eq!(*arrived.lock().unwrap(), ["0", "1", "2"]);

        let (sender, updates) = mpsc::unbounded_channel::<u8>();
        let (other, floating) = mpsc::unbounded_channel::<u8>();
        forward(updates, Channel::new(|_| Ok(())));
        forward_to(beside::FLOATING, floating, Channel::new(|_| Ok(())));
        end_all(window::LABEL);
        tauri::async_runtime::block_on(sender.closed());
        assert!(other.send(0).is_ok(), "another window is still there");
    }
}
