//! What a person tells the relay's operator about another.

use serde::{Deserialize, Serialize};

use crate::{
    AccountId, Timestamp,
    limits::{MAX_REPORT_CHARS, MAX_REPORT_EXCERPTS},
};

/// What one person tells the operator about another. The relay can read no messages: whatever is said here, its sender has
/// seen before, and nothing proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whom it is about.
    pub account: AccountId,
    /// Why.
    pub reason: ReportReason,
    /// In the reporter's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Messages that the reporter wants the operator to see, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excerpts: Vec<ReportExcerpt>,
}

impl Report {
    /// Nothing in it is longer than it may be.
    pub fn is_sound(&self) -> bool {
        let short = |text: &str| text.chars().count() <= MAX_REPORT_CHARS;
        short(&self.words)
            && self.excerpts.len() <= MAX_REPORT_EXCERPTS
            && self.excerpts.iter().all(|excerpt| short(&excerpt.text))
    }
}

/// Why somebody is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportReason {
    /// Unwanted messages, sent to many.
    Spam,
    /// Money or secrets are wanted under false pretences.
    Fraud,
    /// Threats or insults.
    Abuse,
    /// Anything else; the words say what.
    Other,
}

/// A message as the reporter has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportExcerpt {
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub text: String,
}
