//! The relay's directory: device lists, published keys and pre-keys, none of it believed without its signatures.

use sotto_wire::{
    AccountId, DeviceId, PreKey, Signed, limits,
    rest::{AccountDevices, ClaimedKeys},
};

use super::context::Step;
use crate::{
    changes::Change,
    rows::{ContactRow, DeviceRow, Failure, PeerRow, Trust},
    session::OlmSession,
    step::{Effect, Event, Rejection, StepError},
    trust::{self, ListStanding},
};

/// What the directory did not answer is asked for again after this time.
const RETRY: u64 = 30 * limits::SECOND;

impl Step<'_> {
    pub(super) fn fetch_devices(&mut self, account: AccountId) {
        if self.memory.fetching.insert(account) {
            self.effect(Effect::FetchDevices(account));
        }
    }

    pub(super) fn claim_keys(&mut self, account: AccountId, devices: Vec<DeviceId>) {
        if self.memory.claiming.insert(account) {
            self.effect(Effect::ClaimKeys { account, devices });
        }
    }

    pub(super) fn directory_failed(&mut self, account: AccountId) {
        self.memory.fetching.remove(&account);
        self.memory.claiming.remove(&account);
        self.effect(Effect::WakeAt(self.now + RETRY));
    }

    /// A newer list is said to exist.
    pub(super) fn list_changed(&mut self, account: AccountId, version: u64) -> Result<(), StepError> {
        let older = self.pinned(&account)?.is_some_and(|peer| peer.version < version);
        if older { self.is_outdated(account) } else { Ok(()) }
    }

    /// The relay holds a newer list than is pinned here: look before the next send.
    pub(super) fn is_outdated(&mut self, account: AccountId) -> Result<(), StepError> {
        if let Some(peer) = self.peer(&account)?.filter(|peer| !peer.stale) {
            self.change(Change::PutPeer(Box::new(PeerRow { stale: true, ..peer })));
        }
        self.fetch_devices(account);
        Ok(())
    }

    /// The pinned list of an account, if it may be sent by.
    pub(super) fn current_peer(&self, account: &AccountId) -> Result<Option<PeerRow>, StepError> {
        let current = |peer: &PeerRow| !peer.stale && self.now <= peer.expires + limits::LIST_GRACE;
        Ok(self.peer(account)?.filter(current))
    }

    /// The relay's answer about an account's devices.
    pub(super) fn devices_fetched(
        &mut self,
        account: AccountId,
        answer: Option<AccountDevices>,
    ) -> Result<(), StepError> {
        self.memory.fetching.remove(&account);
        let Some(answer) = answer else { return self.account_gone(account) };
        match self.learn_devices(account, &answer)? {
            Ok(()) if account == self.own.account => self.leave(),
            Ok(()) => {
                self.pump(account)?;
                self.leave_for_groups()
            }
            Err(why) => self.reject_keys(account, why),
        }
    }

    fn account_gone(&mut self, account: AccountId) -> Result<(), StepError> {
        self.give_up_in_groups(&account)?;
        for row in self.outbox_for(&account)? {
            self.give_up(&row, Failure::AccountGone)?;
        }
        if let Some(number) = self.contact_of(&account)?.and_then(|c| c.number) {
            self.effect(Effect::LookUp(number));
        }
        Ok(())
    }

    /// What cannot be believed stops sending: waiting messages fail, nothing is absorbed.
    fn reject_keys(&mut self, account: AccountId, why: Rejection) -> Result<(), StepError> {
        self.give_up_in_groups(&account)?;
        self.event(Event::KeysRejected { account, why });
        let mut rows = self.outbox_for(&account)?;
        if account == self.own.account {
            // Without one's own devices nothing can be said to anybody.
            rows = self.rows.outbox_all()?.into_iter().filter(|row| row.with.is_some()).collect();
        }
        for row in rows {
            self.give_up(&row, Failure::KeysRejected)?;
        }
        Ok(())
    }

    /// Verifies everything before it stores anything.
    fn learn_devices(
        &mut self,
        account: AccountId,
        answer: &AccountDevices,
    ) -> Result<Result<(), Rejection>, StepError> {
        let pinned = self.pinned(&account)?;
        let standing = match trust::check_list(pinned.clone(), &answer.list, self.now) {
            Ok(ListStanding::Older(_)) => return Ok(Err(Rejection::ListRolledBack)),
            Ok(standing) => standing,
            Err(why) => return Ok(Err(why)),
        };
        let Ok(list) = answer.list.read_unverified() else { return Ok(Err(Rejection::Certificate)) };
        if list.account != account {
            return Ok(Err(Rejection::Certificate));
        }
        let mut devices: Vec<DeviceRow> = Vec::new();
        for published in &answer.devices {
            let checked = trust::check_device(&list, &published.device)
                .and_then(|cert| Ok((trust::check_seal_key(&cert, &published.seal_key, self.now)?, cert)));
            let (seal_key, cert) = match checked {
                Ok(checked) => checked,
                Err(why) => return Ok(Err(why)),
            };
            if cert.device == self.own.device {
                continue;
            }
            let known = self.device(&cert.device)?;
            match trust::meet(known, &cert) {
                Ok(device) => devices.push(DeviceRow {
                    seal_key_id: Some(seal_key.key_id),
                    seal_public: seal_key.xwing_public,
                    seal_not_after: seal_key.not_after,
                    ..device
                }),
                Err(why) => return Ok(Err(why)),
            }
        }
        let met = |device| device == self.own.device || devices.iter().any(|d| d.device == device);
        if !list.devices.iter().all(|l| met(l.device)) {
            return Ok(Err(Rejection::PublishedKey));
        }
        self.pin(standing.peer().clone(), false)?;
        for device in devices {
            self.put_device(device);
        }
        self.first_seen(account)?;
        Ok(Ok(()))
    }

    /// Pins a list; devices that it no longer names are forgotten. One's own is the one that this device goes by.
    pub(super) fn pin(&mut self, peer: PeerRow, stale: bool) -> Result<(), StepError> {
        let list = peer.list.read_unverified().map_err(|_| StepError::Corrupt("device list"))?;
        for known in self.rows.devices(&peer.account)? {
            if !list.devices.iter().any(|d| d.device == known.device) {
                self.change(Change::DeleteDevice(known.device));
            }
        }
        let before = self.pinned(&peer.account)?.and_then(|before| before.list.read_unverified().ok());
        let changed = before.is_some_and(|before| before.devices != list.devices);
        let (account, signed) = (peer.account, peer.list.clone());
        self.change(Change::PutPeer(Box::new(PeerRow { stale, ..peer })));
        if account == self.own.account {
            self.adopt_list(&signed)?;
        }
        if !changed {
            return Ok(());
        }
        let listed: Vec<DeviceId> = list.devices.iter().map(|d| d.device).collect();
        self.group_call_devices(&account, &listed)?;
        self.devices_have_changed(&account)
    }

    /// The first key of a person makes them `FirstSeen`; nothing else here touches trust.
    pub(super) fn first_seen(&mut self, account: AccountId) -> Result<(), StepError> {
        if let Some(contact) = self.contact_of(&account)?.filter(|c| c.trust == Trust::Unknown) {
            self.put_contact(ContactRow { trust: Trust::FirstSeen, ..contact });
        }
        Ok(())
    }

    /// Pre-keys came: open a session with each device and send what waits.
    pub(super) fn claimed(&mut self, account: AccountId, answer: ClaimedKeys) -> Result<(), StepError> {
        self.memory.claiming.remove(&account);
        for claimed in answer.keys {
            if let Err(why) = self.open_session(account, claimed.device, &claimed.pre_key)? {
                return self.reject_keys(account, why);
            }
        }
        let unopened = self.rows.devices(&account)?;
        for device in unopened {
            if device.device != self.own.device
                && self.sessions(&device.device)?.first().is_none_or(|s| s.pickle.is_none())
            {
                // The relay had no key for it: asked again at the next connection, not in a loop.
                self.effect(Effect::WakeAt(self.now + RETRY));
                return Ok(());
            }
        }
        if account == self.own.account {
            return self.leave();
        }
        self.pump(account)
    }

    fn open_session(
        &mut self,
        account: AccountId,
        device: DeviceId,
        pre_key: &Signed<PreKey>,
    ) -> Result<Result<(), Rejection>, StepError> {
        let Some(row) = self.device(&device)?.filter(|d| d.account == account) else {
            return Ok(Err(Rejection::DeviceNotListed));
        };
        let key = match trust::check_pre_key(&row, pre_key, self.now) {
            Ok(key) => key,
            Err(why) => return Ok(Err(why)),
        };
        let olm = self.olm_account()?;
        match OlmSession::outbound(&olm, device, &row.olm_key, &key.x25519) {
            Ok(session) => {
                self.change(Change::PutSession(session.row(self.now)));
                Ok(Ok(()))
            }
            Err(why) => Ok(Err(why)),
        }
    }
}
