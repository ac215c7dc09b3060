//! A `Send` with one payload for many: a group's message. Each recipient stands for itself, so that one whose list
//! has changed, or whose mailbox is full, does not hold up the others.

use std::collections::BTreeSet;

use sotto_wire::{
    Accepted, DeviceId, Hash, Recipient, RefuseReason, RefusedDevice, SealedFor, Send, Timestamp, ToClient, limits,
};

use super::{
    Core,
    sending::{Refusal, Sender},
    sends::{Tally, UnderWay},
};

impl Core {
    /// Puts the payload into every mailbox that may take it, and names the others in the answer.
    pub(super) fn fan_out(&mut self, sender: &Sender, mut send: Send, now: Timestamp) {
        let Some(payload) = send.payload.take() else { return };
        let (mut meant, mut refused): (Vec<DeviceId>, Vec<RefusedDevice>) = (Vec::new(), Vec::new());
        for recipient in &send.to {
            let allowed = self.admit(sender, recipient, now);
            for device in recipient.devices.iter().map(|copy| copy.device) {
                let fits = || self.mailboxes.get(&device).is_some_and(|m| m.fits(payload.len(), &self.limits));
                match allowed {
                    Ok(()) if fits() => meant.push(device),
                    Ok(()) => refused.push(RefusedDevice { device, reason: RefuseReason::MailboxFull }),
                    Err(reason) => refused.push(RefusedDevice { device, reason }),
                }
            }
        }
        if meant.is_empty() {
            // Nothing is stored, so nothing has to be remembered: a repeat is judged anew.
            return self.say(sender.connection, ToClient::Accepted(Accepted { id: send.id, refused, at: now }));
        }
        let tally = Tally { account: sender.account, foreign: true, wanted: meant.len(), taken: 0 };
        let mut under_way = UnderWay::new(sender.connection, sender.place, now, vec![tally]);
        for RefusedDevice { device, reason } in refused {
            under_way.refuse(device, reason);
        }
        for device in &meant {
            under_way.wait_for(*device, 0);
        }
        let settled = self.sends.begin(send.id, under_way);
        self.answer(settled, now);
        let shared = Hash::of(&payload);
        let copies = meant.into_iter().map(|device| SealedFor { device, sealed: payload.clone() }).collect();
        self.put(send.id, copies, Some(shared), now);
    }

    fn admit(&mut self, sender: &Sender, recipient: &Recipient, now: Timestamp) -> Result<(), RefuseReason> {
        self.check_recipient(sender, recipient)?;
        if recipient.account != sender.account && recipient.token.is_none() {
            self.count_contact(sender, recipient, now).map_err(|Refusal { reason, .. }| reason)?;
        }
        Ok(())
    }
}

/// Whether a `Send` with a payload makes sense, whoever its recipients are.
pub(super) fn check_shape(send: &Send) -> Result<(), RefuseReason> {
    let devices = || send.to.iter().flat_map(|r| &r.devices);
    let too_many = send.to.len() > limits::MAX_MEMBERS || send.to.iter().any(|r| r.devices.len() > limits::MAX_DEVICES);
    let accounts: BTreeSet<_> = send.to.iter().map(|r| r.account).collect();
    let unique: BTreeSet<_> = devices().map(|copy| copy.device).collect();
    let twice = accounts.len() != send.to.len() || unique.len() != devices().count();
    let own_bytes = devices().any(|copy| !copy.sealed.is_empty());
    if send.ephemeral || send.to.is_empty() || too_many || twice || own_bytes {
        return Err(RefuseReason::Malformed);
    }
    match &send.payload {
        Some(payload) if payload.len() > limits::MAX_SEALED => Err(RefuseReason::TooLarge),
        _ => Ok(()),
    }
}
