//! Native notifications. A click opens the chat; where nothing shows notifications they are left out.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use notify_rust::Notification as Native;
use sotto_engine::view::Notification;
use tracing::debug;

/// Longest text that is shown, in characters.
const LONGEST: usize = 240;

/// Shows one notification for each chat; a newer one takes the place of the one before.
#[derive(Clone)]
pub(crate) struct Notifier {
    clicked: Arc<dyn Fn(i64, i64) + Send + Sync>,
    /// What is on the screen, by chat. Each entry has a thread that waits for its click.
    shown: Arc<Mutex<BTreeMap<i64, u32>>>,
}

impl Notifier {
    /// `clicked` is called with the chat and the message's position, on a thread of its own.
    pub(crate) fn new(clicked: impl Fn(i64, i64) + Send + Sync + 'static) -> Self {
        Self { clicked: Arc::new(clicked), shown: Arc::default() }
    }

    /// Returns at once: the system may take its time.
    pub(crate) fn show(&self, notification: Notification) {
        let notifier = self.clone();
        let thread = thread::Builder::new().name("notification".to_owned());
        if let Err(error) = thread.spawn(move || notifier.show_and_wait(&notification)) {
            debug!(%error, "no thread for a notification");
        }
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    fn show_and_wait(&self, notification: &Notification) {
        let chat = notification.chat;
        let mut native = Native::new();
        native
            .appname("Sotto")
            .icon("sotto")
            .summary(&notification.title)
            .body(&body(notification.text.as_deref(), understands_markup()))
            .hint(notify_rust::Hint::Category("im.received".to_owned()))
            .hint(notify_rust::Hint::DesktopEntry("Sotto".to_owned()))
            // The name that the specification gives to a click on the notification itself.
            .action("default", "Open");
        if let Some(id) = self.shown().get(&chat) {
            native.id(*id);
        }
        let handle = match native.show() {
            Ok(handle) => handle,
            Err(error) => return debug!(%error, "nothing shows notifications here"),
        };
        let id = handle.id();
        if self.shown().insert(chat, id) == Some(id) {
            // Took the place of one whose thread still waits.
            return;
        }
        handle.wait_for_action(|action| {
            if action == "default" {
                (self.clicked)(chat, notification.order);
            }
        });
        let mut shown = self.shown();
        if shown.get(&chat) == Some(&id) {
            shown.remove(&chat);
        }
    }

    #[cfg(not(all(unix, not(target_os = "macos"))))]
    fn show_and_wait(&self, notification: &Notification) {
        let shown = Native::new()
            .appname("Sotto")
            .summary(&notification.title)
            .body(&body(notification.text.as_deref(), false))
            .show();
        if let Err(error) = shown {
            debug!(%error, "nothing shows notifications here");
        }
    }

    fn shown(&self) -> MutexGuard<'_, BTreeMap<i64, u32>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Notifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notifier").finish_non_exhaustive()
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn understands_markup() -> bool {
    notify_rust::get_capabilities().is_ok_and(|known| known.iter().any(|known| known == "body-markup"))
}

/// A stranger's text must not become links and pictures in the notification.
fn body(text: Option<&str>, markup: bool) -> String {
    let mut shown: String = text.unwrap_or_default().chars().take(LONGEST).collect();
    if text.is_some_and(|text| text.chars().nth(LONGEST).is_some()) {
        shown.push('…');
    }
    if markup { shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_a_text() {
        assert_eq!(body(Some("<a href='x'>1 & 2</a>"), true), "&lt;a href='x'&gt;1 &amp; 2&lt;/a&gt;");
        assert_eq!(body(Some("1 < 2"), false), "1 < 2");
        assert_eq!(body(None, true), "");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(body(Some(&"é".repeat(LONGEST)), false), "é".repeat(LONGEST));
        assert_eq!(body(Some(&"é".repeat(LONGEST + 1)), false), "é".repeat(LONGEST) + "…");
    }
}
