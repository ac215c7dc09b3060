//! Who comes next: a `Send` that was refused for now keeps its turn.
//!
//! What the same connection sent later to the same people may already be on its way when a refusal leaves, and would
//! overtake. So it is refused as well, until what was refused before it has come again. Turns end with the connection,
//! on which a device sends everything anew and in order, or when nobody takes them for a while.

use sotto_wire::{AccountId, RefuseReason, SendId, Timestamp};

use super::sending::Refusal;

/// Turns of one connection; one that needs more is ended, and begins again in order.
const MOST: usize = 1_024;
/// A turn that is not taken so long after its time is over. By then the relay has answered, or the device given up,
/// everything that was on its way.
const LIFE: u64 = 60_000;
/// Milliseconds after which to come again when the one before is late.
const LEAST_WAIT: u64 = 200;

/// `Send`s of one connection that were refused for now, in the order in which they first came.
#[derive(Debug, Default)]
pub(super) struct Turns(Vec<Turn>);

#[derive(Debug, Clone, Copy)]
struct Turn {
    /// The how-manieth frame of its connection it was at first.
    place: u64,
    id: SendId,
    recipient: AccountId,
    reason: RefuseReason,
    retry_at: Timestamp,
    until: Timestamp,
}

/// A connection has more turns than are kept.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany;

impl Turns {
    /// The place of a `Send` that came as this frame: its first one, if it was refused before.
    pub(super) fn place_of(&self, id: SendId, frame: u64) -> u64 {
        self.0.iter().find(|turn| turn.id == id).map_or(frame, |turn| turn.place)
    }

    /// Whether a `Send` in this place may pass.
    ///
    /// # Errors
    /// When to come again, if one before it has not been there yet.
    pub(super) fn check(
        &mut self,
        place: u64,
        is_recipient: impl Fn(&AccountId) -> bool,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.retain(|turn| now < turn.until);
        let before = |turn: &&Turn| turn.place < place && is_recipient(&turn.recipient);
        match self.0.iter().find(before) {
            Some(first) => Err(Refusal::later(first.reason, first.retry_at.saturating_sub(now).max(LEAST_WAIT))),
            None => Ok(()),
        }
    }

    /// A `Send` has come again and passed.
    pub(super) fn take(&mut self, id: SendId) {
        self.0.retain(|turn| turn.id != id);
    }

    /// A `Send` is refused for now and keeps its turn with everybody it was meant for.
    ///
    /// # Errors
    /// [`TooMany`].
    pub(super) fn keep(
        &mut self,
        place: u64,
        id: SendId,
        recipients: impl Iterator<Item = AccountId>,
        refusal: Refusal,
        now: Timestamp,
    ) -> Result<(), TooMany> {
        let Refusal { reason, retry_after } = refusal;
        let wait = retry_after.unwrap_or(LEAST_WAIT);
        for recipient in recipients {
            let until = now + wait.min(LIFE) + LIFE;
            let turn = Turn { place, id, recipient, reason, retry_at: now + wait, until };
            self.0.retain(|known| known.id != id || known.recipient != recipient);
            if self.0.len() >= MOST {
                return Err(TooMany);
            }
            self.0.insert(self.0.partition_point(|known| known.place <= place), turn);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOB: AccountId = AccountId([b'b'; 32]);
    const CAROL: AccountId = AccountId([b'c'; 32]);
    const BUSY: RefuseReason = RefuseReason::Unavailable;

    fn is_bob(account: &AccountId) -> bool {
        *account == BOB
    }

    fn is_carol(account: &AccountId) -> bool {
        *account == CAROL
    }

    fn id(n: u8) -> SendId {
        SendId([n; 16])
    }

    fn refused(turns: &mut Turns, n: u8, to: AccountId, wait: u64) {
        turns.keep(n.into(), id(n), [to].into_iter(), Refusal::later(BUSY, wait), 0).unwrap();
    }

    #[test]
    fn later_ones_to_the_same_person_wait_for_the_first() {
        let mut turns = Turns::default();
        refused(&mut turns, 3, BOB, 5_000);
        assert_eq!(turns.check(4, is_bob, 1_000), Err(Refusal::later(BUSY, 4_000)));
        assert_eq!(turns.check(4, is_carol, 1_000), Ok(()));
        assert_eq!(turns.check(2, is_bob, 1_000), Ok(()), "it came before");
        assert_eq!(turns.check(turns.place_of(id(3), 9), is_bob, 1_000), Ok(()));
        turns.take(id(3));
        assert_eq!(turns.check(4, is_bob, 1_000), Ok(()));
    }

    #[test]
    fn several_come_again_in_the_order_of_their_first_time() {
        let mut turns = Turns::default();
        refused(&mut turns, 3, BOB, 10);
        refused(&mut turns, 7, BOB, 10);
        // Its disk answered late.
        refused(&mut turns, 5, BOB, 10);
        turns.take(id(3));
        assert!(turns.check(turns.place_of(id(7), 20), is_bob, 10).is_err());
        assert!(turns.check(turns.place_of(id(5), 21), is_bob, 10).is_ok());
    }

    #[test]
    fn a_turn_that_nobody_takes_ends() {
        let mut turns = Turns::default();
        refused(&mut turns, 3, BOB, 3_600_000);
        assert!(turns.check(4, is_bob, 2 * LIFE - 1).is_err());
        assert!(turns.check(4, is_bob, 2 * LIFE).is_ok());
    }

    #[test]
    fn they_are_bounded() {
        let mut turns = Turns::default();
        for n in 0..MOST as u64 {
            let id = SendId(u128::from(n).to_be_bytes());
            assert_eq!(turns.keep(n, id, [BOB].into_iter(), Refusal::later(BUSY, 10), 0), Ok(()));
        }
        assert_eq!(turns.keep(9_999, id(255), [BOB].into_iter(), Refusal::later(BUSY, 10), 0), Err(TooMany));
    }
}
