//! One transaction: steps and writes, the commit, then everything that may only follow it.

use std::{collections::VecDeque, time::Duration};

use sotto_machine::{
    Calls, Machine,
    call::CallInput,
    changes::Change,
    group::input::GroupInput,
    rows::{MessageRow, OwnSealKeyRow, Rows as _},
    step::{Effect, Event, Input, Output, StepError},
};
use sotto_store::{Batch, Store, StoreError};
use sotto_wire::{Ack, SendId, Timestamp, ToRelay};
use tracing::{error, info, warn};

use super::{Done, Driver, Job, outlets::Outlets, parcels};
use crate::{
    desk::News,
    error::{Code, Error},
    files::rules,
    net::uploads::Parcel,
    view::Connection,
};

/// Reads what a signed-up device needs in memory.
pub(super) fn load(store: &mut Store, outlets: &Outlets) -> Result<Option<Machine>, StepError> {
    let batch = store.batch().map_err(broken)?;
    let machine = Machine::load(&batch)?;
    outlets.seal_keys.replace(batch.own_seal_keys()?);
    Ok(machine)
}

fn broken(error: StoreError) -> StepError {
    StepError::Rows(sotto_machine::rows::RowsError(Box::new(error)))
}

/// What a transaction leaves to be done once it is committed.
#[derive(Default)]
struct Aftermath {
    acknowledge: Option<u64>,
    frames: Vec<ToRelay>,
    uploads: Vec<SendId>,
    parcels: Vec<Parcel>,
    effects: Vec<Effect>,
    events: Vec<Event>,
    news: Vec<News>,
    connection: Option<Connection>,
    seal_keys: Option<Vec<OwnSealKeyRow>>,
    drained: bool,
    /// Whom to tell, and what, if the commit succeeds.
    waiting: Vec<(Done, Result<(), Error>)>,
}

impl Driver {
    /// Does all of `jobs` in one transaction; in more than one only if one of them breaks it.
    pub(super) fn turn(&mut self, mut jobs: VecDeque<Job>) {
        while !jobs.is_empty() {
            let mut after = Aftermath::default();
            let now = self.clock.now();
            // What a rolled-back transaction has made of a call does not count either.
            let calls = self.machine.as_ref().map(|machine| machine.calls().clone());
            match self.transact(&mut jobs, now, &mut after) {
                Ok(()) => self.speak(after),
                Err(error) => self.roll_back(&error, after, calls.unwrap_or_default()),
            }
        }
    }

    fn transact(&mut self, jobs: &mut VecDeque<Job>, now: Timestamp, after: &mut Aftermath) -> Result<(), StepError> {
        let Self { store, machine, line, wake_at, clock: _, outlets } = self;
        let mut batch = store.batch().map_err(broken).inspect_err(|_| drop(jobs.pop_front()))?;
        while let Some(job) = jobs.pop_front() {
            match job {
                // Of a connection that is over because something delivered before it was rolled back: it comes again
                // on the next one, after that.
                Job::Step { input, .. } if line.is_none() && number_of(&input).is_some() => {}
                Job::Step { input, done } => {
                    if let Input::Accepted { id, .. } | Input::Refused { id, .. } = &*input
                        && let Some(line) = line
                    {
                        line.answered(*id);
                    }
                    let result = step(machine, *input, &mut batch, now, after)?;
                    after.waiting.extend(done.map(|done| (done, result)));
                }
                Job::Write { write, done } => {
                    after.events.extend(write(&mut batch).map_err(broken)?);
                    after.waiting.extend(done.map(|done| (done, Ok(()))));
                }
                Job::SignedUp { done } => {
                    *machine = Machine::load(&batch)?;
                    after.seal_keys = Some(batch.own_seal_keys()?);
                    after.waiting.push((done, Ok(())));
                }
                Job::Connecting => after.connection = Some(Connection::Connecting),
                Job::Connected { welcome, line: fresh } => {
                    *line = Some(fresh);
                    after.forget_connection();
                    after.connection = Some(Connection::Online { catching_up: true });
                    after.news.push(News::Connected);
                    let input = Input::Connected { one_time_keys: welcome.one_time_keys };
                    let _ = step(machine, input, &mut batch, now, after)?;
                    let time = Input::Call(CallInput::RelayTime(welcome.now));
                    let _ = step(machine, time, &mut batch, now, after)?;
                }
                Job::Drained => {
                    after.connection = Some(Connection::Online { catching_up: false });
                    after.drained = true;
                    after.news.push(News::Drained);
                    let _ = step(machine, Input::Drained, &mut batch, now, after)?;
                }
                Job::Disconnected { wait } => {
                    *line = None;
                    after.forget_connection();
                    after.connection = Some(Connection::Offline { retry_at: now + millis(wait) });
                    after.news.push(News::Disconnected);
                    if let Some(machine) = machine {
                        machine.disconnected();
                    }
                }
                Job::SignedOut => {
                    *line = None;
                    after.connection = Some(Connection::Idle);
                    after.news.push(News::Disconnected);
                    outlets.signed_out.send_replace(true);
                }
                Job::Presence(presence) => after.news.push(News::Presence(presence)),
                Job::Frame(frame) => after.frames.push(frame),
                Job::Nudge | Job::Stop { .. } => {}
            }
        }
        if wake_at.is_some_and(|due| due <= now) {
            *wake_at = None;
            let _ = step(machine, Input::Tick, &mut batch, now, after)?;
        }
        if let Some(machine) = machine {
            after.pack(machine, &batch)?;
        }
        batch.commit().map_err(broken)?;
        if let Some(keys) = after.seal_keys.take() {
            outlets.seal_keys.replace(keys);
        }
        Ok(())
    }

