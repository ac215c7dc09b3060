//! Olm v2 sessions: the one place that names `vodozemac`'s ratchet, and the one configuration it may have.

use sotto_wire::{DeviceId, Hash, PublicKey, Timestamp};
use vodozemac::{
    Curve25519PublicKey,
    olm::{Account, AccountPickle, OlmMessage, Session, SessionConfig, SessionPickle},
};

use crate::{
    rows::SessionRow,
    step::{Rejection, StepError},
};

/// A session as it is used within a step.
pub(crate) struct OlmSession {
    device: DeviceId,
    session: Session,
}

/// A decrypted message and the session in its new state. Nothing is stored unless the caller goes on.
pub(crate) struct Decrypted {
    pub(crate) plaintext: Vec<u8>,
    pub(crate) session: OlmSession,
    /// The account, when it lost a one-time key to a new session.
    pub(crate) account: Option<Account>,
}

impl OlmSession {
    /// From its row; `None` for a tombstone.
    pub(crate) fn load(row: &SessionRow) -> Result<Option<Self>, StepError> {
        let Some(pickle) = &row.pickle else { return Ok(None) };
        let pickle: SessionPickle = serde_json::from_slice(pickle).map_err(|_| StepError::Corrupt("session"))?;
        Ok(Some(Self { device: row.device, session: Session::from_pickle(pickle) }))
    }

    /// The row, used now.
    pub(crate) fn row(&self, now: Timestamp) -> SessionRow {
        let pickle = serde_json::to_vec(&self.session.pickle()).unwrap_or_default();
        SessionRow { device: self.device, session_id: self.session.session_id(), pickle: Some(pickle), used_at: now }
    }

    /// A new session to a device, by its long-term key and one of its pre-keys (whose signature was verified).
    pub(crate) fn outbound(
        account: &Account,
        device: DeviceId,
        olm_key: &PublicKey,
        pre_key: &PublicKey,
    ) -> Result<Self, Rejection> {
        let session = account
            .create_outbound_session(
                SessionConfig::version_2(),
                Curve25519PublicKey::from_bytes(olm_key.0),
                Curve25519PublicKey::from_bytes(pre_key.0),
            )
            .map_err(|_| Rejection::PublishedKey)?;
        Ok(Self { device, session })
    }

    /// Encrypts: type (0 pre-key, 1 normal) and bytes.
    pub(crate) fn encrypt(&mut self, plaintext: &[u8]) -> Result<(u8, Vec<u8>), Rejection> {
        let message = self.session.encrypt(plaintext).map_err(|_| Rejection::Undecryptable)?;
        Ok(match message {
            OlmMessage::PreKey(m) => (0, m.to_bytes()),
            OlmMessage::Normal(m) => (1, m.to_bytes()),
        })
    }
}

/// Decrypts with the existing sessions first, else with a new inbound session.
///
/// The Olm key comes from the verified certificate, never from the message. A pre-key message whose session is
/// a tombstone is refused: its fallback key would otherwise give its plaintext again.
pub(crate) fn decrypt(
    account: impl FnOnce() -> Result<Account, StepError>,
    sessions: &[SessionRow],
    device: DeviceId,
    olm_key: &PublicKey,
    olm_type: u8,
    bytes: &[u8],
) -> Result<Result<Decrypted, Rejection>, StepError> {
    let Ok(message) = OlmMessage::from_parts(olm_type.into(), bytes) else { return Ok(Err(Rejection::Malformed)) };
    let own_session = match &message {
        OlmMessage::PreKey(m) => Some(m.session_id()),
        OlmMessage::Normal(_) => None,
    };
    for row in sessions {
        if own_session.as_ref().is_some_and(|id| *id != row.session_id) {
            continue;
        }
        let Some(mut session) = OlmSession::load(row)? else {
            if own_session.is_some() {
                return Ok(Err(Rejection::Repeated));
            }
            continue;
        };
        match session.session.decrypt(&message) {
            Ok(plaintext) => return Ok(Ok(Decrypted { plaintext, session, account: None })),
            Err(_) if own_session.is_some() => return Ok(Err(Rejection::Undecryptable)),
            Err(_) => {}
        }
    }
    let OlmMessage::PreKey(message) = &message else { return Ok(Err(Rejection::Undecryptable)) };
    let mut account = account()?;
    let created =
        account.create_inbound_session(SessionConfig::version_2(), Curve25519PublicKey::from_bytes(olm_key.0), message);
    Ok(match created {
        Ok(made) => Ok(Decrypted {
            plaintext: made.plaintext,
            session: OlmSession { device, session: made.session },
            account: Some(account),
        }),
        Err(_) => Err(Rejection::Undecryptable),
    })
}

/// What marks a ciphertext as received: SHA-256(sender device ‖ Olm type ‖ bytes).
pub(crate) fn ciphertext_hash(device: &DeviceId, olm_type: u8, bytes: &[u8]) -> Hash {
    Hash::of(&[device.as_bytes().as_slice(), &[olm_type], bytes].concat())
}

/// The account as JSON, for the encrypted database.
pub(crate) fn pickle_account(account: &Account) -> Vec<u8> {
    serde_json::to_vec(&account.pickle()).unwrap_or_default()
}

/// From [`pickle_account`].
pub(crate) fn load_account(pickle: &[u8]) -> Result<Account, StepError> {
    let pickle: AccountPickle = serde_json::from_slice(pickle).map_err(|_| StepError::Corrupt("Olm account"))?;
    Ok(Account::from_pickle(pickle))
}
