//! One transaction: everything in it is committed together or not at all.

use std::fmt;

use rusqlite::{Connection, Transaction};
use serde_json::Value;
use sotto_machine::{attachment::Kind, changes::Change, rows::ChatId};
use sotto_wire::{AccountId, Hash};

use crate::{
    apply::apply,
    attachments::{self, BlobState, FilePlace},
    chats::{self, Mark},
    contacts,
    error::StoreError,
    messages, own_profile,
    profiles::{self, ProfileRow},
    queries::Queries,
    relay::{self, RelayRow},
    scheduled, settings,
    sign_up::{self, SignUpRow},
    sql::Result,
    storage, stories,
};

/// The open transaction. It is [`sotto_machine::rows::Rows`] for the steps made in it; dropping it undoes it.
///
/// After a failed write it can only be dropped: half of a step's changes must never be committed.
pub struct Batch<'s> {
    transaction: Transaction<'s>,
    failed: bool,
}

impl fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("failed", &self.failed).finish_non_exhaustive()
    }
}

impl<'s> Batch<'s> {
    pub(crate) fn of(transaction: Transaction<'s>) -> Self {
        Self { transaction, failed: false }
    }

    pub(crate) fn db(&self) -> &Connection {
        &self.transaction
    }

    fn write<T>(&mut self, write: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        if self.failed {
            return Err(StoreError::GivenUp);
        }
        let result = write(&self.transaction);
        self.failed = result.is_err();
        result
    }

    /// Looks at the database as this batch has made it so far.
    pub fn queries(&self) -> Queries<'_> {
        Queries::of(&self.transaction)
    }

    /// Carries out one change of a step.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn apply(&mut self, change: &Change) -> Result<()> {
        self.write(|db| apply(db, change))
    }

    /// Makes everything durable: when this returns, it is on the disk.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing of the batch is there.
    pub fn commit(self) -> Result<()> {
        if self.failed {
            return Err(StoreError::GivenUp);
        }
        Ok(self.transaction.commit()?)
    }

    /// Whether a file of a message is on this device.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn set_file(&mut self, at: FilePlace, state: BlobState) -> Result<()> {
        self.write(|db| attachments::set(db, at, state))
    }

    /// Lets go of files whose messages need them here no more, and says which those were.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn release_files(&mut self, places: &[FilePlace]) -> Result<Vec<FilePlace>> {
        self.write(|db| storage::release(db, places))
    }

    /// Lets go of all files of a chat that can go, or of one kind of them.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn release_files_of(&mut self, chat: ChatId, kind: Option<Kind>) -> Result<()> {
        self.write(|db| storage::release_all(db, chat, kind))
    }

    /// Encrypted bytes that no message needs are no longer on the disk.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn forget_blob(&mut self, blob: &Hash) -> Result<()> {
        self.write(|db| attachments::forget(db, blob))
    }

    /// What another person shows of themselves, as fetched.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn put_profile(&mut self, account: &AccountId, row: &ProfileRow) -> Result<()> {
        self.write(|db| profiles::put(db, account, row))
    }

    /// The name given to a person on this device; `None` takes it away.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn put_given_name(&mut self, chat: ChatId, name: Option<&str>) -> Result<()> {
        self.write(|db| contacts::put_given_name(db, chat, name))
    }

    /// What was written and not sent; `None` when the composer is empty.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn put_draft(&mut self, chat: ChatId, draft: Option<&str>) -> Result<()> {
        self.write(|db| chats::put_draft(db, chat, draft))
    }

    /// A decision about a chat.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn put_mark(&mut self, chat: ChatId, mark: Mark) -> Result<()> {
        self.write(|db| chats::put_mark(db, chat, mark))
    }

    /// Somebody's stories are out of the way, or no longer.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn mute_stories(&mut self, person: &AccountId, muted: bool) -> Result<()> {
        self.write(|db| stories::mute(db, person, muted))
    }

    /// Nothing that is to leave later leaves in this chat.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn unschedule_all(&mut self, chat: ChatId) -> Result<()> {
        self.write(|db| scheduled::delete_of(db, chat))
    }

    /// Everything said in a chat goes away.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn clear_chat(&mut self, chat: ChatId) -> Result<()> {
        self.write(|db| messages::clear(db, chat))
    }

    /// One's own name and line. Not published yet.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn put_own_words(&mut self, name: &str, about: &str) -> Result<()> {
        self.write(|db| own_profile::put_words(db, name, about))
    }

    /// One's own picture, a JPEG; `None` takes it away. Not published yet.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn put_own_picture(&mut self, picture: Option<&[u8]>) -> Result<()> {
        self.write(|db| own_profile::put_picture(db, picture))
    }

    /// Whether the relay has one's own profile as it is now.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn set_own_profile_published(&mut self, published: bool) -> Result<()> {
        self.write(|db| own_profile::set_published(db, published))
    }

    /// A setting.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn put_setting(&mut self, key: &str, value: &Value) -> Result<()> {
        self.write(|db| settings::put(db, key, value))
    }

    /// The relay and what this device shows there.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn put_relay(&mut self, row: &RelayRow) -> Result<()> {
        self.write(|db| relay::put(db, row))
    }

    /// A sign-up that waits for its code; `None` once it is over or given up.
    ///
    /// # Errors
    /// [`StoreError`]; the batch is then given up.
    pub fn put_sign_up(&mut self, row: Option<&SignUpRow>) -> Result<()> {
        self.write(|db| sign_up::put(db, row))
    }
}
