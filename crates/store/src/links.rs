//! `links`: the addresses that stand in the texts of messages, found when a message is written down.

use rusqlite::{Connection, params};
use sotto_machine::{
    post::address::{without_punctuation, words},
    rows::ChatId,
};

use crate::{
    column::Bind,
    sql::{Result, all, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE links (
    position INTEGER NOT NULL REFERENCES messages (position) ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    chat     INTEGER NOT NULL,
    address  TEXT NOT NULL,
    PRIMARY KEY (position, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_chat ON links (chat, position);";

/// Addresses of one text that are noted.
const MOST: usize = 16;
/// Longest address that is noted, in bytes.
const LONGEST: usize = 2_000;

/// The rows become those of the text as it is now; usually it has no address, and nothing is written.
pub(crate) fn put(db: &Connection, position: i64, chat: ChatId, text: &str) -> Result<()> {
    run(db, "DELETE FROM links WHERE position = ?1", [position])?;
    for (place, address) in (0_u32..).zip(found(text)) {
        let sql = "INSERT INTO links (position, place, chat, address) VALUES (?1, ?2, ?3, ?4)";
        run(db, sql, params![position, place, Bind(&chat), address])?;
    }
    Ok(())
}

/// In the order in which they stand there.
pub(crate) fn of(db: &Connection, position: i64) -> Result<Vec<String>> {
    all(db, "SELECT address FROM links WHERE position = ?1 ORDER BY place", [position], |f| f.take())
}

/// Web addresses of a text, each once: those that say so, and those that begin like one.
fn found(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for word in words(text) {
        let Some(address) = address(word).filter(|address| address.len() <= LONGEST) else { continue };
        if !found.contains(&address) {
            found.push(address);
        }
    }
    found.truncate(MOST);
    found
}

/// An address in a word, without what is written around it.
fn address(word: &str) -> Option<&str> {
    // ASCII letters alone change here, so places in the copy are places in the word.
    let lower = word.to_ascii_lowercase();
    let start = ["https://", "http://", "www."].iter().filter_map(|start| lower.find(start)).min()?;
    let before = word.get(..start)?.chars().next_back();
    if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '@' || letter == '/') {
        return None;
    }
    let address = without_punctuation(word.get(start..)?);
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next()?;
    // Without a scheme, a dot is what makes it an address.
    if !address.contains("://") && !host.contains('.') {
        return None;
    }
    let inner = host.trim_start_matches("www.");
    (!inner.is_empty() && inner.chars().any(char::is_alphanumeric) && !host.contains('@')).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_without_what_stands_around_them() {
        for (text, wanted) in [
            ("see https://sotto.example/i/7Kq2.", &["https://sotto.example/i/7Kq2"][..]),
            ("(https://en.example/wiki/Tea_(drink))", &["https://en.example/wiki/Tea_(drink)"]),
            ("HTTP://A.example and www.b.example/x?y=1!", &["HTTP://A.example", "www.b.example/x?y=1"]),
            ("twice http://a.example http://a.example", &["http://a.example"]),
            ("*https://bold.example*, «https://q.example»", &["https://bold.example", "https://q.example"]),
            ("nobody@www.mail.example, xhttps://no.example, https://, www.", &[]),
            ("no address. at all", &[]),
        ] {
            assert_eq!(found(text), wanted, "{text}");
        }
        assert_eq!(found(&format!("https://a.example/{}", "x".repeat(LONGEST))).len(), 0);
        assert_eq!(found(&(0..99).map(|at| format!("https://a.example/{at} ")).collect::<String>()).len(), MOST);
    }
}
