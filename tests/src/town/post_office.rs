//! The relay's part in a town: directory and mailboxes, with every lever an attacker in its seat would pull.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ed25519_dalek::{Signer as _, SigningKey};
use rand::CryptoRng;
use sotto_machine::step::Input;

use sotto_wire::{
    AccountId, CertifiedDevice, DeviceId, DeviceList, PhoneNumber, PreKey, PublicKey, RefuseReason, SealKey, Send,
    SendId, Signature, Signed, StandingCert, Timestamp, limits,
    rest::{AccountDevices, ClaimedKey, ClaimedKeys, KeyUpload, PublishedDevice},
};

use super::Logs;

/// One piece of mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Grows within a mailbox.
    pub seq: u64,
    /// When it was taken.
    pub at: Timestamp,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// Delivered now or never.
    pub ephemeral: bool,
}

/// What is published of a device.
#[derive(Debug, Clone)]
pub struct PublishedKeys {
    /// Its certificate.
    pub device: CertifiedDevice,
    /// Its seal key.
    pub seal_key: Signed<SealKey>,
    /// Its one-time keys, next one last.
    pub one_time: Vec<Signed<PreKey>>,
    /// Its fallback key.
    pub fallback: Signed<PreKey>,
}

/// Directory and mailboxes.
#[derive(Clone)]
pub struct PostOffice {
    standing: SigningKey,
    /// Whose a number is.
    pub numbers: BTreeMap<PhoneNumber, AccountId>,
    /// The list it shows for an account.
    pub lists: BTreeMap<AccountId, Signed<DeviceList>>,
    /// What it shows of a device.
    pub keys: BTreeMap<DeviceId, PublishedKeys>,
    mailboxes: BTreeMap<DeviceId, VecDeque<Mail>>,
    expected: BTreeMap<DeviceId, KeyUpload>,
    /// Every piece of mail it ever took, by device: for replays.
    pub archive: BTreeMap<DeviceId, Vec<Mail>>,
    taken: BTreeSet<SendId>,
    expired: BTreeMap<DeviceId, u64>,
    last_seq: u64,
    /// While true, whatever is sent is lost before it is taken.
    pub losing: bool,
    /// While true, answers to a `Send` are lost after it was taken.
    pub mute: bool,
    /// Logs of groups.
    pub logs: Logs,
    /// What it shows single readers instead, when it lies.
    pub shown: BTreeMap<AccountId, Logs>,
    /// What the next `Send` is refused with.
    pub refuse_next: Option<RefuseReason>,
}

impl PostOffice {
    pub(crate) fn new(rng: &mut impl CryptoRng) -> Self {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        Self {
            standing: SigningKey::from_bytes(&seed),
            numbers: BTreeMap::new(),
            lists: BTreeMap::new(),
            keys: BTreeMap::new(),
            mailboxes: BTreeMap::new(),
            expected: BTreeMap::new(),
            archive: BTreeMap::new(),
            taken: BTreeSet::new(),
            expired: BTreeMap::new(),
            last_seq: 0,
            losing: false,
            mute: false,
            logs: Logs::new(),
            shown: BTreeMap::new(),
            refuse_next: None,
        }
    }

    /// The key its standing certificates are signed with.
    pub fn standing_key(&self) -> PublicKey {
        PublicKey(self.standing.verifying_key().to_bytes())
    }

    /// Its word about a device, from `now` on.
    pub fn standing(&self, account: AccountId, device: DeviceId, now: Timestamp) -> Signed<StandingCert> {
        let cert = StandingCert { account, device, issued: now, expires: now + limits::STANDING_LIFE };
        Signed::create(&cert, &self.standing_key(), |m| Signature(self.standing.sign(m).to_bytes()))
    }

    pub(crate) fn register(
        &mut self,
        number: PhoneNumber,
        device: CertifiedDevice,
        list: Signed<DeviceList>,
        keys: KeyUpload,
    ) {
        let cert = device.cert.read_unverified().expect("a certificate");
        if let Some(before) = self.numbers.insert(number, cert.account) {
            self.close(&before);
        }
        self.lists.insert(cert.account, list);
        self.open(cert.device, device, keys);
    }

    fn close(&mut self, account: &AccountId) {
        if let Some(list) = self.lists.remove(account).and_then(|l| l.read_unverified().ok()) {
            for device in list.devices {
                self.mailboxes.remove(&device.device);
                self.keys.remove(&device.device);
            }
        }
    }

    pub(crate) fn whose(&self, number: &PhoneNumber) -> Option<AccountId> {
        self.numbers.get(number).copied()
    }

    pub(crate) fn devices(&self, account: &AccountId) -> Option<AccountDevices> {
        let list = self.lists.get(account)?.clone();
        let listed = list.read_unverified().ok()?;
        let devices = listed
            .devices
            .iter()
            .filter_map(|d| self.keys.get(&d.device))
            .map(|k| PublishedDevice { device: k.device.clone(), seal_key: k.seal_key.clone() })
            .collect();
        Some(AccountDevices { list, devices })
    }

    pub(crate) fn claim(&mut self, devices: &[DeviceId]) -> ClaimedKeys {
        let mut keys = Vec::new();
        for device in devices {
            if let Some(published) = self.keys.get_mut(device) {
                let pre_key = published.one_time.pop().unwrap_or_else(|| published.fallback.clone());
                keys.push(ClaimedKey { device: *device, pre_key });
            }
        }
        ClaimedKeys { keys }
    }

