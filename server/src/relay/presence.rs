//! Presence: what the relay itself observes, told only to those who hold the delivery token and share their own.

use sotto_wire::{AccountId, DeliveryTokenHash, Presence, SetPresence, Timestamp, ToClient, Watch, limits};

use super::{ConnectionId, Core, Mailbox, Write};

/// Last seen is kept to the minute.
const COARSE: u64 = 60_000;

/// What others may see of a person; `None` if they do not share it.
type Visible = Option<(bool, Option<Timestamp>)>;

impl Core {
    pub(super) fn watch(&mut self, connection: ConnectionId, watch: Watch) {
        let Some(session) = self.sessions.get_mut(&connection) else { return };
        let before = std::mem::take(&mut session.watching);
        for account in before {
            if let Some(entry) = self.accounts.get_mut(&account) {
                entry.watchers.remove(&connection);
            }
        }
        let people: Vec<_> = watch.people.into_iter().take(limits::MAX_WATCHED).collect();
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.watching = people.iter().map(|p| p.account).collect();
        }
        for person in people {
            let shown: DeliveryTokenHash = person.token.hash();
            self.accounts.entry(person.account).or_default().watchers.insert(connection, shown);
            if self.is_ready_for_watcher(person.account, connection) {
                self.tell_presence(person.account, connection);
            }
        }
    }

    pub(super) fn set_presence(&mut self, connection: ConnectionId, set: SetPresence, now: Timestamp) {
        let Some(session) = self.sessions.get(&connection) else { return };
        let account = session.account;
        let before = self.visible(account);
        if !set.active {
            self.note_last_seen(connection, now);
        }
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.active = set.active;
        }
        let Some(known) = self.accounts.get_mut(&account).and_then(|a| a.known.as_mut()) else { return };
        let shared_before = std::mem::replace(&mut known.shared, set.shared);
        if shared_before != set.shared {
            self.write(Write::Sharing { account, shared: set.shared });
        }
        self.tell_watchers_of_change(account, before);
        if set.shared && !shared_before {
            self.tell_what_is_watched(account);
        }
    }

    /// What others may see of a person now.
    pub(super) fn visible(&self, account: AccountId) -> Visible {
        let known = self.accounts.get(&account)?.known.as_ref()?;
        known.shared.then(|| {
            let mut connections = known.devices.iter().filter_map(|d| self.mailboxes.get(d)?.connection());
            let online = connections.any(|c| self.sessions.get(&c).is_some_and(|s| s.active));
            (online, known.last_seen)
        })
    }

    /// A connection in use stops being so.
    pub(super) fn note_last_seen(&mut self, connection: ConnectionId, now: Timestamp) {
        let Some(session) = self.sessions.get(&connection).filter(|s| s.active) else { return };
        let account = session.account;
        let at = now - now % COARSE;
        let Some(known) = self.accounts.get_mut(&account).and_then(|a| a.known.as_mut()) else { return };
        // Who does not share it needs no record of it either.
        if known.shared && known.last_seen != Some(at) {
            known.last_seen = Some(at);
            self.write(Write::Seen { account, at });
        }
    }

    pub(super) fn tell_watchers_of_change(&mut self, account: AccountId, before: Visible) {
        let after = self.visible(account);
        if before == after {
            return;
        }
        let watchers: Vec<_> =
            self.accounts.get(&account).map_or_else(Vec::new, |a| a.watchers.keys().copied().collect());
        for watcher in watchers {
            if after.is_some() {
                self.tell_presence(account, watcher);
            } else if self.may_see(account, watcher) {
                self.say(watcher, ToClient::Presence(Presence { account, online: false, last_seen: None }));
            }
        }
    }

    /// Tells one watcher of a person, if both share and the token is right.
    pub(super) fn tell_presence(&mut self, account: AccountId, watcher: ConnectionId) {
        if let Some((online, last_seen)) = self.visible(account)
            && self.may_see(account, watcher)
        {
            self.say(watcher, ToClient::Presence(Presence { account, online, last_seen }));
        }
    }

    fn may_see(&self, account: AccountId, watcher: ConnectionId) -> bool {
        let admitted = self.accounts.get(&account).is_some_and(|entry| {
            let shown = entry.watchers.get(&watcher);
            entry.known.as_ref().zip(shown).is_some_and(|(known, hash)| known.admits_hash(hash))
        });
        let own = self.sessions.get(&watcher).and_then(|s| self.accounts.get(&s.account)?.known.as_ref());
        admitted && own.is_some_and(|k| k.shared)
    }

    /// Somebody who begins to share may see others from now on.
    fn tell_what_is_watched(&mut self, account: AccountId) {
        let devices = self.accounts.get(&account).and_then(|a| a.known.as_ref()).map_or(&[][..], |k| &k.devices);
        let connections: Vec<_> =
            devices.iter().filter_map(|d| self.mailboxes.get(d).and_then(Mailbox::connection)).collect();
        for connection in connections {
            let watching = self.sessions.get(&connection).map_or_else(Vec::new, |s| s.watching.clone());
            for watched in watching {
                self.tell_presence(watched, connection);
            }
        }
    }
}
