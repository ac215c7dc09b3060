//! The lines that calls leave.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum CallOutcome {
    /// Nobody answered.
    Missed,
    /// Who called gave up.
    Cancelled,
    /// Who was called did not want it.
    Declined,
    /// Who was called was in another call.
    Busy,
    /// Taken on another device of this person.
    Elsewhere,
    /// No way was found.
    Failed,
    /// They talked.
    Answered,
}

/// A call as a line of its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct CallLineView {
    /// With a picture.
    pub video: bool,
    /// How it went.
    pub outcome: CallOutcome,
    /// How long they talked.
    pub seconds: u32,
}
