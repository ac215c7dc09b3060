//! Encrypted files: uploaded in parts by who sends them, fetched by whoever knows their id.
//!
//! A fetch shows no token. The id is 32 random bytes that travel inside an encrypted message, so who knows it was
//! meant to have the file, and the relay does not learn from the fetch whose device that was.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    body::{Body as HttpBody, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use bytes::Bytes;
use futures_util::stream;
use sotto_wire::{
    FileId,
    limits::{FILE_LIFE, FILE_PART},
    rest::{ErrorCode, FileState, NewFile},
};
use tokio::time::timeout;

use super::{
    Answer, App,
    body::Body,
    caller::{Caller, Uploader},
    origin::Origin,
};
use crate::{
    blobs::{self, BlobError},
    store::{self, FileBegun, FileRow},
};

/// How long a part may take to come.
const PART_TIME: Duration = Duration::from_secs(300);

/// Begins an upload, or says how far it has come.
pub(super) async fn begin(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(file): Path<String>,
    Body(new): Body<NewFile>,
) -> Answer<Json<FileState>> {
    let limits = &app.config.files;
    if new.size == 0 {
        return Err(ErrorCode::Malformed.into());
    }
    if new.size > limits.file_bytes {
        return Err(ErrorCode::TooLarge.into());
    }
    let new = store::NewFile {
        file: file.parse().map_err(|_| ErrorCode::Malformed)?,
        owner: caller.account,
        size: new.size,
        lifetime: new.lifetime.unwrap_or(FILE_LIFE).min(FILE_LIFE),
        owner_bytes: limits.account_bytes,
        total_bytes: limits.total_bytes,
        now: app.now(),
    };
    match app.store.begin_file(new).await? {
        FileBegun::Yes(row) => Ok(Json(state(&row))),
        FileBegun::Taken => Err(ErrorCode::Malformed.into()),
        FileBegun::QuotaFull => Err(ErrorCode::QuotaFull.into()),
        FileBegun::Full => Err(ErrorCode::DiskFull.into()),
    }
}

/// Takes the next part. Any other changes nothing: the answer says which is the next one.
pub(super) async fn receive(
    State(app): State<Arc<App>>,
    Uploader(caller): Uploader,
    Path((file, part)): Path<(String, u32)>,
    request: Request,
) -> Answer<Json<FileState>> {
    let file: FileId = file.parse().map_err(|_| ErrorCode::NotFound)?;
    let row = app.store.file(file).await?.filter(|row| row.owner == caller.account).ok_or(ErrorCode::NotFound)?;
    if part != row.parts || row.is_complete() {
        return Ok(Json(state(&row)));
    }
    let length = row.part_length(part);
    let body = timeout(PART_TIME, to_bytes(request.into_body(), length)).await;
    let bytes = body.map_err(|_| ErrorCode::Unavailable)?.map_err(|_| ErrorCode::Malformed)?;
    if bytes.len() != length {
        return Err(ErrorCode::Malformed.into());
    }
    app.blobs.put(file, part, bytes).await?;
    let row = app.store.file_received(file, part + 1, app.now()).await?.ok_or(ErrorCode::NotFound)?;
    Ok(Json(state(&row)))
}

/// Deletes a file before its time.
pub(super) async fn withdraw(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(file): Path<String>,
) -> Answer<StatusCode> {
    let file = file.parse().map_err(|_| ErrorCode::NotFound)?;
    if !app.store.withdraw_file(file, caller.account).await? {
        return Err(ErrorCode::NotFound.into());
    }
    blobs::delete(&app.blobs, &*app.store, file).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The bytes, or a range of them.
pub(super) async fn fetch(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    origin.take(&app.throttles.fetches, app.now())?;
    let file: FileId = file.parse().map_err(|_| ErrorCode::NotFound)?;
    let row = app.store.file(file).await?.filter(FileRow::is_complete).ok_or(ErrorCode::NotFound)?;
    let asked = headers.get(header::RANGE).map(|value| value.to_str().ok().and_then(|text| range(text, row.size)));
    let answer = Response::builder()
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::ACCEPT_RANGES, "bytes");
    let (from, to, answer) = match asked {
        None => (0, row.size, answer),
        Some(Some((from, to))) => {
            let said = format!("bytes {from}-{}/{}", to - 1, row.size);
            (from, to, answer.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, said))
        }
        Some(None) => {
            let said = format!("bytes */{}", row.size);
            let answer = answer.status(StatusCode::RANGE_NOT_SATISFIABLE).header(header::CONTENT_RANGE, said);
            return answer.body(HttpBody::empty()).map_err(|_| ErrorCode::Internal.into());
        }
    };
    let answer = answer.header(header::CONTENT_LENGTH, to - from);
    answer.body(HttpBody::from_stream(parts(app, file, from, to))).map_err(|_| ErrorCode::Internal.into())
}

/// The bytes from `from` to before `to`, one part in memory at a time.
fn parts(
    app: Arc<App>,
    file: FileId,
    from: u64,
    to: u64,
) -> impl futures_util::Stream<Item = Result<Bytes, BlobError>> {
    const PART: u64 = FILE_PART as u64;
    stream::try_unfold((app, from), move |(app, at)| async move {
        if at >= to {
            return Ok(None);
        }
        let part = u32::try_from(at / PART).unwrap_or(u32::MAX);
        let start = at - u64::from(part) * PART;
        let end = (start + (to - at)).min(PART);
        let bytes = app.blobs.get(file, part, start..end).await?;
        Ok(Some((bytes, (app, at + (end - start)))))
    })
}

fn state(row: &FileRow) -> FileState {
    FileState { parts: row.parts, complete: row.is_complete() }
}

/// `bytes=from-to` or `bytes=from-`, as a half-open range that is not empty.
fn range(text: &str, size: u64) -> Option<(u64, u64)> {
    let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
    let from: u64 = from.parse().ok()?;
    let to = if to.is_empty() { size } else { to.parse::<u64>().ok()?.checked_add(1)?.min(size) };
    (from < to).then_some((from, to))
}
