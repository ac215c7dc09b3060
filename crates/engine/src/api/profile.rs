//! How one shows oneself.

use tokio::task::spawn_blocking;

use super::{chat_id, contacts::LONGEST_NAME, missing};
use crate::{
    Handle,
    error::{Code, Error},
    picture,
    view::Me,
};

/// Longest line about oneself, in characters.
const LONGEST_ABOUT: usize = 140;

impl Handle {
    /// Name and line, as people one writes to see them. Published as soon as there is a connection.
    ///
    /// # Errors
    /// [`Code::NameInvalid`].
    pub async fn profile_set(&self, name: &str, about: &str) -> Result<Me, Error> {
        let (name, about) = (name.trim().to_owned(), about.trim().to_owned());
        if name.is_empty() || name.chars().count() > LONGEST_NAME || about.chars().count() > LONGEST_ABOUT {
            return Err(Error::new(Code::NameInvalid, "the name is empty, or something is too long"));
        }
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            batch.put_own_words(&name, &about)?;
            Ok(Vec::new())
        };
        self.running.open()?.database.jobs.write(write).await?;
        self.published().await
    }

    /// A picture: its middle square, without metadata.
    ///
    /// # Errors
    /// [`Code::PictureInvalid`].
    pub async fn picture_set(&self, bytes: Vec<u8>) -> Result<Me, Error> {
        let picture = spawn_blocking(move || picture::normalise(&bytes)).await;
        let picture = picture.map_err(|_| Error::new(Code::PictureInvalid, "the picture cannot be read"))??;
        self.put_picture(Some(picture)).await
    }

    /// No picture any more.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn picture_remove(&self) -> Result<Me, Error> {
        self.put_picture(None).await
    }

    async fn put_picture(&self, picture: Option<Vec<u8>>) -> Result<Me, Error> {
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            batch.put_own_picture(picture.as_deref())?;
            Ok(Vec::new())
        };
        self.running.open()?.database.jobs.write(write).await?;
        self.published().await
    }

    async fn published(&self) -> Result<Me, Error> {
        if let Ok(member) = self.running.member() {
            member.publish_profile();
        }
        self.running.show_me().await?.ok_or_else(|| missing("the account"))
    }

    /// The picture of a chat's person, or one's own; a JPEG, 512 pixels wide or, small enough for a list, 128.
    ///
    /// # Errors
    /// [`Code::NotFound`] when there is none, [`Code::PictureInvalid`] when it cannot be made small.
    pub async fn picture_load(&self, chat: Option<i64>, small: bool) -> Result<Vec<u8>, Error> {
        let look = move |queries: &sotto_store::Queries<'_>| match chat {
            Some(chat) => queries.picture(chat_id(chat)),
            None => queries.own_picture(),
        };
        let picture = self.running.open()?.database.read(look).await?.ok_or_else(|| missing("a picture"))?;
        if !small {
            return Ok(picture);
        }
        let picture = spawn_blocking(move || picture::small(&picture)).await;
        Ok(picture.map_err(|_| Error::new(Code::PictureInvalid, "the picture cannot be read"))??)
    }
}
