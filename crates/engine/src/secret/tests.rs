//! The database key: kept, wrapped, missing.

use std::{cell::RefCell, collections::HashMap, fs, process::Command};

use super::*;

/// A keychain in memory.
#[derive(Default)]
struct FakeKeychain {
    entries: RefCell<HashMap<String, DatabaseKey>>,
    forgets: bool,
}

impl Keychain for FakeKeychain {
    fn get(&self, entry: &str) -> Result<DatabaseKey, KeychainError> {
        self.entries.borrow().get(entry).cloned().ok_or(KeychainError::NoEntry)
    }

    fn set(&self, entry: &str, key: &DatabaseKey) -> Result<(), KeychainError> {
        if !self.forgets {
            self.entries.borrow_mut().insert(entry.to_owned(), key.clone());
        }
        Ok(())
    }
}

struct NoKeychain;

impl Keychain for NoKeychain {
    fn get(&self, _: &str) -> Result<DatabaseKey, KeychainError> {
        Err(KeychainError::Unavailable(keyring::Error::NoDefaultStore))
    }

    fn set(&self, _: &str, _: &DatabaseKey) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable(keyring::Error::NoDefaultStore))
    }
}

fn profile() -> (tempfile::TempDir, ProfileDir) {
    let parent = tempfile::tempdir().unwrap();
    let dir = ProfileDir::open(&parent.path().join("alice")).unwrap();
    (parent, dir)
}

