//! What became of each `Send`: under way, or answered and remembered.

use std::collections::{HashMap, VecDeque};

use sotto_wire::{Accepted, DeviceId, RefuseReason, Refused, RefusedDevice, SendId, Timestamp, ToClient};

use super::{ConnectionId, Remembered};

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
    pub(super) connection: ConnectionId,
    pub(super) at: Timestamp,
    /// Copies that are not safe yet, each with its place in `recipients`.
    waiting: Vec<(DeviceId, usize)>,
    recipients: Vec<Tally>,
    refused: Vec<RefusedDevice>,
}

/// How one account of a `Send` fares.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally {
    /// Not the sender's own account.
    pub(super) foreign: bool,
    /// Devices meant.
    pub(super) wanted: usize,
    /// Devices that have their copy safe.
    pub(super) taken: usize,
}

/// What is known of an id.
#[derive(Debug)]
pub(super) enum Known<'a> {
    /// Never seen.
    New,
    /// Its answer will go to the connection that asked last.
    UnderWay,
    /// Answered before.
    Answered(&'a Remembered),
    /// Perhaps; the disk knows, under this time.
    AskDisk(Timestamp),
}

impl UnderWay {
    pub(super) fn new(connection: ConnectionId, at: Timestamp, recipients: Vec<Tally>) -> Self {
        Self { connection, at, waiting: Vec::new(), recipients, refused: Vec::new() }
    }

    pub(super) fn wait_for(&mut self, device: DeviceId, recipient: usize) {
        self.waiting.push((device, recipient));
    }

    pub(super) fn refuse(&mut self, device: DeviceId, reason: RefuseReason) {
        self.refused.push(RefusedDevice { device, reason });
    }

    /// Once the copies for these devices are safe, so is the whole `Send`.
    fn completed_by(&self, devices: &[DeviceId]) -> bool {
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
    pub(super) fn look_up(&mut self, id: SendId, connection: ConnectionId) -> Known<'_> {
        if let Some(under_way) = self.under_way.get_mut(&id) {
            under_way.connection = connection;
            return Known::UnderWay;
        }
        match self.recent.get(&id) {
            Some(known) => Known::Answered(known),
            None => self.on_disk.get(&mark(id)).map_or(Known::New, |at| Known::AskDisk(*at)),
        }
    }

    /// Begins. Answers at once if there is nothing to wait for.
    pub(super) fn begin(&mut self, id: SendId, send: UnderWay) -> Option<(ConnectionId, ToClient)> {
        self.under_way.insert(id, send);
        self.finish(id)
    }

    /// One copy is safe, or cannot be made so. Answers if it was the last.
    pub(super) fn settle(
        &mut self,
        id: SendId,
        device: DeviceId,
        outcome: Result<(), RefuseReason>,
    ) -> Option<(ConnectionId, ToClient)> {
        self.under_way.get_mut(&id)?.settle(device, outcome);
        self.finish(id)
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

    fn finish(&mut self, id: SendId) -> Option<(ConnectionId, ToClient)> {
        if !self.under_way.get(&id)?.waiting.is_empty() {
            return None;
        }
        let send = self.under_way.remove(&id)?;
        if reached_everybody(&send.recipients) {
            let answer = Remembered { id, at: send.at, refused: send.refused };
            let frame = accepted(&answer);
            self.remember(answer);
            return Some((send.connection, frame));
        }
        let reason = send.refused.first().map_or(RefuseReason::Unavailable, |r| r.reason);
        let retry_after = (reason == RefuseReason::Unavailable).then_some(UNAVAILABLE_RETRY);
        Some((send.connection, ToClient::Refused(Refused { id, reason, retry_after })))
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

    const PHONE: DeviceId = DeviceId([1; 16]);
    const DESK: DeviceId = DeviceId([2; 16]);
    const ID: SendId = SendId([9; 16]);
    const HERE: ConnectionId = ConnectionId(1);

    fn to_two_devices_of_bob() -> UnderWay {
        let mut send = UnderWay::new(HERE, 5, vec![Tally { foreign: true, wanted: 2, taken: 0 }]);
        send.wait_for(PHONE, 0);
        send.wait_for(DESK, 0);
        send
    }

    #[test]
    fn one_device_of_bob_is_enough_and_the_other_is_named() {
        let mut sends = Sends::default();
        assert_eq!(sends.begin(ID, to_two_devices_of_bob()), None);
        assert_eq!(sends.settle(ID, PHONE, Ok(())), None);
        let answer = sends.settle(ID, DESK, Err(RefuseReason::MailboxFull));
        let refused = vec![RefusedDevice { device: DESK, reason: RefuseReason::MailboxFull }];
        assert_eq!(answer, Some((HERE, ToClient::Accepted(Accepted { id: ID, refused, at: 5 }))));
        assert!(matches!(sends.look_up(ID, HERE), Known::Answered(_)));
    }

    #[test]
    fn no_device_of_bob_is_a_refusal_and_not_remembered() {
        let mut sends = Sends::default();
        sends.begin(ID, to_two_devices_of_bob());
        sends.settle(ID, PHONE, Err(RefuseReason::Unavailable));
        let answer = sends.settle(ID, DESK, Err(RefuseReason::Unavailable)).map(|(_, frame)| frame);
        assert!(matches!(answer, Some(ToClient::Refused(r)) if r.reason == RefuseReason::Unavailable));
        assert!(matches!(sends.look_up(ID, HERE), Known::New));
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
        assert_eq!(sends.settle(ID, PHONE, Ok(())), None);
        assert_eq!(sends.settle(ID, PHONE, Ok(())), None);
        assert!(sends.settle(ID, DESK, Ok(())).is_some());
    }
}
