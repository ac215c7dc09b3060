//! The recording that was not sent yet, in the encrypted database.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use sotto_media::Recorded;
use tracing::warn;

use crate::{database::Database, error::Error, kept};

/// As it is kept.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Draft {
    chat: i64,
    ogg: String,
    duration: u64,
    waveform: Vec<u8>,
}

/// The recording of a chat that was not sent yet, if there is one.
pub(super) async fn read(database: &Database) -> Option<(i64, Recorded)> {
    let draft = database.read(|queries: &sotto_store::Queries<'_>| kept::RECORDING.get(queries)).await;
    let draft = draft.inspect_err(|error| warn!(%error, "a kept recording cannot be read")).ok()??;
    let ogg = STANDARD.decode(draft.ogg).ok()?;
    Some((draft.chat, Recorded { ogg, duration: draft.duration, waveform: draft.waveform }))
}

/// Takes the place of the one before.
pub(super) async fn write(database: &Database, chat: i64, recorded: Recorded) -> Result<(), Error> {
    let Recorded { ogg, duration, waveform } = recorded;
    let draft = Draft { chat, ogg: STANDARD.encode(ogg), duration, waveform };
    let write = move |batch: &mut sotto_store::Batch<'_>| {
        kept::RECORDING.put(batch, &draft)?;
        Ok(Vec::new())
    };
    database.jobs.write(write).await
}

/// It was sent or thrown away.
pub(super) async fn forget(database: &Database) -> Result<(), Error> {
    let write = |batch: &mut sotto_store::Batch<'_>| {
        if kept::RECORDING.get(&batch.queries())?.is_some() {
            kept::RECORDING.forget(batch)?;
        }
        Ok(Vec::new())
    };
    database.jobs.write(write).await
}
