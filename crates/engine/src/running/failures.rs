//! What went wrong further down, as the windows see it.

use sotto_wire::rest::{ErrorBody, ErrorCode};

use crate::{
    clock::{Clock as _, SystemClock},
    error::{Code, Error},
    local_relay::LocalRelayError,
    net::rest::RestError,
    picture::PictureError,
    profile_dir::ProfileDirError,
    secret::SecretError,
};

impl From<RestError> for Error {
    fn from(error: RestError) -> Self {
        let detail = error.to_string();
        match error {
            RestError::AddressInvalid | RestError::Unreachable(_) => Self::new(Code::RelayUnreachable, detail),
            RestError::Incompatible(_) => Self::new(Code::RelayIncompatible, detail),
            RestError::Refused { body, .. } => refused(&body, detail),
        }
    }
}

fn refused(body: &ErrorBody, detail: String) -> Error {
    let code = match body.code {
        ErrorCode::NumberInvalid => Code::NumberInvalid,
        ErrorCode::CodeWrong => Code::CodeWrong,
        ErrorCode::CodeExpired => Code::CodeExpired,
        ErrorCode::CodeNotSent => Code::CodeNotSent,
        ErrorCode::InvitationNeeded => Code::InvitationNeeded,
        ErrorCode::RateLimited => Code::RateLimited,
        ErrorCode::Unauthorised => Code::SignedOut,
        ErrorCode::NotFound => Code::NotFound,
        ErrorCode::KeysRejected => Code::KeysRejected,
        ErrorCode::Unavailable => Code::RelayUnreachable,
        ErrorCode::QuotaFull => Code::QuotaFull,
        ErrorCode::DiskFull => Code::RelayFull,
        ErrorCode::Malformed | ErrorCode::TooLarge | ErrorCode::Conflict | ErrorCode::Internal => Code::Internal,
    };
    let retry_at = body.retry_after_s.map(|seconds| SystemClock.now().saturating_add(seconds.saturating_mul(1_000)));
    Error { code, detail, retry_at, tries_left: body.tries_left }
}

impl From<ProfileDirError> for Error {
    fn from(error: ProfileDirError) -> Self {
        let code = match error {
            ProfileDirError::InUse(_) => Code::ProfileInUse,
            ProfileDirError::Io { .. } => Code::DatabaseBroken,
        };
        Self::new(code, error.to_string())
    }
}

impl From<SecretError> for Error {
    fn from(error: SecretError) -> Self {
        let code = match error {
            SecretError::WrongPassphrase => Code::PassphraseWrong,
            SecretError::TooShort => Code::PassphraseTooShort,
            SecretError::AlreadySet | SecretError::Exposed(_) | SecretError::Broken(_) | SecretError::Io(_) => {
                Code::KeyMissing
            }
        };
        Self::new(code, error.to_string())
    }
}

impl From<PictureError> for Error {
    fn from(error: PictureError) -> Self {
        Self::new(Code::PictureInvalid, error.to_string())
    }
}

impl From<LocalRelayError> for Error {
    fn from(error: LocalRelayError) -> Self {
        Self::new(Code::LocalRelayFailed, error.to_string())
    }
}
