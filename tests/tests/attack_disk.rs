//! The stolen disk and the seized relay: two people talk, and then every file and every line of log is searched.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use sotto_tests::people::Scene;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

/// What must be found nowhere.
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

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn search(dir: &Path, wanted: &[&[u8]], found: &mut Vec<String>) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            search(&path, wanted, found);
        } else {
            let bytes = fs::read(&path).expect("a file");
            let hits = wanted.iter().filter(|w| contains(&bytes, w));
            found.extend(hits.map(|w| format!("{} in {}", String::from_utf8_lossy(w), path.display())));
        }
    }
}

#[tokio::test]
async fn no_text_name_or_key_is_found_on_any_disk_or_in_any_log() {
    let log = Log::default();
    let lines = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(log.clone()).finish();
    tracing::subscriber::set_global_default(lines).expect("the only subscriber");
    let scene = Scene::new(21).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    alice.engine.profile_set(SECRETS[2], SECRETS[3]).await.expect("a profile");
    alice.say(SECRETS[0]).await;
    bob.hears(SECRETS[0]).await;
    bob.say(SECRETS[1]).await;
    alice.hears(SECRETS[1]).await;

    // Everything is searched twice: while the programs run, journals and all, and after they have ended.
    let numbers = ["+351912345678", "912345678"].map(str::as_bytes);
    let keys: Vec<Vec<u8>> = ["Alice", "Bob"].iter().map(|n| fs::read(scene.key_file(n)).expect("a key")).collect();
    let secrets: Vec<&[u8]> = SECRETS.iter().map(|s| s.as_bytes()).collect();
    let mut asleep = Vec::new();
    let mut people = vec![alice, bob];
    loop {
        let mut found = Vec::new();
        for name in ["Alice", "Bob"] {
            let mut wanted = [secrets.clone(), numbers.to_vec()].concat();
            wanted.extend(keys.iter().map(|key| key.trim_ascii()));
            search(&scene.profile_dir(name), &wanted, &mut found);
        }
        // The relay knows numbers: it has to find people by them.
        search(&scene.profile_dir("relay"), &secrets, &mut found);
        assert!(found.is_empty(), "{found:#?}");
        match people.pop() {
            Some(person) => asleep.push(person.leave().await),
            None => break,
        }
    }
    let log = log.bytes();
    assert!(contains(&log, b"sotto"), "the log was heard");
    for wanted in secrets.iter().copied().chain(keys.iter().map(|key| key.trim_ascii())) {
        assert!(!contains(&log, wanted), "{} in the log", String::from_utf8_lossy(wanted));
    }
}
