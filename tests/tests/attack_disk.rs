//! The stolen disk and the seized relay: two people talk, and then every file and every line of log is searched.
//!
//! Phone numbers are in the relay's data by design, since people are found by them; nowhere else.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use sotto_engine::{Engine, clock::ShiftedClock, view::Stage};
use sotto_tests::{
    people::{ALICE, BOB, Scene, befriend, texts},
    wanted::Wanted,
};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

/// Texts, a name and a line about oneself: to be found nowhere.
const SECRETS: [&str; 4] = ["xylophone at midnight", "a quiet answer", "Zebedee Quill", "plays the theremin"];

/// Log lines in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Every file below a directory.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.insert(path.clone(), fs::read(path).expect("a file"));
        }
    }
    files
}

/// What of `wanted` is found below a directory, and where.
fn search(dir: &Path, wanted: &[&Wanted]) -> Vec<String> {
    let in_file = |(path, bytes): (PathBuf, Vec<u8>)| {
        let found = wanted.iter().filter(move |wanted| wanted.is_in(&bytes));
        found.map(|wanted| format!("{} in {}", wanted.name(), path.display())).collect::<Vec<_>>()
    };
    files(dir).into_iter().flat_map(in_file).collect()
}

#[tokio::test]
async fn no_text_name_or_key_is_found_on_any_disk_or_in_any_log() {
    let log = Log::default();
    let lines = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false);
    lines.with_writer(log.clone()).init();
    let scene = Scene::new(21).await;
    let mut alice = scene.sign_up_as("Alice", ALICE, SECRETS[2], SECRETS[3]).await;
    let mut bob = scene.sign_up("Bob", BOB).await;
    befriend(&mut alice, &mut bob).await;
    bob.lists("her name", |row| row.title == SECRETS[2]).await;
    alice.say(SECRETS[0]).await;
    bob.hears(SECRETS[0]).await;
    bob.say(SECRETS[1]).await;
    alice.hears(SECRETS[1]).await;

    let secrets: Vec<_> = SECRETS.iter().map(|secret| Wanted::new(secret, secret.as_bytes())).collect();
    let numbers = [ALICE, BOB].map(|number| Wanted::new(number, number.trim_start_matches("+351").as_bytes()));
    let keys = ["Alice", "Bob"].map(|name| Wanted::key_in(&scene.key_file(name)));
    let everything: Vec<_> = secrets.iter().chain(&numbers).chain(&keys).collect();
    let unknown_to_relay: Vec<_> = secrets.iter().chain(&keys).collect();
    let nothing = |found: Vec<String>| assert!(found.is_empty(), "{found:#?}");

    // Searched while the programs run, journals and all, and again once they have ended.
    let mut people = vec![alice, bob];
    loop {
        for name in ["Alice", "Bob"] {
            nothing(search(&scene.profile_dir(name), &everything));
        }
        nothing(search(scene.relay.data_dir(), &unknown_to_relay));
        let Some(person) = people.pop() else { break };
        person.leave().await;
    }
    let log = log.bytes();
    nothing(
        everything.iter().filter(|wanted| wanted.is_in(&log)).map(|w| format!("{} in the log", w.name())).collect(),
    );

    // The search finds what is there, and the log was heard: from both sides, down to the finest lines.
    assert!(!search(scene.relay.data_dir(), &numbers.iter().collect::<Vec<_>>()).is_empty());
    let log = String::from_utf8_lossy(&log);
    for heard in ["TRACE", "sotto_engine", "sotto_relay"] {
        assert!(log.contains(heard), "nothing of {heard} in the log");
    }
}

/// A profile as a thief has it: everything on the disk of a program that was never ended, without the key.
async fn stolen_profile(scene: &Scene) -> BTreeMap<PathBuf, Vec<u8>> {
    let (alice, _bob) = scene.alice_and_bob().await;
    let disk = files(&scene.profile_dir("Alice"));
    assert!(disk.keys().any(|path| path.ends_with("sotto.db-wal")), "the journal is part of it");
    alice.leave().await;
    fs::remove_dir_all(scene.profile_dir("Alice")).expect("a directory");
    fs::create_dir(scene.profile_dir("Alice")).expect("a directory");
    for (path, bytes) in &disk {
        fs::write(path, bytes).expect("a file");
    }
    disk
}

async fn stage(scene: &Scene) -> Stage {
    let (engine, _events) =
        Engine::start(scene.config("Alice", &ShiftedClock::default())).await.expect("the engine starts");
    let stage = engine.app_state().stage;
    engine.stop().await;
    stage
}

/// All but SQLite's index of the journal, which is made anew by whoever looks.
fn kept(mut disk: BTreeMap<PathBuf, Vec<u8>>) -> BTreeMap<PathBuf, Vec<u8>> {
    disk.retain(|path, _| !path.ends_with("sotto.db-shm"));
    disk
}

#[tokio::test]
async fn another_key_opens_nothing_and_changes_no_byte() {
    let scene = Scene::new(22).await;
    let disk = stolen_profile(&scene).await;
    let key = fs::read(scene.key_file("Alice")).unwrap();

    fs::write(scene.key_file("Alice"), "0f".repeat(32)).unwrap();
    assert_eq!(stage(&scene).await, Stage::KeyMissing);
    assert!(kept(files(&scene.profile_dir("Alice"))) == kept(disk), "the disk has changed");

    fs::write(scene.key_file("Alice"), key).unwrap();
    assert_eq!(stage(&scene).await, Stage::Ready);
}

#[tokio::test]
async fn a_profile_without_its_key_file_is_never_begun_anew() {
    let scene = Scene::new(23).await;
    let (alice, _bob) = scene.alice_and_bob().await;
    let asleep = alice.leave().await;
    let disk = files(&scene.profile_dir("Alice"));
    let key = fs::read(scene.key_file("Alice")).unwrap();

    fs::remove_file(scene.key_file("Alice")).unwrap();
    assert_eq!(stage(&scene).await, Stage::KeyMissing);
    assert!(!scene.key_file("Alice").exists(), "a new key was drawn");
    assert!(files(&scene.profile_dir("Alice")) == disk, "the disk has changed");

    fs::write(scene.key_file("Alice"), key).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(scene.key_file("Alice"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let mut alice = asleep.wake().await;
    assert_eq!(texts(&alice.conversation().await, false), ["I see"]);
}
