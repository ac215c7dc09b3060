//! How states and contents of messages lie in their columns.

use rusqlite::types::{FromSqlResult, ToSqlOutput, ValueRef};
use sotto_machine::post::Post;
use sotto_machine::rows::{Content, Failure, MessageState, Notice};

use crate::{
    column::{Column, Fields, unreadable},
    groups::{from_cbor, to_cbor},
};

impl Column for MessageState {
    fn to_column(&self) -> ToSqlOutput<'_> {
        let word = match self {
            Self::Received => "received",
            Self::Held => "held",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
            Self::Failed(Failure::MailboxFull) => "failed: mailbox full",
            Self::Failed(Failure::TooLarge) => "failed: too large",
            Self::Failed(Failure::AccountGone) => "failed: account gone",
            Self::Failed(Failure::KeysRejected) => "failed: keys rejected",
            Self::Failed(Failure::Rejected) => "failed: rejected",
            Self::Failed(Failure::FileTooLarge) => "failed: file too large",
            Self::Failed(Failure::QuotaFull) => "failed: quota full",
            Self::Failed(Failure::RelayFull) => "failed: relay full",
            Self::Failed(Failure::FileMissing) => "failed: file missing",
        };
        word.into()
    }

    fn from_column(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(match value.as_str()? {
            "received" => Self::Received,
            "held" => Self::Held,
            "sending" => Self::Sending,
            "sent" => Self::Sent,
            "delivered" => Self::Delivered,
            "read" => Self::Read,
            "played" => Self::Played,
            "failed: mailbox full" => Self::Failed(Failure::MailboxFull),
            "failed: too large" => Self::Failed(Failure::TooLarge),
            "failed: account gone" => Self::Failed(Failure::AccountGone),
            "failed: keys rejected" => Self::Failed(Failure::KeysRejected),
            "failed: rejected" => Self::Failed(Failure::Rejected),
            "failed: file too large" => Self::Failed(Failure::FileTooLarge),
            "failed: quota full" => Self::Failed(Failure::QuotaFull),
            "failed: relay full" => Self::Failed(Failure::RelayFull),
            "failed: file missing" => Self::Failed(Failure::FileMissing),
            _ => return Err(unreadable("message state")),
        })
    }
}

/// `text`, `extras`, `notice` and `count`.
type Columns<'c> = (Option<&'c str>, Option<Vec<u8>>, Option<&'static str>, Option<u32>);

/// The columns of what a message holds.
pub(super) fn columns(content: &Content) -> Columns<'_> {
    match content {
        Content::Post(post) => (Some(&post.text), post.extras(), None, None),
        Content::Notice(notice) => {
            let (word, count) = match *notice {
                Notice::Encrypted => ("encrypted", None),
                Notice::KeyChanged => ("key_changed", None),
                Notice::KeyViolated => ("key_violated", None),
                Notice::Verified => ("verified", None),
                Notice::Gap { count } => ("gap", Some(count)),
                Notice::Lost { count } => ("lost", Some(count)),
                Notice::Timer { seconds } => ("timer", Some(seconds)),
                Notice::SentLate { minutes } => ("sent_late", Some(minutes)),
            };
            (None, None, Some(word), count)
        }
        Content::Deleted => (None, None, Some("deleted"), None),
        Content::Group(line) => (None, Some(to_cbor(line)), Some("group"), None),
        Content::Call(line) => (None, Some(to_cbor(line)), Some("call"), None),
    }
}

/// From the columns `text`, `extras`, `notice` and `count`.
pub(super) fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<Content> {
    let text: Option<String> = f.take()?;
    let extras: Option<Vec<u8>> = f.take()?;
    let notice: Option<NoticeWord> = f.take()?;
    let count: Option<u32> = f.take()?;
    let count = count.unwrap_or(0);
    Ok(match notice {
        None => {
            let post = Post::join(text.unwrap_or_default(), extras.as_deref()).map_err(|_| unreadable("message"))?;
            Content::Post(post)
        }
        Some(NoticeWord::Encrypted) => Content::Notice(Notice::Encrypted),
        Some(NoticeWord::KeyChanged) => Content::Notice(Notice::KeyChanged),
        Some(NoticeWord::KeyViolated) => Content::Notice(Notice::KeyViolated),
        Some(NoticeWord::Verified) => Content::Notice(Notice::Verified),
        Some(NoticeWord::Gap) => Content::Notice(Notice::Gap { count }),
        Some(NoticeWord::Lost) => Content::Notice(Notice::Lost { count }),
        Some(NoticeWord::Timer) => Content::Notice(Notice::Timer { seconds: count }),
        Some(NoticeWord::SentLate) => Content::Notice(Notice::SentLate { minutes: count }),
        Some(NoticeWord::Deleted) => Content::Deleted,
        Some(NoticeWord::Group) => Content::Group(from_cbor(&extras.unwrap_or_default())?),
        Some(NoticeWord::Call) => Content::Call(from_cbor(&extras.unwrap_or_default())?),
    })
}

/// A notice without its count, or the trace of what was taken back.
enum NoticeWord {
    Encrypted,
    KeyChanged,
    KeyViolated,
    Verified,
    Gap,
    Lost,
    Timer,
    SentLate,
    Deleted,
    Group,
    Call,
}

crate::column::words!(NoticeWord as "notice" {
    Encrypted = "encrypted",
    KeyChanged = "key_changed",
    KeyViolated = "key_violated",
    Verified = "verified",
    Gap = "gap",
    Lost = "lost",
    Timer = "timer",
    SentLate = "sent_late",
    Deleted = "deleted",
    Group = "group",
    Call = "call",
});
