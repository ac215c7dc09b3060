//! Keys of a group call, and the frames that they close on their way through a relay that must not see them (SFrame,
//! RFC 9605, AES-256-GCM with SHA-512).
//!
//! Each member draws keys of its own; whoever carries them to the others decides who those are. A key's id is its
//! sender's id and a generation, so a frame is its sender's or cannot be opened. Before the closed frame stands one
//! byte in the clear, which the key covers too: it says what the frame is, so that lost packets can be dealt with.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use sframe::CipherSuite;
use sframe::error::SframeError;
use sframe::frame::validation::{ReplayAttackProtection, Tolerance};
use sframe::frame::{EncryptedFrameView, MediaFrameView, MonotonicCounter};
use sframe::key::{DecryptionKey, EncryptionKey};

const SUITE: CipherSuite = CipherSuite::AesGcm256Sha512;
/// Frames of one sender that may overtake each other: some seconds of sound and pictures.
const WINDOW: usize = 512;
/// Keys of one sender that count at a time: the one in use, and the one before while frames of it are on their way.
const GENERATIONS: usize = 2;
/// Senders whose keys are kept.
const SENDERS: usize = 64;

/// Who sends in a group call: drawn at random by each member for each time that it takes part.
pub type SenderId = u32;

/// A key with which one member closes its frames.
#[derive(Clone, PartialEq, Eq)]
pub struct CallKey {
    /// Whose.
    pub sender: SenderId,
    /// Grows by one with each key of that sender.
    pub generation: u16,
    /// The secret.
    pub secret: [u8; 32],
}

impl fmt::Debug for CallKey {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sender, generation, .. } = self;
        f.debug_struct("CallKey").field("sender", sender).field("generation", generation).finish_non_exhaustive()
    }
}

impl CallKey {
    fn id(&self) -> u64 {
        u64::from(self.sender) << 16 | u64::from(self.generation)
    }
}

/// What stands before a closed frame.
pub(crate) mod mark {
    pub(crate) const VOICE: u8 = 1;
    pub(crate) const PICTURE: u8 = 2;
    /// Of a picture that can be decoded without those before it.
    pub(crate) const KEY: u8 = 0x80;
}

/// Frames that were not opened, since the start of the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RefusedFrames {
    /// Closed with a key that is not known here.
    pub unknown: u64,
    /// Opened before, or far behind those that were.
    pub replayed: u64,
    /// Not what the key's owner has closed.
    pub forged: u64,
}

/// Why a frame was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Unknown,
    Replayed,
    Forged,
}

/// The keys of a group call, as one member has them. Clones are the same keys.
#[derive(Clone, Debug, Default)]
pub struct GroupKeys {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    own: Mutex<Option<Own>>,
    theirs: Mutex<BTreeMap<SenderId, Vec<Theirs>>>,
    unknown: AtomicU64,
    replayed: AtomicU64,
    forged: AtomicU64,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").finish_non_exhaustive()
    }
}

struct Own {
    key: EncryptionKey,
    counter: MonotonicCounter,
}

struct Theirs {
    generation: u16,
    key: DecryptionKey,
    seen: ReplayAttackProtection,
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

impl GroupKeys {
    /// No keys: nothing is sent, and nothing opened.
    pub fn new() -> Self {
        Self::default()
    }

    /// Closes what is sent with this key from now on. Each key serves once: used again, it would give the same
    /// numbers to other frames.
    pub fn send_with(&self, key: &CallKey) {
        match EncryptionKey::derive_from(SUITE, key.id(), key.secret) {
            Ok(key) => *lock(&self.inner.own) = Some(Own { key, counter: MonotonicCounter::default() }),
            Err(error) => tracing::warn!(%error, "a key of this device was not taken"),
        }
    }

    /// Opens what is closed with this key. False if it is not newer than those of its sender, or of too many senders.
    pub fn take(&self, key: &CallKey) -> bool {
        let mut theirs = lock(&self.inner.theirs);
        if theirs.len() >= SENDERS && !theirs.contains_key(&key.sender) {
            return false;
        }
        let Ok(opens) = DecryptionKey::derive_from(SUITE, key.id(), key.secret) else { return false };
        let kept = theirs.entry(key.sender).or_default();
        if kept.last().is_some_and(|last| last.generation >= key.generation) {
            return false;
        }
        if kept.len() >= GENERATIONS {
            kept.remove(0);
        }
        let seen = ReplayAttackProtection::new(key.id(), Tolerance::new(WINDOW));
        kept.push(Theirs { generation: key.generation, key: opens, seen });
        true
    }

    /// Opens nothing of this sender any more.
    pub fn forget(&self, sender: SenderId) {
        lock(&self.inner.theirs).remove(&sender);
    }

    /// Closes and opens nothing any more.
    pub fn forget_all(&self) {
        *lock(&self.inner.own) = None;
        lock(&self.inner.theirs).clear();
    }

    /// What was not opened.
    pub fn refused(&self) -> RefusedFrames {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Inner { unknown, replayed, forged, .. } = &*self.inner;
        RefusedFrames { unknown: count(unknown), replayed: count(replayed), forged: count(forged) }
    }

    /// A frame as it travels. `None` before there is a key.
    pub(crate) fn close(&self, mark: u8, frame: &[u8]) -> Option<Bytes> {
        let mut own = lock(&self.inner.own);
        let Own { key, counter } = own.as_mut()?;
        let mark = [mark];
        let view = MediaFrameView::try_with_meta_data(counter, frame, &mark).ok()?;
        // The crate writes what is covered but not closed, the mark, in front of the rest.
        let mut closed = Vec::with_capacity(frame.len() + 32);
        view.encrypt_into(key, &mut closed).ok()?;
        Some(closed.into())
    }

    /// Who has closed a frame, what it is, and the frame.
    pub(crate) fn open(&self, closed: &[u8]) -> Result<(SenderId, u8, Bytes), Refused> {
        let opened = self.try_open(closed);
        let counter = match opened {
            Ok(_) => return opened,
            Err(Refused::Unknown) => &self.inner.unknown,
            Err(Refused::Replayed) => &self.inner.replayed,
            Err(Refused::Forged) => &self.inner.forged,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        opened
    }

    fn try_open(&self, closed: &[u8]) -> Result<(SenderId, u8, Bytes), Refused> {
        let (mark, rest) = closed.split_first().ok_or(Refused::Forged)?;
        let meta = [*mark];
        let view = EncryptedFrameView::try_with_meta_data(rest, &meta).map_err(|_| Refused::Forged)?;
        let id = view.header().key_id();
        let sender = SenderId::try_from(id >> 16).map_err(|_| Refused::Unknown)?;
        let mut theirs = lock(&self.inner.theirs);
        let kept = theirs.get_mut(&sender).ok_or(Refused::Unknown)?;
        let Theirs { key, seen, .. } = kept.iter_mut().find(|one| one.key.key_id() == id).ok_or(Refused::Unknown)?;
        let frame = view.validated_decrypt(&*key, seen).map_err(|error| match error {
            SframeError::FrameValidationFailed(_) => Refused::Replayed,
            _ => Refused::Forged,
        })?;
        Ok((sender, *mark, Bytes::copy_from_slice(frame.payload())))
    }
}

#[cfg(test)]
mod tests;
