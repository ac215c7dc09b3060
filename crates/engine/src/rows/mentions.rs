//! People who are named in messages, by what they are called now.

use std::borrow::Cow;

use sotto_machine::{
    post::{Mention, Post, places, renamed},
    rows::MessageRow,
};
use sotto_store::{Queries, StoreError};
use sotto_wire::AccountId;

use super::{Eye, post, text};
use crate::{
    people,
    view::{GroupMember, MentionRange, MentionView},
};

/// The mentions of a message as they are drawn.
pub(super) fn views(post: &Post, eye: &Eye) -> Vec<MentionView> {
    let view = |mention: &Mention| MentionView {
        start: mention.start,
        length: mention.length,
        person: eye.faces.of(&mention.account),
    };
    let sound = places(&post.text, &post.mentions).is_some();
    post.mentions.iter().filter(|_| sound).map(view).collect()
}

/// What a window has marked. One whose account is none counts for nobody.
pub(crate) fn to_mentions(ranges: &[MentionRange]) -> Vec<Mention> {
    let mention = |range: &MentionRange| {
        Some(Mention { start: range.start, length: range.length, account: range.account.parse().ok()? })
    };
    ranges.iter().filter_map(mention).collect()
}

/// The words of a message, in which everybody has the name they have now.
pub(super) fn spoken<'m>(message: &'m MessageRow, eye: &Eye) -> Option<Cow<'m, str>> {
    match post(message).filter(|post| !post.mentions.is_empty()) {
        Some(post) => Some(renamed(&post.text, &post.mentions, |account| name_in(eye, account)).into()),
        None => text(message),
    }
}

/// The same, looked up one by one.
pub(crate) fn looked_up<'m>(
    message: &'m MessageRow,
    queries: &Queries<'_>,
) -> Result<Option<Cow<'m, str>>, StoreError> {
    let Some(post) = post(message).filter(|post| !post.mentions.is_empty()) else { return Ok(text(message)) };
    let mut names = Vec::new();
    for mention in &post.mentions {
        names.push((mention.account, called(&mention.account, queries)?));
    }
    let name = |account: &AccountId| names.iter().find(|(one, _)| one == account).map(|(_, name)| name.clone());
    Ok(Some(renamed(&post.text, &post.mentions, name).into()))
}

fn name_in(eye: &Eye, account: &AccountId) -> Option<String> {
    eye.faces.get(account).map(|face| face.name.clone())
}

/// What a person is called here, oneself included; empty when nothing is known of them.
fn called(account: &AccountId, queries: &Queries<'_>) -> Result<String, StoreError> {
    if queries.own()?.is_some_and(|own| own.account == *account) {
        return Ok(queries.own_profile()?.map(|profile| profile.name).unwrap_or_default());
    }
    Ok(queries.person(account)?.as_ref().map(people::title_of).unwrap_or_default())
}

/// Members who are named in a text by an `@` and the whole name they have here, the longest name first.
pub(crate) fn found(text: &str, members: &[GroupMember]) -> Vec<MentionRange> {
    let mut people: Vec<_> =
        members.iter().map(|member| &member.person).filter(|p| !p.me && !p.name.is_empty()).collect();
    people.sort_by_key(|person| std::cmp::Reverse(person.name.len()));
    let (mut ranges, mut from) = (Vec::new(), 0);
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('@')).map(|at| from + at) {
        let (before, rest) = text.split_at(at);
        from = at + 1;
        let named = people.iter().find(|person| {
            let after = rest.get(1..).and_then(|rest| rest.strip_prefix(person.name.as_str()));
            after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
        });
        if let Some(person) = named.filter(|_| !before.ends_with(char::is_alphanumeric)) {
            let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
            let (start, length) = (units(before), 1 + units(&person.name));
            ranges.push(MentionRange { start, length, account: person.account.clone() });
            from += person.name.len();
        }
    }
    ranges
}
