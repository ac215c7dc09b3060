//! What messages carry besides words, as windows draw it.

use sotto_machine::{
    post::{Card, Place, Post},
    rows::MessageRow,
    schedule::ScheduledRow,
};
use sotto_store::{Queries, StoreError};
use sotto_wire::{AccountId, Timestamp};

use super::{Eye, milliseconds, post};
use crate::{
    number, people,
    view::{CardView, PlaceView, PollAnswer, PollView, PollVotes, PostPart, ScheduledState, ScheduledView},
};

pub(super) fn part(post: &Post) -> Option<PostPart> {
    let poll = post.poll.as_ref().map(|_| PostPart::Poll);
    let one = poll.or(post.card.as_ref().map(|_| PostPart::Card)).or(post.place.as_ref().map(|_| PostPart::Place));
    one.or(post.once.map(|_| PostPart::Once))
}

/// The poll of a message with what was voted.
pub(super) fn poll(message: &MessageRow, eye: &Eye, queries: &Queries<'_>) -> Result<Option<PollView>, StoreError> {
    let Some(poll) = post(message).and_then(|post| post.poll.as_ref()) else { return Ok(None) };
    let votes = queries.votes(&message.author, &message.id)?;
    let mut answers: Vec<PollAnswer> =
        poll.answers.iter().map(|text| PollAnswer { text: text.clone(), votes: 0, mine: false }).collect();
    for vote in &votes {
        for answer in &vote.choice {
            if let Some(answer) = answers.get_mut(usize::from(*answer)) {
                answer.votes += 1;
                answer.mine |= eye.account == Some(vote.person);
            }
        }
    }
    let closed = queries.poll_ended(&message.author, &message.id)?;
    let voters = u32::try_from(votes.len()).unwrap_or(u32::MAX);
    Ok(Some(PollView { answers, several: poll.several, closed, voters }))
}

/// Who chose what.
pub(crate) fn votes(
    message: &MessageRow,
    mut eye: Eye,
    queries: &Queries<'_>,
) -> Result<Option<Vec<PollVotes>>, StoreError> {
    let Some(poll) = post(message).and_then(|post| post.poll.as_ref()) else { return Ok(None) };
    let votes = queries.votes(&message.author, &message.id)?;
    eye.faces.learn(queries, eye.account, votes.iter().map(|vote| vote.person))?;
    let chose = |place: usize| {
        let place = u8::try_from(place).unwrap_or(u8::MAX);
        let people = votes.iter().filter(|vote| vote.choice.contains(&place));
        people.map(|vote| eye.faces.of(&vote.person)).collect()
    };
    let answers = poll.answers.iter().enumerate();
    Ok(Some(answers.map(|(place, text)| PollVotes { text: text.clone(), people: chose(place) }).collect()))
}

pub(super) fn card(card: &Card, me: Option<AccountId>) -> CardView {
    CardView {
        name: card.name.clone(),
        initials: people::initials(&card.name),
        hue: people::hue(&card.account),
        number: card.number.clone(),
        number_display: card.phone().as_ref().map(number::display).unwrap_or_default(),
        me: me == Some(card.account),
    }
}

pub(crate) fn place(place: &Place) -> PlaceView {
    let shown = place.to_string();
    let (latitude, longitude) = shown.split_once(", ").unwrap_or_default();
    let url = format!("https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=16/{latitude}/{longitude}");
    PlaceView { latitude: place.latitude, longitude: place.longitude, url, shown }
}

pub(crate) fn scheduled(row: &ScheduledRow, now: Timestamp) -> ScheduledView {
    let state = match (row.failed, row.is_missed(now)) {
        (true, _) => ScheduledState::Failed,
        (false, true) => ScheduledState::Missed,
        (false, false) => ScheduledState::Waiting,
    };
    ScheduledView { id: row.id.to_string(), text: row.post.words().into_owned(), at: milliseconds(row.at), state }
}
