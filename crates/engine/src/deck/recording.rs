//! A voice message that was not sent yet.

use sotto_media::{Microphone, Recorded, Recorder, RecorderProgress, RecorderState};
use tokio::sync::watch;

use super::failed;
use crate::{
    call::MediaSource,
    error::{Code, Error},
    view::{RecordingState, RecordingView},
};

/// A voice message that was not sent yet.
#[derive(Debug)]
pub(super) enum Recording {
    /// Made in this run of the program.
    Live(Live),
    /// Made before, for a chat.
    Kept((i64, Recorded)),
}

#[derive(Debug)]
pub(super) struct Live {
    chat: i64,
    recorder: Recorder,
    progress: watch::Receiver<RecorderProgress>,
}

impl Recording {
    /// Opens the microphone.
    pub(super) async fn start(chat: i64, source: MediaSource) -> Result<Self, Error> {
        let microphone = match source {
            MediaSource::Devices => Microphone::Default,
            MediaSource::Synthetic(code) => Microphone::Tone(code),
        };
        let recorder = Recorder::start(microphone).await.map_err(failed)?;
        let progress = recorder.progress();
        Ok(Self::Live(Live { chat, recorder, progress }))
    }

    pub(super) fn chat(&self) -> i64 {
        match self {
            Self::Live(live) => live.chat,
            Self::Kept((chat, _)) => *chat,
        }
    }

    /// It has a recorder, which may have news.
    pub(super) fn is_live(&self) -> bool {
        matches!(self, Self::Live(_))
    }

    /// The microphone is open.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Live(live) if live.progress.borrow().state == RecorderState::Recording)
    }

    pub(super) fn resume(&self) -> Result<(), Error> {
        match self {
            Self::Live(live) => live.recorder.resume(),
            Self::Kept(_) => return Err(Error::new(Code::NotPossible, "a kept recording cannot be gone on with")),
        }
        Ok(())
    }

    /// Waits until the microphone is closed.
    pub(super) async fn pause(&mut self) {
        if let Self::Live(live) = self {
            live.recorder.pause();
            // It ends when the recorder is gone, and then there is nothing to wait for either.
            let _ = live.progress.wait_for(|now| now.state != RecorderState::Recording).await;
        }
    }

    pub(super) fn recorded(&self) -> Result<Recorded, Error> {
        match self {
            Self::Live(live) => live.recorder.recorded().map_err(failed),
            Self::Kept((_, recorded)) => Ok(recorded.clone()),
        }
    }

    /// What was not looked at yet.
    pub(super) fn news(&mut self) -> Option<RecorderProgress> {
        let Self::Live(live) = self else { return None };
        live.progress.has_changed().unwrap_or(false).then(|| live.progress.borrow_and_update().clone())
    }

    pub(super) fn view(&self) -> RecordingView {
        let chat = self.chat();
        match self {
            Self::Live(live) => {
                let now = live.progress.borrow().clone();
                let (state, fault) = match &now.state {
                    RecorderState::Recording => (RecordingState::Recording, None),
                    RecorderState::Paused => (RecordingState::Paused, None),
                    RecorderState::Full => (RecordingState::Full, None),
                    RecorderState::Failed(problem) => (RecordingState::Paused, Some(problem.into())),
                };
                let waveform = match state {
                    RecordingState::Recording => Vec::new(),
                    _ => live.recorder.recorded().map(|recorded| recorded.waveform).unwrap_or_default(),
                };
                RecordingView { chat, state, duration: now.duration, fault, waveform }
            }
            Self::Kept((_, recorded)) => RecordingView {
                chat,
                state: RecordingState::Kept,
                duration: recorded.duration,
                fault: None,
                waveform: recorded.waveform.clone(),
            },
        }
    }
}
