//! People who are named in messages to groups.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::PersonView;

/// A stretch of a text that names a member, as a window sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct MentionRange {
    /// Where it begins, as JavaScript counts (UTF-16 code units).
    pub start: u32,
    /// How long it is, counted alike.
    pub length: u32,
    /// Hex, as in [`PersonView::account`].
    pub account: String,
}

/// A stretch of a text that names somebody. Draw their present name instead of what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct MentionView {
    /// Where it begins, as JavaScript counts (UTF-16 code units).
    pub start: u32,
    /// How long it is, counted alike.
    pub length: u32,
    /// Whom it names.
    pub person: PersonView,
}
