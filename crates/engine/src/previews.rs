//! What stands behind a link that a person is about to send: looked at by the sender's device, while they write.
//!
//! Whoever put up the page learns the sender's address and the time, and nothing else: no cookies, no referrer, no
//! account, no language. Whoever receives the message learns and fetches nothing.

mod page;
mod ways;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use image::imageops::FilterType;
use sotto_machine::post::{LinkPreview, PREVIEW_DESCRIPTION, PREVIEW_PICTURE, PREVIEW_TITLE};
use tokio::{task::spawn_blocking, time::timeout};
use url::Url;

pub use self::ways::Reach;
use self::ways::{WayError, Ways};
use crate::picture;

/// All of it together, or there is no preview.
const PATIENCE: Duration = Duration::from_secs(8);
/// So much of a page is read: what describes it stands at its beginning.
const MOST_PAGE: usize = 512 * 1_024;
/// Largest picture that is looked at.
const MOST_PICTURE: usize = 4 * 1_024 * 1_024;
/// Edge of the picture that travels, in pixels.
const EDGE: u32 = 400;

/// Why there is no preview. Nobody is told more than that there is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PreviewError {
    /// It cannot be reached, or must not be.
    #[error(transparent)]
    Way(#[from] WayError),
    /// It says nothing about itself.
    #[error("the page has no title")]
    Untitled,
    /// It took too long.
    #[error("the page took too long")]
    Slow,
}

/// Makes previews, and holds what was made until its message leaves.
#[derive(Debug)]
pub(crate) struct Previews {
    ways: Ways,
    patience: Duration,
    /// What is shown above the composer of a chat.
    held: Mutex<BTreeMap<i64, Held>>,
}

/// The address that is wanted, and what stands behind it once that is known.
type Held = (String, Option<LinkPreview>);

impl Previews {
    pub(crate) fn new(reach: Reach) -> Self {
        Self { ways: Ways::new(reach), patience: PATIENCE, held: Mutex::default() }
    }

    #[cfg(test)]
    fn within(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<i64, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is held for a chat, if it is of this address.
    pub(crate) fn of(&self, chat: i64, url: &str) -> Option<LinkPreview> {
        self.held().get(&chat).filter(|(wanted, _)| wanted == url).and_then(|(_, preview)| preview.clone())
    }

    /// This address is wanted in a chat, and no other.
    pub(crate) fn begin(&self, chat: i64, url: &str) {
        self.held().insert(chat, (url.to_owned(), None));
    }

    /// It goes with the next message of the chat, if its address is still wanted.
    pub(crate) fn hold(&self, chat: i64, preview: LinkPreview) {
        if let Some((_, held)) = self.held().get_mut(&chat).filter(|(wanted, _)| *wanted == preview.url) {
            *held = Some(preview);
        }
    }

    /// Nothing goes with what is being written.
    pub(crate) fn close(&self, chat: i64) {
        self.held().remove(&chat);
    }

    /// What goes with a text that is sent in a chat. Whatever was held belonged to what was being written.
    pub(crate) fn take(&self, chat: i64, text: &str) -> Option<LinkPreview> {
        self.held().remove(&chat).and_then(|(_, preview)| preview).filter(|preview| preview.fits(text))
    }

    /// Looks at a page.
    ///
    /// # Errors
    /// [`PreviewError`].
    pub(crate) async fn make(&self, address: &str) -> Result<LinkPreview, PreviewError> {
        timeout(self.patience, self.look_at(address)).await.unwrap_or(Err(PreviewError::Slow))
    }

    async fn look_at(&self, address: &str) -> Result<LinkPreview, PreviewError> {
        let url = Url::parse(address).map_err(|_| WayError::Address)?;
        let answer = self.ways.get(url, "text/html,application/xhtml+xml", MOST_PAGE).await?;
        if !answer.is_page() {
            return Err(PreviewError::Untitled);
        }
        let said = page::read(&answer.bytes);
        let title = said.title.map(|title| line(&title, PREVIEW_TITLE)).unwrap_or_default();
        if title.is_empty() {
            return Err(PreviewError::Untitled);
        }
        let description = said.description.map(|words| line(&words, PREVIEW_DESCRIPTION)).unwrap_or_default();
        let picture = match said.picture.and_then(|picture| answer.url.join(&picture).ok()) {
            Some(url) => self.picture(url).await,
            None => None,
        };
        Ok(LinkPreview { url: address.to_owned(), title, description, picture })
    }

    /// Without a picture the preview is as good.
    async fn picture(&self, url: Url) -> Option<Vec<u8>> {
        let answer = self.ways.get(url, "image/jpeg,image/png,image/webp", MOST_PICTURE).await.ok()?;
        if answer.cut {
            return None;
        }
        spawn_blocking(move || small(&answer.bytes)).await.ok().flatten()
    }
}

/// One line of words, without what would turn or hide them.
fn line(words: &str, most: usize) -> String {
    let hides =
        |letter: &char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let plain: String = words.chars().filter(|letter| !hides(letter)).collect();
    let words: Vec<&str> = plain.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().take(most).collect::<String>().trim_end().to_owned()
}

/// A small JPEG that says nothing but what it shows.
fn small(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut picture, orientation) = picture::decode(bytes).ok()?;
    if picture.width().max(picture.height()) > EDGE {
        picture = picture.thumbnail(2 * EDGE, 2 * EDGE).resize(EDGE, EDGE, FilterType::CatmullRom);
    }
    picture.apply_orientation(orientation);
    picture::encode(&picture::on_white(&picture), PREVIEW_PICTURE).ok()
}

#[cfg(test)]
mod tests;
