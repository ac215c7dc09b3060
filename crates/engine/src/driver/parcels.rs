//! From outbox rows to what is sealed: read inside the transaction, sealed and sent after its commit.

use sotto_machine::{
    delivery_token,
    rows::{DeviceRow, OlmCopy, OwnRow, Rows},
    seal::{Introduction, SealTarget, SealedPayload},
    step::{EphemeralOut, StepError},
};
use sotto_wire::{AccountId, CertifiedDevice, DeliveryToken, Recipient, SealedFor, SendId};

use crate::net::uploads::{Addressee, Copy, Parcel};

/// The copies of an outbox row; `None` if it is gone by now or not encrypted yet.
pub(super) fn of_outbox(rows: &dyn Rows, own: &OwnRow, id: &SendId) -> Result<Option<Parcel>, StepError> {
    if let Some(parcel) = of_group_outbox(rows, own, id)? {
        return Ok(Some(parcel));
    }
    let Some(row) = rows.outbox(id)?.filter(|row| !row.copies.is_empty()) else { return Ok(None) };
    let mut to: Vec<Addressee> = Vec::new();
    for copy in row.copies {
        let Some(device) = rows.device(&copy.device)? else { return Ok(None) };
        let Some(target) = target(&device) else { return Ok(None) };
        let introduction = if copy.olm_type == 0 { Some(introduction(own)?) } else { None };
        let OlmCopy { olm_type, bytes, .. } = copy;
        let copy = Copy { target, introduction, payload: SealedPayload::Olm { olm_type, bytes } };
        match to.iter_mut().find(|addressee| addressee.account == device.account) {
            Some(addressee) => addressee.copies.push(copy),
            None => to.push(Addressee {
                account: device.account,
                list_version: list_version(own, &device, row.list_version)?,
                token: token(rows, &device.account)?,
                copies: vec![copy],
            }),
        }
    }
    Ok(Some(Parcel { id: *id, ephemeral: false, to, group: None }))
}

/// A group's message, for all devices of those to whom it goes under this id.
fn of_group_outbox(rows: &dyn Rows, own: &OwnRow, id: &SendId) -> Result<Option<Parcel>, StepError> {
    let Some(row) = rows.group_outbox(id)?.filter(|row| !row.sending.is_empty()) else { return Ok(None) };
    let mut to = Vec::with_capacity(row.sending.len());
    for account in row.sending {
        let Some(peer) = rows.peer(&account)? else { continue };
        let list = peer.list.read_unverified().map_err(|_| StepError::Corrupt("device list"))?;
        let others = list.devices.iter().filter(|d| d.device != own.device);
        let devices = others.map(|d| SealedFor { device: d.device, sealed: Vec::new() }).collect();
        to.push(Recipient { account, list_version: peer.version, token: token(rows, &account)?, devices });
    }
    Ok(Some(Parcel { id: *id, ephemeral: false, to: Vec::new(), group: Some((row.payload, to)) }))
}

/// An ephemeral envelope.
pub(super) fn of_ephemeral(rows: &dyn Rows, out: EphemeralOut) -> Result<Option<Parcel>, StepError> {
    let Some(target) = rows.device(&out.device)?.as_ref().and_then(target) else { return Ok(None) };
    let copy = Copy { target, introduction: None, payload: SealedPayload::Ephemeral { bytes: out.bytes } };
    let token = token(rows, &out.account)?;
    let to = vec![Addressee { account: out.account, list_version: out.list_version, token, copies: vec![copy] }];
    Ok(Some(Parcel { id: SendId(rand::random()), ephemeral: true, to, group: None }))
}

fn target(device: &DeviceRow) -> Option<SealTarget> {
    let key_id = device.seal_key_id?;
    Some(SealTarget { account: device.account, device: device.device, key_id, public: device.seal_public.clone() })
}

fn introduction(own: &OwnRow) -> Result<Introduction, StepError> {
    let device: CertifiedDevice =
        minicbor::decode(&own.certified).map_err(|_| StepError::Corrupt("device certificate"))?;
    Ok(Introduction { device, list: own.list.clone() })
}

/// One's own other devices go by one's own list.
fn list_version(own: &OwnRow, device: &DeviceRow, of_row: u64) -> Result<u64, StepError> {
    if device.account != own.account {
        return Ok(of_row);
    }
    own.list.read_unverified().map(|list| list.version).map_err(|_| StepError::Corrupt("device list"))
}

/// Shows the relay that the recipient knows this person. Without one it is a first contact.
fn token(rows: &dyn Rows, account: &AccountId) -> Result<Option<DeliveryToken>, StepError> {
    let contact = rows.contact_of(account)?.filter(|contact| !contact.token_refused);
    Ok(contact.and_then(|contact| contact.profile_key.as_ref().map(delivery_token)))
}
