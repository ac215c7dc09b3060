//! Subscriptions: what the engine sends goes to the one window that asked for it, in order.

use serde::Serialize;
use tauri::ipc::Channel;
use tokio::sync::mpsc::UnboundedReceiver;

/// Passes updates on until the engine ends the subscription or the window is gone.
///
/// The queue has no bound: the engine sends at most one diff per frame.
pub(crate) fn forward<T: Serialize + Send + Clone + 'static>(mut updates: UnboundedReceiver<T>, channel: Channel<T>) {
    tauri::async_runtime::spawn(async move {
        while let Some(update) = updates.recv().await {
            if channel.send(update).is_err() {
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
    }
}
