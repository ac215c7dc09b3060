//! A person: keys, one device, and what the device would say. The sealed bytes are plain text here; the relay cannot tell.

use ed25519_dalek::{Signer as _, SigningKey};
use sotto_relay::{Clock as _, SystemClock};
use sotto_wire::{
    AccountId, CertifiedDevice, DeliveryToken, DeviceCert, DeviceId, DeviceList, DeviceToken, Hash, KeyId,
    ListedDevice, PhoneNumber, PreKey, PreKeyKind, PublicKey, Recipient, SUITE, SealKey, SealedFor, Signature, Signed,
    SignedObject, Timestamp,
    limits::{LIST_LIFE, PRE_KEY_LIFE, SEAL_KEY_LIFE},
    rest::{KeyUpload, Registration},
};

/// A key pair and how it signs.
#[derive(Clone)]
pub(crate) struct Signer(SigningKey);

impl Signer {
    pub(crate) fn draw() -> Self {
        Self(SigningKey::from_bytes(&random()))
    }

    pub(crate) fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }

    pub(crate) fn signed<T: SignedObject>(&self, object: &T) -> Signed<T> {
        Signed::create(object, &self.public(), |message| self.sign(message))
    }
}

/// Somebody with one device.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) number: PhoneNumber,
    pub(crate) account_key: Signer,
    pub(crate) device_key: Signer,
    pub(crate) device: DeviceId,
    pub(crate) token: DeviceToken,
    pub(crate) delivery: DeliveryToken,
    pub(crate) certificate: CertifiedDevice,
    pub(crate) list: Signed<DeviceList>,
}

impl Person {
    pub(crate) fn with_number(number: &str) -> Self {
        let (account_key, device_key, device) = (Signer::draw(), Signer::draw(), DeviceId(random()));
        let certificate = certify(&account_key, &device_key, device);
        let list = DeviceList {
            account: AccountId::of(&account_key.public()),
            account_key: account_key.public(),
            version: 1,
            prev_hash: Hash([0; 32]),
            devices: vec![ListedDevice { device, cert_hash: certificate.cert.hash() }],
            issued: now(),
            expires: now() + LIST_LIFE,
        };
        Self {
            number: number.parse().unwrap(),
            list: account_key.signed(&list),
            account_key,
            device_key,
            device,
            token: DeviceToken(random()),
            delivery: DeliveryToken(random()),
            certificate,
        }
    }

    pub(crate) fn account(&self) -> AccountId {
        AccountId::of(&self.account_key.public())
    }

    pub(crate) fn bearer(&self) -> String {
        let token: String = self.token.0.iter().map(|b| format!("{b:02x}")).collect();
        format!("Bearer {}.{token}", self.device)
    }

    pub(crate) fn seal_key(&self) -> Signed<SealKey> {
        self.device_key.signed(&SealKey {
            device: self.device,
            key_id: KeyId(random()),
            xwing_public: vec![7; 1_216],
            not_before: now(),
            not_after: now() + SEAL_KEY_LIFE,
        })
    }

    pub(crate) fn pre_key(&self, kind: PreKeyKind) -> Signed<PreKey> {
        self.device_key.signed(&PreKey {
            device: self.device,
            key_id: KeyId(random()),
            kind,
            x25519: PublicKey(random()),
            not_after: now() + PRE_KEY_LIFE,
        })
    }

    pub(crate) fn one_time_keys(&self, count: usize) -> KeyUpload {
        let one_time = (0..count).map(|_| self.pre_key(PreKeyKind::OneTime)).collect();
        KeyUpload { one_time, ..KeyUpload::default() }
    }

    pub(crate) fn registration(&self, code: &str) -> Registration {
        Registration {
            number: self.number.clone(),
            code: code.to_owned(),
            device: self.certificate.clone(),
            list: self.list.clone(),
            keys: KeyUpload {
                seal_key: Some(self.seal_key()),
                fallback: Some(self.pre_key(PreKeyKind::Fallback)),
                ..self.one_time_keys(3)
            },
            token_hash: self.token.hash(),
            delivery_token_hash: self.delivery.hash(),
        }
    }

    /// The list after this one, with whatever is changed about it.
    pub(crate) fn next_list(&self, change: impl FnOnce(&mut DeviceList)) -> Signed<DeviceList> {
        let mut list = self.list.read_unverified().unwrap();
        list.version += 1;
        list.prev_hash = self.list.hash();
        change(&mut list);
        self.account_key.signed(&list)
    }

    /// A copy of a text for this person, from somebody who knows them.
    pub(crate) fn copy(&self, text: impl Into<String>) -> Recipient {
        let sealed = text.into().into_bytes();
        Recipient {
            account: self.account(),
            list_version: 1,
            token: Some(self.delivery),
            devices: vec![SealedFor { device: self.device, sealed }],
        }
    }
}

pub(crate) fn certify(account_key: &Signer, device_key: &Signer, device: DeviceId) -> CertifiedDevice {
    let cert = account_key.signed(&DeviceCert {
        account: AccountId::of(&account_key.public()),
        device,
        device_key: device_key.public(),
        olm_key: PublicKey(random()),
        created: now(),
        suite: SUITE,
    });
    let device_sig = device_key.sign(&CertifiedDevice::consent_message(cert.bytes()));
    CertifiedDevice { cert, device_sig }
}

pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
