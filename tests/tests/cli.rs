//! The command line as documented: the script of `docs/cli.md`, and a bot over JSON-RPC.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

/// Where cargo puts the programs of the workspace: beside the directory of the tests themselves.
fn programs() -> PathBuf {
    let own = std::env::current_exe().expect("a path");
    let dir = own.ancestors().nth(2).expect("target/debug").to_owned();
    for program in ["sotto-cli", "sotto-relay"] {
        assert!(dir.join(program).exists(), "{program} is not built: run `cargo build --workspace` first");
    }
    dir
}

fn run_documented_script(dir: &Path) -> String {
    let page = include_str!("../../docs/cli.md");
    let script = page.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a script");
    assert!(script.lines().count() <= 10, "the page promises ten lines");
    let path = format!("{}:{}", programs().display(), std::env::var("PATH").expect("PATH"));
    let output =
        Command::new("sh").args(["-eu", "-c", script]).current_dir(dir).env("PATH", path).output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_script_of_the_documentation_lets_two_people_talk() {
    let dir = tempfile::tempdir().expect("a directory");
    let printed = run_documented_script(dir.path());
    assert!(printed.contains("them: hello bob"), "{printed}");
    assert!(printed.contains("them: hello alice"), "{printed}");
}

/// A relay that ends with the test.
struct Relay {
    child: Child,
    address: String,
    dir: PathBuf,
}

impl Relay {
    fn start(dir: &Path) -> Self {
        let dir = dir.join("relay");
        let child = Command::new(programs().join("sotto-relay"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(&dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the relay");
        let address = loop {
            match std::fs::read_to_string(dir.join("address")) {
                Ok(address) if !address.is_empty() => break format!("http://{}", address.trim()),
                _ => std::thread::yield_now(),
            }
        };
        Self { child, address, dir }
    }

    fn code(&self) -> String {
        let outbox = std::fs::read_to_string(self.dir.join("outbox.jsonl")).expect("an outbox");
        let last: Value = serde_json::from_str(outbox.lines().last().expect("a code")).expect("JSON");
        last["code"].as_str().expect("digits").to_owned()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A bot: the daemon and its two pipes.
struct Bot {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    last_id: u64,
}

impl Bot {
    fn start(dir: &Path, name: &str) -> Self {
        let mut child = Command::new(programs().join("sotto-cli"))
            .arg("--profile")
            .arg(dir.join(name))
            .arg("--key-file")
            .arg(dir.join(format!("{name}.key")))
            .arg("daemon")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the daemon");
        let to = child.stdin.take().expect("a pipe");
        let from = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, to, from, last_id: 0 }
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"))
    }

    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.last_id += 1;
        let request = json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params });
        writeln!(self.to, "{request}").expect("a pipe");
        loop {
            let answer = self.line();
            if answer["id"] == self.last_id {
                return answer;
            }
        }
    }

    fn sign_up(&mut self, relay: &Relay, number: &str, name: &str) {
        for (method, params) in
            [("relay_use", json!({ "address": relay.address })), ("register", json!({ "number": number }))]
        {
            let answer = self.call(method, &params);
            assert!(answer.get("error").is_none(), "{method}: {answer}");
        }
        self.call("verify", &json!({ "code": relay.code() }));
        let me = self.call("profile", &json!({ "name": name, "about": "a bot" }));
        assert_eq!(me["result"]["name"], name, "{me}");
    }

    fn await_text(&mut self, text: &str) -> Value {
        loop {
            let event = self.line();
            if event["params"]["message"]["body"]["text"] == text && event["params"]["message"]["mine"] == false {
                return event["params"].clone();
            }
        }
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn two_bots_talk_over_json_rpc() {
    let dir = tempfile::tempdir().expect("a directory");
    let relay = Relay::start(dir.path());
    let (mut alice, mut bob) = (Bot::start(dir.path(), "alice"), Bot::start(dir.path(), "bob"));
    alice.sign_up(&relay, "+351912345678", "Alice");
    bob.sign_up(&relay, "+351912345679", "Bob");
    let sent = alice.call("send", &json!({ "to": "+351912345679", "text": "ping" }));
    assert!(sent["result"]["id"].is_string(), "{sent}");
    let ping = bob.await_text("ping");
    bob.call("send", &json!({ "to": ping["chat"].to_string(), "text": "pong" }));
    alice.await_text("pong");
}

#[test]
fn a_bot_is_told_what_was_wrong_with_its_call() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut bot = Bot::start(dir.path(), "bot");
    assert_eq!(bot.call("dance", &json!({}))["error"]["code"], -32_601);
    assert_eq!(bot.call("send", &json!({ "to": 7 }))["error"]["code"], -32_602);
    assert_eq!(
        bot.call("relay_use", &json!({ "address": "http://127.0.0.1:9" }))["error"]["data"]["code"],
        "relay_unreachable"
    );
    writeln!(bot.to, "this is not JSON").expect("a pipe");
    let answer = std::iter::repeat_with(|| bot.line()).find(|line| line["method"] != "event").expect("an answer");
    assert_eq!(answer["error"]["code"], -32_700);
}
