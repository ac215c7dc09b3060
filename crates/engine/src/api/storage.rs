//! What files take on this computer, and deleting some of them here. Messages stay, and have their files again for as
//! long as the relay keeps them.

use std::{cmp::Reverse, collections::BTreeMap, fs, path::Path};

use sotto_machine::{attachment::Kind, step::Event};
use sotto_store::{Batch, FilePlace, KeptFiles, KeptFilter, Queries};

use super::chat_id;
use crate::{
    Handle,
    error::Error,
    rows::{self, Eye},
    view::{FileKind, StorageChat, StorageItem, StorageItems, StorageKind, StorageView, StoredFile},
};

/// Most files of one list.
const MOST: u32 = 1_000;
/// What SQLite keeps of a database beside it.
const DATABASE: [&str; 2] = ["", "-wal"];

impl Handle {
    /// What everything takes on this computer.
    ///
    /// # Errors
    /// When the database or the folder of files cannot be read.
    pub async fn storage(&self) -> Result<StorageView, Error> {
        let open = self.running.open()?;
        let look =
            |queries: &Queries<'_>| Ok((queries.kept_files()?, queries.kept_files_by_chat()?, queries.wanted_blobs()?));
        let (kinds, by_chat, wanted) = open.database.read(look).await?;
        let mut chats = BTreeMap::<i64, StorageChat>::new();
        for (chat, kept) in by_chat {
            let empty = || StorageChat { chat: chat.0, bytes: 0, kinds: Vec::new() };
            let entry = chats.entry(chat.0).or_insert_with(empty);
            entry.bytes = entry.bytes.saturating_add(kept.bytes);
            entry.kinds.push(of_kind(kept));
        }
        let mut chats: Vec<_> = chats.into_values().collect();
        chats.sort_by_key(|chat| Reverse(chat.bytes));
        let path = self.running.config.profile_dir.join("sotto.db");
        self.shelf(move |shelf| {
            let unfinished = shelf.unfinished_besides(&wanted)?.iter().map(|(_, bytes)| bytes).sum();
            let kinds = kinds.into_iter().map(of_kind).collect();
            Ok(StorageView { kinds, chats, database: database_size(&path), unfinished })
        })
        .await
    }

    /// Files that can be deleted from this computer, the largest first, of one chat or all, of one kind or all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn storage_items(
        &self,
        chat: Option<i64>,
        kind: Option<FileKind>,
        limit: u32,
    ) -> Result<StorageItems, Error> {
        let limit = limit.clamp(1, MOST);
        let filter = KeptFilter { chat: chat.map(chat_id), kind: kind.map(stored) };
        let settings = self.running.board.settings();
        let look = move |queries: &Queries<'_>| {
            let eye = Eye::open(queries, &settings)?;
            // One more than wanted, to learn whether it is there.
            let mut found = queries.largest_files(filter, limit + 1)?;
            let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
            let more = found.len() > wanted;
            found.truncate(wanted);
            let mut items = Vec::with_capacity(found.len());
            for (row, place) in found {
                let (order, chat, at) = (row.position, row.message.chat.0, row.message.at);
                let message = rows::message(row, &eye, queries)?;
                // Photos that may be looked at once have none: nothing of them is shown.
                let file = message.attachments.into_iter().find(|file| file.place == place);
                items.extend(file.map(|file| StorageItem { chat, order, at, file }));
            }
            Ok(StorageItems { items, more })
        };
        self.running.open()?.database.read(look).await
    }

    /// Deletes files from this computer. What has not reached the relay yet stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn storage_delete(&self, files: Vec<StoredFile>) -> Result<(), Error> {
        let places: Vec<_> = files.iter().map(|file| FilePlace { position: file.order, place: file.place }).collect();
        let write = move |batch: &mut Batch<'_>| {
            let released = batch.release_files(&places)?;
            let mut events = Vec::with_capacity(released.len());
            for at in released {
                let row = batch.queries().message_at(at.position)?;
                events.extend(row.map(|row| row.message).map(|message| Event::Message {
                    chat: message.chat,
                    author: message.author,
                    id: message.id,
                }));
            }
            Ok(events)
        };
        self.let_go(write).await
    }

    /// Deletes the files of a chat from this computer, of one kind or of all. What has not reached the relay yet stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn storage_clear(&self, chat: i64, kind: Option<FileKind>) -> Result<(), Error> {
        let (chat, kind) = (chat_id(chat), kind.map(stored));
        self.let_go(move |batch| {
            batch.release_files_of(chat, kind)?;
            // Many messages may look different: open threads are drawn anew.
            Ok(vec![Event::Cleared(chat)])
        })
        .await
    }

    /// Deletes downloads that were stopped half way; they begin anew when they are asked for again.
    ///
    /// # Errors
    /// When the database or the folder of files cannot be read.
    pub async fn storage_tidy(&self) -> Result<(), Error> {
        let look = |queries: &Queries<'_>| queries.wanted_blobs();
        let wanted = self.running.open()?.database.read(look).await?;
        self.shelf(move |shelf| {
            let left = shelf.unfinished_besides(&wanted)?;
            Ok(left.iter().try_for_each(|(name, _)| shelf.clear(name))?)
        })
        .await
    }

    async fn let_go(
        &self,
        write: impl FnOnce(&mut Batch<'_>) -> Result<Vec<Event>, sotto_store::StoreError> + Send + 'static,
    ) -> Result<(), Error> {
        let open = self.running.open()?;
        open.database.jobs.write(write).await?;
        open.files.look.notify_one();
        Ok(())
    }
}

fn of_kind(KeptFiles { kind, files, bytes }: KeptFiles) -> StorageKind {
    let kind = match kind {
        Kind::File => FileKind::File,
        Kind::Photo => FileKind::Photo,
        Kind::Video => FileKind::Video,
        Kind::Voice => FileKind::Voice,
    };
    StorageKind { kind, files, bytes }
}

fn stored(kind: FileKind) -> Kind {
    match kind {
        FileKind::File => Kind::File,
        FileKind::Photo => Kind::Photo,
        FileKind::Video => Kind::Video,
        FileKind::Voice => Kind::Voice,
    }
}

/// What cannot be measured takes nothing that could be told.
fn database_size(path: &Path) -> u64 {
    let size = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        fs::metadata(name).map_or(0, |file| file.len())
    };
    DATABASE.into_iter().map(size).sum()
}
