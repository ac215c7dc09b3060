//! A side of a call in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(40);

pub(crate) struct Side {
    child: Child,
    input: ChildStdin,
    lines: Receiver<Value>,
}

impl Side {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sotto-call-side"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let input = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).expect("a line of JSON");
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, input, lines }
    }

    pub(crate) fn tell(&mut self, line: &str) {
        writeln!(self.input, "{line}").expect("a process that listens");
    }

    pub(crate) fn describe(&mut self, sdp: &str) {
        self.tell(&json!({ "sdp": sdp }).to_string());
    }

    /// Waits for a line in which `find` finds something.
    pub(crate) fn wait<T>(&mut self, what: &str, find: impl Fn(&Value) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            let rest = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(rest).unwrap_or_else(|_| panic!("waited for {what}"));
            assert!(line.get("error").is_none(), "{line}");
            if let Some(found) = find(&line) {
                return found;
            }
        }
    }

    /// Carries the two descriptions.
    pub(crate) fn introduce(first: &mut Self, second: &mut Self) {
        let sdp = |line: &Value| line["sdp"].as_str().map(str::to_owned);
        let offer = first.wait("an offer", sdp);
        second.describe(&offer);
        let answer = second.wait("an answer", sdp);
        first.describe(&answer);
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
