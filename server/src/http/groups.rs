//! Logs of groups: whoever knows a group may read its sealed events, whoever holds its write key may append.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;
use sotto_wire::{
    GroupId, limits,
    rest::{ErrorCode, GroupAppended, GroupLog},
};

use super::{Answer, App, Refusal, body::Body, caller::Caller};
use crate::store::GroupAppending;

/// Where to begin.
#[derive(Debug, Deserialize)]
pub(super) struct Stretch {
    #[serde(default)]
    from: u64,
}

pub(super) async fn append(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(GroupAppended { append }): Body<GroupAppended>,
) -> Answer<StatusCode> {
    if append.bytes().len() > limits::MAX_GROUP_EVENT {
        return Err(ErrorCode::TooLarge.into());
    }
    let now = app.now();
    app.throttles.appends.take(caller.device, now).map_err(Refusal::too_many)?;
    match app.store.append_to_group(append, now).await? {
        GroupAppending::Done | GroupAppending::Again => Ok(StatusCode::NO_CONTENT),
        GroupAppending::Conflict => Err(ErrorCode::Conflict.into()),
        GroupAppending::Rejected => Err(ErrorCode::KeysRejected.into()),
        GroupAppending::Full => Err(ErrorCode::TooLarge.into()),
    }
}

pub(super) async fn events(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Path(group): Path<String>,
    Query(Stretch { from }): Query<Stretch>,
) -> Answer<Json<GroupLog>> {
    let group: GroupId = group.parse().map_err(|_| ErrorCode::NotFound)?;
    Ok(Json(app.store.group_log(group, from).await?.ok_or(ErrorCode::NotFound)?))
}
