//! A key wrapped by a passphrase: Argon2id, then XChaCha20-Poly1305.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{DatabaseKey, SecretError, key::random};

/// The costs of a new wrapping: half a second of one core and 256 MiB.
const COSTS: Costs = Costs { memory_kib: 256 * 1024, passes: 3, lanes: 1 };
/// What binds a wrapping to its purpose.
const LABEL: &str = "sotto/v1/database-key";

/// What Argon2id may spend. Read from a file that anybody may have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Costs {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Costs {
    /// From a quarter of what we use to eight times it: less would be a weakened file, more would hang the computer.
    fn are_sane(self) -> bool {
        (64 * 1024..=2 * 1024 * 1024).contains(&self.memory_kib)
            && (1..=24).contains(&self.passes)
            && (1..=8).contains(&self.lanes)
    }
}

/// The key as it lies in `key.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Wrapped {
    #[serde(flatten)]
    costs: Costs,
    salt: String,
    nonce: String,
    ciphertext: String,
}

impl Wrapped {
    pub(super) fn seal(key: &DatabaseKey, passphrase: &str) -> Result<Self, SecretError> {
        Self::seal_with(COSTS, key, passphrase)
    }

    fn seal_with(costs: Costs, key: &DatabaseKey, passphrase: &str) -> Result<Self, SecretError> {
        let salt = random::<16>()?;
        let nonce = random::<24>()?;
        let aad = associated_data(costs, &salt);
        let ciphertext = cipher(costs, &salt, passphrase)?
            .encrypt(&XNonce::from(*nonce), Payload { msg: key.bytes(), aad: &aad })
            .map_err(|_| SecretError::Broken("the key cannot be wrapped"))?;
        Ok(Self {
            costs,
            salt: BASE64.encode(*salt),
            nonce: BASE64.encode(*nonce),
            ciphertext: BASE64.encode(ciphertext),
        })
    }

    pub(super) fn open(&self, passphrase: &str) -> Result<DatabaseKey, SecretError> {
        if !self.costs.are_sane() {
            return Err(SecretError::Broken("key.json asks for absurd costs"));
        }
        let salt = decode::<16>(&self.salt)?;
        let nonce = decode::<24>(&self.nonce)?;
        let ciphertext = decode::<48>(&self.ciphertext)?;
        let aad = associated_data(self.costs, &salt);
        let key = cipher(self.costs, &salt, passphrase)?
            .decrypt(&XNonce::from(nonce), Payload { msg: &ciphertext, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| SecretError::WrongPassphrase)?;
        DatabaseKey::from_slice(&key).ok_or(SecretError::Broken("what is wrapped is no key"))
    }
}

fn cipher(costs: Costs, salt: &[u8; 16], passphrase: &str) -> Result<XChaCha20Poly1305, SecretError> {
    const REFUSED: SecretError = SecretError::Broken("Argon2id refuses these costs");

    let params = Params::new(costs.memory_kib, costs.passes, costs.lanes, Some(32)).map_err(|_| REFUSED)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| REFUSED)?;
    Ok(XChaCha20Poly1305::new((&*key).into()))
}

/// Costs and salt cannot be exchanged for others without the passphrase.
fn associated_data(costs: Costs, salt: &[u8; 16]) -> Vec<u8> {
    let numbers = [costs.memory_kib, costs.passes, costs.lanes].map(u32::to_be_bytes).concat();
    [LABEL.as_bytes(), &numbers, salt].concat()
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N], SecretError> {
    const DAMAGED: SecretError = SecretError::Broken("key.json is damaged");

    BASE64.decode(text).map_err(|_| DAMAGED)?.try_into().map_err(|_| DAMAGED)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cheap enough for a test, and still sane.
    const CHEAP: Costs = Costs { memory_kib: 64 * 1024, passes: 1, lanes: 1 };

    fn wrapped() -> (DatabaseKey, Wrapped) {
        let key = DatabaseKey::draw().unwrap();
        let wrapped = Wrapped::seal_with(CHEAP, &key, "correct horse").unwrap();
        (key, wrapped)
    }

    #[test]
    fn opens_with_its_passphrase_and_no_other() {
        let (key, wrapped) = wrapped();
        assert!(wrapped.open("correct horse").unwrap().is_same(&key));
        assert!(matches!(wrapped.open("correct hoarse"), Err(SecretError::WrongPassphrase)));
    }

    #[test]
    fn our_own_costs_are_sane() {
        assert!(COSTS.are_sane() && CHEAP.are_sane());
    }

    #[test]
    fn absurd_costs_are_refused_before_they_are_paid() {
        let (_, wrapped) = wrapped();
        let absurd = [
            Costs { memory_kib: u32::MAX, ..CHEAP },
            Costs { memory_kib: 8, ..CHEAP },
            Costs { passes: u32::MAX, ..CHEAP },
            Costs { passes: 0, ..CHEAP },
            Costs { lanes: 0, ..CHEAP },
            Costs { lanes: 1 << 24, ..CHEAP },
        ];
        for costs in absurd {
            let changed = Wrapped { costs, ..wrapped.clone() };
            assert!(matches!(changed.open("correct horse"), Err(SecretError::Broken(_))), "{costs:?}");
        }
    }

    #[test]
    fn any_change_is_noticed() {
        let (_, wrapped) = wrapped();
        let (_, other) = self::wrapped();
        let changed = [
            Wrapped { costs: Costs { passes: 2, ..CHEAP }, ..wrapped.clone() },
            Wrapped { salt: other.salt, ..wrapped.clone() },
            Wrapped { nonce: other.nonce, ..wrapped.clone() },
            Wrapped { ciphertext: other.ciphertext, ..wrapped.clone() },
        ];
        for wrapped in changed {
            assert!(matches!(wrapped.open("correct horse"), Err(SecretError::WrongPassphrase)));
        }
        let cut = Wrapped { ciphertext: wrapped.ciphertext.chars().take(60).collect(), ..wrapped };
        assert!(matches!(cut.open("correct horse"), Err(SecretError::Broken(_))));
    }
}
