//! One conversation: reading it, and writing in it.

use sotto_machine::{
    post::Post,
    step::{Event, Input},
};
use sotto_store::{Mark, Page};
use sotto_wire::MessageId;
use tokio::sync::{mpsc, oneshot};

use super::chat_id;
use crate::{
    Handle, SubscriptionId,
    desk::News,
    error::{Code, Error},
    rows::{self, Eye},
    view::{MentionRange, ThreadPage, ThreadUpdate},
};

/// Longest page that is read at once.
const LONGEST_PAGE: u32 = 500;

/// Draws an id for a message; windows draw their own.
pub fn new_message_id() -> String {
    MessageId(rand::random()).to_string()
}

impl Handle {
    /// One conversation around a position, else at the first unread message, else at its end: a snapshot, then diffs.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn thread_subscribe(
        &self,
        chat: i64,
        around: Option<i64>,
    ) -> Result<(SubscriptionId, mpsc::UnboundedReceiver<ThreadUpdate>), Error> {
        let (updates, receiver) = mpsc::unbounded_channel();
        let chat = chat_id(chat);
        let id = self.subscribe(|id, done| News::ThreadWanted { id, chat, around, updates, done }).await?;
        Ok((id, receiver))
    }

    pub(super) async fn subscribe(
        &self,
        wanted: impl FnOnce(SubscriptionId, oneshot::Sender<Result<(), Error>>) -> News,
    ) -> Result<SubscriptionId, Error> {
        let open = self.running.open()?;
        let id = open.next_subscription();
        let (done, sent) = oneshot::channel();
        open.tell(wanted(id, done));
        sent.await.unwrap_or_else(|_| Err(Error::new(Code::Internal, "the engine has stopped")))?;
        Ok(id)
    }

    /// A further page of a conversation: what comes before a position, or after one, else its end.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn thread_page(
        &self,
        chat: i64,
        before: Option<i64>,
        after: Option<i64>,
        limit: u32,
    ) -> Result<ThreadPage, Error> {
        let (chat, settings) = (chat_id(chat), self.running.board.settings());
        let page = match (before, after) {
            (Some(before), _) => Page::Before(before),
            (None, Some(after)) => Page::After(after),
            (None, None) => Page::Newest,
        };
        let look = move |queries: &sotto_store::Queries<'_>| {
            let mut eye = Eye::open(queries, &settings)?;
            let page = queries.thread(chat, page, limit.clamp(1, LONGEST_PAGE))?;
            eye.learn(queries, &page.rows)?;
            rows::page(page, queries.unread(chat)?, &eye, queries)
        };
        self.running.open()?.database.read(look).await
    }

    /// Sends a text under an id of 32 hexadecimal digits. When this returns, the message is on the disk and drawn;
    /// the same id again changes nothing.
    ///
    /// # Errors
    /// [`Code::TextTooLong`], [`Code::NotFound`], [`Code::DiskFull`].
    pub async fn message_send(&self, chat: i64, id: &str, text: &str) -> Result<(), Error> {
        self.message_write(chat, id, text, &[], None).await
    }

    /// Sends a text that names people, or answers a message. Mentions count in groups, of who is in them or was.
    ///
    /// # Errors
    /// As [`Self::message_send`].
    pub async fn message_write(
        &self,
        chat: i64,
        id: &str,
        text: &str,
        mentions: &[MentionRange],
        answered: Option<i64>,
    ) -> Result<(), Error> {
        let quote = self.quote_of(chat, answered).await?;
        let mentions = rows::mentions::to_mentions(mentions);
        self.post(chat, id, Post { quote, mentions, ..Post::text(text) }).await
    }

    /// Who is named in a text to this chat by an `@` and their whole name, for those who write without a window.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn mentions_in(&self, chat: i64, text: &str) -> Result<Vec<MentionRange>, Error> {
        if !text.contains('@') {
            return Ok(Vec::new());
        }
        match self.group_view(chat).await {
            Ok(group) => Ok(rows::mentions::found(text, &group.members)),
            Err(error) if error.code == Code::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Sends anything that a person may write.
    pub(super) async fn post(&self, chat: i64, id: &str, mut post: Post) -> Result<(), Error> {
        if post.is_empty() {
            return Ok(());
        }
        if !post.forwarded {
            post.preview = self.running.previews.take(chat, &post.text);
        }
        self.post_part(chat, id, post).await?;
        self.drop_draft(chat).await
    }

    /// What was sent or put off is no draft any more; usually there is none, and nothing is written.
    pub(super) async fn drop_draft(&self, chat: i64) -> Result<(), Error> {
        let chat = chat_id(chat);
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            if batch.queries().draft(chat)?.is_none() {
                return Ok(Vec::new());
            }
            batch.put_draft(chat, None)?;
            Ok(vec![Event::Chat(chat)])
        };
        self.running.open()?.database.jobs.write(write).await
    }

    /// "Try again" on a failed message.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn message_retry(&self, _chat: i64, id: &str) -> Result<(), Error> {
        self.running.open()?.database.jobs.step(Input::Retry { id: message_id(id)? }).await
    }

    /// A failed message is given up.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn message_discard(&self, _chat: i64, id: &str) -> Result<(), Error> {
        self.running.open()?.database.jobs.step(Input::Discard { id: message_id(id)? }).await
    }

    /// Everything up to here was shown on a screen that had focus.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn chat_read(&self, chat: i64, up_to: i64) -> Result<(), Error> {
        let tell = self.running.board.settings().read_receipts;
        let id = chat_id(chat);
        let jobs = &self.running.open()?.database.jobs;
        jobs.step(Input::MarkRead { chat: id, order: up_to, tell }).await?;
        // Looked at is looked at; usually it was not marked, and nothing is written.
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            if batch.queries().chat(id)?.is_none_or(|row| !row.marks.marked_unread) {
                return Ok(Vec::new());
            }
            batch.put_mark(id, Mark::Unread(false))?;
            Ok(vec![Event::Chat(id)])
        };
        jobs.write(write).await
    }

    /// A key was pressed in the composer. Call it on each: the engine limits what is sent.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn typing_set(&self, chat: i64) -> Result<(), Error> {
        self.running.open()?.database.jobs.step(Input::Typing { chat: chat_id(chat) }).await
    }
}

pub(super) fn message_id(id: &str) -> Result<MessageId, Error> {
    id.parse().map_err(|_| Error::new(Code::NotFound, "a message's id has 32 hexadecimal digits"))
}
