//! Standing certificates: the relay's word that a device is registered with it.

use ed25519_dalek::{Signer as _, SigningKey};
use sotto_wire::{AccountId, DeviceId, PublicKey, Signature, Signed, StandingCert, Timestamp, limits::STANDING_LIFE};

/// Signs standing certificates.
pub(crate) struct StandingKey {
    secret: SigningKey,
    public: PublicKey,
}

impl StandingKey {
    pub(crate) fn new(seed: &[u8; 32]) -> Self {
        let secret = SigningKey::from_bytes(seed);
        let public = PublicKey(secret.verifying_key().to_bytes());
        Self { secret, public }
    }

    pub(crate) fn public(&self) -> PublicKey {
        self.public
    }

    pub(crate) fn vouch(&self, account: AccountId, device: DeviceId, now: Timestamp) -> Signed<StandingCert> {
        let certificate = StandingCert { account, device, issued: now, expires: now + STANDING_LIFE };
        Signed::create(&certificate, &self.public, |message| Signature(self.secret.sign(message).to_bytes()))
    }
}

impl std::fmt::Debug for StandingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandingKey").field("public", &self.public).finish_non_exhaustive()
    }
}
