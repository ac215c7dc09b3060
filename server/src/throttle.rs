//! How often something may be done by each of many.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};

use sotto_wire::Timestamp;

use crate::relay::{Allowance, Rate};

/// Entries after which full allowances are cleared away.
const TIDY_AT: usize = 10_000;

/// One allowance for each key.
#[derive(Debug)]
pub(crate) struct Throttle<K> {
    rate: Rate,
    left: Mutex<HashMap<K, Allowance>>,
}

impl<K: Eq + Hash> Throttle<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, left: Mutex::default() }
    }

    /// Uses one up, or says after how many milliseconds there is one again.
    pub(crate) fn take(&self, key: K, now: Timestamp) -> Result<(), u64> {
        self.take_many(key, 1, now)
    }

    /// Uses several up, or none of them and says after how many milliseconds there are enough again.
    pub(crate) fn take_many(&self, key: K, count: usize, now: Timestamp) -> Result<(), u64> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if left.len() >= TIDY_AT {
            left.retain(|_, allowance| !allowance.is_full(now));
        }
        let allowance = left.entry(key).or_default();
        let (mut then, mut later) = (*allowance, now);
        for _ in 0..count {
            if let Err(wait) = then.take(self.rate, later) {
                later += wait;
                // After its own wait there is one; if not, there never will be so many at once.
                let _ = then.take(self.rate, later);
            }
        }
        if later == now {
            *allowance = then;
            Ok(())
        } else {
            Err(later - now)
        }
    }

    /// What was taken was not used after all.
    pub(crate) fn give_back(&self, key: &K, now: Timestamp) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(allowance) = left.get_mut(key) {
            allowance.give_back(self.rate);
            if allowance.is_full(now) {
                left.remove(key);
            }
        }
    }
}

/// The addresses that one subscriber usually has: a /24, or a /56.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Block(IpAddr);

impl Block {
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                Self(Ipv4Addr::new(a, b, c, 0).into())
            }
            IpAddr::V6(v6) => Self(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 72)).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_block() {
        let block = |text: &str| Block::of(text.parse().unwrap());
        assert_eq!(block("203.0.113.7"), block("203.0.113.250"));
        assert_eq!(block("203.0.113.7"), block("::ffff:203.0.113.9"));
        assert_ne!(block("203.0.113.7"), block("203.0.114.7"));
        assert_eq!(block("2001:db8:1:100::1"), block("2001:db8:1:1ff::2"));
        assert_ne!(block("2001:db8:1:100::1"), block("2001:db8:1:200::1"));
    }

    #[test]
    fn each_has_an_allowance_of_its_own() {
        let throttle = Throttle::new(Rate::per(1, 1_000));
        assert_eq!(throttle.take("alice", 0), Ok(()));
        assert_eq!(throttle.take("alice", 0), Err(1_000));
        assert_eq!(throttle.take("bob", 0), Ok(()));
    }

    #[test]
    fn several_are_taken_together_or_not_at_all() {
        let throttle = Throttle::new(Rate::per(3, 3_000));
        assert_eq!(throttle.take_many("alice", 2, 0), Ok(()));
        assert_eq!(throttle.take_many("alice", 3, 0), Err(2_000), "one is there, two come one after the other");
        assert_eq!(throttle.take("alice", 0), Ok(()), "and the one is still there");
        assert_eq!(throttle.take_many("alice", 3, 3_000), Ok(()));
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let throttle = Throttle::new(Rate::per(1, 1_000));
        assert_eq!(throttle.take("alice", 0), Ok(()));
        throttle.give_back(&"alice", 0);
        assert_eq!(throttle.take("alice", 0), Ok(()));
        assert_eq!(throttle.take("alice", 0), Err(1_000));
        throttle.give_back(&"bob", 0);
        assert_eq!(throttle.take("bob", 0), Ok(()));
        assert_eq!(throttle.take("bob", 0), Err(1_000), "nothing can be saved up");
    }
}
