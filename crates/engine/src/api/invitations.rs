//! Links by which people ask to come into groups, and what admins do about it.

use sotto_machine::group::{GroupOp, Invitation, JoinLink, Policy, input::GroupInput};

use sotto_wire::GroupId;

use super::{chat_id, groups::account_id, missing};
use crate::{
    Handle,
    error::{Code, Error},
    rows,
    view::GroupPolicy,
};

impl Handle {
    /// Changes who may do what.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`].
    pub async fn group_policy(&self, chat: i64, policy: GroupPolicy) -> Result<(), Error> {
        let link = self.policy_of(chat).await?.link;
        self.put_policy(chat, rows::groups::to_policy(policy, link)).await
    }

    /// Makes a link to come in by: with `approval` an admin is asked about everybody. A `fresh` one ends the link before;
    /// else the link that there is stays.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`].
    pub async fn group_link_set(&self, chat: i64, approval: bool, fresh: bool) -> Result<(), Error> {
        let policy = self.policy_of(chat).await?;
        let secret = match policy.link {
            Some(link) if !fresh => link.secret,
            _ => rand::random(),
        };
        self.put_policy(chat, Policy { link: Some(JoinLink { secret, approval }), ..policy }).await
    }

    /// Takes the link away: it opens nothing any more.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`].
    pub async fn group_link_remove(&self, chat: i64) -> Result<(), Error> {
        let policy = self.policy_of(chat).await?;
        self.put_policy(chat, Policy { link: None, ..policy }).await
    }

    /// Asks to come into the group of a link; names its chat if this person is in it already.
    ///
    /// # Errors
    /// [`Code::NotFound`] for what is no such link, [`Code::NotPossible`].
    pub async fn group_join(&self, link: &str) -> Result<Option<i64>, Error> {
        let invitation = invitation(link)?;
        let here = self.chat_of_group(invitation.group).await?;
        if here.is_none() {
            self.group_step(GroupInput::Ask(invitation)).await?;
        }
        Ok(here)
    }

    /// The chat of the group of a link, if this person is in it.
    ///
    /// # Errors
    /// [`Code::NotFound`] for what is no such link.
    pub async fn group_of_link(&self, link: &str) -> Result<Option<i64>, Error> {
        self.chat_of_group(invitation(link)?.group).await
    }

    async fn chat_of_group(&self, group: GroupId) -> Result<Option<i64>, Error> {
        let look = move |queries: &sotto_store::Queries<'_>| {
            let me = queries.own()?.map(|own| own.account);
            let row = queries.group(&group)?.filter(|row| me.is_some_and(|me| row.state.member(&me).is_some()));
            Ok(row.map(|row| row.chat.0))
        };
        self.running.open()?.database.read(look).await
    }

    /// Lets in who has asked.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`].
    pub async fn group_admit(&self, chat: i64, account: &str) -> Result<(), Error> {
        let (chat, account) = (chat_id(chat), account_id(account)?);
        self.group_step(GroupInput::Admit { chat, account }).await
    }

    /// Does not let in who has asked. They are not told.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], [`Code::NotFound`].
    pub async fn group_decline(&self, chat: i64, account: &str) -> Result<(), Error> {
        let (chat, account) = (chat_id(chat), account_id(account)?);
        self.group_step(GroupInput::Decline { chat, account }).await
    }

    async fn policy_of(&self, chat: i64) -> Result<Policy, Error> {
        let group = self.running.open()?.database.read(move |queries| queries.group_of_chat(chat_id(chat))).await?;
        group.map(|group| group.state.policy).ok_or_else(|| missing("the group"))
    }

    async fn put_policy(&self, chat: i64, policy: Policy) -> Result<(), Error> {
        self.group_change(chat, GroupOp::Policy { policy }).await
    }
}

fn invitation(link: &str) -> Result<Invitation, Error> {
    let known = rows::groups::invitation(link);
    known.ok_or_else(|| Error::new(Code::NotFound, "this is no link to a group of Sotto's"))
}
