//! Megolm v2 sessions: the one place that names `vodozemac`'s group ratchet, and the one configuration it may have.

use sotto_wire::{AccountId, DeviceId, GroupId, Timestamp};
use vodozemac::megolm::{
    ExportedSessionKey, GroupSession, GroupSessionPickle, InboundGroupSession, InboundGroupSessionPickle,
    MegolmMessage, SessionConfig, SessionKey,
};

use super::rows::{GroupSessionInRow, GroupSessionOutRow};
use crate::step::{Rejection, StepError};

/// This device's own session of a group, as it is used within a step.
pub(crate) struct Outbound {
    pub(crate) row: GroupSessionOutRow,
    session: GroupSession,
}

impl Outbound {
    /// A new one, shared with nobody yet.
    pub(crate) fn new(group: GroupId, epoch: u64, now: Timestamp) -> Self {
        let session = GroupSession::new(SessionConfig::version_2());
        let own = InboundGroupSession::new(&session.session_key(), SessionConfig::version_2());
        let row = GroupSessionOutRow {
            group,
            session_id: session.session_id(),
            pickle: pickle(&session),
            own_copy: serde_json::to_vec(&own.pickle()).unwrap_or_default(),
            epoch,
            created: now,
            next_index: 0,
            shared: Vec::new(),
        };
        Self { row, session }
    }

    pub(crate) fn load(row: GroupSessionOutRow) -> Result<Self, StepError> {
        let pickle: GroupSessionPickle =
            serde_json::from_slice(&row.pickle).map_err(|_| StepError::Corrupt("group session"))?;
        Ok(Self { row, session: GroupSession::from_pickle(pickle) })
    }

    /// Encrypts; the row follows.
    pub(crate) fn encrypt(&mut self, plaintext: &[u8]) -> Vec<u8> {
        let message = self.session.encrypt(plaintext).to_bytes();
        self.row.pickle = pickle(&self.session);
        self.row.next_index += 1;
        message
    }

    /// What opens everything from this index on.
    pub(crate) fn key_from(&self, index: u32) -> Result<Vec<u8>, StepError> {
        let corrupt = StepError::Corrupt("group session");
        let own: InboundGroupSessionPickle = serde_json::from_slice(&self.row.own_copy).map_err(|_| corrupt)?;
        let key = InboundGroupSession::from_pickle(own).export_at(index);
        Ok(key.ok_or(StepError::Corrupt("group session"))?.to_bytes())
    }
}

fn pickle(session: &GroupSession) -> Vec<u8> {
    serde_json::to_vec(&session.pickle()).unwrap_or_default()
}

/// Somebody's session, bound to the device whose Olm session it came through.
pub(crate) fn receive(
    group: GroupId,
    account: AccountId,
    device: DeviceId,
    epoch: u64,
    key: &[u8],
    now: Timestamp,
) -> Result<GroupSessionInRow, Rejection> {
    let session = match ExportedSessionKey::from_bytes(key) {
        Ok(key) => InboundGroupSession::import(&key, SessionConfig::version_2()),
        // A signed key, as a session gives it for itself, says the same.
        Err(_) => {
            let key = SessionKey::from_bytes(key).map_err(|_| Rejection::Malformed)?;
            InboundGroupSession::new(&key, SessionConfig::version_2())
        }
    };
    Ok(GroupSessionInRow {
        session_id: session.session_id(),
        device,
        account,
        group,
        epoch,
        first_index: session.first_known_index(),
        next_index: 0,
        pickle: serde_json::to_vec(&session.pickle()).unwrap_or_default(),
        received: now,
        advanced: now,
        retired: None,
    })
}

/// Decrypts: plaintext and index. The row is not changed; what was decrypted is remembered elsewhere.
pub(crate) fn decrypt(row: &GroupSessionInRow, message: &[u8]) -> Result<Result<(Vec<u8>, u32), Rejection>, StepError> {
    let Ok(message) = MegolmMessage::from_bytes(message) else { return Ok(Err(Rejection::Malformed)) };
    let mut session = load(row)?;
    Ok(match session.decrypt(&message) {
        Ok(decrypted) => Ok((decrypted.plaintext, decrypted.message_index)),
        Err(_) => Err(Rejection::Undecryptable),
    })
}

/// The row after forgetting how to open what lies before `index`.
pub(crate) fn advance(mut row: GroupSessionInRow, index: u32, now: Timestamp) -> Result<GroupSessionInRow, StepError> {
    let mut session = load(&row)?;
    if session.advance_to(index) {
        row.pickle = serde_json::to_vec(&session.pickle()).unwrap_or_default();
        row.first_index = index;
    }
    row.advanced = now;
    Ok(row)
}

fn load(row: &GroupSessionInRow) -> Result<InboundGroupSession, StepError> {
    let pickle: InboundGroupSessionPickle =
        serde_json::from_slice(&row.pickle).map_err(|_| StepError::Corrupt("group session"))?;
    Ok(InboundGroupSession::from_pickle(pickle))
}
