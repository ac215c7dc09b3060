//! What actions have left behind, in memory.

use std::collections::BTreeMap;

use sotto_machine::{changes::Change, rows::*};
use sotto_wire::{AccountId, MessageId, Timestamp};

use super::MemoryRows;

/// Reactions, wordings, pins, timers, and what waits.
#[derive(Debug, Clone, Default)]
pub(super) struct Actions {
    reactions: BTreeMap<(AccountId, MessageId, AccountId), ReactionRow>,
    edits: BTreeMap<(AccountId, MessageId, u32), EditRow>,
    pins: BTreeMap<(AccountId, MessageId), PinRow>,
    gone: BTreeMap<(AccountId, MessageId), Timestamp>,
    timers: BTreeMap<ChatId, TimerRow>,
    waiting: Vec<WaitingRow>,
}

impl Actions {
    pub(super) fn apply(&mut self, change: &Change) {
        match change {
            Change::PutReaction(row) => drop(self.reactions.insert((row.author, row.id, row.person), row.clone())),
            Change::PutEdit(row) => drop(self.edits.insert((row.author, row.id, row.count), row.clone())),
            Change::DeleteEdit { author, id, count } => drop(self.edits.remove(&(*author, *id, *count))),
            Change::PutPin(row) => drop(self.pins.insert((row.author, row.id), *row)),
            Change::PutGone { author, id, at } => drop(self.gone.insert((*author, *id), *at)),
            Change::PutTimer { chat, timer } => drop(self.timers.insert(*chat, *timer)),
            Change::PutWaiting(row) => self.waiting.push(row.clone()),
            Change::DeleteWaiting { author, id } => self.waiting.retain(|w| (w.author, w.id) != (*author, *id)),
            Change::PruneActions { waiting, gone } => {
                self.waiting.retain(|w| w.at >= *waiting);
                self.gone.retain(|_, at| *at >= *gone);
            }
            other => panic!("nothing keeps {other:?}"),
        }
    }

    pub(super) fn strip(&mut self, author: &AccountId, id: &MessageId) {
        self.reactions.retain(|(a, i, _), _| (a, i) != (author, id));
        self.edits.retain(|(a, i, _), _| (a, i) != (author, id));
        self.pins.remove(&(*author, *id));
    }

    pub(super) fn merge(&mut self, from: ChatId, into: ChatId) {
        self.reactions.values_mut().filter(|row| row.chat == from).for_each(|row| row.chat = into);
        self.pins.values_mut().filter(|row| row.chat == from).for_each(|row| row.chat = into);
        self.waiting.iter_mut().filter(|row| row.chat == from).for_each(|row| row.chat = into);
    }
}

impl MemoryRows {
    /// The reactions to a message that stand: who, and with what.
    pub fn reactions(&self, author: &AccountId, id: &MessageId) -> Vec<(AccountId, String)> {
        let of_message = self.actions.reactions.values().filter(|row| (row.author, row.id) == (*author, *id));
        of_message.filter_map(|row| Some((row.person, row.emoji.clone()?))).collect()
    }

    /// How many actions wait for their messages.
    pub fn waiting_actions(&self) -> usize {
        self.actions.waiting.len()
    }
}

impl ActionRows for MemoryRows {
    fn reaction(&self, author: &AccountId, id: &MessageId, person: &AccountId) -> Read<Option<ReactionRow>> {
        Ok(self.actions.reactions.get(&(*author, *id, *person)).cloned())
    }
    fn edits(&self, author: &AccountId, id: &MessageId) -> Read<Vec<EditRow>> {
        let of_message = self.actions.edits.values().filter(|row| (row.author, row.id) == (*author, *id));
        Ok(of_message.cloned().collect())
    }
    fn pin(&self, author: &AccountId, id: &MessageId) -> Read<Option<PinRow>> {
        Ok(self.actions.pins.get(&(*author, *id)).copied())
    }
    fn timer(&self, chat: ChatId) -> Read<Option<TimerRow>> {
        Ok(self.actions.timers.get(&chat).copied())
    }
    fn waiting(&self, author: &AccountId, id: &MessageId) -> Read<Vec<WaitingRow>> {
        let for_message = self.actions.waiting.iter().filter(|row| (row.author, row.id) == (*author, *id));
        Ok(for_message.cloned().collect())
    }
    fn waiting_count(&self, actor: &AccountId) -> Read<u32> {
        Ok(self.actions.waiting.iter().filter(|row| row.actor == *actor).count() as u32)
    }
    fn is_gone(&self, author: &AccountId, id: &MessageId) -> Read<bool> {
        Ok(self.actions.gone.contains_key(&(*author, *id)))
    }
    fn expired(&self, now: Timestamp, most: u32) -> Read<Vec<MessageRow>> {
        let mut over = self.find(|m| m.marks.expires_at.is_some_and(|at| at <= now));
        over.sort_by_key(|m| m.marks.expires_at);
        over.truncate(most as usize);
        Ok(over)
    }
    fn traces(&self, before: Timestamp, most: u32) -> Read<Vec<MessageRow>> {
        let mut traces = self.find(|m| m.content == Content::Deleted && m.at < before);
        traces.truncate(most as usize);
        Ok(traces)
    }
    fn next_expiry_after(&self, now: Timestamp) -> Read<Option<Timestamp>> {
        Ok(self.messages.iter().filter_map(|(_, m)| m.marks.expires_at).filter(|at| *at > now).min())
    }
    fn is_before_key_change(&self, author: &AccountId, id: &MessageId) -> Read<bool> {
        let Some(at) = self.messages.iter().position(|(_, m)| (m.author, m.id) == (*author, *id)) else {
            return Ok(false);
        };
        let (said, since) = (&self.messages[at].1, &self.messages[at + 1..]);
        let changed = Content::Notice(Notice::KeyChanged);
        let violated = Content::Notice(Notice::KeyViolated);
        Ok(since.iter().any(|(_, m)| m.chat == said.chat && (m.content == changed || m.content == violated)))
    }
}
