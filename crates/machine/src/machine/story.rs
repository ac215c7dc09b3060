//! Posting stories, showing those of others, and what comes back to their author alone.

use sotto_wire::{AccountId, DeviceId, MessageId, Timestamp};

use super::{action::target, context::Step, delivery::Written};
use crate::{
    body::{Body, StoryHere},
    changes::Change,
    codec,
    post::Post,
    rows::{ContactRow, Content, Failure, Marks, MessageRow, MessageState, OutboxKind, OutboxRow, Trust},
    step::{Effect, Event, Rejection, StepError},
    story::{Audience, MOST, STORIES, STORY_LIFE, StoryInput, ViewerRow, is_shown, is_sound, is_story},
};

impl Step<'_> {
    pub(super) fn story_input(&mut self, input: StoryInput) -> Result<(), StepError> {
        match input {
            StoryInput::Post { id, post, audience } => self.post_story(id, *post, &audience),
            StoryInput::Seen { author, id, tell } => self.story_seen(author, id, tell),
            StoryInput::React { author, id, emoji } => self.react_to_story(author, id, emoji),
            StoryInput::Delete { id } => self.take_story_back(id),
        }
    }

    fn post_story(&mut self, id: MessageId, post: Post, audience: &Audience) -> Result<(), StepError> {
        let author = self.own.account;
        if self.message(&author, &id)?.is_some() {
            return Ok(());
        }
        let mut people = self.rows.contacts()?;
        people.retain(|contact| self.may_share_stories(contact) && audience.has(contact.chat));
        if !is_sound(&post) || people.is_empty() || self.rows.story_count(&author)? >= MOST {
            return Err(StepError::NotPossible);
        }
        let expires_at = self.now.saturating_add(STORY_LIFE);
        let row = MessageRow {
            id,
            chat: STORIES,
            author,
            at: self.now,
            state: MessageState::Sending,
            content: Content::Post(post),
            unread: false,
            marks: Marks { expires_at: Some(expires_at), ..Marks::default() },
        };
        self.effect(Effect::WakeAt(expires_at));
        self.put_message(row.clone());
        let people = people.into_iter().map(|contact| contact.account).collect();
        self.queue_story(&row, people)
    }

    /// One sealed copy for each person: nothing names another viewer.
    fn queue_story(&mut self, row: &MessageRow, people: Vec<AccountId>) -> Result<(), StepError> {
        let Some(body) = story_body(row) else { return Ok(()) };
        let files = matches!(&row.content, Content::Post(post) if !post.attachments.is_empty());
        let not_before = if files { crate::rows::AFTER_UPLOAD } else { 0 };
        if files {
            self.effect(Effect::UploadFiles(row.id));
        }
        for person in people {
            if self.rows.viewer(&row.author, &row.id, &person)?.is_none() {
                self.change(Change::PutViewer(ViewerRow { author: row.author, id: row.id, person, seen_at: None }));
            }
            let kind = OutboxKind::Message(row.id);
            let copy = self.new_row(person, kind, codec::encode(&body));
            self.queue_row(OutboxRow { not_before, ..copy })?;
            self.pump(person)?;
        }
        Ok(())
    }

    /// "Try again": to everybody of the audience, fixed when it was posted.
    pub(super) fn retry_story(&mut self, row: MessageRow) -> Result<(), StepError> {
        let mut people = Vec::new();
        for viewer in self.rows.viewers(&row.author, &row.id)? {
            if self.contact_of(&viewer.person)?.is_some_and(|contact| self.may_share_stories(&contact)) {
                people.push(viewer.person);
            }
        }
        let row = MessageRow { state: MessageState::Sending, ..row };
        self.put_message(row.clone());
        self.queue_story(&row, people)
    }

    /// People whose stories are shown here, and to whom one's own may go.
    fn may_share_stories(&self, contact: &ContactRow) -> bool {
        contact.listed
            && contact.accepted
            && !contact.blocked
            && contact.trust != Trust::Violated
            && contact.account != self.own.account
    }

    /// A copy for one person was not taken. The story has failed when none is left that could still leave.
    pub(super) fn fail_story(&mut self, row: MessageRow, why: Failure) -> Result<(), StepError> {
        let mut waiting = self.rows.outbox_of_message(&row.id)?;
        for change in self.changes() {
            if let Change::DeleteOutbox(id) = change {
                waiting.retain(|left| left.id != *id);
            }
        }
        if waiting.is_empty() && row.state == MessageState::Sending {
            self.put_message(MessageRow { state: MessageState::Failed(why), ..row });
        }
        Ok(())
    }

    /// Somebody shows something. Whatever it is, its author is told no more than that it came.
    pub(super) fn receive_story(
        &mut self,
        contact: &ContactRow,
        written: Written,
        post: Post,
        posted: Timestamp,
    ) -> Result<(), StepError> {
        let Written { author, id, sent_at, at } = written;
        if !self.may_share_stories(contact) {
            self.dropped(Rejection::Authority);
            return Ok(());
        }
        self.owe_receipt(contact, id, MessageState::Delivered)?;
        if self.message(&author, &id)?.is_some() || self.rows.is_gone(&author, &id)? {
            return Ok(());
        }
        // The earliest of three clocks: neither its author nor the relay can make it last longer, nor bring it back.
        let posted = posted.min(sent_at).min(at);
        let expires_at = posted.saturating_add(STORY_LIFE);
        let taken_back = self.is_taken_back(author, id)?;
        if taken_back || expires_at <= self.now || expires_at <= at {
            self.change(Change::PutGone { author, id, at: self.now });
            if !taken_back {
                self.dropped(Rejection::Late);
            }
            return Ok(());
        }
        if !is_sound(&post) || self.rows.story_count(&author)? >= MOST {
            self.dropped(Rejection::Malformed);
            return Ok(());
        }
        self.effect(Effect::WakeAt(expires_at));
        self.put_message(MessageRow {
            id,
            chat: STORIES,
            author,
            at: posted,
            state: MessageState::Received,
            content: Content::Post(post.believed()),
            unread: true,
            marks: Marks { relay_at: Some(at), expires_at: Some(expires_at), ..Marks::default() },
        });
        self.event(Event::Arrived { chat: STORIES, author, id, mentioned: false });
        Ok(())
    }

    /// Its author has taken it back before it came.
    fn is_taken_back(&mut self, author: AccountId, id: MessageId) -> Result<bool, StepError> {
        let waiting = self.rows.waiting(&author, &id)?;
        if waiting.is_empty() {
            return Ok(false);
        }
        self.change(Change::DeleteWaiting { author, id });
        let by_author = waiting.iter().filter(|row| row.actor == author);
        Ok(by_author.filter_map(|row| codec::decode(&row.body).ok()).any(|body| matches!(body, Body::Delete { .. })))
    }

    /// The story that an action is meant for, if it is one.
    pub(super) fn story_meant(&self, body: &Body, actor: AccountId) -> Result<Option<MessageRow>, StepError> {
        match target(body, actor) {
            Some((author, id)) => Ok(self.message(&author, &id)?.filter(is_story)),
            None => Ok(None),
        }
    }

    /// Something is done to a story: its audience reacts, its author takes it back, nobody else does anything.
    pub(super) fn receive_story_action(
        &mut self,
        story: &MessageRow,
        actor: AccountId,
        at: Timestamp,
        body: Body,
    ) -> Result<(), StepError> {
        match body {
            Body::Delete { .. } if story.author == actor => {
                self.drop_story(story)?;
                Ok(())
            }
            Body::React { emoji, count, .. } if story.author == self.own.account => {
                if self.rows.viewer(&story.author, &story.id, &actor)?.is_none() {
                    self.dropped(Rejection::Authority);
                    return Ok(());
                }
                self.take_reaction(story, actor, at, emoji, count)
            }
            _ => {
                self.dropped(Rejection::Authority);
                Ok(())
            }
        }
    }

    /// Somebody says that a story of ours came, or was on their screen.
    pub(super) fn receive_story_receipt(
        &mut self,
        story: &MessageRow,
        person: AccountId,
        device: DeviceId,
        read: bool,
    ) -> Result<(), StepError> {
        let Some(viewer) = self.rows.viewer(&story.author, &story.id, &person)? else { return Ok(()) };
        self.change(Change::DeleteSentOf { device, message: story.id });
        if read && viewer.seen_at.is_none() {
            self.change(Change::PutViewer(ViewerRow { seen_at: Some(self.now), ..viewer }));
            self.event(Event::Message { chat: STORIES, author: story.author, id: story.id });
        }
        Ok(())
    }

    fn story_seen(&mut self, author: AccountId, id: MessageId, tell: bool) -> Result<(), StepError> {
        let row = self.shown_story(&author, &id)?;
        if !row.unread {
            return Ok(());
        }
        self.tell_siblings_seen(std::slice::from_ref(&row), false)?;
        self.put_message(MessageRow { unread: false, ..row });
        match self.contact_of(&author)?.filter(|contact| tell && self.may_share_stories(contact)) {
            Some(contact) => self.owe_receipt(&contact, id, MessageState::Read),
            None => Ok(()),
        }
    }

    fn react_to_story(&mut self, author: AccountId, id: MessageId, emoji: Option<String>) -> Result<(), StepError> {
        let row = self.shown_story(&author, &id)?;
        let contact = self.contact_of(&author)?.filter(|contact| self.may_share_stories(contact));
        let Some(contact) = contact else { return Err(StepError::NotPossible) };
        let Some(count) = self.react_here(&row, emoji.clone())? else { return Ok(()) };
        let action = self.new_message_id();
        let body = Body::React { author, message: id, emoji, count };
        self.enqueue(contact.account, None, OutboxKind::Action(action), &body, None)?;
        self.pump(contact.account)
    }

    fn take_story_back(&mut self, id: MessageId) -> Result<(), StepError> {
        let author = self.own.account;
        let row = self.message(&author, &id)?.filter(is_story).ok_or(StepError::NotFound("story"))?;
        let viewers = self.rows.viewers(&author, &id)?;
        let unsent = self.drop_story(&row)?;
        let gone = StoryHere { message: id, post: None, posted: row.at, viewers: Vec::new() };
        self.tell_siblings(&Body::StoryHere(gone))?;
        let body = Body::Delete { author, message: id };
        for viewer in viewers.into_iter().filter(|viewer| !unsent.contains(&viewer.person)) {
            let action = self.new_message_id();
            self.enqueue(viewer.person, None, OutboxKind::Action(action), &body, None)?;
            self.pump(viewer.person)?;
        }
        Ok(())
    }

    /// A story goes away on this device, with its files and with what of it waits to leave. Names those to whom nothing
    /// of it has left.
    pub(super) fn drop_story(&mut self, row: &MessageRow) -> Result<Vec<AccountId>, StepError> {
        let mut unsent = Vec::new();
        if row.author == self.own.account {
            for waiting in self.rows.outbox_of_message(&row.id)? {
                if waiting.copies.is_empty() && waiting.fills.is_none() {
                    unsent.push(waiting.recipient);
                }
                self.change(Change::DeleteOutbox(waiting.id));
            }
            if let Content::Post(post) = &row.content
                && !post.attachments.is_empty()
            {
                self.effect(Effect::WithdrawFiles(post.attachments.clone()));
            }
        } else {
            // A copy does not bring it back.
            self.change(Change::PutGone { author: row.author, id: row.id, at: self.now });
        }
        self.delete_message(row);
        Ok(unsent)
    }

    fn shown_story(&self, author: &AccountId, id: &MessageId) -> Result<MessageRow, StepError> {
        let row = self.message(author, id)?.filter(|row| is_shown(row, self.now));
        row.filter(|row| row.author != self.own.account).ok_or(StepError::NotFound("story"))
    }
}

/// What travels of a story.
pub(super) fn story_body(row: &MessageRow) -> Option<Body> {
    match &row.content {
        Content::Post(post) => Some(Body::Story { post: post.clone(), posted: row.at }),
        _ => None,
    }
}
