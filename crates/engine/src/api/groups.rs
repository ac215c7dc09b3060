//! Groups: founding, changing, and who is in them.

use sotto_machine::{
    group::{GroupOp, Look, input::GroupInput},
    rows::ChatId,
    step::Input,
};
use sotto_wire::{AccountId, GroupId, limits};
use tokio::task::spawn_blocking;

use super::{chat_id, messages::message_id, missing};
use crate::{
    Handle,
    error::{Code, Error},
    picture,
    rows::{self, Eye},
    view::{GroupReceipt, GroupRole, GroupView},
};

impl Handle {
    /// Founds a group with people one writes with. It is there at once; the others learn of it when the relay has
    /// taken its first event.
    ///
    /// # Errors
    /// [`Code::NameInvalid`], [`Code::NotFound`] for a chat that is not with a person.
    pub async fn group_create(&self, name: &str, members: &[i64]) -> Result<i64, Error> {
        self.group_found(name, "", None, members).await
    }

    /// The same, with a few words about it and a chosen picture, whichever are wanted.
    ///
    /// # Errors
    /// As [`Self::group_create`], and [`Code::PictureInvalid`].
    pub async fn group_found(
        &self,
        name: &str,
        about: &str,
        picture: Option<u64>,
        members: &[i64],
    ) -> Result<i64, Error> {
        let members = self.accounts(members).await?;
        let words = about_words(about)?;
        let about = Some(words).filter(|words| !words.is_empty());
        let picture = match picture {
            Some(chosen) => Some(self.group_face(chosen).await?),
            None => None,
        };
        let look = (about.is_some() || picture.is_some()).then_some(Look { about, picture });
        let group = GroupId(rand::random());
        let database = &self.running.open()?.database;
        let input = GroupInput::Found { group, name: name.to_owned(), members, look };
        database.jobs.step(Input::Group(input)).await.map_err(|error| match error.code {
            Code::NotAllowed => Error::new(Code::NameInvalid, "a group needs a name of 1 to 100 characters"),
            _ => error,
        })?;
        let row = database.read(move |queries| queries.group(&group)).await?;
        row.map(|row| row.chat.0).ok_or_else(|| missing("the group"))
    }

    /// Adds people one writes with.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`].
    pub async fn group_add(&self, chat: i64, members: &[i64]) -> Result<(), Error> {
        let members = self.accounts(members).await?;
        self.group_step(GroupInput::Add { chat: chat_id(chat), members }).await
    }

    /// Removes somebody.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`].
    pub async fn group_remove(&self, chat: i64, account: &str) -> Result<(), Error> {
        self.group_change(chat, GroupOp::Remove { account: account_id(account)? }).await
    }

    /// Leaves.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`].
    pub async fn group_leave(&self, chat: i64) -> Result<(), Error> {
        self.group_change(chat, GroupOp::Leave).await
    }

    /// Gives somebody a role.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`].
    pub async fn group_role(&self, chat: i64, account: &str, role: GroupRole) -> Result<(), Error> {
        let (account, role) = (account_id(account)?, rows::groups::to_role(role));
        self.group_change(chat, GroupOp::Role { account, role }).await
    }

    /// Gives the group another name.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`].
    pub async fn group_rename(&self, chat: i64, name: &str) -> Result<(), Error> {
        self.group_change(chat, GroupOp::rename(name.trim())).await
    }

    /// Says something about the group; nothing when empty.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`], [`Code::TextTooLong`].
    pub async fn group_describe(&self, chat: i64, about: &str) -> Result<(), Error> {
        let about = Some(about_words(about)?);
        self.group_look(chat, Look { about, picture: None }).await
    }

    /// Gives the group a chosen picture, or none.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`], [`Code::PictureInvalid`].
    pub async fn group_picture(&self, chat: i64, picture: Option<u64>) -> Result<(), Error> {
        let bytes = match picture {
            Some(chosen) => self.group_face(chosen).await?,
            None => Vec::new(),
        };
        self.group_look(chat, Look { about: None, picture: Some(bytes) }).await
    }

    /// The name is whatever it is when the change is made.
    async fn group_look(&self, chat: i64, look: Look) -> Result<(), Error> {
        let name = self.group_view(chat).await?.title;
        self.group_change(chat, GroupOp::Rename { name, look: Some(look) }).await
    }

    /// The middle square of a chosen picture. It is chosen no more.
    async fn group_face(&self, chosen: u64) -> Result<Vec<u8>, Error> {
        let bytes = self.attachment_preview(chosen).await?;
        let face = spawn_blocking(move || picture::for_group(&bytes)).await;
        let face = face.map_err(|_| Error::new(Code::PictureInvalid, "the picture cannot be read"))??;
        self.attachment_drop(chosen).await?;
        Ok(face)
    }

    /// The group as its panel shows it.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn group_view(&self, chat: i64) -> Result<GroupView, Error> {
        let (chat, settings) = (chat_id(chat), self.running.board.settings());
        let look = move |queries: &sotto_store::Queries<'_>| {
            let Some(group) = queries.group_of_chat(chat)? else { return Ok(None) };
            let mut eye = Eye::open(queries, &settings)?;
            rows::groups::view(queries, &group, &mut eye).map(Some)
        };
        self.running.open()?.database.read(look).await?.ok_or_else(|| missing("the group"))
    }

    /// Who has received and who has read a message of one's own in a group.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn group_receipts(&self, id: &str) -> Result<Vec<GroupReceipt>, Error> {
        let (id, settings) = (message_id(id)?, self.running.board.settings());
        let look = move |queries: &sotto_store::Queries<'_>| {
            let mut eye = Eye::open(queries, &settings)?;
            rows::groups::receipts(queries, &id, &mut eye)
        };
        self.running.open()?.database.read(look).await
    }

    pub(super) async fn group_change(&self, chat: i64, op: GroupOp) -> Result<(), Error> {
        self.group_step(GroupInput::Change { chat: chat_id(chat), op }).await
    }

    pub(super) async fn group_step(&self, input: GroupInput) -> Result<(), Error> {
        self.running.open()?.database.jobs.step(Input::Group(input)).await
    }

    /// The people of these chats.
    async fn accounts(&self, chats: &[i64]) -> Result<Vec<AccountId>, Error> {
        let chats: Vec<ChatId> = chats.iter().copied().map(chat_id).collect();
        let look = move |queries: &sotto_store::Queries<'_>| {
            let people = chats.iter().map(|chat| queries.contact(*chat));
            people.map(|person| Ok(person?.map(|details| details.contact.account))).collect()
        };
        let found: Vec<Option<AccountId>> = self.running.open()?.database.read(look).await?;
        found.into_iter().map(|account| account.ok_or_else(|| missing("a chat with a person"))).collect()
    }
}

fn about_words(about: &str) -> Result<String, Error> {
    let words = about.trim();
    match words.chars().count() <= limits::MAX_GROUP_ABOUT_CHARS {
        true => Ok(words.to_owned()),
        false => Err(Error::new(Code::TextTooLong, "the words about a group are too long")),
    }
}

pub(super) fn account_id(account: &str) -> Result<AccountId, Error> {
    account.parse().map_err(|_| Error::new(Code::NotFound, "an account has 64 hexadecimal digits"))
}
