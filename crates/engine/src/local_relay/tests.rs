//! The bundled relay, started for real.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::*;

/// Does what a relay does at its start, and dies when it is asked for `/die`.
const FAKE: &str = r#"#!/usr/bin/env python3
import http.server, os, sys, threading
assert sys.argv[1] == "serve" and "--exit-with-parent" in sys.argv
data = sys.argv[sys.argv.index("--data-dir") + 1]
host, port = sys.argv[sys.argv.index("--listen") + 1].split(":")
if os.path.exists(os.path.join(data, "broken")): sys.exit(3)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/die": os._exit(1)
        self.send_response(200 if self.path == "/health" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer((host, int(port)), Handler)
with open(os.path.join(data, "address.new"), "w") as file: file.write("http://127.0.0.1:%d\n" % server.server_port)
os.rename(os.path.join(data, "address.new"), os.path.join(data, "address"))
def parent():
    sys.stdin.read()
    open(os.path.join(data, "ended"), "w").close()
    os._exit(0)
threading.Thread(target=parent, daemon=True).start()
server.serve_forever()
"#;

const PACE: Pace =
    Pace { start_timeout: Duration::from_secs(20), first_wait: Duration::from_millis(10), most_failures: 3 };

struct Bench {
    _home: tempfile::TempDir,
    program: PathBuf,
    dir: PathBuf,
    states: watch::Receiver<State>,
    sender: watch::Sender<State>,
}

impl Bench {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let program = home.path().join("fake-relay");
        fs::write(&program, FAKE).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let (sender, states) = watch::channel(State::Starting);
        Self { program, dir: home.path().join("relay"), _home: home, states, sender }
    }

    async fn start(&self) -> Result<LocalRelay, LocalRelayError> {
        LocalRelay::start_program(self.program.clone(), self.dir.clone(), &self.sender, PACE).await
    }

    async fn until(&mut self, wanted: State) {
        let reached = self.states.wait_for(|state| *state == wanted);
        tokio::time::timeout(Duration::from_secs(20), reached).await.unwrap().unwrap();
    }
}

async fn kill(relay: &LocalRelay) {
    let _ = reqwest::Client::new().get(format!("{}/die", relay.address())).send().await;
}

#[tokio::test]
async fn a_relay_that_died_comes_back_at_the_same_address() {
    crate::net::rest::install_tls_provider();
    let mut bench = Bench::new();
    let relay = bench.start().await.unwrap();
    assert_eq!(*bench.states.borrow(), State::Running);
    let address = relay.address();
    kill(&relay).await;
    bench.until(State::Starting).await;
    bench.until(State::Running).await;
    assert_eq!(relay.address(), address);

    drop(relay);
    let ended = bench.dir.join("ended");
    while !ended.exists() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let again = bench.start().await.unwrap();
    assert_eq!(again.address(), address);
}

#[tokio::test]
async fn a_relay_that_keeps_dying_is_left() {
    crate::net::rest::install_tls_provider();
    let mut bench = Bench::new();
    let relay = bench.start().await.unwrap();
    fs::write(bench.dir.join("broken"), "").unwrap();
    kill(&relay).await;
    bench.until(State::Failed).await;
}

#[tokio::test]
async fn a_relay_that_does_not_start_is_an_error() {
    let bench = Bench::new();
    fs::create_dir(&bench.dir).unwrap();
    fs::write(bench.dir.join("broken"), "").unwrap();
    assert!(matches!(bench.start().await, Err(LocalRelayError::DoesNotStart(_))));
    let missing = bench.dir.join("no-such-program");
    let started = LocalRelay::start_program(missing, bench.dir.clone(), &bench.sender, PACE).await;
    assert!(matches!(started, Err(LocalRelayError::Io(_))));
}

#[tokio::test]
async fn a_port_that_was_taken_is_given_up() {
    let bench = Bench::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap();
    fs::create_dir(&bench.dir).unwrap();
    fs::write(bench.dir.join("address"), format!("http://{taken}")).unwrap();
    let relay = bench.start().await.unwrap();
    assert!(!relay.address().ends_with(&format!(":{}", taken.port())));
}
