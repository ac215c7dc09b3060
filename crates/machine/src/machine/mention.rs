//! Which mentions of a message count, and whether this person is mentioned.

use sotto_wire::AccountId;

use super::context::Step;
use crate::{
    group::rows::GroupRow,
    post::{Mention, Post, places},
    rows::ChatId,
    step::StepError,
};

impl Step<'_> {
    /// The message with those mentions that count: in a group, of people who are in it or were. If one of them lies
    /// where none can, none counts and the words stay.
    pub(super) fn with_mentions(&self, chat: ChatId, mut post: Post) -> Result<Post, StepError> {
        if post.mentions.is_empty() {
            return Ok(post);
        }
        match self.group_of_chat(chat)? {
            Some(group) if places(&post.text, &post.mentions).is_some() => {
                post.mentions.retain(|mention| is_known(&group, &mention.account));
            }
            _ => post.mentions.clear(),
        }
        Ok(post)
    }

    /// Somebody else has mentioned this person.
    pub(super) fn is_mentioned(&self, author: &AccountId, mentions: &[Mention]) -> bool {
        *author != self.own.account && mentions.iter().any(|mention| mention.account == self.own.account)
    }
}

fn is_known(group: &GroupRow, account: &AccountId) -> bool {
    group.state.member(account).is_some() || group.former.iter().any(|former| former.account == *account)
}
