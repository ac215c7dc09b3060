//! Files: choosing them, sending them, and what becomes of those that come.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};

use sotto_machine::{
    attachment::{Attachment, safe_name},
    post::Post,
    rows::{Content, MessageRow},
    step::Event,
};
use sotto_store::{BlobState, FilePlace};
use tokio::task::spawn_blocking;

use super::{actions::not_possible, missing};
use crate::{
    Handle,
    error::{Code, Error},
    files::{Shelf, Staging},
    rows::{self, Eye},
    view::{AttachmentView, MentionRange, SendFile, StagedFile},
};

/// Largest file that is given to a window as a whole.
pub(super) const LARGEST_SHOWN: u64 = 128 * 1024 * 1024;
/// Names that are tried where a file is saved.
const NAMES: u32 = 1_000;

impl Handle {
    /// Begins to copy a chosen file of which [`Self::attachment_push`] will give `size` bytes.
    ///
    /// # Errors
    /// [`Code::FileTooLarge`], [`Code::TooManyFiles`], [`Code::DiskFull`].
    pub async fn attachment_begin(&self, name: &str, size: u64) -> Result<u64, Error> {
        let name = name.to_owned();
        self.staging(move |staging| staging.begin(&name, size)).await
    }

    /// The next bytes of a chosen file.
    ///
    /// # Errors
    /// [`Code::FileUnreadable`] when there are more than were announced, [`Code::DiskFull`]; the file is then given up.
    pub async fn attachment_push(&self, id: u64, bytes: Vec<u8>) -> Result<(), Error> {
        self.staging(move |staging| staging.push(id, &bytes)).await
    }

    /// All bytes of a chosen file were given.
    ///
    /// # Errors
    /// [`Code::FileUnreadable`] when there were fewer than announced.
    pub async fn attachment_finish(&self, id: u64) -> Result<StagedFile, Error> {
        self.staging(move |staging| Ok(rows::staged(id, &staging.finish(id)?))).await
    }

    /// Copies a file of this computer. It may change or go away after that.
    ///
    /// # Errors
    /// [`Code::FileUnreadable`] for what is no plain file or cannot be read, and as for [`Self::attachment_begin`].
    pub async fn attachment_copy(&self, path: &Path) -> Result<StagedFile, Error> {
        let path = path.to_owned();
        self.staging(move |staging| staging.copy(&path).map(|(id, staged)| rows::staged(id, &staged))).await
    }

    /// A chosen picture as it will be sent, a JPEG.
    ///
    /// # Errors
    /// [`Code::NotFound`] when it is no picture.
    pub async fn attachment_preview(&self, id: u64) -> Result<Vec<u8>, Error> {
        let shelf = self.running.open()?.files.shelf.clone();
        self.staging(move |staging| {
            let photo = staging.get(id).and_then(|staged| staged.photo).ok_or_else(|| missing("a picture"))?;
            Ok(shelf.read(&photo)?)
        })
        .await
    }

    /// A chosen file is not to be sent after all.
    ///
    /// # Errors
    /// When nobody has opened the profile.
    pub async fn attachment_drop(&self, id: u64) -> Result<(), Error> {
        self.staging(move |staging| {
            staging.remove(id);
            Ok(())
        })
        .await
    }

    /// Sends chosen files with a text, which may be empty, perhaps as an answer to the message at `answered`. When this
    /// returns, the message is on the disk and drawn; it leaves once its files are at the relay, and texts that are
    /// written meanwhile leave before it.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::TooManyFiles`], [`Code::TextTooLong`], [`Code::DiskFull`]; the files stay chosen.
    pub async fn attachments_send(
        &self,
        chat: i64,
        id: &str,
        text: &str,
        files: Vec<SendFile>,
        answered: Option<i64>,
    ) -> Result<(), Error> {
        self.attachments_write(chat, id, text, &[], files, answered).await
    }

    /// Sends chosen files with a text that names people. Mentions count in groups, of who is in them or was.
    ///
    /// # Errors
    /// As [`Self::attachments_send`].
    pub async fn attachments_write(
        &self,
        chat: i64,
        id: &str,
        text: &str,
        mentions: &[MentionRange],
        files: Vec<SendFile>,
        answered: Option<i64>,
    ) -> Result<(), Error> {
        let quote = self.quote_of(chat, answered).await?;
        let mentions = rows::mentions::to_mentions(mentions);
        let write = |attachments| Post { attachments, quote, mentions, ..Post::text(text) };
        self.send_chosen(chat, id, files, write).await
    }

    /// Sends chosen files in the message that `write` makes of them.
    pub(super) async fn send_chosen(
        &self,
        chat: i64,
        id: &str,
        files: Vec<SendFile>,
        write: impl FnOnce(Vec<Attachment>) -> Post,
    ) -> Result<(), Error> {
        let chosen = files.clone();
        let choose = move |staging: &Staging| {
            chosen.iter().map(|file| staging.choose(file.id, file.send_as)).collect::<Result<Vec<_>, _>>()
        };
        let attachments = self.staging(choose).await?;
        if attachments.is_empty() {
            return Err(missing("a file"));
        }
        self.post_part(chat, id, write(attachments.clone())).await?;
        self.running.open()?.files.look.notify_one();
        self.staging(move |staging| {
            files.iter().zip(&attachments).for_each(|(file, attachment)| staging.sent(file.id, attachment));
            Ok(())
        })
        .await
    }

    /// A whole file of a message.
    ///
    /// # Errors
    /// [`Code::NotFound`] when it is not on this device, [`Code::FileTooLarge`] when it is too large for a window.
    pub async fn attachment_load(&self, order: i64, place: u32) -> Result<Vec<u8>, Error> {
        let (_, attachment) = self.shown(order, place).await?;
        if attachment.size > LARGEST_SHOWN {
            return Err(Error::new(Code::FileTooLarge, "too large for a window"));
        }
        self.shelf(move |shelf| Ok(shelf.read(&attachment)?)).await
    }

