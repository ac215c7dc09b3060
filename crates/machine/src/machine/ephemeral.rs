//! What matters only now (typing): never Olm, never a counter, since what is dropped would eat the gap limit.

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use minicbor::{Decode, Encode};
use sotto_wire::{DeviceId, Timestamp, limits};

use super::context::Step;
use crate::{
    codec,
    rows::{ChatId, DeviceRow, Secret32, Trust},
    seal::{OpenError, SealedPayload, SealedPlain},
    step::{Effect, EphemeralOut, Event, Rejection, StepError},
};

const NONCE: usize = 24;
const KIND_TYPING: u8 = 1;

/// In the clear inside the seal, and authenticated: kind and time. The ciphertext is empty but for its tag.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Envelope {
    #[n(0)]
    kind: u8,
    #[n(1)]
    at: Timestamp,
    #[cbor(n(2), with = "minicbor::bytes")]
    nonce: [u8; NONCE],
    #[cbor(n(3), with = "minicbor::bytes")]
    tag: Vec<u8>,
}

impl Step<'_> {
    /// A key was pressed: at most one envelope in three seconds, to the devices of an accepted contact.
    pub(super) fn typing(&mut self, chat: ChatId) -> Result<(), StepError> {
        if self.group_of_chat(chat)?.is_some() {
            // One envelope for each device of each member would be too many.
            return Ok(());
        }
        let contact = self.contact(chat)?;
        let recently = self.memory.typed.get(&chat).is_some_and(|at| self.now < at + limits::TYPING_INTERVAL);
        let known = contact.accepted && contact.profile_key.is_some() && !contact.token_refused;
        if recently || !known || contact.blocked || contact.trust == Trust::Violated {
            return Ok(());
        }
        let Some(peer) = self.peer(&contact.account)?.filter(|p| !p.stale) else { return Ok(()) };
        self.memory.typed.insert(chat, self.now);
        for device in self.rows.devices(&contact.account)? {
            let Some((key, _)) = &device.ephemeral_out else { continue };
            let bytes = self.envelope(key, &device.device);
            self.effect(Effect::SendEphemeral(Box::new(EphemeralOut {
                account: contact.account,
                device: device.device,
                list_version: peer.version,
                bytes,
            })));
        }
        Ok(())
    }

    fn envelope(&mut self, key: &Secret32, to: &DeviceId) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        self.rng.fill_bytes(&mut nonce);
        let aad = associated(&self.own.device, to, KIND_TYPING, self.now);
        let payload = Payload { msg: b"", aad: &aad };
        let tag = XChaCha20Poly1305::new(&key.0.into()).encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        codec::encode(&Envelope { kind: KIND_TYPING, at: self.now, nonce, tag })
    }

    /// An ephemeral envelope came. Anything wrong with it is dropped in silence.
    pub(super) fn ephemeral(&mut self, at: Timestamp, opened: Result<SealedPlain, OpenError>) -> Result<(), StepError> {
        let Ok(plain) = opened else { return Ok(()) };
        let SealedPayload::Ephemeral { bytes } = &plain.payload else { return Ok(()) };
        let Ok(envelope) = codec::decode::<Envelope>(bytes) else { return Ok(()) };
        let Ok(device) = self.sender(&plain, at)? else { return Ok(()) };
        if let Err(why) = self.check_envelope(&envelope, &device, at) {
            self.dropped(why);
            return Ok(());
        }
        if let Some(contact) = self.contact_of(&device.account)?.filter(|c| c.accepted && !c.blocked) {
            self.event(Event::Writing { chat: contact.chat });
        }
        Ok(())
    }

    fn check_envelope(&mut self, envelope: &Envelope, device: &DeviceRow, at: Timestamp) -> Result<(), Rejection> {
        let key = device.ephemeral_in.as_ref().ok_or(Rejection::UnknownDevice)?;
        if envelope.at.abs_diff(at) > limits::EPHEMERAL_LIFE {
            return Err(Rejection::Late);
        }
        let aad = associated(&device.device, &self.own.device, envelope.kind, envelope.at);
        let payload = Payload { msg: &envelope.tag, aad: &aad };
        XChaCha20Poly1305::new(&key.0.into())
            .decrypt(&XNonce::from(envelope.nonce), payload)
            .map_err(|_| Rejection::Undecryptable)?;
        let now = self.now;
        self.memory.nonces.retain(|_, seen| now < *seen + 2 * limits::EPHEMERAL_LIFE);
        match self.memory.nonces.insert(envelope.nonce, now) {
            Some(_) => Err(Rejection::Repeated),
            None if envelope.kind == KIND_TYPING => Ok(()),
            None => Err(Rejection::Malformed),
        }
    }
}

fn associated(from: &DeviceId, to: &DeviceId, kind: u8, at: Timestamp) -> Vec<u8> {
    [b"sotto/v1/ephemeral".as_slice(), from.as_bytes(), to.as_bytes(), &[kind], &at.to_be_bytes()].concat()
}
