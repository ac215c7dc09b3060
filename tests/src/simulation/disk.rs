//! The relay's disk: what was committed survives, what was on its way there does not.

use std::collections::BTreeMap;

use sotto_relay::relay::{AccountRecord, DeviceRecord, Load, Loaded, Remembered, Row, Volume, Write};
use sotto_wire::{AccountId, DeliveryTokenHash, DeviceId, SendId, Timestamp};

/// Committed rows.
#[derive(Debug, Default)]
pub(super) struct Disk {
    accounts: BTreeMap<AccountId, Account>,
    rows: BTreeMap<(DeviceId, u64), Row>,
    reserved: BTreeMap<DeviceId, u64>,
    sends: BTreeMap<SendId, Remembered>,
}

#[derive(Debug)]
struct Account {
    list_version: u64,
    devices: Vec<DeviceId>,
    delivery_token: DeliveryTokenHash,
    shared: bool,
    last_seen: Option<Timestamp>,
}

impl Disk {
    pub(super) fn register(
        &mut self,
        account: AccountId,
        list_version: u64,
        devices: &[DeviceId],
        delivery_token: DeliveryTokenHash,
    ) {
        let devices = devices.to_vec();
        self.reserved.extend(devices.iter().map(|device| (*device, 0)));
        let account_of = Account { list_version, devices, delivery_token, shared: true, last_seen: None };
        self.accounts.insert(account, account_of);
    }

    /// `Send`s whose outcome is remembered, each with its time.
    pub(super) fn remembered(&self) -> Vec<(SendId, Timestamp)> {
        self.sends.values().map(|send| (send.id, send.at)).collect()
    }

    /// No mail waits.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn load(&self, load: &Load) -> Loaded {
        match *load {
            Load::Account(account) => Loaded::Account { account, record: self.record(&account) },
            Load::Rows(wanted) => {
                let range = (wanted.device, wanted.after + 1)..=(wanted.device, wanted.up_to);
                let empty = wanted.after >= wanted.up_to;
                let rows = if empty {
                    Vec::new()
                } else {
                    self.rows.range(range).map(|(_, row)| row.clone()).take(wanted.limit).collect()
                };
                Loaded::Rows { wanted, rows }
            }
            Load::Outcome { id, connection, .. } => {
                Loaded::Outcome { id, connection, outcome: self.sends.get(&id).cloned() }
            }
        }
    }

    fn record(&self, account: &AccountId) -> Option<AccountRecord> {
        let known = self.accounts.get(account)?;
        Some(AccountRecord {
            list_version: known.list_version,
            delivery_token: known.delivery_token,
            shared: known.shared,
            last_seen: known.last_seen,
            devices: known.devices.iter().map(|device| self.device_record(*device)).collect(),
        })
    }

    fn device_record(&self, device: DeviceId) -> DeviceRecord {
        let mut waiting = Volume::default();
        for (_, row) in self.rows.range((device, 0)..=(device, u64::MAX)) {
            waiting.add(row.sealed.len());
        }
        DeviceRecord { device, reserved: self.reserved.get(&device).copied().unwrap_or_default(), waiting }
    }

    /// Carries out one write. False when a number was not reserved, or is handed out a second time.
    pub(super) fn commit(&mut self, write: Write) -> bool {
        let mut sound = true;
        match write {
            Write::Rows { heard: _, rows, completes } => {
                for row in rows {
                    let reserved = self.reserved.entry(row.device).or_default();
                    *reserved = (*reserved).max(row.reserve.unwrap_or_default());
                    sound &= row.seq <= *reserved;
                    sound &= self.rows.insert((row.device, row.seq), row).is_none();
                }
                self.sends.extend(completes.into_iter().map(|done| (done.id, done)));
            }
            Write::Delete { device, up_to } => self.rows.retain(|(d, seq), _| *d != device || *seq > up_to),
            Write::Reserve { device, up_to } => {
                let reserved = self.reserved.entry(device).or_default();
                *reserved = (*reserved).max(up_to);
            }
            Write::Purge { device } => self.rows.retain(|(d, _), _| *d != device),
            Write::Seen { account, at } => {
                if let Some(known) = self.accounts.get_mut(&account) {
                    known.last_seen = Some(at);
                }
            }
            Write::Sharing { account, shared } => {
                if let Some(known) = self.accounts.get_mut(&account) {
                    known.shared = shared;
                }
            }
            Write::ExpiryTold { .. } => {}
        }
        sound
    }
}
