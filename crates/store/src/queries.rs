//! What the engine asks to show, on any handle.

use std::{collections::BTreeMap, fmt};

use rusqlite::Connection;
use serde_json::Value;
use sotto_machine::{
    group::rows::{GroupReceiptRow, GroupRequestRow, GroupRow},
    poll::VoteRow,
    rows::{ChatId, ContactRow, EditRow, OwnRow, PeerRow, ReactionRow},
    schedule::ScheduledRow,
    story::ViewerRow,
};
use sotto_wire::{AccountId, GroupId, Hash, MessageId, Timestamp};

use crate::{
    attachments::{self, WantedFile},
    chats::{self, ChatListRow},
    contacts::{self, ContactDetails},
    edits,
    gallery::{self, Drawer, GalleryCounts},
    groups::{self, list::GroupListRow},
    links,
    messages::{self, Page, ThreadPage, ThreadRow, Unread},
    outbox, own,
    own_profile::{self, OwnProfileRow},
    peers, pins, polls, profiles, reactions,
    relay::{self, RelayRow},
    scheduled,
    search_texts::{self, Found, Sought},
    settings,
    sign_up::{self, SignUpRow},
    sql::Result,
    storage::{self, KeptFiles, KeptFilter},
    stories,
};

/// Everything that is shown, read from a [`crate::Store`], a [`crate::Batch`] (uncommitted changes included), a
/// [`crate::Reader`] or a [`crate::Snapshot`].
///
/// Every method fails with a [`crate::StoreError`] when the database cannot be read.
#[derive(Clone, Copy)]
pub struct Queries<'c> {
    db: &'c Connection,
}

impl fmt::Debug for Queries<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queries")
    }
}

#[expect(clippy::missing_errors_doc, reason = "said once, above the type")]
impl<'c> Queries<'c> {
    pub(crate) fn of(db: &'c Connection) -> Self {
        Self { db }
    }

    /// All chats but hidden ones: the pinned, then the one with the newest entry.
    pub fn chats(&self) -> Result<Vec<ChatListRow>> {
        chats::list(self.db)
    }

    /// One chat as its row in the list shows it.
    pub fn chat(&self, chat: ChatId) -> Result<Option<ChatListRow>> {
        chats::list_row(self.db, chat)
    }

    /// What was written in a chat and not sent.
    pub fn draft(&self, chat: ChatId) -> Result<Option<String>> {
        chats::draft(self.db, chat)
    }

    /// All groups as rows of the chat list, the one with the newest entry first.
    pub fn group_chats(&self) -> Result<Vec<GroupListRow>> {
        groups::list::all_rows(self.db)
    }

    /// One group as its row in the list shows it.
    pub fn group_chat(&self, chat: ChatId) -> Result<Option<GroupListRow>> {
        groups::list::row(self.db, chat)
    }

    /// The group of a chat.
    pub fn group_of_chat(&self, chat: ChatId) -> Result<Option<GroupRow>> {
        groups::of_chat(self.db, chat)
    }

    /// A group.
    pub fn group(&self, group: &GroupId) -> Result<Option<GroupRow>> {
        groups::get(self.db, group)
    }

    /// How far one's own message has come with each member.
    pub fn group_receipts(&self, message: &MessageId) -> Result<Vec<GroupReceiptRow>> {
        groups::receipts::of_message(self.db, message)
    }

    /// What is known of somebody by their account: also of those whose chat is not in the list.
    pub fn person(&self, account: &AccountId) -> Result<Option<ContactDetails>> {
        match contacts::of_account(self.db, account)? {
            Some(contact) => contacts::details(self.db, contact.chat),
            None => Ok(None),
        }
    }

    /// A stretch of a conversation.
    pub fn thread(&self, chat: ChatId, page: Page, limit: u32) -> Result<ThreadPage> {
        messages::page(self.db, chat, page, limit)
    }

    /// What of a conversation was not read yet.
    pub fn unread(&self, chat: ChatId) -> Result<Unread> {
        messages::unread(self.db, chat)
    }

    /// How many entries were not read yet, in chats that make themselves heard; a chat that is only marked counts one.
    pub fn unread_total(&self, now: Timestamp) -> Result<u32> {
        chats::unread_total(self.db, now)
    }

