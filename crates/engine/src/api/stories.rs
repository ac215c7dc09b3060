//! Stories: what a person shows for a day, and what they do with those of others.

use sotto_machine::{
    post::{Post, Quote},
    rows::{ChatId, MessageRow},
    step::{Event, Input},
    story::{Audience, STORIES, StoryInput},
};
use sotto_wire::AccountId;

use super::{chat_id, messages::message_id, missing};
use crate::{
    Handle,
    error::Error,
    files::Staging,
    kept,
    rows::{self, Eye},
    view::{SendAs, StoryAudience, StoryPerson},
};

impl Handle {
    /// Everything that is shown now, by person: one's own first, then those not seen yet.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn stories(&self) -> Result<Vec<StoryPerson>, Error> {
        let (settings, now) = (self.running.board.settings(), self.running.config.clock.now());
        let look = move |queries: &sotto_store::Queries<'_>| {
            let eye = Eye::open(queries, &settings)?;
            rows::stories::all(queries, eye, now)
        };
        self.running.open()?.database.read(look).await
    }

    /// Shows a text on a colour, or a chosen file with a text that may be empty, for a day. When this returns, it is on
    /// the disk; it leaves once its file is at the relay.
    ///
    /// # Errors
    /// [`crate::error::Code::NotPossible`] when there is nothing to show or nobody to see it,
    /// [`crate::error::Code::NotFound`], [`crate::error::Code::DiskFull`].
    pub async fn story_post(
        &self,
        id: &str,
        text: &str,
        ground: Option<u8>,
        file: Option<u64>,
        audience: StoryAudience,
    ) -> Result<(), Error> {
        let id = message_id(id)?;
        let attachment = match file {
            Some(file) => Some(self.staging(move |staging: &Staging| staging.choose(file, SendAs::Usual)).await?),
            None => None,
        };
        let post = Post {
            ground: ground.filter(|_| attachment.is_none()),
            attachments: attachment.clone().into_iter().collect(),
            ..Post::text(text.trim())
        };
        let chosen = match &audience {
            StoryAudience::Everybody => Audience::Everybody,
            StoryAudience::Except { chats } => Audience::Except(chats.iter().copied().map(ChatId).collect()),
            StoryAudience::Only { chats } => Audience::Only(chats.iter().copied().map(ChatId).collect()),
        };
        self.story_step(StoryInput::Post { id, post: Box::new(post), audience: chosen }).await?;
        self.running.open()?.files.look.notify_one();
        if let (Some(file), Some(attachment)) = (file, attachment) {
            self.staging(move |staging: &Staging| {
                staging.sent(file, &attachment);
                Ok(())
            })
            .await?;
        }
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            kept::STORY_AUDIENCE.put(batch, &audience)?;
            Ok(Vec::new())
        };
        self.running.open()?.database.jobs.write(write).await
    }

    /// Whom the last story was for.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn story_audience(&self) -> Result<StoryAudience, Error> {
        let look = |queries: &sotto_store::Queries<'_>| kept::STORY_AUDIENCE.get(queries);
        Ok(self.running.open()?.database.read(look).await?.unwrap_or_default())
    }

    /// Somebody's story was on the screen. Its author is told if both sides tell what they have read.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`] when its time is over.
    pub async fn story_seen(&self, order: i64) -> Result<(), Error> {
        let story = self.story(order).await?;
        let tell = self.running.board.settings().read_receipts;
        self.story_step(StoryInput::Seen { author: story.author, id: story.id, tell }).await
    }

    /// Reacts to somebody's story with one emoji, or takes that back. Its author alone is told.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`], [`crate::error::Code::NotPossible`].
    pub async fn story_react(&self, order: i64, emoji: Option<&str>) -> Result<(), Error> {
        let story = self.story(order).await?;
        let emoji = emoji.map(str::to_owned);
        self.story_step(StoryInput::React { author: story.author, id: story.id, emoji }).await
    }

    /// Answers somebody's story, in the chat with them; names that chat.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`], and as [`Self::message_send`].
    pub async fn story_reply(&self, order: i64, id: &str, text: &str) -> Result<i64, Error> {
        let story = self.story(order).await?;
        let chat = self.chat_of_author(story.author).await?.0;
        // What goes away within the day does not stay in an answer to it.
        let quote = Some(Quote { author: story.author, message: story.id, excerpt: String::new() });
        self.post_part(chat, id, Post { quote, to_story: true, ..Post::text(text) }).await?;
        Ok(chat)
    }

    /// Takes one's own story back before its time, for everybody.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`].
    pub async fn story_delete(&self, order: i64) -> Result<(), Error> {
        let story = self.story(order).await?;
        self.story_step(StoryInput::Delete { id: story.id }).await
    }

    /// "Try again" on one's own story.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`].
    pub async fn story_retry(&self, order: i64) -> Result<(), Error> {
        let story = self.story(order).await?;
        self.running.open()?.database.jobs.step(Input::Retry { id: story.id }).await
    }

    /// Puts somebody's stories out of the way on this device, or back.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`].
    pub async fn story_mute(&self, chat: i64, muted: bool) -> Result<(), Error> {
        let chat = chat_id(chat);
        let look = move |queries: &sotto_store::Queries<'_>| queries.contact(chat);
        let found = self.running.open()?.database.read(look).await?;
        let person = found.ok_or_else(|| missing("the person"))?.contact.account;
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            batch.mute_stories(&person, muted)?;
            Ok(vec![Event::Chat(STORIES)])
        };
        self.running.open()?.database.jobs.write(write).await
    }

    async fn story(&self, order: i64) -> Result<MessageRow, Error> {
        let look = move |queries: &sotto_store::Queries<'_>| queries.message_at(order);
        let row = self.running.open()?.database.read(look).await?.filter(|row| row.message.chat == STORIES);
        Ok(row.ok_or_else(|| missing("the story"))?.message)
    }

    async fn chat_of_author(&self, author: AccountId) -> Result<ChatId, Error> {
        let look = move |queries: &sotto_store::Queries<'_>| queries.contact_of(&author);
        let contact = self.running.open()?.database.read(look).await?;
        Ok(contact.ok_or_else(|| missing("the person"))?.chat)
    }

    async fn story_step(&self, input: StoryInput) -> Result<(), Error> {
        self.running.open()?.database.jobs.step(Input::Story(input)).await
    }
}
