//! A call of several, through a relay that forwards what it cannot open: the handle that a member holds.
//!
//! Each member sends its voice and one picture (camera or screen) to the relay and gets those of the others from it.
//! Who is who is not the relay's word: a frame belongs to whoever closed it (see [`GroupKeys`]).

mod connection;
mod mixer;
mod seeing;
mod watch;

use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};

use tokio::sync::{mpsc as queue, oneshot};

use crate::call::pace::Pace;
use crate::call::sending::{self, Closing};
use crate::event::{Events, Picture, Teller};
use crate::keys::{GroupKeys, SenderId, mark};
use crate::picture::source::Choice;
use crate::picture::{self, eye};
use crate::voice::{Shared, microphone};
use crate::{Camera, Config, Error, Microphone, Screen, Speaker};

use connection::GroupConnection;
use mixer::{Heard, Voices};
use seeing::Sights;
use watch::Watch;

/// Sound of all others that waits to be played: half a second of 32 voices.
const VOICE_IN: usize = 800;
/// Packets of sound and frames that wait for the network.
const VOICE_OUT: usize = 10;
const FRAMES_OUT: usize = 1;
/// Sound that was played and waits for the echo to be taken out.
const ECHOES: usize = 50;

/// A member's side of a group call. Clones are the same one; when the last one is dropped, it leaves.
#[derive(Clone, Debug)]
pub struct GroupCall {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    connection: GroupConnection,
    keys: GroupKeys,
    voice: Arc<Shared>,
    picture: Arc<picture::Shared>,
    sights: Arc<Sights>,
    heard: mpsc::SyncSender<Heard>,
    pictures: mpsc::Sender<Choice>,
    microphones: mpsc::Sender<Microphone>,
    speakers: mpsc::Sender<Speaker>,
    leave: queue::Sender<oneshot::Sender<()>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Inner {
    fn stop(&self) {
        self.voice.stop.store(true, Ordering::Relaxed);
        self.picture.stop.store(true, Ordering::Relaxed);
    }
}

impl GroupCall {
    /// Takes part. The text goes to the relay, whose answer goes to `accept`. Without `pictures` this side sends its
    /// voice alone. What is sent and what comes is closed with `keys`, which outlive the connection.
    ///
    /// # Errors
    /// When the system offers no socket, thread or codec.
    pub async fn join(config: Config, keys: GroupKeys, pictures: bool) -> Result<(Self, Events, String), Error> {
        let (connection, signals) = GroupConnection::new(&config, pictures).await?;
        let offer = connection.make_offer().await?;
        let (teller, events) = Teller::new();
        let (voice, picture) = (Shared::new(), picture::Shared::new());
        let (microphones, new_microphones) = mpsc::channel();
        let (speakers, new_speakers) = mpsc::channel();
        let (choices, new_choices) = mpsc::channel();
        let (heard, arrivals) = mpsc::sync_channel(VOICE_IN);
        let (played, echoes) = mpsc::sync_channel(ECHOES);
        let (packets, sounds) = queue::channel(VOICE_OUT);
        let (frames, sight) = queue::channel(FRAMES_OUT);
        let (leave, left) = queue::channel(1);
        let (voices, sights) = (Arc::new(Voices::default()), Arc::new(Sights::default()));
        let inner = Inner {
            connection: connection.clone(),
            keys: keys.clone(),
            voice: voice.clone(),
            picture: picture.clone(),
            sights: sights.clone(),
            heard: heard.clone(),
            pictures: choices,
            microphones,
            speakers,
            leave,
        };
        // From here on a failure drops `inner`, which stops the threads.
        microphone::start(config.microphone, new_microphones, echoes, packets, voice.clone(), teller.clone())?;
        mixer::start(config.speaker, new_speakers, arrivals, played, (voice.clone(), voices.clone()), teller.clone())?;
        let closing = |mark| Closing { keys: Some(keys.clone()), mark };
        if let Some(sender) = &connection.picture {
            let camera = Choice::Camera(config.camera);
            eye::start(Picture::Camera, camera, new_choices, frames, picture.clone(), teller.clone())?;
            let pace = Pace::new(connection.target.clone());
            tokio::spawn(sending::picture(sender.clone(), pace, sight, closing(mark::PICTURE)));
            tokio::spawn(sending::requests(sender.clone(), picture.clone()));
        }
        tokio::spawn(sending::voice(connection.voice.clone(), sounds, closing(mark::VOICE)));
        let watch = Watch { connection, keys, voice, picture, heard, voices, sights, teller };
        tokio::spawn(watch.run(signals, left));
        Ok((Self { inner: Arc::new(inner) }, events, offer))
    }

    /// The relay's answer to the offer of `join`.
    ///
    /// # Errors
    /// [`Error::Sdp`] when it is none.
    pub async fn accept(&self, answer: &str) -> Result<(), Error> {
        self.inner.connection.take_answer(answer).await
    }

    /// Others came or went, so the relay describes anew what it sends. The text goes back to it.
    ///
    /// # Errors
    /// [`Error::Sdp`] when it is no offer.
    pub async fn renegotiate(&self, offer: &str) -> Result<String, Error> {
        self.inner.connection.make_answer(offer).await
    }

    /// Whether the others hear this side.
    pub fn mute(&self, muted: bool) {
        self.inner.voice.muted.store(muted, Ordering::Relaxed);
    }

    /// Whether the others see this side.
    pub fn show(&self, on: bool) {
        self.inner.picture.on.store(on, Ordering::Relaxed);
    }

    /// The own picture is that of a camera.
    pub fn use_camera(&self, choice: Camera) {
        // The thread ends only with the call.
        let _ = self.inner.pictures.send(Choice::Camera(choice));
    }

    /// The own picture is that of a screen.
    pub fn use_screen(&self, choice: Screen) {
        let _ = self.inner.pictures.send(Choice::Screen(choice));
    }

    /// Listens with another microphone.
    pub fn use_microphone(&self, choice: Microphone) {
        let _ = self.inner.microphones.send(choice);
    }

    /// Speaks through another speaker.
    pub fn use_speaker(&self, choice: Speaker) {
        let _ = self.inner.speakers.send(choice);
    }

    /// How many others there are: the more, the smaller the pictures that each of them sends.
    pub fn others(&self, count: usize) {
        self.inner.sights.others.store(count, Ordering::Relaxed);
    }

    /// Asks one of the others for a frame that stands by itself: the window lost some, or has just opened.
    pub fn need_key_frame(&self, sender: SenderId) {
        self.inner.sights.want(sender);
    }

    /// Asks for an own picture that stands by itself, for what shows this person to themselves.
    pub fn need_own_key_frame(&self) {
        self.inner.picture.key.store(true, Ordering::Relaxed);
    }

    /// One of the others is gone: nothing of theirs is opened or played any more.
    pub fn forget(&self, sender: SenderId) {
        self.inner.keys.forget(sender);
        self.inner.sights.forget(sender);
        // Full means that the mixer is behind, and there is nothing left of that voice to play soon.
        let _ = self.inner.heard.try_send(Heard::Gone(sender));
    }

    /// Leaves.
    pub async fn leave(self) {
        self.inner.stop();
        let (done, ended) = oneshot::channel();
        if self.inner.leave.send(done).await.is_ok() {
            let _ = ended.await;
        }
    }
}
