//! A profile's directory: everything one person keeps on this computer, held by one process at a time.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// A directory whose lock this process holds. Dropping it lets the next one in.
#[derive(Debug)]
pub(crate) struct ProfileDir {
    path: PathBuf,
    /// An advisory lock belongs to the open file: the system lets go of it whatever way the process ends.
    _lock: File,
}

/// Why a profile's directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProfileDirError {
    /// Another process holds it.
    #[error("another Sotto uses the profile {0}")]
    InUse(PathBuf),
    /// It cannot be created, read or locked.
    #[error("the profile {path} cannot be used: {source}")]
    Io {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl ProfileDir {
    /// Creates the directory where it is missing, for its owner only, and takes its lock.
    ///
    /// # Errors
    /// [`ProfileDirError::InUse`] while another process, or another value in this one, holds the lock.
    pub(crate) fn open(path: &Path) -> Result<Self, ProfileDirError> {
        let failed = |source| ProfileDirError::Io { path: path.to_owned(), source };
        create_private(path).map_err(failed)?;
        let lock = File::options().create(true).truncate(false).write(true).open(path.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(ProfileDirError::InUse(path.to_owned())),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The encrypted database.
    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("sotto.db")
    }

    /// Where the bundled relay keeps what is its own.
    pub(crate) fn relay_dir(&self) -> PathBuf {
        self.path.join("relay")
    }

    /// Where encrypted files lie.
    pub(crate) fn files(&self) -> PathBuf {
        self.path.join("files")
    }

    /// Says how the database's key is kept.
    pub(crate) fn key_header(&self) -> PathBuf {
        self.path.join("key.json")
    }
}

fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_until_the_first_lets_go() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("deep/alice");
        let first = ProfileDir::open(&path).unwrap();
        assert!(matches!(ProfileDir::open(&path), Err(ProfileDirError::InUse(_))));
        drop(first);
        ProfileDir::open(&path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_look_inside() {
        use std::os::unix::fs::PermissionsExt as _;

        let parent = tempfile::tempdir().unwrap();
        let dir = ProfileDir::open(&parent.path().join("alice")).unwrap();
        assert_eq!(fs::metadata(&dir.path).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_file_in_its_place_is_an_error() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("alice");
        fs::write(&path, "").unwrap();
        assert!(matches!(ProfileDir::open(&path), Err(ProfileDirError::Io { .. })));
    }
}