    /// A file of a message as it is drawn now.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn attachment_view(&self, order: i64, place: u32) -> Result<AttachmentView, Error> {
        let settings = self.running.board.settings();
        let look = move |queries: &sotto_store::Queries<'_>| {
            let eye = Eye::open(queries, &settings)?;
            let item = queries.message_at(order)?.map(|row| rows::message(row, &eye, queries)).transpose()?;
            Ok(item.map(|item| item.attachments))
        };
        let files = self.running.open()?.database.read(look).await?.unwrap_or_default();
        files.into_iter().find(|file| file.place == place).ok_or_else(|| missing("the file"))
    }

    /// Gets a file that is not on this device.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn attachment_fetch(&self, order: i64, place: u32) -> Result<(), Error> {
        self.set_file(order, place, BlobState::Wanted).await
    }

    /// Stops getting it. An upload is stopped by giving the message up.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn attachment_cancel(&self, order: i64, place: u32) -> Result<(), Error> {
        self.set_file(order, place, BlobState::Absent).await
    }

    /// Writes a file in the clear into a folder of the person's, under its own name or one close to it. Nothing that is
    /// there is written over.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::FileUnreadable`], [`Code::DiskFull`].
    pub async fn attachment_save(&self, order: i64, place: u32, folder: &Path) -> Result<PathBuf, Error> {
        let (_, attachment) = self.shown(order, place).await?;
        let folder = folder.to_owned();
        self.shelf(move |shelf| save(&shelf, &attachment, &folder)).await
    }

    /// The same files under other keys, to be passed on.
    pub(super) async fn renewed(&self, attachments: Vec<Attachment>) -> Result<Vec<Attachment>, Error> {
        if attachments.is_empty() {
            return Ok(attachments);
        }
        self.shelf(move |shelf| {
            if !attachments.iter().all(|attachment| shelf.has(&attachment.blob())) {
                return Err(Error::new(Code::FileNotHere, "a file is not on this device"));
            }
            attachments.iter().map(|attachment| Ok(shelf.renew(attachment)?)).collect()
        })
        .await
    }

    async fn set_file(&self, order: i64, place: u32, state: BlobState) -> Result<(), Error> {
        let (message, attachment) = self.attachment(order, place).await?;
        let open = self.running.open()?;
        let has = self.shelf(move |shelf| Ok(shelf.has(&attachment.blob()))).await?;
        let state = if has { BlobState::Here } else { state };
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            batch.set_file(FilePlace { position: order, place }, state)?;
            Ok(vec![Event::Message { chat: message.chat, author: message.author, id: message.id }])
        };
        open.database.jobs.write(write).await?;
        open.files.look.notify_one();
        Ok(())
    }

    /// A file that may be looked at as often as one likes.
    async fn shown(&self, order: i64, place: u32) -> Result<(MessageRow, Attachment), Error> {
        let (message, attachment) = self.attachment(order, place).await?;
        match &message.content {
            Content::Post(post) if post.once.is_some() => Err(not_possible("it may be looked at once")),
            _ => Ok((message, attachment)),
        }
    }

    async fn attachment(&self, order: i64, place: u32) -> Result<(MessageRow, Attachment), Error> {
        let look = move |queries: &sotto_store::Queries<'_>| queries.message_at(order);
        let row = self.running.open()?.database.read(look).await?.ok_or_else(|| missing("the message"))?;
        let Content::Post(post) = &row.message.content else { return Err(missing("the file")) };
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        let attachment = post.attachments.get(place).cloned().ok_or_else(|| missing("the file"))?;
        Ok((row.message, attachment))
    }

    pub(super) async fn staging<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Staging) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let staging = std::sync::Arc::clone(&self.running.open()?.files.staging);
        spawn_blocking(move || work(&staging)).await.unwrap_or_else(|_| Err(given_up()))
    }

    pub(super) async fn shelf<T: Send + 'static>(
        &self,
        work: impl FnOnce(Shelf) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shelf = self.running.open()?.files.shelf.clone();
        spawn_blocking(move || work(shelf)).await.unwrap_or_else(|_| Err(given_up()))
    }
}

fn given_up() -> Error {
    Error::new(Code::Internal, "the work was given up")
}

fn save(shelf: &Shelf, attachment: &Attachment, folder: &Path) -> Result<PathBuf, Error> {
    if !shelf.has(&attachment.blob()) {
        return Err(missing("the file"));
    }
    let (path, file) = create_new(folder, &safe_name(&attachment.name))?;
    let mut out = BufWriter::new(file);
    let written = shelf.copy_out(attachment, &mut out).and_then(|()| Ok(out.flush()?));
    if let Err(error) = written {
        let _ = fs::remove_file(path);
        return Err(error.into());
    }
    Ok(path)
}

/// `a.txt`, else `a (2).txt` and so on.
fn create_new(folder: &Path, name: &str) -> Result<(PathBuf, File), Error> {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) => (stem, format!(".{ending}")),
        None => (name, String::new()),
    };
    let others = (2..NAMES).map(|number| format!("{stem} ({number}){ending}"));
    for name in std::iter::once(name.to_owned()).chain(others) {
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(crate::files::ShelfError::from(error).into()),
        }
    }
    Err(Error::new(Code::FileUnreadable, "every name is taken"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["a.tar", "a.tar", "b"].map(|name| create_new(folder.path(), name).unwrap().0);
        let names = names.map(|path| path.file_name().unwrap().to_string_lossy().into_owned());
        assert_eq!(names, ["a.tar", "a (2).tar", "b"]);
    }
}
