//! Files of messages: chosen, encrypted, brought to the relay and fetched from it.
//!
//! **A file lies on this device as it travels: encrypted under a key that stands in its message**, and so in the
//! encrypted database. Nothing is written in the clear but what a person saves or opens. The [`porter`] carries; what
//! it carries stands in the database, so a crash on either side costs one part at most.

pub(crate) mod carrying;
mod fetching;
mod kinds;
mod outgoing;
pub(crate) mod photo;
pub(crate) mod porter;
pub(crate) mod rules;
mod shelf;
mod staging;

use std::{path::PathBuf, sync::Arc};

use sotto_machine::attachment::Attachment;
use tokio::sync::{Notify, mpsc};

pub(crate) use self::{
    shelf::{Shelf, ShelfError},
    staging::{Staged, Staging},
};

/// What commands and driver share of files; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    /// Where the encrypted bytes lie.
    pub(crate) shelf: Shelf,
    /// What was chosen and not sent yet.
    pub(crate) staging: Arc<Staging>,
    /// The database may say something new about files.
    pub(crate) look: Arc<Notify>,
    /// Files of messages that never left or were taken back: the relay need not keep them.
    pub(crate) withdrawn: mpsc::UnboundedSender<Vec<Attachment>>,
}

/// The porter's end.
#[derive(Debug)]
pub(crate) struct FilesInlet {
    pub(crate) files: Files,
    pub(crate) withdrawn: mpsc::UnboundedReceiver<Vec<Attachment>>,
}

impl Files {
    /// Files that lie in `dir`, which is made when it is needed.
    pub(crate) fn new(dir: PathBuf) -> (Self, FilesInlet) {
        let (withdrawn, to_withdraw) = mpsc::unbounded_channel();
        let shelf = Shelf::new(dir);
        let staging = Arc::new(Staging::new(shelf.clone()));
        let files = Self { shelf, staging, look: Arc::new(Notify::new()), withdrawn };
        (files.clone(), FilesInlet { files, withdrawn: to_withdraw })
    }
}
