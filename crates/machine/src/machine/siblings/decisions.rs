//! What a person decides on one device holds on all of theirs: whom they block, whose safety number matches, the key of
//! their profile, and what they show as a story.
//!
//! A word that was missed is said again only while it still holds, so that an old one undoes no newer one.

use sotto_wire::{AccountId, DeviceId, Timestamp};

use crate::{
    body::{BlockedHere, Body, ProfileKeyHere, StoryHere},
    changes::Change,
    machine::context::Step,
    rows::{Content, DeviceRow, Marks, MessageRow, MessageState, OutboxKind, Secret32, Trust},
    step::{Effect, StepError},
    story::{MOST, STORIES, STORY_LIFE, ViewerRow, is_sound, is_story},
};

/// People of a story's audience whom one's other devices hear of.
const MOST_VIEWERS: usize = 4_000;

impl Step<'_> {
    /// A device that was just let in learns what was decided about people before.
    pub(in crate::machine) fn share_decisions_with(&mut self, device: DeviceId) -> Result<(), StepError> {
        for contact in self.rows.contacts()? {
            let blocked = Body::BlockedHere(BlockedHere { account: contact.account, blocked: true });
            let words = [
                contact.blocked.then_some(blocked),
                (contact.trust == Trust::Verified).then_some(Body::VerifiedHere(contact.account)),
            ];
            for word in words.into_iter().flatten() {
                let kind = OutboxKind::Action(self.new_message_id());
                self.enqueue(self.own.account, Some(device), kind, &word, None)?;
            }
        }
        self.pump(self.own.account)
    }

    /// Whether a word to one's own devices still holds; `None` if it is none.
    pub(in crate::machine) fn still_holds(&self, body: &Body) -> Result<Option<bool>, StepError> {
        Ok(Some(match body {
            Body::BlockedHere(word) => self.contact_of(&word.account)?.is_some_and(|c| c.blocked == word.blocked),
            Body::VerifiedHere(account) => self.contact_of(account)?.is_some_and(|c| c.trust == Trust::Verified),
            Body::ProfileKeyHere(word) => word.key == self.own.profile_key.0,
            Body::StoryHere(story) => {
                story.post.is_none() || self.message(&self.own.account, &story.message)?.is_some()
            }
            Body::StarredHere { author, message, starred } => {
                self.message(author, message)?.is_some_and(|message| message.marks.starred == *starred)
            }
            _ => return Ok(None),
        }))
    }

    /// Somebody was blocked on another device, or is no longer.
    pub(super) fn blocked_there(&mut self, word: BlockedHere) -> Result<(), StepError> {
        if word.account == self.own.account {
            return Ok(());
        }
        let contact = self.meet(word.account)?;
        if contact.blocked == word.blocked { Ok(()) } else { self.put_blocked(contact, word.blocked) }
    }

    /// Safety numbers were compared on another device.
    pub(super) fn verified_there(&mut self, account: AccountId) -> Result<(), StepError> {
        if account == self.own.account {
            return Ok(());
        }
        let contact = self.meet(account)?;
        self.put_verified(contact)
    }

    /// Another key, and with it another delivery token: whoever is written to next learns it.
    pub(in crate::machine) fn take_profile_key(
        &mut self,
        key: Secret32,
        turned_at: Timestamp,
    ) -> Result<(), StepError> {
        self.own.profile_key = key;
        self.own.profile_turned_at = turned_at;
        self.change(Change::PutOwn(Box::new(self.own.clone())));
        for contact in self.rows.contacts()? {
            for device in self.rows.devices(&contact.account)?.into_iter().filter(|d| d.greeted) {
                let device = self.device(&device.device)?.unwrap_or(device);
                self.put_device(DeviceRow { greeted: false, ..device });
            }
        }
        Ok(())
    }

    /// The key was turned over on another device.
    pub(super) fn profile_key_there(&mut self, word: &ProfileKeyHere) -> Result<(), StepError> {
        let here = (self.own.profile_turned_at, self.own.profile_key.0);
        match (word.turned_at, word.key).cmp(&here) {
            std::cmp::Ordering::Greater => self.take_profile_key(Secret32(word.key), word.turned_at),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Less => {
                // Both were turned over at once, and the relay may have the one that does not stand.
                self.effect(Effect::PublishProfile);
                Ok(())
            }
        }
    }

    /// One's own story has reached the relay: one's other devices show it.
    pub(in crate::machine) fn tell_siblings_story(&mut self, row: &MessageRow) -> Result<(), StepError> {
        let Content::Post(post) = &row.content else { return Ok(()) };
        let viewers = self.rows.viewers(&row.author, &row.id)?;
        let viewers = viewers.into_iter().map(|viewer| viewer.person).take(MOST_VIEWERS).collect();
        let story = StoryHere { message: row.id, post: Some(post.clone()), posted: row.at, viewers };
        self.tell_siblings(&Body::StoryHere(story))
    }

    /// A story of one's own that was posted on another device, or taken back there.
    pub(super) fn story_there(&mut self, story: StoryHere, at: Timestamp) -> Result<(), StepError> {
        let (author, id) = (self.own.account, story.message);
        let known = self.message(&author, &id)?;
        let Some(post) = story.post else {
            if let Some(row) = known.filter(is_story) {
                self.drop_story(&row)?;
            }
            self.change(Change::PutGone { author, id, at: self.now });
            return Ok(());
        };
        let posted = story.posted.min(at);
        let expires_at = posted.saturating_add(STORY_LIFE);
        let over = expires_at <= self.now || self.rows.is_gone(&author, &id)?;
        if known.is_some() || over || !is_sound(&post) || self.rows.story_count(&author)? >= MOST {
            return Ok(());
        }
        for person in story.viewers.into_iter().take(MOST_VIEWERS) {
            self.change(Change::PutViewer(ViewerRow { author, id, person, seen_at: None }));
        }
        self.effect(Effect::WakeAt(expires_at));
        self.put_message(MessageRow {
            id,
            chat: STORIES,
            author,
            at: posted,
            state: MessageState::Sent,
            content: Content::Post(post.believed()),
            unread: false,
            marks: Marks { relay_at: Some(at), expires_at: Some(expires_at), ..Marks::default() },
        });
        Ok(())
    }
}
