//! What is done to messages that are there: answering, reacting, editing, deleting, forwarding, keeping, pinning.
//!
//! A message is named by its chat and its place (`order`): ids are drawn by their authors, places are not.

use super::{chat_id, missing, new_message_id};
use crate::{
    Handle,
    error::{Code, Error},
    kept, people,
    rows::{self, Eye},
    view::{MentionRange, MessageItem, StarredView, WordingView},
};
use sotto_machine::{
    is_one_emoji,
    post::{Post, Quote},
    rows::{Content, MessageRow},
    step::{Act, Input},
};

/// Longest list of kept messages that is read at once.
const MOST_STARRED: u32 = 500;
/// Emoji kept as last used: two rows and a half of the picker.
const MOST_RECENT: usize = 27;
/// Chats to which one forwards at once.
const MOST_CHATS: usize = 20;

impl Handle {
    /// Sends a text that answers a message. Everything else is as with `message_send`.
    ///
    /// # Errors
    /// [`Code::TextTooLong`], [`Code::NotFound`], [`Code::DiskFull`].
    pub async fn message_reply(&self, chat: i64, id: &str, text: &str, order: i64) -> Result<(), Error> {
        self.message_write(chat, id, text, &[], Some(order)).await
    }

    /// The message that another one answers, if it answers one, as it quotes it.
    pub(super) async fn quote_of(&self, chat: i64, answered: Option<i64>) -> Result<Option<Quote>, Error> {
        let Some(order) = answered else { return Ok(None) };
        let original = self.entry(chat, order).await?;
        let Content::Post(post) = &original.content else { return Err(not_possible("only a message is answered")) };
        // What disappears does not stay in a quote of it.
        let excerpt = if post.lifetime().is_some() || post.once.is_some() { String::new() } else { post.excerpt() };
        Ok(Some(Quote { author: original.author, message: original.id, excerpt }))
    }

    /// Reacts with one emoji, or takes one's reaction back.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::NotPossible`].
    pub async fn message_react(&self, chat: i64, order: i64, emoji: Option<&str>) -> Result<(), Error> {
        self.act(chat, order, Act::React(emoji.map(str::to_owned))).await
    }

    /// Gives one of one's own messages other words, within a day.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::TooLate`], [`Code::TextTooLong`], [`Code::NotPossible`].
    pub async fn message_edit(&self, chat: i64, order: i64, text: &str) -> Result<(), Error> {
        self.message_reword(chat, order, text.trim(), &[]).await
    }

    /// The same with people who are named in the new words.
    ///
    /// # Errors
    /// As [`Self::message_edit`].
    pub async fn message_reword(
        &self,
        chat: i64,
        order: i64,
        text: &str,
        mentions: &[MentionRange],
    ) -> Result<(), Error> {
        let mentions = rows::mentions::to_mentions(mentions);
        self.act(chat, order, Act::Edit(Box::new(Post { mentions, ..Post::text(text) }))).await
    }

