//! Voice messages: recording, listening, sending.

use std::path::Path;

use sotto_machine::{attachment::Attachment, post::Post};
use sotto_media::Recorded;
use tokio::{
    sync::{mpsc, oneshot},
    task::spawn_blocking,
};

use crate::{
    Handle,
    deck::{self, Wish},
    error::{Code, Error},
    view::{VoiceSpeed, VoiceUpdate},
};

/// What is shorter was a slip of the finger, in milliseconds.
const SHORTEST: u64 = 1_000;

impl Handle {
    /// How recording and listening go, from now on. Its first update is the state. When the last one who listens goes, a
    /// recording waits.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn voice_subscribe(&self) -> Result<mpsc::UnboundedReceiver<VoiceUpdate>, Error> {
        let (window, updates) = mpsc::unbounded_channel();
        self.wish(Wish::Watch(window))?;
        Ok(updates)
    }

    /// Records for a chat, or goes on with the recording that waits there.
    ///
    /// # Errors
    /// [`Code::MicrophoneMissing`], [`Code::MicrophoneBusy`], [`Code::MicrophoneRefused`], [`Code::SoundMissing`],
    /// [`Code::RecordingElsewhere`], [`Code::NotPossible`] for one from before the program was started.
    pub async fn voice_record(&self, chat: i64) -> Result<(), Error> {
        self.wish_for(|done| Wish::Record { chat, done }).await
    }

    /// The recording waits; it is kept, encrypted, until it is sent or thrown away.
    ///
    /// # Errors
    /// When the database is not open.
    pub async fn voice_pause(&self) -> Result<(), Error> {
        self.wish_for(|done| Wish::Pause { done }).await
    }

    /// The recording is thrown away.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn voice_discard(&self) -> Result<(), Error> {
        self.wish_for(|done| Wish::Discard { done }).await
    }

    /// Sends the recording into its chat, perhaps as an answer to the message at `answered`.
    ///
    /// # Errors
    /// [`Code::RecordingTooShort`], and it is thrown away; [`Code::NotFound`], [`Code::DiskFull`], and it stays.
    pub async fn voice_send(&self, id: &str, answered: Option<i64>) -> Result<(), Error> {
        let (chat, recorded) = self.wish_for(|done| Wish::Take { done }).await?;
        if recorded.duration < SHORTEST {
            self.voice_discard().await?;
            return Err(Error::new(Code::RecordingTooShort, "less than a second was recorded"));
        }
        self.send_speech(chat, id, recorded, answered).await?;
        self.voice_discard().await
    }

    /// Sends a file (Opus in Ogg) as a voice message.
    ///
    /// # Errors
    /// [`Code::FileUnreadable`], [`Code::RecordingDamaged`], and as for [`Self::voice_send`].
    pub async fn voice_file_send(&self, chat: i64, id: &str, path: &Path) -> Result<(), Error> {
        let path = path.to_owned();
        let read = move || {
            let ogg = std::fs::read(path).map_err(|error| Error::new(Code::FileUnreadable, error.to_string()))?;
            Recorded::read(ogg).map_err(deck::failed)
        };
        let recorded = spawn_blocking(read).await.unwrap_or_else(|error| Err(given_up(&error)))?;
        self.send_speech(chat, id, recorded, None).await
    }

    async fn send_speech(&self, chat: i64, id: &str, recorded: Recorded, answered: Option<i64>) -> Result<(), Error> {
        let quote = self.quote_of(chat, answered).await?;
        let speech: Attachment = self.staging(move |staging| staging.speech(&recorded)).await?;
        self.post_part(chat, id, Post { attachments: vec![speech], quote, ..Post::default() }).await?;
        self.running.open()?.files.look.notify_one();
        Ok(())
    }

    /// Plays the voice message at a position, or the recording that was not sent yet; from a place in milliseconds, else
    /// from where it was. Another one that plays is closed.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::FileNotHere`], [`Code::RecordingDamaged`].
    pub async fn voice_play(&self, order: Option<i64>, from: Option<u64>) -> Result<(), Error> {
        self.wish_for(|done| Wish::Play { order, from, done }).await
    }

    /// What plays waits.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn voice_rest(&self) -> Result<(), Error> {
        self.wish(Wish::Rest)
    }

    /// What plays is closed.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn voice_close(&self) -> Result<(), Error> {
        self.wish(Wish::Close)
    }

    /// What is played goes on from there, in milliseconds.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn voice_seek(&self, position: u64) -> Result<(), Error> {
        self.wish(Wish::Seek(position))
    }

    /// Voice messages play at this speed from now on, in this run of the program.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn voice_speed(&self, speed: VoiceSpeed) -> Result<(), Error> {
        self.wish(Wish::Speed(speed))
    }

    /// Nothing is recorded or played from now on: there is a call.
    pub(super) fn hush(&self) -> Result<(), Error> {
        self.wish(Wish::Hush)
    }

    fn wish(&self, wish: Wish) -> Result<(), Error> {
        let _ = self.running.open()?.deck.send(wish);
        Ok(())
    }

    async fn wish_for<T>(&self, wish: impl FnOnce(oneshot::Sender<Result<T, Error>>) -> Wish) -> Result<T, Error> {
        let (done, answer) = oneshot::channel();
        self.wish(wish(done))?;
        answer.await.unwrap_or_else(|error| Err(given_up(&error)))
    }
}

fn given_up(error: &dyn std::error::Error) -> Error {
    Error::new(Code::Internal, error.to_string())
}
