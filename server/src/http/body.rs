//! Bodies of requests.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::IntoResponse as _,
};
use serde::de::DeserializeOwned;
use sotto_wire::rest::ErrorCode;

use super::{App, Refusal};

/// A JSON body.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

/// A body as it came.
#[derive(Debug)]
pub(super) struct Raw(pub(super) Bytes);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        let Raw(bytes) = Raw::from_request(request, app).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| ErrorCode::Malformed.into())
    }
}

impl FromRequest<Arc<App>> for Raw {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        Bytes::from_request(request, app).await.map(Self).map_err(|rejection| {
            let too_large = rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE;
            if too_large { ErrorCode::TooLarge.into() } else { ErrorCode::Malformed.into() }
        })
    }
}
