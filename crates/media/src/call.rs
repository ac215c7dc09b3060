//! A call between two devices: the handle that its maker holds.

mod connection;
mod negotiation;
mod numbers;
mod sending;
mod watch;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use tokio::sync::{mpsc as queue, oneshot};

use crate::event::{Events, Teller};
use crate::fingerprint::fingerprint;
use crate::voice::{Shared, microphone, speaker};
use crate::{Config, Error, Fingerprint, Microphone, Speaker};

use connection::{Connection, Signal};
use watch::{Order, Watch};

/// Orders, signals and packets that wait at most; more are dropped, or make their maker wait.
const WAITING: usize = 64;
/// Packets of sound that wait for the jitter buffer or the network: half a second and 200 ms.
const VOICE_IN: usize = 50;
const VOICE_OUT: usize = 10;

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
    microphones: mpsc::Sender<Microphone>,
    speakers: mpsc::Sender<Speaker>,
    local: Fingerprint,
    remote: Mutex<Option<Fingerprint>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.voice.stop.store(true, Ordering::Relaxed);
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
        let (packets, outgoing) = queue::channel(VOICE_OUT);
        let inner = Inner {
            connection: connection.clone(),
            orders,
            voice: voice.clone(),
            microphones,
            speakers,
            local,
            remote: Mutex::new(None),
        };
        // From here on a failure drops `inner`, which stops the threads.
        microphone::start(config.microphone, new_microphones, echoes, packets, voice.clone(), teller.clone())?;
        speaker::start(config.speaker, new_speakers, arrivals, played, voice.clone(), teller.clone())?;
        tokio::spawn(sending::voice(connection.clone(), outgoing));
        tokio::spawn(Watch::new(connection, voice, arrived, teller).run(signals, taken));
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
