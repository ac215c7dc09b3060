//! Rooms of group calls: the relay forwards media between those who are in one. What it forwards is closed end to end;
//! it has no keys, and nothing here could open a frame.

mod forwarder;
mod gate;
mod ledger;
mod room;
mod talk;

use std::{io, net::SocketAddr, sync::Arc};

use sotto_wire::{
    AccountId,
    rest::{EnterRoom, FromRoom, RoomRefusal},
};
use tokio::{
    net::UdpSocket,
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use crate::config::RoomsConfig;
use forwarder::{Command, Forwarder};
use ledger::{Bounds, MemberId};
pub(crate) use talk::talk;

/// What is asked of the forwarder and waits.
const COMMANDS: usize = 256;
/// Descriptions for one device that wait. One is outstanding at a time, so more than a few mean that it is gone.
const SAYINGS: usize = 8;

/// All rooms of this relay; none where no media are taken.
pub(crate) struct Rooms(Option<Open>);

struct Open {
    commands: mpsc::Sender<Command>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Rooms {
    /// Takes media at `socket`; without one there are no rooms.
    pub(crate) async fn start(config: &RoomsConfig, socket: Option<SocketAddr>) -> io::Result<Self> {
        let Some(listen) = socket else { return Ok(Self(None)) };
        let socket = UdpSocket::bind(listen).await?;
        let bound = socket.local_addr()?;
        let address = SocketAddr::new(config.address.unwrap_or(bound.ip()), bound.port());
        let bounds = Bounds { rooms: config.most, devices_per_account: config.devices_per_account };
        let (commands, asked) = mpsc::channel(COMMANDS);
        let forwarder = Forwarder::new(Arc::new(socket), address, bounds, config.bytes_per_second);
        let task = tokio::spawn(forwarder.run(asked));
        tracing::info!(%address, "group calls are forwarded");
        Ok(Self(Some(Open { commands, address, task })))
    }

    /// Where media are taken.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.0.as_ref().map(|open| open.address)
    }

    /// Lets a device into a room. It is out again when what this gives is dropped.
    async fn enter(&self, account: AccountId, enter: EnterRoom) -> Result<Member, RoomRefusal> {
        let commands = self.0.as_ref().ok_or(RoomRefusal::NotFound)?.commands.clone();
        let (said, sayings) = mpsc::channel(SAYINGS);
        let (done, answer) = oneshot::channel();
        let asked = Command::Enter { account, enter, said, done };
        commands.send(asked).await.map_err(|_| RoomRefusal::TooMany)?;
        let id = answer.await.map_err(|_| RoomRefusal::TooMany)??;
        Ok(Member { id, commands, sayings })
    }

    /// Ends all rooms.
    pub(crate) fn close(&self) {
        if let Some(open) = &self.0 {
            open.task.abort();
        }
    }
}

/// A device in a room.
struct Member {
    id: MemberId,
    commands: mpsc::Sender<Command>,
    sayings: mpsc::Receiver<FromRoom>,
}

impl Member {
    /// What the relay has to say next; `None` once the room is gone.
    async fn next(&mut self) -> Option<FromRoom> {
        self.sayings.recv().await
    }

    async fn answer(&self, answer: String) {
        let _ = self.commands.send(Command::Answer { member: self.id, answer }).await;
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let leave = Command::Leave { member: self.id };
        // Full: wait for room elsewhere, since a drop cannot.
        if let Err(mpsc::error::TrySendError::Full(leave)) = self.commands.try_send(leave) {
            let commands = self.commands.clone();
            tokio::spawn(async move { commands.send(leave).await });
        }
    }
}
