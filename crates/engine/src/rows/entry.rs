//! One entry of a conversation: the message itself, what it answers, and what has become of it.

use sotto_machine::{
    post::{EXCERPT, Post, Quote},
    rows::{ChatId, Content, MessageRow, MessageState as State},
};
use sotto_store::{Queries, StoreError, ThreadRow, Unread};
use sotto_wire::{AccountId, limits};

use super::{
    Eye, attachments, author, call_line, failure as failure_code, groups, links, mentions, milliseconds, notice, parts,
    stories,
};
use crate::{
    error::Code,
    people,
    view::{MessageBody, MessageItem, QuoteView, ReactionView, ThreadPage},
};

pub(crate) fn page(
    page: sotto_store::ThreadPage,
    unread: Unread,
    eye: &Eye,
    queries: &Queries<'_>,
) -> Result<ThreadPage, StoreError> {
    Ok(ThreadPage {
        items: page.rows.into_iter().map(|row| message(row, eye, queries)).collect::<Result<_, _>>()?,
        has_older: page.has_older,
        has_newer: page.has_newer,
        first_unread: unread.first,
        unread: unread.count,
    })
}

pub(crate) fn message(row: ThreadRow, eye: &Eye, queries: &Queries<'_>) -> Result<MessageItem, StoreError> {
    let mine = eye.is_mine(&row.message);
    let (attachments, once) = (attachments::of(&row, mine), attachments::once(&row, mine));
    let ThreadRow { position, message, files: _ } = row;
    let failure = match message.state {
        State::Failed(failure) => Some(failure_code(failure)),
        State::Held => Some(Code::KeyViolated),
        _ => None,
    };
    let post = match &message.content {
        Content::Post(post) => Some(post),
        Content::Notice(_) | Content::Group(_) | Content::Call(_) | Content::Deleted => None,
    };
    Ok(MessageItem {
        attachments,
        once,
        id: message.id.to_string(),
        order: position,
        mine,
        at: milliseconds(message.at),
        state: eye.state(message.state),
        failure,
        author: author(&message, eye),
        mentions: post.map(|post| mentions::views(post, eye)).unwrap_or_default(),
        quote: match post.and_then(|post| post.quote.as_ref()) {
            Some(quote) if post.is_some_and(|post| post.to_story) => {
                stories::quoted(quote, message.chat, eye, queries)?
            }
            Some(quote) => self::quote(quote, message.chat, eye, queries)?,
            None => None,
        },
        poll: parts::poll(&message, eye, queries)?,
        card: post.and_then(|post| post.card.as_ref()).map(|card| parts::card(card, eye.account)),
        place: post.and_then(|post| post.place.as_ref()).map(parts::place),
        link: post.and_then(|post| post.preview.as_ref()).and_then(links::preview),
        reactions: if post.is_some() { reactions(&message, eye, queries)? } else { Vec::new() },
        edited: message.marks.edits > 0,
        forwarded: post.is_some_and(|post| post.forwarded),
        starred: message.marks.starred,
        played: post.is_some_and(Post::is_voice) && eye.is_played(&message),
        pinned: post.is_some() && queries.is_pinned(&message.author, &message.id)?,
        expires_after: post.and_then(Post::lifetime),
        expires_at: message.marks.expires_at.map(milliseconds),
        editable_until: until(&message, mine, limits::EDIT_WINDOW)
            .filter(|_| post.is_some_and(|post| !post.is_fixed() && !post.text.is_empty())),
        deletable_until: until(&message, mine || eye.moderates(&message), limits::DELETE_WINDOW),
        body: match message.content {
            Content::Post(post) => MessageBody::Text { text: post.text },
            Content::Notice(kind) => MessageBody::Notice { notice: notice(kind, &message, eye) },
            Content::Group(line) => MessageBody::Notice { notice: groups::line(&line, eye) },
            Content::Call(line) => MessageBody::Call { call: call_line(line) },
            Content::Deleted => MessageBody::Deleted,
        },
    })
}

/// The end of a time that is measured from when the relay had the message.
fn until(message: &MessageRow, allowed: bool, window: u64) -> Option<i64> {
    let changeable = allowed
        && matches!(message.content, Content::Post(_))
        && !matches!(message.state, State::Held | State::Failed(_));
    changeable.then(|| milliseconds(message.marks.relay_at.unwrap_or(message.at).saturating_add(window)))
}

/// What is here is shown as it is here, whatever the other side says it was. One's own words are never taken from
/// somebody else, and nobody outside a conversation is quoted in it.
fn quote(quote: &Quote, chat: ChatId, eye: &Eye, queries: &Queries<'_>) -> Result<Option<QuoteView>, StoreError> {
    let mine = eye.account == Some(quote.author);
    let original = queries.message(&quote.author, &quote.message)?.filter(|row| row.message.chat == chat);
    let partner = queries.contact(chat)?.map(|details| details.contact.account);
    let member = eye.faces.get(&quote.author).is_some();
    if original.is_none() && !mine && !member && partner != Some(quote.author) {
        return Ok(None);
    }
    let text = match original.as_ref().map(|row| &row.message.content) {
        Some(Content::Post(post)) if post.mentions.is_empty() => post.excerpt(),
        Some(Content::Post(_)) => {
            let words = original.as_ref().map(|row| mentions::looked_up(&row.message, queries)).transpose()?.flatten();
            words.unwrap_or_default().chars().take(EXCERPT).collect()
        }
        Some(Content::Notice(_) | Content::Group(_) | Content::Call(_) | Content::Deleted) => String::new(),
        None if mine => String::new(),
        None => quote.excerpt.chars().take(EXCERPT).collect(),
    };
    Ok(Some(QuoteView {
        mine,
        name: if mine { String::new() } else { name(&quote.author, queries)? },
        text,
        order: original.as_ref().map(|row| row.position),
        deleted: original.is_some_and(|row| row.message.content == Content::Deleted),
        story: false,
    }))
}

fn reactions(message: &MessageRow, eye: &Eye, queries: &Queries<'_>) -> Result<Vec<ReactionView>, StoreError> {
    let mut views: Vec<ReactionView> = Vec::new();
    for row in queries.reactions(&message.author, &message.id)? {
        let Some(emoji) = row.emoji else { continue };
        let mine = eye.account == Some(row.person);
        let names = if mine { Vec::new() } else { vec![name(&row.person, queries)?] };
        match views.iter_mut().find(|view| view.emoji == emoji) {
            Some(view) => {
                view.count += 1;
                view.mine |= mine;
                view.names.extend(names);
            }
            None => views.push(ReactionView { emoji, count: 1, mine, names }),
        }
    }
    Ok(views)
}

/// What a person is called here.
pub(super) fn name(account: &AccountId, queries: &Queries<'_>) -> Result<String, StoreError> {
    Ok(queries.person(account)?.as_ref().map(people::title_of).unwrap_or_default())
}

#[cfg(test)]
mod tests;
