//! The chat list, and chats as a whole.

use sotto_machine::step::{Event, Input};
use sotto_wire::{AccountId, PhoneNumber};
use tokio::sync::mpsc;

use super::{chat_id, missing};
use crate::{
    Handle, SubscriptionId,
    desk::{News, chat_row},
    error::{Code, Error},
    net::rest::RestError,
    rows::Eye,
    view::{ChatListUpdate, ChatRow},
};

impl Handle {
    /// The chat list: a snapshot, then diffs, until it is unsubscribed or the receiver is dropped.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn chats_subscribe(&self) -> Result<(SubscriptionId, mpsc::UnboundedReceiver<ChatListUpdate>), Error> {
        let (updates, receiver) = mpsc::unbounded_channel();
        let id = self.subscribe(|id, done| News::ChatsWanted { id, updates, done }).await?;
        Ok((id, receiver))
    }

    /// The window looks away.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn unsubscribe(&self, subscription: SubscriptionId) -> Result<(), Error> {
        self.running.open()?.tell(News::Unsubscribed(subscription));
        Ok(())
    }

    /// The chat list as it is now, for scripts.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn chats(&self) -> Result<Vec<ChatRow>, Error> {
        let (id, mut updates) = self.chats_subscribe().await?;
        self.unsubscribe(id)?;
        match updates.recv().await {
            Some(ChatListUpdate::Snapshot { items, .. }) => Ok(items),
            _ => Ok(Vec::new()),
        }
    }

    /// One chat as it stands in the list, for a window that shows no list.
    ///
    /// # Errors
    /// [`Code::NotFound`], or when the database cannot be read.
    pub async fn chat_row(&self, chat: i64) -> Result<ChatRow, Error> {
        let settings = self.running.board.settings();
        let look = move |queries: &sotto_store::Queries<'_>| {
            let mut eye = Eye::open(queries, &settings)?;
            chat_row(queries, chat_id(chat), &mut eye)
        };
        self.running.open()?.database.read(look).await?.ok_or_else(|| missing("the chat"))
    }

    /// Finds the person with this number and opens a chat with them; nothing is sent yet.
    ///
    /// # Errors
    /// [`Code::NumberInvalid`], [`Code::NumberOwn`], [`Code::NumberNotFound`], [`Code::Offline`], [`Code::RateLimited`].
    pub async fn chat_start(&self, number: &str) -> Result<i64, Error> {
        let number: PhoneNumber = number.parse().map_err(|_| Error::new(Code::NumberInvalid, "not a phone number"))?;
        let database = &self.running.open()?.database;
        let wanted = number.clone();
        let (own, known) = database
            .read(move |queries| {
                let known = queries.contacts()?.into_iter().find(|c| c.listed && c.number.as_ref() == Some(&wanted));
                Ok((queries.own()?, known))
            })
            .await?;
        let own = own.ok_or_else(|| missing("the account"))?;
        if own.number == number {
            return Err(Error::new(Code::NumberOwn, "one's own number"));
        }
        if let Some(known) = known {
            self.show_again(known.chat).await?;
            return Ok(known.chat.0);
        }
        let account = self.look_up(&number).await?;
        if account == own.account {
            return Err(Error::new(Code::NumberOwn, "one's own number"));
        }
        self.begin(number, account).await
    }

    /// As [`Self::chat_start`] for a number that must be this account's.
    pub(super) async fn chat_start_with(&self, number: &PhoneNumber, wanted: AccountId) -> Result<i64, Error> {
        if self.look_up(number).await? != wanted {
            return Err(Error::new(Code::NumberNotFound, "the number belongs to somebody else now"));
        }
        self.begin(number.clone(), wanted).await
    }

    async fn begin(&self, number: PhoneNumber, account: AccountId) -> Result<i64, Error> {
        let database = &self.running.open()?.database;
        database.jobs.step(Input::StartChat { number, account }).await?;
        let contact = database.read(move |queries| queries.contact_of(&account)).await?;
        let chat = contact.ok_or_else(|| missing("the chat"))?.chat;
        self.show_again(chat).await?;
        Ok(chat.0)
    }

    async fn look_up(&self, number: &PhoneNumber) -> Result<AccountId, Error> {
        let answer = self.running.member()?.rest.look_up(vec![number.clone()]).await;
        let found = answer.map_err(|error| match error {
            RestError::Unreachable(detail) => Error::new(Code::Offline, detail),
            other => other.into(),
        })?;
        let person = found.people.into_iter().find(|person| person.number == *number);
        let account = person.map(|person| person.account);
        account.ok_or_else(|| Error::new(Code::NumberNotFound, "nobody with this number can be found"))
    }

    /// What was written and not sent.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn draft_set(&self, chat: i64, text: &str) -> Result<(), Error> {
        let chat = chat_id(chat);
        let draft = (!text.trim().is_empty()).then(|| text.to_owned());
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            batch.put_draft(chat, draft.as_deref())?;
            Ok(vec![Event::Chat(chat)])
        };
        self.running.open()?.database.jobs.write(write).await
    }

    /// Which chat is on a screen that has focus: no notification for it.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn chat_focus(&self, chat: Option<i64>) -> Result<(), Error> {
        self.running.open()?.tell(News::Focus(chat.map(chat_id)));
        Ok(())
    }

    /// A stranger is accepted.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn request_accept(&self, chat: i64) -> Result<(), Error> {
        self.running.open()?.database.jobs.step(Input::AcceptRequest { chat: chat_id(chat) }).await
    }
}
