//! Calls about encrypted files.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{Method, header};
use sotto_wire::{
    FileId,
    rest::{self, FileState, NewFile},
};

use super::{Rest, RestError, accepted, bytes};

/// How long one part or range may take: a megabyte over a slow line.
const TRANSFER_TIMEOUT: Duration = Duration::from_secs(300);

impl Rest {
    /// Begins an upload, or asks how far it has come.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn begin_file(
        &self,
        file: &FileId,
        size: u64,
        lifetime: Option<u64>,
    ) -> Result<FileState, RestError> {
        self.send(Method::PUT, &path(file), &NewFile { size, lifetime }).await
    }

    /// Uploads a part.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn put_part(&self, file: &FileId, part: u32, bytes: Bytes) -> Result<FileState, RestError> {
        let request = self.request(Method::PUT, &format!("{}/parts/{part}", path(file))).timeout(TRANSFER_TIMEOUT);
        self.json(request.header(header::CONTENT_TYPE, "application/octet-stream").body(bytes)).await
    }

    /// The bytes of a file from `from` to before `to`. Shows no token: the relay need not know who fetches.
    ///
    /// # Errors
    /// See [`RestError`]; fewer bytes than asked for count as no answer.
    pub(crate) async fn get_file(&self, file: &FileId, from: u64, to: u64) -> Result<Vec<u8>, RestError> {
        let request = self.http.request(Method::GET, format!("{}{}", self.address(), path(file)));
        let range = format!("bytes={from}-{}", to.saturating_sub(1));
        let answer = accepted(request.timeout(TRANSFER_TIMEOUT).header(header::RANGE, range)).await?;
        let wanted = usize::try_from(to - from).unwrap_or(usize::MAX);
        let got = bytes(answer, wanted).await?;
        if got.len() == wanted { Ok(got) } else { Err(RestError::Unreachable("a file was cut short".to_owned())) }
    }

    /// Deletes a file before its time.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn delete_file(&self, file: &FileId) -> Result<(), RestError> {
        self.done(self.request(Method::DELETE, &path(file))).await
    }
}

fn path(file: &FileId) -> String {
    format!("{}/{file}", rest::FILES)
}
