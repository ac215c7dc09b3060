//! Links in messages: opened by the system's own program, never by the webview.

use std::{
    process::{Command, Stdio},
    thread,
};

use sotto_engine::error::{Code, Error};
use tracing::warn;
use url::Url;

/// Opens a link if it is one of the web or a mail address.
///
/// # Errors
/// [`Code::NotFound`] for anything else, and when the system has no program for it.
pub(crate) fn open(text: &str) -> Result<(), Error> {
    let url = check(text).ok_or_else(|| Error::new(Code::NotFound, "not a link that is opened"))?;
    let opener = opener(&url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut opener = opener.map_err(|error| Error::new(Code::NotFound, format!("nothing opens links: {error}")))?;
    // Somebody has to wait for it, or it stays as a zombie.
    thread::spawn(move || match opener.wait() {
        Ok(status) if status.success() => {}
        ended => warn!(?ended, "the link was not opened"),
    });
    Ok(())
}

/// The link as it may be handed on. What comes back starts with its scheme and has everything odd encoded, so that it
/// is neither an option nor a path to any program.
fn check(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    match url.scheme() {
        // A name before the host is there to mislead: https://bank.example@thief.example
        "http" | "https" => (url.has_host() && url.username().is_empty() && url.password().is_none()).then_some(url),
        "mailto" => Some(url),
        _ => None,
    }
}

#[cfg(target_os = "macos")]
fn opener(url: &Url) -> Command {
    let mut command = Command::new("open");
    command.arg(url.as_str());
    command
}

/// Not `start`, which is part of the shell and would interpret the address.
#[cfg(windows)]
fn opener(url: &Url) -> Command {
    let mut command = Command::new("rundll32");
    command.args(["url.dll,FileProtocolHandler", url.as_str()]);
    command
}

#[cfg(not(any(target_os = "macos", windows)))]
fn opener(url: &Url) -> Command {
    let mut command = Command::new("xdg-open");
    command.arg(url.as_str());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_web_and_mail_are_opened() {
        for text in
            ["https://example.org/a?b=c#d", "http://example.org", "HTTPS://EXAMPLE.ORG", "mailto:ana@example.org"]
        {
            assert!(check(text).is_some(), "{text}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for text in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "tel:+351912345678",
            "example.org",
            "",
            "--help",
            "https://",
            "https://bank.example@thief.example",
            "ms-msdt:/id",
            "smb://host/share",
            "tauri://localhost",
        ] {
            assert_eq!(check(text), None, "{text}");
            assert_eq!(open(text).unwrap_err().code, Code::NotFound);
        }
    }

    #[test]
    fn what_a_shell_would_take_apart_is_encoded() {
        let url = check("https://example.org/\"; rm -rf ~ `id` <x>").unwrap();
        assert!(!url.as_str().contains([' ', '"', '`', '<', '>']), "{url}");
    }
}
