//! What is said instead of an answer.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sotto_wire::{
    limits::SECOND,
    rest::{ErrorBody, ErrorCode},
};

use crate::{blobs::BlobError, codes::NOT_SENT_WAIT, store::StoreError};

/// An error with its closed code.
#[derive(Debug)]
pub(super) struct Refusal(ErrorBody);

impl Refusal {
    /// Too many requests; `wait` is in milliseconds.
    pub(super) fn too_many(wait: u64) -> Self {
        Self(ErrorBody { retry_after_s: Some(wait.div_ceil(1_000)), ..plain(ErrorCode::RateLimited) })
    }

    /// A code that could not be sent.
    pub(super) fn code_not_sent() -> Self {
        Self(ErrorBody { retry_after_s: Some(NOT_SENT_WAIT / SECOND), ..plain(ErrorCode::CodeNotSent) })
    }

    /// A wrong code.
    pub(super) fn code_wrong(tries_left: u8) -> Self {
        Self(ErrorBody { tries_left: Some(tries_left), ..plain(ErrorCode::CodeWrong) })
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self(plain(code))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed a request");
        match error {
            StoreError::Corrupt => ErrorCode::Internal.into(),
            _ => ErrorCode::Unavailable.into(),
        }
    }
}

impl From<BlobError> for Refusal {
    fn from(error: BlobError) -> Self {
        tracing::error!(%error, "a file could not be kept or read");
        match error {
            BlobError::DiskFull => ErrorCode::DiskFull.into(),
            BlobError::Missing | BlobError::Store(_) | BlobError::Directory(_) => ErrorCode::Unavailable.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (status(self.0.code), Json(self.0)).into_response()
    }
}

fn plain(code: ErrorCode) -> ErrorBody {
    ErrorBody { code, retry_after_s: None, tries_left: None }
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::Malformed => StatusCode::BAD_REQUEST,
        ErrorCode::Unauthorised => StatusCode::UNAUTHORIZED,
        ErrorCode::CodeWrong | ErrorCode::InvitationNeeded => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::CodeExpired => StatusCode::GONE,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::NumberInvalid | ErrorCode::KeysRejected => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::CodeNotSent => StatusCode::BAD_GATEWAY,
        ErrorCode::QuotaFull | ErrorCode::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}
