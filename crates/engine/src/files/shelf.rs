//! The folder in which encrypted files lie, each under a name that says nothing.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use sotto_machine::attachment::{Attachment, Cipher, StreamError};
use sotto_wire::{FileId, Hash, limits::FILE_CHUNK};

use crate::error::{Code, Error};

/// Of a file that is still being written or fetched.
const UNFINISHED: &str = "part";

/// Why bytes cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShelfError {
    /// No space left.
    #[error("the disk is full")]
    DiskFull,
    /// The bytes are not what the message says, or there are more or fewer than were announced.
    #[error("the bytes are not those of the file")]
    Damaged,
    /// Whatever else the disk says.
    #[error("a file cannot be read or written: {0}")]
    Io(#[source] io::Error),
}

impl From<io::Error> for ShelfError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(error),
        }
    }
}

impl From<StreamError> for ShelfError {
    fn from(_: StreamError) -> Self {
        Self::Damaged
    }
}

impl From<ShelfError> for Error {
    fn from(error: ShelfError) -> Self {
        let code = match error {
            ShelfError::DiskFull => Code::DiskFull,
            ShelfError::Damaged | ShelfError::Io(_) => Code::FileUnreadable,
        };
        Self::new(code, error.to_string())
    }
}

/// Cheap to clone. Everything in it blocks.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    dir: PathBuf,
}

impl Shelf {
    pub(crate) fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    fn path(&self, blob: &Hash) -> PathBuf {
        self.dir.join(blob.to_string())
    }

    fn unfinished(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.{UNFINISHED}"))
    }

    /// All encrypted bytes of a file are here.
    pub(crate) fn has(&self, blob: &Hash) -> bool {
        self.path(blob).is_file()
    }

