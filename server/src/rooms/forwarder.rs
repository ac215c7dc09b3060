//! The task that owns the socket and all rooms.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use sotto_wire::{
    AccountId,
    rest::{EnterRoom, FromRoom, RoomRefusal},
};
use tokio::{
    net::UdpSocket,
    sync::{mpsc, oneshot},
    time::sleep_until,
};

use super::{
    gate::Gate,
    ledger::{Bounds, Entry, Ledger, MemberId},
    room::{self, Room, Saying},
};

/// Largest packet.
const PACKET: usize = 2_048;
/// Packets that are read before they are forwarded.
const BATCH: usize = 64;
/// How long a forwarder without rooms may sleep.
const LONG: Duration = Duration::from_secs(3_600);

/// What is asked of the forwarder.
pub(super) enum Command {
    Enter {
        account: AccountId,
        enter: EnterRoom,
        said: mpsc::Sender<FromRoom>,
        done: oneshot::Sender<Result<MemberId, RoomRefusal>>,
    },
    Answer {
        member: MemberId,
        answer: String,
    },
    Leave {
        member: MemberId,
    },
}

/// See the module.
pub(super) struct Forwarder {
    socket: Arc<UdpSocket>,
    address: SocketAddr,
    ledger: Ledger,
    gate: Gate,
    rooms: HashMap<u128, Room>,
    members: HashMap<MemberId, Member>,
    /// Packets that came in and went out since the start.
    counted: (u64, u64),
}

struct Member {
    room: u128,
    said: mpsc::Sender<FromRoom>,
}

impl Forwarder {
    pub(super) fn new(socket: Arc<UdpSocket>, address: SocketAddr, bounds: Bounds, bytes_per_second: usize) -> Self {
        Self {
            socket,
            address,
            ledger: Ledger::new(bounds),
            gate: Gate::new(bytes_per_second),
            rooms: HashMap::new(),
            members: HashMap::new(),
            counted: (0, 0),
        }
    }

    /// Works until nobody can ask any more.
    pub(super) async fn run(mut self, mut asked: mpsc::Receiver<Command>) {
        let mut buffer = vec![0; PACKET];
        let socket = self.socket.clone();
        loop {
            let now = Instant::now();
            let due = self.rooms.values().filter_map(Room::due).min().unwrap_or(now + LONG);
            let touched = tokio::select! {
                command = asked.recv() => match command {
                    Some(command) => self.obey(command),
                    None => return,
                },
                packet = socket.recv_from(&mut buffer) => self.read(packet, &mut buffer),
                () = sleep_until(due.into()) => self.due(),
            };
            for alias in touched {
                self.drive(alias);
            }
        }
    }

    /// Rooms with something to do by the clock.
    fn due(&self) -> Vec<u128> {
        let now = Instant::now();
        let due = self.rooms.iter().filter(|(_, room)| room.due().is_some_and(|due| due <= now));
        due.map(|(alias, _)| *alias).collect()
    }

    /// Does it, and says which rooms have something to say now.
    fn obey(&mut self, command: Command) -> Vec<u128> {
        let now = Instant::now();
        match command {
            Command::Enter { account, enter, said, done } => match self.enter(account, enter, said, now) {
                Ok(member) => {
                    let room = self.members.get(&member).map(|member| member.room);
                    if done.send(Ok(member)).is_err() {
                        self.leave(member, now);
                    }
                    room.into_iter().collect()
                }
                Err(why) => {
                    let _ = done.send(Err(why));
                    Vec::new()
                }
            },
            Command::Answer { member, answer } => {
                let Some(alias) = self.members.get(&member).map(|member| member.room) else { return Vec::new() };
                if let Some(room) = self.rooms.get_mut(&alias) {
                    room.answer(member, answer, now);
                }
                vec![alias]
            }
            Command::Leave { member } => self.leave(member, now).into_iter().collect(),
        }
    }

    fn enter(
        &mut self,
        account: AccountId,
        enter: EnterRoom,
        said: mpsc::Sender<FromRoom>,
        now: Instant,
    ) -> Result<MemberId, RoomRefusal> {
        let EnterRoom { room, secret, open, offer } = enter;
        let pictures = room::sends_pictures(&offer).ok_or(RoomRefusal::Malformed)?;
        let (member, alias) = self.ledger.enter(&Entry { room, secret: secret.hash(), account, open, pictures })?;
        self.members.insert(member, Member { room: alias, said });
        let address = self.address;
        let room = self.rooms.entry(alias).or_insert_with(|| Room::new(alias, address));
        if !room.enter(member, offer, now) {
            self.leave(member, now);
            return Err(RoomRefusal::Malformed);
        }
        Ok(member)
    }

    /// Gives the room that the others are still in.
    fn leave(&mut self, member: MemberId, now: Instant) -> Option<u128> {
        let alias = self.members.remove(&member)?.room;
        self.ledger.leave(member);
        self.gate.dismiss(member);
        if !self.members.values().any(|other| other.room == alias) {
            self.rooms.remove(&alias);
            let (packets_in, packets_out) = self.counted;
            tracing::debug!(rooms = self.rooms.len(), packets_in, packets_out, "a room is empty");
            return None;
        }
        self.rooms.get_mut(&alias)?.leave(member, now);
        Some(alias)
    }

    /// Reads what is there.
    fn read(&mut self, first: io::Result<(usize, SocketAddr)>, buffer: &mut [u8]) -> Vec<u128> {
        let (mut next, mut touched) = (first, Vec::new());
        for _ in 0..BATCH {
            // An error is that of an earlier packet whose recipient has gone.
            if let Ok((length, from)) = next
                && let Some(alias) = self.take(from, buffer.get(..length).unwrap_or_default())
                && !touched.contains(&alias)
            {
                touched.push(alias);
            }
            next = self.socket.try_recv_from(buffer);
            if next.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
                break;
            }
        }
        touched
    }

    fn take(&mut self, from: SocketAddr, packet: &[u8]) -> Option<u128> {
        let now = Instant::now();
        let member = self.gate.pass(from, packet, now)?;
        let alias = self.members.get(&member)?.room;
        self.counted.0 += 1;
        self.rooms.get_mut(&alias)?.take(from, packet, now);
        Some(alias)
    }

    fn drive(&mut self, alias: u128) {
        let Some(room) = self.rooms.get_mut(&alias) else { return };
        let (members, gate, socket) = (&self.members, &mut self.gate, &self.socket);
        let (now, mut sent) = (Instant::now(), 0);
        let say = |member, saying| {
            let saying = match saying {
                Saying::Answer(answer) => {
                    // Who has left again meanwhile gets no way in.
                    if let Some(name) = room::name(&answer).filter(|_| members.contains_key(&member)) {
                        gate.admit(member, name, now);
                    }
                    FromRoom::Entered { answer }
                }
                Saying::Offer(offer) => FromRoom::Offer { offer },
            };
            // Full: it does not read, and its connection is about to end.
            let _ = members.get(&member).map(|member| member.said.try_send(saying));
        };
        let send = |to, packet: &[u8]| {
            // What the system cannot take now is lost, as on a network.
            sent += u64::from(socket.try_send_to(packet, to).is_ok());
        };
        room.drive(now, say, send);
        self.counted.1 += sent;
    }
}
