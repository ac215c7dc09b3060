//! The program as it is started: killed without warning, told to stop, orphaned, misconfigured.

use std::{
    collections::HashMap,
    io::Read as _,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use sotto_relay::SentCode;
use sotto_wire::rest::ErrorCode;
use tokio::time::{sleep, timeout};

use crate::{
    gateways::{ACCOUNT, Gateway, Say, TOKEN},
    people::Person,
    town::{Calls, Live, refused},
};

/// A relay of its own process.
struct Program {
    child: Child,
    address: SocketAddr,
}

impl Program {
    async fn start(data_dir: &Path, arguments: &[&str]) -> Self {
        Self::start_with(data_dir, arguments, &[]).await
    }

    async fn start_with(data_dir: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let _ = std::fs::remove_file(data_dir.join("address"));
        let child = command()
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data_dir)
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
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
        calls.register(&person, &last_code(data_dir)).await.unwrap();
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

fn last_code(data_dir: &Path) -> String {
    let outbox = std::fs::read_to_string(data_dir.join("outbox.jsonl")).unwrap();
    let sent: SentCode = serde_json::from_str(outbox.lines().last().unwrap()).unwrap();
    sent.code
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

#[tokio::test]
async fn invitations_are_made_listed_and_revoked_beside_a_running_relay() {
    let dir = tempfile::tempdir().unwrap();
    let program = Program::start_with(dir.path(), &[], &[("SOTTO_RELAY_REGISTRATION", "invitation")]).await;
    let invite = |arguments: &[&str]| {
        let output = command().arg("invite").arg("--data-dir").arg(dir.path()).args(arguments).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let (_, made) = invite(&["create", "--count", "2", "--days", "3", "--note", "the neighbours"]);
    let [one, other] = made.lines().collect::<Vec<_>>().try_into().unwrap();
    let listed = |part: &str| invite(&["list"]).1.lines().filter(|line| line.contains(part)).count();
    assert_eq!((listed("open for"), listed("the neighbours"), listed(one)), (2, 2, 0));
    assert!(invite(&["revoke", other]).0);
    assert!(!invite(&["revoke", other]).0, "it is gone");

    let (calls, alice) = (Calls::to(program.address), Person::with_number("+351912345678"));
    assert_eq!(refused(calls.ask_code_with(&alice, Some(other), &[]).await), ErrorCode::InvitationNeeded);
    calls.ask_code_with(&alice, Some(one), &[]).await.unwrap();
    calls.register(&alice, &last_code(dir.path())).await.unwrap();
    assert_eq!((listed("open for"), listed("used")), (0, 1));
    program.kill();
}

#[tokio::test]
async fn neither_codes_nor_numbers_nor_secrets_are_logged() {
    let (dir, gateway) = (tempfile::tempdir().unwrap(), Gateway::twilio().await);
    let url = format!("{}/codes", gateway.url());
    let variables = [
        ("SOTTO_RELAY_LOG", "debug"),
        ("SOTTO_RELAY_CODES__WEBHOOK__URL", url.as_str()),
        ("SOTTO_RELAY_CODES__WEBHOOK__SECRET", "0123456789012345"),
        ("SOTTO_RELAY_CODES__TWILIO__ACCOUNT", ACCOUNT),
        ("SOTTO_RELAY_CODES__TWILIO__AUTH_TOKEN", TOKEN),
        ("SOTTO_RELAY_CODES__TWILIO__FROM", "+15005550006"),
        ("SOTTO_RELAY_CODES__TWILIO__BASE_URL", &gateway.url()),
    ];
    let mut program = Program::start_with(dir.path(), &[], &variables).await;
    let (calls, alice) = (Calls::to(program.address), Person::with_number("+351912345678"));
    // The webhook takes the code, then Twilio refuses it, quoting the number.
    gateway.will_say([Say::Status(200, None), Say::Status(400, None)]);
    assert_eq!(refused(calls.ask_code(&alice).await), ErrorCode::CodeNotSent);
    let code = last_code(dir.path());
    let mut stderr = program.child.stderr.take().unwrap();
    program.kill();
    let mut log = String::new();
    stderr.read_to_string(&mut log).unwrap();
    assert!(log.contains("a code could not be sent") && log.contains("its error 21211"), "{log}");
    for secret in [code.as_str(), "912345678", TOKEN, "0123456789012345"] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
}

#[test]
fn what_is_wrong_with_a_gateway_is_said_in_a_sentence() {
    let wrong = [
        ("[codes.webhook]\n", "codes.webhook: url is missing"),
        ("[codes.webhook]\nurl = \"http://sms.example\"", "codes.webhook: url must begin with https://"),
        ("[codes.webhook]\nurl = \"https://sms.example\"", "by the variable SOTTO_RELAY_CODES__WEBHOOK__SECRET"),
        ("[codes.webhook]\nurl = \"https://sms.example\"\nsecret = \"short\"", "fewer than 16 characters"),
        (
            "[codes.webhook]\nurl = \"https://a.example\"\nsecret_file = \"/nowhere/at/all\"",
            "cannot read /nowhere/at/all",
        ),
        ("[codes.twilio]\naccount = \"AC12\"", "codes.twilio: account must be an account SID"),
        ("[codes.twilio]\naccount = \"{AC}\"", "codes.twilio: give one of from (a number) and messaging_service"),
        ("[codes.twilio]\naccount = \"{AC}\"\nfrom = \"Sotto\"", "codes.twilio: from must be a number"),
        ("[codes.twilio]\naccount = \"{AC}\"\nfrom = \"+15005550006\"", "codes.twilio: give auth_token_file"),
        ("[codes.smtp]\n", "codes.smtp: server is missing"),
        ("[codes.smtp]\nserver = \"mail.example\"\ntls = \"none\"", "codes.smtp: tls = \"none\" is only for"),
        ("[codes.smtp]\nserver = \"mail.example\"\nfrom = \"nobody\"", "codes.smtp: from is no mail address"),
        ("[codes.smtp]\nserver = \"m.example\"\nfrom = \"a@b.example\"\nto = \"{number}\"", "codes.smtp: to gives no"),
        ("[codes]\nconsole = false\noutbox = false", "no code can reach anybody"),
        ("trusted_proxies = [\"the proxy\"]", "trusted_proxies: \"the proxy\" is no address"),
        ("registration = \"closed\"", "unknown variant `closed`"),
    ];
    for (text, sentence) in wrong {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text.replace("{AC}", ACCOUNT)).unwrap();
        let output = check_config(&["--config", file.path().to_str().unwrap()]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(sentence), "{text}: {said}");
    }
}

#[test]
fn a_gateway_is_shown_without_its_secret() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "a secret in a file\n").unwrap();
    let output = command()
        .arg("check-config")
        .env("SOTTO_RELAY_CODES__TWILIO__ACCOUNT", ACCOUNT)
        .env("SOTTO_RELAY_CODES__TWILIO__AUTH_TOKEN", "12345678901234567890")
        .env("SOTTO_RELAY_CODES__TWILIO__FROM", "+15005550006")
        .env("SOTTO_RELAY_CODES__SMTP__SERVER", "mail.example.org")
        .env("SOTTO_RELAY_CODES__SMTP__PORT", "2525")
        .env("SOTTO_RELAY_CODES__SMTP__USER", "relay")
        .env("SOTTO_RELAY_CODES__SMTP__PASSWORD_FILE", secret.path())
        .env("SOTTO_RELAY_CODES__SMTP__FROM", "relay@example.org")
        .env("SOTTO_RELAY_CODES__SMTP__TO", "{number}@sms.example.org")
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(shown.contains("from = \"+15005550006\"") && shown.contains("port = 2525"), "{shown}");
    assert!(!shown.contains("12345678901234567890") && !shown.contains("a secret in a file"), "{shown}");
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
