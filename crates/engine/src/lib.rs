//! The headless Sotto client: everything but the window.
//!
//! ```no_run
//! # async fn example() -> Result<(), sotto_engine::error::Error> {
//! use sotto_engine::{Engine, EngineConfig};
//!
//! let (engine, mut events) = Engine::start(EngineConfig::new("/home/ana/.local/share/sotto")).await?;
//! let state = engine.app_state();
//! while let Some(event) = events.next().await {
//!     println!("{event:?}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A [`Handle`] is cheap to clone and has one method for each command of `docs/border.md`, grouped in
//! [`api`]. Inside, one direction and one loop: a command becomes an input of the driver, which steps the
//! pure machine in a transaction and speaks only after its commit.

pub mod api;
mod board;
mod call;
pub mod clock;
mod database;
mod deck;
mod desk;
mod driver;
pub mod error;
mod files;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod group_call;
mod kept;
mod local_relay;
mod member;
mod net;
mod number;
mod people;
mod picture;
mod previews;
mod profile_dir;
mod rows;
mod running;
mod secret;
pub mod view;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::mpsc;

pub use crate::{
    api::Diagnostics,
    board::EngineEvent,
    call::{CallFrame, MediaSource, RawFrame},
    desk::SubscriptionId,
    previews::Reach,
    secret::{MIN_PASSPHRASE_CHARS, SecretSource},
};
use crate::{
    clock::{Clock, SystemClock},
    error::Error,
    running::Running,
};

/// How to start.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Everything that is kept lies here. Created if missing, locked while in use.
    pub profile_dir: PathBuf,
    /// The relay to sign up with, if none was chosen before.
    pub relay: Option<String>,
    /// Where the database's key is looked for.
    pub secret: SecretSource,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where sound and pictures come from, of calls and voice messages.
    pub media: MediaSource,
    /// What may be looked at for previews of links.
    pub reach: Reach,
}

impl EngineConfig {
    /// A profile with its key in the keychain, by the computer's clock.
    pub fn new(profile_dir: impl Into<PathBuf>) -> Self {
        Self {
            profile_dir: profile_dir.into(),
            relay: None,
            secret: SecretSource::Keychain,
            clock: Arc::new(SystemClock),
            media: MediaSource::Devices,
            reach: Reach::World,
        }
    }
}

/// Starts everything.
#[derive(Debug, Clone, Copy)]
pub struct Engine;

impl Engine {
    /// Opens the profile and, if somebody is signed in, connects. Call it inside a tokio runtime.
    ///
    /// A profile that is in use, locked or new is no error: [`view::Stage`] says what to do.
    ///
    /// # Errors
    /// When the profile's directory or its database cannot be used at all.
    pub async fn start(config: EngineConfig) -> Result<(Handle, Events), Error> {
        let (owner, events) = mpsc::unbounded_channel();
        let running = Running::start(config, owner).await?;
        Ok((Handle { running }, Events { events }))
    }
}

/// Gives commands to a running engine. When the last one is dropped, the engine stops.
#[derive(Debug, Clone)]
pub struct Handle {
    running: Arc<Running>,
}

/// What happens, in order.
#[derive(Debug)]
pub struct Events {
    events: mpsc::UnboundedReceiver<EngineEvent>,
}

impl Events {
    /// The next event; `None` once the engine has stopped.
    pub async fn next(&mut self) -> Option<EngineEvent> {
        self.events.recv().await
    }
}

/// Writes the TypeScript of every type that crosses the border below `dir`, which stands for `crates/engine/bindings`.
///
/// # Errors
/// When a file cannot be written.
pub fn export_bindings(dir: &Path) -> Result<(), ts_rs::ExportError> {
    use ts_rs::TS as _;

    let config = ts_rs::Config::new().with_out_dir(dir);
    Error::export_all(&config)?;
    view::AppEvent::export_all(&config)?;
    view::AppState::export_all(&config)?;
    view::CallDevice::export_all(&config)?;
    view::CallPicture::export_all(&config)?;
    view::CallEntryView::export_all(&config)?;
    view::CallUpdate::export_all(&config)?;
    view::ChatListUpdate::export_all(&config)?;
    view::CodeRequested::export_all(&config)?;
    view::ContactView::export_all(&config)?;
    view::Country::export_all(&config)?;
    view::Folder::export_all(&config)?;
    view::GalleryDrawer::export_all(&config)?;
    view::GalleryPage::export_all(&config)?;
    view::GroupCallUpdate::export_all(&config)?;
    view::GroupReceipt::export_all(&config)?;
    view::GroupView::export_all(&config)?;
    view::LinkPreviewView::export_all(&config)?;
    view::MentionRange::export_all(&config)?;
    view::MuteFor::export_all(&config)?;
    view::Notification::export_all(&config)?;
    view::NumberCheck::export_all(&config)?;
    view::PollVotes::export_all(&config)?;
    view::ReportReasonView::export_all(&config)?;
    view::SafetyNumber::export_all(&config)?;
    view::ScheduledView::export_all(&config)?;
    view::SearchFilter::export_all(&config)?;
    view::SearchPage::export_all(&config)?;
    view::SearchPlaces::export_all(&config)?;
    view::SendFile::export_all(&config)?;
    view::StagedFile::export_all(&config)?;
    view::StarredView::export_all(&config)?;
    view::StorageItems::export_all(&config)?;
    view::StorageView::export_all(&config)?;
    view::StoredFile::export_all(&config)?;
    view::StoryAudience::export_all(&config)?;
    view::StoryPerson::export_all(&config)?;
    view::ThreadUpdate::export_all(&config)?;
    view::VoiceSpeed::export_all(&config)?;
    view::VoiceUpdate::export_all(&config)?;
    view::WordingView::export_all(&config)
}
