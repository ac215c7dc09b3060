//! A file with the bare key. Whoever can read it can read the database: for headless runs and tests.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use zeroize::Zeroizing;

use super::{DatabaseKey, SecretError};

/// 64 digits and a line end; a longer file is no key file.
const LONGEST: u64 = 80;

/// The key, or `None` if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<DatabaseKey>, SecretError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    refuse_exposed(path, &file.metadata()?)?;
    let mut text = Zeroizing::new(String::with_capacity(LONGEST as usize));
    file.take(LONGEST).read_to_string(&mut text).map_err(|_| NO_KEY)?;
    parse(&text).map(Some)
}

/// From the file's text.
pub(super) fn parse(text: &str) -> Result<DatabaseKey, SecretError> {
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim_end(), bytes.as_mut_slice()).map_err(|_| NO_KEY)?;
    DatabaseKey::from_slice(bytes.as_slice()).ok_or(NO_KEY)
}

/// Writes a new key file. A file that appeared meanwhile is not touched.
pub(super) fn create(path: &Path, key: &DatabaseKey) -> Result<(), SecretError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let text = Zeroizing::new(format!("{}\n", *Zeroizing::new(hex::encode(key.bytes()))));
    super::header::write_new(path, text.as_bytes())?;
    Ok(())
}

const NO_KEY: SecretError = SecretError::Broken("the key file does not hold 64 hexadecimal digits");

#[cfg(unix)]
fn refuse_exposed(path: &Path, metadata: &fs::Metadata) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt as _;

    let open_to_others = metadata.permissions().mode() & 0o077 != 0;
    if open_to_others { Err(SecretError::Exposed(path.to_owned())) } else { Ok(()) }
}

/// Elsewhere a file in the person's own folder is closed to others by what it inherits.
#[cfg(not(unix))]
fn refuse_exposed(_: &Path, _: &fs::Metadata) -> Result<(), SecretError> {
    Ok(())
}
