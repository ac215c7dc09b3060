//! What stands behind links that are about to be sent.

use sotto_machine::post::links;
use tracing::debug;

use super::missing;
use crate::{Handle, error::Error, rows::links::preview, view::LinkPreviewView};

impl Handle {
    /// The page behind the first address in what is being written in a chat, looked at by this device. It goes with the
    /// next message of the chat that has this address, unless it is closed before. `None` without an address, and while
    /// previews are switched off: nothing is fetched then.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`] when there is no page that says what it is, or when it must not be looked at.
    pub async fn link_preview(&self, chat: i64, text: &str) -> Result<Option<LinkPreviewView>, Error> {
        let previews = &self.running.previews;
        let Some(url) = links(text).next().filter(|_| self.running.board.settings().link_previews) else {
            return Ok(None);
        };
        if let Some(held) = previews.of(chat, url) {
            return Ok(preview(&held));
        }
        previews.begin(chat, url);
        match previews.make(url).await {
            Ok(made) => {
                let view = preview(&made);
                previews.hold(chat, made);
                Ok(view)
            }
            Err(error) => {
                // Not which page: what a person writes is nobody's business.
                debug!(%error, "no preview");
                Err(missing("a page that says what it is"))
            }
        }
    }

    /// No page goes with what is being written in a chat.
    pub fn link_preview_close(&self, chat: i64) {
        self.running.previews.close(chat);
    }
}
