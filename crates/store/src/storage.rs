//! What files take on this disk, and letting go of some: their bytes go, their messages stay and can have them again.

use rusqlite::{Connection, params};
use sotto_machine::{attachment::Kind, rows::ChatId, story::STORIES};

use crate::{
    attachments::FilePlace,
    column::Bind,
    messages,
    messages::ThreadRow,
    sql::{Result, all, run},
};

/// Files of one kind that are on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptFiles {
    /// As what they are shown.
    pub kind: Kind,
    /// How many.
    pub files: u32,
    /// How large they are together, in bytes.
    pub bytes: u64,
}

/// Of which files a list is, or which are to go: of one chat or all, of one kind or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeptFilter {
    /// In which chat.
    pub chat: Option<ChatId>,
    /// Of which kind.
    pub kind: Option<Kind>,
}

/// On this device, and of a message that needs them here no more: what did not leave yet would be lost.
const FREE: &str = "state = 'here' AND EXISTS (SELECT 1 FROM messages WHERE messages.position = attachments.position \
                    AND messages.state IN ('received', 'sent', 'delivered', 'read', 'played'))";

/// By kind. What several messages share is on the disk once.
pub(crate) fn by_kind(db: &Connection) -> Result<Vec<KeptFiles>> {
    let sql = "SELECT kind, count(*), sum(size) FROM \
               (SELECT max(kind) AS kind, max(size) AS size FROM attachments WHERE state = 'here' GROUP BY blob) \
               GROUP BY kind ORDER BY kind";
    all(db, sql, [], |f| Ok(KeptFiles { kind: f.take()?, files: f.take()?, bytes: f.take()? }))
}

/// By chat and kind. Stories are in no chat.
pub(crate) fn by_chat(db: &Connection) -> Result<Vec<(ChatId, KeptFiles)>> {
    let sql = "SELECT chat, kind, count(*), sum(size) FROM attachments WHERE state = 'here' AND chat <> ?1 \
               GROUP BY chat, kind ORDER BY chat, kind";
    all(db, sql, [Bind(&STORIES)], |f| {
        Ok((f.take()?, KeptFiles { kind: f.take()?, files: f.take()?, bytes: f.take()? }))
    })
}

/// What can go, the largest first.
pub(crate) fn largest(db: &Connection, filter: KeptFilter, limit: u32) -> Result<Vec<(ThreadRow, u32)>> {
    let sql = format!(
        "SELECT position, place FROM attachments WHERE {FREE} AND chat <> ?1 AND (?2 IS NULL OR chat = ?2) \
         AND (?3 IS NULL OR kind = ?3) ORDER BY size DESC, position DESC, place LIMIT ?4"
    );
    let KeptFilter { chat, kind } = filter;
    let places: Vec<(i64, u32)> =
        all(db, &sql, params![Bind(&STORIES), Bind(&chat), Bind(&kind), limit], |f| Ok((f.take()?, f.take()?)))?;
    let mut found = Vec::with_capacity(places.len());
    for (position, place) in places {
        found.extend(messages::at(db, position)?.map(|row| (row, place)));
    }
    Ok(found)
}

/// Lets go of files; those whose message still needs them stay. Their bytes are deleted after the commit.
pub(crate) fn release(db: &Connection, places: &[FilePlace]) -> Result<Vec<FilePlace>> {
    let sql = format!("UPDATE attachments SET state = 'absent' WHERE position = ?1 AND place = ?2 AND {FREE}");
    let mut released = Vec::new();
    for at in places {
        if run(db, &sql, params![at.position, at.place])? > 0 {
            let discard = "INSERT OR IGNORE INTO discarded_blobs (blob) \
                           SELECT blob FROM attachments WHERE position = ?1 AND place = ?2";
            run(db, discard, params![at.position, at.place])?;
            released.push(*at);
        }
    }
    Ok(released)
}

/// Lets go of everything in a chat that can go, of one kind or of all.
pub(crate) fn release_all(db: &Connection, chat: ChatId, kind: Option<Kind>) -> Result<()> {
    let which = format!("chat = ?1 AND (?2 IS NULL OR kind = ?2) AND {FREE}");
    let discard = format!("INSERT OR IGNORE INTO discarded_blobs (blob) SELECT blob FROM attachments WHERE {which}");
    run(db, &discard, params![Bind(&chat), Bind(&kind)])?;
    run(db, &format!("UPDATE attachments SET state = 'absent' WHERE {which}"), params![Bind(&chat), Bind(&kind)])?;
    Ok(())
}
