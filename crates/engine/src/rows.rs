//! From rows of the database to what a window draws.

mod attachments;
mod entry;
pub(crate) mod groups;
pub(crate) mod links;
pub(crate) mod mentions;
pub(crate) mod parts;
pub(crate) mod stories;

use std::{borrow::Cow, collections::BTreeSet};

use sotto_machine::call::{CallLine, Outcome};
use sotto_machine::post::Post;
use sotto_machine::rows::{ChatId, Content, Failure, MessageRow, MessageState as State, Notice, ReactionRow, Trust};
use sotto_store::{ChatListRow, ContactDetails, OwnProfileRow, Queries, RelayRow, StoreError, ThreadRow, first_match};
use sotto_wire::{AccountId, PhoneNumber, Timestamp};

pub(crate) use self::{
    attachments::staged,
    entry::{message, page},
};
use crate::{
    error::Code,
    number, people,
    view::{
        CallLineView, CallOutcome, ChatRow, ContactView, LastMessage, Me, MessageState, NoticeKind, PersonView,
        PresenceView, ReactionNews, RelayInfo, SearchHit, Settings, Stage, TrustView, Wallpaper,
    },
};

/// Longest preview in the chat list, in characters.
const PREVIEW: usize = 120;

/// Longest line around something found, and how much of it stands before, in characters.
const EXCERPT: usize = 160;
const EXCERPT_BEFORE: usize = 24;

/// Who looks, and what they may see.
#[derive(Debug, Clone)]
pub(crate) struct Eye {
    account: Option<AccountId>,
    /// Who does not say what they have read is not told either.
    read_receipts: bool,
    /// People in groups, as far as they were looked up.
    faces: groups::Faces,
    /// Groups in which others' messages may be taken back, and whose.
    below: BTreeSet<(ChatId, AccountId)>,
}

impl Eye {
    pub(crate) fn open(queries: &Queries<'_>, settings: &Settings) -> Result<Self, StoreError> {
        let account = queries.own()?.map(|own| own.account);
        Ok(Self {
            account,
            read_receipts: settings.read_receipts,
            faces: groups::Faces::default(),
            below: BTreeSet::new(),
        })
    }

    pub(crate) fn is_mine(&self, message: &MessageRow) -> bool {
        self.account == Some(message.author)
            && matches!(message.content, Content::Post(_) | Content::Call(_) | Content::Deleted)
    }

    /// It was listened to: here, or, if that may be known, by everybody it was for.
    fn is_played(&self, message: &MessageRow) -> bool {
        match self.is_mine(message) {
            true => self.read_receipts && message.state == State::Played,
            false => message.marks.played,
        }
    }

    fn state(&self, state: State) -> MessageState {
        match state {
            State::Received => MessageState::Received,
            State::Held => MessageState::Held,
            State::Sending => MessageState::Sending,
            State::Sent => MessageState::Sent,
            State::Read | State::Played if self.read_receipts => MessageState::Read,
            State::Delivered | State::Read | State::Played => MessageState::Delivered,
            State::Failed(_) => MessageState::Failed,
        }
    }
}

pub(crate) fn chat(row: ChatListRow, eye: &Eye) -> ChatRow {
    let title = people::title(&row.contact, row.given_name.as_deref(), &row.own_name);
    ChatRow {
        id: row.contact.chat.0,
        order: row.order,
        initials: people::initials(&title),
        hue: people::hue(&row.contact.account),
        picture_rev: row.picture_rev,
        last: row.newest.map(|newest| last(&newest, row.reaction.as_ref(), &title, eye)),
        unread: row.unread,
        draft: row.draft,
        timer: row.timer,
        scheduled: row.scheduled,
        trust: trust(row.contact.trust),
        request: !row.contact.accepted,
        own: row.own,
        pinned: row.marks.pinned,
        archived: row.marks.archived,
        muted_until: row.marks.muted_until.map(shown_until),
        marked_unread: row.marks.marked_unread,
        quiet: row.marks.quiet,
        discreet: row.marks.discreet,
        wallpaper: row.marks.wallpaper.and_then(Wallpaper::of),
        blocked: row.contact.blocked,
        group: None,
        mention: None,
        but_mentions: false,
        title,
    }
}

