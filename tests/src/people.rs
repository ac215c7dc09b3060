//! Scenes with people: real engines with real profiles, each behind a network of their own, and one relay.
//!
//! Nothing here waits for time to pass: a scene waits for what a window would draw.

mod person;
mod relay_house;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use sotto_engine::{EngineConfig, MediaSource, Reach, SecretSource, clock::ShiftedClock};
use sotto_relay::config::{FilesConfig, LimitsConfig, TurnConfig};
use tempfile::TempDir;

pub use person::{Asleep, Person, Window, patient, texts};
pub use relay_house::RelayHouse;

use crate::rough_network::RoughNetwork;

/// Longer than anything here takes, on a busy machine too.
pub const PATIENCE: Duration = Duration::from_secs(90);
/// Alice's number.
pub const ALICE: &str = "+351912345601";
/// Bob's number.
pub const BOB: &str = "+351912345602";

/// One relay, and a directory in which everything lies.
pub struct Scene {
    dir: TempDir,
    /// The relay.
    pub relay: RelayHouse,
    seed: u64,
}

impl Scene {
    /// A relay in this process, with the limits it has by default.
    pub async fn new(seed: u64) -> Self {
        Self::with_limits(seed, LimitsConfig::default()).await
    }

    /// A relay in this process.
    pub async fn with_limits(seed: u64, limits: LimitsConfig) -> Self {
        Self::with_bounds(seed, limits, FilesConfig::default(), TurnConfig::default()).await
    }

    /// A relay in this process that has only so much room for files.
    pub async fn with_files(seed: u64, files: FilesConfig) -> Self {
        Self::with_bounds(seed, LimitsConfig::default(), files, TurnConfig::default()).await
    }

    /// A relay in this process that also passes calls on, on this computer.
    pub async fn with_calls(seed: u64) -> Self {
        let turn = TurnConfig { listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))), ..TurnConfig::default() };
        Self::with_bounds(seed, LimitsConfig::default(), FilesConfig::default(), turn).await
    }

    async fn with_bounds(seed: u64, limits: LimitsConfig, files: FilesConfig, turn: TurnConfig) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let relay = RelayHouse::here(&dir.path().join("relay"), limits, files, turn).await;
        Self { dir, relay, seed }
    }

    /// The relay is the real program, so that it can be killed.
    pub async fn with_relay_program(seed: u64) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let relay = RelayHouse::program(&dir.path().join("relay")).await;
        Self { dir, relay, seed }
    }

    /// Where somebody's profile lies.
    pub fn profile_dir(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Where the key of somebody's database lies.
    pub fn key_file(&self, name: &str) -> PathBuf {
        self.dir.path().join(format!("{name}.key"))
    }

    /// How somebody's engine is started.
    pub fn config(&self, name: &str, clock: &ShiftedClock) -> EngineConfig {
        EngineConfig {
            secret: SecretSource::KeyFile(self.key_file(name)),
            clock: Arc::new(clock.clone()),
            // Each has a tone of their own.
            media: MediaSource::Synthetic(name.bytes().next().unwrap_or(1)),
            // Pages of scenes are served by this computer.
            reach: Reach::WorldAndThisComputer,
            ..EngineConfig::new(self.profile_dir(name))
        }
    }

    /// Somebody signs up on a new profile, with a code that the relay sent, and is online.
    pub async fn sign_up(&self, name: &str, number: &str) -> Person {
        self.sign_up_as(name, number, name, "").await
    }

    /// The same, shown to others by another name and with a line about themselves.
    pub async fn sign_up_as(&self, name: &str, number: &str, shown: &str, about: &str) -> Person {
        let seed = name.bytes().fold(self.seed, |seed, byte| seed.wrapping_mul(257).wrapping_add(byte.into()));
        let network = RoughNetwork::new(self.relay.address(), seed).await.expect("a network");
        let clock = ShiftedClock::default();
        let mut person = Person::start(self.config(name, &clock), clock, network).await;
        let engine = &person.engine;
        engine.relay_use(&person.network.url()).await.expect("the relay answers");
        engine.code_request(number).await.expect("a code is sent");
        engine.code_submit(&self.relay.code_for(number)).await.expect("the code is right");
        engine.profile_set(shown, about).await.expect("a good name");
        person.online().await;
        person
    }

    /// Alice and Bob have signed up, and each has written to the other.
    pub async fn alice_and_bob(&self) -> (Person, Person) {
        let mut alice = self.sign_up("Alice", ALICE).await;
        let mut bob = self.sign_up("Bob", BOB).await;
        befriend(&mut alice, &mut bob).await;
        (alice, bob)
    }
}

/// Alice, who knows Bob's number, writes to him, and he answers.
pub async fn befriend(alice: &mut Person, bob: &mut Person) {
    alice.meet(BOB).await;
    alice.say("It is me").await;
    bob.is_met().await;
    bob.say("I see").await;
    alice.hears("I see").await;
    bob.hears("It is me").await;
}
