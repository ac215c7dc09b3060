//! What stands behind a link.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The page behind an address, as its sender's device saw it. Nothing is fetched to draw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct LinkPreviewView {
    /// As it stands in the text.
    pub url: String,
    /// Its host: read from the address here, not what anybody says.
    pub host: String,
    /// What the page calls itself.
    pub title: String,
    /// What it says about itself; may be empty.
    pub description: String,
    /// A small picture as a data address.
    pub picture: Option<String>,
}
