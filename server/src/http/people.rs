//! Finding people, what they show, and what they allow.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use sotto_wire::{
    AccountId, limits,
    rest::{AccountSettings, ErrorCode, Found, IceServers, LookUp, Standing},
};

use super::{
    Answer, App, Refusal,
    body::{Body, Raw},
    caller::Caller,
};

/// Numbers in one look-up.
const NUMBERS: usize = 50;

pub(super) async fn look_up(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(look_up): Body<LookUp>,
) -> Answer<Json<Found>> {
    if look_up.numbers.len() > NUMBERS {
        return Err(ErrorCode::TooLarge.into());
    }
    let count = look_up.numbers.len();
    app.throttles.look_ups.take_many(caller.device, count, app.now()).map_err(Refusal::too_many)?;
    Ok(Json(Found { people: app.store.find(look_up.numbers).await? }))
}

pub(super) async fn standing(State(app): State<Arc<App>>, caller: Caller) -> Json<Standing> {
    Json(Standing { standing: app.standing.vouch(caller.account, caller.device, app.now()) })
}

pub(super) async fn ice_servers(State(app): State<Arc<App>>, caller: Caller) -> Json<IceServers> {
    Json(app.turn.servers(caller.account, app.now()))
}

pub(super) async fn put_profile(State(app): State<Arc<App>>, caller: Caller, Raw(bytes): Raw) -> Answer<StatusCode> {
    if bytes.len() > limits::MAX_PROFILE {
        return Err(ErrorCode::TooLarge.into());
    }
    app.store.put_profile(caller.account, bytes.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn profile(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Path(account): Path<String>,
) -> Answer<Vec<u8>> {
    let account: AccountId = account.parse().map_err(|_| ErrorCode::NotFound)?;
    Ok(app.store.profile(account).await?.ok_or(ErrorCode::NotFound)?)
}

pub(super) async fn change_settings(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(settings): Body<AccountSettings>,
) -> Answer<StatusCode> {
    app.store.change_settings(caller.account, settings).await?;
    app.account_changed(caller.account).await;
    Ok(StatusCode::NO_CONTENT)
}
