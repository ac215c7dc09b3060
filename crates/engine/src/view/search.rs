//! What was looked for in messages, and where it is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where to look. What is absent does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct SearchFilter {
    /// Only in this chat.
    #[ts(type = "number | null")]
    pub chat: Option<i64>,
    /// Only one's own messages, or only those of others.
    pub mine: Option<bool>,
    /// Not written before this time (ms since the epoch).
    #[ts(type = "number | null")]
    pub since: Option<i64>,
    /// Written before this time (ms since the epoch).
    #[ts(type = "number | null")]
    pub until: Option<i64>,
}

/// A message in which everything occurs that was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct SearchHit {
    /// Its chat.
    #[ts(type = "number")]
    pub chat: i64,
    /// Its position there; `thread_subscribe` goes to it.
    #[ts(type = "number")]
    pub order: i64,
    /// Its id.
    pub id: String,
    /// Sent by this account.
    pub mine: bool,
    /// When (ms since the epoch).
    #[ts(type = "number")]
    pub at: i64,
    /// One line around the first word that was found.
    pub excerpt: String,
}

/// Some of what was found, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct SearchPage {
    /// Newest first.
    pub hits: Vec<SearchHit>,
    /// There are older ones: ask again with `before` the last one's order.
    pub more: bool,
}

/// Where in one chat something occurs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct SearchPlaces {
    /// Positions, newest first.
    #[ts(type = "number[]")]
    pub orders: Vec<i64>,
    /// There are more than anybody looks through.
    pub more: bool,
}
