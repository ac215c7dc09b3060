//! Putting it all together: from a configuration to a relay that runs, and to its end.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sotto_wire::PhoneNumber;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    blobs::{self, BlobError, Blobs},
    clock::{Clock, SystemClock},
    codes::{Senders, SendersError, SentCode},
    config::{Config, ConfigError},
    driver::{self, CoreHandle, Driver, Event},
    http::{self, App},
    listener::Listener,
    relay::{Core, Input},
    rooms::Rooms,
    store::{Store, StoreError, sqlite::SqliteStore},
    tls,
    turn::Turn,
};

/// The address that is listened on, for whoever started the relay.
const ADDRESS_FILE: &str = "address";
/// Codes, one JSON line each.
const OUTBOX_FILE: &str = "outbox.jsonl";
/// Held locked while a relay runs on this directory.
const LOCK_FILE: &str = "lock";
/// Everything that is stored.
pub(crate) const DATABASE_FILE: &str = "relay.db";
/// How long connections may take to end after the core has.
const LAST_CALLS: Duration = Duration::from_secs(3);

/// Why a relay does not start, or ends badly.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The configuration does not hold.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data directory cannot be used.
    #[error("cannot use {path}")]
    DataDir {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Two relays on one directory would give out the same numbers twice.
    #[error("another relay runs on {0}")]
    InUse(PathBuf),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Calls cannot be relayed.
    #[error("cannot relay calls")]
    Turn(#[source] io::Error),
    /// Group calls cannot be forwarded.
    #[error("cannot forward group calls")]
    Rooms(#[source] io::Error),
    /// The folder for files cannot be used.
    #[error("cannot use the folder for files")]
    Files(#[from] BlobError),
    /// The certificate does not serve.
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
    /// A task of the relay has died.
    #[error("a task of the relay has died")]
    Died,
}

/// Starts relays.
#[derive(Debug, Clone, Copy)]
pub struct Relay;

impl Relay {
    /// Starts a relay in this process.
    ///
    /// # Errors
    /// [`RelayError`].
    pub async fn start(config: Config) -> Result<Running, RelayError> {
        Self::start_with(config, Arc::new(SystemClock)).await
    }

    /// Starts a relay with a clock of the caller's.
    ///
    /// # Errors
    /// [`RelayError`].
    pub async fn start_with(config: Config, clock: Arc<dyn Clock>) -> Result<Running, RelayError> {
        config.check()?;
        let data_dir = config.data_dir()?;
        let at_data_dir = |source| RelayError::DataDir { path: data_dir.clone(), source };
        create_private(&data_dir).map_err(at_data_dir)?;
        let lock = lock(&data_dir)?;
        let tls = match (&config.tls.certificate, &config.tls.key) {
            (Some(certificate), Some(key)) => Some(tls::acceptor(certificate, key)?),
            _ => None,
        };
        let senders = Senders::new(&config.codes, &config.name, data_dir.join(OUTBOX_FILE));
        let senders = senders.map_err(|error| match error {
            SendersError::Outbox(source) => at_data_dir(source),
            SendersError::Config(error) => error.into(),
        })?;
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(&data_dir.join(DATABASE_FILE), config.limits.database_bytes)?);
        let blobs = Arc::new(Blobs::open(config.files.dir(&data_dir)).await?);
        let secrets = store.secrets().await?;
        let mut core = Core::new(config.core_limits());
        core.remember_sends(store.remembered_sends().await?);
        let (driver, handle) = Driver::new(core, store.clone(), clock.clone());

        let wanted = config.address()?;
        let socket =
            TcpListener::bind(wanted).await.map_err(|source| RelayError::Listen { address: wanted, source })?;
        let address = socket.local_addr().map_err(|source| RelayError::Listen { address: wanted, source })?;
        let turn = Turn::start(&config.turn, clock.clone()).await.map_err(RelayError::Turn)?;
        let turn = Arc::new(turn);
        let media = config.rooms.socket(address, config.behind_proxy);
        let rooms = Arc::new(Rooms::start(&config.rooms, media).await.map_err(RelayError::Rooms)?);
        let room = Arc::new(Semaphore::new(config.limits.connections));
        let (stop, stopping) = watch::channel(false);
        let shell = (senders, blobs.clone(), turn.clone(), rooms.clone());
        let app = App::new(config, store.clone(), clock.clone(), handle.clone(), &secrets, shell, stopping.clone());
        let listener = Listener { socket, tls, router: http::router(app), room };
        let sweeper = tokio::spawn(driver::sweep_forever(store.clone(), clock.clone(), handle.clone()));
        let file_sweeper = tokio::spawn(blobs::sweep_forever(blobs.clone(), store.clone(), clock.clone()));
        let accepting = tokio::spawn(listener.run(stopping));
        let driving = tokio::spawn(driver.run());
        write_address(&data_dir, address).map_err(at_data_dir)?;
        tracing::info!(%address, data_dir = %data_dir.display(), "listening");
        Ok(Running {
            address,
            data_dir,
            store,
            blobs,
            clock,
            core: handle,
            stop,
            sweepers: [sweeper, file_sweeper],
            accepting,
            driving,
            turn,
            rooms,
            _lock: lock,
        })
    }
}

/// Runs a relay until `shutdown` is ready, then drains it.
///
/// # Errors
/// [`RelayError`].
pub async fn run(config: Config, shutdown: impl Future<Output = ()>) -> Result<(), RelayError> {
    let mut running = Relay::start(config).await?;
    tokio::select! {
        () = shutdown => running.shutdown().await,
        _ = &mut running.driving => Err(RelayError::Died),
    }
}

/// A relay that runs in this process.
pub struct Running {
    address: SocketAddr,
    data_dir: PathBuf,
    store: Arc<dyn Store>,
    blobs: Arc<Blobs>,
    clock: Arc<dyn Clock>,
    core: CoreHandle,
    stop: watch::Sender<bool>,
    sweepers: [JoinHandle<()>; 2],
    accepting: JoinHandle<()>,
    driving: JoinHandle<()>,
    turn: Arc<Turn>,
    rooms: Arc<Rooms>,
    _lock: File,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its TURN server can be reached, if it has one.
    pub fn turn_address(&self) -> Option<SocketAddr> {
        self.turn.address()
    }

    /// Where it takes the media of group calls, if it forwards them.
    pub fn rooms_address(&self) -> Option<SocketAddr> {
        self.rooms.address()
    }

    /// Where its data lies.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The last code sent to a number, from the outbox.
    ///
    /// # Errors
    /// If there is no outbox.
    pub fn code_for(&self, number: &PhoneNumber) -> io::Result<Option<String>> {
        let lines = fs::read_to_string(self.data_dir.join(OUTBOX_FILE))?;
        let sent = lines.lines().rev().filter_map(|line| serde_json::from_str::<SentCode>(line).ok());
        Ok(sent.into_iter().find(|code| code.number == *number).map(|code| code.code))
    }

    /// Deletes at once what has run out of its time, instead of within the hour.
    pub async fn sweep(&self) {
        driver::sweep(&*self.store, &*self.clock, &self.core).await;
        blobs::sweep(&self.blobs, &*self.store, self.clock.now()).await;
    }

    /// Drains: no new messages, everything accepted on the disk, everybody told, connections closed.
    ///
    /// # Errors
    /// [`RelayError::Died`].
    pub async fn shutdown(self) -> Result<(), RelayError> {
        tracing::info!("draining");
        self.stop.send_replace(true);
        self.sweepers.iter().for_each(JoinHandle::abort);
        self.rooms.close();
        self.turn.close().await;
        self.core.tell(Event::Input(Input::Drain)).await;
        self.driving.await.map_err(|_| RelayError::Died)?;
        let _ = timeout(LAST_CALLS, self.accepting).await;
        let _ = fs::remove_file(self.data_dir.join(ADDRESS_FILE));
        tracing::info!("stopped");
        Ok(())
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn lock(data_dir: &Path) -> Result<File, RelayError> {
    let failed = |source| RelayError::DataDir { path: data_dir.to_owned(), source };
    let file = File::create(data_dir.join(LOCK_FILE)).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(RelayError::InUse(data_dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Whoever waits for the file finds it whole or not at all.
fn write_address(data_dir: &Path, address: SocketAddr) -> io::Result<()> {
    let unfinished = data_dir.join("address.new");
    let mut file = File::create(&unfinished)?;
    writeln!(file, "{address}")?;
    file.sync_all()?;
    fs::rename(unfinished, data_dir.join(ADDRESS_FILE))
}
