//! What a person has chosen and not sent yet: copied and encrypted at once, since the original may change or go away.
//!
//! Pictures are kept twice, as they are and as a photo made for sending; sending takes one and deletes the other.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read as _,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use sotto_machine::attachment::{Attachment, Kind, Pixels, safe_name};
use sotto_media::Recorded;
use sotto_wire::{
    Hash,
    limits::{FILE_CHUNK, MAX_FILE},
};
use tracing::debug;

use super::{
    kinds,
    photo::{self, Photo},
    shelf::{Drawn, Filling, Shelf, ShelfError},
};
use crate::{
    error::{Code, Error},
    view::SendAs,
};

/// Most files that wait to be sent.
const MOST: usize = 64;

/// A chosen file.
#[derive(Debug, Clone)]
pub(crate) struct Staged {
    /// As it is.
    pub(crate) original: Attachment,
    /// Made for sending.
    pub(crate) photo: Option<Attachment>,
}

impl Staged {
    /// As it is shown before it is sent.
    pub(crate) fn shown(&self) -> &Attachment {
        self.photo.as_ref().unwrap_or(&self.original)
    }
}

/// Everything that was chosen. All of it is forgotten at the end of the program, and swept at the next start.
#[derive(Debug)]
pub(crate) struct Staging {
    shelf: Shelf,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    last: u64,
    /// Being copied.
    open: BTreeMap<u64, Copying>,
    ready: BTreeMap<u64, Staged>,
}

struct Copying {
    name: String,
    head: Vec<u8>,
    filling: Filling,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("ready", &self.ready.len()).finish_non_exhaustive()
    }
}

impl Inner {
    fn len(&self) -> usize {
        self.open.len() + self.ready.len()
    }
}

