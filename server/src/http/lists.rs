//! Device lists: read by anybody registered, replaced only by the account key's word.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use sotto_wire::{
    AccountId, DeviceList, Signed, limits,
    rest::{AccountDevices, ErrorCode, ListUpload},
};

use super::{Answer, App, body::Body, caller::Caller, keys::rejected};
use crate::store::{ListReplaced, ListRow, NewList};

pub(super) async fn devices(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Path(account): Path<String>,
) -> Answer<Json<AccountDevices>> {
    let account: AccountId = account.parse().map_err(|_| ErrorCode::NotFound)?;
    let devices = app.store.account_devices(account).await?.ok_or(ErrorCode::NotFound)?;
    Ok(Json(devices))
}

pub(super) async fn replace(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(upload): Body<ListUpload>,
) -> Answer<StatusCode> {
    let list = DeviceList::verify(&upload.list).map_err(rejected)?;
    let size = 1..=limits::MAX_DEVICES;
    if list.account != caller.account || !size.contains(&list.devices.len()) {
        return Err(ErrorCode::KeysRejected.into());
    }
    let new = NewList { account: caller.account, list: row(&upload.list, &list) };
    match app.store.replace_list(new).await? {
        ListReplaced::Done => app.account_changed(caller.account).await,
        ListReplaced::Again => {}
        ListReplaced::Rejected => return Err(ErrorCode::KeysRejected.into()),
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A verified list as it is kept.
pub(super) fn row(signed: &Signed<DeviceList>, list: &DeviceList) -> ListRow {
    ListRow {
        version: list.version,
        hash: signed.hash(),
        prev_hash: list.prev_hash,
        devices: list.devices.iter().map(|d| (d.device, d.cert_hash)).collect(),
        bytes: signed.to_vec(),
    }
}