fn ready(state: KeyState) -> DatabaseKey {
    match state {
        KeyState::Ready(key) => key,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_keychain_keeps_the_key() {
    let (_parent, dir) = profile();
    let keychain = FakeKeychain::default();
    let first = ready(from_keychain(&Place::of(&dir).unwrap(), &keychain).unwrap());
    fs::write(dir.database(), "a database").unwrap();
    let again = ready(from_keychain(&Place::of(&dir).unwrap(), &keychain).unwrap());
    assert!(first.is_same(&again));
    assert_eq!(keychain.entries.borrow().len(), 1);
}

#[test]
fn a_moved_profile_keeps_its_key() {
    let (parent, dir) = profile();
    let keychain = FakeKeychain::default();
    let first = ready(from_keychain(&Place::of(&dir).unwrap(), &keychain).unwrap());
    drop(dir);
    let moved = parent.path().join("elsewhere");
    fs::rename(parent.path().join("alice"), &moved).unwrap();
    let dir = ProfileDir::open(&moved).unwrap();
    assert!(first.is_same(&ready(from_keychain(&Place::of(&dir).unwrap(), &keychain).unwrap())));
}

#[test]
fn a_database_without_its_key_is_never_started_anew() {
    let (_parent, dir) = profile();
    from_keychain(&Place::of(&dir).unwrap(), &FakeKeychain::default()).unwrap();
    fs::write(dir.database(), "a database").unwrap();
    let place = Place::of(&dir).unwrap();
    let header = fs::read(&place.header).unwrap();

    let reset = FakeKeychain::default();
    assert!(matches!(from_keychain(&place, &reset).unwrap(), KeyState::Missing));
    assert!(reset.entries.borrow().is_empty());
    assert!(matches!(from_keychain(&place, &NoKeychain).unwrap(), KeyState::Missing));
    assert!(matches!(from_passphrase(&place).unwrap(), KeyState::Missing));
    assert_eq!(fs::read(&place.header).unwrap(), header);

    fs::remove_file(&place.header).unwrap();
    assert!(matches!(from_keychain(&place, &FakeKeychain::default()).unwrap(), KeyState::Missing));
}

#[test]
fn without_a_keychain_a_passphrase_is_asked_for() {
    let (_parent, dir) = profile();
    let place = Place::of(&dir).unwrap();
    assert!(matches!(from_keychain(&place, &NoKeychain).unwrap(), KeyState::ChoosePassphrase));
    let forgetful = FakeKeychain { forgets: true, ..FakeKeychain::default() };
    assert!(matches!(from_keychain(&place, &forgetful).unwrap(), KeyState::ChoosePassphrase));
    assert!(!place.header.exists());
}

#[tokio::test]
async fn a_passphrase_wraps_the_key() {
    let (_parent, dir) = profile();
    assert!(matches!(choose_passphrase(&dir, "seven77").await, Err(SecretError::TooShort)));
    let key = choose_passphrase(&dir, "eight888").await.unwrap();
    let state = database_key(&dir, &SecretSource::Passphrase).await.unwrap();
    assert!(matches!(state, KeyState::NeedsPassphrase));
    assert!(matches!(unlock(&dir, "eight889").await, Err(SecretError::WrongPassphrase)));
    assert!(unlock(&dir, "eight888").await.unwrap().is_same(&key));

    // A keychain that came later changes nothing.
    let place = Place::of(&dir).unwrap();
    assert!(matches!(from_keychain(&place, &FakeKeychain::default()).unwrap(), KeyState::NeedsPassphrase));
    assert!(matches!(choose_passphrase(&dir, "eight888").await, Err(SecretError::AlreadySet)));
    assert!(!fs::read_to_string(place.header).unwrap().contains(&hex::encode(key.bytes())));
}

#[tokio::test]
async fn no_passphrase_is_chosen_for_a_database_that_is_there() {
    let (_parent, dir) = profile();
    fs::write(dir.database(), "a database").unwrap();
    assert!(matches!(choose_passphrase(&dir, "eight888").await, Err(SecretError::AlreadySet)));
    assert!(matches!(unlock(&dir, "eight888").await, Err(SecretError::Broken(_))));
}

#[tokio::test]
async fn a_damaged_header_is_an_error() {
    let (_parent, dir) = profile();
    for text in ["", "{", "[]", r#"{"version":2}"#, r#"{"version":1,"passphrase":{"memory_kib":1}}"#] {
        fs::write(dir.key_header(), text).unwrap();
        assert!(matches!(database_key(&dir, &SecretSource::Passphrase).await, Err(SecretError::Broken(_))), "{text}");
    }
}

#[tokio::test]
async fn a_key_file_is_made_once() {
    let (parent, dir) = profile();
    let path = parent.path().join("keys/alice.key");
    let source = SecretSource::KeyFile(path.clone());
    let first = ready(database_key(&dir, &source).await.unwrap());
    assert!(first.is_same(&ready(database_key(&dir, &source).await.unwrap())));

    fs::write(dir.database(), "a database").unwrap();
    let elsewhere = SecretSource::KeyFile(parent.path().join("other.key"));
    assert!(matches!(database_key(&dir, &elsewhere).await.unwrap(), KeyState::Missing));

    fs::write(&path, "not a key").unwrap();
    assert!(matches!(database_key(&dir, &source).await, Err(SecretError::Broken(_))));
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let (parent, dir) = profile();
    let path = parent.path().join("alice.key");
    let source = SecretSource::KeyFile(path.clone());
    ready(database_key(&dir, &source).await.unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(database_key(&dir, &source).await, Err(SecretError::Exposed(_))));
}

#[test]
fn a_key_is_not_printed() {
    let key = DatabaseKey::from_slice(&[7; 32]).unwrap();
    assert_eq!(format!("{key:?}"), "DatabaseKey(secret)");
}

/// Run by the two tests below in a process of its own, since the library looks for a keychain once per process.
#[tokio::test]
#[ignore = "uses the keychain of whoever runs it"]
async fn in_a_process_of_its_own() {
    let (_parent, dir) = profile();
    match database_key(&dir, &SecretSource::Keychain).await.unwrap() {
        KeyState::Ready(key) => {
            fs::write(dir.database(), "a database").unwrap();
            assert!(key.is_same(&ready(database_key(&dir, &SecretSource::Keychain).await.unwrap())));
            println!("kept by the keychain");
        }
        KeyState::ChoosePassphrase => println!("needs a passphrase"),
        other => panic!("{other:?}"),
    }
}

const OWN_PROCESS: &str = "--exact secret::tests::in_a_process_of_its_own --ignored --nocapture";

#[cfg(target_os = "linux")]
#[test]
fn a_computer_without_a_keychain_needs_a_passphrase() {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(OWN_PROCESS.split(' '))
        .env_remove("DISPLAY")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .env("XDG_RUNTIME_DIR", home.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("needs a passphrase"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_secret_service_keeps_the_key() {
    let has = |program| Command::new(program).arg("--version").output().is_ok();
    if !has("dbus-run-session") || !has("gnome-keyring-daemon") {
        println!("left out: dbus-run-session or gnome-keyring-daemon is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let script = "echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null; sleep 1; exec \"$@\"";
    let output = Command::new("dbus-run-session")
        .args(["--", "bash", "-c", script, "bash"])
        .arg(std::env::current_exe().unwrap())
        .args(OWN_PROCESS.split(' '))
        .env_remove("DISPLAY")
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("kept by the keychain"), "{said}");
}
