//! Watches a world from outside and judges it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use sotto_machine::{
    changes::Change,
    rows::{Content, MessageRow, MessageState, OlmCopy, Rows as _},
};
use sotto_wire::{AccountId, DeviceId, Hash, MessageId};
use vodozemac::olm::OlmMessage;

use super::{client::Said, verdict::Verdict};
use crate::town::Person;

/// Most sessions with one device that stay alive.
const ALIVE: usize = 4;

/// What was seen while a world ran.
#[derive(Default)]
pub(super) struct Observer {
    pub(super) seen: Verdict,
    trace: DefaultHasher,
    sent: Vec<Sent>,
    /// By the device that shows it.
    best: BTreeMap<(usize, MessageId), MessageState>,
    counters: HashMap<(DeviceId, DeviceId, u64), Hash>,
    /// Olm keys: the ratchet's public key and the place in its chain, by the device that has used them.
    keys: HashMap<(DeviceId, [u8; 32], u64), Hash>,
    /// What was on a screen whose disk was then set back.
    forgotten: BTreeSet<(usize, MessageId)>,
    set_back: BTreeSet<usize>,
}

struct Sent {
    from: usize,
    said: Said,
    /// Written when nothing had failed for a long time.
    late: bool,
}

impl Observer {
    /// Something happens.
    pub(super) fn happens(&mut self, at: u64, what: impl std::hash::Hash) {
        at.hash(&mut self.trace);
        what.hash(&mut self.trace);
    }

    /// All of it as one number.
    pub(super) fn trace(&self) -> u64 {
        self.trace.finish()
    }

    pub(super) fn sent(&mut self, from: usize, said: Said, late: bool) {
        self.sent.push(Sent { from, said, late });
    }

    /// A ciphertext leaves: a counter and a key belong to one ciphertext for ever.
    pub(super) fn uploads(&mut self, from: DeviceId, copy: &OlmCopy) {
        let hash = Hash::of(&copy.bytes);
        let counter = self.counters.insert((from, copy.device, copy.pair_counter), hash);
        let key = olm_key(copy).and_then(|(ratchet, place)| self.keys.insert((from, ratchet, place), hash));
        for before in [counter, key].into_iter().flatten() {
            self.seen.broken += u64::from(before != hash);
        }
    }

    /// What its author sees of a message: ticks never go back.
    pub(super) fn commits(&mut self, (who, author): (usize, AccountId), changes: &[Change]) {
        for change in changes {
            if let Change::PutMessage(message) = change
                && message.author == author
                && matches!(message.content, Content::Post(_))
            {
                let best = self.best.entry((who, message.id)).or_insert(message.state);
                self.seen.broken += u64::from(message.state < *best);
                *best = message.state;
            }
        }
    }

    /// A disk was set back: what it has forgotten is lost with it, and its keys come round again.
    pub(super) fn set_back(&mut self, who: usize, before: &Person, after: &Person) {
        self.seen.set_back += 1;
        self.set_back.insert(who);
        let (account, device) = (after.account(), after.device());
        let kept: BTreeSet<_> = texts(after).into_iter().map(|m| m.id).collect();
        for message in texts(before).into_iter().filter(|m| !kept.contains(&m.id)) {
            self.forgotten.insert((who, message.id));
        }
        self.sent.retain(|sent| sent.from != who || kept.contains(&sent.said.id));
        for message in texts(after).into_iter().filter(|m| m.author == account) {
            self.best.insert((who, message.id), message.state);
        }
        self.counters.retain(|(from, to, counter), _| {
            *from != device || after.rows.device(to).expect("rows").is_some_and(|to| *counter < to.next_send)
        });
        self.keys.retain(|(from, ..), _| *from != device);
    }

