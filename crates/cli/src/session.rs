//! Opening a profile and waiting until it can be used.

use std::{path::PathBuf, time::Duration};

use sotto_engine::{
    Engine, EngineConfig, EngineEvent, Events, Handle, SecretSource,
    view::{AppEvent, Connection, Stage},
};

use crate::{arguments::Arguments, failure::Failure};

/// Longest wait for the first attempt to connect.
const BEGINNING: Duration = Duration::from_secs(10);

/// An open profile.
pub(crate) struct Session {
    pub(crate) engine: Handle,
    pub(crate) events: Events,
}

impl Session {
    /// Starts the engine on the profile named on the command line and unlocks it if need be.
    pub(crate) async fn open(arguments: &Arguments) -> Result<Self, Failure> {
        let profile = arguments.profile.clone().unwrap_or_else(default_profile);
        let secret = match &arguments.key_file {
            Some(file) => SecretSource::KeyFile(file.clone()),
            None => SecretSource::Keychain,
        };
        let (relay, media) = (arguments.relay.clone(), arguments.media);
        let config = EngineConfig { relay, secret, media, ..EngineConfig::new(profile) };
        let (engine, events) = Engine::start(config).await?;
        match engine.app_state().stage {
            Stage::SetPassphrase => engine.passphrase_set(&passphrase()?).await?,
            Stage::Unlock => engine.unlock(&passphrase()?).await?,
            Stage::KeyMissing => return Err(Failure::KeyMissing),
            Stage::ProfileInUse => return Err(Failure::ProfileInUse),
            Stage::Onboarding { .. } | Stage::ChooseProfile | Stage::Ready | Stage::SignedOut => {}
        }
        Ok(Self { engine, events })
    }

    /// The profile, when somebody is signed up in it.
    pub(crate) async fn open_signed_up(arguments: &Arguments) -> Result<Self, Failure> {
        let mut session = Self::open(arguments).await?;
        match session.engine.app_state().stage {
            Stage::Ready | Stage::ChooseProfile => {
                session.begun().await;
                Ok(session)
            }
            Stage::SignedOut => Err(Failure::SignedOut),
            _ => Err(Failure::NotSignedUp),
        }
    }

    /// Waits until the engine has begun to connect: before that it cannot even be asked whether it is offline.
    async fn begun(&mut self) {
        let wait = async {
            while self.engine.app_state().connection == Connection::Idle && self.events.next().await.is_some() {}
        };
        // A bundled relay that does not start leaves it idle; the command itself then says so.
        let _ = tokio::time::timeout(BEGINNING, wait).await;
    }

    /// Waits until the mailbox is drained.
    pub(crate) async fn caught_up(&mut self) -> Result<(), Failure> {
        let drained = |connection: &Connection| matches!(connection, Connection::Online { catching_up: false });
        if drained(&self.engine.app_state().connection) {
            return Ok(());
        }
        while let Some(event) = self.events.next().await {
            let EngineEvent::App(event) = event else { continue };
            match event {
                AppEvent::Connection { connection } if drained(&connection) => return Ok(()),
                AppEvent::State { state } if state.stage == Stage::SignedOut => return Err(Failure::SignedOut),
                AppEvent::State { state } if drained(&state.connection) => return Ok(()),
                _ => {}
            }
        }
        Err(Failure::Stopped)
    }

    /// Ends the engine in good order.
    pub(crate) async fn close(self) {
        self.engine.stop().await;
    }
}

fn default_profile() -> PathBuf {
    dirs::data_dir().unwrap_or_else(|| PathBuf::from(".")).join("sotto").join("default")
}

fn passphrase() -> Result<String, Failure> {
    std::env::var("SOTTO_PASSPHRASE").map_err(|_| Failure::PassphraseNeeded)
}
