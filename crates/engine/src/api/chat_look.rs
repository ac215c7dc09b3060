//! How a chat makes itself heard and looks, and which chats are kept together. All of it stays on this device.

use sotto_store::{Batch, Mark, Queries};

use crate::{
    Handle,
    error::{Code, Error},
    kept,
    view::{Folder, Wallpaper},
};

/// Folders of one person.
const MOST_FOLDERS: usize = 12;
/// Longest name of one, in characters.
const LONGEST_NAME: usize = 24;

impl Handle {
    /// Whether notifications of a chat are without a sound (`quiet`), and without what was written (`discreet`).
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn chat_notify(&self, chat: i64, quiet: bool, discreet: bool) -> Result<(), Error> {
        self.marks(chat, [Mark::Quiet(quiet), Mark::Discreet(discreet)]).await
    }

    /// What a chat is written on; `None` is what all are.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn chat_wallpaper(&self, chat: i64, wallpaper: Option<Wallpaper>) -> Result<(), Error> {
        self.mark(chat, Mark::Wallpaper(wallpaper.and_then(Wallpaper::number))).await
    }

    /// Chats kept together, in the order in which they are shown.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn folders(&self) -> Result<Vec<Folder>, Error> {
        let look = |queries: &Queries<'_>| Ok(kept::FOLDERS.get(queries)?.unwrap_or_default());
        self.running.open()?.database.read(look).await
    }

    /// Keeps chats together: all folders as they are to be.
    ///
    /// # Errors
    /// [`Code::NameInvalid`] for a name that is empty, too long, or there twice; [`Code::NotPossible`] for more than
    /// twelve.
    pub async fn folders_set(&self, folders: Vec<Folder>) -> Result<(), Error> {
        if folders.len() > MOST_FOLDERS {
            return Err(Error::new(Code::NotPossible, "too many folders"));
        }
        let folders: Vec<Folder> = folders.into_iter().map(tidied).collect();
        let fits = |folder: &Folder| (1..=LONGEST_NAME).contains(&folder.name.chars().count());
        let mut names: Vec<String> = folders.iter().map(|folder| folder.name.to_lowercase()).collect();
        names.sort();
        names.dedup();
        if names.len() != folders.len() || !folders.iter().all(fits) {
            return Err(Error::new(Code::NameInvalid, "each folder needs a name of its own, of 1 to 24 characters"));
        }
        let write = move |batch: &mut Batch<'_>| {
            kept::FOLDERS.put(batch, &folders)?;
            Ok(Vec::new())
        };
        self.running.open()?.database.jobs.write(write).await
    }
}

fn tidied(mut folder: Folder) -> Folder {
    folder.name = folder.name.trim().to_owned();
    folder.chats.sort_unstable();
    folder.chats.dedup();
    folder
}