    /// After the commit: acknowledge, send, ask, and tell the windows.
    fn speak(&mut self, mut after: Aftermath) {
        if after.drained
            && let Some(line) = &mut self.line
        {
            line.drained();
        }
        if let Some(connection) = after.connection {
            self.outlets.connection(connection);
        }
        if let (Some(line), Some(up_to)) = (&self.line, after.acknowledge) {
            line.frame(ToRelay::Ack(Ack { up_to }));
        }
        for frame in after.frames {
            if let Some(line) = &self.line {
                line.frame(frame);
            }
        }
        for parcel in after.parcels {
            if let Some(line) = &self.line {
                line.upload(Box::new(parcel));
            }
        }
        for effect in after.effects {
            self.carry_out(effect, &mut after.news);
        }
        for event in &after.events {
            match event {
                Event::Call(event) => drop(self.outlets.calls.send(event.clone())),
                Event::Dropped(why) => {
                    info!(%why, "a received message was dropped");
                    self.outlets.dropped.count(*why);
                }
                Event::KeysRejected { account, why } => warn!(?account, %why, "keys are not believed"),
                _ => {}
            }
        }
        if after
            .events
            .iter()
            .any(|event| matches!(event, Event::Message { .. } | Event::MessageGone { .. } | Event::Cleared(_)))
        {
            self.outlets.files.look.notify_one();
        }
        if !after.events.is_empty() {
            self.outlets.news(News::Events(after.events));
        }
        for news in after.news {
            self.outlets.news(news);
        }
        for (done, result) in after.waiting {
            let _ = done.send(result);
        }
    }

    fn carry_out(&mut self, effect: Effect, news: &mut Vec<News>) {
        match effect {
            Effect::FetchDevices(_)
            | Effect::ClaimKeys { .. }
            | Effect::FetchGroupLog { .. }
            | Effect::AppendToGroup { .. } => {
                if let Some(line) = &self.line {
                    line.errand(effect);
                }
            }
            Effect::PublishKeys(_) | Effect::PublishList(_) => drop(self.outlets.publications.send(effect)),
            Effect::LookUp(_) => drop(self.outlets.errands.send(effect)),
            Effect::UploadFiles(_) => self.outlets.files.look.notify_one(),
            Effect::WithdrawFiles(files) => drop(self.outlets.files.withdrawn.send(files)),
            Effect::FetchProfile(chat) => drop(self.outlets.profiles.send(chat)),
            Effect::PublishProfile => drop(self.outlets.own_profile.send(())),
            Effect::WatchAgain => news.push(News::WatchAgain),
            Effect::WakeAt(at) => self.wake_at = Some(self.wake_at.map_or(at, |earlier| earlier.min(at))),
            // Sorted out while the transaction was open.
            Effect::Acknowledge { .. } | Effect::Upload(_) | Effect::SendEphemeral(_) => {}
        }
    }

    /// Nothing of the transaction counts: read the machine again, and let the relay deliver again.
    fn roll_back(&mut self, error: &StepError, after: Aftermath, calls: Calls) {
        error!(%error, "a transaction was rolled back");
        let shown = shown(error);
        for (done, _) in after.waiting {
            let _ = done.send(Err(shown.clone()));
        }
        if self.machine.is_some() {
            match load(&mut self.store, &self.outlets) {
                Ok(machine) => self.machine = machine.map(|machine| machine.with_calls(calls)),
                Err(error) => error!(%error, "the device's rows cannot be read"),
            }
        }
        // Also when nothing was delivered: answers to the outbox would be lost otherwise.
        if let Some(line) = self.line.take() {
            line.start_over();
        }
    }
}

