//! Errands at the relay's directory: devices, keys, lists, numbers and profiles.
//!
//! What belongs to one connection (devices and pre-keys for a message that waits) ends with it; the
//! machine asks again. What must happen some day (publishing, look-ups, profiles) is tried until it is done.

use std::{future::Future, sync::Arc, time::Duration};

use sotto_machine::{
    group::input::GroupInput,
    step::{Effect, Input},
};
use sotto_wire::{
    AccountId, DeviceId, GroupId, PhoneNumber, Signed,
    rest::{ErrorCode, GroupAppended, GroupLog, GroupLogEntry, KeyClaim, KeyUpload, ListUpload},
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::sleep,
};
use tracing::{debug, warn};

use super::{
    live::backoff::Backoff,
    rest::{Rest, RestError},
};
use crate::driver::{Job, Jobs};

/// When the relay itself says how long to wait.
pub(crate) trait RetryAfter {
    /// How long, if it says so.
    fn retry_after(&self) -> Option<Duration>;
}

impl RetryAfter for RestError {
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { body, .. } => body.retry_after_s.map(Duration::from_secs),
            _ => None,
        }
    }
}

/// Calls the relay for the driver.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    pub(crate) rest: Arc<Rest>,
    /// True while a connection stands: without one, a call would only fail.
    pub(crate) connected: watch::Receiver<bool>,
}

