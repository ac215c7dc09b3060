//! Finding what was written.

use sotto_store::{Found, Queries, Sought, StoreError};

use super::chat_id;
use crate::{
    Handle,
    error::Error,
    rows::{self, Eye},
    view::{SearchFilter, SearchPage, SearchPlaces},
};

/// Longest page of hits.
const LONGEST_PAGE: u32 = 100;
/// So many places in one chat are counted.
const MOST_PLACES: u32 = 1_000;
/// Of what was typed so much is looked for, in characters.
const LONGEST_TEXT: usize = 200;

impl Handle {
    /// Messages in which every word of `text` occurs, newest first; `before` is the order of the last hit of the page
    /// before. Case and accents do not count, and one letter is enough.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn search(
        &self,
        text: &str,
        filter: SearchFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<SearchPage, Error> {
        let (text, settings) = (shortened(text), self.running.board.settings());
        let limit = limit.clamp(1, LONGEST_PAGE);
        let look = move |queries: &Queries<'_>| {
            let eye = Eye::open(queries, &settings)?;
            let (found, more) = find(queries, &text, filter, before, limit)?;
            let mut hits = Vec::new();
            for place in found {
                hits.extend(queries.message_at(place.position)?.and_then(|row| rows::hit(&row, &text, &eye)));
            }
            Ok(SearchPage { hits, more })
        };
        self.running.open()?.database.read(look).await
    }

    /// Where in a chat every word of `text` occurs in one message, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn search_chat(&self, chat: i64, text: &str) -> Result<SearchPlaces, Error> {
        let text = shortened(text);
        let filter = SearchFilter { chat: Some(chat), ..SearchFilter::default() };
        let look = move |queries: &Queries<'_>| {
            let (found, more) = find(queries, &text, filter, None, MOST_PLACES)?;
            Ok(SearchPlaces { orders: found.iter().map(|place| place.position).collect(), more })
        };
        self.running.open()?.database.read(look).await
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

/// One more than wanted is asked for, to learn whether it is there.
fn find(
    queries: &Queries<'_>,
    text: &str,
    filter: SearchFilter,
    before: Option<i64>,
    limit: u32,
) -> Result<(Vec<Found>, bool), StoreError> {
    let time = |at: i64| u64::try_from(at).unwrap_or(0);
    let sought = Sought {
        text,
        chat: filter.chat.map(chat_id),
        mine: filter.mine,
        since: filter.since.map(time),
        until: filter.until.map(time),
        before,
    };
    let mut found = queries.search(sought, limit + 1)?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > wanted;
    found.truncate(wanted);
    Ok((found, more))
}