fn last(row: &ThreadRow, reaction: Option<&(ReactionRow, ThreadRow)>, title: &str, eye: &Eye) -> LastMessage {
    let about = reaction.map_or(&row.message, |(_, message)| &message.message);
    let news = reaction
        .and_then(|(reaction, _)| reaction.emoji.clone().map(|emoji| ReactionNews { emoji, name: title.to_owned() }));
    let (file, name) = attachments::newest(about);
    LastMessage {
        author: author(about, eye).map(|person| person.name),
        preview: mentions::spoken(about, eye)
            .map(|text| preview(&text))
            .filter(|text| !text.is_empty())
            .or(name)
            .unwrap_or_default(),
        part: post(about).and_then(parts::part),
        file,
        deleted: matches!(about.content, Content::Deleted),
        reaction: news,
        notice: match &about.content {
            Content::Notice(notice) => Some(self::notice(*notice, about, eye)),
            Content::Group(line) => Some(groups::line(line, eye)),
            Content::Post(_) | Content::Call(_) | Content::Deleted => None,
        },
        call: match &about.content {
            Content::Call(line) => Some(call_line(*line)),
            _ => None,
        },
        mine: eye.is_mine(&row.message),
        state: eye.state(row.message.state),
        at: milliseconds(row.message.at),
    }
}

/// A message that was found; `None` for what nobody wrote.
pub(crate) fn hit(row: &ThreadRow, sought: &str, eye: &Eye) -> Option<SearchHit> {
    Some(SearchHit {
        chat: row.message.chat.0,
        order: row.position,
        id: row.message.id.to_string(),
        mine: eye.is_mine(&row.message),
        at: milliseconds(row.message.at),
        excerpt: excerpt(&text(&row.message)?, sought),
    })
}

/// One line around the first word that was looked for.
fn excerpt(text: &str, sought: &str) -> String {
    let found = first_match(text, sought).unwrap_or(0);
    let (before, rest) = text.split_at_checked(found).unwrap_or(("", text));
    let skipped = before.chars().count().saturating_sub(EXCERPT_BEFORE);
    let shown = before.chars().skip(skipped).chain(rest.chars());
    let mut line = if skipped > 0 { "…".to_owned() } else { String::new() };
    line.extend(shown.take(EXCERPT).map(|letter| if letter.is_whitespace() { ' ' } else { letter }));
    line
}

/// The first line that says something, without marks.
fn preview(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let words = line.split(' ').map(unmarked);
    words.collect::<Vec<_>>().join(" ").chars().take(PREVIEW).collect()
}

/// A mark counts only at the edges of a word, so that `snake_case` and `2*3` stay what they are.
fn unmarked(word: &str) -> &str {
    const MARKS: [char; 4] = ['*', '_', '~', '`'];
    let bare = word.trim_matches(MARKS);
    if bare.is_empty() { word } else { bare }
}

/// The words of a message; of one without, those of what it carries.
pub(crate) fn text(message: &MessageRow) -> Option<Cow<'_, str>> {
    post(message).map(Post::words)
}

pub(crate) fn post(message: &MessageRow) -> Option<&Post> {
    match &message.content {
        Content::Post(post) => Some(post),
        Content::Notice(_) | Content::Group(_) | Content::Call(_) | Content::Deleted => None,
    }
}

/// Who wrote it, where that is not plain: somebody else's message in a group.
fn author(message: &MessageRow, eye: &Eye) -> Option<PersonView> {
    let shown = matches!(message.content, Content::Post(_) | Content::Deleted) && !eye.is_mine(message);
    eye.faces.get(&message.author).filter(|_| shown).cloned()
}

pub(crate) fn contact(details: ContactDetails, presence: PresenceView) -> ContactView {
    let title = people::title_of(&details);
    let ContactDetails { contact, given_name, own_name, about, picture_rev, own } = details;
    ContactView {
        chat: contact.chat.0,
        initials: people::initials(&title),
        hue: people::hue(&contact.account),
        title,
        own_name,
        given_name,
        about,
        number: contact.number.as_ref().map(PhoneNumber::to_string),
        number_display: contact.number.as_ref().map(number::display),
        picture_rev,
        trust: trust(contact.trust),
        request: !contact.accepted,
        own,
        blocked: contact.blocked,
        presence,
    }
}

