//! The REST calls. Every body is one of [`sotto_wire::rest`]'s; whatever is refused says so by a closed code.

mod body;
mod caller;
mod codes;
mod files;
mod groups;
mod info;
mod keys;
mod lists;
mod live;
mod origin;
mod people;
mod refusal;
mod registration;
mod reports;
mod rooms;

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU64},
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post, put},
};
use ipnet::IpNet;
use sotto_wire::{
    AccountId, DeviceId, Timestamp,
    limits::{DAY, HOUR, SECOND},
    rest::{self, RegistrationMode},
};
use tokio::sync::{Semaphore, watch};

use crate::{
    blobs::Blobs,
    clock::Clock,
    codes::{Codes, Senders},
    config::Config,
    driver::{CoreHandle, Event},
    relay::{Input, Rate},
    rooms::Rooms,
    standing::StandingKey,
    store::{Secrets, Store},
    throttle::{Block, Throttle},
    turn::Turn,
};
use refusal::Refusal;

/// Largest JSON body.
const BODY: usize = 512 * 1024;
/// Entries that one device may append to logs of groups.
const APPENDS_PER_HOUR: u64 = 600;
/// Reports of others that one device may make.
const REPORTS_PER_DAY: u64 = 20;

/// What an answer is, or why there is none.
type Answer<T> = Result<T, Refusal>;

/// Who is at the other end of the socket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// What every call can reach.
pub(crate) struct App {
    config: Config,
    store: Arc<dyn Store>,
    blobs: Arc<Blobs>,
    clock: Arc<dyn Clock>,
    core: CoreHandle,
    codes: Codes,
    senders: Arc<Senders>,
    turn: Arc<Turn>,
    rooms: Arc<Rooms>,
    standing: StandingKey,
    throttles: Throttles,
    /// Whose word counts about where a request comes from.
    proxies: Vec<IpNet>,
    /// Live connections there may still be.
    room: Arc<Semaphore>,
    connections: AtomicU64,
    stopping: watch::Receiver<bool>,
}

/// Who may do what how often.
struct Throttles {
    codes_by_block: Throttle<Block>,
    codes: Throttle<()>,
    tries_by_block: Throttle<Block>,
    requests: Throttle<DeviceId>,
    claims: Throttle<(AccountId, AccountId)>,
    look_ups: Throttle<DeviceId>,
    appends: Throttle<DeviceId>,
    parts: Throttle<DeviceId>,
    fetches: Throttle<Block>,
    reports: Throttle<DeviceId>,
}

impl App {
    pub(crate) fn new(
        config: Config,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        core: CoreHandle,
        secrets: &Secrets,
        (senders, blobs, turn, rooms): (Senders, Arc<Blobs>, Arc<Turn>, Arc<Rooms>),
        stopping: watch::Receiver<bool>,
    ) -> Arc<Self> {
        let (codes, limits) = (&config.codes, &config.limits);
        let throttles = Throttles {
            codes_by_block: Throttle::new(Rate::per(codes.per_block_per_hour, HOUR)),
            codes: Throttle::new(Rate::per(codes.per_hour, HOUR)),
            tries_by_block: Throttle::new(Rate::per(codes.tries_per_block_per_hour, HOUR)),
            requests: Throttle::new(Rate::per(limits.requests_per_minute, 60 * SECOND)),
            claims: Throttle::new(Rate::per(limits.claims_per_hour, HOUR)),
            look_ups: Throttle::new(Rate::per(limits.look_ups_per_hour, HOUR)),
            appends: Throttle::new(Rate::per(APPENDS_PER_HOUR, HOUR)),
            parts: Throttle::new(Rate::per(config.files.parts_per_minute, 60 * SECOND)),
            fetches: Throttle::new(Rate::per(config.files.fetches_per_minute, 60 * SECOND)),
            reports: Throttle::new(Rate::per(REPORTS_PER_DAY, DAY)),
        };
        Arc::new(Self {
            store,
            blobs,
            clock,
            core,
            codes: Codes::new(secrets.code_key),
            senders: Arc::new(senders),
            turn,
            rooms,
            standing: StandingKey::new(&secrets.standing_seed),
            throttles,
            proxies: config.proxies().unwrap_or_default(),
            room: Arc::new(Semaphore::new(limits.connections)),
            connections: AtomicU64::new(0),
            stopping,
            config,
        })
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Only invited people sign up.
    fn is_closed(&self) -> bool {
        self.config.registration == RegistrationMode::Invitation
    }

    fn is_draining(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Tells the core that an account on the disk is no longer as it was.
    async fn account_changed(&self, account: AccountId) {
        self.core.tell(Event::Input(Input::AccountChanged { account })).await;
    }
}

/// All calls.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route(rest::HEALTH, get(info::health))
        .route(rest::RELAY, get(info::relay))
        .route(rest::CODES, post(codes::request))
        .route(rest::REGISTRATIONS, post(registration::register))
        .route(rest::KEYS, put(keys::publish))
        .route(rest::CLAIMS, post(keys::claim))
        .route(&format!("{}/{{account}}/devices", rest::ACCOUNTS), get(lists::devices))
        .route(rest::DEVICE_LIST, put(lists::replace))
        .route(rest::LOOK_UPS, post(people::look_up))
        .route(rest::STANDING, get(people::standing))
        .route(rest::ICE_SERVERS, get(people::ice_servers))
        .route(rest::PROFILES, put(people::put_profile))
        .route(&format!("{}/{{account}}", rest::PROFILES), get(people::profile))
        .route(rest::SETTINGS, put(people::change_settings))
        .route(rest::GROUPS, post(groups::append))
        .route(&format!("{}/{{group}}/events", rest::GROUPS), get(groups::events))
        .route(&format!("{}/{{file}}", rest::FILES), put(files::begin).get(files::fetch).delete(files::withdraw))
        .route(&format!("{}/{{file}}/parts/{{part}}", rest::FILES), put(files::receive))
        .route(rest::REPORTS, post(reports::report))
        .route(rest::LIVE, get(live::open))
        .route(rest::ROOMS, get(rooms::open))
        .fallback(|| async { Refusal::from(rest::ErrorCode::NotFound) })
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(app)
}
