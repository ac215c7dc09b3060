//! Voice messages through a real sound server: a PulseAudio of the test's own, with a loudspeaker that nobody hears and
//! whose sound its microphone records.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use sotto_media::{Microphone, Player, PlayerState, Recorder, Speaker};
use tokio::time::timeout;

/// Says to this program, when it runs itself, that the sound server is there.
const INSIDE: &str = "SOTTO_TEST_SOUND_SERVER";
const PATIENCE: Duration = Duration::from_secs(30);
const CODE: u8 = 0x3c;

/// A sound server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn runs(program: &str, arguments: &[&str], socket: Option<&Path>) -> bool {
    let mut command = Command::new(program);
    if let Some(socket) = socket {
        command.env("PULSE_SERVER", format!("unix:{}", socket.display()));
    }
    let ended = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    ended.is_ok_and(|status| status.success())
}

/// The way from ALSA, which this program speaks, to the server.
fn has_plugin() -> bool {
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
    folders.iter().any(|folder| Path::new(folder).join("alsa-lib/libasound_module_pcm_pulse.so").exists())
}

fn start(folder: &Path) -> Option<(Server, PathBuf)> {
    let socket = folder.join("native");
    let protocol = format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display());
    let server = Command::new("pulseaudio")
        .args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes"])
        .args(["-L", "module-null-sink sink_name=room rate=48000", "-L", &protocol])
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", folder)
        .env_remove("PULSE_SERVER")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut server = Server(server.ok()?);
    // It serves when it answers, and never will when it has ended.
    while !runs("pactl", &["info"], Some(&socket)) {
        if server.0.try_wait().ok().flatten().is_some() {
            return None;
        }
    }
    Some((server, socket))
}

#[test]
fn a_voice_message_is_recorded_and_heard_through_a_virtual_device() {
    let missing = match () {
        () if !cfg!(target_os = "linux") => Some("PulseAudio is looked for on Linux only"),
        () if !runs("pulseaudio", &["--version"], None) || !runs("pactl", &["--version"], None) => {
            Some("pulseaudio or pactl is not installed")
        }
        () if !has_plugin() => Some("the ALSA plugin for PulseAudio is not installed (libasound2-plugins)"),
        () => None,
    };
    if let Some(reason) = missing {
        println!("skipped: {reason}");
        return;
    }
    let folder = env::temp_dir().join(format!("sotto-sound-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let Some((server, socket)) = start(&folder) else {
        println!("skipped: pulseaudio does not start here");
        return;
    };
    let alsa = folder.join("asound.conf");
    fs::write(&alsa, "pcm.!default { type pulse }\nctl.!default { type pulse }\n").expect("a configuration");
    // In a process of its own: where sound goes is read from the environment.
    let inside = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", "inside_the_room", "--ignored", "--nocapture"])
        .env(INSIDE, "1")
        .env("PULSE_SERVER", format!("unix:{}", socket.display()))
        .env("ALSA_CONFIG_PATH", &alsa)
        .env("HOME", &folder)
        .status()
        .expect("this program");
    drop(server);
    let _ = fs::remove_dir_all(&folder);
    assert!(inside.success());
}

/// What is played into the room is recorded in it, and carries the same code.
#[tokio::test]
#[ignore = "run by the test above, in a room with a sound server"]
async fn inside_the_room() {
    if env::var_os(INSIDE).is_none() {
        println!("skipped: it is run by the other test");
        return;
    }
    let tone = Recorder::start(Microphone::Tone(CODE)).await.expect("a tone");
    tone.progress().wait_for(|now| now.duration >= 6_000).await.expect("progress");
    let tone = tone.recorded().expect("a recording");

    let player = Player::open(tone.ogg, Speaker::Default).expect("a player");
    let recorder = Recorder::start(Microphone::Default).await.expect("the virtual microphone");
    player.play();
    let mut playing = player.progress();
    let over = playing.wait_for(|now| !matches!(now.state, PlayerState::Playing | PlayerState::Paused));
    let state = timeout(PATIENCE, over).await.expect("it ends").expect("a player").state.clone();
    assert_eq!(state, PlayerState::Ended, "the virtual speaker");
    recorder.pause();
    let heard = recorder.recorded().expect("a recording");
    assert!(heard.duration > 4_000, "{heard:?}");
    assert!(heard.waveform.iter().any(|level| *level > 8), "{:?}", heard.waveform);

    let meter = Player::open(heard.ogg, Speaker::Meter).expect("a player");
    meter.play();
    let (mut metered, mut last, mut codes) = (meter.progress(), None, Vec::new());
    let ended = async {
        while metered.borrow_and_update().state != PlayerState::Ended {
            metered.changed().await.expect("a player");
            if let Some(heard) = meter.heard().filter(|heard| Some(*heard) != last) {
                last = Some(heard);
                codes.push(heard.code);
            }
        }
    };
    timeout(PATIENCE, ended).await.expect("it ends");
    // What is done against noise was done twice by now: it bends the high pitch, and leaves the low one, which is the
    // upper half of the code.
    assert!(codes.iter().any(|code| code >> 4 == CODE >> 4), "{codes:x?}");
}