impl Staging {
    pub(super) fn new(shelf: Shelf) -> Self {
        Self { shelf, inner: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to copy a file of which so many bytes will be given.
    pub(crate) fn begin(&self, name: &str, size: u64) -> Result<u64, Error> {
        if size > MAX_FILE {
            return Err(Error::new(Code::FileTooLarge, "a file of more than 2 GiB"));
        }
        if self.lock().len() >= MOST {
            return Err(Error::new(Code::TooManyFiles, "too many files wait to be sent"));
        }
        let filling = self.shelf.fill(size)?;
        let mut inner = self.lock();
        inner.last += 1;
        let id = inner.last;
        inner.open.insert(id, Copying { name: safe_name(name), head: Vec::new(), filling });
        Ok(id)
    }

    /// The next bytes of a file that is being copied. Blocks.
    pub(crate) fn push(&self, id: u64, bytes: &[u8]) -> Result<(), Error> {
        // Taken out meanwhile, so that others are not kept waiting; what fails is not put back.
        let mut copying = self.lock().open.remove(&id).ok_or_else(gone)?;
        let missing = kinds::HEAD.saturating_sub(copying.head.len());
        copying.head.extend(bytes.iter().take(missing));
        copying.filling.push(bytes)?;
        self.lock().open.insert(id, copying);
        Ok(())
    }

    /// All bytes were given: makes a photo of it if it is a picture. Blocks.
    pub(crate) fn finish(&self, id: u64) -> Result<Staged, Error> {
        let Copying { name, head, filling } = self.lock().open.remove(&id).ok_or_else(gone)?;
        let (kind, media_type) = kinds::of(&name, &head);
        // Only what can be drawn is a photo; as a file it is shown by its name.
        let kind = if kind == Kind::Photo { Kind::File } else { kind };
        let original = filling.finish(&self.shelf, |drawn, hash| described(drawn, hash, kind, media_type, &name))?;
        let photo = if kinds::is_photo(media_type) && original.size <= photo::MAX_INPUT {
            self.photo_of(&original, false)
        } else {
            None
        };
        let staged = Staged { original, photo };
        self.lock().ready.insert(id, staged.clone());
        Ok(staged)
    }

    /// Copies a file by its path. Whatever is no plain file is refused, and so is one that changes meanwhile. Blocks.
    pub(crate) fn copy(&self, path: &Path) -> Result<(u64, Staged), Error> {
        let unreadable = |error: std::io::Error| Error::new(Code::FileUnreadable, error.to_string());
        // Looked at before it is opened: a pipe would wait for its other end.
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(Error::new(Code::FileUnreadable, "not a file"));
        }
        let mut file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let id = self.begin(&name, metadata.len())?;
        let copied = (|| {
            let mut bytes = vec![0; 4 * FILE_CHUNK];
            loop {
                let read = file.read(&mut bytes).map_err(unreadable)?;
                let Some(some) = bytes.get(..read).filter(|some| !some.is_empty()) else { break };
                self.push(id, some)?;
            }
            self.finish(id)
        })();
        if copied.is_err() {
            self.remove(id);
        }
        Ok((id, copied?))
    }

    fn photo_of(&self, original: &Attachment, whole: bool) -> Option<Attachment> {
        let made = self.shelf.read(original).map_err(Error::from).and_then(|bytes| {
            let photo = photo::prepare(&bytes, whole).map_err(Error::from)?;
            Ok(self.keep(&photo, &original.name)?)
        });
        // It calls itself a picture and cannot be drawn: it is sent as the file that it is.
        made.inspect_err(|error| debug!(%error, "not a photo")).ok()
    }

    fn keep(&self, photo: &Photo, name: &str) -> Result<Attachment, ShelfError> {
        let mut filling = self.shelf.fill(photo.jpeg.len() as u64)?;
        filling.push(&photo.jpeg)?;
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        filling.finish(&self.shelf, |drawn, hash| Attachment {
            pixels: Some(Pixels { width: photo.width, height: photo.height }),
            preview: Some(photo.thumbhash.clone()),
            ..described(drawn, hash, Kind::Photo, "image/jpeg", &format!("{stem}.jpg"))
        })
    }

    /// Encrypts recorded speech, which stands in a message next. Blocks.
    pub(crate) fn speech(&self, recorded: &Recorded) -> Result<Attachment, Error> {
        let mut filling = self.shelf.fill(recorded.ogg.len() as u64)?;
        filling.push(&recorded.ogg)?;
        Ok(filling.finish(&self.shelf, |drawn, hash| Attachment {
            duration: Some(recorded.duration),
            preview: Some(recorded.waveform.clone()),
            ..described(drawn, hash, Kind::Voice, "audio/ogg", "voice-message.ogg")
        })?)
    }

    /// A chosen file.
    pub(crate) fn get(&self, id: u64) -> Option<Staged> {
        self.lock().ready.get(&id).cloned()
    }

    /// As it is to be sent; it stays chosen until [`Self::sent`]. Blocks.
    pub(crate) fn choose(&self, id: u64, how: SendAs) -> Result<Attachment, Error> {
        let staged = self.get(id).ok_or_else(gone)?;
        match (how, &staged.photo) {
            (SendAs::Usual, Some(photo)) => Ok(photo.clone()),
            (SendAs::Whole, Some(_)) => self
                .photo_of(&staged.original, true)
                .ok_or_else(|| Error::new(Code::FileUnreadable, "the picture cannot be read")),
            (SendAs::File, _) | (_, None) => Ok(staged.original),
        }
    }

    /// It stands in a message now: what is not needed for that is deleted. Blocks.
    pub(crate) fn sent(&self, id: u64, chosen: &Attachment) {
        if let Some(staged) = self.lock().ready.remove(&id) {
            self.delete(&staged, Some(chosen.blob()));
        }
    }

    /// Not to be sent after all. Blocks.
    pub(crate) fn remove(&self, id: u64) {
        drop(self.lock().open.remove(&id));
        if let Some(staged) = self.lock().ready.remove(&id) {
            self.delete(&staged, None);
        }
    }

    fn delete(&self, staged: &Staged, but: Option<Hash>) {
        let blobs = [Some(&staged.original), staged.photo.as_ref()].into_iter().flatten().map(Attachment::blob);
        for blob in blobs.filter(|blob| Some(*blob) != but) {
            if let Err(error) = self.shelf.delete(&blob) {
                debug!(%error, "a chosen file stays until the next start");
            }
        }
    }
}

fn described(drawn: Drawn, hash: Hash, kind: Kind, media_type: &str, name: &str) -> Attachment {
    Attachment {
        file: drawn.file,
        key: drawn.key,
        nonce: drawn.nonce,
        size: drawn.size,
        hash,
        kind,
        media_type: media_type.to_owned(),
        name: safe_name(name),
        pixels: None,
        duration: None,
        preview: None,
    }
}

fn gone() -> Error {
    Error::new(Code::NotFound, "the chosen file is not there")
}
