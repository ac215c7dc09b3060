//! Reads what changed and turns rows into what windows draw.

use std::collections::BTreeSet;

use sotto_machine::{delivery_token, rows::ChatId};
use sotto_store::{Page, Queries, StoreError};
use sotto_wire::{AccountId, MessageId, Timestamp};

use super::{
    feed::{Changed, Fresh},
    presence::Person,
};
use crate::{
    database::Database,
    error::Error,
    people,
    rows::{self, Eye},
    view::{ChatOp, ChatRow, MessageOp, Notification, Settings, ThreadPage},
};

/// Entries of a page when a thread is opened.
const PAGE: u32 = 60;
/// Longest text of a notification, in characters.
const NOTIFICATION: usize = 240;

/// The whole chat list.
pub(super) async fn chat_list(database: &Database, settings: Settings) -> Result<Vec<ChatRow>, Error> {
    let look = move |queries: &Queries<'_>| {
        let mut eye = Eye::open(queries, &settings)?;
        let groups = queries.group_chats()?;
        let newest: Vec<_> = groups.iter().filter_map(|row| row.newest.clone()).collect();
        eye.learn(queries, &newest)?;
        let people = queries.chats()?.into_iter().map(|row| rows::chat(row, &eye));
        let mut items: Vec<ChatRow> =
            people.chain(groups.into_iter().map(|row| rows::groups::group(row, &eye))).collect();
        items.sort_by_key(|item| (item.pinned.is_none(), item.pinned, std::cmp::Reverse((item.order, item.id))));
        Ok(items)
    };
    database.read(look).await
}

/// What an opened thread shows first: around a position, else from the first unread entry, else the end.
pub(super) async fn opening_page(
    database: &Database,
    settings: Settings,
    chat: ChatId,
    around: Option<i64>,
) -> Result<ThreadPage, Error> {
    database.read(move |queries| open_at(queries, &settings, chat, around)).await
}

fn open_at(
    queries: &Queries<'_>,
    settings: &Settings,
    chat: ChatId,
    around: Option<i64>,
) -> Result<ThreadPage, StoreError> {
    let mut eye = Eye::open(queries, settings)?;
    let unread = queries.unread(chat)?;
    let page = around.or(unread.first).map_or(Page::Newest, Page::Around);
    let mut page = queries.thread(chat, page, PAGE)?;
    // Few unread ones at the end: the newest page shows them and more of what was before.
    if around.is_none() && !page.has_newer {
        page = queries.thread(chat, Page::Newest, PAGE)?;
    }
    eye.learn(queries, &page.rows)?;
    rows::page(page, unread, &eye, queries)
}

/// A chat's row as it is now, of a person or of a group.
pub(crate) fn chat_row(queries: &Queries<'_>, chat: ChatId, eye: &mut Eye) -> Result<Option<ChatRow>, StoreError> {
    if let Some(row) = queries.chat(chat)? {
        return Ok(Some(rows::chat(row, eye)));
    }
    let Some(row) = queries.group_chat(chat)? else { return Ok(None) };
    eye.learn(queries, row.newest.as_slice())?;
    Ok(Some(rows::groups::group(row, eye)))
}

/// How everything in `changed` looks now.
pub(super) async fn draw(
    database: &Database,
    settings: Settings,
    changed: Changed,
    redraw: BTreeSet<ChatId>,
) -> Result<Fresh, Error> {
    let look = move |queries: &Queries<'_>| {
        let mut eye = Eye::open(queries, &settings)?;
        let mut fresh = Fresh::default();
        for chat in changed.gone.iter().chain(&changed.chats) {
            fresh.list.push(match chat_row(queries, *chat, &mut eye)? {
                Some(item) => ChatOp::Put { item },
                None => ChatOp::Remove { id: chat.0 },
            });
        }
        for (chat, ids) in changed.messages_gone {
            let ops = ids.iter().map(|id| MessageOp::Remove { id: id.to_string() });
            fresh.threads.entry(chat).or_default().extend(ops);
        }
        for (chat, entries) in changed.messages {
            let ops = fresh.threads.entry(chat).or_default();
            let mut found = Vec::new();
            for (author, id) in entries {
                match queries.message(&author, &id)?.filter(|row| row.message.chat == chat) {
                    Some(row) => found.push(row),
                    None => ops.push(MessageOp::Remove { id: id.to_string() }),
                }
            }
            found.sort_by_key(|row| row.position);
            eye.learn(queries, &found)?;
            for row in found {
                ops.push(MessageOp::Put { item: rows::message(row, &eye, queries)? });
            }
        }
        for chat in redraw.into_iter().chain(changed.cleared) {
            fresh.redrawn.insert(chat, open_at(queries, &settings, chat, None)?);
        }
        Ok(fresh)
    };
    database.read(look).await
}

