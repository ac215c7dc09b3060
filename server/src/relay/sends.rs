//! What became of each `Send`: under way, or answered and remembered.

use std::collections::{HashMap, VecDeque};

use sotto_wire::{Accepted, AccountId, DeviceId, RefuseReason, RefusedDevice, SendId, Timestamp, ToClient};

use super::{ConnectionId, Remembered, sending::Refusal};

/// Answers kept in memory. A `Send` whose copies were all acknowledged at once never touches the disk, so its
/// id is only here; once it is gone, or after a restart, a repeat is delivered again and the receiver drops it.
const RECENT: usize = 65_536;
/// Milliseconds after which a sender may try again when the disk does not take more.
const UNAVAILABLE_RETRY: u64 = 5_000;

/// All `Send`s of the last days.
#[derive(Debug, Default)]
pub(super) struct Sends {
    under_way: HashMap<SendId, UnderWay>,
    recent: HashMap<SendId, Remembered>,
    order: VecDeque<SendId>,
    /// Ids (their first half) that the disk remembers, and the time under which it does.
    on_disk: HashMap<u64, Timestamp>,
}

/// A `Send` of which some copies are not safe yet.
#[derive(Debug)]
pub(super) struct UnderWay {
    connection: ConnectionId,
    /// Where in the order of the connection's frames it belongs.
    place: u64,
    at: Timestamp,
    /// Copies that are not safe yet, each with its place in `recipients`.
    waiting: Vec<(DeviceId, usize)>,
    recipients: Vec<Tally>,
    refused: Vec<RefusedDevice>,
}

/// How one account of a `Send` fares.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally {
    pub(super) account: AccountId,
    /// Not the sender's own account.
    pub(super) foreign: bool,
    /// Devices meant.
    pub(super) wanted: usize,
    /// Devices that have their copy safe.
    pub(super) taken: usize,
}

/// What is known of a `Send` after one more of its copies.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// Nothing new.
    Open,
    /// The answer, and who is waiting for it.
    Accepted(ConnectionId, SendId, ToClient),
    /// Some copies are missing: it may still be refused.
    Doubtful(Missing),
    /// Somebody it was meant for has no copy.
    Refused(Missing),
}

/// A `Send` of which copies are missing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) id: SendId,
    pub(super) connection: ConnectionId,
    pub(super) place: u64,
    pub(super) refusal: Refusal,
    pub(super) recipients: Vec<AccountId>,
    /// The devices that have no copy.
    pub(super) devices: Vec<DeviceId>,
}

/// What is known of an id.
#[derive(Debug)]
pub(super) enum Known<'a> {
    /// Never seen.
    New,
    /// Its answer will go to the connection that asked last. Copies may be missing.
    UnderWay(Option<Missing>),
    /// Answered before.
    Answered(&'a Remembered),
    /// Perhaps; the disk knows, under this time.
    AskDisk(Timestamp),
}

impl UnderWay {
    pub(super) fn new(connection: ConnectionId, place: u64, at: Timestamp, recipients: Vec<Tally>) -> Self {
        Self { connection, place, at, waiting: Vec::new(), recipients, refused: Vec::new() }
    }

    pub(super) fn wait_for(&mut self, device: DeviceId, recipient: usize) {
        self.waiting.push((device, recipient));
    }

    pub(super) fn refuse(&mut self, device: DeviceId, reason: RefuseReason) {
        self.refused.push(RefusedDevice { device, reason });
    }

    /// A full disk passes, and what comes later must not overtake what it has not taken, not on one of several devices
    /// either: so nobody's copy counts then. A full mailbox is one device's own affair.
    fn is_for_later(&self) -> bool {
        self.refused.iter().any(|refused| refused.reason == RefuseReason::Unavailable)
    }

    /// Once the copies for these devices are safe, so is the whole `Send`.
    fn completed_by(&self, devices: &[DeviceId]) -> bool {
        if self.is_for_later() {
            return false;
        }
        let mut then = self.recipients.clone();
        for (device, recipient) in &self.waiting {
            if !devices.contains(device) {
                return false;
            }
            if let Some(tally) = then.get_mut(*recipient) {
                tally.taken += 1;
            }
        }
        reached_everybody(&then)
    }

    fn missing(&self, id: SendId) -> Missing {
        let first = self.refused.first().filter(|_| !self.is_for_later());
        let reason = first.map_or(RefuseReason::Unavailable, |refused| refused.reason);
        let retry_after = (reason == RefuseReason::Unavailable).then_some(UNAVAILABLE_RETRY);
        Missing {
            id,
            connection: self.connection,
            place: self.place,
            refusal: Refusal { reason, retry_after },
            recipients: self.recipients.iter().map(|r| r.account).collect(),
            devices: self.refused.iter().map(|r| r.device).collect(),
        }
    }

