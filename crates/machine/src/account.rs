//! This account and this device: drawing them at sign-up, and keeping their published keys fresh.

use ed25519_dalek::{Signer as _, SigningKey};
use hkdf::Hkdf;
use rand::CryptoRng;
use sha2::Sha256;
use sotto_wire::{
    AccountId, CertifiedDevice, DeviceCert, DeviceId, DeviceList, Hash, KeyId, ListedDevice, PhoneNumber, PreKey,
    PreKeyKind, PublicKey, SUITE, SealKey, Signature, Signed, Timestamp, limits, rest::KeyUpload,
};
use vodozemac::{Curve25519PublicKey, olm::Account};

use crate::{
    changes::Change,
    rows::{OwnRow, OwnSealKeyRow, Secret32},
    seal, session,
    step::StepError,
};

/// A fresh account on its first device.
#[derive(Debug)]
pub struct SignUp {
    /// The new account and device.
    pub own: OwnRow,
    /// To be committed *before* the registration is sent, so that a lost answer can be asked for again.
    pub changes: Vec<Change>,
    /// For the registration.
    pub device: CertifiedDevice,
    /// For the registration.
    pub list: Signed<DeviceList>,
    /// For the registration.
    pub keys: KeyUpload,
}

/// Draws a new account and its primary device.
pub fn sign_up(number: PhoneNumber, standing_key: PublicKey, now: Timestamp, rng: &mut dyn CryptoRng) -> SignUp {
    let seed = draw(rng);
    let signing = account_signing_key(&seed);
    let account_key = PublicKey(signing.verifying_key().to_bytes());
    let account = AccountId::of(&account_key);
    let device = draw_device(rng);

    let mut olm = Account::new();
    let device_key = PublicKey(*olm.ed25519_key().as_bytes());
    let olm_key = PublicKey(olm.curve25519_key().to_bytes());
    let cert = DeviceCert { account, device, device_key, olm_key, created: now, suite: SUITE };
    let certified = certify(&cert, &signing, &account_key, &olm);
    let devices = vec![ListedDevice { device, cert_hash: certified.cert.hash() }];
    let list = sign_list(&signing, account_key, 1, Hash([0; 32]), devices, now);

    let (seal_row, keys) = first_keys(device, &device_key, &mut olm, now, rng);

    let own = OwnRow {
        seed: Some(seed),
        account,
        account_key,
        device,
        certified: crate::codec::encode(&certified),
        list: list.clone(),
        profile_key: draw(rng),
        profile_turned_at: 0,
        number,
        keys_turned_at: now,
        unpublished: None,
        mail_expired: false,
        standing_key,
    };
    let changes = vec![
        Change::PutOwn(Box::new(own.clone())),
        Change::PutOlmAccount(session::pickle_account(&olm)),
        Change::PutOwnSealKey(seal_row),
    ];
    SignUp { own, changes, device: certified, list, keys }
}

/// Everything that a device publishes when it begins.
pub(crate) fn first_keys(
    device: DeviceId,
    device_key: &PublicKey,
    olm: &mut Account,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> (OwnSealKeyRow, KeyUpload) {
    let (row, seal_key) = new_seal_key(device, device_key, olm, now, rng);
    let fallback = new_fallback(device, device_key, olm, now, rng);
    let one_time = new_one_time_keys(device, device_key, olm, limits::ONE_TIME_KEYS, now, rng);
    (row, KeyUpload { seal_key: Some(seal_key), one_time, fallback })
}

pub(crate) fn draw_device(rng: &mut dyn CryptoRng) -> DeviceId {
    let mut device = DeviceId([0; 16]);
    rng.fill_bytes(&mut device.0);
    device
}

/// What a device signs with, read from its rows when needed and wiped after.
pub(crate) struct DeviceKeys<'a> {
    pub(crate) device: DeviceId,
    pub(crate) device_key: PublicKey,
    pub(crate) olm: &'a mut Account,
}

impl DeviceKeys<'_> {
    /// More one-time keys.
    pub(crate) fn one_time(&mut self, count: u32, now: Timestamp, rng: &mut dyn CryptoRng) -> Vec<Signed<PreKey>> {
        new_one_time_keys(self.device, &self.device_key, self.olm, count, now, rng)
    }

    /// The weekly turnover: a new seal key and a new fallback key.
    pub(crate) fn turn_over(&mut self, now: Timestamp, rng: &mut dyn CryptoRng) -> (OwnSealKeyRow, KeyUpload) {
        let (row, seal_key) = new_seal_key(self.device, &self.device_key, self.olm, now, rng);
        let fallback = new_fallback(self.device, &self.device_key, self.olm, now, rng);
        (row, KeyUpload { seal_key: Some(seal_key), one_time: Vec::new(), fallback })
    }
}

