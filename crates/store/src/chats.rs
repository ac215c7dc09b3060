//! `chats`: the conversations of this device, and the list of them.

use rusqlite::{Connection, params};
use sotto_machine::rows::{ChatId, ContactRow, ReactionRow, TimerRow};
use sotto_wire::Timestamp;

use crate::{
    column::{Bind, Fields},
    contacts,
    messages::{self, ThreadRow},
    reactions,
    sql::{Result, all, one, run, value},
};

/// AUTOINCREMENT: a number that was given out never comes again.
pub(crate) const CREATE: &str = "\
CREATE TABLE chats (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    draft TEXT
) STRICT;";

/// How long messages stay, as last decided, by whom, and how often it was decided.
pub(crate) const ADD_TIMER: &str = "\
ALTER TABLE chats ADD COLUMN timer INTEGER;
ALTER TABLE chats ADD COLUMN timer_count INTEGER;
ALTER TABLE chats ADD COLUMN timer_actor BLOB;";

/// What a person has decided about a chat. A hidden one was deleted: it comes back with the next message.
pub(crate) const ADD_MARKS: &str = "\
ALTER TABLE chats ADD COLUMN pinned INTEGER;
ALTER TABLE chats ADD COLUMN archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1));
ALTER TABLE chats ADD COLUMN muted_until INTEGER;
ALTER TABLE chats ADD COLUMN marked_unread INTEGER NOT NULL DEFAULT 0 CHECK (marked_unread IN (0, 1));
ALTER TABLE chats ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));
CREATE TRIGGER messages_wake_chat AFTER INSERT ON messages WHEN new.text IS NOT NULL BEGIN
    UPDATE chats SET hidden = 0, archived = archived AND (new.unread = 0 OR coalesce(muted_until, 0) > new.at)
    WHERE id = new.chat AND (hidden = 1 OR archived = 1);
END;";

/// How a chat makes itself heard, and what it is written on: a number of the engine's.
pub(crate) const ADD_LOOK: &str = "\
ALTER TABLE chats ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0 CHECK (quiet IN (0, 1));
ALTER TABLE chats ADD COLUMN discreet INTEGER NOT NULL DEFAULT 0 CHECK (discreet IN (0, 1));
ALTER TABLE chats ADD COLUMN wallpaper INTEGER;";

/// A muted chat in which one hears when one is mentioned.
pub(crate) const ADD_BUT_MENTIONS: &str = "\
ALTER TABLE chats ADD COLUMN but_mentions INTEGER NOT NULL DEFAULT 0 CHECK (but_mentions IN (0, 1));";

/// What a person has decided about a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChatMarks {
    /// Its place among the pinned ones, smallest first.
    pub pinned: Option<i64>,
    /// Out of the way until something new comes; a muted one stays there.
    pub archived: bool,
    /// No notifications until then (ms); [`Timestamp::MAX`] is for good.
    pub muted_until: Option<Timestamp>,
    /// Though muted, it is heard when this person is mentioned.
    pub but_mentions: bool,
    /// To be looked at again, whatever was read.
    pub marked_unread: bool,
    /// Its notifications make no sound.
    pub quiet: bool,
    /// Its notifications do not show what was written.
    pub discreet: bool,
    /// What it is written on; `None` is plain.
    pub wallpaper: Option<u8>,
}

/// One decision about a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Below the chats pinned before; a pinned chat is not archived.
    Pinned(bool),
    /// An archived chat is not pinned.
    Archived(bool),
    /// Until when; `None` is not at all.
    Muted(Option<Timestamp>),
    /// For good, but for mentions of this person.
    MutedButMentions,
    /// Or looked at.
    Unread(bool),
    /// Without a sound.
    Quiet(bool),
    /// Without what was written.
    Discreet(bool),
    /// What it is written on.
    Wallpaper(Option<u8>),
    /// Not in the list until the next message.
    Hidden(bool),
}

