//! `save`.

use std::{path::Path, time::Duration};

use serde_json::json;
use sotto_engine::{Handle, view::FileState};

use crate::{arguments::Arguments, failure::Failure, output::Output, session::Session};

/// Between two looks at a file that is being fetched.
const PAUSE: Duration = Duration::from_millis(50);

/// Which file, and where to.
pub(crate) struct Wanted<'a> {
    pub(crate) order: i64,
    pub(crate) place: u32,
    pub(crate) to: &'a Path,
    pub(crate) timeout: u64,
}

/// Fetches a file if need be, and writes it down.
pub(crate) async fn run(arguments: &Arguments, wanted: &Wanted<'_>, output: &Output) -> Result<(), Failure> {
    let session = Session::open_signed_up(arguments).await?;
    let saving = save(&session.engine, wanted);
    let saved = tokio::time::timeout(Duration::from_secs(wanted.timeout), saving).await;
    session.close().await;
    let path = saved.map_err(|_| Failure::TooSlow(wanted.timeout))??;
    output.answer(&path, &json!({ "path": path }));
    Ok(())
}

async fn save(engine: &Handle, wanted: &Wanted<'_>) -> Result<String, Failure> {
    let mut events = engine.app_subscribe();
    let mut asked = false;
    loop {
        match engine.attachment_view(wanted.order, wanted.place).await?.state {
            FileState::Here | FileState::Uploading => break,
            FileState::Gone | FileState::Damaged => return Err(Failure::FileGone),
            FileState::Absent | FileState::DiskFull if asked => return Err(Failure::FileGone),
            FileState::Absent | FileState::DiskFull => engine.attachment_fetch(wanted.order, wanted.place).await?,
            FileState::Fetching => {
                // Progress wakes this up; the end is seen in the database.
                let _ = tokio::time::timeout(PAUSE, events.recv()).await;
            }
        }
        asked = true;
    }
    let path = engine.attachment_save(wanted.order, wanted.place, wanted.to).await?;
    Ok(path.display().to_string())
}
