//! A town with one relay, and people who live there.

use std::path::PathBuf;

use sotto_engine::{
    Engine, EngineConfig, EngineEvent, Events, Handle, SecretSource,
    api::new_message_id,
    clock::ShiftedClock,
    view::{Connection, Stage},
};
use sotto_relay::{Clock as _, Config, Invitations, Relay, Running, SystemClock};
use sotto_wire::{PhoneNumber, rest::RegistrationMode};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::mirror::{List, PATIENCE, Thread, Window};

/// One relay, which can be stopped and started again on the same port.
#[derive(Debug)]
pub(crate) struct Town {
    dir: TempDir,
    relay: Option<Running>,
    pub(crate) address: String,
    registration: RegistrationMode,
}

impl Town {
    pub(crate) async fn new() -> Self {
        Self::with(RegistrationMode::Open).await
    }

    /// A town whose relay takes only the invited.
    pub(crate) async fn closed() -> Self {
        Self::with(RegistrationMode::Invitation).await
    }

    async fn with(registration: RegistrationMode) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let relay = start(&dir, "127.0.0.1:0", registration).await;
        let address = format!("http://{}", relay.address());
        Self { dir, relay: Some(relay), address, registration }
    }

    /// An invitation, as the operator hands it out.
    pub(crate) async fn invitation(&self) -> String {
        let config = configuration(&self.dir, "127.0.0.1:0", self.registration);
        let invitations = Invitations::of(&config).await.expect("the relay's database");
        let drawn = invitations.create(1, 14, "", SystemClock.now()).await.expect("it can be kept");
        drawn.into_iter().next().expect("one")
    }

    pub(crate) async fn stop_relay(&mut self) {
        self.relay.take().expect("the relay runs").shutdown().await.expect("the relay ends well");
    }

    pub(crate) async fn start_relay(&mut self) {
        let port = self.address.trim_start_matches("http://").to_owned();
        self.relay = Some(start(&self.dir, &port, self.registration).await);
    }

    /// The code that was last sent to a number.
    pub(crate) fn code_for(&self, number: &str) -> String {
        let number: PhoneNumber = number.parse().expect("a number");
        let relay = self.relay.as_ref().expect("the relay runs");
        relay.code_for(&number).expect("an outbox").expect("a code")
    }

    pub(crate) fn profile_dir(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn config(&self, name: &str) -> EngineConfig {
        EngineConfig {
            secret: SecretSource::KeyFile(self.dir.path().join(format!("{name}.key"))),
            ..EngineConfig::new(self.profile_dir(name))
        }
    }

    /// Somebody signs up, with name and all, and is online.
    pub(crate) async fn person(&self, name: &str, number: &str) -> Person {
        let mut person = Person::start(self, name).await;
        person.engine.relay_use(&self.address).await.expect("the relay answers");
        person.engine.code_request(number).await.expect("a code is sent");
        person.engine.code_submit(&self.code_for(number)).await.expect("the code is right");
        person.engine.profile_set(name, "").await.expect("a good name");
        person.online().await;
        person
    }
}

async fn start(dir: &TempDir, listen: &str, registration: RegistrationMode) -> Running {
    Relay::start(configuration(dir, listen, registration)).await.expect("the relay starts")
}

fn configuration(dir: &TempDir, listen: &str, registration: RegistrationMode) -> Config {
    let data_dir = Some(dir.path().join("relay"));
    let mut config = Config { listen: listen.to_owned(), data_dir, registration, ..Config::default() };
    config.codes.console = false;
    config
}

/// Somebody with an engine and one window.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) engine: Handle,
    pub(crate) events: Events,
    pub(crate) window: Window,
    pub(crate) clock: ShiftedClock,
    config: EngineConfig,
}

impl Person {
    pub(crate) async fn start(town: &Town, name: &str) -> Self {
        let clock = ShiftedClock::default();
        let config = EngineConfig { clock: std::sync::Arc::new(clock.clone()), ..town.config(name) };
        Self::begin(config, clock).await
    }

    async fn begin(config: EngineConfig, clock: ShiftedClock) -> Self {
        let (engine, events) = Engine::start(config.clone()).await.expect("the engine starts");
        let window = Window::new(engine.app_subscribe());
        Self { engine, events, window, clock, config }
    }

    /// Ends the program and starts it again.
    pub(crate) async fn restart(self) -> Self {
        let Self { engine, config, clock, .. } = self;
        engine.stop().await;
        drop(engine);
        Self::begin(config, clock).await
    }

    /// Ends the program; [`Asleep::wake`] starts it again.
    pub(crate) async fn leave(self) -> Asleep {
        self.engine.stop().await;
        Asleep { config: self.config, clock: self.clock }
    }

    /// Waits until the mailbox is drained.
    pub(crate) async fn online(&mut self) {
        let online = Connection::Online { catching_up: false };
        self.window.state("a connection", |state| state.connection == online && state.stage == Stage::Ready).await;
    }

    pub(crate) async fn offline(&mut self) {
        let offline = |connection: &Connection| matches!(connection, Connection::Offline { .. });
        self.window.state("no connection", |state| offline(&state.connection)).await;
    }

    pub(crate) async fn list(&self) -> List {
        List::new(self.engine.chats_subscribe().await.expect("the list").1)
    }

    pub(crate) async fn thread(&self, chat: i64) -> Thread {
        Thread::new(self.engine.thread_subscribe(chat, None).await.expect("the thread").1)
    }

    /// Sends a text and returns its id.
    pub(crate) async fn say(&self, chat: i64, text: &str) -> String {
        let id = new_message_id();
        self.engine.message_send(chat, &id, text).await.expect("it is on the disk");
        id
    }

    /// Waits for a notification and returns its text.
    pub(crate) async fn notified(&mut self) -> Option<String> {
        let wait = async {
            loop {
                if let EngineEvent::Notification(notification) = self.events.next().await.expect("the engine runs") {
                    return notification.text;
                }
            }
        };
        timeout(PATIENCE, wait).await.expect("a notification")
    }
}

/// Somebody whose program does not run.
#[derive(Debug)]
pub(crate) struct Asleep {
    config: EngineConfig,
    clock: ShiftedClock,
}

impl Asleep {
    pub(crate) async fn wake(self) -> Person {
        Person::begin(self.config, self.clock).await
    }
}

pub(crate) const ALICE: &str = "+351912345678";
pub(crate) const BOB: &str = "+351912345679";