/// A chat as its row in the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatListRow {
    /// Position of the newest entry, 0 without one. Greatest first.
    pub order: i64,
    /// The person.
    pub contact: ContactRow,
    /// The name given to them on this device.
    pub given_name: Option<String>,
    /// The name they chose; empty until fetched.
    pub own_name: String,
    /// Changes whenever their picture does; 0 without one.
    pub picture_rev: u64,
    /// What was written and not sent.
    pub draft: Option<String>,
    /// Seconds after which read messages disappear; 0 when they stay.
    pub timer: u32,
    /// Messages that are to leave later.
    pub scheduled: u32,
    /// Entries not read yet.
    pub unread: u32,
    /// The newest entry.
    pub newest: Option<ThreadRow>,
    /// Somebody else's newest reaction to a message of this person, if nothing was written since, and that message.
    pub reaction: Option<(ReactionRow, ThreadRow)>,
    /// What was decided about it.
    pub marks: ChatMarks,
    /// The chat with oneself.
    pub own: bool,
}

/// Pinned ones first; a hidden one is not in it.
pub(crate) fn list(db: &Connection) -> Result<Vec<ChatListRow>> {
    let sql = format!(
        "{} WHERE chats.hidden = 0 AND contacts.listed = 1 \
         ORDER BY pinned IS NULL, pinned, coalesce(messages.position, 0) DESC, chats.id DESC",
        list_select()
    );
    let rows = all(db, &sql, [], read_list_row)?;
    rows.into_iter().map(|row| with_reaction(db, row)).collect()
}

pub(crate) fn list_row(db: &Connection, chat: ChatId) -> Result<Option<ChatListRow>> {
    let sql = format!("{} WHERE chats.id = ?1 AND chats.hidden = 0 AND contacts.listed = 1", list_select());
    let row = one(db, &sql, [Bind(&chat)], read_list_row)?;
    row.map(|row| with_reaction(db, row)).transpose()
}

fn with_reaction(db: &Connection, row: ChatListRow) -> Result<ChatListRow> {
    let since = row.newest.as_ref().map_or(0, |newest| newest.message.marks.relay_at.unwrap_or(newest.message.at));
    let Some(reaction) = reactions::newest_after(db, row.contact.chat, since)? else { return Ok(row) };
    let message = messages::get(db, &reaction.author, &reaction.id)?;
    Ok(ChatListRow { reaction: message.map(|message| (reaction, message)), ..row })
}

/// The chat with oneself shows one's own profile.
fn list_select() -> String {
    format!(
        "SELECT {}, contacts.given_name, coalesce(profiles.own_name, own_profile.name, ''), \
         coalesce(profiles.picture_rev, own_profile.picture_rev, 0), chats.draft, \
         coalesce(chats.timer, 0), {SCHEDULED}, \
         (SELECT count(*) FROM messages AS new WHERE new.chat = chats.id AND new.unread = 1), \
         {MARKS}, own.account IS NOT NULL, {} \
         FROM chats JOIN contacts ON contacts.chat = chats.id \
         LEFT JOIN profiles ON profiles.account = contacts.account \
         LEFT JOIN own ON own.account = contacts.account \
         LEFT JOIN own_profile ON own.account IS NOT NULL \
         LEFT JOIN messages ON messages.position = \
         (SELECT max(position) FROM messages AS mine WHERE mine.chat = chats.id)",
        contacts::COLUMNS,
        messages::COLUMNS
    )
}

/// How many messages are to leave later.
pub(crate) const SCHEDULED: &str = "(SELECT count(*) FROM scheduled WHERE scheduled.chat = chats.id)";

/// The columns of [`ChatMarks`].
pub(crate) const MARKS: &str = "chats.pinned, chats.archived, chats.muted_until, chats.marked_unread, chats.quiet, \
     chats.discreet, chats.wallpaper, chats.but_mentions";

pub(crate) fn read_marks(f: &mut Fields<'_, '_>) -> rusqlite::Result<ChatMarks> {
    Ok(ChatMarks {
        pinned: f.take()?,
        archived: f.take()?,
        muted_until: f.take()?,
        marked_unread: f.take()?,
        quiet: f.take()?,
        discreet: f.take()?,
        wallpaper: f.take()?,
        but_mentions: f.take()?,
    })
}