/// What a notification of this message shows; `None` if none is wanted or the message is gone or read.
pub(super) async fn notification(
    database: &Database,
    settings: Settings,
    now: Timestamp,
    (chat, author, id): (ChatId, AccountId, MessageId),
) -> Result<Option<Notification>, Error> {
    if !settings.notifications || settings.do_not_disturb {
        return Ok(None);
    }
    let look = move |queries: &Queries<'_>| {
        let Some(row) = queries.message(&author, &id)?.filter(|row| row.message.unread) else { return Ok(None) };
        let Some(contact) = queries.person(&author)? else { return Ok(None) };
        let (muted_until, but_mentions) = queries.muted(chat)?;
        let muted = muted_until.is_some_and(|until| until > now) && !(but_mentions && row.message.marks.mentioned);
        if contact.contact.blocked || muted {
            return Ok(None);
        }
        let name = people::title_of(&contact);
        let text = rows::mentions::looked_up(&row.message, queries)?
            .map(|text| text.chars().take(NOTIFICATION).collect::<String>());
        let (title, text) = match queries.group_of_chat(chat)? {
            Some(group) => (group.state.name, text.map(|text| format!("{name}: {text}"))),
            None => (name, text),
        };
        let (quiet, discreet) = queries.notification_rules(chat)?;
        let text = text.filter(|_| settings.notification_text && !discreet);
        let sound = settings.notification_sound && !quiet;
        Ok(Some(Notification { chat: chat.0, order: row.position, title, text, sound }))
    };
    database.read(look).await
}

/// What those are called who are writing in a group; nothing for a chat with one person.
pub(super) async fn writers(database: &Database, chat: ChatId, who: Vec<AccountId>) -> Result<Vec<String>, Error> {
    let look = move |queries: &Queries<'_>| {
        if who.is_empty() || queries.group_of_chat(chat)?.is_none() {
            return Ok(Vec::new());
        }
        let name = |account| Ok::<_, StoreError>(queries.person(account)?.as_ref().map(people::title_of));
        who.iter().filter_map(|account| name(account).transpose()).collect()
    };
    database.read(look).await
}

/// Those of the chats whose announced message is read, deleted or gone.
pub(super) async fn seen(
    database: &Database,
    announced: Vec<(ChatId, AccountId, MessageId)>,
) -> Result<Vec<ChatId>, Error> {
    let look = move |queries: &Queries<'_>| {
        let mut seen = Vec::new();
        for (chat, author, id) in announced {
            let unread = |row: &sotto_store::ThreadRow| row.message.unread && rows::post(&row.message).is_some();
            if !queries.message(&author, &id)?.is_some_and(|row| unread(&row)) {
                seen.push(chat);
            }
        }
        Ok(seen)
    };
    database.read(look).await
}

/// Whose presence may be asked for: people who were accepted and have said their profile key.
pub(super) async fn watched(database: &Database) -> Result<Vec<Person>, Error> {
    let look = |queries: &Queries<'_>| {
        let accepted = queries.contacts()?.into_iter().filter(|contact| contact.accepted && !contact.blocked);
        let known = accepted.filter_map(|contact| {
            let token = delivery_token(contact.profile_key.as_ref()?);
            Some(Person { chat: contact.chat, account: contact.account, token })
        });
        Ok(known.collect())
    };
    database.read(look).await
}
