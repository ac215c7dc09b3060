//! What happens by itself: keys that turn over, lists that are renewed, records that go, an outbox that leaves.

use std::collections::BTreeSet;

use sotto_wire::{
    AccountId, Hash, limits,
    rest::{KeyUpload, ListUpload},
};

use super::context::Step;
use crate::{
    account::{self, DeviceKeys},
    changes::Change,
    session,
    step::{Effect, StepError},
};

impl Step<'_> {
    /// A connection stands. The mailbox comes first; the outbox waits for [`Self::drained`].
    pub(super) fn connected(&mut self, one_time_keys: u32) -> Result<(), StepError> {
        self.memory.forget_requests();
        self.effect(Effect::WatchAgain);
        self.keys_low(one_time_keys)
    }

    /// The mailbox is drained: nothing on its way needs the old keys, and the outbox may leave.
    pub(super) fn drained(&mut self) -> Result<(), StepError> {
        self.turn_keys_over()?;
        self.renew_own_list()?;
        self.prune()?;
        self.expire()?;
        self.send_scheduled()?;
        self.ask_all_again()?;
        self.ask_for_expired()?;
        self.send_receipts()?;
        self.keep_up_groups()?;
        self.leave()
    }

    /// Fewer one-time keys are left than should be.
    pub(super) fn keys_low(&mut self, remaining: u32) -> Result<(), StepError> {
        if remaining >= limits::ONE_TIME_KEYS_LOW {
            return Ok(());
        }
        let mut olm = self.olm_account()?;
        let mut keys = self.device_keys(&mut olm)?;
        let one_time = keys.one_time(limits::ONE_TIME_KEYS - remaining, self.now, self.rng);
        self.change(Change::PutOlmAccount(session::pickle_account(&olm)));
        self.effect(Effect::PublishKeys(Box::new(KeyUpload { one_time, ..KeyUpload::default() })));
        Ok(())
    }

    /// Messages, receipts and retries whose time has come.
    pub(super) fn tick(&mut self) -> Result<(), StepError> {
        self.expire()?;
        self.stop_ringing()?;
        self.stop_group_calls_ringing()?;
        self.send_scheduled()?;
        self.send_receipts()?;
        self.leave()
    }

    /// Every account with something in the outbox gets its turn.
    pub(super) fn leave(&mut self) -> Result<(), StepError> {
        let accounts: BTreeSet<AccountId> = self.rows.outbox_all()?.iter().map(|o| o.recipient).collect();
        for account in accounts {
            self.pump(account)?;
        }
        self.leave_for_groups()
    }

    fn turn_keys_over(&mut self) -> Result<(), StepError> {
        if self.now < self.own.keys_turned_at + limits::KEY_TURNOVER {
            self.publish_keys_again();
            return Ok(());
        }
        let mut olm = self.olm_account()?;
        let mut keys = self.device_keys(&mut olm)?;
        let (row, upload) = keys.turn_over(self.now, self.rng);
        self.own.keys_turned_at = self.now;
        self.own.unpublished = serde_json::to_vec(&upload).ok();
        self.change(Change::PutOwnSealKey(row));
        self.change(Change::PutOlmAccount(session::pickle_account(&olm)));
        self.change(Change::PutOwn(Box::new(self.own.clone())));
        self.effect(Effect::PublishKeys(Box::new(upload)));
        Ok(())
    }

    /// A crash after the commit must not leave the relay with the keys before, which run out.
    fn publish_keys_again(&mut self) {
        if let Some(upload) = self.unpublished() {
            self.effect(Effect::PublishKeys(Box::new(upload)));
        }
    }

    /// The relay has the keys of a turnover.
    pub(super) fn keys_published(&mut self, seal_key: &Hash) {
        let waits = self.unpublished().and_then(|upload| upload.seal_key);
        if waits.is_some_and(|key| key.hash() == *seal_key) {
            self.own.unpublished = None;
            self.change(Change::PutOwn(Box::new(self.own.clone())));
        }
    }

    fn unpublished(&self) -> Option<KeyUpload> {
        self.own.unpublished.as_ref().and_then(|upload| serde_json::from_slice(upload).ok())
    }

    /// At half its life the list is signed anew. The first one went out with the registration.
    fn renew_own_list(&mut self) -> Result<(), StepError> {
        let current = self.own_list()?;
        let due = self.now >= current.issued + limits::LIST_LIFE / 2;
        if self.own.seed.is_none() {
            // The primary signs it; this device only has to know it.
            if due {
                self.fetch_devices(self.own.account);
            }
            return Ok(());
        }
        if due {
            let list = account::next_list(self.own, current.devices, self.now)?;
            return self.publish_list(list, Vec::new());
        }
        if current.version == 1 {
            return Ok(());
        }
        // At each connection anew: a crash after the commit must not leave the relay with the list before.
        let upload = ListUpload { list: self.own.list.clone(), devices: Vec::new() };
        self.effect(Effect::PublishList(Box::new(upload)));
        Ok(())
    }

    fn prune(&mut self) -> Result<(), StepError> {
        let before = self.now.saturating_sub(limits::RECORD_LIFE);
        // What a seal key could open is gone with it by then, replays among it.
        let buried = self.now.saturating_sub(2 * limits::RECORD_LIFE);
        self.change(Change::Prune { before, buried });
        self.prune_actions()?;
        for key in self.rows.own_seal_keys()? {
            if key.not_after + limits::SEAL_KEY_GRACE < self.now {
                self.change(Change::DeleteOwnSealKey(key.key_id));
            }
        }
        Ok(())
    }

    fn device_keys<'k>(&self, olm: &'k mut vodozemac::olm::Account) -> Result<DeviceKeys<'k>, StepError> {
        Ok(DeviceKeys { device: self.own.device, device_key: self.own_cert()?.device_key, olm })
    }
}
