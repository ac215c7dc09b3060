//! From a request to a live connection.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    extract::{State, WebSocketUpgrade},
    response::Response,
};
use futures_util::FutureExt as _;
use sotto_wire::{limits::MAX_FRAME, rest::ErrorCode};

use super::{Answer, App, caller::Caller};
use crate::{
    connection,
    relay::{Connected, ConnectionId},
};

/// Read buffer of a connection. The default would cost each idle one 128 KiB; [`crate::frugal`] makes up for it.
const READ_BUFFER: usize = 512;
/// Bytes written before the socket is asked to take them.
const WRITE_BUFFER: usize = 4 * 1024;

pub(super) async fn open(State(app): State<Arc<App>>, caller: Caller, upgrade: WebSocketUpgrade) -> Answer<Response> {
    if app.is_draining() {
        return Err(ErrorCode::Unavailable.into());
    }
    let room = app.room.clone().try_acquire_owned().map_err(|_| ErrorCode::Unavailable)?;
    let connected = Connected {
        connection: ConnectionId(app.connections.fetch_add(1, Ordering::Relaxed)),
        account: caller.account,
        device: caller.device,
        one_time_keys: caller.one_time_keys,
        expired: caller.expired,
    };
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME);
    Ok(upgrade.on_upgrade(move |socket| {
        connection::serve(socket, connected, app.core.clone(), &app.config.limits).map(move |()| drop(room))
    }))
}
