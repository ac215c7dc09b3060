//! From the relay to the shelf: in ranges, each chunk opened before it is kept, the whole compared with its hash.

use std::{sync::Arc, time::Duration};

use sotto_machine::{attachment::Attachment, rows::Content, step::Event};
use sotto_store::{BlobState, WantedFile};
use sotto_wire::{limits::FILE_PART, rest::ErrorCode};
use tokio::{task::spawn_blocking, time::sleep};
use tracing::{info, warn};

use super::{
    carrying::{Carrying, Progress},
    shelf::{Fetched, ShelfError},
};
use crate::net::rest::{Rest, RestError};

/// Encrypted bytes that are asked for at once.
const RANGE: u64 = 4 * FILE_PART as u64;
/// After something that should not happen, before it is tried again.
const PAUSE: Duration = Duration::from_secs(5);

/// Why a file does not come.
#[derive(Debug)]
enum Trouble {
    Relay(RestError),
    Shelf(ShelfError),
}

impl From<ShelfError> for Trouble {
    fn from(error: ShelfError) -> Self {
        Self::Shelf(error)
    }
}

/// Fetches a file, and notes what came of it.
pub(super) async fn fetch(wanted: WantedFile, carrying: Carrying) {
    let look = move |queries: &sotto_store::Queries<'_>| queries.message_at(wanted.at.position);
    let row = carrying.database.read(look).await.ok().flatten();
    let Some(Content::Post(post)) = row.map(|row| row.message.content) else { return };
    let place = usize::try_from(wanted.at.place).unwrap_or(usize::MAX);
    let Some(attachment) = post.attachments.get(place) else { return };
    let state = match fetch_all(attachment, &wanted, &carrying).await {
        Ok(()) => BlobState::Here,
        Err(trouble) => {
            info!(?trouble, "a file did not come");
            state_after(&trouble)
        }
    };
    if matches!(state, BlobState::Damaged | BlobState::Gone) {
        let (shelf, blob) = (carrying.shelf.clone(), attachment.blob());
        let _ = spawn_blocking(move || shelf.delete(&blob)).await;
    }
    let write = move |batch: &mut sotto_store::Batch<'_>| {
        batch.set_file(wanted.at, state)?;
        Ok(vec![Event::Message { chat: wanted.chat, author: wanted.author, id: wanted.message }])
    };
    if let Err(error) = carrying.database.jobs.write(write).await {
        warn!(%error, "a fetched file is not noted");
        sleep(PAUSE).await;
    }
}

fn state_after(trouble: &Trouble) -> BlobState {
    match trouble {
        Trouble::Relay(RestError::Refused { body, .. }) if body.code == ErrorCode::NotFound => BlobState::Gone,
        Trouble::Relay(RestError::Incompatible(_)) | Trouble::Shelf(ShelfError::Damaged) => BlobState::Damaged,
        Trouble::Shelf(ShelfError::DiskFull) => BlobState::DiskFull,
        // Asked for again by the person, who sees that it is not there.
        Trouble::Relay(_) | Trouble::Shelf(ShelfError::Io(_)) => BlobState::Absent,
    }
}

async fn fetch_all(attachment: &Attachment, wanted: &WantedFile, carrying: &Carrying) -> Result<(), Trouble> {
    let (shelf, meant) = (carrying.shelf.clone(), attachment.clone());
    let begun =
        blocking(move || if shelf.has(&meant.blob()) { Ok(None) } else { shelf.resume(&meant).map(Some) }).await?;
    let Some(mut fetched) = begun else { return Ok(()) };
    let total = fetched.cipher.sealed_length();
    let mut progress = Progress::new(&carrying.board, wanted.chat, wanted.at, total);
    let file = attachment.file;
    while !fetched.is_whole() {
        let from = fetched.end();
        progress.tell(from);
        let to = (from + RANGE).min(total);
        let call = |rest: Arc<Rest>| async move { rest.get_file(&file, from, to).await };
        let bytes = carrying.directory.persist("fetch", call).await.map_err(Trouble::Relay)?;
        fetched = blocking(move || push(fetched, &bytes)).await?;
    }
    blocking(move || fetched.finish()).await?;
    progress.tell(total);
    Ok(())
}

fn push(mut fetched: Fetched, bytes: &[u8]) -> Result<Fetched, ShelfError> {
    fetched.push(bytes)?;
    Ok(fetched)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ShelfError> + Send + 'static,
) -> Result<T, ShelfError> {
    spawn_blocking(work).await.unwrap_or_else(|error| Err(ShelfError::Io(std::io::Error::other(error))))
}
