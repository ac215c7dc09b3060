//! Native notifications, with what can be done to a message without opening the window.

use sotto_engine::view::Notification;

use crate::words::Words;

#[cfg(target_os = "linux")]
mod desktop;
#[cfg(not(target_os = "linux"))]
#[path = "notify/plain.rs"]
mod desktop;
#[cfg(all(test, target_os = "linux"))]
mod tests;

pub(crate) use desktop::Notifier;

/// Longest text that is shown, in characters.
const LONGEST: usize = 240;

/// What a person did with a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Pressed it.
    Open,
    /// Has seen it.
    Read,
    /// Wrote back.
    Reply(String),
}

/// A notification with the words around it.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) notification: Notification,
    pub(crate) words: Words,
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
mod body_tests {
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
