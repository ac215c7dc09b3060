//! From a key to a running driver.

use std::sync::{Arc, Mutex, atomic::AtomicU64};

use sotto_machine::rows::OwnRow;
use sotto_store::{OwnProfileRow, RelayRow, SignUpRow, Store, StoreError};
use tokio::{
    sync::{mpsc, watch},
    task::spawn_blocking,
};
use tracing::{info, warn};

use super::{Open, Running, me};
use crate::{
    call::Telephone,
    database::Database,
    deck::Deck,
    desk::{Desk, Seen},
    driver::{self, Dropped, Outlets},
    error::{Code, Error},
    files::{Files, FilesInlet, porter},
    group_call::GroupPhone,
    kept,
    member::Inlets,
    net::intake::SealKeys,
    profile_dir::ProfileDir,
    rows,
    secret::DatabaseKey,
    view::{Settings, Stage},
};

/// What decides how to go on.
struct Found {
    own: Option<OwnRow>,
    registered: bool,
    relay: Option<RelayRow>,
    sign_up: Option<SignUpRow>,
    invitation_needed: bool,
    profile: Option<OwnProfileRow>,
    settings: Settings,
}

impl Found {
    fn read(store: &Store) -> Result<Self, StoreError> {
        let queries = store.queries();
        Ok(Self {
            own: queries.own()?,
            registered: kept::REGISTERED.get(&queries)?.unwrap_or(false),
            relay: queries.relay()?,
            sign_up: queries.sign_up()?,
            invitation_needed: kept::INVITATION_NEEDED.get(&queries)?.unwrap_or(false),
            profile: queries.own_profile()?,
            settings: kept::SETTINGS.get(&queries)?.unwrap_or_default(),
        })
    }

    fn stage(&self) -> Stage {
        if !self.registered {
            let number = self.sign_up.as_ref().map(|row| &row.number);
            return rows::onboarding(self.relay.as_ref(), number, self.invitation_needed);
        }
        match &self.profile {
            _ if self.relay.as_ref().is_some_and(|relay| relay.signed_out) => Stage::SignedOut,
            Some(profile) if !profile.name.is_empty() => Stage::Ready,
            _ => Stage::ChooseProfile,
        }
    }
}