    /// Some encrypted bytes of a file.
    pub(crate) fn sealed(&self, blob: &Hash, from: u64, length: usize) -> Result<Vec<u8>, ShelfError> {
        let mut file = File::open(self.path(blob))?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes a file in the clear to wherever a person wants it, one chunk in memory at a time.
    pub(crate) fn copy_out(&self, attachment: &Attachment, to: &mut dyn Write) -> Result<(), ShelfError> {
        self.open(attachment, |chunk| Ok(to.write_all(chunk)?))
    }

    /// Encrypts a file of a message anew, under a key and an id of its own: what is passed on shows the relay nothing of
    /// where it came from.
    pub(crate) fn renew(&self, attachment: &Attachment) -> Result<Attachment, ShelfError> {
        let mut filling = self.fill(attachment.size)?;
        self.open(attachment, |chunk| filling.push(chunk))?;
        filling.finish(self, |drawn, hash| Attachment {
            file: drawn.file,
            key: drawn.key,
            nonce: drawn.nonce,
            hash,
            ..attachment.clone()
        })
    }

    fn open(
        &self,
        attachment: &Attachment,
        mut to: impl FnMut(&[u8]) -> Result<(), ShelfError>,
    ) -> Result<(), ShelfError> {
        let (cipher, mut file) = (attachment.cipher(), File::open(self.path(&attachment.blob()))?);
        let mut sealed = Vec::new();
        for chunk in 0..cipher.chunks() {
            sealed.resize(cipher.sealed_chunk(chunk), 0);
            file.read_exact(&mut sealed)?;
            to(&cipher.open(chunk, &sealed)?)?;
        }
        Ok(())
    }

    /// A whole file in memory.
    pub(crate) fn read(&self, attachment: &Attachment) -> Result<Vec<u8>, ShelfError> {
        let mut bytes = Vec::with_capacity(usize::try_from(attachment.size).unwrap_or(0));
        self.copy_out(attachment, &mut bytes)?;
        Ok(bytes)
    }

    /// Begins to encrypt a file of `size` bytes under a key drawn for it.
    pub(crate) fn fill(&self, size: u64) -> Result<Filling, ShelfError> {
        create_private(&self.dir)?;
        let (file, key) = (FileId(rand::random()), rand::random());
        let mut nonce = [0; 19];
        rand::fill(&mut nonce);
        let path = self.unfinished(&hex::encode(rand::random::<[u8; 16]>()));
        let out = open_private(&path)?;
        let (cipher, rest) = (Cipher::new(&key, &nonce, &file, size), Vec::with_capacity(FILE_CHUNK));
        let drawn = Drawn { file, key, nonce, size };
        let out = Unfinished { path, file: out, keep: false };
        Ok(Filling { drawn, cipher, next: 0, rest, hash: Sha256::new(), out })
    }

    /// What was fetched of a file so far: how many whole chunks, and their hash. More can be added.
    pub(crate) fn resume(&self, attachment: &Attachment) -> Result<Fetched, ShelfError> {
        create_private(&self.dir)?;
        let (cipher, blob) = (attachment.cipher(), attachment.blob());
        let path = self.unfinished(&blob.to_string());
        let mut file = open_private(&path)?;
        let (mut hash, mut chunks) = (Sha256::new(), 0);
        let length = file.metadata()?.len();
        let mut sealed = Vec::new();
        while chunks < cipher.chunks() && cipher.sealed_start(chunks) + cipher.sealed_chunk(chunks) as u64 <= length {
            sealed.resize(cipher.sealed_chunk(chunks), 0);
            file.read_exact(&mut sealed)?;
            hash.update(&sealed);
            chunks += 1;
        }
        // Half a chunk is of no use, and a chunk is written whole or not at all from here on.
        let end = cipher.sealed_start(chunks).min(cipher.sealed_length());
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        let out = Unfinished { path, file, keep: true };
        Ok(Fetched { cipher, expected: attachment.hash, chunks, hash, out, place: self.path(&blob) })
    }

    /// Deletes a file, whether all of it is here or not.
    pub(crate) fn delete(&self, blob: &Hash) -> Result<(), ShelfError> {
        for path in [self.path(blob), self.unfinished(&blob.to_string())] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Names in the folder. What is no name of a blob was left by a crash.
    pub(crate) fn names(&self) -> Result<Vec<String>, ShelfError> {
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        Ok(names.collect::<io::Result<_>>()?)
    }

    /// Downloads that were begun, and their bytes so far, besides those that go on. What is being chosen is none: its
    /// name is no blob's.
    pub(crate) fn unfinished_besides(&self, wanted: &[Hash]) -> Result<Vec<(String, u64)>, ShelfError> {
        let mut found = Vec::new();
        for name in self.names()? {
            let blob = name.strip_suffix(UNFINISHED).and_then(|name| name.strip_suffix('.'));
            if let Some(blob) = blob.and_then(|name| name.parse::<Hash>().ok()).filter(|blob| !wanted.contains(blob)) {
                let bytes = fs::metadata(self.unfinished(&blob.to_string())).map_or(0, |file| file.len());
                found.push((name, bytes));
            }
        }
        Ok(found)
    }

    /// Deletes what [`Self::names`] has named.
    pub(crate) fn clear(&self, name: &str) -> Result<(), ShelfError> {
        Ok(fs::remove_file(self.dir.join(name))?)
    }
}

/// What is drawn anew for each file.
#[derive(Clone, Copy)]
pub(crate) struct Drawn {
    pub(crate) file: FileId,
    pub(crate) key: [u8; 32],
    pub(crate) nonce: [u8; 19],
    pub(crate) size: u64,
}

/// A file that is being encrypted. Dropped before its end, it leaves nothing.
pub(crate) struct Filling {
    drawn: Drawn,
    cipher: Cipher,
    next: u32,
    rest: Vec<u8>,
    hash: Sha256,
    out: Unfinished,
}

impl Filling {
    /// The next bytes of the file.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> Result<(), ShelfError> {
        while !bytes.is_empty() {
            let wanted = self.cipher.plain_chunk(self.next).saturating_sub(self.rest.len());
            if wanted == 0 {
                // More than was announced.
                return Err(ShelfError::Damaged);
            }
            let (now, later) = bytes.split_at(wanted.min(bytes.len()));
            self.rest.extend_from_slice(now);
            bytes = later;
            if self.rest.len() == self.cipher.plain_chunk(self.next) {
                self.seal()?;
            }
        }
        Ok(())
    }

    fn seal(&mut self) -> Result<(), ShelfError> {
        let sealed = self.cipher.seal(self.next, &self.rest)?;
        self.hash.update(&sealed);
        self.out.file.write_all(&sealed)?;
        self.rest.clear();
        self.next += 1;
        Ok(())
    }

    /// All bytes were given. When this returns, they are on the disk under the name that `describe` makes of them.
    pub(crate) fn finish(
        mut self,
        shelf: &Shelf,
        describe: impl FnOnce(Drawn, Hash) -> Attachment,
    ) -> Result<Attachment, ShelfError> {
        // What is left is padding, an empty file's only chunk too; anything else is missing bytes.
        while self.next < self.cipher.chunks() {
            self.seal()?;
        }
        let attachment = describe(self.drawn, Hash(self.hash.finalize().into()));
        self.out.finish(&shelf.path(&attachment.blob()))?;
        Ok(attachment)
    }
}

/// A file that is being fetched. Dropped before its end, it stays and can be resumed.
pub(crate) struct Fetched {
    pub(crate) cipher: Cipher,
    /// Whole chunks so far.
    pub(crate) chunks: u32,
    expected: Hash,
    hash: Sha256,
    out: Unfinished,
    place: PathBuf,
}

impl Fetched {
    /// Where the next chunk begins among the encrypted bytes.
    pub(crate) fn end(&self) -> u64 {
        self.cipher.sealed_start(self.chunks).min(self.cipher.sealed_length())
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.chunks >= self.cipher.chunks()
    }

    /// The next chunks, each of which must open.
    pub(crate) fn push(&mut self, mut sealed: &[u8]) -> Result<(), ShelfError> {
        while !sealed.is_empty() {
            let length = self.cipher.sealed_chunk(self.chunks);
            let Some((chunk, later)) = sealed.split_at_checked(length).filter(|_| length > 0) else {
                return Err(ShelfError::Damaged);
            };
            self.cipher.open(self.chunks, chunk)?;
            self.out.file.write_all(chunk)?;
            self.hash.update(chunk);
            self.chunks += 1;
            sealed = later;
        }
        Ok(())
    }

    /// Everything came: the file is kept if it is the one that was meant.
    pub(crate) fn finish(self) -> Result<(), ShelfError> {
        if !self.is_whole() || Hash(self.hash.finalize().into()) != self.expected {
            return Err(ShelfError::Damaged);
        }
        self.out.finish(&self.place)
    }
}

/// A file under a name that will be forgotten.
struct Unfinished {
    path: PathBuf,
    file: File,
    /// It is of use later, though it is not whole.
    keep: bool,
}

impl Unfinished {
    fn finish(mut self, place: &Path) -> Result<(), ShelfError> {
        self.file.sync_all()?;
        fs::rename(&self.path, place)?;
        self.keep = true;
        #[cfg(unix)]
        if let Some(dir) = place.parent() {
            // The name is on the disk before the database speaks of it.
            File::open(dir)?.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.keep {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn create_private(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests;
