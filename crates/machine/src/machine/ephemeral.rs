//! What matters only now (typing): never Olm, never a counter, since what is dropped would eat the gap limit.

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use minicbor::{Decode, Encode};
use sotto_wire::{AccountId, DeviceId, GroupId, Timestamp, limits};

use super::context::Step;
use crate::{
    codec,
    group::rows::GroupRow,
    rows::{ChatId, ContactRow, DeviceRow, Secret32, Trust},
    seal::{OpenError, SealedPayload, SealedPlain},
    step::{Effect, EphemeralOut, Event, Rejection, StepError},
};

const NONCE: usize = 24;
const KIND_TYPING: u8 = 1;
/// Typing in a group; which one is what is encrypted.
const KIND_TYPING_IN_GROUP: u8 = 2;
/// In a larger group nobody is told: one envelope for each device of each member would be too many.
const LARGEST_AUDIENCE: usize = 32;

/// In the clear inside the seal, and authenticated: kind and time. With its tag comes the group's id, or nothing.
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
        if let Some(group) = self.group_of_chat(chat)? {
            return self.typing_in_group(&group);
        }
        let contact = self.contact(chat)?;
        let known = contact.accepted && contact.profile_key.is_some() && !contact.token_refused;
        if self.typed_recently(chat) || !known || contact.blocked || contact.trust == Trust::Violated {
            return Ok(());
        }
        if self.send_ephemeral(contact.account, KIND_TYPING, b"")? {
            self.memory.typed.insert(chat, self.now);
        }
        Ok(())
    }

    /// The same in a group, to members whose delivery token is known and who are not blocked.
    fn typing_in_group(&mut self, group: &GroupRow) -> Result<(), StepError> {
        let role = group.state.role(&self.own.account);
        let may = role.is_some_and(|role| group.state.policy.send.includes(role)) && group.fork.is_none();
        let heard = group.accepted && may && group.state.members.len() <= LARGEST_AUDIENCE;
        if !heard || self.typed_recently(group.chat) {
            return Ok(());
        }
        self.memory.typed.insert(group.chat, self.now);
        let others: Vec<AccountId> = group.state.others(&self.own.account).map(|member| member.account).collect();
        for account in others {
            let known = |contact: &ContactRow| contact.profile_key.is_some() && !contact.token_refused;
            let Some(contact) = self.contact_of(&account)?.filter(known) else { continue };
            if !contact.blocked && contact.trust != Trust::Violated {
                self.send_ephemeral(account, KIND_TYPING_IN_GROUP, &group.id().0)?;
            }
        }
        Ok(())
    }

    fn typed_recently(&self, chat: ChatId) -> bool {
        self.memory.typed.get(&chat).is_some_and(|at| self.now < at + limits::TYPING_INTERVAL)
    }

    /// To every device of an account that has a key for it. False while its devices are not known well enough.
    fn send_ephemeral(&mut self, account: AccountId, kind: u8, says: &[u8]) -> Result<bool, StepError> {
        let Some(peer) = self.peer(&account)?.filter(|p| !p.stale) else { return Ok(false) };
        for device in self.rows.devices(&account)? {
            let Some((key, _)) = &device.ephemeral_out else { continue };
            let bytes = self.envelope(key, &device.device, kind, says);
            let (device, list_version) = (device.device, peer.version);
            self.effect(Effect::SendEphemeral(Box::new(EphemeralOut { account, device, list_version, bytes })));
        }
        Ok(true)
    }

    fn envelope(&mut self, key: &Secret32, to: &DeviceId, kind: u8, says: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        self.rng.fill_bytes(&mut nonce);
        let aad = associated(&self.own.device, to, kind, self.now);
        let payload = Payload { msg: says, aad: &aad };
        let tag = XChaCha20Poly1305::new(&key.0.into()).encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        codec::encode(&Envelope { kind, at: self.now, nonce, tag })
    }

    /// An ephemeral envelope came. Anything wrong with it is dropped in silence.
    pub(super) fn ephemeral(&mut self, at: Timestamp, opened: Result<SealedPlain, OpenError>) -> Result<(), StepError> {
        let Ok(plain) = opened else { return Ok(()) };
        let SealedPayload::Ephemeral { bytes } = &plain.payload else { return Ok(()) };
        let Ok(envelope) = codec::decode::<Envelope>(bytes) else { return Ok(()) };
        let Ok(device) = self.sender(&plain, at)? else { return Ok(()) };
        let group = match self.check_envelope(&envelope, &device, at) {
            Ok(group) => group,
            Err(why) => {
                self.dropped(why);
                return Ok(());
            }
        };
        let who = device.account;
        let Some(contact) = self.contact_of(&who)?.filter(|contact| !contact.blocked) else { return Ok(()) };
        let chat = match group {
            None => Some(contact.chat).filter(|_| contact.accepted),
            Some(group) => {
                let row = self.group(&group)?.filter(|row| row.accepted && row.state.member(&who).is_some());
                row.map(|row| row.chat)
            }
        };
        if let Some(chat) = chat {
            self.event(Event::Writing { chat, who });
        }
        Ok(())
    }

    /// In which group its sender is writing, if it is one.
    fn check_envelope(
        &mut self,
        envelope: &Envelope,
        device: &DeviceRow,
        at: Timestamp,
    ) -> Result<Option<GroupId>, Rejection> {
        let key = device.ephemeral_in.as_ref().ok_or(Rejection::UnknownDevice)?;
        if envelope.at.abs_diff(at) > limits::EPHEMERAL_LIFE {
            return Err(Rejection::Late);
        }
        let aad = associated(&device.device, &self.own.device, envelope.kind, envelope.at);
        let payload = Payload { msg: &envelope.tag, aad: &aad };
        let says = XChaCha20Poly1305::new(&key.0.into())
            .decrypt(&XNonce::from(envelope.nonce), payload)
            .map_err(|_| Rejection::Undecryptable)?;
        let now = self.now;
        self.memory.nonces.retain(|_, seen| now < *seen + 2 * limits::EPHEMERAL_LIFE);
        match self.memory.nonces.insert(envelope.nonce, now) {
            Some(_) => Err(Rejection::Repeated),
            None if envelope.kind == KIND_TYPING => Ok(None),
            None if envelope.kind == KIND_TYPING_IN_GROUP => {
                says.try_into().map(|id| Some(GroupId(id))).map_err(|_| Rejection::Malformed)
            }
            None => Err(Rejection::Malformed),
        }
    }
}

fn associated(from: &DeviceId, to: &DeviceId, kind: u8, at: Timestamp) -> Vec<u8> {
    [b"sotto/v1/ephemeral".as_slice(), from.as_bytes(), to.as_bytes(), &[kind], &at.to_be_bytes()].concat()
}
