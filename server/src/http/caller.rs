//! Who calls: a device, by its token.

use std::{ops::Deref, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use sotto_wire::{DeviceId, DeviceToken, rest::ErrorCode};

use super::{App, Refusal};
use crate::store;

/// A device that has shown its token, and has not called too often.
#[derive(Debug)]
pub(super) struct Caller(store::Caller);

impl Deref for Caller {
    type Target = store::Caller;

    fn deref(&self) -> &store::Caller {
        &self.0
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let caller = authenticate(parts, app).await?;
        app.throttles.requests.take(caller.device, app.now()).map_err(Refusal::too_many)?;
        Ok(Self(caller))
    }
}

/// A device that has shown its token and uploads a part of a file. A limit of its own: two gigabytes are two
/// thousand parts, and must not keep the device from fetching keys meanwhile.
#[derive(Debug)]
pub(super) struct Uploader(pub(super) store::Caller);

impl FromRequestParts<Arc<App>> for Uploader {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let caller = authenticate(parts, app).await?;
        app.throttles.parts.take(caller.device, app.now()).map_err(Refusal::too_many)?;
        Ok(Self(caller))
    }
}

async fn authenticate(parts: &Parts, app: &App) -> Result<store::Caller, Refusal> {
    let (device, token) = bearer(&parts.headers).ok_or(ErrorCode::Unauthorised)?;
    Ok(app.store.authenticate(device, token.hash()).await?.ok_or(ErrorCode::Unauthorised)?)
}

/// `Bearer <device>.<token>`, both in hexadecimal.
fn bearer(headers: &HeaderMap) -> Option<(DeviceId, DeviceToken)> {
    let (device, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?.split_once('.')?;
    Some((device.parse().ok()?, token.parse().ok()?))
}
