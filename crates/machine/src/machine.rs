//! The device: dispatches inputs to the part that knows them.

mod action;
mod answer;
mod blocking;
mod call;
mod context;
mod delivery;
mod directory;
mod ephemeral;
mod gap;
mod group;
mod identity;
mod linking;
mod mention;
mod notes;
mod once;
mod outbound;
mod profile;
mod receipt;
mod schedule;
mod setback;
mod siblings;
mod story;
mod upkeep;
mod upload;

use std::collections::{BTreeMap, BTreeSet};

use rand::CryptoRng;
use sotto_wire::{AccountId, DeviceId, SendId, Timestamp};

use crate::{
    rows::{ChatId, OwnRow, Rows},
    step::{Input, Output, StepError},
};
pub use call::Calls;
use context::Step;
use setback::Hourly;

/// A signed-up device. Everything durable is in rows; in memory there is only what may be forgotten.
#[derive(Debug)]
pub struct Machine {
    own: OwnRow,
    memory: Memory,
}

/// What may be forgotten at any time: what was asked for and not answered, and what limits repetition.
#[derive(Debug, Default)]
struct Memory {
    /// Accounts whose devices are being fetched.
    fetching: BTreeSet<AccountId>,
    /// Accounts whose pre-keys are being claimed.
    claiming: BTreeSet<AccountId>,
    /// Devices asked on this connection to send again.
    asked: BTreeSet<DeviceId>,
    /// Devices told on this connection, because they repeat themselves, from which counter on they are listened to.
    set_right: Hourly,
    /// Devices told the same on this connection because they have said it, or because a session broke.
    asked_back: Hourly,
    /// Devices that were sent again on this connection what they had not confirmed.
    caught_up: Hourly,
    /// When a typing envelope last left for a chat.
    typed: BTreeMap<ChatId, Timestamp>,
    /// Nonces of ephemeral envelopes received in the last minute.
    nonces: BTreeMap<[u8; 24], Timestamp>,
    /// What is under way of calls.
    calls: Calls,
    /// What leaves once more on this connection, without the token that the relay has refused.
    without_token: BTreeSet<SendId>,
    /// What is under way for groups.
    groups: group::Memory,
}

impl Memory {
    /// What was asked for on a connection that is gone may be asked for again.
    fn forget_requests(&mut self) {
        self.fetching.clear();
        self.claiming.clear();
        self.asked.clear();
        self.groups = group::Memory::default();
        self.set_right.clear();
        self.asked_back.clear();
        self.caught_up.clear();
        self.without_token.clear();
    }
}

impl Machine {
    /// Reads what a signed-up device needs in memory; `None` when nobody is signed up.
    /// Called at the start and again after a batch was rolled back.
    ///
    /// # Errors
    /// [`StepError::Rows`].
    pub fn load(rows: &dyn Rows) -> Result<Option<Self>, StepError> {
        Ok(rows.own()?.map(|own| Self { own, memory: Memory::default() }))
    }

    /// This account and device.
    pub fn own(&self) -> &OwnRow {
        &self.own
    }

    /// What is under way of calls, to be kept over a machine that is read again.
    pub fn calls(&self) -> &Calls {
        &self.memory.calls
    }

    /// Goes on with what was under way of calls.
    #[must_use]
    pub fn with_calls(mut self, calls: Calls) -> Self {
        self.memory.calls = calls;
        self
    }

    /// A connection was lost: what was asked for on it may be asked for again.
    pub fn disconnected(&mut self) {
        self.memory.forget_requests();
    }

    /// One step: what `input` changes, given the rows, the time (ms) and randomness.
    ///
    /// # Errors
    /// [`StepError`]; nothing of the step counts then, and the batch must be rolled back and the machine
    /// loaded again. Bad input from outside is no error: it shows as [`crate::step::Event::Dropped`] or
    /// [`crate::step::Event::KeysRejected`].
    pub fn step(
        &mut self,
        input: Input,
        rows: &dyn Rows,
        now: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<Output, StepError> {
        let mut step = Step::new(&mut self.own, &mut self.memory, rows, now, rng);
        match input {
            Input::StartChat { number, account } => step.start_chat(number, account)?,
            Input::SendPost { chat, id, post } => step.send_post(chat, id, *post)?,
            Input::Act { author, id, act } => step.act(author, id, act)?,
            Input::SetTimer { chat, seconds } => step.set_timer(chat, seconds)?,
            Input::Retry { id } => step.retry(id)?,
            Input::Uploaded { id } => step.uploaded(id)?,
            Input::UploadFailed { id, why } => step.upload_failed(id, why)?,
            Input::Discard { id } => step.discard(id)?,
            Input::AcceptRequest { chat } => step.accept_request(chat)?,
            Input::StartNotes => step.start_notes()?,
            Input::Block { chat, blocked } => step.block(chat, blocked)?,
            Input::ProfilePublished => step.profile_published()?,
            Input::Verify { chat } => step.verify(chat)?,
            Input::AcceptKey { chat } => step.accept_key(chat)?,
            Input::MarkRead { chat, order, tell } => step.mark_read(chat, order, tell)?,
            Input::Typing { chat } => step.typing(chat)?,
            Input::Delivered { seq, at, opened } => step.delivered(seq, at, opened)?,
            Input::Ephemeral { at, opened } => step.ephemeral(at, opened)?,
            Input::Accepted { id, refused, at } => step.accepted(id, &refused, at)?,
            Input::Refused { id, reason, retry_after } => step.refused(id, reason, retry_after)?,
            Input::Devices { account, answer } => step.devices_fetched(account, answer.map(|a| *a))?,
            Input::Claimed { account, answer } => step.claimed(account, answer)?,
            Input::DirectoryFailed { account } => step.directory_failed(account),
            Input::LookedUp { number, account } => step.looked_up(number, account)?,
            Input::ListChanged { account, version } => step.list_changed(account, version)?,
            Input::Connected { one_time_keys } => step.connected(one_time_keys)?,
            Input::Drained => step.drained()?,
            Input::KeysLow { remaining } => step.keys_low(remaining)?,
            Input::KeysPublished(seal_key) => step.keys_published(&seal_key),
            Input::Expired { count } => step.expired(count),
            Input::Tick => step.tick()?,
            Input::Group(input) => step.group_input(input)?,
            Input::Call(input) => step.call_input(input)?,
            Input::Schedule(input) => step.schedule(input)?,
            Input::Story(input) => step.story_input(input)?,
            Input::Link(input) => step.link_input(input)?,
        }
        Ok(step.finish())
    }
}