    fn settle(&mut self, device: DeviceId, outcome: Result<(), RefuseReason>) {
        let Some(at) = self.waiting.iter().position(|(d, _)| *d == device) else { return };
        let (_, recipient) = self.waiting.swap_remove(at);
        match outcome {
            Ok(()) => {
                if let Some(tally) = self.recipients.get_mut(recipient) {
                    tally.taken += 1;
                }
            }
            Err(reason) => self.refuse(device, reason),
        }
    }
}

/// At least one device of every other person has it, or one of one's own if there is nobody else.
pub(super) fn reached_everybody(recipients: &[Tally]) -> bool {
    let anybody_else = recipients.iter().any(|r| r.foreign);
    recipients.iter().all(|r| r.taken > 0 || r.wanted == 0 || (anybody_else && !r.foreign))
}

impl Sends {
    /// Ids that the disk remembers from before.
    pub(super) fn remembered_on_disk(&mut self, ids: impl IntoIterator<Item = (SendId, Timestamp)>) {
        self.on_disk.extend(ids.into_iter().map(|(id, at)| (mark(id), at)));
    }

    pub(super) fn forgotten_on_disk(&mut self, ids: impl IntoIterator<Item = SendId>) {
        for id in ids {
            self.on_disk.remove(&mark(id));
        }
    }

    /// What is known of an id. If it is under way, the answer goes to `connection` from now on.
    pub(super) fn look_up(&mut self, id: SendId, connection: ConnectionId, place: u64) -> Known<'_> {
        if let Some(under_way) = self.under_way.get_mut(&id) {
            (under_way.connection, under_way.place) = (connection, place);
            return Known::UnderWay((!under_way.refused.is_empty()).then(|| under_way.missing(id)));
        }
        match self.recent.get(&id) {
            Some(known) => Known::Answered(known),
            None => self.on_disk.get(&mark(id)).map_or(Known::New, |at| Known::AskDisk(*at)),
        }
    }

    /// Begins. Answers at once if there is nothing to wait for.
    pub(super) fn begin(&mut self, id: SendId, send: UnderWay) -> Settled {
        self.under_way.insert(id, send);
        self.finish(id)
    }

    /// One copy is safe, or cannot be made so.
    pub(super) fn settle(&mut self, id: SendId, device: DeviceId, outcome: Result<(), RefuseReason>) -> Settled {
        let Some(send) = self.under_way.get_mut(&id) else { return Settled::Open };
        send.settle(device, outcome);
        match self.finish(id) {
            Settled::Open if outcome.is_err() => {
                self.under_way.get(&id).map_or(Settled::Open, |send| Settled::Doubtful(send.missing(id)))
            }
            settled => settled,
        }
    }

    /// If writing the copies for these devices makes the whole `Send` safe: what the disk is to remember with them.
    pub(super) fn completed_by(&mut self, id: SendId, devices: &[DeviceId]) -> Option<Remembered> {
        let send = self.under_way.get(&id).filter(|s| s.completed_by(devices))?;
        self.on_disk.insert(mark(id), send.at);
        Some(Remembered { id, at: send.at, refused: send.refused.clone() })
    }

    pub(super) fn any_under_way(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// Of these, the ones that the same connection sent after that place.
    pub(super) fn sent_after(
        &self,
        connection: ConnectionId,
        place: u64,
        of: impl Iterator<Item = SendId>,
    ) -> Vec<SendId> {
        let later = |s: &UnderWay| s.connection == connection && s.place > place;
        of.filter(|id| self.under_way.get(id).is_some_and(later)).collect()
    }

    fn finish(&mut self, id: SendId) -> Settled {
        if self.under_way.get(&id).is_none_or(|send| !send.waiting.is_empty()) {
            return Settled::Open;
        }
        let Some(send) = self.under_way.remove(&id) else { return Settled::Open };
        if send.is_for_later() || !reached_everybody(&send.recipients) {
            return Settled::Refused(send.missing(id));
        }
        let answer = Remembered { id, at: send.at, refused: send.refused };
        let frame = accepted(&answer);
        self.remember(answer);
        Settled::Accepted(send.connection, id, frame)
    }

    /// Keeps an answer in memory.
    pub(super) fn remember(&mut self, answer: Remembered) {
        let id = answer.id;
        if self.recent.insert(id, answer).is_none() {
            self.order.push_back(id);
        }
        if self.order.len() > RECENT
            && let Some(oldest) = self.order.pop_front()
        {
            self.recent.remove(&oldest);
        }
    }
}

