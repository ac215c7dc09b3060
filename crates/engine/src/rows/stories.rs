//! Stories as windows draw them: by person, one's own first, then those not seen yet.

use std::collections::BTreeMap;

use sotto_machine::{
    post::{Post, Quote},
    rows::{ChatId, MessageState, Trust},
    story::STORIES,
};
use sotto_store::{Queries, StoreError, ThreadRow};
use sotto_wire::{AccountId, Timestamp};

use super::{Eye, attachments, entry::name, failure, milliseconds, post};
use crate::view::{QuoteView, StoryPerson, StoryView, StoryViewer};

/// Everything that is shown now.
pub(crate) fn all(queries: &Queries<'_>, mut eye: Eye, now: Timestamp) -> Result<Vec<StoryPerson>, StoreError> {
    let mut by_author: BTreeMap<AccountId, Vec<ThreadRow>> = BTreeMap::new();
    for row in queries.stories(now)? {
        by_author.entry(row.message.author).or_default().push(row);
    }
    let muted = queries.muted_stories()?;
    let mut people = Vec::new();
    for (author, rows) in by_author {
        if eye.account != Some(author) && !is_welcome(queries, &author)? {
            continue;
        }
        eye.faces.learn(queries, eye.account, [author])?;
        let stories = rows.into_iter().map(|row| story(&row, &mut eye, queries)).collect::<Result<_, _>>()?;
        people.push(StoryPerson { person: eye.faces.of(&author), muted: muted.contains(&author), stories });
    }
    people.sort_by_key(|person| {
        let newest = person.stories.iter().map(|story| story.at).max();
        let seen = person.stories.iter().all(|story| story.seen);
        (!person.person.me, person.muted, seen, std::cmp::Reverse(newest))
    });
    Ok(people)
}

/// What came before somebody was blocked, or before their key changed, is not shown after.
fn is_welcome(queries: &Queries<'_>, author: &AccountId) -> Result<bool, StoreError> {
    let contact = queries.contact_of(author)?;
    Ok(contact.is_some_and(|contact| !contact.blocked && contact.accepted && contact.trust != Trust::Violated))
}

/// The story that a message answers, as it is here; nothing of it once it is gone, whatever the other side says it was.
pub(super) fn quoted(
    quote: &Quote,
    chat: ChatId,
    eye: &Eye,
    queries: &Queries<'_>,
) -> Result<Option<QuoteView>, StoreError> {
    let mine = eye.account == Some(quote.author);
    if !mine && queries.contact(chat)?.is_none_or(|details| details.contact.account != quote.author) {
        return Ok(None);
    }
    let original = queries.message(&quote.author, &quote.message)?.filter(|row| row.message.chat == STORIES);
    Ok(Some(QuoteView {
        mine,
        name: if mine { String::new() } else { name(&quote.author, queries)? },
        text: original.as_ref().and_then(|row| post(&row.message)).map(Post::excerpt).unwrap_or_default(),
        order: original.map(|row| row.position),
        deleted: false,
        story: true,
    }))
}

fn story(row: &ThreadRow, eye: &mut Eye, queries: &Queries<'_>) -> Result<StoryView, StoreError> {
    let mine = eye.account == Some(row.message.author);
    let reactions = queries.reactions(&row.message.author, &row.message.id)?;
    let reaction_of = |person: Option<AccountId>| {
        let theirs = reactions.iter().find(|reaction| Some(reaction.person) == person);
        theirs.and_then(|reaction| reaction.emoji.clone())
    };
    let mut viewers = Vec::new();
    if mine {
        let audience = queries.story_viewers(&row.message.author, &row.message.id)?;
        eye.faces.learn(queries, eye.account, audience.iter().map(|viewer| viewer.person))?;
        for viewer in audience {
            viewers.push(StoryViewer {
                person: eye.faces.of(&viewer.person),
                seen_at: viewer.seen_at.filter(|_| eye.read_receipts).map(milliseconds),
                reaction: reaction_of(Some(viewer.person)),
            });
        }
        viewers.sort_by_key(|viewer| (viewer.seen_at.is_none(), viewer.seen_at, viewer.person.name.clone()));
    }
    let post = post(&row.message);
    Ok(StoryView {
        id: row.message.id.to_string(),
        order: row.position,
        at: milliseconds(row.message.at),
        expires_at: row.message.marks.expires_at.map(milliseconds).unwrap_or_default(),
        text: post.map(|post| post.text.clone()).unwrap_or_default(),
        ground: post.and_then(|post| post.ground),
        file: attachments::of(row, mine).into_iter().next(),
        seen: !row.message.unread,
        reaction: reaction_of(eye.account),
        state: eye.state(row.message.state),
        failure: match row.message.state {
            MessageState::Failed(why) => Some(failure(why)),
            _ => None,
        },
        viewers,
    })
}
