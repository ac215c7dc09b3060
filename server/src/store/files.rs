//! What is remembered of uploaded files. Their bytes lie elsewhere ([`crate::blobs`]).

use sotto_wire::{AccountId, FileId, Timestamp, limits::FILE_PART};

use super::Answer;

/// The part of the store that knows files. A row comes before the first byte and goes after the last one, so that
/// bytes without a row are always somebody's crash, and may be deleted.
pub trait Files {
    /// Begins an upload, or finds it begun.
    fn begin_file(&self, file: NewFile) -> Answer<FileBegun>;
    /// A file that was not withdrawn.
    fn file(&self, file: FileId) -> Answer<Option<FileRow>>;
    /// So many parts are on the disk, and `file` as it is then; `None` if it was withdrawn meanwhile.
    fn file_received(&self, file: FileId, parts: u32, now: Timestamp) -> Answer<Option<FileRow>>;
    /// Nobody may fetch it or add to it any more; true if it was there and the owner's.
    fn withdraw_file(&self, file: FileId, owner: AccountId) -> Answer<bool>;
    /// Withdraws what has run out of its time, and names all withdrawn files: their bytes can be deleted.
    fn withdrawn_files(&self, now: Timestamp) -> Answer<Vec<FileId>>;
    /// The bytes of a withdrawn file are deleted.
    fn forget_file(&self, file: FileId) -> Answer<()>;
    /// Which of these have no row.
    fn unknown_files(&self, files: Vec<FileId>) -> Answer<Vec<FileId>>;
}

/// An upload that is to begin.
#[derive(Debug, Clone, Copy)]
pub struct NewFile {
    /// Drawn by the device.
    pub file: FileId,
    /// Who uploads it.
    pub owner: AccountId,
    /// Its encrypted bytes.
    pub size: u64,
    /// How long it is kept (ms).
    pub lifetime: u64,
    /// Bytes that the owner may have here.
    pub owner_bytes: u64,
    /// Bytes that all may have here; 0 for no bound.
    pub total_bytes: u64,
    /// When.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileBegun {
    /// It may be uploaded, or goes on.
    Yes(FileRow),
    /// Somebody else's, of another size, or withdrawn.
    Taken,
    /// The owner has no room left.
    QuotaFull,
    /// There is no room left.
    Full,
}

/// A file as it is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileRow {
    /// Which.
    pub file: FileId,
    /// Who uploads it.
    pub owner: AccountId,
    /// Its encrypted bytes.
    pub size: u64,
    /// Parts on the disk.
    pub parts: u32,
    /// When it began.
    pub created: Timestamp,
}

impl FileRow {
    /// How many parts there are in all.
    pub fn all_parts(&self) -> u32 {
        u32::try_from(self.size.div_ceil(FILE_PART as u64)).unwrap_or(u32::MAX)
    }

    /// All of them are on the disk.
    pub fn is_complete(&self) -> bool {
        self.parts >= self.all_parts()
    }

    /// Bytes of one part; 0 past the end.
    pub fn part_length(&self, part: u32) -> usize {
        let left = self.size.saturating_sub(u64::from(part) * FILE_PART as u64).min(FILE_PART as u64);
        usize::try_from(left).unwrap_or(FILE_PART)
    }
}