/// The account's next list, with these devices. Only the primary can sign it.
pub(crate) fn next_list(
    own: &OwnRow,
    devices: Vec<ListedDevice>,
    now: Timestamp,
) -> Result<Signed<DeviceList>, StepError> {
    let current = own.list.read_unverified().map_err(|_| StepError::Corrupt("device list"))?;
    let signing = account_signing_key(own.seed.as_ref().ok_or(StepError::NotPrimary)?);
    Ok(sign_list(&signing, own.account_key, current.version + 1, own.list.hash(), devices, now))
}

pub(crate) fn account_signing_key(seed: &Secret32) -> SigningKey {
    let mut key = [0; 32];
    // 32 bytes are always within HKDF's limit.
    let _ = Hkdf::<Sha256>::new(None, &seed.0).expand(b"sotto/v1/account-key", &mut key);
    let signing = SigningKey::from_bytes(&key);
    zeroize::Zeroize::zeroize(&mut key);
    signing
}

fn draw(rng: &mut dyn CryptoRng) -> Secret32 {
    let mut secret = Secret32([0; 32]);
    rng.fill_bytes(&mut secret.0);
    secret
}

fn certify(cert: &DeviceCert, signing: &SigningKey, account_key: &PublicKey, olm: &Account) -> CertifiedDevice {
    let cert = Signed::create(cert, account_key, |m| Signature(signing.sign(m).to_bytes()));
    let device_sig = sign_with(olm, &CertifiedDevice::consent_message(cert.bytes()));
    CertifiedDevice { cert, device_sig }
}

fn sign_list(
    signing: &SigningKey,
    account_key: PublicKey,
    version: u64,
    prev_hash: Hash,
    devices: Vec<ListedDevice>,
    now: Timestamp,
) -> Signed<DeviceList> {
    let list = DeviceList {
        account: AccountId::of(&account_key),
        account_key,
        version,
        prev_hash,
        devices,
        issued: now,
        expires: now + limits::LIST_LIFE,
    };
    Signed::create(&list, &account_key, |m| Signature(signing.sign(m).to_bytes()))
}

pub(crate) fn sign_with(olm: &Account, message: &[u8]) -> Signature {
    Signature(olm.sign(message).to_bytes())
}

fn new_key_id(rng: &mut dyn CryptoRng) -> KeyId {
    let mut id = KeyId([0; 8]);
    rng.fill_bytes(&mut id.0);
    id
}

fn new_seal_key(
    device: DeviceId,
    device_key: &PublicKey,
    olm: &Account,
    now: Timestamp,
    mut rng: &mut dyn CryptoRng,
) -> (OwnSealKeyRow, Signed<SealKey>) {
    let (private, xwing_public) = seal::generate(&mut rng);
    let key_id = new_key_id(rng);
    let not_after = now + limits::SEAL_KEY_LIFE;
    let key = SealKey { device, key_id, xwing_public, not_before: now, not_after };
    let signed = Signed::create(&key, device_key, |m| sign_with(olm, m));
    (OwnSealKeyRow { key_id, private, not_after }, signed)
}

fn new_fallback(
    device: DeviceId,
    device_key: &PublicKey,
    olm: &mut Account,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Option<Signed<PreKey>> {
    olm.generate_fallback_key();
    let key = olm.fallback_key().into_values().next()?;
    let signed = sign_pre_key(device, device_key, olm, PreKeyKind::Fallback, &key, now, rng);
    olm.mark_keys_as_published();
    Some(signed)
}

fn new_one_time_keys(
    device: DeviceId,
    device_key: &PublicKey,
    olm: &mut Account,
    count: u32,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Vec<Signed<PreKey>> {
    olm.generate_one_time_keys(count as usize);
    let keys = olm.one_time_keys();
    let signed =
        keys.values().map(|key| sign_pre_key(device, device_key, olm, PreKeyKind::OneTime, key, now, rng)).collect();
    olm.mark_keys_as_published();
    signed
}

fn sign_pre_key(
    device: DeviceId,
    device_key: &PublicKey,
    olm: &Account,
    kind: PreKeyKind,
    key: &Curve25519PublicKey,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Signed<PreKey> {
    let pre_key = PreKey {
        device,
        key_id: new_key_id(rng),
        kind,
        x25519: PublicKey(key.to_bytes()),
        not_after: now + limits::PRE_KEY_LIFE,
    };
    Signed::create(&pre_key, device_key, |m| sign_with(olm, m))
}
