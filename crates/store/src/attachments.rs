//! `attachments`: for each file of a message, whether its encrypted bytes are on this device. What the file is, and its
//! key, stand in the message itself.
//!
//! The rows follow their message in its transaction, and so does `discarded_blobs`: it names bytes on the disk that
//! lost a message, or were let go of, so that they can be deleted after the commit, over a crash too.

use rusqlite::{Connection, params};
use sotto_machine::{attachment::Attachment, rows::ChatId};
use sotto_wire::{AccountId, Hash, MessageId};

use crate::{
    column::{Bind, words},
    gallery,
    sql::{Result, all, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE attachments (
    position INTEGER NOT NULL REFERENCES messages (position) ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    blob     BLOB NOT NULL,
    state    TEXT NOT NULL,
    PRIMARY KEY (position, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_blob ON attachments (blob);
CREATE INDEX attachments_wanted ON attachments (position, place) WHERE state = 'wanted';
CREATE TABLE discarded_blobs (
    blob BLOB PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER attachments_discard AFTER DELETE ON attachments BEGIN
    INSERT OR IGNORE INTO discarded_blobs (blob) VALUES (old.blob);
END;";

/// What the gallery and the accounts of the disk ask for, beside the message.
pub(crate) const ADD_GALLERY: &str = "\
ALTER TABLE attachments ADD COLUMN chat INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN kind TEXT NOT NULL DEFAULT 'file';
ALTER TABLE attachments ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN stays INTEGER NOT NULL DEFAULT 0 CHECK (stays IN (0, 1));
CREATE INDEX attachments_media ON attachments (chat, position) WHERE stays = 1 AND kind IN ('photo', 'video');
CREATE INDEX attachments_files ON attachments (chat, position) WHERE stays = 1 AND kind = 'file';";

/// Whether the encrypted bytes of a file are on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobState {
    /// No, and nobody has asked for them.
    Absent,
    /// Not all of them yet.
    Wanted,
    /// Yes.
    Here,
    /// The relay does not have them any more.
    Gone,
    /// What the relay has is not what the message says.
    Damaged,
    /// There was no room on this disk.
    DiskFull,
}

words!(BlobState as "state of a file" {
    Absent = "absent",
    Wanted = "wanted",
    Here = "here",
    Gone = "gone",
    Damaged = "damaged",
    DiskFull = "disk_full",
});

/// One file of a message, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilePlace {
    /// The message's position.
    pub position: i64,
    /// Which of its files, from 0.
    pub place: u32,
}

/// A file somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedFile {
    /// Where it stands.
    pub at: FilePlace,
    /// In which conversation.
    pub chat: ChatId,
    /// In whose message.
    pub author: AccountId,
    /// In which message.
    pub message: MessageId,
}

/// The rows become those of the message as it is now. What this account sends is here from the start.
pub(crate) fn put(db: &Connection, position: i64, chat: ChatId, stays: bool, attachments: &[Attachment]) -> Result<()> {
    let most = i64::try_from(attachments.len()).unwrap_or(i64::MAX);
    run(db, "DELETE FROM attachments WHERE position = ?1 AND place >= ?2", params![position, most])?;
    for (place, attachment) in (0_u32..).zip(attachments) {
        let blob = attachment.blob();
        let other = "DELETE FROM attachments WHERE position = ?1 AND place = ?2 AND blob <> ?3";
        run(db, other, params![position, place, Bind(&blob)])?;
        let sql = "INSERT INTO attachments (position, place, blob, chat, kind, size, stays, state) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, \
                   iif((SELECT author FROM messages WHERE position = ?1) = (SELECT account FROM own), 'here', 'absent')) \
                   ON CONFLICT (position, place) DO UPDATE SET chat = excluded.chat, kind = excluded.kind, \
                   size = excluded.size, stays = excluded.stays";
        let (kind, size) = (gallery::kind_of(attachment), attachment.size);
        let chat = Bind(&chat);
        run(db, sql, params![position, place, Bind(&blob), chat, Bind(&kind), Bind(&size), stays])?;
    }
    Ok(())
}

pub(crate) fn set(db: &Connection, at: FilePlace, state: BlobState) -> Result<()> {
    let sql = "UPDATE attachments SET state = ?3 WHERE position = ?1 AND place = ?2";
    run(db, sql, params![at.position, at.place, Bind(&state)])?;
    Ok(())
}

/// By place.
pub(crate) fn states(db: &Connection, position: i64) -> Result<Vec<BlobState>> {
    all(db, "SELECT state FROM attachments WHERE position = ?1 ORDER BY place", [position], |f| f.take())
}

/// What is to be fetched, oldest message first.
pub(crate) fn wanted(db: &Connection) -> Result<Vec<WantedFile>> {
    let sql = "SELECT attachments.position, place, messages.chat, author, id FROM attachments JOIN messages \
               ON messages.position = attachments.position WHERE attachments.state = 'wanted' ORDER BY 1, 2";
    all(db, sql, [], |f| {
        let at = FilePlace { position: f.take()?, place: f.take()? };
        Ok(WantedFile { at, chat: f.take()?, author: f.take()?, message: f.take()? })
    })
}

/// What is to be fetched, by the name of its bytes.
pub(crate) fn wanted_blobs(db: &Connection) -> Result<Vec<Hash>> {
    all(db, "SELECT blob FROM attachments WHERE state = 'wanted'", [], |f| f.take())
}

/// Bytes that no message has or waits for any more; they may still be on the disk.
pub(crate) fn discarded(db: &Connection) -> Result<Vec<Hash>> {
    let sql = "SELECT blob FROM discarded_blobs \
               WHERE NOT EXISTS (SELECT 1 FROM attachments WHERE attachments.blob = discarded_blobs.blob \
               AND attachments.state IN ('here', 'wanted'))";
    all(db, sql, [], |f| f.take())
}

/// They are deleted.
pub(crate) fn forget(db: &Connection, blob: &Hash) -> Result<()> {
    run(db, "DELETE FROM discarded_blobs WHERE blob = ?1", [Bind(blob)])?;
    Ok(())
}

/// Everything that a message names.
pub(crate) fn blobs(db: &Connection) -> Result<Vec<Hash>> {
    all(db, "SELECT DISTINCT blob FROM attachments", [], |f| f.take())
}
