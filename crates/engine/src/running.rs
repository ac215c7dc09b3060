//! The life of an engine: profile, key, database, sign-up, signed in, stopped.

mod failures;
mod opening;

use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicU64, Ordering},
};
use std::time::Duration;

use sotto_machine::rows::OwnRow;
use sotto_store::{OwnProfileRow, RelayRow};
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot, watch};
use tracing::{info, warn};

use crate::{
    EngineConfig,
    board::{Board, EngineEvent},
    call::Order,
    database::Database,
    deck::Wish,
    desk::{News, Seen, SubscriptionId},
    driver::{Dropped, Job},
    error::{Code, Error},
    files::Files,
    group_call::GroupOrder,
    kept,
    local_relay::LocalRelay,
    member::{Identity, Inlets, Member},
    net::rest::Credentials,
    previews::Previews,
    profile_dir::{ProfileDir, ProfileDirError},
    rows,
    secret::{self, KeyState},
    view::{self, AppEvent, Connection, Stage},
};

/// Everything that lives as long as the engine.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) config: EngineConfig,
    pub(crate) board: Arc<Board>,
    pub(crate) previews: Previews,
    /// `None` while another process uses the profile, and after the stop.
    pub(crate) profile: AsyncMutex<Option<ProfileDir>>,
    open: OnceLock<Open>,
    /// The bundled relay, while it runs.
    pub(crate) local: AsyncMutex<Option<LocalRelay>>,
    member: Mutex<Option<Arc<Member>>>,
}

/// What is there once the database is open.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) database: Database,
    pub(crate) news: mpsc::UnboundedSender<News>,
    pub(crate) seen: Seen,
    pub(crate) dropped: Dropped,
    pub(crate) telephone: mpsc::UnboundedSender<Order>,
    pub(crate) group_phone: mpsc::UnboundedSender<GroupOrder>,
    pub(crate) deck: mpsc::UnboundedSender<Wish>,
    pub(crate) files: Files,
    /// Taken when somebody signs in.
    inlets: Mutex<Option<Inlets>>,
    subscriptions: AtomicU64,
}

impl Open {
    pub(crate) fn next_subscription(&self) -> SubscriptionId {
        self.subscriptions.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Tells the desk.
    pub(crate) fn tell(&self, news: News) {
        let _ = self.news.send(news);
    }
}

impl Running {
    pub(crate) async fn start(
        config: EngineConfig,
        owner: mpsc::UnboundedSender<EngineEvent>,
    ) -> Result<Arc<Self>, Error> {
        let (profile, stage) = match ProfileDir::open(&config.profile_dir) {
            Ok(profile) => (Some(profile), Stage::Unlock),
            Err(error @ ProfileDirError::InUse(_)) => {
                warn!(%error, "not started");
                (None, Stage::ProfileInUse)
            }
            Err(error) => return Err(error.into()),
        };
        let running = Arc::new(Self {
            previews: Previews::new(config.reach),
            config,
            board: Arc::new(Board::new(owner, stage)),
            profile: AsyncMutex::new(profile),
            open: OnceLock::new(),
            local: AsyncMutex::new(None),
            member: Mutex::new(None),
        });
        running.look_for_key().await?;
        Ok(running)
    }

    async fn look_for_key(self: &Arc<Self>) -> Result<(), Error> {
        let profile = self.profile.lock().await;
        let Some(dir) = profile.as_ref() else { return Ok(()) };
        let stage = match secret::database_key(dir, &self.config.secret).await? {
            KeyState::Ready(key) => return self.open_database(dir, key).await,
            KeyState::NeedsPassphrase => Stage::Unlock,
            KeyState::ChoosePassphrase => Stage::SetPassphrase,
            KeyState::Missing => Stage::KeyMissing,
        };
        self.board.update(|state| state.stage = stage);
        Ok(())
    }

    /// What is there once the database is open.
    pub(crate) fn open(&self) -> Result<&Open, Error> {
        self.open.get().ok_or_else(|| Error::new(Code::KeyMissing, "the database is not open"))
    }

    fn lock_member(&self) -> MutexGuard<'_, Option<Arc<Member>>> {
        self.member.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who is signed in and able to ask the relay.
    pub(crate) fn member(&self) -> Result<Arc<Member>, Error> {
        self.lock_member().clone().ok_or_else(|| Error::new(Code::Offline, "nobody is signed in here"))
    }

