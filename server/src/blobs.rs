//! The bytes of uploaded files, kept through `object_store`: one object for each part, in a folder for each file.
//!
//! A part is on the disk (fsynced) before the database says so, and a file's row goes after its bytes. Whatever a
//! crash leaves between the two is an object without a row, and is swept at the next start.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, local::LocalFileSystem, path::Path as Key};
use sotto_wire::{FileId, Timestamp};
use tokio::{task::spawn_blocking, time::sleep};

use crate::{clock::Clock, store::Store};

/// Between two sweeps.
const PAUSE: Duration = Duration::from_secs(3_600);

/// Why bytes cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// No space left.
    #[error("the disk is full")]
    DiskFull,
    /// The database says that they are there, and they are not.
    #[error("bytes of a file are missing")]
    Missing,
    /// Whatever else the disk says.
    #[error("the files cannot be reached")]
    Store(#[source] object_store::Error),
    /// The folder cannot be made or read.
    #[error("the folder for files cannot be used")]
    Directory(#[from] io::Error),
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            error if is_disk_full(&error) => Self::DiskFull,
            error => Self::Store(error),
        }
    }
}

/// The cause lies some layers deep.
fn is_disk_full(error: &object_store::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
        {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The bytes of all files.
#[derive(Debug)]
pub(crate) struct Blobs {
    objects: LocalFileSystem,
}

impl Blobs {
    /// Opens the folder, makes it if it is missing, and clears away what a crash has left half written.
    pub(crate) async fn open(dir: PathBuf) -> Result<Self, BlobError> {
        let open = move || {
            make_private(&dir)?;
            clear_half_written(&dir)?;
            let objects = LocalFileSystem::new_with_prefix(&dir)?.with_fsync(true).with_automatic_cleanup(true);
            Ok(Self { objects })
        };
        spawn_blocking(open).await.unwrap_or_else(|error| Err(io::Error::other(error).into()))
    }

    /// Keeps a part. When this returns, it is on the disk.
    pub(crate) async fn put(&self, file: FileId, part: u32, bytes: Bytes) -> Result<(), BlobError> {
        self.objects.put(&key(file, part), PutPayload::from_bytes(bytes)).await?;
        Ok(())
    }

    /// Some bytes of a part.
    pub(crate) async fn get(&self, file: FileId, part: u32, range: std::ops::Range<u64>) -> Result<Bytes, BlobError> {
        Ok(self.objects.get_range(&key(file, part), range).await?)
    }

    /// Deletes all parts of a file.
    async fn delete(&self, file: FileId) -> Result<(), BlobError> {
        let parts: Vec<_> = self.objects.list(Some(&folder(file))).try_collect().await?;
        for part in parts {
            match self.objects.delete(&part.location).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// All files of which there are any bytes.
    async fn all(&self) -> Result<Vec<FileId>, BlobError> {
        let folders = self.objects.list_with_delimiter(None).await?.common_prefixes;
        Ok(folders.iter().filter_map(|folder| folder.as_ref().parse().ok()).collect())
    }
}

fn folder(file: FileId) -> Key {
    Key::from(file.to_string())
}

fn key(file: FileId, part: u32) -> Key {
    folder(file).join(part.to_string().as_str())
}

fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// A part is written beside its place and then renamed; its name beside is no number.
fn clear_half_written(dir: &Path) -> io::Result<()> {
    for folder in fs::read_dir(dir)? {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        for part in fs::read_dir(&folder)? {
            let part = part?.path();
            let whole = part.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.parse::<u32>().is_ok());
            if !whole {
                fs::remove_file(part)?;
            }
        }
        // Fails if parts are in it, as it should.
        let _ = fs::remove_dir(folder);
    }
    Ok(())
}

/// Deletes from time to time what has run out of its time; at the start also what no row speaks for.
pub(crate) async fn sweep_forever(blobs: Arc<Blobs>, store: Arc<dyn Store>, clock: Arc<dyn Clock>) {
    loop {
        sweep(&blobs, &*store, clock.now()).await;
        sleep(PAUSE).await;
    }
}

/// One sweep.
pub(crate) async fn sweep(blobs: &Blobs, store: &dyn Store, now: Timestamp) {
    match store.withdrawn_files(now).await {
        Ok(files) => {
            for file in files {
                delete(blobs, store, file).await;
            }
        }
        Err(error) => tracing::error!(%error, "cannot sweep files"),
    }
    if let Err(error) = sweep_orphans(blobs, store).await {
        tracing::error!(%error, "cannot look for files without a row");
    }
}

/// Deletes the bytes of a withdrawn file, then its row. What fails is tried again by the next sweep.
pub(crate) async fn delete(blobs: &Blobs, store: &dyn Store, file: FileId) {
    let deleted = blobs.delete(file).await;
    if let Err(error) = deleted {
        tracing::error!(%error, "a file could not be deleted");
    } else if let Err(error) = store.forget_file(file).await {
        tracing::error!(%error, "a deleted file is still remembered");
    }
}

/// Looked for before the rows, so that a file which begins meanwhile has a row when it is asked for.
async fn sweep_orphans(blobs: &Blobs, store: &dyn Store) -> Result<(), BlobError> {
    let there = blobs.all().await?;
    match store.unknown_files(there).await {
        Ok(orphans) => {
            for orphan in orphans {
                blobs.delete(orphan).await?;
            }
        }
        Err(error) => tracing::error!(%error, "cannot ask for the rows of files"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot write")]
    struct Outer(#[source] io::Error);

    #[test]
    fn a_full_disk_is_known_however_deep_it_is_said() {
        let error = |errno| object_store::Error::Generic {
            store: "LocalFileSystem",
            source: Box::new(Outer(io::Error::from_raw_os_error(errno))),
        };
        assert!(matches!(BlobError::from(error(28)), BlobError::DiskFull));
        assert!(matches!(BlobError::from(error(5)), BlobError::Store(_)));
    }
}