    /// Who asks to come into a group, first come first.
    pub fn group_requests(&self, group: &GroupId) -> Result<Vec<GroupRequestRow>> {
        groups::requests::of_group(self.db, group)
    }

    /// Until when a chat is muted, which may be over, and whether it is heard then when this person is mentioned.
    pub fn muted(&self, chat: ChatId) -> Result<(Option<Timestamp>, bool)> {
        chats::muted(self.db, chat)
    }

    /// Whether notifications of a chat are without a sound, and without what was written.
    pub fn notification_rules(&self, chat: ChatId) -> Result<(bool, bool)> {
        chats::rules(self.db, chat)
    }

    /// Position of the newest entry of a chat.
    pub fn newest(&self, chat: ChatId) -> Result<Option<i64>> {
        messages::newest(self.db, chat)
    }

    /// An entry with its place.
    pub fn message(&self, author: &AccountId, id: &MessageId) -> Result<Option<ThreadRow>> {
        messages::get(self.db, author, id)
    }

    /// An entry by its place.
    pub fn message_at(&self, position: i64) -> Result<Option<ThreadRow>> {
        messages::at(self.db, position)
    }

    /// The reactions to a message that stand, in the order in which they came.
    pub fn reactions(&self, author: &AccountId, id: &MessageId) -> Result<Vec<ReactionRow>> {
        reactions::of_message(self.db, author, id)
    }

    /// The wordings of a message, oldest first; none when it has only had one.
    pub fn edits(&self, author: &AccountId, id: &MessageId) -> Result<Vec<EditRow>> {
        edits::of_message(self.db, author, id)
    }

    /// Is this message pinned?
    pub fn is_pinned(&self, author: &AccountId, id: &MessageId) -> Result<bool> {
        pins::is_pinned(self.db, author, id)
    }

    /// The pinned messages of a chat, oldest first.
    pub fn pins(&self, chat: ChatId) -> Result<Vec<ThreadRow>> {
        pins::of_chat(self.db, chat)
    }

    /// Kept messages, newest first: of one chat, or of all.
    pub fn starred(&self, chat: Option<ChatId>, limit: u32) -> Result<Vec<ThreadRow>> {
        messages::starred(self.db, chat, limit)
    }

    /// Lines of calls in all chats, newest first: those before a place, or from the newest on.
    pub fn calls(&self, before: Option<i64>, limit: u32) -> Result<Vec<ThreadRow>> {
        messages::calls(self.db, before, limit)
    }

    /// Messages of a chat that are to leave later, by their time.
    pub fn scheduled(&self, chat: ChatId) -> Result<Vec<ScheduledRow>> {
        scheduled::of_chat(self.db, chat)
    }

    /// The votes of a poll that count, the earliest first.
    pub fn votes(&self, author: &AccountId, id: &MessageId) -> Result<Vec<VoteRow>> {
        polls::counting(self.db, author, id)
    }

    /// A poll is over.
    pub fn poll_ended(&self, author: &AccountId, id: &MessageId) -> Result<bool> {
        Ok(polls::end(self.db, author, id)?.is_some())
    }

    /// Stories whose time is not over, oldest first.
    pub fn stories(&self, now: Timestamp) -> Result<Vec<ThreadRow>> {
        stories::shown(self.db, now)
    }

    /// The audience of one's own story, by account.
    pub fn story_viewers(&self, author: &AccountId, id: &MessageId) -> Result<Vec<ViewerRow>> {
        stories::viewers(self.db, author, id)
    }

    /// People whose stories are out of the way.
    pub fn muted_stories(&self) -> Result<Vec<AccountId>> {
        stories::muted(self.db)
    }

    /// Messages of a chat with something in a drawer of its gallery, newest first, before a position.
    pub fn gallery(&self, chat: ChatId, drawer: Drawer, before: Option<i64>, limit: u32) -> Result<Vec<ThreadRow>> {
        gallery::page(self.db, chat, drawer, before, limit)
    }

    /// How much a chat's gallery holds.
    pub fn gallery_counts(&self, chat: ChatId) -> Result<GalleryCounts> {
        gallery::counts(self.db, chat)
    }

