//! The program as it is started: killed without warning, told to stop, orphaned, misconfigured.

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use sotto_relay::SentCode;
use tokio::time::{sleep, timeout};

use crate::{
    people::Person,
    town::{Calls, Live},
};

/// A relay of its own process.
struct Program {
    child: Child,
    address: SocketAddr,
}

impl Program {
    async fn start(data_dir: &Path, arguments: &[&str]) -> Self {
        let _ = std::fs::remove_file(data_dir.join("address"));
        let child = command()
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data_dir)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let address = timeout(Duration::from_secs(20), async {
            loop {
                match std::fs::read_to_string(data_dir.join("address")) {
                    Ok(text) => return text.trim().parse().unwrap(),
                    Err(_) => sleep(Duration::from_millis(10)).await,
                }
            }
        });
        Self { child, address: address.await.expect("it never said where it listens") }
    }

    async fn newcomer(&self, data_dir: &Path, number: &str) -> Person {
        let person = Person::with_number(number);
        let calls = Calls::to(self.address);
        calls.ask_code(&person).await.unwrap();
        let outbox = std::fs::read_to_string(data_dir.join("outbox.jsonl")).unwrap();
        let sent: SentCode = serde_json::from_str(outbox.lines().last().unwrap()).unwrap();
        assert_eq!(sent.number, person.number);
        calls.register(&person, &sent.code).await.unwrap();
        person
    }

    async fn connect(&self, person: &Person) -> Live {
        Live::open(self.address, person).await.unwrap()
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn ended(&mut self) -> bool {
        let ended = timeout(Duration::from_secs(10), async {
            loop {
                if let Some(status) = self.child.try_wait().unwrap() {
                    return status.success();
                }
                sleep(Duration::from_millis(10)).await;
            }
        });
        ended.await.expect("it does not end")
    }
}

fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sotto-relay"))
}

fn check_config(arguments: &[&str]) -> Output {
    command().arg("check-config").args(arguments).output().unwrap()
}

/// What Bob's device has on its disk: like any device it drops what comes a second time.
#[derive(Default)]
struct Notebook {
    texts: Vec<String>,
    by_seq: HashMap<u64, String>,
}

impl Notebook {
    async fn read_one(&mut self, live: &mut Live) {
        let deliver = live.deliver().await;
        let text = String::from_utf8(deliver.sealed).unwrap();
        let known = self.by_seq.entry(deliver.seq).or_insert_with(|| text.clone());
        assert_eq!(*known, text, "one number for two messages");
        if !self.texts.contains(&text) {
            self.texts.push(text);
        }
        live.ack(deliver.seq).await;
    }
}

#[tokio::test]
async fn killed_without_warning_it_keeps_what_it_accepted() {
    let dir = tempfile::tempdir().unwrap();
    let mut program = Program::start(dir.path(), &[]).await;
    let alice = program.newcomer(dir.path(), "+351912345678").await;
    let bob = program.newcomer(dir.path(), "+351912345679").await;
    let (mut accepted, mut notebook) = (Vec::new(), Notebook::default());
    for round in 0..4 {
        let (mut alices, mut bobs) = (program.connect(&alice).await, program.connect(&bob).await);
        let mut ids = Vec::new();
        for n in 0..30 {
            let text = format!("round {round}, message {n}");
            ids.push((alices.send(bob.copy(&text)).await, text));
        }
        // Read in one round and not in the next; either way the tick is a promise.
        if round % 2 == 0 {
            for _ in 0..10 {
                notebook.read_one(&mut bobs).await;
            }
        }
        for (id, text) in ids {
            alices.accepted(id).await;
            accepted.push(text);
        }
        program.kill();
        program = Program::start(dir.path(), &[]).await;
    }
    let mut bobs = program.connect(&bob).await;
    while notebook.texts.last() != accepted.last() {
        notebook.read_one(&mut bobs).await;
    }
    assert_eq!(notebook.texts, accepted, "each of them, in order");
    program.kill();
}

#[cfg(unix)]
#[tokio::test]
async fn told_to_stop_it_drains() {
    let dir = tempfile::tempdir().unwrap();
    let mut program = Program::start(dir.path(), &[]).await;
    let alice = program.newcomer(dir.path(), "+351912345678").await;
    let mut live = program.connect(&alice).await;
    live.welcome().await;
    Command::new("kill").args(["-TERM", &program.child.id().to_string()]).status().unwrap();
    assert_eq!(live.closed().await, Some(1001));
    assert!(program.ended().await);
    assert!(!dir.path().join("address").exists());
}

#[tokio::test]
async fn it_ends_with_its_parent() {
    let dir = tempfile::tempdir().unwrap();
    let mut program = Program::start(dir.path(), &["--exit-with-parent"]).await;
    drop(program.child.stdin.take());
    assert!(program.ended().await);
}

#[test]
fn the_configuration_is_checked_and_shown() {
    let good = check_config(&["--data-dir", "/tmp/somewhere"]);
    let shown = String::from_utf8(good.stdout).unwrap();
    assert!(good.status.success());
    assert!(
        shown.contains("listen = \"127.0.0.1:8750\"") && shown.contains("data_dir = \"/tmp/somewhere\""),
        "{shown}"
    );
    let open = check_config(&["--listen", "0.0.0.0:8750"]);
    assert!(!open.status.success());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "lisen = \"127.0.0.1:1\"\n").unwrap();
    let unknown = check_config(&["--config", file.path().to_str().unwrap()]);
    assert!(!unknown.status.success());
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("lisen"));
}