fn read_list_row(f: &mut Fields<'_, '_>) -> rusqlite::Result<ChatListRow> {
    let contact = contacts::read(f)?;
    let given_name = f.take()?;
    let own_name = f.take()?;
    let picture_rev = f.take()?;
    let draft = f.take()?;
    let timer = f.take()?;
    let scheduled = f.take()?;
    let unread = f.take()?;
    let marks = read_marks(f)?;
    let own = f.take()?;
    let newest = if f.next_is_null()? { None } else { Some(messages::read(f)?) };
    let order = newest.as_ref().map_or(0, |row| row.position);
    Ok(ChatListRow {
        order,
        contact,
        given_name,
        own_name,
        picture_rev,
        draft,
        timer,
        scheduled,
        unread,
        newest,
        reaction: None,
        marks,
        own,
    })
}

/// Whether notifications of a chat are without a sound, and without what was written.
pub(crate) fn rules(db: &Connection, chat: ChatId) -> Result<(bool, bool)> {
    let sql = "SELECT quiet, discreet FROM chats WHERE id = ?1";
    Ok(one(db, sql, [Bind(&chat)], |f| Ok((f.take()?, f.take()?)))?.unwrap_or_default())
}

/// Until when a chat is muted, and whether it is heard then when this person is mentioned.
pub(crate) fn muted(db: &Connection, chat: ChatId) -> Result<(Option<Timestamp>, bool)> {
    let sql = "SELECT muted_until, but_mentions FROM chats WHERE id = ?1";
    Ok(one(db, sql, [Bind(&chat)], |f| Ok((f.take()?, f.take()?)))?.unwrap_or_default())
}

/// Entries not read in chats that make themselves heard, and one for each such chat that is only marked.
pub(crate) fn unread_total(db: &Connection, now: Timestamp) -> Result<u32> {
    // Stories, under 0, wait for nobody.
    let there = "chats.id <> 0 AND hidden = 0 AND archived = 0";
    let heard = "coalesce(muted_until, 0) <= ?1";
    let sql = format!(
        "SELECT (SELECT count(*) FROM messages JOIN chats ON chats.id = messages.chat WHERE unread = 1 AND {there} \
         AND ({heard} OR (but_mentions = 1 AND mentioned = 1))) \
         + (SELECT count(*) FROM chats WHERE marked_unread = 1 AND {there} AND {heard} \
            AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.chat = chats.id AND unread = 1))"
    );
    Ok(value(db, &sql, [Bind(&now)])?.unwrap_or(0))
}

pub(crate) fn put_mark(db: &Connection, chat: ChatId, mark: Mark) -> Result<()> {
    match mark {
        Mark::Pinned(true) => run(
            db,
            "UPDATE chats SET archived = 0, pinned = (SELECT coalesce(max(pinned), 0) + 1 FROM chats) \
             WHERE id = ?1 AND pinned IS NULL",
            [Bind(&chat)],
        ),
        Mark::Pinned(false) => run(db, "UPDATE chats SET pinned = NULL WHERE id = ?1", [Bind(&chat)]),
        Mark::Archived(archived) => {
            let sql = "UPDATE chats SET archived = ?2, pinned = iif(?2, NULL, pinned) WHERE id = ?1";
            run(db, sql, params![Bind(&chat), archived])
        }
        Mark::Muted(until) => {
            let sql = "UPDATE chats SET muted_until = ?2, but_mentions = 0 WHERE id = ?1";
            run(db, sql, params![Bind(&chat), Bind(&until)])
        }
        Mark::MutedButMentions => {
            let sql = "UPDATE chats SET muted_until = ?2, but_mentions = 1 WHERE id = ?1";
            run(db, sql, params![Bind(&chat), Bind(&Timestamp::MAX)])
        }
        Mark::Unread(marked) => {
            run(db, "UPDATE chats SET marked_unread = ?2 WHERE id = ?1", params![Bind(&chat), marked])
        }
        Mark::Quiet(quiet) => run(db, "UPDATE chats SET quiet = ?2 WHERE id = ?1", params![Bind(&chat), quiet]),
        Mark::Discreet(discreet) => {
            run(db, "UPDATE chats SET discreet = ?2 WHERE id = ?1", params![Bind(&chat), discreet])
        }
        Mark::Wallpaper(paper) => {
            run(db, "UPDATE chats SET wallpaper = ?2 WHERE id = ?1", params![Bind(&chat), Bind(&paper)])
        }
        Mark::Hidden(hidden) => {
            let sql = "UPDATE chats SET hidden = ?2, pinned = iif(?2, NULL, pinned), archived = 0, \
                       marked_unread = 0, draft = iif(?2, NULL, draft) WHERE id = ?1 AND hidden <> ?2";
            run(db, sql, params![Bind(&chat), hidden])
        }
    }?;
    Ok(())
}

