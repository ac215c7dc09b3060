//! How many ways through the relay one account may hold at once.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use sotto_wire::{Timestamp, limits::HOUR};

use super::credentials::Pseudonym;

/// A way ends at the latest so long after it was last asked for.
const LIFE: Timestamp = HOUR;
/// Accounts that can be in calls at once.
const ACCOUNTS: usize = 10_000;

/// Counts ways by account and by where they come from.
pub(super) struct Quota {
    most: usize,
    ways: Mutex<HashMap<Pseudonym, HashMap<SocketAddr, Timestamp>>>,
}

impl Quota {
    pub(super) fn new(most: usize) -> Self {
        Self { most, ways: Mutex::default() }
    }

    /// Whether `source` may have a way, or has one already.
    pub(super) fn admit(&self, owner: Pseudonym, source: SocketAddr, now: Timestamp) -> bool {
        let mut ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        if ways.len() >= ACCOUNTS && !ways.contains_key(&owner) {
            ways.retain(|_, own| {
                own.retain(|_, seen| *seen + LIFE > now);
                !own.is_empty()
            });
            if ways.len() >= ACCOUNTS {
                return false;
            }
        }
        let own = ways.entry(owner).or_default();
        own.retain(|_, seen| *seen + LIFE > now);
        let fits = own.contains_key(&source) || own.len() < self.most;
        if fits {
            own.insert(source, now);
        }
        fits
    }

    /// A way has ended.
    pub(super) fn ended(&self, owner: Pseudonym, source: SocketAddr) {
        let mut ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = ways.get_mut(&owner) {
            own.remove(&source);
            if own.is_empty() {
                ways.remove(&owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_gets_its_share_and_takes_none_from_others() {
        let quota = Quota::new(2);
        let from = |port| SocketAddr::from(([192, 0, 2, 1], port));
        assert!(quota.admit([1; 12], from(1), 0) && quota.admit([1; 12], from(2), 0));
        assert!(!quota.admit([1; 12], from(3), 0));
        assert!(quota.admit([1; 12], from(1), 0), "one that it has is no new one");
        assert!(quota.admit([2; 12], from(3), 0));
        quota.ended([1; 12], from(1));
        assert!(quota.admit([1; 12], from(3), 0));
        assert!(quota.admit([1; 12], from(4), LIFE), "what is old has ended");
    }
}