    /// Judges the end of a world in which nothing has failed for a long time.
    pub(super) fn judge(&self, people: &[&Person]) -> Verdict {
        let mut verdict = Verdict { messages: self.sent.len() as u64, ..self.seen.clone() };
        for sent in &self.sent {
            self.judge_message(sent, people, &mut verdict);
        }
        for (at, author) in people.iter().enumerate() {
            for (reader_at, reader) in people.iter().enumerate() {
                let whole = ![at, reader_at].iter().any(|one| self.set_back.contains(one));
                verdict.reordered += self.reordered((at, author), reader, whole);
            }
            let [_, outbox, _, gaps, _] = author.rows.sizes();
            verdict.stuck += (outbox + gaps) as u64;
            verdict.unbounded += u64::from(author.rows.most_sessions_alive() > ALIVE);
        }
        verdict
    }

    /// It is meant for every device of its recipient and every other one of its author's.
    fn judge_message(&self, sent: &Sent, people: &[&Person], verdict: &mut Verdict) {
        let author = people[sent.from];
        let Said { to, text, id } = &sent.said;
        let state = author.own_message(id).map(|m| m.state);
        let accepted = state.is_some_and(|s| s >= MessageState::Sent && !matches!(s, MessageState::Failed(_)));
        let told =
            state.is_some_and(|s| matches!(s, MessageState::Delivered | MessageState::Read | MessageState::Played));
        verdict.accepted += u64::from(accepted);
        let mut owed = false;
        for (at, reader) in people.iter().enumerate() {
            let sibling = reader.account() == author.account();
            if at == sent.from || !(sibling || reader.account() == *to) {
                continue;
            }
            let forgotten = self.forgotten.contains(&(at, *id));
            let contact = reader.rows.contact_of(&author.account()).expect("rows");
            owed |= !sibling && !forgotten && contact.is_some_and(|c| c.accepted);
            let shown = texts_of(reader, &author.account(), to).iter().filter(|t| *t == text).count();
            verdict.lost += u64::from(accepted && shown == 0 && !forgotten);
            verdict.doubled += u64::from(shown > 1);
        }
        verdict.stuck += u64::from(!accepted || owed && !told);
    }

    /// Pairs that are not where they were. What is sent again to or by a disk that was set back comes later than
    /// what was written after it; there the order counts from when all has come to rest.
    fn reordered(&self, (at, author): (usize, &Person), reader: &Person, whole: bool) -> u64 {
        let mut reordered = 0;
        let to: BTreeSet<AccountId> = self.sent.iter().filter(|s| s.from == at).map(|s| s.said.to).collect();
        for to in to.iter().filter(|to| **to == reader.account() || author.account() == reader.account()) {
            let counts = |sent: &&Sent| sent.from == at && sent.said.to == *to && (whole || sent.late);
            let texts = self.sent.iter().filter(counts).map(|sent| sent.said.text.as_str());
            let places: HashMap<&str, usize> = texts.enumerate().map(|(place, text)| (text, place)).collect();
            let seen = texts_of(reader, &author.account(), to);
            let order: Vec<usize> = seen.iter().filter_map(|text| places.get(text.as_str()).copied()).collect();
            reordered += order.windows(2).filter(|pair| pair[0] > pair[1]).count() as u64;
        }
        reordered
    }
}

/// Which key a ciphertext was made with.
fn olm_key(copy: &OlmCopy) -> Option<([u8; 32], u64)> {
    let message = OlmMessage::from_parts(copy.olm_type.into(), &copy.bytes).ok()?;
    let message = match &message {
        OlmMessage::Normal(message) => message,
        OlmMessage::PreKey(message) => message.message(),
    };
    Some((message.ratchet_key().to_bytes(), message.chain_index()))
}

fn texts(person: &Person) -> Vec<&MessageRow> {
    let chats = person.rows.people().into_iter().map(|contact| contact.chat);
    let entries = chats.flat_map(|chat| person.rows.conversation(chat));
    entries.filter(|m| matches!(m.content, Content::Post(_))).collect()
}

/// What somebody has said to somebody, as a device of either shows it.
fn texts_of(reader: &Person, author: &AccountId, to: &AccountId) -> Vec<String> {
    let with = if reader.account() == *author { to } else { author };
    let Some(chat) = reader.chat_with(with) else { return Vec::new() };
    reader.said(chat).into_iter().filter(|(a, _)| a == author).map(|(_, text)| text).collect()
}
