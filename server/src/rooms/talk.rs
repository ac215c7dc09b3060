//! The WebSocket of a device in a room.

use std::{sync::Arc, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use sotto_wire::{
    AccountId,
    rest::{FromRoom, RoomRefusal, ToRoom},
};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{Member, Rooms};

/// How long a device may take to say what it came for, and to take what it is told.
const PATIENCE: Duration = Duration::from_secs(15);
/// Between two signs of life, and how long none may come.
const PING: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(15);

/// Serves one device until either side ends it.
pub(crate) async fn talk(mut socket: WebSocket, account: AccountId, rooms: Arc<Rooms>) {
    let Ok(Some(ToRoom::Enter(enter))) = timeout(PATIENCE, hear(&mut socket)).await else {
        return refuse(socket, RoomRefusal::Malformed).await;
    };
    match rooms.enter(account, enter).await {
        Ok(member) => stay(&mut socket, member).await,
        Err(why) => return refuse(socket, why).await,
    }
    let _ = timeout(PATIENCE, socket.send(Message::Close(None))).await;
}

async fn refuse(mut socket: WebSocket, why: RoomRefusal) {
    if say(&mut socket, &FromRoom::Refused { why }).await {
        let _ = timeout(PATIENCE, socket.send(Message::Close(None))).await;
    }
}

async fn stay(socket: &mut WebSocket, mut member: Member) {
    let mut pings = interval(PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            saying = member.next() => match saying {
                Some(saying) => if !say(socket, &saying).await { return },
                None => return,
            },
            message = socket.recv() => {
                heard = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                        Ok(ToRoom::Answer { answer }) => member.answer(answer).await,
                        // A newer device says more than this relay understands.
                        Ok(ToRoom::Enter(_)) | Err(_) => {}
                    },
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => {}
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                }
            }
            _ = pings.tick() => {
                let ping = timeout(PATIENCE, socket.send(Message::Ping(bytes::Bytes::new()))).await;
                if heard.elapsed() > SILENCE || !matches!(ping, Ok(Ok(()))) {
                    return;
                }
            }
        }
    }
}

/// The first thing said.
async fn hear(socket: &mut WebSocket) -> Option<ToRoom> {
    loop {
        match socket.recv().await {
            Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).ok(),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            _ => return None,
        }
    }
}

async fn say(socket: &mut WebSocket, saying: &FromRoom) -> bool {
    let Ok(text) = serde_json::to_string(saying) else { return false };
    matches!(timeout(PATIENCE, socket.send(Message::Text(text.into()))).await, Ok(Ok(())))
}