pub(crate) fn me(account: &AccountId, number: &PhoneNumber, profile: OwnProfileRow, relay: RelayInfo) -> Me {
    Me {
        initials: people::initials(&profile.name),
        hue: people::hue(account),
        name: profile.name,
        about: profile.about,
        number: number.to_string(),
        number_display: number::display(number),
        picture_rev: profile.picture_rev,
        relay,
    }
}

pub(crate) fn relay(row: &RelayRow) -> RelayInfo {
    RelayInfo { address: row.address.clone(), name: row.name.clone(), local: row.local }
}

/// How far a sign-up has come.
pub(crate) fn onboarding(relay: Option<&RelayRow>, number: Option<&PhoneNumber>, invitation_needed: bool) -> Stage {
    Stage::Onboarding {
        relay: relay.map(self::relay),
        number: number.map(PhoneNumber::to_string),
        number_display: number.map(number::display),
        invitation_needed,
    }
}

fn trust(trust: Trust) -> TrustView {
    match trust {
        Trust::Unknown => TrustView::Unknown,
        Trust::FirstSeen => TrustView::FirstSeen,
        Trust::Verified => TrustView::Verified,
        Trust::Violated => TrustView::Violated,
    }
}

fn notice(notice: Notice, row: &MessageRow, eye: &Eye) -> NoticeKind {
    match notice {
        Notice::Encrypted => NoticeKind::Encrypted,
        Notice::KeyChanged => NoticeKind::KeyChanged,
        Notice::KeyViolated => NoticeKind::KeyViolated,
        Notice::Verified => NoticeKind::Verified,
        Notice::Gap { count } => NoticeKind::Gap { count },
        Notice::Lost { count } => NoticeKind::Lost { count },
        Notice::SentLate { minutes } => NoticeKind::SentLate { minutes },
        Notice::Timer { seconds } => NoticeKind::Timer { seconds, mine: eye.account == Some(row.author) },
    }
}

/// How a call went.
pub(crate) fn call_line(line: CallLine) -> CallLineView {
    let (outcome, seconds) = call_outcome(line.outcome);
    CallLineView { video: line.video, outcome, seconds }
}

pub(crate) fn call_outcome(outcome: Outcome) -> (CallOutcome, u32) {
    match outcome {
        Outcome::Missed => (CallOutcome::Missed, 0),
        Outcome::Cancelled | Outcome::Crossed => (CallOutcome::Cancelled, 0),
        Outcome::Declined => (CallOutcome::Declined, 0),
        Outcome::Busy => (CallOutcome::Busy, 0),
        Outcome::Elsewhere => (CallOutcome::Elsewhere, 0),
        Outcome::Failed => (CallOutcome::Failed, 0),
        Outcome::Answered { seconds } => (CallOutcome::Answered, seconds),
    }
}

fn failure(failure: Failure) -> Code {
    match failure {
        Failure::MailboxFull => Code::MailboxFull,
        Failure::TooLarge => Code::TextTooLong,
        Failure::AccountGone => Code::AccountGone,
        Failure::KeysRejected => Code::KeysRejected,
        Failure::Rejected => Code::Internal,
        Failure::FileTooLarge => Code::FileTooLarge,
        Failure::QuotaFull => Code::QuotaFull,
        Failure::RelayFull => Code::RelayFull,
        Failure::FileMissing => Code::FileMissing,
    }
}

/// The greatest time is for good; JavaScript's greatest whole number stands for it.
fn shown_until(until: Timestamp) -> i64 {
    const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;

    milliseconds(until).min(MAX_SAFE_INTEGER)
}

pub(crate) fn milliseconds(at: Timestamp) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_line_without_marks() {
        assert_eq!(preview("\n  *Bring* the _red_ `cable`\nand more"), "Bring the red cable");
        assert_eq!(preview("a snake_case * 2*3 ~no~"), "a snake_case * 2*3 no");
        assert_eq!(preview(" \n "), "");
    }

    #[test]
    fn an_excerpt_is_one_line_around_what_was_found() {
        assert_eq!(excerpt("Bring the\nred cable", "CABLE"), "Bring the red cable");
        let long = format!("{} Brûlée {}", "a".repeat(100), "b".repeat(300));
        let line = excerpt(&long, "brulee");
        assert!(line.starts_with("…aaa") && line.contains(" Brûlée bbb") && line.chars().count() == EXCERPT + 1);
    }
}
