//! One side of a call on a command line, for tests and measurements: synthetic media, descriptions and events as lines
//! of JSON. Two of them, whose lines somebody carries, make a call.

use std::collections::HashMap;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use serde_json::{Value, json};
use sotto_media::{
    Call, Camera, Config, Error, Event, Events, Frame, IceServer, Mark, Microphone, Picture, Speaker, VideoCodec, Vp8,
};
use tokio::io::{AsyncBufReadExt, BufReader};

/// One side of a call, driven by lines of JSON.
#[derive(Parser)]
struct Arguments {
    /// Begins the call; the other side answers.
    #[arg(long)]
    offer: bool,
    /// The code of the tone that is sent.
    #[arg(long, default_value_t = 0x5a)]
    code: u8,
    /// Only through the relay.
    #[arg(long)]
    relay_only: bool,
    /// Not over 127.0.0.1.
    #[arg(long)]
    no_loopback: bool,
    /// A device in place of the synthetic one.
    #[arg(long, value_name = "ID")]
    microphone: Option<String>,
    #[arg(long, value_name = "ID")]
    speaker: Option<String>,
    #[arg(long, value_name = "ID")]
    camera: Option<String>,
    /// A STUN or TURN server.
    #[arg(long)]
    server: Option<String>,
    #[arg(long, default_value = "")]
    username: String,
    #[arg(long, default_value = "")]
    credential: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&json!({ "error": error.to_string() }));
            ExitCode::FAILURE
        }
    }
}

fn say(line: &Value) {
    // Whoever started this and went away has no use for the rest.
    let _ = writeln!(std::io::stdout(), "{line}");
}

async fn run(arguments: Arguments) -> Result<(), Error> {
    let (offers, config) = (arguments.offer, config(arguments));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let (call, mut events, sdp) = if offers {
        Call::offer(config).await?
    } else {
        let offer = loop {
            let Ok(Some(line)) = lines.next_line().await else { return Ok(()) };
            if let Some(offer) = text(&line, "sdp") {
                break offer;
            }
        };
        Call::answer(config, &offer).await?
    };
    say(&json!({ "sdp": sdp, "fingerprint": call.local_fingerprint().to_string() }));
    let mut codecs = HashMap::new();
    loop {
        tokio::select! {
            event = next(&mut events, &mut codecs) => match event {
                Some(line) => say(&line),
                None => return Ok(()),
            },
            line = lines.next_line() => match line {
                Ok(Some(line)) => if !order(&call, &line).await? { break },
                _ => break,
            },
        }
    }
    call.hang_up().await;
    Ok(())
}

fn config(arguments: Arguments) -> Config {
    let Arguments { code, relay_only, no_loopback, server, username, credential, microphone, speaker, camera, .. } =
        arguments;
    let servers = server.map(|url| IceServer { urls: vec![url], username, credential });
    let synthetic = Config::synthetic(code);
    Config {
        ice_servers: servers.into_iter().collect(),
        relay_only,
        loopback: !no_loopback,
        microphone: microphone.map_or(synthetic.microphone, Microphone::Named),
        speaker: speaker.map_or(synthetic.speaker, Speaker::Named),
        camera: camera.map_or(synthetic.camera, Camera::Named),
        ..synthetic
    }
}

fn text(line: &str, key: &str) -> Option<String> {
    serde_json::from_str::<Value>(line).ok()?.get(key)?.as_str().map(str::to_owned)
}

/// Does what a line says. False at the end.
async fn order(call: &Call, line: &str) -> Result<bool, Error> {
    let Ok(line) = serde_json::from_str::<Value>(line) else { return Ok(true) };
    let text = |key: &str| line.get(key).and_then(Value::as_str);
    if let Some(sdp) = text("sdp") {
        call.accept(sdp).await?;
    }
    if let Some(candidate) = text("candidate") {
        call.candidate(candidate).await?;
    }
    if let Some(offer) = text("again") {
        say(&json!({ "sdp": call.renegotiate(offer).await? }));
    }
    if line.get("restart").is_some() {
        say(&json!({ "again": call.restart_ice().await? }));
    }
    if let Some(on) = line.get("camera").and_then(Value::as_bool) {
        call.camera(on);
    }
    if let Some(on) = line.get("screen").and_then(Value::as_bool) {
        call.share_screen(on);
    }
    if let Some(muted) = line.get("mute").and_then(Value::as_bool) {
        call.mute(muted);
    }
    Ok(line.get("end").is_none())
}

/// What a frame shows: the pattern's number and age.
fn look(codecs: &mut HashMap<Picture, Vp8>, frame: &Frame) -> Option<Value> {
    let picture = codecs.entry(frame.picture).or_default().decode(&frame.data).ok()??;
    let mark = Mark::read(&picture)?;
    let name = format!("{:?}", frame.picture);
    Some(json!({ "frame": mark.number, "picture": name, "height": picture.height, "age_ms": mark.age_ms() }))
}

async fn next(events: &mut Events, codecs: &mut HashMap<Picture, Vp8>) -> Option<Value> {
    loop {
        return Some(match events.next().await? {
            Event::Connected { relayed } => json!({ "event": "connected", "relayed": relayed }),
            Event::Reconnecting => json!({ "event": "reconnecting" }),
            Event::Ended(end) => json!({ "event": "ended", "end": format!("{end:?}") }),
            Event::Frame(frame) => match look(codecs, &frame) {
                Some(line) => line,
                None => continue,
            },
            Event::Candidate(candidate) => json!({ "candidate": candidate }),
            Event::Remote(state) => {
                json!({ "event": "remote", "muted": state.muted, "camera": state.camera, "screen": state.screen })
            }
            Event::Quality(quality) => json!({ "event": "quality", "quality": format!("{quality:?}") }),
            Event::Device { kind, problem } => {
                json!({ "event": "device", "kind": format!("{kind:?}"), "problem": problem.map(|p| p.to_string()) })
            }
            Event::Statistics(numbers) => json!({
                "event": "statistics",
                "voice_sent": numbers.voice_packets_sent,
                "voice_received": numbers.voice_packets_received,
                "voice_lost": numbers.voice_packets_lost,
                "voice_rebuilt": numbers.voice_packets_rebuilt,
                "voice_played_ms": numbers.voice_played_ms,
                "voice_concealed_ms": numbers.voice_concealed_ms,
                "jitter_ms": numbers.jitter_buffer_ms,
                "round_trip_ms": numbers.round_trip_ms,
                "loss": numbers.loss,
                "frames_sent": numbers.frames_sent,
                "frames_skipped": numbers.frames_skipped,
                "frames_received": numbers.frames_received,
                "frames_dropped": numbers.frames_dropped,
                "freezes": numbers.freezes,
                "target_bitrate": numbers.target_bitrate,
                "code": numbers.heard.map(|heard| heard.code),
                "beeps": numbers.heard.map(|heard| heard.beeps),
                "latency_ms": numbers.heard.map(|heard| heard.latency_ms),
            }),
            _ => continue,
        });
    }
}
