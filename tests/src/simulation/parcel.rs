//! What a client uploads, under a seal that only names for whom it is.
//!
//! The seal is no part of the state machine: it is made and opened outside the steps, has no state, and is
//! attacked in tests of its own. X-Wing would cost more than all the rest of a schedule.

use sotto_machine::{
    rows::{OutboxRow, Rows as _},
    seal::{Introduction, OpenError, SealedPayload, SealedPlain},
};
use sotto_wire::{CertifiedDevice, DeviceId, KeyId, SealedFor, Send, Signed, StandingCert, Timestamp, limits};

use crate::town::{Person, PostOffice};

/// The relay's word about a client, asked for anew before it runs out.
#[derive(Debug, Default)]
pub(super) struct Standing {
    cert: Option<(Timestamp, Signed<StandingCert>)>,
}

impl Standing {
    fn at(&mut self, now: Timestamp, person: &Person, directory: &PostOffice) -> Signed<StandingCert> {
        match &self.cert {
            Some((until, cert)) if now < *until => cert.clone(),
            _ => {
                let cert = directory.standing(person.account(), person.device(), now);
                self.cert = Some((now + limits::STANDING_LIFE / 2, cert.clone()));
                cert
            }
        }
    }
}

/// An outbox row as it goes to the relay; `None` while nothing is known of a device that it is for.
pub(super) fn pack(
    row: &OutboxRow,
    person: &Person,
    standing: &mut Standing,
    directory: &PostOffice,
    now: Timestamp,
) -> Option<Send> {
    let standing = standing.at(now, person, directory);
    let devices = row.copies.iter().map(|copy| {
        let payload = SealedPayload::Olm { olm_type: copy.olm_type, bytes: copy.bytes.clone() };
        let introduction = (copy.olm_type == 0).then(|| introduction(person));
        let key_id = person.rows.device(&copy.device).expect("rows")?.seal_key_id?;
        let plain = SealedPlain { standing: standing.clone(), introduction, payload };
        Some(SealedFor { device: copy.device, sealed: close(&plain, &key_id, &copy.device) })
    });
    let to = person.addressed(row, devices.collect::<Option<Vec<_>>>()?)?;
    Some(Send { id: row.id, to, ephemeral: false, payload: None })
}

fn introduction(person: &Person) -> Introduction {
    let device: CertifiedDevice = person.certified();
    Introduction { device, list: person.own().list.clone() }
}

fn close(plain: &SealedPlain, key_id: &KeyId, device: &DeviceId) -> Vec<u8> {
    let plain = minicbor::to_vec(plain).expect("memory");
    [key_id.as_bytes().as_slice(), device.as_bytes(), &plain].concat()
}

/// What was closed for this person's device under one of its keys.
pub(super) fn open(sealed: &[u8], person: &Person) -> Result<SealedPlain, OpenError> {
    let (key_id, rest) = sealed.split_at_checked(KeyId::LEN).ok_or(OpenError::Malformed)?;
    let (device, plain) = rest.split_at_checked(DeviceId::LEN).ok_or(OpenError::Malformed)?;
    let keys = person.rows.own_seal_keys().expect("rows");
    if !keys.iter().any(|key| key.key_id.as_bytes() == key_id) {
        return Err(OpenError::UnknownKey);
    }
    if person.device().as_bytes() != device {
        return Err(OpenError::Refused);
    }
    minicbor::decode(plain).map_err(|_| OpenError::Malformed)
}
