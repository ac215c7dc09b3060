//! `search_texts`: the folded copy of every text, and its full-text index.
//!
//! The index holds every three letters in a row, so any part of a word is found in any script. It follows the
//! table by triggers, in the transaction that writes the message. Words shorter than three letters are looked
//! for in the folded copies themselves, newest first.

use std::fmt::Write as _;

use rusqlite::{Connection, params, params_from_iter, types::Value};
use sotto_machine::rows::ChatId;
use sotto_wire::Timestamp;

use crate::{
    fold::fold,
    sql::{Result, all, run},
};

/// `secure-delete` wipes the letters of a deleted text from the index at once.
pub(crate) const CREATE: &str = "\
CREATE TABLE search_texts (
    position INTEGER PRIMARY KEY REFERENCES messages (position) ON DELETE CASCADE,
    folded   TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE search_index USING fts5 (
    folded,
    content = 'search_texts',
    content_rowid = 'position',
    tokenize = 'trigram case_sensitive 1'
);
INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER search_texts_insert AFTER INSERT ON search_texts BEGIN
    INSERT INTO search_index (rowid, folded) VALUES (new.position, new.folded);
END;
CREATE TRIGGER search_texts_delete AFTER DELETE ON search_texts BEGIN
    INSERT INTO search_index (search_index, rowid, folded) VALUES ('delete', old.position, old.folded);
END;
CREATE TRIGGER search_texts_update AFTER UPDATE ON search_texts BEGIN
    INSERT INTO search_index (search_index, rowid, folded) VALUES ('delete', old.position, old.folded);
    INSERT INTO search_index (rowid, folded) VALUES (new.position, new.folded);
END;";

/// A message in which everything that was looked for occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its chat.
    pub chat: ChatId,
    /// Its position.
    pub position: i64,
}

pub(crate) fn put(db: &Connection, position: i64, text: &str) -> Result<()> {
    let sql = "INSERT INTO search_texts (position, folded) VALUES (?1, ?2) ON CONFLICT (position) DO UPDATE \
               SET folded = excluded.folded WHERE folded <> excluded.folded";
    run(db, sql, params![position, fold(text)])?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, position: i64) -> Result<()> {
    run(db, "DELETE FROM search_texts WHERE position = ?1", [position])?;
    Ok(())
}

/// What is looked for, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sought<'a> {
    /// Words, each of which must occur.
    pub text: &'a str,
    /// Only in this chat.
    pub chat: Option<ChatId>,
    /// Only what this account wrote, or only what others wrote.
    pub mine: Option<bool>,
    /// Not written before this time.
    pub since: Option<Timestamp>,
    /// Written before this time.
    pub until: Option<Timestamp>,
    /// Only before this position, for the next page.
    pub before: Option<i64>,
}

impl<'a> From<&'a str> for Sought<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, ..Self::default() }
    }
}

impl<'a> From<&'a String> for Sought<'a> {
    fn from(text: &'a String) -> Self {
        Self::from(text.as_str())
    }
}

/// Newest first. Every word of the text must occur, anywhere in the message; without a word nothing is found.
pub(crate) fn search(db: &Connection, sought: &Sought<'_>, limit: u32) -> Result<Vec<Found>> {
    let folded = fold(sought.text);
    let (long, short): (Vec<&str>, Vec<&str>) =
        folded.split_whitespace().partition(|word| word.chars().nth(2).is_some());
    if long.is_empty() && short.is_empty() {
        return Ok(Vec::new());
    }
    let mut bound = vec![Value::Integer(i64::from(limit))];
    let mut sql = "SELECT messages.chat, search_texts.position FROM ".to_owned();
    if long.is_empty() {
        sql.push_str("search_texts JOIN messages USING (position) WHERE 1");
    } else {
        sql.push_str(
            "search_index JOIN search_texts ON search_texts.position = search_index.rowid \
             JOIN messages ON messages.position = search_index.rowid WHERE search_index MATCH ?2",
        );
        let quoted: Vec<String> = long.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
        bound.push(Value::Text(quoted.join(" AND ")));
    }
    let order = if long.is_empty() { "search_texts.position" } else { "search_index.rowid" };
    let mut narrow = |condition: &str, value: Value| {
        bound.push(value);
        // Writing to a String cannot fail.
        let _ = write!(sql, " AND {}", condition.replace('?', &format!("?{}", bound.len())));
    };
    for word in short {
        narrow("instr(search_texts.folded, ?) > 0", Value::Text(word.to_owned()));
    }
    if let Some(chat) = sought.chat {
        narrow("messages.chat = ?", Value::Integer(chat.0));
    }
    if let Some(mine) = sought.mine {
        narrow("(messages.author IS (SELECT account FROM own)) = ?", Value::Integer(mine.into()));
    }
    if let Some(since) = sought.since {
        narrow("messages.at >= ?", Value::Integer(i64::try_from(since).unwrap_or(i64::MAX)));
    }
    if let Some(until) = sought.until {
        narrow("messages.at < ?", Value::Integer(i64::try_from(until).unwrap_or(i64::MAX)));
    }
    if let Some(before) = sought.before {
        narrow(&format!("{order} < ?"), Value::Integer(before));
    }
    let _ = write!(sql, " ORDER BY {order} DESC LIMIT ?1");
    all(db, &sql, params_from_iter(bound), |f| Ok(Found { chat: f.take()?, position: f.take()? }))
}

/// Where in a text the first of the words looked for begins, in bytes.
pub fn first_match(text: &str, sought: &str) -> Option<usize> {
    let (mut folded, mut places) = (String::new(), Vec::new());
    for (at, letter) in text.char_indices() {
        let letter = fold(letter.encode_utf8(&mut [0; 4]));
        places.extend(std::iter::repeat_n(at, letter.len()));
        folded.push_str(&letter);
    }
    let sought = fold(sought);
    let first = sought.split_whitespace().filter_map(|word| folded.find(word)).min()?;
    places.get(first).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_is_placed_in_the_text_as_it_was_written() {
        assert_eq!(first_match("Crème brûlée", "brulee"), Some("Crème ".len()));
        assert_eq!(first_match("明天去東京看櫻花", "東京"), Some("明天去".len()));
        assert_eq!(first_match("one two", "two one"), Some(0));
        assert_eq!(first_match("one", "two"), None);
    }
}