/// The same number is answered until a contact is put under it.
pub(crate) fn next(db: &Connection) -> Result<ChatId> {
    let last: Option<i64> = value(db, "SELECT seq FROM sqlite_sequence WHERE name = 'chats'", [])?;
    Ok(ChatId(last.unwrap_or(0) + 1))
}

pub(crate) fn put(db: &Connection, chat: ChatId) -> Result<()> {
    run(db, "INSERT OR IGNORE INTO chats (id) VALUES (?1)", [Bind(&chat)])?;
    Ok(())
}

pub(crate) fn draft(db: &Connection, chat: ChatId) -> Result<Option<String>> {
    Ok(value::<Option<String>>(db, "SELECT draft FROM chats WHERE id = ?1", [Bind(&chat)])?.flatten())
}

pub(crate) fn put_draft(db: &Connection, chat: ChatId, draft: Option<&str>) -> Result<()> {
    run(db, "UPDATE chats SET draft = ?2 WHERE id = ?1", params![Bind(&chat), draft])?;
    Ok(())
}

pub(crate) fn timer(db: &Connection, chat: ChatId) -> Result<Option<TimerRow>> {
    let sql = "SELECT timer, timer_count, timer_actor FROM chats WHERE id = ?1 AND timer_actor IS NOT NULL";
    one(db, sql, [Bind(&chat)], |f| Ok(TimerRow { seconds: f.take()?, count: f.take()?, actor: f.take()? }))
}

pub(crate) fn put_timer(db: &Connection, chat: ChatId, timer: &TimerRow) -> Result<()> {
    let sql = "UPDATE chats SET timer = ?2, timer_count = ?3, timer_actor = ?4 WHERE id = ?1";
    run(db, sql, params![Bind(&chat), Bind(&timer.seconds), Bind(&timer.count), Bind(&timer.actor)])?;
    Ok(())
}

/// Entries interleave by their positions; draft and given name move where the other chat has none.
pub(crate) fn merge(db: &Connection, from: ChatId, into: ChatId) -> Result<()> {
    if from == into {
        return Ok(());
    }
    for sql in [
        "UPDATE messages SET chat = ?2 WHERE chat = ?1",
        "UPDATE reactions SET chat = ?2 WHERE chat = ?1",
        "UPDATE pins SET chat = ?2 WHERE chat = ?1",
        "UPDATE waiting_actions SET chat = ?2 WHERE chat = ?1",
        "UPDATE poll_votes SET chat = ?2 WHERE chat = ?1",
        "UPDATE scheduled SET chat = ?2 WHERE chat = ?1",
        "UPDATE chats SET draft = (SELECT draft FROM chats WHERE id = ?1) WHERE id = ?2 AND draft IS NULL",
        "UPDATE contacts SET given_name = (SELECT given_name FROM contacts WHERE chat = ?1) \
         WHERE chat = ?2 AND given_name IS NULL",
    ] {
        run(db, sql, params![Bind(&from), Bind(&into)])?;
    }
    run(db, "DELETE FROM chats WHERE id = ?1", [Bind(&from)])?;
    Ok(())
}

/// A chat that was deleted is in the list again.
pub(crate) fn wake(db: &Connection, chat: ChatId) -> Result<()> {
    run(db, "UPDATE chats SET hidden = 0 WHERE id = ?1 AND hidden = 1", [Bind(&chat)])?;
    Ok(())
}
