//! A question to a conversation: its answers, what each person chose, and when it was closed.

use minicbor::{Decode, Encode};
use sotto_wire::{AccountId, MessageId, Timestamp};

use crate::rows::{ChatId, Read};

/// Fewest and most answers.
const FEWEST: usize = 2;
const MOST: usize = 12;
/// Longest answer, in characters.
const LONGEST: usize = 120;

/// Answers to the question that its message asks.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Poll {
    /// 2 to 12, each different.
    #[n(0)]
    pub answers: Vec<String>,
    /// A person may choose more than one.
    #[cbor(n(1), default)]
    pub several: bool,
}

impl Poll {
    /// Answers without what surrounds them and without empty ones.
    pub fn new(answers: &[String], several: bool) -> Self {
        let answers = answers.iter().map(|answer| answer.trim()).filter(|answer| !answer.is_empty());
        Self { answers: answers.map(str::to_owned).collect(), several }
    }

    pub(crate) fn is_sound(&self) -> bool {
        let fits = |answer: &String| !answer.trim().is_empty() && answer.chars().count() <= LONGEST;
        let mut different = self.answers.clone();
        different.sort();
        different.dedup();
        (FEWEST..=MOST).contains(&self.answers.len())
            && self.answers.iter().all(fits)
            && different.len() == self.answers.len()
    }

    /// One person may choose these: in order, each once, and one only unless several may be chosen. None is a vote
    /// taken back.
    pub(crate) fn takes(&self, choice: &[u8]) -> bool {
        choice.is_sorted_by(|one, next| one < next)
            && choice.iter().all(|answer| usize::from(*answer) < self.answers.len())
            && (self.several || choice.len() <= 1)
    }
}

/// What one person chose, once. All of it is kept: should the end turn out to be earlier than the last choice, the
/// one before counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoteRow {
    /// In which chat.
    pub chat: ChatId,
    /// Whose poll.
    pub author: AccountId,
    /// Which.
    pub id: MessageId,
    /// Who voted.
    pub person: AccountId,
    /// Places of answers, counted from 0; none when the vote was taken back.
    pub choice: Vec<u8>,
    /// The greatest stands.
    pub count: u32,
    /// The relay's time; what came after the end does not count.
    pub at: Timestamp,
}

/// A poll that was closed by its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PollEnd {
    /// Whose poll.
    pub author: AccountId,
    /// Which.
    pub id: MessageId,
    /// The relay's time. The earliest stands.
    pub at: Timestamp,
}

/// A change of polls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PollChange {
    /// Somebody has voted.
    PutVote(VoteRow),
    /// It is over.
    PutEnd(PollEnd),
}

/// Reads what was said to polls.
pub trait PollRows {
    /// What one person chose last.
    fn vote(&self, author: &AccountId, id: &MessageId, person: &AccountId) -> Read<Option<VoteRow>>;
    /// The end of a poll, if it has come.
    fn poll_end(&self, author: &AccountId, id: &MessageId) -> Read<Option<PollEnd>>;
}