impl Aftermath {
    fn take_in(&mut self, output: Output) {
        for effect in output.effects {
            match effect {
                Effect::Acknowledge { up_to } => self.acknowledge = self.acknowledge.max(Some(up_to)),
                Effect::Upload(id) if !self.uploads.contains(&id) => self.uploads.push(id),
                Effect::Upload(_) => {}
                other => self.effects.push(other),
            }
        }
        self.events.extend(output.events);
    }

    /// Reads what is to be sealed while the transaction is open.
    fn pack(&mut self, machine: &Machine, batch: &Batch<'_>) -> Result<(), StepError> {
        for id in self.uploads.drain(..) {
            self.parcels.extend(parcels::of_outbox(batch, machine.own(), &id)?);
        }
        let (ephemeral, others) = self.effects.drain(..).partition(|effect| matches!(effect, Effect::SendEphemeral(_)));
        self.effects = others;
        let ephemeral: Vec<Effect> = ephemeral;
        for effect in ephemeral {
            if let Effect::SendEphemeral(out) = effect {
                self.parcels.extend(parcels::of_ephemeral(batch, *out)?);
            }
        }
        Ok(())
    }

    /// What was meant for a connection that is over.
    fn forget_connection(&mut self) {
        self.acknowledge = None;
        self.frames.clear();
        self.uploads.clear();
        self.drained = false;
        self.effects.retain(|effect| {
            !matches!(
                effect,
                Effect::SendEphemeral(_)
                    | Effect::FetchDevices(_)
                    | Effect::ClaimKeys { .. }
                    | Effect::FetchGroupLog { .. }
                    | Effect::AppendToGroup { .. }
            )
        });
    }
}

/// The number under which the relay delivered something.
fn number_of(input: &Input) -> Option<u64> {
    match input {
        Input::Delivered { seq, .. } | Input::Group(GroupInput::Delivered { seq, .. }) => Some(*seq),
        _ => None,
    }
}

/// One step inside the transaction. The outer error is the database's and ends the transaction; the inner
/// one is about this input alone, which has changed nothing.
fn step(
    machine: &mut Option<Machine>,
    input: Input,
    batch: &mut Batch<'_>,
    now: Timestamp,
    after: &mut Aftermath,
) -> Result<Result<(), Error>, StepError> {
    let Some(device) = machine else { return Ok(Err(shown(&StepError::NotSignedUp))) };
    let seq = number_of(&input);
    match device.step(input, &*batch, now, &mut rand::rng()) {
        Ok(output) => {
            for change in &output.changes {
                if matches!(change, Change::PutOwnSealKey(_) | Change::DeleteOwnSealKey(_)) {
                    after.seal_keys = Some(Vec::new());
                }
                batch.apply(change).map_err(broken)?;
            }
            if after.seal_keys.is_some() {
                after.seal_keys = Some(batch.own_seal_keys()?);
            }
            for message in arrived(&output) {
                rules::arrived(batch, message).map_err(broken)?;
            }
            after.take_in(output);
            Ok(Ok(()))
        }
        Err(error @ StepError::Rows(_)) => Err(error),
        Err(error) => {
            // Nothing was applied, so what the transaction holds is whole; only the memory may be half way.
            let calls = device.calls().clone();
            *machine = Machine::load(batch)?.map(|machine| machine.with_calls(calls));
            if let Some(seq) = seq {
                error!(%error, seq, "a delivered message is given up");
                after.acknowledge = after.acknowledge.max(Some(seq));
            } else {
                info!(%error, "a step was refused");
            }
            Ok(Err(shown(&error)))
        }
    }
}

/// Messages that have come in this step.
fn arrived(output: &Output) -> impl Iterator<Item = &MessageRow> {
    output.changes.iter().filter_map(|change| match change {
        Change::PutMessage(message) if output.events.iter().any(|event| is_arrival_of(event, message)) => {
            Some(&**message)
        }
        _ => None,
    })
}

fn is_arrival_of(event: &Event, message: &MessageRow) -> bool {
    matches!(event, Event::Arrived { author, id, .. } if *author == message.author && *id == message.id)
}

/// An error of the machine as the windows see it.
fn shown(error: &StepError) -> Error {
    let code = match error {
        StepError::Rows(rows) if matches!(rows.0.downcast_ref(), Some(StoreError::DiskFull)) => Code::DiskFull,
        StepError::Rows(_) | StepError::Corrupt(_) => Code::DatabaseBroken,
        StepError::NotFound(_) => Code::NotFound,
        StepError::TooLate => Code::TooLate,
        StepError::NotPossible => Code::NotPossible,
        StepError::Blocked => Code::Blocked,
        StepError::TextTooLong => Code::TextTooLong,
        StepError::FilesRefused => Code::TooManyFiles,
        StepError::NotSignedUp => Code::SignedOut,
        StepError::NotAllowed | StepError::NotPrimary => Code::NotAllowed,
    };
    Error::new(code, error.to_string())
}

fn millis(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}