    /// The wordings of a message, oldest first.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn message_history(&self, chat: i64, order: i64) -> Result<Vec<WordingView>, Error> {
        let entry = self.entry(chat, order).await?;
        let edits = self.running.open()?.database.read(move |queries| queries.edits(&entry.author, &entry.id)).await?;
        let at = |at| i64::try_from(at).unwrap_or(i64::MAX);
        Ok(edits.into_iter().map(|edit| WordingView { text: edit.text, at: at(edit.at) }).collect())
    }

    /// Takes messages away: here, or one's own for everyone, within two days.
    ///
    /// # Errors
    /// The first that could not be taken away: [`Code::NotFound`], [`Code::TooLate`], [`Code::NotPossible`].
    pub async fn message_delete(&self, chat: i64, orders: &[i64], everyone: bool) -> Result<(), Error> {
        let act = if everyone { Act::DeleteForAll } else { Act::DeleteHere };
        self.act_on_all(chat, orders, &act).await
    }

    /// Passes messages on to other chats, marked as forwarded, in their order. Their files are encrypted anew, once, and
    /// uploaded once for all chats.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::FileNotHere`], [`Code::DiskFull`].
    pub async fn message_forward(&self, chat: i64, orders: &[i64], to: &[i64]) -> Result<(), Error> {
        let mut orders = orders.to_vec();
        orders.sort_unstable();
        let mut posts = Vec::new();
        for order in orders {
            if let Content::Post(post) = self.entry(chat, order).await?.content {
                if post.once.is_some() {
                    return Err(not_possible("what may be looked at once is not passed on"));
                }
                let attachments = self.renewed(post.attachments.clone()).await?;
                posts.push(Post {
                    forwarded: true,
                    quote: None,
                    expires_after: None,
                    mentions: Vec::new(),
                    attachments,
                    ..post
                });
            }
        }
        for chat in to.iter().take(MOST_CHATS) {
            for post in &posts {
                self.post(*chat, &new_message_id(), post.clone()).await?;
            }
        }
        Ok(())
    }

    /// Keeps messages in the list of kept ones on this device, or not any more.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn message_star(&self, chat: i64, orders: &[i64], starred: bool) -> Result<(), Error> {
        self.act_on_all(chat, orders, &Act::Star(starred)).await
    }

    /// Kept messages, newest first: of one chat, or of all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn starred(&self, chat: Option<i64>) -> Result<Vec<StarredView>, Error> {
        let settings = self.running.board.settings();
        let look = move |queries: &sotto_store::Queries<'_>| {
            let mut eye = Eye::open(queries, &settings)?;
            let mut views = Vec::new();
            let kept = queries.starred(chat.map(chat_id), MOST_STARRED)?;
            eye.learn(queries, &kept)?;
            for row in kept {
                let of = row.message.chat;
                let title = match queries.group_of_chat(of)? {
                    Some(group) => group.state.name,
                    None => queries.contact(of)?.as_ref().map(people::title_of).unwrap_or_default(),
                };
                views.push(StarredView { chat: of.0, title, item: rows::message(row, &eye, queries)? });
            }
            Ok(views)
        };
        self.running.open()?.database.read(look).await
    }

    /// Pins a message for everybody in its chat, or not any more.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::NotPossible`].
    pub async fn message_pin(&self, chat: i64, order: i64, pinned: bool) -> Result<(), Error> {
        self.act(chat, order, Act::Pin(pinned)).await
    }

    /// The pinned messages of a chat, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn thread_pins(&self, chat: i64) -> Result<Vec<MessageItem>, Error> {
        let settings = self.running.board.settings();
        let look = move |queries: &sotto_store::Queries<'_>| {
            let eye = Eye::open(queries, &settings)?;
            queries.pins(chat_id(chat))?.into_iter().map(|row| rows::message(row, &eye, queries)).collect()
        };
        self.running.open()?.database.read(look).await
    }

    /// Messages of a chat disappear so many seconds after they were read; 0 when they stay.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::NotPossible`].
    pub async fn timer_set(&self, chat: i64, seconds: u32) -> Result<(), Error> {
        self.running.open()?.database.jobs.step(Input::SetTimer { chat: chat_id(chat), seconds }).await
    }

    /// Emoji last used, the newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn emoji_recent(&self) -> Result<Vec<String>, Error> {
        let look = |queries: &sotto_store::Queries<'_>| Ok(kept::EMOJI.get(queries)?.unwrap_or_default());
        self.running.open()?.database.read(look).await
    }

    /// An emoji was used: it is the newest now.
    ///
    /// # Errors
    /// [`Code::NotPossible`] for what is no emoji.
    pub async fn emoji_used(&self, emoji: &str) -> Result<(), Error> {
        if !is_one_emoji(emoji) {
            return Err(not_possible("that is no emoji"));
        }
        let emoji = emoji.to_owned();
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            let before = kept::EMOJI.get(&batch.queries())?.unwrap_or_default();
            let others = before.into_iter().filter(|other| *other != emoji);
            let recent: Vec<String> = std::iter::once(emoji.clone()).chain(others).take(MOST_RECENT).collect();
            kept::EMOJI.put(batch, &recent)?;
            Ok(Vec::new())
        };
        self.running.open()?.database.jobs.write(write).await
    }

    /// An entry of a conversation by its place.
    pub(super) async fn entry(&self, chat: i64, order: i64) -> Result<MessageRow, Error> {
        let found = self.running.open()?.database.read(move |queries| queries.message_at(order)).await?;
        let found = found.map(|row| row.message).filter(|message| message.chat == chat_id(chat));
        found.ok_or_else(|| missing("the message"))
    }

    pub(super) async fn act(&self, chat: i64, order: i64, act: Act) -> Result<(), Error> {
        let MessageRow { author, id, .. } = self.entry(chat, order).await?;
        self.running.open()?.database.jobs.step(Input::Act { author, id, act }).await
    }

    /// All that can be done is done; the first that could not is told.
    async fn act_on_all(&self, chat: i64, orders: &[i64], act: &Act) -> Result<(), Error> {
        let mut result = Ok(());
        for order in orders {
            let done = self.act(chat, *order, act.clone()).await;
            if result.is_ok() {
                result = done;
            }
        }
        result
    }
}

pub(super) fn not_possible(detail: &str) -> Error {
    Error::new(Code::NotPossible, detail)
}
