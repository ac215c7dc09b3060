//! The recorder and the player of voice messages: one of each, whatever chat is open.
//!
//! One task, a [`Deck`]. What is recorded lies in memory and, now and then, whenever it waits, and at the end of the
//! program, in the encrypted database: a window that closes or a quit loses nothing, and a crash the last seconds.

mod draft;
mod playing;
mod recording;

use std::{sync::Arc, time::Duration};

use sotto_media::{DeviceProblem, PlayerState, Recorded, RecorderState};
use tokio::{
    sync::{mpsc, oneshot},
    time::{MissedTickBehavior, interval},
};
use tracing::warn;

pub(crate) use self::draft::Draft;
use self::{playing::Playback, recording::Recording};
use crate::{
    board::Board,
    call::MediaSource,
    database::Database,
    error::{Code, Error},
    files::Shelf,
    view::{VoiceSpeed, VoiceUpdate},
};

/// Between two words about level or position.
const BEAT: Duration = Duration::from_millis(50);
/// So many milliseconds of a recording, and a fifth of a long one, may be lost with a crash.
const AT_RISK: u64 = 5_000;

type Done<T> = oneshot::Sender<Result<T, Error>>;

/// What a person wants of the deck.
#[derive(Debug)]
pub(crate) enum Wish {
    /// Record for a chat, or go on with what waits there.
    Record { chat: i64, done: Done<()> },
    /// The recording waits.
    Pause { done: Done<()> },
    /// It is thrown away.
    Discard { done: Done<()> },
    /// It is to be sent: gives all of it, and keeps it until it is thrown away.
    Take { done: Done<(i64, Recorded)> },
    /// Play a message of a chat, or the recording; from a place, else from where it was.
    Play { order: Option<i64>, from: Option<u64>, done: Done<()> },
    /// What is played waits.
    Rest,
    /// It is closed.
    Close,
    /// Goes on from there, playing or not.
    Seek(u64),
    /// Played at this speed from now on, and the next ones too.
    Speed(VoiceSpeed),
    /// Somebody calls or is called: nothing is recorded or played meanwhile.
    Hush,
    /// A window listens.
    Watch(mpsc::UnboundedSender<VoiceUpdate>),
    /// The program ends.
    Quit { done: oneshot::Sender<()> },
}

/// See the module.
pub(crate) struct Deck {
    database: Database,
    board: Arc<Board>,
    shelf: Shelf,
    source: MediaSource,
    recording: Option<Recording>,
    playback: Option<Playback>,
    speed: VoiceSpeed,
    windows: Vec<mpsc::UnboundedSender<VoiceUpdate>>,
    /// Nobody is recorded whom no window tells of it.
    watched: bool,
    /// Windows show an open microphone.
    shown_open: bool,
    /// Milliseconds of the recording that survive a crash.
    kept: u64,
}

impl Deck {
    pub(crate) fn new(database: Database, board: Arc<Board>, shelf: Shelf, source: MediaSource) -> Self {
        let speed = VoiceSpeed::default();
        let (recording, playback, windows) = (None, None, Vec::new());
        let (watched, shown_open, kept) = (false, false, 0);
        Self { database, board, shelf, source, recording, playback, speed, windows, watched, shown_open, kept }
    }

