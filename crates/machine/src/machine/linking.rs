//! This account's devices: letting one in, putting one out, and what follows when the list has changed.

use sotto_wire::{AccountId, CertifiedDevice, DeviceList, Signed, rest::ListUpload};

use super::context::Step;
use crate::{
    changes::Change,
    group::event::GroupOp,
    linking::{self, LinkInput},
    rows::PeerRow,
    step::{Effect, StepError},
    trust::CHAIN,
};

impl Step<'_> {
    pub(super) fn link_input(&mut self, input: LinkInput) -> Result<(), StepError> {
        match input {
            LinkInput::Admit(offer) => {
                let (certified, list) = linking::admit(self.own, &offer, self.now)?;
                self.publish_list(list, vec![certified])?;
                self.share_groups_with_siblings()?;
                self.share_decisions_with(offer.cert.device)
            }
            LinkInput::Remove(device) => {
                let list = linking::remove(self.own, &device, self.now)?;
                self.publish_list(list, Vec::new())?;
                self.show_list_in_groups()
            }
        }
    }

    /// The next list, signed here: it counts at once, and what waits goes by it.
    pub(super) fn publish_list(
        &mut self,
        list: Signed<DeviceList>,
        devices: Vec<CertifiedDevice>,
    ) -> Result<(), StepError> {
        let before = self.own_peer()?;
        let signed = list.read_unverified().map_err(|_| StepError::Corrupt("device list"))?;
        let mut chain = before.chain;
        chain.push((before.version, before.list.hash()));
        let extra = chain.len().saturating_sub(CHAIN);
        chain.drain(..extra);
        let (version, expires) = (signed.version, signed.expires);
        let next = PeerRow { list: list.clone(), version, expires, chain, stale: true, ..before };
        self.pin(next, true)?;
        self.effect(Effect::PublishList(Box::new(ListUpload { list, devices })));
        Ok(())
    }

    /// This device goes by a newer list of its own account.
    pub(super) fn adopt_list(&mut self, list: &Signed<DeviceList>) -> Result<(), StepError> {
        if self.own.list != *list {
            self.own.list = list.clone();
            self.change(Change::PutOwn(Box::new(self.own.clone())));
        }
        if !self.siblings()?.is_empty() {
            self.meet(self.own.account)?;
        }
        Ok(())
    }

    /// An account has other devices than before: what waits for its groups is encrypted anew, so that who is gone cannot
    /// read it and who has come can.
    pub(super) fn devices_have_changed(&mut self, account: &AccountId) -> Result<(), StepError> {
        for row in self.groups()? {
            if row.state.member(account).is_some() && row.state.member(&self.own.account).is_some() {
                self.encrypt_anew(&row)?;
            }
        }
        Ok(())
    }

    /// The other members hear of the list in which somebody is missing, before an older one can be shown to them.
    fn show_list_in_groups(&mut self) -> Result<(), StepError> {
        for row in self.groups()? {
            match self.change_group(row.chat, GroupOp::Lists) {
                // A change is under way, which names the new list as well.
                Ok(()) | Err(StepError::NotAllowed) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
