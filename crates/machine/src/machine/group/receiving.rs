//! From a payload to the screen: the outer layer, the session, every identity, the sender's view of the group.

use sotto_wire::{AccountId, GroupId, Hash, MessageId, Timestamp};

use super::super::{
    context::Step,
    delivery::{Written, list_is_known},
};
use crate::{
    body::{Body, Conversation},
    changes::Change,
    group::{
        megolm,
        payload::{self, GroupInner},
        rows::{GroupChange, GroupParkedRow, GroupReceiptRow, GroupRow, GroupSessionInRow},
        secret::Tag,
    },
    post::Post,
    rows::MessageState,
    step::{Rejection, StepError},
};

/// Payloads that may wait for their keys.
const MOST_PARKED: u64 = 2_000;

/// What becomes of a payload.
enum Taken {
    /// It was read, or never will be.
    Done,
    /// Its secret, its session or the events that it knows of have not come yet.
    Waits,
}

impl Step<'_> {
    pub(super) fn group_delivered(&mut self, at: Timestamp, payload: Vec<u8>) -> Result<(), StepError> {
        let hash = Hash::of(&payload);
        if self.rows.seen(&hash)? {
            return Ok(());
        }
        self.change(Change::PutSeen { hash, at: self.now });
        let Ok(tag) = payload::tag_of(&payload) else {
            self.dropped(Rejection::Malformed);
            return Ok(());
        };
        if let Taken::Waits = self.take_payload(&tag, at, &payload, true)? {
            if self.rows.group_parked_count()? < MOST_PARKED {
                self.group_change(GroupChange::Park(GroupParkedRow { hash, tag, at, payload }));
            } else {
                self.dropped(Rejection::Undecryptable);
            }
        }
        Ok(())
    }

    /// Tries everything of a group that waits. Unless the log was just read, it is read when a message knows of more:
    /// one that claims an epoch which never comes must not have it read for ever.
    pub(super) fn unpark(&mut self, group: GroupId, look: bool) -> Result<(), StepError> {
        for secret in self.group_secrets(&group)? {
            for parked in self.group_parked(&secret.tag)? {
                if let Taken::Done = self.take_payload(&parked.tag, parked.at, &parked.payload, look)? {
                    self.group_change(GroupChange::Unpark(parked.hash));
                }
            }
        }
        Ok(())
    }

    fn take_payload(&mut self, tag: &Tag, at: Timestamp, payload: &[u8], look: bool) -> Result<Taken, StepError> {
        let Some(secret) = self.group_secret_of_tag(tag)? else { return Ok(Taken::Waits) };
        let group = secret.group;
        let Some(row) = self.group(&group)? else {
            // Somebody says something under a secret that was sealed to this device: it may have been let in.
            if look {
                self.read_group_log(group)?;
            }
            return Ok(Taken::Waits);
        };
        let Ok(enclosed) = payload::open(payload, &secret.secret) else {
            return self.refuse_payload(Rejection::Malformed);
        };
        let mut sessions = self.group_sessions_in(&enclosed.session_id)?;
        sessions.retain(|session| session.group == group);
        if sessions.is_empty() {
            return Ok(Taken::Waits);
        }
        let mut why = Rejection::Undecryptable;
        for session in sessions {
            match megolm::decrypt(&session, &enclosed.message)? {
                Ok((plaintext, index)) => {
                    let Ok(inner) = GroupInner::decode(plaintext) else {
                        why = Rejection::Malformed;
                        continue;
                    };
                    // Two devices may have shared one session: it is the one that the message names.
                    if inner.sender.device != session.device || inner.sender.account != session.account {
                        why = Rejection::Identity;
                        continue;
                    }
                    if inner.epoch > row.state.epoch && look {
                        self.read_group_log(group)?;
                    }
                    return self.decrypted_for_group(row, session, index, &inner, at);
                }
                Err(other) => why = other,
            }
        }
        self.refuse_payload(why)
    }

    fn refuse_payload(&mut self, why: Rejection) -> Result<Taken, StepError> {
        self.dropped(why);
        Ok(Taken::Done)
    }

    fn decrypted_for_group(
        &mut self,
        row: GroupRow,
        session: GroupSessionInRow,
        index: u32,
        inner: &GroupInner,
        at: Timestamp,
    ) -> Result<Taken, StepError> {
        if self.group_index_seen(&session.session_id, &session.device, index)? {
            return self.refuse_payload(Rejection::Repeated);
        }
        if let Err(why) = self.check_member(&row, &session, inner)? {
            return self.refuse_payload(why);
        }
        if inner.epoch > row.state.epoch {
            return Ok(Taken::Waits);
        }
        let ours = match inner.epoch == row.state.epoch {
            true => Some(row.state.hash),
            false => self.group_event(&row.id(), inner.epoch)?.map(|event| event.hash),
        };
        if ours != Some(inner.state_hash) {
            self.forked(row, ours, inner)?;
            return self.refuse_payload(Rejection::Forked);
        }
        if !may_speak(&row, inner, at) {
            return self.refuse_payload(Rejection::NotAllowed);
        }
        let (session_id, device) = (session.session_id.clone(), session.device);
        self.group_change(GroupChange::PutIndex { session_id, device, index });
        if index >= session.next_index {
            let session = GroupSessionInRow { next_index: index + 1, ..session };
            self.group_change(GroupChange::PutSessionIn(Box::new(session)));
        }
        let author = inner.sender.account;
        match inner.body() {
            Ok(Body::Post(post)) if author == self.own.account => {
                self.receive_own_group_post(&row, inner, post, at)?;
            }
            Ok(Body::Post(post)) => {
                let written = Written { author, id: inner.message_id, sent_at: inner.sent_at, at };
                if self.receive_post(row.chat, written, post)? {
                    self.owe_member_receipt(&row, author, inner.message_id, MessageState::Delivered)?;
                }
            }
            Ok(action) if action.is_action() => self.receive_action(row.chat, author, inner.message_id, at, action)?,
            // That it came under this epoch was the news.
            Ok(_) => {}
            Err(_) => self.dropped(Rejection::Malformed),
        }
        Ok(Taken::Done)
    }

    /// Another device of this person has written: it has its tick, and gets its others from the members.
    fn receive_own_group_post(
        &mut self,
        row: &GroupRow,
        inner: &GroupInner,
        post: Post,
        at: Timestamp,
    ) -> Result<(), StepError> {
        let (message, state) = (inner.message_id, MessageState::Sent);
        let meant = row.state.others(&self.own.account).filter(|member| member.since <= inner.epoch);
        for account in meant.map(|member| member.account).collect::<Vec<_>>() {
            self.group_change(GroupChange::PutReceipt(GroupReceiptRow { message, account, state, at }));
        }
        self.receive_own_post(row.chat, message, inner.sent_at, at, post)?;
        if row.accepted { Ok(()) } else { self.accept_group(row.clone()) }
    }

    /// Everything that the message says of its sender, compared with what is pinned.
    fn check_member(
        &self,
        row: &GroupRow,
        session: &GroupSessionInRow,
        inner: &GroupInner,
    ) -> Result<Result<(), Rejection>, StepError> {
        let sender = &inner.sender;
        let (Some(device), Some(peer)) = (self.device(&session.device)?, self.pinned(&session.account)?) else {
            return Ok(Err(Rejection::UnknownDevice));
        };
        let agrees = sender.device_key == device.device_key
            && device.account == session.account
            && sender.account_key == peer.account_key;
        if !agrees {
            return Ok(Err(Rejection::Identity));
        }
        if inner.conversation != Conversation::Group(row.id()) || inner.epoch < session.epoch {
            return Ok(Err(Rejection::Conversation));
        }
        let known = list_is_known(sender.list_version, sender.list_hash, peer.version, peer.list.hash(), &peer.chain);
        Ok(if known { Ok(()) } else { Err(Rejection::ListRolledBack) })
    }

    /// A member has it, or has read it. The message is as far as the slowest of those it was for and who are there.
    pub(in crate::machine) fn receive_member_receipt(
        &mut self,
        group: &GroupRow,
        account: AccountId,
        message: MessageId,
        state: MessageState,
    ) -> Result<(), StepError> {
        let mut receipts = self.group_receipts(&message)?;
        let Some(theirs) = receipts.iter_mut().find(|r| r.account == account && r.state < state) else { return Ok(()) };
        (theirs.state, theirs.at) = (state, self.now);
        let receipt = GroupReceiptRow { ..*theirs };
        self.group_change(GroupChange::PutReceipt(receipt));
        let here = receipts.iter().filter(|r| group.state.member(&r.account).is_some());
        match here.map(|r| r.state).min() {
            Some(lowest) if lowest > MessageState::Sent => self.forward(message, lowest),
            _ => Ok(()),
        }
    }
}

/// Whether the sender belonged to the group at the message's epoch. Whoever has been removed is heard only with what
/// the relay took before.
fn may_speak(row: &GroupRow, inner: &GroupInner, at: Timestamp) -> bool {
    let account = &inner.sender.account;
    match row.state.member(account) {
        Some(member) => {
            let current = inner.epoch == row.state.epoch;
            let is_post = matches!(inner.body(), Ok(Body::Post(_)));
            inner.epoch >= member.since && !(current && is_post && !row.state.policy.send.includes(member.role))
        }
        None => row.former.iter().any(|f| f.account == *account && inner.epoch < f.epoch && at <= f.at),
    }
}