    /// Works until nobody can wish for anything any more.
    pub(crate) async fn run(mut self, mut wishes: mpsc::UnboundedReceiver<Wish>) {
        self.recording = draft::read(&self.database).await.map(Recording::Kept);
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                wish = wishes.recv() => match wish {
                    Some(wish) => self.grant(wish).await,
                    None => return,
                },
                _ = beat.tick(), if self.is_busy() => self.beat().await,
            }
        }
    }

    fn is_busy(&self) -> bool {
        self.recording.as_ref().is_some_and(Recording::is_live) || self.playback.is_some()
    }

    async fn grant(&mut self, wish: Wish) {
        match wish {
            Wish::Record { chat, done } => {
                let result = self.record(chat).await;
                let _ = done.send(result);
            }
            Wish::Pause { done } => {
                self.pause().await;
                let _ = done.send(Ok(()));
            }
            Wish::Discard { done } => {
                self.recording = None;
                if self.playback.as_ref().is_some_and(|playback| playback.order.is_none()) {
                    self.playback = None;
                }
                let _ = done.send(draft::forget(&self.database).await);
            }
            Wish::Take { done } => {
                self.pause().await;
                let taken = self.recording.as_ref().ok_or_else(|| Error::new(Code::NotFound, "nothing was recorded"));
                let _ = done.send(taken.and_then(|recording| Ok((recording.chat(), recording.recorded()?))));
            }
            Wish::Play { order, from, done } => {
                let result = self.play(order, from).await;
                let _ = done.send(result);
            }
            Wish::Rest => self.rest(),
            Wish::Close => self.playback = None,
            Wish::Seek(position) => {
                if let Some(playback) = &self.playback {
                    playback.player.seek(position);
                }
            }
            Wish::Speed(speed) => {
                self.speed = speed;
                if let Some(playback) = &mut self.playback {
                    playback.set_speed(speed);
                }
            }
            Wish::Hush => {
                self.rest();
                self.pause().await;
            }
            Wish::Watch(window) => {
                let _ = window.send(self.state());
                self.windows.push(window);
                self.watched = true;
                return;
            }
            Wish::Quit { done } => {
                self.pause().await;
                (self.recording, self.playback) = (None, None);
                let _ = done.send(());
                return;
            }
        }
        self.show();
    }

    /// What happened in the last moment.
    async fn beat(&mut self) {
        if self.watched && self.windows.iter().all(mpsc::UnboundedSender::is_closed) {
            self.windows.clear();
            self.pause().await;
        }
        match self.recording.as_mut().and_then(Recording::news) {
            Some(news) if news.state == RecorderState::Recording => {
                if !self.shown_open {
                    self.show();
                }
                self.tell(&VoiceUpdate::Level { level: news.level, duration: news.duration });
                if news.duration >= self.kept + self.kept / 4 + AT_RISK {
                    self.keep().await;
                }
            }
            Some(_) => {
                self.keep().await;
                self.show();
            }
            None => {}
        }
        let Some(news) = self.playback.as_mut().and_then(Playback::news) else { return };
        match news.state {
            PlayerState::Playing => self.tell(&VoiceUpdate::Position { position: news.position }),
            PlayerState::Ended => self.follow().await,
            PlayerState::Paused | PlayerState::Failed(_) => self.show(),
        }
    }

    async fn record(&mut self, chat: i64) -> Result<(), Error> {
        self.rest();
        match &self.recording {
            Some(recording) if recording.chat() != chat => {
                Err(Error::new(Code::RecordingElsewhere, "a recording waits in another chat"))
            }
            Some(recording) => recording.resume(),
            None => {
                self.recording = Some(Recording::start(chat, self.source).await?);
                self.kept = 0;
                Ok(())
            }
        }
    }

    async fn pause(&mut self) {
        if self.recording.as_ref().is_some_and(Recording::is_open) {
            if let Some(recording) = &mut self.recording {
                recording.pause().await;
            }
            self.keep().await;
        }
    }

    /// Survives the end of the program from now on.
    async fn keep(&mut self) {
        let recording = self.recording.as_ref();
        let recorded = recording.and_then(|recording| Some((recording.chat(), recording.recorded().ok()?)));
        let Some((chat, recorded)) = recorded else { return };
        self.kept = recorded.duration;
        if let Err(error) = draft::write(&self.database, chat, recorded).await {
            warn!(%error, "a recording is not kept");
        }
    }

    fn rest(&self) {
        if let Some(playback) = &self.playback {
            playback.player.pause();
        }
    }

    fn state(&self) -> VoiceUpdate {
        VoiceUpdate::State {
            recording: self.recording.as_ref().map(Recording::view),
            playback: self.playback.as_ref().map(Playback::view),
        }
    }

    fn show(&mut self) {
        let state = self.state();
        self.shown_open = self.recording.as_ref().is_some_and(Recording::is_open);
        self.tell(&state);
    }

    fn tell(&mut self, update: &VoiceUpdate) {
        self.windows.retain(|window| window.send(update.clone()).is_ok());
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of `map_err`")]
pub(crate) fn failed(error: sotto_media::Error) -> Error {
    let code = match &error {
        sotto_media::Error::Device(DeviceProblem::NotFound | DeviceProblem::Lost) => Code::MicrophoneMissing,
        sotto_media::Error::Device(DeviceProblem::Busy) => Code::MicrophoneBusy,
        sotto_media::Error::Device(DeviceProblem::Refused) => Code::MicrophoneRefused,
        sotto_media::Error::Device(_) => Code::SoundMissing,
        sotto_media::Error::Recording(_) => Code::RecordingDamaged,
        _ => Code::Internal,
    };
    Error::new(code, error.to_string())
}
