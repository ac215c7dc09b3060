//! From a request to a connection about a group call's room.

use std::sync::Arc;

use axum::{
    extract::{State, WebSocketUpgrade},
    response::Response,
};
use futures_util::FutureExt as _;
use sotto_wire::rest::ErrorCode;

use super::{Answer, App, caller::Caller};
use crate::rooms;

/// Largest description: one of 32 members and their pictures takes less than half of it.
const DESCRIPTION: usize = 256 * 1024;

pub(super) async fn open(State(app): State<Arc<App>>, caller: Caller, upgrade: WebSocketUpgrade) -> Answer<Response> {
    if app.is_draining() || app.rooms.address().is_none() {
        return Err(ErrorCode::Unavailable.into());
    }
    let room = app.room.clone().try_acquire_owned().map_err(|_| ErrorCode::Unavailable)?;
    let (rooms, account) = (app.rooms.clone(), caller.account);
    let upgrade = upgrade.max_message_size(DESCRIPTION).max_frame_size(DESCRIPTION);
    Ok(upgrade.on_upgrade(move |socket| rooms::talk(socket, account, rooms).map(move |()| drop(room))))
}