/// The answer to a `Send` that is safe.
pub(super) fn accepted(answer: &Remembered) -> ToClient {
    ToClient::Accepted(Accepted { id: answer.id, refused: answer.refused.clone(), at: answer.at })
}

fn mark(id: SendId) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = id.0;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOB: AccountId = AccountId([b'b'; 32]);
    const PHONE: DeviceId = DeviceId([1; 16]);
    const DESK: DeviceId = DeviceId([2; 16]);
    const ID: SendId = SendId([9; 16]);
    const HERE: ConnectionId = ConnectionId(1);

    fn to_two_devices_of_bob() -> UnderWay {
        let mut send = UnderWay::new(HERE, 1, 5, vec![Tally { account: BOB, foreign: true, wanted: 2, taken: 0 }]);
        send.wait_for(PHONE, 0);
        send.wait_for(DESK, 0);
        send
    }

    fn missing(devices: &[DeviceId], reason: RefuseReason, retry_after: Option<u64>) -> Missing {
        Missing {
            id: ID,
            connection: HERE,
            place: 1,
            refusal: Refusal { reason, retry_after },
            recipients: vec![BOB],
            devices: devices.to_vec(),
        }
    }

    #[test]
    fn one_device_of_bob_is_enough_and_the_other_is_named() {
        let mut sends = Sends::default();
        assert_eq!(sends.begin(ID, to_two_devices_of_bob()), Settled::Open);
        assert_eq!(sends.settle(ID, PHONE, Ok(())), Settled::Open);
        let answer = sends.settle(ID, DESK, Err(RefuseReason::MailboxFull));
        let refused = vec![RefusedDevice { device: DESK, reason: RefuseReason::MailboxFull }];
        let accepted = ToClient::Accepted(Accepted { id: ID, refused, at: 5 });
        assert_eq!(answer, Settled::Accepted(HERE, ID, accepted));
        assert!(matches!(sends.look_up(ID, HERE, 2), Known::Answered(_)));
    }

    #[test]
    fn a_disk_that_does_not_take_one_of_several_copies_refuses_them_all_for_now() {
        let mut sends = Sends::default();
        sends.begin(ID, to_two_devices_of_bob());
        let unavailable = missing(&[PHONE], RefuseReason::Unavailable, Some(UNAVAILABLE_RETRY));
        let first = sends.settle(ID, PHONE, Err(RefuseReason::Unavailable));
        assert_eq!(first, Settled::Doubtful(unavailable));
        assert_eq!(sends.completed_by(ID, &[DESK]), None, "the disk remembers no answer");
        let refused = sends.settle(ID, DESK, Ok(()));
        assert!(matches!(refused, Settled::Refused(missing) if missing.devices == [PHONE]));
        assert!(matches!(sends.look_up(ID, HERE, 2), Known::New));
    }

    #[test]
    fn no_device_of_bob_is_a_refusal_and_not_remembered() {
        let mut sends = Sends::default();
        sends.begin(ID, to_two_devices_of_bob());
        let unavailable = |devices| missing(devices, RefuseReason::Unavailable, Some(UNAVAILABLE_RETRY));
        let first = sends.settle(ID, PHONE, Err(RefuseReason::Unavailable));
        assert_eq!(first, Settled::Doubtful(unavailable(&[PHONE])));
        let second = sends.settle(ID, DESK, Err(RefuseReason::Unavailable));
        assert_eq!(second, Settled::Refused(unavailable(&[PHONE, DESK])));
        assert!(matches!(sends.look_up(ID, HERE, 2), Known::New));
    }

    #[test]
    fn the_disk_remembers_only_what_its_rows_complete() {
        let mut sends = Sends::default();
        sends.begin(ID, to_two_devices_of_bob());
        assert_eq!(sends.completed_by(ID, &[DESK]), None);
        sends.settle(ID, PHONE, Ok(()));
        assert!(sends.completed_by(ID, &[DESK]).is_some());
    }

    #[test]
    fn a_settled_copy_does_not_count_twice() {
        let mut sends = Sends::default();
        sends.begin(ID, to_two_devices_of_bob());
        assert_eq!(sends.settle(ID, PHONE, Ok(())), Settled::Open);
        assert_eq!(sends.settle(ID, PHONE, Ok(())), Settled::Open);
        assert!(matches!(sends.settle(ID, DESK, Ok(())), Settled::Accepted(..)));
    }
}
