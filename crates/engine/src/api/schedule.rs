//! Messages that are to leave later. The engine keeps and sends them; a window only says what and when.

use sotto_machine::{post::Post, schedule::ScheduleInput, step::Input};

use super::{chat_id, messages::message_id};
use crate::{
    Handle,
    error::Error,
    rows::{mentions::to_mentions, parts},
    view::{MentionRange, ScheduledView},
};

impl Handle {
    /// Keeps a text under an id that the window drew and sends it then (ms since the epoch), as an answer if a
    /// message is named.
    ///
    /// # Errors
    /// [`crate::error::Code::NotPossible`] for a time that is over or too far away, and for nothing;
    /// [`crate::error::Code::TextTooLong`], [`crate::error::Code::NotFound`].
    pub async fn message_schedule(
        &self,
        chat: i64,
        id: &str,
        text: &str,
        at: i64,
        order: Option<i64>,
        mentions: &[MentionRange],
    ) -> Result<(), Error> {
        let quote = self.quote_of(chat, order).await?;
        let mentions = to_mentions(mentions);
        let post = Box::new(Post { quote, mentions, ..Post::text(text) });
        let put = ScheduleInput::Put { chat: chat_id(chat), id: message_id(id)?, at: time(at), post };
        self.schedule_step(put).await?;
        self.drop_draft(chat).await
    }

    /// What is to leave later in a chat, by its time.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn scheduled(&self, chat: i64) -> Result<Vec<ScheduledView>, Error> {
        let (chat, now) = (chat_id(chat), self.running.config.clock.now());
        let look = move |queries: &sotto_store::Queries<'_>| {
            Ok(queries.scheduled(chat)?.iter().map(|row| parts::scheduled(row, now)).collect())
        };
        self.running.open()?.database.read(look).await
    }

    /// Sends it at another time.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`], [`crate::error::Code::NotPossible`].
    pub async fn scheduled_move(&self, id: &str, at: i64) -> Result<(), Error> {
        self.schedule_step(ScheduleInput::Move { id: message_id(id)?, at: time(at) }).await
    }

    /// Does not send it.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`].
    pub async fn scheduled_cancel(&self, id: &str) -> Result<(), Error> {
        self.schedule_step(ScheduleInput::Cancel { id: message_id(id)? }).await
    }

    /// Sends it now.
    ///
    /// # Errors
    /// As [`Self::message_send`].
    pub async fn scheduled_send(&self, id: &str) -> Result<(), Error> {
        self.schedule_step(ScheduleInput::SendNow { id: message_id(id)? }).await
    }

    async fn schedule_step(&self, input: ScheduleInput) -> Result<(), Error> {
        self.running.open()?.database.jobs.step(Input::Schedule(input)).await
    }
}

fn time(at: i64) -> u64 {
    u64::try_from(at).unwrap_or(0)
}
