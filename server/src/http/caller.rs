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
        let (device, token) = bearer(&parts.headers).ok_or(ErrorCode::Unauthorised)?;
        let caller = app.store.authenticate(device, token.hash()).await?.ok_or(ErrorCode::Unauthorised)?;
        app.throttles.requests.take(device, app.now()).map_err(Refusal::too_many)?;
        Ok(Self(caller))
    }
}

/// `Bearer <device>.<token>`, both in hexadecimal.
fn bearer(headers: &HeaderMap) -> Option<(DeviceId, DeviceToken)> {
    let (device, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?.split_once('.')?;
    Some((device.parse().ok()?, token.parse().ok()?))
}