    /// Addresses in the text of the message at a position.
    pub fn links(&self, position: i64) -> Result<Vec<String>> {
        links::of(self.db, position)
    }

    /// Files to be fetched, those of the oldest message first.
    pub fn wanted_files(&self) -> Result<Vec<WantedFile>> {
        attachments::wanted(self.db)
    }

    /// Names of the bytes of files to be fetched.
    pub fn wanted_blobs(&self) -> Result<Vec<Hash>> {
        attachments::wanted_blobs(self.db)
    }

    /// Own messages that wait until their files are at the relay, oldest first.
    pub fn uploads(&self) -> Result<Vec<MessageId>> {
        outbox::uploads(self.db)
    }

    /// Encrypted files that may be on the disk and that no message has or waits for any more.
    pub fn discarded_blobs(&self) -> Result<Vec<Hash>> {
        attachments::discarded(self.db)
    }

    /// Encrypted files that some message names.
    pub fn blobs(&self) -> Result<Vec<Hash>> {
        attachments::blobs(self.db)
    }

    /// Files on this device, by kind.
    pub fn kept_files(&self) -> Result<Vec<KeptFiles>> {
        storage::by_kind(self.db)
    }

    /// Files on this device, by chat and kind; those of stories are in none.
    pub fn kept_files_by_chat(&self) -> Result<Vec<(ChatId, KeptFiles)>> {
        storage::by_chat(self.db)
    }

    /// Files that can be let go of, the largest first: each with its message.
    pub fn largest_files(&self, filter: KeptFilter, limit: u32) -> Result<Vec<(ThreadRow, u32)>> {
        storage::largest(self.db, filter, limit)
    }

    /// Messages in which every word occurs, as a part of a word too, newest first. Case and accents do
    /// not count.
    pub fn search<'a>(&self, sought: impl Into<Sought<'a>>, limit: u32) -> Result<Vec<Found>> {
        search_texts::search(self.db, &sought.into(), limit)
    }

    /// All people this device writes with.
    pub fn contacts(&self) -> Result<Vec<ContactRow>> {
        contacts::get_all(self.db)
    }

    /// The person whose current account this is.
    pub fn contact_of(&self, account: &AccountId) -> Result<Option<ContactRow>> {
        contacts::of_account(self.db, account)
    }

    /// Everything known of a person.
    pub fn contact(&self, chat: ChatId) -> Result<Option<ContactDetails>> {
        contacts::details(self.db, chat)
    }

    /// The picture of a person.
    pub fn picture(&self, chat: ChatId) -> Result<Option<Vec<u8>>> {
        match groups::pictures::of_chat(self.db, chat)? {
            Some(picture) => Ok(Some(picture)),
            None => profiles::picture(self.db, chat),
        }
    }

    /// When the profile of an account was last fetched.
    pub fn profile_fetched_at(&self, account: &AccountId) -> Result<Option<Timestamp>> {
        profiles::fetched_at(self.db, account)
    }

    /// The pinned device list of an account.
    pub fn peer(&self, account: &AccountId) -> Result<Option<PeerRow>> {
        peers::get(self.db, account)
    }

    /// This account and device, once signed up.
    pub fn own(&self) -> Result<Option<OwnRow>> {
        own::get(self.db)
    }

    /// What this person shows of themselves, once chosen.
    pub fn own_profile(&self) -> Result<Option<OwnProfileRow>> {
        own_profile::get(self.db)
    }

    /// One's own picture.
    pub fn own_picture(&self) -> Result<Option<Vec<u8>>> {
        own_profile::picture(self.db)
    }

    /// One setting.
    pub fn setting(&self, key: &str) -> Result<Option<Value>> {
        settings::get(self.db, key)
    }

    /// All settings that were ever chosen.
    pub fn settings(&self) -> Result<BTreeMap<String, Value>> {
        settings::get_all(self.db)
    }

    /// The relay, once chosen.
    pub fn relay(&self) -> Result<Option<RelayRow>> {
        relay::get(self.db)
    }

    /// A sign-up that waits for its code.
    pub fn sign_up(&self) -> Result<Option<SignUpRow>> {
        sign_up::get(self.db)
    }
}
