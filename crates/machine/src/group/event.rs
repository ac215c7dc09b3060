//! One change of a group: what it says, who signed it, and how it lies encrypted in the log.

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use minicbor::{Decode, Encode};
use rand::CryptoRng;
use sotto_wire::{
    AccountId, CertifiedDevice, DeviceCert, DeviceId, DeviceList, GroupId, Hash, Signed, SignedObject, Timestamp,
};

use super::{
    look::Look,
    state::{Policy, Role},
};
use crate::{
    codec::{self, Malformed},
    padding,
    rows::Secret32,
    trust,
};

const NONCE: usize = 24;

/// What a change does. Numbers are never reused; 6 was kept for a picture, which goes with a name.
///
/// An op that somebody does not know is skipped by them alone, and splits the group. What is new therefore goes into
/// fields of ops that everybody knows, and must not decide whether they are valid.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum GroupOp {
    /// The first event of every log.
    #[n(0)]
    Create {
        /// What the group is called.
        #[n(0)]
        name: String,
        /// Everybody but the founder.
        #[n(1)]
        members: Vec<NewMember>,
        /// The founder's profile key.
        #[cbor(n(2), with = "minicbor::bytes")]
        profile_key: [u8; 32],
        /// What it shows besides.
        #[n(3)]
        look: Option<Look>,
    },
    /// More members.
    #[n(1)]
    Add {
        /// Who.
        #[n(0)]
        members: Vec<NewMember>,
    },
    /// One member fewer.
    #[n(2)]
    Remove {
        /// Who.
        #[n(0)]
        account: AccountId,
    },
    /// The actor goes.
    #[n(3)]
    Leave,
    /// A member's role.
    #[n(4)]
    Role {
        /// Whose.
        #[n(0)]
        account: AccountId,
        /// Which. Making somebody owner makes the old owner an admin.
        #[n(1)]
        role: Role,
    },
    /// Another name, or the same with another look.
    #[n(5)]
    Rename {
        /// Which.
        #[n(0)]
        name: String,
        /// What it shows besides.
        #[n(1)]
        look: Option<Look>,
    },
    /// Who may do what.
    #[n(7)]
    Policy {
        /// All of it.
        #[n(0)]
        policy: Policy,
    },
    /// A new secret, after somebody has left.
    #[n(8)]
    Rekey,
    /// The actor shows the current device list of their account.
    #[n(9)]
    Lists,
}

impl GroupOp {
    /// Another name, and nothing else.
    pub fn rename(name: impl Into<String>) -> Self {
        Self::Rename { name: name.into(), look: None }
    }

    /// What it says of the group besides its name.
    pub fn look(&self) -> Option<&Look> {
        match self {
            Self::Create { look, .. } | Self::Rename { look, .. } => look.as_ref(),
            _ => None,
        }
    }

    /// Whether it sets a new secret.
    pub fn sets_secret(&self) -> bool {
        matches!(self, Self::Create { .. } | Self::Add { .. } | Self::Remove { .. } | Self::Rekey)
    }
}

/// Somebody who comes into the group, as whoever adds them knows them.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewMember {
    /// Who.
    #[n(0)]
    pub account: AccountId,
    /// Version of their device list, as far as it is known; nothing older counts from then on.
    #[n(1)]
    pub list_version: u64,
    /// Their profile key, so that members know each other's names and may write to each other.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub profile_key: Option<[u8; 32]>,
}

impl std::fmt::Debug for NewMember {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewMember").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Who makes a change, and by which device list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Actor {
    /// Whose.
    #[n(0)]
    pub account: AccountId,
    /// By which device.
    #[n(1)]
    pub device: DeviceId,
    /// The list that names it.
    #[n(2)]
    pub list_version: u64,
    /// That list's hash.
    #[n(3)]
    pub list_hash: Hash,
}

/// A change, chained to the one before.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GroupEvent {
    /// Of which group.
    #[n(0)]
    pub group: GroupId,
    /// One more than that of the valid event before.
    #[n(1)]
    pub epoch: u64,
    /// The state's hash before; zeroes for the first.
    #[n(2)]
    pub prev_hash: Hash,
    /// What it does.
    #[n(3)]
    pub op: GroupOp,
    /// Who does it.
    #[n(4)]
    pub actor: Actor,
    /// When, by the actor's clock.
    #[n(5)]
    pub at: Timestamp,
    /// Commits to the new secret, if one is set.
    #[n(6)]
    pub secret_hash: Option<Hash>,
    /// The event key before the one under which this event lies, so that those who are added can read back to the
    /// founding and check everything. Only with a new secret, and not with the first two.
    #[cbor(n(7), with = "minicbor::bytes")]
    pub older_key: Option<[u8; 32]>,
}

impl SignedObject for GroupEvent {
    const NAME: &'static str = "group-event";
}

impl std::fmt::Debug for GroupEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GroupEvent").field("epoch", &self.epoch).field("op", &self.op).finish_non_exhaustive()
    }
}

/// An event with everything that is needed to judge it: nobody has to be asked, now or later.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Entry {
    /// Signed by the actor's device.
    #[n(0)]
    pub event: Signed<GroupEvent>,
    /// That device's certificate.
    #[n(1)]
    pub device: CertifiedDevice,
    /// The list that names it.
    #[n(2)]
    pub list: Signed<DeviceList>,
}

impl Entry {
    /// The event, if list, certificate and signature hold and agree with the actor it names.
    ///
    /// # Errors
    /// [`Malformed`] when they do not.
    pub fn verify(&self) -> Result<(GroupEvent, DeviceCert), Malformed> {
        let list = DeviceList::verify(&self.list).map_err(|_| Malformed)?;
        let cert = trust::check_device(&list, &self.device).map_err(|_| Malformed)?;
        let event = self.event.verify(&cert.device_key).map_err(|_| Malformed)?;
        let actor = &event.actor;
        let agrees = actor.account == list.account
            && actor.device == cert.device
            && actor.list_version == list.version
            && actor.list_hash == self.list.hash();
        if agrees { Ok((event, cert)) } else { Err(Malformed) }
    }

    /// Nonce and ciphertext for the log.
    pub fn seal(&self, group: &GroupId, event_key: &Secret32, rng: &mut dyn CryptoRng) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let plain = padding::pad(codec::encode(self));
        let payload = Payload { msg: &plain, aad: &associated(group) };
        // Encryption fails only past 256 GiB; nothing is then what everybody skips.
        let sealed = XChaCha20Poly1305::new(&event_key.0.into()).encrypt(&XNonce::from(nonce), payload);
        [nonce.as_slice(), &sealed.unwrap_or_default()].concat()
    }

    /// From [`Self::seal`].
    ///
    /// # Errors
    /// [`Malformed`] for another key or group, or other bytes.
    pub fn open(bytes: &[u8], group: &GroupId, event_key: &Secret32) -> Result<Self, Malformed> {
        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(Malformed)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| Malformed)?;
        let payload = Payload { msg: sealed, aad: &associated(group) };
        let plain = XChaCha20Poly1305::new(&event_key.0.into()).decrypt(&nonce, payload).map_err(|_| Malformed)?;
        codec::decode(&padding::unpad(plain)?)
    }
}

fn associated(group: &GroupId) -> Vec<u8> {
    [b"sotto/v1/group-event".as_slice(), group.as_bytes()].concat()
}
