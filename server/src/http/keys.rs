//! Signed keys: published by their device, claimed by others.

use std::sync::Arc;

use axum::{Json, extract::State};
use sotto_wire::{
    DeviceId, PreKey, PreKeyKind, PublicKey, SealKey, SignatureError, Signed, Timestamp, limits,
    rest::{ClaimedKeys, ErrorCode, KeyClaim, KeyUpload, KeysPublished},
};

use super::{Answer, App, Refusal, body::Body, caller::Caller};
use crate::{
    driver::Event,
    relay::Input,
    store::{NewKeys, OneTimeKey},
};

/// Bytes of an X-Wing public key.
const XWING_PUBLIC: usize = 1_216;
/// One-time keys kept for one device.
const MOST: u32 = 4 * limits::ONE_TIME_KEYS;

pub(super) async fn publish(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(upload): Body<KeyUpload>,
) -> Answer<Json<KeysPublished>> {
    let keys = verify(upload, caller.device, &caller.device_key, app.now())?;
    let one_time = app.store.publish_keys(caller.device, keys).await?;
    Ok(Json(KeysPublished { one_time }))
}

pub(super) async fn claim(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(claim): Body<KeyClaim>,
) -> Answer<Json<ClaimedKeys>> {
    if claim.devices.len() > limits::MAX_DEVICES {
        return Err(ErrorCode::TooLarge.into());
    }
    let now = app.now();
    app.throttles.claims.take((caller.account, claim.account), now).map_err(Refusal::too_many)?;
    let mut devices = claim.devices;
    devices.sort_unstable();
    devices.dedup();
    let claimed = app.store.claim_keys(claim.account, devices, now).await?.ok_or(ErrorCode::NotFound)?;
    for (device, remaining) in claimed.remaining {
        if remaining < limits::ONE_TIME_KEYS_LOW {
            app.core.tell(Event::Input(Input::KeysLow { device, remaining })).await;
        }
    }
    Ok(Json(ClaimedKeys { keys: claimed.keys }))
}

/// Believes keys only if this device has signed them, each as what it is used for.
pub(super) fn verify(
    upload: KeyUpload,
    device: DeviceId,
    device_key: &PublicKey,
    now: Timestamp,
) -> Result<NewKeys, Refusal> {
    if upload.one_time.len() > MOST as usize {
        return Err(ErrorCode::TooLarge.into());
    }
    if let Some(key) = &upload.seal_key {
        check_seal_key(key, device, device_key, now).map_err(rejected)?;
    }
    if let Some(key) = &upload.fallback {
        check_pre_key(key, PreKeyKind::Fallback, device, device_key, now).map_err(rejected)?;
    }
    let mut one_time = Vec::with_capacity(upload.one_time.len());
    for pre_key in upload.one_time {
        let key = check_pre_key(&pre_key, PreKeyKind::OneTime, device, device_key, now).map_err(rejected)?;
        one_time.push(OneTimeKey { key_id: key.key_id, not_after: key.not_after, pre_key });
    }
    Ok(NewKeys { seal_key: upload.seal_key, fallback: upload.fallback, one_time, most: MOST })
}

fn check_seal_key(
    signed: &Signed<SealKey>,
    device: DeviceId,
    device_key: &PublicKey,
    now: Timestamp,
) -> Result<(), SignatureError> {
    let key = signed.verify(device_key)?;
    let right = key.device == device && key.xwing_public.len() == XWING_PUBLIC && key.not_after > now;
    if right { Ok(()) } else { Err(SignatureError::Mismatch) }
}

fn check_pre_key(
    signed: &Signed<PreKey>,
    kind: PreKeyKind,
    device: DeviceId,
    device_key: &PublicKey,
    now: Timestamp,
) -> Result<PreKey, SignatureError> {
    let key = signed.verify(device_key)?;
    let right = key.device == device && key.kind == kind && key.not_after > now;
    if right { Ok(key) } else { Err(SignatureError::Mismatch) }
}

pub(super) fn rejected(_: SignatureError) -> Refusal {
    ErrorCode::KeysRejected.into()
}