impl Directory {
    /// Calls until there is an answer worth keeping: yes, or a no that waiting does not change.
    pub(crate) async fn persist<T, F>(&self, what: &'static str, call: impl Fn(Arc<Rest>) -> F) -> Result<T, RestError>
    where
        F: Future<Output = Result<T, RestError>>,
    {
        let mut connected = self.connected.clone();
        let mut backoff = Backoff::default();
        loop {
            if connected.wait_for(|connected| *connected).await.is_err() {
                return Err(RestError::Unreachable("the engine stops".into()));
            }
            match call(Arc::clone(&self.rest)).await {
                Err(error) if is_passing(&error) => {
                    debug!(what, %error, "tried again later");
                    sleep(error.retry_after().unwrap_or_else(|| backoff.next())).await;
                }
                answer => return answer,
            }
        }
    }

    async fn devices(&self, account: AccountId) -> Input {
        match self.persist("devices", |rest| async move { rest.devices(&account).await }).await {
            Ok(answer) => Input::Devices { account, answer: Some(Box::new(answer)) },
            Err(RestError::Refused { body, .. }) if body.code == ErrorCode::NotFound => {
                Input::Devices { account, answer: None }
            }
            Err(error) => failed(account, &error),
        }
    }

    async fn claim(&self, account: AccountId, devices: Vec<DeviceId>) -> Input {
        let claim = KeyClaim { account, devices };
        let call = |rest: Arc<Rest>| {
            let claim = claim.clone();
            async move { rest.claim(&claim).await }
        };
        match self.persist("claim", call).await {
            Ok(answer) => Input::Claimed { account, answer },
            Err(error) => failed(account, &error),
        }
    }

    async fn look_up(&self, number: PhoneNumber) -> Option<Input> {
        let call = |rest: Arc<Rest>| {
            let numbers = vec![number.clone()];
            async move { rest.look_up(numbers).await }
        };
        let found = self.persist("look-up", call).await.inspect_err(|error| warn!(%error, "no look-up")).ok()?;
        let account = found.people.into_iter().find(|person| person.number == number).map(|person| person.account);
        Some(Input::LookedUp { number, account })
    }

    /// All of a group's log from a position on; `None` if there is no such group, or no answer.
    async fn group_log(&self, group: GroupId, from: u64) -> Input {
        let mut entries: Vec<GroupLogEntry> = Vec::new();
        loop {
            let next = entries.last().map_or(from, |last| last.position + 1);
            match self.persist("group log", |rest| async move { rest.group_log(&group, next).await }).await {
                Ok(GroupLog { entries: page, more }) => {
                    let empty = page.is_empty();
                    entries.extend(page);
                    if !more || empty {
                        return Input::Group(GroupInput::Log { group, from, entries: Some(entries) });
                    }
                }
                Err(error) => {
                    debug!(%error, "no log of a group");
                    return Input::Group(GroupInput::Log { group, from, entries: None });
                }
            }
        }
    }

    async fn append_to_group(&self, group: GroupId, append: &[u8]) -> Input {
        let Ok(append) = Signed::from_slice(append) else {
            return Input::Group(GroupInput::Appended { group, taken: false });
        };
        let body = GroupAppended { append };
        let call = |rest: Arc<Rest>| {
            let body = body.clone();
            async move { rest.append_to_group(&body).await }
        };
        let answer = self.persist("append", call).await;
        let taken = answer.inspect_err(|error| debug!(%error, "a group's log did not take a change")).is_ok();
        Input::Group(GroupInput::Appended { group, taken })
    }

    /// What the machine has to know of it.
    async fn publish_keys(&self, keys: &KeyUpload) -> Option<Input> {
        let call = |rest: Arc<Rest>| async move { rest.publish_keys(keys).await };
        let published = self.persist("keys", call).await;
        published.inspect_err(|error| warn!(%error, "keys were not published")).ok()?;
        keys.seal_key.as_ref().map(|key| Input::KeysPublished(key.hash()))
    }

    async fn publish_list(&self, list: &ListUpload) {
        let call = |rest: Arc<Rest>| async move { rest.publish_list(list).await };
        if let Err(error) = self.persist("list", call).await {
            warn!(%error, "the device list was not published");
        }
    }
}

fn failed(account: AccountId, error: &RestError) -> Input {
    warn!(%error, "the directory does not help");
    Input::DirectoryFailed { account }
}

/// Waiting may help.
fn is_passing(error: &RestError) -> bool {
    match error {
        RestError::Unreachable(_) => true,
        RestError::Refused { body, .. } => {
            matches!(body.code, ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Internal)
        }
        RestError::AddressInvalid | RestError::Incompatible(_) => false,
    }
}

/// Carries out errands side by side. Ends, and leaves undone what is under way, when `errands` is closed.
pub(crate) async fn run(mut errands: mpsc::UnboundedReceiver<Effect>, directory: Directory, jobs: Jobs) {
    let mut under_way: JoinSet<Option<Input>> = JoinSet::new();
    loop {
        let errand = tokio::select! {
            errand = errands.recv() => errand,
            Some(input) = under_way.join_next() => {
                if let Ok(Some(input)) = input {
                    jobs.send(Job::step(input));
                }
                continue;
            }
        };
        let directory = directory.clone();
        match errand {
            Some(Effect::FetchDevices(account)) => {
                under_way.spawn(async move { Some(directory.devices(account).await) });
            }
            Some(Effect::ClaimKeys { account, devices }) => {
                under_way.spawn(async move { Some(directory.claim(account, devices).await) });
            }
            Some(Effect::LookUp(number)) => {
                under_way.spawn(async move { directory.look_up(number).await });
            }
            Some(Effect::FetchGroupLog { group, from }) => {
                under_way.spawn(async move { Some(directory.group_log(group, from).await) });
            }
            Some(Effect::AppendToGroup { group, append }) => {
                under_way.spawn(async move { Some(directory.append_to_group(group, &append).await) });
            }
            Some(_) => debug!("not an errand"),
            None => return,
        }
    }
}

/// Publishes keys and lists one after the other: a later one must not be overtaken by an earlier one.
pub(crate) async fn publish(mut publications: mpsc::UnboundedReceiver<Effect>, directory: Directory, jobs: Jobs) {
    while let Some(publication) = publications.recv().await {
        match publication {
            Effect::PublishKeys(keys) => {
                if let Some(published) = directory.publish_keys(&keys).await {
                    jobs.send(Job::step(published));
                }
            }
            Effect::PublishList(list) => directory.publish_list(&list).await,
            _ => debug!("not a publication"),
        }
    }
}