    /// How many one-time keys of a device are left.
    pub fn one_time_keys_left(&self, device: &DeviceId) -> u32 {
        self.keys.get(device).map_or(0, |k| k.one_time.len() as u32)
    }

    pub(crate) fn publish(&mut self, device: &DeviceId, keys: KeyUpload) {
        if let Some(published) = self.keys.get_mut(device) {
            published.one_time.extend(keys.one_time);
            if let Some(seal_key) = keys.seal_key {
                published.seal_key = seal_key;
            }
            if let Some(fallback) = keys.fallback {
                published.fallback = fallback;
            }
        }
    }

    pub(crate) fn publish_list(&mut self, list: Signed<DeviceList>, devices: Vec<CertifiedDevice>) {
        let listed = list.read_unverified().expect("a list");
        if let Some(before) = self.lists.insert(listed.account, list).and_then(|l| l.read_unverified().ok()) {
            for gone in before.devices.iter().filter(|d| !listed.devices.contains(d)) {
                self.mailboxes.remove(&gone.device);
            }
        }
        for device in devices {
            let id = device.cert.read_unverified().expect("a certificate").device;
            if let Some(keys) = self.expected.remove(&id) {
                self.open(id, device, keys);
            }
        }
    }

    /// A device that is about to be let in has published these keys.
    pub(crate) fn expect(&mut self, device: DeviceId, keys: KeyUpload) {
        self.expected.insert(device, keys);
    }

    fn open(&mut self, id: DeviceId, device: CertifiedDevice, keys: KeyUpload) {
        let (seal_key, one_time) = (keys.seal_key.expect("a seal key"), keys.one_time);
        let fallback = keys.fallback.expect("a fallback key");
        self.keys.insert(id, PublishedKeys { device, seal_key, one_time, fallback });
        self.mailboxes.insert(id, VecDeque::new());
    }

    /// Takes a `Send`; the answer is what the sender is told, unless it is lost.
    pub(crate) fn take(&mut self, send: &Send, now: Timestamp) -> Option<Input> {
        if self.losing {
            return None;
        }
        if let Some(reason) = self.refuse_next.take() {
            return Some(Input::Refused { id: send.id, reason, retry_after: None });
        }
        if send.payload.is_some() {
            let refused = if self.taken.insert(send.id) { self.fan_out(send, now) } else { Vec::new() };
            return (!self.mute).then_some(Input::Accepted { id: send.id, refused, at: now });
        }
        for recipient in &send.to {
            let Some(list) = self.lists.get(&recipient.account).and_then(|l| l.read_unverified().ok()) else {
                return Some(Input::Refused { id: send.id, reason: RefuseReason::AccountGone, retry_after: None });
            };
            if recipient.list_version < list.version {
                return Some(Input::Refused { id: send.id, reason: RefuseReason::ListChanged, retry_after: None });
            }
        }
        if self.taken.insert(send.id) {
            for copy in send.to.iter().flat_map(|r| &r.devices) {
                self.put(copy.device, copy.sealed.clone(), now, false);
            }
        }
        (!self.mute).then(|| Input::Accepted { id: send.id, refused: Vec::new(), at: now })
    }

    pub(crate) fn take_ephemeral(&mut self, device: &DeviceId, sealed: Vec<u8>, now: Timestamp) {
        self.put(*device, sealed, now, true);
    }

    /// Puts something into a mailbox, whoever made it.
    pub fn put(&mut self, device: DeviceId, sealed: Vec<u8>, at: Timestamp, ephemeral: bool) {
        self.last_seq += 1;
        let mail = Mail { seq: self.last_seq, at, sealed, ephemeral };
        if let Some(mailbox) = self.mailboxes.get_mut(&device) {
            mailbox.push_back(mail.clone());
            self.archive.entry(device).or_default().push(mail);
        }
    }

    /// The oldest piece of mail that was not acknowledged.
    pub fn oldest(&self, device: &DeviceId) -> Option<Mail> {
        self.mailboxes.get(device).and_then(|m| m.front().cloned())
    }

    /// Takes everything out of a mailbox: what an attacker does who wants it lost.
    pub fn steal(&mut self, device: &DeviceId) -> Vec<Mail> {
        self.mailboxes.get_mut(device).map(|m| m.drain(..).collect()).unwrap_or_default()
    }

    /// What waits for a device has run out of its time.
    pub fn expire(&mut self, device: &DeviceId) {
        *self.expired.entry(*device).or_default() += self.steal(device).len() as u64;
    }

    /// How many that were, for the one time that it is told.
    pub(crate) fn take_expired(&mut self, device: &DeviceId) -> Option<u64> {
        self.expired.remove(device)
    }

    pub(crate) fn acknowledge(&mut self, device: &DeviceId, up_to: u64) {
        if let Some(mailbox) = self.mailboxes.get_mut(device) {
            mailbox.retain(|m| m.seq > up_to);
        }
    }

    pub(crate) fn acknowledge_ephemeral(&mut self, device: &DeviceId) {
        if let Some(mailbox) = self.mailboxes.get_mut(device)
            && mailbox.front().is_some_and(|m| m.ephemeral)
        {
            mailbox.pop_front();
        }
    }
}
