//! The encrypted database of a Sotto device.
//!
//! **One thread owns the [`Store`] and writes through a [`Batch`]: read rows, make a step, apply its changes,
//! commit, and only then acknowledge or draw.** A batch that is dropped leaves nothing behind. Windows look
//! through a [`Reader`], which never waits for a batch. Every table has its own file with its SQL, its row and
//! its queries; [`schema()`] is what they come to, and `docs/schema.sql` equals it.
//!
//! The file is SQLCipher's, opened with a raw key; nothing a person wrote, no number and no key ever lies on the
//! disk in the clear, in the journal neither.

#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod apply;
mod attachments;
mod batch;
mod chats;
mod column;
mod contacts;
mod devices;
mod edits;
mod error;
mod fold;
mod gallery;
mod gaps;
mod gone;
mod groups;
mod links;
mod messages;
mod migrate;
mod olm_account;
mod open;
mod outbox;
mod outbox_copies;
mod own;
mod own_profile;
mod own_seal_keys;
mod peer_chain;
mod peers;
mod pins;
mod polls;
mod profiles;
mod queries;
mod reactions;
mod reader;
mod receipts;
mod relay;
mod rows;
mod scheduled;
mod schema;
mod search_texts;
mod seen;
mod sent;
mod sessions;
mod settings;
mod sign_up;
mod sql;
mod storage;
mod stories;
mod waiting_actions;

pub use attachments::{BlobState, FilePlace, WantedFile};
pub use batch::Batch;
pub use chats::{ChatListRow, ChatMarks, Mark};
pub use contacts::ContactDetails;
pub use error::{OpenError, StoreError};
pub use gallery::{Drawer, GalleryCounts};
pub use groups::list::GroupListRow;
pub use messages::{Page, ThreadPage, ThreadRow, Unread};
pub use open::Store;
pub use own_profile::OwnProfileRow;
pub use profiles::ProfileRow;
pub use queries::Queries;
pub use reader::{Reader, Snapshot};
pub use relay::RelayRow;
pub use schema::schema;
pub use search_texts::{Found, Sought, first_match};
pub use sign_up::SignUpRow;
pub use storage::{KeptFiles, KeptFilter};