impl Running {
    /// Opens the database, starts driver and desk, shows what is there, and only then connects.
    pub(crate) async fn open_database(self: &Arc<Self>, dir: &ProfileDir, key: DatabaseKey) -> Result<(), Error> {
        let path = dir.database();
        let (files, inlet) = Files::new(dir.files());
        let shelf = files.shelf.clone();
        let opened = spawn_blocking(move || {
            let store = Store::open(&path, key.bytes())?;
            let reader = sotto_store::Reader::open(&path, key.bytes())?;
            let found = Found::read(&store)?;
            porter::clear_away(&shelf, &store.queries());
            Ok::<_, Error>((store, reader, found))
        });
        let opened = opened.await.unwrap_or_else(|_| Err(Error::new(Code::Internal, "opening was given up")));
        let (store, reader, found) = match opened {
            Ok(opened) => opened,
            Err(error) if error.code == Code::KeyMissing => {
                warn!(%error, "the key is not the database's");
                self.board.update(|state| state.stage = Stage::KeyMissing);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        self.start_driver(store, reader, found.registered, files, inlet)?;
        let me = match (&found.own, &found.relay) {
            (Some(own), Some(relay)) if found.registered => Some(me(own, found.profile.clone(), relay)),
            _ => None,
        };
        self.board.update(|state| {
            state.stage = found.stage();
            state.me = me;
            state.settings = Some(found.settings.clone());
        });
        info!("the database is open");
        self.go_on(found);
        Ok(())
    }

    fn start_driver(
        self: &Arc<Self>,
        store: Store,
        reader: sotto_store::Reader,
        registered: bool,
        files: Files,
        inlet: FilesInlet,
    ) -> Result<(), Error> {
        let (news, heard) = mpsc::unbounded_channel();
        let (publications, to_publish) = mpsc::unbounded_channel();
        let (errands, to_run) = mpsc::unbounded_channel();
        let (profiles, to_fetch) = mpsc::unbounded_channel();
        let (own_profile, own_changed) = mpsc::unbounded_channel();
        let (calls, said_of_calls) = mpsc::unbounded_channel();
        let (telephone, orders) = mpsc::unbounded_channel();
        let (group_phone, group_orders) = mpsc::unbounded_channel();
        let (group_calls, said_of_group_calls) = mpsc::unbounded_channel();
        let (deck, wishes) = mpsc::unbounded_channel();
        let (connected, is_connected) = watch::channel(false);
        let (signed_out, is_signed_out) = watch::channel(false);
        let seal_keys = SealKeys::default();
        let dropped = Dropped::default();
        let outlets = Outlets {
            news: news.clone(),
            publications,
            errands,
            board: Arc::clone(&self.board),
            connected,
            seal_keys: seal_keys.clone(),
            files: files.clone(),
            profiles,
            own_profile: own_profile.clone(),
            calls,
            signed_out,
            dropped: dropped.clone(),
        };
        let jobs = driver::start(store, registered, Arc::clone(&self.config.clock), outlets)
            .map_err(|error| Error::new(Code::DatabaseBroken, error.to_string()))?;
        let database = Database::new(jobs, reader);
        let seen = Seen::default();
        tokio::spawn(
            Desk::new(Arc::clone(&self.board), database.clone(), seen.clone(), Arc::clone(&self.config.clock))
                .run(heard),
        );
        tokio::spawn(
            Telephone::new(
                Arc::downgrade(self),
                database.clone(),
                Arc::clone(&self.board),
                self.config.media,
                group_calls,
            )
            .run(orders, said_of_calls),
        );
        tokio::spawn(
            GroupPhone::new(Arc::downgrade(self), database.clone(), Arc::clone(&self.board), self.config.media)
                .run(group_orders, said_of_group_calls),
        );
        let tapes = Deck::new(database.clone(), Arc::clone(&self.board), files.shelf.clone(), self.config.media);
        tokio::spawn(tapes.run(wishes));
        tokio::spawn(sign_out(Arc::downgrade(self), is_signed_out));
        let inlets = Inlets {
            publications: to_publish,
            errands: to_run,
            profiles: to_fetch,
            own_profile,
            own_changed,
            files: inlet,
            board: Arc::clone(&self.board),
            connected: is_connected,
            seal_keys,
        };
        let open = Open {
            database,
            news,
            seen,
            dropped,
            telephone,
            group_phone,
            deck,
            files,
            inlets: Mutex::new(Some(inlets)),
            subscriptions: AtomicU64::new(0),
        };
        self.open.set(open).map_err(|_| Error::new(Code::Internal, "the database is open already"))
    }

    /// What the stage asks for, beside what the window does. Not waited for: the list is drawn from the disk first.
    fn go_on(self: &Arc<Self>, found: Found) {
        let running = Arc::downgrade(self);
        tokio::spawn(async move {
            let Some(running) = running.upgrade() else { return };
            let result = match (found.stage(), found.own, found.relay) {
                (Stage::Ready | Stage::ChooseProfile, Some(own), Some(relay)) => running.sign_in(&own, &relay).await,
                (Stage::Onboarding { .. }, _, Some(relay)) if relay.local => running.local_relay().await.map(drop),
                (Stage::Onboarding { .. }, _, None) => match running.config.relay.clone() {
                    Some(address) => running.choose_relay(&address).await.map(drop),
                    None => Ok(()),
                },
                _ => Ok(()),
            };
            if let Err(error) = result {
                warn!(%error, "not connected");
            }
        });
    }
}

/// Remembers and shows that the relay does not know this device any more.
async fn sign_out(running: std::sync::Weak<Running>, mut signed_out: watch::Receiver<bool>) {
    if signed_out.wait_for(|signed_out| *signed_out).await.is_err() {
        return;
    }
    let Some(running) = running.upgrade() else { return };
    warn!("the relay has signed this device out");
    running.board.update(|state| state.stage = Stage::SignedOut);
    let Ok(open) = running.open() else { return };
    let write = |batch: &mut sotto_store::Batch<'_>| {
        if let Some(mut relay) = batch.queries().relay()? {
            relay.signed_out = true;
            batch.put_relay(&relay)?;
        }
        Ok(Vec::new())
    };
    if let Err(error) = open.database.jobs.write(write).await {
        warn!(%error, "the sign-out was not kept");
    }
}
