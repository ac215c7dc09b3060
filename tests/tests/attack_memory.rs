//! The seized relay while it runs: its memory and what it leaves behind when it crashes are searched for what people said.
//!
//! Phone numbers and account ids are known to the relay by design. That ids are found shows that the search works.
#![cfg(target_os = "linux")]

use std::{
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom},
    path::PathBuf,
    process::Command,
};

use sotto_tests::{
    people::{ALICE, BOB, Scene, befriend},
    wanted::Wanted,
};

/// Texts, a name and a line about oneself.
const SECRETS: [&str; 4] = ["marmalade for breakfast", "only when it rains", "Philippa Thackeray", "keeps eleven bees"];
/// Memory read at once.
const PIECE: usize = 1 << 16;

/// Everything that a process may write to: its heap, its stacks, its buffers, also what it has let go of.
fn memory_of(process: u32) -> Vec<u8> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).expect("a list of what is mapped");
    let mut memory = File::open(format!("/proc/{process}/mem")).expect("memory");
    let (mut all, mut piece, untouched) = (Vec::new(), vec![0; PIECE], vec![0; PIECE]);
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw"))) {
        let (range, _) = line.split_once(' ').expect("a range");
        let (from, to) = range.split_once('-').expect("two ends");
        let [from, to] = [from, to].map(|end| u64::from_str_radix(end, 16).expect("an address"));
        memory.seek(SeekFrom::Start(from)).expect("an address");
        let mut left = usize::try_from(to - from).expect("a length");
        while left > 0 {
            let wanted = &mut piece[..left.min(PIECE)];
            // A page that is mapped and cannot be read holds nothing either.
            let Ok(count) = memory.read(wanted) else { break };
            if count == 0 {
                break;
            }
            if wanted[..count] != untouched[..count] {
                all.extend_from_slice(&wanted[..count]);
            }
            left -= count;
        }
    }
    all
}

/// All pieces in which there is anything.
fn touched(bytes: &[u8]) -> Vec<u8> {
    let untouched = vec![0; PIECE];
    bytes.chunks(PIECE).filter(|piece| **piece != untouched[..piece.len()]).collect::<Vec<_>>().concat()
}

fn run(command: &mut Command) {
    assert!(command.status().expect("a command").success(), "{command:?}");
}

/// Where the system leaves a process's dump, if it leaves it in a file at all and does not hand it to a program.
fn dump_of(process: u32) -> Option<PathBuf> {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").ok()?;
    let name = Some(pattern.trim()).filter(|name| *name == "core")?;
    let with_id = fs::read_to_string("/proc/sys/kernel/core_uses_pid").is_ok_and(|uses| uses.trim() == "1");
    let name = if with_id { format!("{name}.{process}") } else { name.to_owned() };
    Some(fs::read_link(format!("/proc/{process}/cwd")).ok()?.join(name))
}

#[tokio::test]
async fn no_text_name_or_key_is_found_in_the_relays_memory_or_in_its_dump() {
    let scene = Scene::with_relay_program(24).await;
    let mut alice = scene.sign_up_as("Alice", ALICE, SECRETS[2], SECRETS[3]).await;
    let mut bob = scene.sign_up("Bob", BOB).await;
    befriend(&mut alice, &mut bob).await;
    bob.lists("her name", |row| row.title == SECRETS[2]).await;
    bob.say(SECRETS[1]).await;
    alice.hears(SECRETS[1]).await;
    // One that passes through its hands at once was above; this one waits on its disk.
    let bob = bob.leave().await;
    alice.say(SECRETS[0]).await;
    let mut bob = bob.wake().await;
    bob.hears(SECRETS[0]).await;

    let keys = ["Alice", "Bob"].map(|name| Wanted::key_in(&scene.key_file(name)));
    let secrets: Vec<_> = SECRETS.into_iter().map(Wanted::text).chain(keys).collect();
    let known = Wanted::text(ALICE);
    let search = |place: &str, bytes: &[u8]| {
        let found: Vec<_> = secrets.iter().filter(|wanted| wanted.is_in(bytes)).map(Wanted::name).collect();
        assert!(found.is_empty(), "{found:#?} in {place}");
        assert!(known.is_in(bytes), "not even what the relay knows is in {place}: nothing was searched");
    };
    let process = scene.relay.process_id();
    search("memory", &memory_of(process));

    if let Some(dump) = dump_of(process) {
        run(Command::new("prlimit").args(["--core=unlimited", "--pid", &process.to_string()]));
        run(Command::new("kill").args(["-ABRT", &process.to_string()]));
        alice.offline().await;
        let bytes = fs::read(&dump).expect("a dump");
        fs::remove_file(&dump).expect("a dump");
        search("its dump", &touched(&bytes));
    }
}
