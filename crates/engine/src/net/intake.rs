//! Brings what the relay says to the driver: seals are opened on the way, side by side, order kept.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesOrdered};
use sotto_machine::{
    group::{input::GroupInput, is_group_payload},
    rows::{OwnSealKeyRow, Secret32},
    seal::{OpenError, SealedPlain, open},
    step::Input,
};
use sotto_wire::{
    Accepted, AccountId, Deliver, DeviceId, Ephemeral, Expired, KeyId, KeysLow, ListChanged, Refused, ToClient,
};
use tokio::{sync::mpsc, time::sleep};
use tracing::debug;

use super::{live::LiveEvent, workers::Workers};
use crate::driver::{Job, Jobs, line::Lines};

/// A mailbox that said more was waiting, and is quiet this long, counts as drained.
const QUIET: Duration = Duration::from_secs(5);

/// The private halves of this device's seal keys, as the database has them.
#[derive(Debug, Clone, Default)]
pub(crate) struct SealKeys {
    keys: Arc<RwLock<HashMap<KeyId, Secret32>>>,
}

impl SealKeys {
    /// Called by the driver when they have changed.
    pub(crate) fn replace(&self, rows: Vec<OwnSealKeyRow>) {
        let keys = rows.into_iter().map(|row| (row.key_id, row.private)).collect();
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    fn private(&self, id: &KeyId) -> Option<Secret32> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}

/// Opens what is sealed for this device.
#[derive(Debug, Clone)]
pub(crate) struct Opener {
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) keys: SealKeys,
    pub(crate) workers: Workers,
}

impl Opener {
    async fn open(self, sealed: Vec<u8>) -> Result<SealedPlain, OpenError> {
        let Self { account, device, keys, workers } = self;
        let work = move || open(&sealed, &account, &device, |id| keys.private(id));
        workers.run(work).await.unwrap_or(Err(OpenError::Refused))
    }
}

/// Passes everything on, until the connection task ends.
pub(crate) async fn run(mut events: mpsc::UnboundedReceiver<LiveEvent>, opener: Opener, lines: Lines, jobs: Jobs) {
    let mut pending: FuturesOrdered<BoxFuture<'static, Job>> = FuturesOrdered::new();
    // Messages of the mailbox still to come before it counts as drained.
    let mut waiting: Option<u64> = None;
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            Some(job) = pending.next() => {
                jobs.send(job);
                continue;
            }
            () = sleep(QUIET), if waiting.is_some() && pending.is_empty() => {
                debug!(?waiting, "the mailbox is quiet before it is drained");
                waiting = None;
                jobs.send(Job::Drained);
                continue;
            }
        };
        let Some(event) = event else {
            // The connection task has ended, perhaps because of what is still on its way here.
            while let Some(job) = pending.next().await {
                jobs.send(job);
            }
            return;
        };
        match event {
            LiveEvent::Connecting => pending.push_back(ready(Job::Connecting)),
            LiveEvent::Connected { welcome, outgoing } => {
                pending.push_back(ready(Job::Connected { welcome, line: lines.begin(outgoing) }));
                waiting = Some(welcome.waiting);
            }
            LiveEvent::Disconnected { wait } => {
                pending.push_back(ready(Job::Disconnected { wait }));
                waiting = None;
            }
            LiveEvent::SignedOut => pending.push_back(ready(Job::SignedOut)),
            LiveEvent::Frame(frame) => {
                if matches!(frame, ToClient::Deliver(_)) {
                    waiting = waiting.map(|count| count.saturating_sub(1));
                }
                pending.extend(job(frame, &opener));
            }
        }
        if waiting == Some(0) {
            waiting = None;
            pending.push_back(ready(Job::Drained));
        }
    }
}

fn ready(job: Job) -> BoxFuture<'static, Job> {
    std::future::ready(job).boxed()
}

/// What a frame is to the driver, once its seal is opened.
fn job(frame: ToClient, opener: &Opener) -> Option<BoxFuture<'static, Job>> {
    let input = match frame {
        ToClient::Deliver(Deliver { seq, at, sealed }) if is_group_payload(&sealed) => {
            Input::Group(GroupInput::Delivered { seq, at, payload: sealed })
        }
        ToClient::Deliver(Deliver { seq, at, sealed }) => {
            let opened = opener.clone().open(sealed);
            return Some(opened.map(move |opened| Job::step(Input::Delivered { seq, at, opened })).boxed());
        }
        ToClient::Ephemeral(Ephemeral { at, sealed }) => {
            let opened = opener.clone().open(sealed);
            return Some(opened.map(move |opened| Job::step(Input::Ephemeral { at, opened })).boxed());
        }
        ToClient::Presence(presence) => return Some(ready(Job::Presence(presence))),
        ToClient::Accepted(Accepted { id, refused, at }) => Input::Accepted { id, refused, at },
        ToClient::Refused(Refused { id, reason, retry_after }) => Input::Refused { id, reason, retry_after },
        ToClient::Expired(Expired { count }) => Input::Expired { count },
        ToClient::KeysLow(KeysLow { remaining }) => Input::KeysLow { remaining },
        ToClient::ListChanged(ListChanged { account, version }) => Input::ListChanged { account, version },
        // The connection task knows what to do about the one; a second of the other means nothing.
        ToClient::Draining(_) | ToClient::Welcome(_) => return None,
    };
    Some(ready(Job::step(input)))
}
