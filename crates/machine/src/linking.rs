//! A further device of an account: what it draws for itself, and what the primary signs for it.
//!
//! The new device makes an [`DeviceOffer`]; [`LinkInput::Admit`] on the primary certifies it and signs the next list;
//! with both, [`NewDevice::finish`] makes a signed-up device out of it. How offer, certificate and list come from one
//! to the other is not decided here.

use ed25519_dalek::Signer as _;
use rand::CryptoRng;
use sotto_wire::{
    AccountId, CertifiedDevice, DeviceCert, DeviceId, DeviceList, ListedDevice, PhoneNumber, PublicKey, SUITE,
    Signature, Signed, Timestamp, limits, rest::KeyUpload,
};
use vodozemac::olm::Account;

use crate::{
    account::{self, SignUp},
    changes::Change,
    codec,
    rows::{OwnRow, OwnSealKeyRow, Secret32},
    session,
    step::StepError,
};

/// What happens to this account's devices.
#[derive(Debug)]
pub enum LinkInput {
    /// A person lets a further device in. On the primary only.
    Admit(Box<DeviceOffer>),
    /// A person puts a device out. On the primary only, and never the primary itself.
    Remove(DeviceId),
}

/// What a new device asks the primary to certify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceOffer {
    /// As the new device wants it.
    pub cert: DeviceCert,
    /// By its device key, over the certificate.
    pub consent: Signature,
}

/// What every device of an account knows of it.
#[derive(Debug, Clone)]
pub struct SharedAccount {
    /// The key that signs its devices.
    pub account_key: PublicKey,
    /// Encrypts the profile; the delivery token comes from it.
    pub profile_key: Secret32,
    /// When that was drawn, if it was after the sign-up.
    pub profile_turned_at: Timestamp,
    /// The number signed up with.
    pub number: PhoneNumber,
    /// The key that signs the relay's standing certificates.
    pub standing_key: PublicKey,
}

impl SharedAccount {
    /// As one of its devices knows it.
    pub fn of(own: &OwnRow) -> Self {
        Self {
            account_key: own.account_key,
            profile_key: own.profile_key.clone(),
            profile_turned_at: own.profile_turned_at,
            number: own.number.clone(),
            standing_key: own.standing_key,
        }
    }
}

/// A device that is not certified yet.
pub struct NewDevice {
    olm: Account,
    cert: DeviceCert,
    seal_key: OwnSealKeyRow,
    keys: KeyUpload,
}

impl std::fmt::Debug for NewDevice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewDevice").field("cert", &self.cert).finish_non_exhaustive()
    }
}

impl NewDevice {
    /// Draws a device for an account and everything that it will publish.
    pub fn draw(account: AccountId, now: Timestamp, rng: &mut dyn CryptoRng) -> Self {
        let device = account::draw_device(rng);
        let mut olm = Account::new();
        let device_key = PublicKey(*olm.ed25519_key().as_bytes());
        let olm_key = PublicKey(olm.curve25519_key().to_bytes());
        let cert = DeviceCert { account, device, device_key, olm_key, created: now, suite: SUITE };
        let (seal_key, keys) = account::first_keys(device, &device_key, &mut olm, now, rng);
        Self { olm, cert, seal_key, keys }
    }

    /// For the primary.
    pub fn offer(&self) -> DeviceOffer {
        let consent = CertifiedDevice::consent_message(&codec::encode(&self.cert));
        DeviceOffer { cert: self.cert.clone(), consent: account::sign_with(&self.olm, &consent) }
    }

    /// What it publishes.
    pub fn keys(&self) -> &KeyUpload {
        &self.keys
    }

    /// The device, with the primary's word for it.
    ///
    /// # Errors
    /// [`StepError::NotAllowed`] when certificate or list are not signed by the account, or are not about this device.
    pub fn finish(
        &self,
        certified: CertifiedDevice,
        list: Signed<DeviceList>,
        shared: SharedAccount,
        now: Timestamp,
    ) -> Result<SignUp, StepError> {
        let cert = certified.verify(&shared.account_key).map_err(|_| StepError::NotAllowed)?;
        let listed = DeviceList::verify(&list).map_err(|_| StepError::NotAllowed)?;
        let named = listed.devices.iter().any(|d| d.device == cert.device && d.cert_hash == certified.cert.hash());
        if cert != self.cert || listed.account_key != shared.account_key || !named {
            return Err(StepError::NotAllowed);
        }
        let own = OwnRow {
            seed: None,
            account: cert.account,
            account_key: shared.account_key,
            device: cert.device,
            certified: codec::encode(&certified),
            list: list.clone(),
            profile_key: shared.profile_key,
            profile_turned_at: shared.profile_turned_at,
            number: shared.number,
            keys_turned_at: now,
            unpublished: None,
            mail_expired: false,
            standing_key: shared.standing_key,
        };
        let changes = vec![
            Change::PutOwn(Box::new(own.clone())),
            Change::PutOlmAccount(session::pickle_account(&self.olm)),
            Change::PutOwnSealKey(self.seal_key.clone()),
        ];
        Ok(SignUp { own, changes, device: certified, list, keys: self.keys.clone() })
    }
}

/// Certifies a device and signs the next list, which names it too.
///
/// # Errors
/// [`StepError::NotPrimary`] without the account key; [`StepError::NotAllowed`] for a device of another account, of
/// another suite, that has not consented, that is listed already or is one too many.
pub fn admit(
    own: &OwnRow,
    offer: &DeviceOffer,
    now: Timestamp,
) -> Result<(CertifiedDevice, Signed<DeviceList>), StepError> {
    let signing = account::account_signing_key(own.seed.as_ref().ok_or(StepError::NotPrimary)?);
    let cert = Signed::create(&offer.cert, &own.account_key, |m| Signature(signing.sign(m).to_bytes()));
    let certified = CertifiedDevice { cert, device_sig: offer.consent };
    certified.verify(&own.account_key).map_err(|_| StepError::NotAllowed)?;
    let mut devices = listed(own)?;
    if devices.len() >= limits::MAX_DEVICES || devices.iter().any(|d| d.device == offer.cert.device) {
        return Err(StepError::NotAllowed);
    }
    devices.push(ListedDevice { device: offer.cert.device, cert_hash: certified.cert.hash() });
    let list = account::next_list(own, devices, now)?;
    Ok((certified, list))
}

/// Signs the next list without one of its devices.
///
/// # Errors
/// [`StepError::NotPrimary`] without the account key; [`StepError::NotAllowed`] for the primary itself or a device that
/// is not listed.
pub fn remove(own: &OwnRow, device: &DeviceId, now: Timestamp) -> Result<Signed<DeviceList>, StepError> {
    let mut devices = listed(own)?;
    let before = devices.len();
    devices.retain(|d| d.device != *device);
    if *device == own.device || devices.len() == before {
        return Err(StepError::NotAllowed);
    }
    account::next_list(own, devices, now)
}

pub(crate) fn listed(own: &OwnRow) -> Result<Vec<ListedDevice>, StepError> {
    Ok(own.list.read_unverified().map_err(|_| StepError::Corrupt("device list"))?.devices)
}
