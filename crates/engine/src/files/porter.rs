//! Carries what the database says is to be carried, and stops what it no longer says.
//!
//! Nothing is remembered here: after every commit that may concern files the porter looks again. So a cancelled
//! transfer is one whose row is gone, and after a crash everything goes on.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use sotto_machine::attachment::Attachment;
use sotto_store::{FilePlace, WantedFile};
use sotto_wire::{Hash, MessageId};
use tokio::{
    task::{AbortHandle, Id, JoinSet, spawn_blocking},
    time::sleep,
};
use tracing::{debug, warn};

use super::{FilesInlet, Shelf, carrying::Carrying, fetching, outgoing};
use crate::error::Error;

/// Messages whose files are brought to the relay at the same time.
const UPLOADS: usize = 2;
/// Files that are fetched at the same time.
const FETCHES: usize = 3;
/// Commits come in crowds; they are looked at together.
const PAUSE: Duration = Duration::from_millis(20);

/// What is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Load {
    Upload(MessageId),
    Fetch(FilePlace),
}

/// What the database says.
struct Wish {
    uploads: Vec<MessageId>,
    wanted: Vec<WantedFile>,
    discarded: Vec<Hash>,
}

/// Works until the engine stops.
pub(crate) async fn run(inlet: FilesInlet, carrying: Carrying) {
    let FilesInlet { files, mut withdrawn } = inlet;
    let mut porter = Porter { carrying, carried: JoinSet::new(), under_way: BTreeMap::new() };
    loop {
        if let Err(error) = porter.look().await {
            debug!(%error, "the porter cannot look");
            sleep(Duration::from_secs(5)).await;
            continue;
        }
        tokio::select! {
            () = files.look.notified() => sleep(PAUSE).await,
            Some(ended) = porter.carried.join_next_with_id() => {
                porter.ended(ended.map_or_else(|error| error.id(), |(id, ())| id));
            }
            files = withdrawn.recv() => match files {
                Some(files) => porter.withdraw(files),
                None => return,
            },
        }
    }
}

struct Porter {
    carrying: Carrying,
    carried: JoinSet<()>,
    under_way: BTreeMap<Load, AbortHandle>,
}

impl Porter {
    async fn look(&mut self) -> Result<(), Error> {
        let look = |queries: &sotto_store::Queries<'_>| {
            Ok(Wish {
                uploads: queries.uploads()?,
                wanted: queries.wanted_files()?,
                discarded: queries.discarded_blobs()?,
            })
        };
        let wish = self.carrying.database.read(look).await?;
        let wished = |load: &Load| match load {
            Load::Upload(message) => wish.uploads.contains(message),
            Load::Fetch(at) => wish.wanted.iter().any(|wanted| wanted.at == *at),
        };
        self.under_way.retain(|load, task| {
            let stays = wished(load);
            if !stays {
                task.abort();
            }
            stays
        });
        self.delete(wish.discarded).await?;
        for message in wish.uploads {
            let busy = self.under_way.keys().filter(|load| matches!(load, Load::Upload(_))).count();
            if busy < UPLOADS && !self.under_way.contains_key(&Load::Upload(message)) {
                let task = self.carried.spawn(outgoing::carry(message, self.carrying.clone()));
                self.under_way.insert(Load::Upload(message), task);
            }
        }
        for wanted in wish.wanted {
            let busy = self.under_way.keys().filter(|load| matches!(load, Load::Fetch(_))).count();
            if busy < FETCHES && !self.under_way.contains_key(&Load::Fetch(wanted.at)) {
                let task = self.carried.spawn(fetching::fetch(wanted, self.carrying.clone()));
                self.under_way.insert(Load::Fetch(wanted.at), task);
            }
        }
        Ok(())
    }

    fn ended(&mut self, id: Id) {
        self.under_way.retain(|_, task| task.id() != id);
    }

    fn withdraw(&mut self, files: Vec<Attachment>) {
        self.carried.spawn(outgoing::withdraw(files, self.carrying.clone()));
    }

    /// Bytes that no message names any more.
    async fn delete(&self, blobs: Vec<Hash>) -> Result<(), Error> {
        if blobs.is_empty() {
            return Ok(());
        }
        let shelf = self.carrying.shelf.clone();
        let delete = move || blobs.into_iter().filter(|blob| is_deleted(&shelf, blob)).collect::<Vec<_>>();
        let deleted = spawn_blocking(delete).await.unwrap_or_default();
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            deleted.iter().try_for_each(|blob| batch.forget_blob(blob))?;
            Ok(Vec::new())
        };
        self.carrying.database.jobs.write(write).await
    }
}

fn is_deleted(shelf: &Shelf, blob: &Hash) -> bool {
    shelf.delete(blob).inspect_err(|error| warn!(%error, "a file stays on the disk")).is_ok()
}

/// Deletes what a crash has left: files that were chosen and not sent, or written and not noted. Called before anybody
/// can choose any. Blocks.
pub(crate) fn clear_away(shelf: &Shelf, queries: &sotto_store::Queries<'_>) {
    let names = shelf.names().unwrap_or_default();
    if names.is_empty() {
        return;
    }
    let Ok(known) = queries.blobs() else { return };
    let known: BTreeSet<String> = known.iter().map(Hash::to_string).collect();
    for name in names {
        if !known.contains(name.strip_suffix(".part").unwrap_or(&name))
            && let Err(error) = shelf.clear(&name)
        {
            warn!(%error, "a file that nobody needs stays on the disk");
        }
    }
}
