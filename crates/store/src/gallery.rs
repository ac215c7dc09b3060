//! What a conversation has collected: pictures and films, files, and links. Nothing that goes away by itself is in it.
//!
//! Rows that were written before there was a gallery wait in `gallery_backlog` and are noted when the database is
//! opened next, some at a time, so that no crash forgets one.

use rusqlite::{Connection, params};
use sotto_machine::{
    attachment::{Attachment, Kind},
    post::Post,
    rows::{ChatId, Content},
    story::STORIES,
};

use crate::{
    attachments,
    column::{Bind, words},
    error::OpenError,
    links, messages,
    messages::ThreadRow,
    sql::{Result, all, run, value},
};

pub(crate) const CREATE_BACKLOG: &str = "\
CREATE TABLE gallery_backlog (
    position INTEGER PRIMARY KEY
) STRICT;
INSERT INTO gallery_backlog (position)
    SELECT position FROM messages WHERE text IS NOT NULL AND (extras IS NOT NULL OR instr(text, '.') > 0);";

/// Rows that are noted in one transaction.
const STRIDE: u32 = 500;

/// What a page may show as a picture or a film; whatever else calls itself one is a file.
const SHOWN: [&str; 6] = ["image/jpeg", "image/png", "image/webp", "video/mp4", "video/webm", "video/quicktime"];

words!(Kind as "kind of a file" {
    File = "file",
    Photo = "photo",
    Video = "video",
    Voice = "voice",
});

/// One drawer of the gallery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawer {
    /// Pictures and films.
    Media,
    /// Other files, but no recorded speech.
    Files,
    /// Addresses in texts.
    Links,
}

/// How much is in each drawer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GalleryCounts {
    /// Pictures and films.
    pub media: u32,
    /// Other files.
    pub files: u32,
    /// Addresses.
    pub links: u32,
}

impl Drawer {
    /// Of which table, and which of its rows. Each has an index of its own.
    fn rows(self) -> &'static str {
        match self {
            Self::Media => "attachments WHERE stays = 1 AND kind IN ('photo', 'video')",
            Self::Files => "attachments WHERE stays = 1 AND kind = 'file'",
            Self::Links => "links WHERE true",
        }
    }
}

/// As what it is kept apart: never as a picture that nothing here can show.
pub(crate) fn kind_of(attachment: &Attachment) -> Kind {
    match attachment.kind {
        Kind::Photo | Kind::Video if !SHOWN.contains(&attachment.media_type.as_str()) => Kind::File,
        kind => kind,
    }
}

/// It goes away only when somebody deletes it.
pub(crate) fn stays(chat: ChatId, post: &Post) -> bool {
    chat != STORIES && post.lifetime().is_none() && post.once.is_none()
}

/// Notes the files and links of a message as it is now.
pub(crate) fn put(db: &Connection, position: i64, chat: ChatId, post: &Post) -> Result<()> {
    let stays = stays(chat, post);
    attachments::put(db, position, chat, stays, &post.attachments)?;
    links::put(db, position, chat, if stays { &post.text } else { "" })
}

/// The message says nothing any more.
pub(crate) fn take(db: &Connection, position: i64) -> Result<()> {
    run(db, "DELETE FROM attachments WHERE position = ?1", [position])?;
    run(db, "DELETE FROM links WHERE position = ?1", [position])?;
    Ok(())
}

/// Messages with something in a drawer, newest first, before a position.
pub(crate) fn page(
    db: &Connection,
    chat: ChatId,
    drawer: Drawer,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<ThreadRow>> {
    let sql = format!(
        "SELECT DISTINCT position FROM {} AND chat = ?1 AND position < ?2 ORDER BY position DESC LIMIT ?3",
        drawer.rows()
    );
    let before = before.unwrap_or(i64::MAX);
    let positions: Vec<i64> = all(db, &sql, params![Bind(&chat), before, limit], |f| f.take())?;
    let mut rows = Vec::with_capacity(positions.len());
    for position in positions {
        rows.extend(messages::at(db, position)?);
    }
    Ok(rows)
}

pub(crate) fn counts(db: &Connection, chat: ChatId) -> Result<GalleryCounts> {
    let count = |drawer: Drawer| -> Result<u32> {
        let sql = format!("SELECT count(*) FROM {} AND chat = ?1", drawer.rows());
        Ok(value(db, &sql, [Bind(&chat)])?.unwrap_or_default())
    };
    Ok(GalleryCounts { media: count(Drawer::Media)?, files: count(Drawer::Files)?, links: count(Drawer::Links)? })
}

/// Notes what was written before there was a gallery.
pub(crate) fn catch_up(db: &mut Connection) -> std::result::Result<(), OpenError> {
    loop {
        let transaction = db.transaction()?;
        let sql = "SELECT position FROM gallery_backlog ORDER BY position LIMIT ?1";
        let positions: Vec<i64> = all(&transaction, sql, [STRIDE], |f| f.take())?;
        if positions.is_empty() {
            return Ok(());
        }
        for position in positions {
            if let Some(row) = messages::at(&transaction, position)?
                && let Content::Post(post) = &row.message.content
            {
                put(&transaction, position, row.message.chat, post)?;
            }
            run(&transaction, "DELETE FROM gallery_backlog WHERE position = ?1", [position])?;
        }
        transaction.commit()?;
    }
}
