//! An account as the core keeps it: read from the disk when it is first needed, read again when REST changes it.

use std::collections::HashMap;

use sotto_wire::{AccountId, DeliveryToken, DeliveryTokenHash, DeviceId, ListChanged, Timestamp, ToClient};
use subtle::ConstantTimeEq as _;

use super::{AccountRecord, CloseReason, Command, ConnectionId, Core, Load, Mailbox, Write};

/// One account, and who wants to know of it.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// `None`: there is no such account, or it has not been read yet.
    pub(super) known: Option<Known>,
    reading: Reading,
    /// Connections that cannot go on before it is read.
    waiting: Vec<ConnectionId>,
    /// Connections that watch it and have not been told anything yet.
    asking: Vec<ConnectionId>,
    /// Connections that watch it, with the token each has shown.
    pub(super) watchers: HashMap<ConnectionId, DeliveryTokenHash>,
}

/// What the disk says of an account.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) list_version: u64,
    delivery_token: DeliveryTokenHash,
    pub(super) shared: bool,
    pub(super) last_seen: Option<Timestamp>,
    pub(super) devices: Vec<DeviceId>,
}

/// Whether [`Account::known`] can be relied on.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Never read.
    #[default]
    Not,
    /// On its way; what is known may be out of date.
    UnderWay,
    /// On its way, and changed since it was asked for.
    Outdated,
    /// As on the disk.
    Done,
}

impl Known {
    pub(super) fn admits(&self, token: &DeliveryToken) -> bool {
        self.admits_hash(&token.hash())
    }

    pub(super) fn admits_hash(&self, hash: &DeliveryTokenHash) -> bool {
        self.delivery_token.0.ct_eq(&hash.0).into()
    }
}

impl Account {
    pub(super) fn is_ready(&self) -> bool {
        self.reading == Reading::Done
    }

    fn is_wanted(&self) -> bool {
        !self.is_ready() || !self.watchers.is_empty() || !self.waiting.is_empty() || !self.asking.is_empty()
    }
}

impl Core {
    /// Whether an account may be relied on. If not, it is read, and `connection` goes on once it is there.
    pub(super) fn is_ready(&mut self, account: AccountId, connection: ConnectionId) -> bool {
        let entry = self.accounts.entry(account).or_default();
        if entry.reading == Reading::Done {
            return true;
        }
        if !entry.waiting.contains(&connection) {
            entry.waiting.push(connection);
        }
        self.read_account(account);
        false
    }

    /// As [`Self::is_ready`], for a watcher.
    pub(super) fn is_ready_for_watcher(&mut self, account: AccountId, connection: ConnectionId) -> bool {
        let entry = self.accounts.entry(account).or_default();
        if entry.reading == Reading::Done {
            return true;
        }
        entry.asking.push(connection);
        self.read_account(account);
        false
    }

    /// REST has changed an account.
    pub(super) fn account_changed(&mut self, account: AccountId) {
        let Some(entry) = self.accounts.get_mut(&account) else { return };
        match entry.reading {
            Reading::UnderWay | Reading::Outdated => entry.reading = Reading::Outdated,
            Reading::Not | Reading::Done => {
                entry.reading = Reading::Not;
                self.read_account(account);
            }
        }
    }

    /// An account has been read.
    pub(super) fn account_loaded(&mut self, account: AccountId, record: Option<AccountRecord>, now: Timestamp) {
        let Some(entry) = self.accounts.get_mut(&account) else { return };
        if entry.reading == Reading::Outdated {
            entry.reading = Reading::Not;
            return self.read_account(account);
        }
        entry.reading = Reading::Done;
        let (waiting, asking) = (std::mem::take(&mut entry.waiting), std::mem::take(&mut entry.asking));
        let before = entry.known.take();
        self.adopt(account, before, record);
        for connection in waiting {
            self.resume(connection, now);
        }
        for watcher in asking {
            self.tell_presence(account, watcher);
        }
    }

    /// An account could not be read: whoever waits for it is sent away and will come back.
    pub(super) fn account_failed(&mut self, account: AccountId, now: Timestamp) {
        let Some(entry) = self.accounts.get_mut(&account) else { return };
        entry.reading = Reading::Not;
        let waiting = std::mem::take(&mut entry.waiting);
        for connection in waiting {
            self.end(connection, CloseReason::Unavailable, now);
        }
    }

    /// Forgets accounts of which nothing is going on, if there are too many.
    pub(super) fn evict_accounts(&mut self) {
        if self.accounts.len() <= self.limits.accounts_cached {
            return;
        }
        let mailboxes = &mut self.mailboxes;
        self.accounts.retain(|_, account| {
            let devices = account.known.as_ref().map_or(&[][..], |k| &k.devices);
            let idle = |d: &DeviceId| mailboxes.get(d).is_none_or(Mailbox::is_idle);
            let keep = account.is_wanted() || !devices.iter().all(idle);
            if !keep {
                for device in devices {
                    mailboxes.remove(device);
                }
            }
            keep
        });
    }

    fn read_account(&mut self, account: AccountId) {
        if let Some(entry) = self.accounts.get_mut(&account)
            && entry.reading == Reading::Not
        {
            entry.reading = Reading::UnderWay;
            self.out.push(Command::Load(Load::Account(account)));
        }
    }

    /// Takes over what the disk says, mailboxes in memory staying as they are.
    fn adopt(&mut self, account: AccountId, before: Option<Known>, record: Option<AccountRecord>) {
        let devices: Vec<_> = record.iter().flat_map(|r| r.devices.iter().map(|d| d.device)).collect();
        for gone in before.iter().flat_map(|k| &k.devices).filter(|d| !devices.contains(d)) {
            self.remove_device(*gone);
        }
        let Some(record) = record else { return };
        for device in &record.devices {
            self.mailboxes.entry(device.device).or_insert_with(|| Mailbox::new(device));
        }
        let version = record.list_version;
        let newer = before.as_ref().is_some_and(|k| k.list_version < version);
        let (shared, last_seen) =
            before.map_or((record.shared, record.last_seen), |k| (k.shared, k.last_seen.max(record.last_seen)));
        let known = Known { list_version: version, delivery_token: record.delivery_token, shared, last_seen, devices };
        let own: Vec<_> = known.devices.iter().filter_map(|d| self.mailboxes.get(d)?.connection()).collect();
        let Some(entry) = self.accounts.get_mut(&account) else { return };
        entry.known = Some(known);
        if newer {
            let watchers: Vec<_> = entry.watchers.keys().copied().filter(|c| !own.contains(c)).collect();
            for connection in own.into_iter().chain(watchers) {
                self.say(connection, ToClient::ListChanged(ListChanged { account, version }));
            }
        }
    }

    /// A device is no longer the account's: nothing of it stays.
    fn remove_device(&mut self, device: DeviceId) {
        let Some(mailbox) = self.mailboxes.remove(&device) else { return };
        let connection = mailbox.connection();
        for send in mailbox.dissolve() {
            self.settle(send, device, Ok(()));
        }
        self.write(Write::Purge { device });
        if let Some(connection) = connection {
            self.forget_session(connection);
            self.out.push(Command::Close { connection, reason: CloseReason::SignedOut });
        }
    }
}
