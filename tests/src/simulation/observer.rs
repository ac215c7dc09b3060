//! Watches a world from outside and judges it.

use std::collections::BTreeMap;

use sotto_machine::rows::{Content, MessageRow, MessageState};
use sotto_wire::{AccountId, DeviceId, Hash, MessageId};

use crate::town::Person;

/// What a schedule came to. Everything but `crashes`, `accepted` and `messages` must be zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Processes that died.
    pub crashes: u64,
    /// Texts that people sent.
    pub messages: u64,
    /// Texts that the relay answered for.
    pub accepted: u64,
    /// Accepted, and not on the recipient's screen.
    pub lost: u64,
    /// On a screen twice.
    pub doubled: u64,
    /// Shown in another order than they were sent in.
    pub reordered: u64,
    /// Never got their tick, or sessions and gaps that stayed open.
    pub stuck: u64,
    /// Ticks that went back, and counters that were used for two ciphertexts.
    pub broken: u64,
}

impl Verdict {
    /// Nothing went wrong.
    pub fn holds(&self) -> bool {
        self.lost + self.doubled + self.reordered + self.stuck + self.broken == 0
    }

    /// Both together.
    pub fn add(&mut self, other: &Self) {
        self.crashes += other.crashes;
        self.messages += other.messages;
        self.accepted += other.accepted;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.reordered += other.reordered;
        self.stuck += other.stuck;
        self.broken += other.broken;
    }
}

/// What was seen while a world ran.
#[derive(Debug, Default)]
pub(super) struct Observer {
    pub(super) crashes: u64,
    sent: Vec<Sent>,
    best: BTreeMap<MessageId, MessageState>,
    ciphertexts: BTreeMap<(DeviceId, DeviceId, u64), Hash>,
    broken: u64,
}

#[derive(Debug, Clone)]
struct Sent {
    from: usize,
    to: AccountId,
    text: String,
    id: MessageId,
}

impl Observer {
    pub(super) fn sent(&mut self, from: usize, to: AccountId, text: String, id: MessageId) {
        self.sent.push(Sent { from, to, text, id });
    }

    /// A ciphertext leaves: a counter belongs to one ciphertext for ever.
    pub(super) fn uploads(&mut self, from: DeviceId, to: DeviceId, counter: u64, bytes: &[u8]) {
        let hash = Hash::of(bytes);
        if self.ciphertexts.insert((from, to, counter), hash).is_some_and(|before| before != hash) {
            self.broken += 1;
        }
    }

    /// A state as its author sees it now: ticks never go back.
    pub(super) fn looks(&mut self, message: &MessageRow) {
        if !matches!(message.content, Content::Post(_)) {
            return;
        }
        let best = self.best.entry(message.id).or_insert(message.state);
        if message.state < *best {
            self.broken += 1;
        }
        *best = message.state;
    }

    /// Judges the end of a world in which nothing has failed for a long time.
    pub(super) fn judge(&self, people: &[&Person]) -> Verdict {
        let mut verdict = Verdict {
            crashes: self.crashes,
            messages: self.sent.len() as u64,
            broken: self.broken,
            ..Verdict::default()
        };
        for sent in &self.sent {
            let author = people[sent.from];
            let state = author.own_message(&sent.id).map(|m| m.state);
            let accepted = state.is_some_and(|s| s >= MessageState::Sent && !matches!(s, MessageState::Failed(_)));
            let shown = shown(people, &sent.to, &author.account(), &sent.text);
            verdict.accepted += u64::from(accepted);
            verdict.stuck += u64::from(!accepted);
            verdict.lost += u64::from(accepted && shown == 0);
            verdict.doubled += u64::from(shown > 1);
        }
        for (at, author) in people.iter().enumerate() {
            for reader in people {
                let sent = self.sent.iter().filter(|s| s.from == at && s.to == reader.account());
                let wanted: Vec<&String> = sent.map(|s| &s.text).collect();
                let seen = texts_of(reader, &author.account());
                let order: Vec<usize> = seen.iter().filter_map(|text| wanted.iter().position(|w| *w == text)).collect();
                verdict.reordered += order.windows(2).filter(|pair| pair[0] > pair[1]).count() as u64;
            }
            let [.., outbox, _, gaps, _] = author.rows.sizes();
            verdict.stuck += (outbox + gaps) as u64;
        }
        verdict
    }
}

fn shown(people: &[&Person], reader: &AccountId, author: &AccountId, text: &str) -> usize {
    people
        .iter()
        .filter(|p| p.account() == *reader)
        .map(|p| texts_of(p, author).iter().filter(|t| *t == text).count())
        .sum()
}

fn texts_of(reader: &Person, author: &AccountId) -> Vec<String> {
    let Some(chat) = reader.chat_with(author) else { return Vec::new() };
    reader.said(chat).into_iter().filter(|(a, _)| a == author).map(|(_, text)| text).collect()
}
