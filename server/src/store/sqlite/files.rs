//! Uploaded files: whose they are, how far they have come, and how much room they take.

use rusqlite::{Connection, OptionalExtension as _, Row};
use sotto_wire::{
    AccountId, FileId, Timestamp,
    limits::{FILE_LIFE, UPLOAD_LIFE},
};

use super::SqliteStore;
use crate::store::{Answer, FileBegun, FileRow, Files, NewFile, StoreError};

/// `touched` is when the last part came. An owner is not looked up among the accounts: what somebody has sent stays
/// for its time when they sign out.
pub(super) const TABLE: &str = "
CREATE TABLE files (
    file      BLOB NOT NULL PRIMARY KEY,
    owner     BLOB NOT NULL,
    size      INTEGER NOT NULL,
    parts     INTEGER NOT NULL,
    created   INTEGER NOT NULL,
    touched   INTEGER NOT NULL,
    complete  INTEGER NOT NULL CHECK (complete IN (0, 1)),
    withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX files_withdrawn ON files (file) WHERE withdrawn = 1;
CREATE INDEX files_created ON files (created);
CREATE INDEX files_unfinished ON files (touched) WHERE complete = 0;";

/// When a file's time is over; of those from before there was a choice, counted from `created`.
pub(super) const ADD_EXPIRES: &str = "
ALTER TABLE files ADD COLUMN expires INTEGER;
CREATE INDEX files_expires ON files (expires) WHERE expires IS NOT NULL;";

/// How many bytes an owner has here; all together under the empty name.
pub(super) const USE: &str = "
CREATE TABLE file_use (
    owner BLOB NOT NULL PRIMARY KEY,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;";

/// Everybody together.
const ALL: &[u8] = b"";

impl Files for SqliteStore {
    fn begin_file(&self, new: NewFile) -> Answer<FileBegun> {
        self.write(move |c| begin(c, &new))
    }

    fn file(&self, file: FileId) -> Answer<Option<FileRow>> {
        self.read(move |c| get(c, file))
    }

    fn file_received(&self, file: FileId, parts: u32, now: Timestamp) -> Answer<Option<FileRow>> {
        self.write(move |c| received(c, file, parts, now))
    }

    fn withdraw_file(&self, file: FileId, owner: AccountId) -> Answer<bool> {
        let sql = "UPDATE files SET withdrawn = 1 WHERE file = ?1 AND owner = ?2";
        self.write(move |c| Ok(c.execute(sql, (file.0, owner.0))? > 0))
    }

    fn withdrawn_files(&self, now: Timestamp) -> Answer<Vec<FileId>> {
        self.write(move |c| withdrawn(c, now))
    }

    fn forget_file(&self, file: FileId) -> Answer<()> {
        self.write(move |c| forget(c, file))
    }

    fn unknown_files(&self, files: Vec<FileId>) -> Answer<Vec<FileId>> {
        self.read(move |c| {
            let mut known = c.prepare_cached("SELECT 1 FROM files WHERE file = ?1")?;
            let mut unknown = Vec::new();
            for file in files {
                if !known.exists([file.0])? {
                    unknown.push(file);
                }
            }
            Ok(unknown)
        })
    }
}

fn begin(c: &Connection, new: &NewFile) -> Result<FileBegun, StoreError> {
    let known: Option<bool> =
        c.query_row("SELECT withdrawn FROM files WHERE file = ?1", [new.file.0], |row| row.get(0)).optional()?;
    if known.is_some() {
        let same = get(c, new.file)?.filter(|row| row.owner == new.owner && row.size == new.size);
        return Ok(same.map_or(FileBegun::Taken, FileBegun::Yes));
    }
    if used(c, &new.owner.0)?.saturating_add(new.size) > new.owner_bytes {
        return Ok(FileBegun::QuotaFull);
    }
    if new.total_bytes > 0 && used(c, ALL)?.saturating_add(new.size) > new.total_bytes {
        return Ok(FileBegun::Full);
    }
    let sql = "INSERT INTO files (file, owner, size, parts, created, touched, complete, withdrawn, expires) \
               VALUES (?1, ?2, ?3, 0, ?4, ?4, 0, 0, ?5)";
    let expires = new.now.saturating_add(new.lifetime);
    c.execute(sql, (new.file.0, new.owner.0, new.size, new.now, expires))?;
    use_more(c, &new.owner.0, new.size)?;
    use_more(c, ALL, new.size)?;
    let row = FileRow { file: new.file, owner: new.owner, size: new.size, parts: 0, created: new.now };
    Ok(FileBegun::Yes(row))
}

fn get(c: &Connection, file: FileId) -> Result<Option<FileRow>, StoreError> {
    let sql = "SELECT file, owner, size, parts, created FROM files WHERE file = ?1 AND withdrawn = 0";
    Ok(c.query_row(sql, [file.0], read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<FileRow> {
    Ok(FileRow {
        file: FileId(row.get(0)?),
        owner: AccountId(row.get(1)?),
        size: row.get(2)?,
        parts: row.get(3)?,
        created: row.get(4)?,
    })
}

fn received(c: &Connection, file: FileId, parts: u32, now: Timestamp) -> Result<Option<FileRow>, StoreError> {
    let Some(row) = get(c, file)? else { return Ok(None) };
    let row = FileRow { parts: row.parts.max(parts), ..row };
    let sql = "UPDATE files SET parts = ?2, touched = ?3, complete = ?4 WHERE file = ?1";
    c.execute(sql, (file.0, row.parts, now, row.is_complete()))?;
    Ok(Some(row))
}

fn withdrawn(c: &Connection, now: Timestamp) -> Result<Vec<FileId>, StoreError> {
    let over = "UPDATE files SET withdrawn = 1 WHERE expires <= ?1 OR created <= ?2";
    c.execute(over, [now, now.saturating_sub(FILE_LIFE)])?;
    let given_up = "UPDATE files SET withdrawn = 1 WHERE complete = 0 AND touched <= ?1";
    c.execute(given_up, [now.saturating_sub(UPLOAD_LIFE)])?;
    let mut all = c.prepare_cached("SELECT file FROM files WHERE withdrawn = 1")?;
    let files = all.query_map([], |row| Ok(FileId(row.get(0)?)))?;
    Ok(files.collect::<rusqlite::Result<_>>()?)
}

fn forget(c: &Connection, file: FileId) -> Result<(), StoreError> {
    let sql = "DELETE FROM files WHERE file = ?1 AND withdrawn = 1 RETURNING owner, size";
    let gone: Option<([u8; 32], u64)> = c.query_row(sql, [file.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if let Some((owner, size)) = gone {
        use_less(c, &owner, size)?;
        use_less(c, ALL, size)?;
    }
    Ok(())
}

fn used(c: &Connection, owner: &[u8]) -> Result<u64, StoreError> {
    let bytes = c.query_row("SELECT bytes FROM file_use WHERE owner = ?1", [owner], |row| row.get(0)).optional()?;
    Ok(bytes.unwrap_or(0))
}

fn use_more(c: &Connection, owner: &[u8], bytes: u64) -> Result<(), StoreError> {
    let sql = "INSERT INTO file_use (owner, bytes) VALUES (?1, ?2) \
               ON CONFLICT (owner) DO UPDATE SET bytes = bytes + excluded.bytes";
    c.execute(sql, (owner, bytes))?;
    Ok(())
}

fn use_less(c: &Connection, owner: &[u8], bytes: u64) -> Result<(), StoreError> {
    c.execute("UPDATE file_use SET bytes = max(0, bytes - ?2) WHERE owner = ?1", (owner, bytes))?;
    c.execute("DELETE FROM file_use WHERE owner = ?1 AND bytes = 0", [owner])?;
    Ok(())
}
