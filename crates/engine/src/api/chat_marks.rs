//! What a person decides about a chat: pinned, archived, muted, to be read again, blocked, cleared, deleted.

use sotto_machine::{
    rows::ChatId,
    step::{Event, Input},
};
use sotto_store::{Batch, Mark, StoreError};
use sotto_wire::{Timestamp, limits::HOUR};

use super::{chat_id, missing};
use crate::{Handle, error::Error, view::MuteFor};

/// A week.
const WEEK: u64 = 7 * 24 * HOUR;

impl Handle {
    /// Pins a chat below the ones pinned before, or lets it go. A pinned chat is not archived.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn chat_pin(&self, chat: i64, pinned: bool) -> Result<(), Error> {
        self.mark(chat, Mark::Pinned(pinned)).await
    }

    /// Puts a chat out of the way until something new comes, or back. A muted one stays there.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn chat_archive(&self, chat: i64, archived: bool) -> Result<(), Error> {
        self.mark(chat, Mark::Archived(archived)).await
    }

    /// No notifications from a chat for a while; `None` is heard again.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn chat_mute(&self, chat: i64, duration: Option<MuteFor>) -> Result<(), Error> {
        let now = self.running.config.clock.now();
        let mark = match duration {
            None => Mark::Muted(None),
            Some(MuteFor::EightHours) => Mark::Muted(Some(now + 8 * HOUR)),
            Some(MuteFor::Week) => Mark::Muted(Some(now + WEEK)),
            Some(MuteFor::Always) => Mark::Muted(Some(Timestamp::MAX)),
            Some(MuteFor::ButMentions) => Mark::MutedButMentions,
        };
        self.mark(chat, mark).await
    }

    /// Marks a chat to be read again, or as read with everything in it.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`].
    pub async fn chat_mark(&self, chat: i64, unread: bool) -> Result<(), Error> {
        if unread {
            return self.mark(chat, Mark::Unread(true)).await;
        }
        let id = chat_id(chat);
        let newest = self.running.open()?.database.read(move |queries| queries.newest(id)).await?;
        match newest {
            Some(newest) => self.chat_read(chat, newest).await,
            None => self.mark(chat, Mark::Unread(false)).await,
        }
    }

    /// Blocks a person, or hears them again. Their messages are acknowledged and dropped; the delivery token turns over.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`].
    pub async fn chat_block(&self, chat: i64, blocked: bool) -> Result<(), Error> {
        self.running.open()?.database.jobs.step(Input::Block { chat: chat_id(chat), blocked }).await
    }

    /// Everything said in a chat goes away from this device.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn chat_clear(&self, chat: i64) -> Result<(), Error> {
        let clear = |batch: &mut Batch<'_>, chat| {
            batch.clear_chat(chat)?;
            batch.put_mark(chat, Mark::Unread(false))?;
            Ok(vec![Event::Cleared(chat)])
        };
        self.change(chat, clear).await
    }

    /// A chat and everything in it goes away from this device. It comes back, empty, with the next message.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn chat_delete(&self, chat: i64) -> Result<(), Error> {
        let delete = |batch: &mut Batch<'_>, chat| {
            batch.clear_chat(chat)?;
            batch.unschedule_all(chat)?;
            batch.put_mark(chat, Mark::Hidden(true))?;
            Ok(vec![Event::Cleared(chat)])
        };
        self.change(chat, delete).await
    }

    /// The chat with oneself, which begins with the first wish for it.
    ///
    /// # Errors
    /// [`crate::error::Code::SignedOut`] when nobody is signed up.
    pub async fn notes_open(&self) -> Result<i64, Error> {
        let database = &self.running.open()?.database;
        database.jobs.step(Input::StartNotes).await?;
        let look = |queries: &sotto_store::Queries<'_>| match queries.own()? {
            Some(own) => queries.contact_of(&own.account),
            None => Ok(None),
        };
        let chat = database.read(look).await?.ok_or_else(|| missing("the chat with oneself"))?.chat;
        self.show_again(chat).await?;
        Ok(chat.0)
    }

    /// A chat that was deleted is wanted again.
    pub(super) async fn show_again(&self, chat: ChatId) -> Result<(), Error> {
        self.mark(chat.0, Mark::Hidden(false)).await
    }

    pub(super) async fn mark(&self, chat: i64, mark: Mark) -> Result<(), Error> {
        self.marks(chat, [mark]).await
    }

    pub(super) async fn marks<const N: usize>(&self, chat: i64, marks: [Mark; N]) -> Result<(), Error> {
        let put = move |batch: &mut Batch<'_>, chat| {
            marks.into_iter().try_for_each(|mark| batch.put_mark(chat, mark))?;
            Ok(vec![Event::Chat(chat)])
        };
        self.change(chat, put).await
    }

    async fn change(
        &self,
        chat: i64,
        change: impl FnOnce(&mut Batch<'_>, ChatId) -> Result<Vec<Event>, StoreError> + Send + 'static,
    ) -> Result<(), Error> {
        let chat = chat_id(chat);
        self.running.open()?.database.jobs.write(move |batch| change(batch, chat)).await
    }
}
