//! Telling the relay's operator about somebody.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why somebody is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum ReportReasonView {
    /// Unwanted messages, sent to many.
    Spam,
    /// Money or secrets are wanted under false pretences.
    Fraud,
    /// Threats or insults.
    Abuse,
    /// Anything else; the words say what.
    Other,
}
