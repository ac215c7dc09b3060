//! Notifications where there is no D-Bus. They show, and nothing can be done to them. Not tested.

use notify_rust::Notification as Native;
use tracing::debug;

use super::{Answer, Shown, body};

/// Shows notifications.
#[derive(Debug, Clone)]
pub(crate) struct Notifier;

impl Notifier {
    pub(crate) fn new(_answered: impl Fn(i64, i64, Answer) + Send + Sync + 'static) -> Self {
        Self
    }

    pub(crate) fn show(&self, shown: Shown) {
        let notification = shown.notification;
        let text = body(notification.text.as_deref(), false);
        let result = Native::new().appname("Sotto").summary(&notification.title).body(&text).show();
        if let Err(error) = result {
            debug!(%error, "nothing shows notifications here");
        }
    }

    pub(crate) fn withdraw(&self, _: i64) {}

    pub(crate) fn clear(&self) {}
}
