//! The connection about a group call's room: this device is in the room while it stands.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use sotto_wire::rest::{EnterRoom, FromRoom, ROOMS, RoomRefusal, ToRoom};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{self, Message, http::StatusCode, protocol::WebSocketConfig},
};

use super::rest::Rest;

/// How long dialling, and the relay's first word, may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest word of the relay (bytes): a description of 32 voices and 16 pictures is a tenth of it.
const MOST: usize = 1 << 20;
/// The relay gives a sign of life every five seconds: silent for longer, it is gone.
const SILENCE: Duration = Duration::from_secs(15);

/// Why there is no way into a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoRoom {
    /// The relay says why.
    #[error("the relay lets nobody in: {0:?}")]
    Refused(RoomRefusal),
    /// It forwards no group calls.
    #[error("the relay forwards no group calls")]
    NotOffered,
    /// It does not answer.
    #[error("the relay does not answer")]
    Unreachable,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct RoomLink {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// When the relay gave its last sign of life.
    heard: Instant,
}

impl RoomLink {
    /// Comes in. Gives the relay's answer to the offer as well.
    pub(crate) async fn enter(rest: &Rest, enter: EnterRoom) -> Result<(Self, String), NoRoom> {
        let request = rest.socket_request(ROOMS).ok_or(NoRoom::Unreachable)?;
        let config = WebSocketConfig::default().max_frame_size(Some(MOST)).max_message_size(Some(MOST));
        let socket = match timeout(PATIENCE, connect_async_with_config(request, Some(config), true)).await {
            Ok(Ok((socket, _))) => socket,
            Ok(Err(tungstenite::Error::Http(answer))) => {
                let busy = answer.status() == StatusCode::TOO_MANY_REQUESTS;
                return Err(if busy { NoRoom::Unreachable } else { NoRoom::NotOffered });
            }
            Ok(Err(_)) | Err(_) => return Err(NoRoom::Unreachable),
        };
        let mut link = Self { socket, heard: Instant::now() };
        if !link.say(&ToRoom::Enter(enter)).await {
            return Err(NoRoom::Unreachable);
        }
        match timeout(PATIENCE, link.next()).await {
            Ok(Some(FromRoom::Entered { answer })) => Ok((link, answer)),
            Ok(Some(FromRoom::Refused { why })) => Err(NoRoom::Refused(why)),
            _ => Err(NoRoom::Unreachable),
        }
    }

    /// What the relay says next; `None` once the connection is over. May be given up and asked again.
    pub(crate) async fn next(&mut self) -> Option<FromRoom> {
        loop {
            let word = timeout_at(self.heard + SILENCE, self.socket.next()).await.ok()??;
            self.heard = Instant::now();
            match word {
                Ok(Message::Text(text)) => match serde_json::from_str(&text) {
                    Ok(said) => return Some(said),
                    // A newer relay says more than this device understands.
                    Err(error) => tracing::debug!(%error, "a word about a room was not understood"),
                },
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Answers the relay's last offer.
    pub(crate) async fn answer(&mut self, answer: String) -> bool {
        self.say(&ToRoom::Answer { answer }).await
    }

    async fn say(&mut self, word: &ToRoom) -> bool {
        let Ok(text) = serde_json::to_string(word) else { return false };
        matches!(timeout(PATIENCE, self.socket.send(Message::text(text))).await, Ok(Ok(())))
    }
}