    /// Acts as the account in the database, which the relay knows. Starts the bundled relay first if need be.
    pub(crate) async fn sign_in(&self, own: &OwnRow, relay: &RelayRow) -> Result<(), Error> {
        let open = self.open()?;
        let address = if relay.local { self.local_relay().await? } else { relay.address.clone() };
        let Some(token) = relay.device_token else {
            return Err(Error::new(Code::SignedOut, "this device has no token"));
        };
        let Some(inlets) = open.inlets.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return Ok(());
        };
        let identity =
            Identity { relay: address, account: own.account, credentials: Credentials { device: own.device, token } };
        let member = Member::begin(&identity, inlets, &open.database, Arc::clone(&self.config.clock))?;
        *self.lock_member() = Some(Arc::new(member));
        Ok(())
    }

    /// The address of the bundled relay, which is started if it does not run.
    pub(crate) async fn local_relay(&self) -> Result<String, Error> {
        let mut local = self.local.lock().await;
        if let Some(relay) = local.as_ref() {
            return Ok(relay.address());
        }
        let dir = match self.profile.lock().await.as_ref() {
            Some(profile) => profile.relay_dir(),
            None => return Err(Error::new(Code::ProfileInUse, "the profile is not ours")),
        };
        let (states, mut seen) = watch::channel(view::LocalRelay::Starting);
        let board = Arc::clone(&self.board);
        board.tell(&AppEvent::LocalRelay { state: view::LocalRelay::Starting });
        tokio::spawn(async move {
            while seen.changed().await.is_ok() {
                let state = seen.borrow_and_update().clone();
                board.tell(&AppEvent::LocalRelay { state });
            }
        });
        let relay = LocalRelay::start(dir, states).await?;
        let address = relay.address();
        *local = Some(relay);
        Ok(address)
    }

    /// Signs in if that has not worked at the start: the bundled relay may have been missing.
    pub(crate) async fn try_again(&self) -> Result<(), Error> {
        let look = |queries: &sotto_store::Queries<'_>| {
            let registered = kept::REGISTERED.get(queries)?.unwrap_or(false);
            Ok((queries.own()?.filter(|_| registered), queries.relay()?))
        };
        match self.open()?.database.read(look).await? {
            (Some(own), Some(relay)) if !relay.signed_out => self.sign_in(&own, &relay).await,
            _ => Ok(()),
        }
    }

    /// Shows the person who is signed in as the database has them now.
    pub(crate) async fn show_me(&self) -> Result<Option<view::Me>, Error> {
        let look = |queries: &sotto_store::Queries<'_>| Ok((queries.own()?, queries.own_profile()?, queries.relay()?));
        let (Some(own), profile, Some(relay)) = self.open()?.database.read(look).await? else { return Ok(None) };
        let me = me(&own, profile, &relay);
        self.board.update(|state| {
            state.me = Some(me.clone());
            if state.stage == Stage::ChooseProfile && !me.name.is_empty() {
                state.stage = Stage::Ready;
            }
        });
        Ok(Some(me))
    }

    /// Ends the call, if there is one, and lets that leave before the connection ends.
    async fn hang_up(&self) {
        const LEAVES: Duration = Duration::from_millis(300);

        let Some(open) = self.open.get() else { return };
        let (done, ended) = oneshot::channel();
        let _ = open.telephone.send(Order::Quit { done });
        let called = ended.await == Ok(true);
        let (done, ended) = oneshot::channel();
        let _ = open.group_phone.send(GroupOrder::Quit { done });
        if ended.await == Ok(true) || called {
            tokio::time::sleep(LEAVES).await;
        }
    }

    /// Keeps what was recorded and not sent.
    async fn put_away(&self) {
        let Some(open) = self.open.get() else { return };
        let (done, kept) = oneshot::channel();
        let _ = open.deck.send(Wish::Quit { done });
        let _ = kept.await;
    }

    /// Lets go of everything: when this returns, the profile can be opened again.
    pub(crate) async fn stop(&self) {
        self.hang_up().await;
        self.put_away().await;
        drop(self.lock_member().take());
        if let Some(open) = self.open.get() {
            let _ = open.database.jobs.ask(|done| Job::Stop { done }).await;
            open.database.close();
        }
        self.board.connection(Connection::Idle);
        drop(self.local.lock().await.take());
        drop(self.profile.lock().await.take());
        info!("stopped");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(open) = self.open.get() {
            open.database.jobs.stop_and_wait();
            open.database.close();
        }
    }
}

pub(crate) fn me(own: &OwnRow, profile: Option<OwnProfileRow>, relay: &RelayRow) -> view::Me {
    rows::me(&own.account, &own.number, profile.unwrap_or_default(), rows::relay(relay))
}
