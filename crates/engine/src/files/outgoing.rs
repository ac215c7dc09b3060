//! From the shelf to the relay, part by part. The relay says which part is next, so nothing has to be remembered here.

use std::{sync::Arc, time::Duration};

use sotto_machine::{
    attachment::Attachment,
    post::ONCE_LIFE,
    rows::{Content, Failure},
    step::Input,
    story::{STORIES, STORY_LIFE},
};
use sotto_store::FilePlace;
use sotto_wire::{MessageId, limits::FILE_PART, rest::ErrorCode};
use tokio::{task::spawn_blocking, time::sleep};
use tracing::{debug, info, warn};

use super::carrying::{Carrying, Progress};
use crate::net::rest::{Rest, RestError};

/// A part, as a number of bytes.
const PART: u64 = FILE_PART as u64;
/// Uploads of one file that may be begun anew, when the relay has lost what it had.
const TRIES: usize = 3;
/// After something that should not happen, before it is tried again.
const PAUSE: Duration = Duration::from_secs(5);

/// Brings the files of a message to the relay, and then lets it leave.
pub(super) async fn carry(message: MessageId, carrying: Carrying) {
    let input = match carry_all(message, &carrying).await {
        Ok(()) => Input::Uploaded { id: message },
        Err(why) => {
            info!(?why, "files were not uploaded");
            Input::UploadFailed { id: message, why }
        }
    };
    if let Err(error) = carrying.database.jobs.step(input).await {
        warn!(%error, "an upload is not noted");
        sleep(PAUSE).await;
    }
}

async fn carry_all(message: MessageId, carrying: &Carrying) -> Result<(), Failure> {
    let look = move |queries: &sotto_store::Queries<'_>| match queries.own()? {
        Some(own) => queries.message(&own.account, &message),
        None => Ok(None),
    };
    let row = carrying.database.read(look).await.map_err(|_| Failure::FileMissing)?;
    // Given up or cleared away meanwhile: it must not leave then.
    let Some(row) = row else { return Err(Failure::FileMissing) };
    let Content::Post(post) = row.message.content else { return Err(Failure::FileMissing) };
    for (place, attachment) in (0..).zip(&post.attachments) {
        let at = FilePlace { position: row.position, place };
        let mut progress = Progress::new(&carrying.board, row.message.chat, at, attachment.cipher().sealed_length());
        let mut tries = 0;
        let lifetime = match row.message.chat {
            STORIES => Some(STORY_LIFE),
            _ => post.once.map(|_| ONCE_LIFE),
        };
        while !carry_one(attachment, lifetime, carrying, &mut progress).await? {
            tries += 1;
            if tries >= TRIES {
                return Err(Failure::Rejected);
            }
        }
    }
    Ok(())
}

/// False if the relay lost what it had of it.
async fn carry_one(
    attachment: &Attachment,
    lifetime: Option<u64>,
    carrying: &Carrying,
    progress: &mut Progress,
) -> Result<bool, Failure> {
    let (file, total) = (attachment.file, attachment.cipher().sealed_length());
    let begin = |rest: Arc<Rest>| async move { rest.begin_file(&file, total, lifetime).await };
    let mut state = carrying.directory.persist("file", begin).await.map_err(|error| failure(&error))?;
    while !state.complete {
        let (part, from) = (state.parts, u64::from(state.parts) * PART);
        progress.tell(from.min(total));
        if from >= total {
            return Ok(false);
        }
        let length = usize::try_from(PART.min(total - from)).unwrap_or(FILE_PART);
        let (shelf, blob) = (carrying.shelf.clone(), attachment.blob());
        let read = spawn_blocking(move || shelf.sealed(&blob, from, length)).await;
        let Ok(Ok(bytes)) = read else { return Err(Failure::FileMissing) };
        let bytes = bytes::Bytes::from(bytes);
        let put = |rest: Arc<Rest>| {
            let bytes = bytes.clone();
            async move { rest.put_part(&file, part, bytes).await }
        };
        state = match carrying.directory.persist("part", put).await {
            Ok(next) if next.parts > part || next.complete => next,
            Ok(_) => return Ok(false),
            Err(RestError::Refused { body, .. }) if body.code == ErrorCode::NotFound => return Ok(false),
            Err(error) => return Err(failure(&error)),
        };
    }
    progress.tell(total);
    Ok(true)
}

fn failure(error: &RestError) -> Failure {
    let RestError::Refused { body, .. } = error else { return Failure::Rejected };
    match body.code {
        ErrorCode::TooLarge => Failure::FileTooLarge,
        ErrorCode::QuotaFull => Failure::QuotaFull,
        ErrorCode::DiskFull => Failure::RelayFull,
        _ => Failure::Rejected,
    }
}

/// Files of a message that never left or was taken back. What is not deleted now, the relay deletes in its time.
pub(super) async fn withdraw(mut files: Vec<Attachment>, carrying: Carrying) {
    let look = |queries: &sotto_store::Queries<'_>| queries.blobs();
    let Ok(named) = carrying.database.read(look).await else { return };
    // What was passed on to several people is there for the others.
    files.retain(|file| !named.contains(&file.blob()));
    for attachment in files {
        let file = attachment.file;
        let call = |rest: Arc<Rest>| async move { rest.delete_file(&file).await };
        if let Err(error) = carrying.directory.persist("withdrawal", call).await {
            debug!(%error, "a file was not withdrawn");
        }
    }
}
