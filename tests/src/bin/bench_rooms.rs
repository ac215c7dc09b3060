//! Part of `npm run bench:calls`: synthetic members in a room of a real relay, and what that costs the relay.
//!
//! `bench_rooms --members 3,8,16 --seconds 10`: for each number one line of JSON.
#![allow(clippy::print_stdout, reason = "this program is read by scripts")]

use std::time::Duration;

use anyhow::Context as _;
use serde_json::json;
use sotto_tests::{
    load::{ANY_PORT, Stranger, Usage, sign_up, without_limits},
    program::RelayProgram,
    room_member::{Invitation, Part, RoomMember},
};

const USAGE: &str = "bench_rooms [--members N,N,…] [--seconds N]";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (members, seconds) = arguments().context(USAGE)?;
    let dir = tempfile::tempdir()?;
    let relay = RelayProgram::start(&dir.path().join("relay"), ANY_PORT, without_limits()).await?;
    let most = members.iter().copied().max().unwrap_or_default();
    let people: Vec<_> = (0..most).map(Stranger::draw).collect();
    sign_up(&relay, people.iter()).await?;
    for count in members {
        println!("{}", measure(&relay, &people, count, seconds).await?);
    }
    Ok(())
}

fn arguments() -> anyhow::Result<(Vec<usize>, u64)> {
    let (mut members, mut seconds) = (vec![3, 8, 16], 10);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().with_context(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--members" => members = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--seconds" => seconds = value.parse()?,
            _ => anyhow::bail!("{word} is not known"),
        }
    }
    Ok((members, seconds))
}

/// Packets of sound and frames of pictures, of all members together.
#[derive(Clone, Copy, Default)]
struct Counts {
    voice_in: u64,
    voice_out: u64,
    voice_lost: u64,
    frames_in: u64,
    frames_out: u64,
}

impl Counts {
    fn of(members: &[RoomMember]) -> Self {
        let mut all = Self::default();
        for member in members {
            let numbers = member.got().numbers;
            all.voice_in += numbers.voice_packets_sent;
            all.frames_in += numbers.frames_sent;
            for other in numbers.others.values() {
                all.voice_out += other.voice_packets;
                all.voice_lost += other.voice_lost;
                all.frames_out += other.frames;
            }
        }
        all
    }
}

async fn measure(
    relay: &RelayProgram,
    people: &[Stranger],
    count: usize,
    seconds: u64,
) -> anyhow::Result<serde_json::Value> {
    let invitation = Invitation::draw();
    let mut members = Vec::new();
    for (place, who) in people.iter().take(count).enumerate() {
        let code = u8::try_from(0x10 + place)?;
        let part = Part { code, seen: true, open: place == 0, looks: false };
        members.push(RoomMember::enter(relay.address(), who, invitation, part).await?);
    }
    for member in &members {
        for other in members.iter().filter(|other| other.key.sender != member.key.sender) {
            member.keys.take(&other.key);
        }
    }
    for member in &mut members {
        let everybody = |got: &sotto_tests::room_member::Got| {
            let heard = got.numbers.others.values().filter(|other| other.voice_packets > 0 && other.frames > 0);
            heard.count() == count - 1
        };
        member.until("everybody", everybody).await;
    }
    let (before, used) = (Counts::of(&members), Usage::of(relay.id())?);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let (after, now) = (Counts::of(&members), Usage::of(relay.id())?);
    let cpu = (now.cpu_us - used.cpu_us) as f64 / (seconds as f64 * 10_000.0);
    for member in &members {
        member.call.clone().leave().await;
    }
    Ok(json!({
        "members": count,
        "seconds": seconds,
        "voice_packets_in": after.voice_in - before.voice_in,
        "voice_packets_out": after.voice_out - before.voice_out,
        "voice_packets_lost": after.voice_lost - before.voice_lost,
        "frames_in": after.frames_in - before.frames_in,
        "frames_out": after.frames_out - before.frames_out,
        "relay_cpu_percent": (cpu * 10.0).round() / 10.0,
        "relay_memory_mb": now.memory_kb / 1_024,
    }))
}
