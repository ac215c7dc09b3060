//! `poll_votes` and `poll_ends`: what people chose, each time they did, and when polls were closed.

use rusqlite::{Connection, params};
use sotto_machine::poll::{PollChange, PollEnd, VoteRow};
use sotto_wire::{AccountId, MessageId};

use crate::{
    column::{Bind, Fields},
    sql::{Result, all, one, run},
};

/// They go with their message. `chat` is that of the message.
pub(crate) const CREATE: &str = "\
CREATE TABLE poll_votes (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    person BLOB NOT NULL,
    count  INTEGER NOT NULL,
    chat   INTEGER NOT NULL,
    choice BLOB NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (author, id, person, count),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE poll_ends (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (author, id),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;";

const COLUMNS: &str = "chat, author, id, person, choice, count, at";

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<VoteRow> {
    Ok(VoteRow {
        chat: f.take()?,
        author: f.take()?,
        id: f.take()?,
        person: f.take()?,
        choice: f.take()?,
        count: f.take()?,
        at: f.take()?,
    })
}

/// The last one of a person.
pub(crate) fn vote(db: &Connection, author: &AccountId, id: &MessageId, person: &AccountId) -> Result<Option<VoteRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM poll_votes WHERE author = ?1 AND id = ?2 AND person = ?3 ORDER BY count DESC LIMIT 1"
    );
    one(db, &sql, params![Bind(author), Bind(id), Bind(person)], read)
}

/// What counts: of each person the last one before the end, unless it took the vote back; in the order of their times.
pub(crate) fn counting(db: &Connection, author: &AccountId, id: &MessageId) -> Result<Vec<VoteRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM poll_votes AS vote WHERE author = ?1 AND id = ?2 AND length(choice) > 0 \
         AND count = (SELECT max(count) FROM poll_votes AS theirs WHERE theirs.author = ?1 AND theirs.id = ?2 \
         AND theirs.person = vote.person AND theirs.at <= coalesce((SELECT at FROM poll_ends \
         WHERE poll_ends.author = ?1 AND poll_ends.id = ?2), 9223372036854775807)) ORDER BY at, person"
    );
    all(db, &sql, params![Bind(author), Bind(id)], read)
}

pub(crate) fn end(db: &Connection, author: &AccountId, id: &MessageId) -> Result<Option<PollEnd>> {
    let sql = "SELECT author, id, at FROM poll_ends WHERE author = ?1 AND id = ?2";
    one(db, sql, params![Bind(author), Bind(id)], |f| Ok(PollEnd { author: f.take()?, id: f.take()?, at: f.take()? }))
}

pub(crate) fn apply(db: &Connection, change: &PollChange) -> Result<()> {
    match change {
        PollChange::PutVote(row) => run(
            db,
            "INSERT OR REPLACE INTO poll_votes (chat, author, id, person, choice, count, at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                Bind(&row.chat),
                Bind(&row.author),
                Bind(&row.id),
                Bind(&row.person),
                row.choice,
                Bind(&row.count),
                Bind(&row.at)
            ],
        ),
        PollChange::PutEnd(end) => run(
            db,
            "INSERT OR REPLACE INTO poll_ends (author, id, at) VALUES (?1, ?2, ?3)",
            params![Bind(&end.author), Bind(&end.id), Bind(&end.at)],
        ),
    }?;
    Ok(())
}

pub(crate) fn delete_of(db: &Connection, author: &AccountId, id: &MessageId) -> Result<()> {
    for sql in
        ["DELETE FROM poll_votes WHERE author = ?1 AND id = ?2", "DELETE FROM poll_ends WHERE author = ?1 AND id = ?2"]
    {
        run(db, sql, params![Bind(author), Bind(id)])?;
    }
    Ok(())
}
