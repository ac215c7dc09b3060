//! Photos that may be looked at once.

use sotto_machine::{post::Post, rows::Content, step::Act};

use super::{actions::not_possible, attachments::LARGEST_SHOWN};
use crate::{
    Handle,
    error::{Code, Error},
    view::SendFile,
};

impl Handle {
    /// Sends chosen photos that each of those who get them may look at once, all together. As with
    /// [`Handle::attachments_send`], they are on the disk when this returns, and leave when they are at the relay.
    ///
    /// # Errors
    /// [`Code::NotPossible`] unless all are photos, or in the chat with oneself; else as for
    /// [`Handle::attachments_send`]. The photos stay chosen.
    pub async fn once_send(
        &self,
        chat: i64,
        id: &str,
        files: Vec<SendFile>,
        answered: Option<i64>,
    ) -> Result<(), Error> {
        let quote = self.quote_of(chat, answered).await?;
        self.send_chosen(chat, id, files, |photos| Post { quote, ..Post::once(photos) }).await
    }

    /// Photos of somebody else that may be looked at once, as JPEGs: the caller shows them now or never. When this
    /// returns, they and their keys are no longer on this device.
    ///
    /// # Errors
    /// [`Code::FileNotHere`] while they have not been fetched, which uses nothing up; [`Code::NotPossible`] when they
    /// were opened before, are one's own, or a stranger's.
    pub async fn once_open(&self, chat: i64, order: i64) -> Result<Vec<Vec<u8>>, Error> {
        let Content::Post(post) = self.entry(chat, order).await?.content else {
            return Err(not_possible("there is nothing to open"));
        };
        if !post.is_unopened() {
            return Err(not_possible("it was opened, or its time is over"));
        }
        // Read before it is used up: what cannot be read is not lost.
        let photos = self
            .shelf(move |shelf| {
                let size: u64 = post.attachments.iter().map(|photo| photo.size).sum();
                if size > LARGEST_SHOWN {
                    return Err(Error::new(Code::FileTooLarge, "too large for a window"));
                }
                if !post.attachments.iter().all(|photo| shelf.has(&photo.blob())) {
                    return Err(Error::new(Code::FileNotHere, "a photo is not on this device"));
                }
                post.attachments.iter().map(|photo| Ok(shelf.read(photo)?)).collect::<Result<Vec<_>, _>>()
            })
            .await?;
        self.act(chat, order, Act::OpenOnce).await?;
        // The bytes on the disk go at once.
        self.running.open()?.files.look.notify_one();
        Ok(photos)
    }
}
