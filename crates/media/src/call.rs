//! A call between two devices: the handle that its maker holds.

pub(crate) mod connection;
pub(crate) mod feedback;
mod losses;
mod negotiation;
mod numbers;
pub(crate) mod pace;
pub(crate) mod seeing;
pub(crate) mod sending;
mod watch;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use tokio::sync::{mpsc as queue, oneshot};

use crate::event::{Events, Picture, Teller};
use crate::fingerprint::fingerprint;
use crate::picture::source::Choice;
use crate::picture::{self, eye};
use crate::voice::{Shared, microphone, speaker};
use crate::{Camera, Config, Error, Fingerprint, Microphone, Screen, Speaker};

use connection::{Connection, Signal};
use pace::Pace;
use sending::Closing;
use watch::{Order, Pictures, Watch};

/// Orders, signals and packets that wait at most; more are dropped, or make their maker wait.
const WAITING: usize = 64;
/// Packets of sound that wait for the jitter buffer or the network: half a second and 200 ms.
const VOICE_IN: usize = 50;
const VOICE_OUT: usize = 10;
/// Frames that wait for the network, besides the one that is being sent.
const FRAMES_OUT: usize = 1;

/// A call. Clones are the same call; when the last one is dropped, it hangs up.
#[derive(Clone, Debug)]
pub struct Call {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    connection: Connection,
    orders: queue::Sender<Order>,
    voice: Arc<Shared>,
    pictures: Pictures,
    cameras: mpsc::Sender<Choice>,
    screens: mpsc::Sender<Choice>,
    microphones: mpsc::Sender<Microphone>,
    speakers: mpsc::Sender<Speaker>,
    local: Fingerprint,
    remote: Mutex<Option<Fingerprint>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.voice.stop.store(true, Ordering::Relaxed);
        self.pictures.stop();
    }
}

impl Call {
    /// Begins a call. The text goes to the other device, whose answer goes to `accept`.
    pub async fn offer(config: Config) -> Result<(Self, Events, String), Error> {
        let (connection, signals) = Connection::new(&config).await?;
        let sdp = connection.make_offer().await?;
        let (call, events) = Self::start(config, connection, signals, &sdp)?;
        Ok((call, events, sdp))
    }

    /// Takes part in a call that another device began. The text goes back to it.
    pub async fn answer(config: Config, offer: &str) -> Result<(Self, Events, String), Error> {
        let theirs = fingerprint(offer)?;
        let (connection, signals) = Connection::new(&config).await?;
        let sdp = connection.make_answer(offer).await?;
        let (call, events) = Self::start(config, connection, signals, &sdp)?;
        call.remember(theirs)?;
        Ok((call, events, sdp))
    }

    fn start(
        config: Config,
        connection: Connection,
        signals: queue::Receiver<Signal>,
        sdp: &str,
    ) -> Result<(Self, Events), Error> {
        let local = fingerprint(sdp)?;
        let (teller, events) = Teller::new();
        let voice = Shared::new();
        let (orders, taken) = queue::channel(WAITING);
        let (microphones, new_microphones) = mpsc::channel();
        let (speakers, new_speakers) = mpsc::channel();
        let (arrived, arrivals) = mpsc::sync_channel(VOICE_IN);
        let (played, echoes) = mpsc::sync_channel(VOICE_IN);
        let pictures =
            Pictures { camera: picture::Shared::new(), screen: picture::Shared::new(), seen: Arc::default() };
        let (cameras, new_cameras) = mpsc::channel();
        let (screens, new_screens) = mpsc::channel();
        let (packets, outgoing) = queue::channel(VOICE_OUT);
        let inner = Inner {
            connection: connection.clone(),
            orders,
            voice: voice.clone(),
            pictures: pictures.clone(),
            cameras,
            screens,
            microphones,
            speakers,
            local,
            remote: Mutex::new(None),
        };
        // From here on a failure drops `inner`, which stops the threads.
        microphone::start(config.microphone, new_microphones, echoes, packets, voice.clone(), teller.clone())?;
        speaker::start(config.speaker, new_speakers, arrivals, played, voice.clone(), teller.clone())?;
        for (kind, choice, changes, shared, sender) in [
            (Picture::Camera, Choice::Camera(config.camera), new_cameras, &pictures.camera, &connection.camera),
            (Picture::Screen, Choice::Screen(config.screen), new_screens, &pictures.screen, &connection.screen),
        ] {
            let (frames, outgoing) = queue::channel(FRAMES_OUT);
            eye::start(kind, choice, changes, frames, shared.clone(), teller.clone())?;
            let pace = Pace::new(connection.target.clone());
            tokio::spawn(sending::picture(sender.clone(), pace, outgoing, Closing::NONE));
            tokio::spawn(sending::requests(sender.clone(), shared.clone()));
        }
        tokio::spawn(sending::voice(connection.voice.clone(), outgoing, Closing::NONE));
        tokio::spawn(Watch::new(connection, voice, pictures, arrived, teller).run(signals, taken));
        Ok((Self { inner: Arc::new(inner) }, events))
    }

