//! What runs while somebody is signed in: the connection, and the errands that outlive it.

mod profiles;

use std::{fmt, sync::Arc};

use sotto_machine::{rows::ChatId, step::Effect};
use sotto_wire::{AccountId, DeviceId};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};
use tracing::info;
use url::Url;

use crate::{
    board::Board,
    clock::Clock,
    database::Database,
    driver::line::Lines,
    error::Error,
    files::{FilesInlet, carrying::Carrying, porter},
    net::{
        directory::{self, Directory},
        intake::{self, Opener, SealKeys},
        live::{self, Control, Endpoint, wakeup},
        rest::{Credentials, Rest},
        standing::Standing,
        workers::Workers,
    },
};

/// The receiving ends of what the driver gives away. There from the moment the database is open.
#[derive(Debug)]
pub(crate) struct Inlets {
    pub(crate) publications: mpsc::UnboundedReceiver<Effect>,
    pub(crate) errands: mpsc::UnboundedReceiver<Effect>,
    pub(crate) profiles: mpsc::UnboundedReceiver<ChatId>,
    /// Says that one's own profile has changed.
    pub(crate) own_profile: mpsc::UnboundedSender<()>,
    pub(crate) own_changed: mpsc::UnboundedReceiver<()>,
    pub(crate) files: FilesInlet,
    pub(crate) board: Arc<Board>,
    pub(crate) connected: watch::Receiver<bool>,
    pub(crate) seal_keys: SealKeys,
}

/// Whom to be, and where.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) relay: String,
    pub(crate) account: AccountId,
    pub(crate) credentials: Credentials,
}

impl Identity {
    pub(crate) fn device(&self) -> DeviceId {
        self.credentials.device
    }
}

/// Dropping it ends every task of the signed-in person.
pub(crate) struct Member {
    /// Calls as this device.
    pub(crate) rest: Arc<Rest>,
    control: mpsc::UnboundedSender<Control>,
    own_profile: mpsc::UnboundedSender<()>,
    _tasks: JoinSet<()>,
}

impl Member {
    /// Connects, and stays connected.
    pub(crate) fn begin(
        identity: &Identity,
        inlets: Inlets,
        database: &Database,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let rest = Rest::new(&identity.relay)?.with_credentials(identity.credentials.clone());
        let rest = Arc::new(rest);
        let address = Url::parse(&rest.address())
            .map_err(|error| Error::new(crate::error::Code::RelayUnreachable, error.to_string()))?;
        info!(device = ?identity.device(), "signed in");

        let jobs = database.jobs.clone();
        let workers = Workers::new();
        let standing = Standing::new(Arc::clone(&rest));
        let directory = Directory { rest: Arc::clone(&rest), connected: inlets.connected };
        let (control, wishes) = mpsc::unbounded_channel();
        let (events, happened) = mpsc::unbounded_channel();
        let lines = Lines {
            standing,
            workers: workers.clone(),
            directory: directory.clone(),
            jobs: jobs.clone(),
            control: control.clone(),
        };
        let opener = Opener { account: identity.account, device: identity.device(), keys: inlets.seal_keys, workers };
        let endpoint = Endpoint { address, credentials: identity.credentials.clone() };
        let woken = control.clone();

        let carrying = Carrying {
            shelf: inlets.files.files.shelf.clone(),
            database: database.clone(),
            directory: directory.clone(),
            board: inlets.board,
        };

        let mut tasks = JoinSet::new();
        tasks.spawn(porter::run(inlets.files, carrying));
        tasks.spawn(live::run(endpoint, wishes, events));
        tasks.spawn(intake::run(happened, opener, lines, jobs.clone()));
        tasks.spawn(directory::run(inlets.errands, directory.clone(), jobs.clone()));
        tasks.spawn(directory::publish(inlets.publications, directory.clone(), jobs.clone()));
        tasks.spawn(profiles::fetch(inlets.profiles, database.clone(), directory.clone(), clock));
        tasks.spawn(profiles::publish(inlets.own_changed, database.clone(), directory));
        tasks.spawn(wakeup::watch(move |why| {
            let _ = woken.send(Control::Woken(why));
            jobs.send(crate::driver::Job::Nudge);
        }));
        Ok(Self { rest, control, own_profile: inlets.own_profile, _tasks: tasks })
    }

    /// A person does not want to wait for the next try.
    pub(crate) fn reconnect(&self) {
        let _ = self.control.send(Control::Reconnect);
    }

    /// Name, picture or what the relay may do has changed: publish it.
    pub(crate) fn publish_profile(&self) {
        let _ = self.own_profile.send(());
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").finish_non_exhaustive()
    }
}
