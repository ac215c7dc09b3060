//! One side of a call in a process of its own: `sotto-call-side`, and what is said to it and by it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    process::{ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    lossy_link::{Way, address_in, blocked, only_by},
    program::{Process, path_of},
};

const PATIENCE: Duration = Duration::from_secs(40);

/// See the module. It ends with its handle.
pub struct Side {
    _process: Process,
    input: ChildStdin,
    lines: Receiver<Value>,
}

fn sdp(line: &Value) -> Option<String> {
    line["sdp"].as_str().map(str::to_owned)
}

impl Side {
    /// Starts one.
    ///
    /// # Panics
    /// If it is not built.
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(path_of("sotto-call-side").expect("a program"));
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Process::start(&mut command).expect("a process");
        let input = process.child().stdin.take().expect("its input");
        let output = BufReader::new(process.child().stdout.take().expect("its output"));
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).expect("a line of JSON");
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { _process: process, input, lines }
    }

    /// Gives it a line.
    ///
    /// # Panics
    /// If it has ended.
    pub fn tell(&mut self, line: &str) {
        writeln!(self.input, "{line}").expect("a process that listens");
    }

    /// Gives it a description of the other side.
    pub fn describe(&mut self, sdp: &str) {
        self.tell(&json!({ "sdp": sdp }).to_string());
    }

    /// Waits for a line in which `find` finds something.
    ///
    /// # Panics
    /// If it does not come.
    pub fn wait<T>(&mut self, what: &str, mut find: impl FnMut(&Value) -> Option<T>) -> T {
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

    /// Its own description.
    pub fn description(&mut self) -> String {
        self.wait("a description", sdp)
    }

    /// It has a way to the other side.
    pub fn connects(&mut self) {
        self.connected();
    }

    /// It has a way to the other side. True if that leads through the relay.
    pub fn connected(&mut self) -> bool {
        let relayed = |line: &Value| (line["event"] == "connected").then(|| line["relayed"].as_bool()).flatten();
        self.wait("a connection", relayed)
    }

    /// What it says in this time.
    pub fn says_for(&mut self, time: Duration) -> Vec<(Instant, Value)> {
        let until = Instant::now() + time;
        let mut said = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            said.push((Instant::now(), line));
        }
        said
    }

    /// Carries the two descriptions.
    pub fn introduce(first: &mut Self, second: &mut Self) {
        let offer = first.description();
        second.describe(&offer);
        let answer = second.description();
        first.describe(&answer);
    }

    /// Carries the two descriptions, so that the sides find each other only over this way.
    ///
    /// # Panics
    /// If a side is not on loopback.
    pub fn introduce_over(first: &mut Self, second: &mut Self, way: &Way) {
        let offer = first.description();
        second.describe(&only_by(&offer, way.of_first().expect("an address")));
        let answer = second.description();
        Self::open(way, &offer, &answer);
        first.describe(&only_by(&answer, way.of_second().expect("an address")));
    }

    /// Carries the two descriptions between sides of which neither gets through to the other but by the relay.
    pub fn introduce_blocked(first: &mut Self, second: &mut Self, nowhere: SocketAddr) {
        let offer = first.description();
        second.describe(&blocked(&offer, nowhere));
        let answer = second.description();
        first.describe(&blocked(&answer, nowhere));
    }

    /// The first side looks for a new path, and this is the only one.
    ///
    /// # Panics
    /// If a side is not on loopback.
    pub fn restart_over(first: &mut Self, second: &mut Self, way: &Way) {
        first.tell(r#"{"restart":true}"#);
        let offer = first.wait("a new offer", |line| line["again"].as_str().map(str::to_owned));
        let again = only_by(&offer, way.of_first().expect("an address"));
        second.tell(&json!({ "again": again }).to_string());
        let answer = second.description();
        Self::open(way, &offer, &answer);
        first.describe(&only_by(&answer, way.of_second().expect("an address")));
    }

    fn open(way: &Way, offer: &str, answer: &str) {
        let (first, second) = (address_in(offer).expect("loopback"), address_in(answer).expect("loopback"));
        way.open(first, second).expect("a link");
    }
}