    /// The other side's key must stay what it was.
    fn remember(&self, theirs: Fingerprint) -> Result<(), Error> {
        let mut remote = self.inner.remote.lock().unwrap_or_else(PoisonError::into_inner);
        match *remote {
            Some(before) if before != theirs => Err(Error::Fingerprint),
            _ => {
                *remote = Some(theirs);
                Ok(())
            }
        }
    }

    /// The other side's answer to `offer` or `restart_ice`.
    pub async fn accept(&self, answer: &str) -> Result<(), Error> {
        self.remember(fingerprint(answer)?)?;
        self.inner.connection.take_answer(answer).await
    }

    /// An address of the other side that was found late.
    pub async fn candidate(&self, candidate: &str) -> Result<(), Error> {
        self.inner.connection.add_candidate(candidate).await
    }

    /// What our key for this call looks like.
    pub fn local_fingerprint(&self) -> Fingerprint {
        self.inner.local
    }

    /// What the other side's key looks like, once it has described itself.
    pub fn remote_fingerprint(&self) -> Option<Fingerprint> {
        *self.inner.remote.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks for a new path: the network changed, or `Event::Reconnecting` came. Only for who made the offer. The
    /// text goes to the other side's `renegotiate`, and what that gives to `accept`.
    pub async fn restart_ice(&self) -> Result<String, Error> {
        self.inner.connection.make_restart().await
    }

    /// The other side looks for a new path. The text goes back to it.
    pub async fn renegotiate(&self, offer: &str) -> Result<String, Error> {
        self.remember(fingerprint(offer)?)?;
        self.inner.connection.make_answer(offer).await
    }

    /// Whether the other side hears us.
    pub fn mute(&self, muted: bool) {
        self.inner.voice.muted.store(muted, Ordering::Relaxed);
        self.order(Order::Muted(muted));
    }

    /// Whether the other side sees us.
    pub fn camera(&self, on: bool) {
        self.inner.pictures.camera.on.store(on, Ordering::Relaxed);
        self.order(Order::Showing(Picture::Camera, on));
    }

    /// Whether the other side sees our screen.
    pub fn share_screen(&self, on: bool) {
        self.inner.pictures.screen.on.store(on, Ordering::Relaxed);
        self.order(Order::Showing(Picture::Screen, on));
    }

    /// Asks for frames that stand by themselves: the window lost some, or has just opened.
    pub fn need_key_frames(&self) {
        self.inner.pictures.seen.wanted.store(true, Ordering::Relaxed);
    }

    /// Asks for an own picture that stands by itself: what shows this person to themselves lost some, or has just
    /// opened.
    pub fn need_own_key_frame(&self) {
        self.inner.pictures.camera.key.store(true, Ordering::Relaxed);
    }

    /// Looks through another camera.
    pub fn use_camera(&self, choice: Camera) {
        // The thread ends only with the call.
        let _ = self.inner.cameras.send(Choice::Camera(choice));
    }

    /// Shares another screen.
    pub fn use_screen(&self, choice: Screen) {
        let _ = self.inner.screens.send(Choice::Screen(choice));
    }

    /// Listens with another microphone.
    pub fn use_microphone(&self, choice: Microphone) {
        // The thread ends only with the call.
        let _ = self.inner.microphones.send(choice);
    }

    /// Speaks through another speaker.
    pub fn use_speaker(&self, choice: Speaker) {
        let _ = self.inner.speakers.send(choice);
    }

    /// Says goodbye and ends.
    pub async fn hang_up(self) {
        let (done, ended) = oneshot::channel();
        self.inner.voice.stop.store(true, Ordering::Relaxed);
        if self.inner.orders.send(Order::HangUp(done)).await.is_ok() {
            let _ = ended.await;
        }
    }

    fn order(&self, order: Order) {
        if self.inner.orders.try_send(order).is_err() {
            tracing::debug!("the call has ended, or is asked for more than it can do");
        }
    }
}
