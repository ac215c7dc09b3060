//! A person sits down at the window: it starts, chats are opened, something is written, and then nothing happens.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

use super::{
    home::Home,
    screen::{Area, Screen},
    window::WindowProgram,
};
use crate::load::Latencies;

/// A window that has drawn nothing for so long has come to rest.
const REST: Duration = Duration::from_millis(1_200);
/// The same for what follows a key.
const SHORT_REST: Duration = Duration::from_millis(400);
/// Nothing here takes as long.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the window may put its memory in order before it is weighed.
const SETTLING: Duration = Duration::from_secs(5);

/// The window of Sotto sets this for itself, by starting itself anew; the blank one is given it for nothing.
const PLAIN_DRAWING: [(&str, &str); 1] = [("WEBKIT_DISABLE_DMABUF_RENDERER", "1")];

const ALT: u32 = 0xffe9;
const DOWN: u32 = 0xff54;
const UP: u32 = 0xff52;
const ENTER: u32 = 0xff0d;
const ESCAPE: u32 = 0xff1b;

/// The programs that are measured.
#[derive(Debug, Clone)]
pub struct Programs {
    /// The window of Sotto.
    pub sotto: PathBuf,
    /// A window of the same toolkit with an empty page.
    pub blank: PathBuf,
}

/// How often, and how long.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    /// Starts of each program.
    pub starts: usize,
    /// Conversations that are opened, each twice.
    pub opened: usize,
    /// Messages that are sent.
    pub sent: usize,
    /// Time in which nothing happens.
    pub idle: Duration,
}

/// What was seen.
#[derive(Debug, Clone, Default)]
pub struct Sitting {
    /// From the start of the program until the list of chats was there in full.
    pub start: Latencies,
    /// From the start of the blank program until its page was there.
    pub blank_start: Latencies,
    /// Memory with the list of chats.
    pub memory_mb: f64,
    /// Memory after all that follows, with a conversation open.
    pub used_memory_mb: f64,
    /// Memory of the blank program.
    pub blank_memory_mb: f64,
    /// From a key until the newest messages of the largest conversation were there.
    pub open_largest: Latencies,
    /// The same of all others.
    pub open: Latencies,
    /// From Enter until the bubble was there.
    pub send: Latencies,
    /// Frames in a minute, with a conversation open and nothing happening.
    pub idle_frames_per_minute: f64,
    /// The same while another window has the keyboard.
    pub unfocused_frames_per_minute: f64,
    /// CPU time in such a minute.
    pub idle_cpu_ms_per_minute: f64,
}

/// Measures both windows on the screen named by `DISPLAY`, in turns.
///
/// # Errors
/// If one of them does not come up, or does not do what a key asks for.
pub fn sit_down(programs: &Programs, home: &Home, blank: &Path, rounds: Rounds) -> anyhow::Result<Sitting> {
    let screen = Screen::open()?;
    let mut seen = Sitting::default();
    // Once each without counting: the files come into memory, and the window says where it is.
    let area = first_start(&screen, programs, home)?;
    drop(start(&screen, &programs.blank, None, blank, area)?);
    for _ in 0..rounds.starts {
        let (window, took) = start(&screen, &programs.blank, None, blank, area)?;
        seen.blank_start.add(took);
        seen.blank_memory_mb = window.memory_mb()?;
        drop(window);
        let (window, took) = start(&screen, &programs.sotto, Some(home), home.dir(), area)?;
        seen.start.add(took);
        drop(window);
    }
    use_it(&screen, programs, home, area, rounds, &mut seen)?;
    let (window, _) = start(&screen, &programs.blank, None, blank, area)?;
    screen.during(SETTLING)?;
    seen.blank_memory_mb = window.memory_mb()?;
    Ok(seen)
}

fn first_start(screen: &Screen, programs: &Programs, home: &Home) -> anyhow::Result<Area> {
    screen.watch(None);
    let window = WindowProgram::start(&programs.sotto, &home.arguments(), &[], home.dir())?;
    screen.until_quiet(REST, PATIENCE).context("the window of Sotto never came")?;
    let (_, area) = screen.window()?;
    drop(window);
    gone(screen)?;
    Ok(area)
}

/// Starts a program and waits until it rests; tells how long it took until all of its left part was drawn.
fn start(
    screen: &Screen,
    program: &Path,
    home: Option<&Home>,
    dir: &Path,
    area: Area,
) -> anyhow::Result<(WindowProgram, Duration)> {
    gone(screen)?;
    screen.watch(Some(list(area)));
    let window = match home {
        Some(home) => WindowProgram::start(program, &home.arguments(), &[], dir)?,
        None => WindowProgram::start(program, &[], &PLAIN_DRAWING, dir)?,
    };
    let film = screen.until_quiet(REST, PATIENCE)?;
    let took = film.complete()? - window.started;
    Ok((window, took))
}

fn use_it(
    screen: &Screen,
    programs: &Programs,
    home: &Home,
    area: Area,
    rounds: Rounds,
    seen: &mut Sitting,
) -> anyhow::Result<()> {
    let (program, _) = start(screen, &programs.sotto, Some(home), home.dir(), area)?;
    screen.during(SETTLING)?;
    seen.memory_mb = program.memory_mb()?;
    let (window, _) = screen.window()?;
    screen.focus(Some(window))?;
    screen.during(REST)?;

    let mut open = |key: u32, largest: bool| -> anyhow::Result<()> {
        let took = after(screen, thread(area), &[ALT, key]).context("opening a chat")?;
        if largest {
            seen.open_largest.add(took);
        } else {
            seen.open.add(took);
        }
        Ok(())
    };
    for index in 0..rounds.opened {
        open(DOWN, index == 0)?;
    }
    for index in (0..rounds.opened - 1).rev() {
        open(UP, index == 0)?;
    }
    // The second in the list is a friend's: what is sent there goes to the relay.
    open(DOWN, false)?;
    for _ in 0..rounds.sent {
        for letter in "on my way".chars() {
            screen.press(&[u32::from(letter)])?;
        }
        screen.during(SHORT_REST)?;
        seen.send.add(after(screen, thread(area), &[ENTER]).context("sending a message")?);
    }
    screen.during(SETTLING)?;
    seen.used_memory_mb = program.memory_mb()?;
    if !rounds.idle.is_zero() {
        let per_minute = 60.0 / rounds.idle.as_secs_f64();
        screen.watch(None);
        let before = program.cpu()?;
        seen.idle_frames_per_minute = screen.during(rounds.idle)?.frames() as f64 * per_minute;
        seen.idle_cpu_ms_per_minute = (program.cpu()? - before).as_secs_f64() * 1_000.0 * per_minute;
        screen.focus(None)?;
        screen.during(REST)?;
        screen.watch(None);
        seen.unfocused_frames_per_minute = screen.during(rounds.idle)?.frames() as f64 * per_minute;
    }
    screen.press(&[ESCAPE])?;
    Ok(())
}

/// How long it took after keys were pressed until the area had its last look.
fn after(screen: &Screen, area: Area, keys: &[u32]) -> anyhow::Result<Duration> {
    screen.watch(Some(area));
    let pressed = screen.press(keys)?;
    let film = screen.until_quiet(SHORT_REST, PATIENCE)?;
    let complete = film.complete()?;
    ensure!(complete > pressed, "nothing was drawn");
    Ok(complete - pressed)
}

/// Rail and list of chats: the left part.
fn list(window: Area) -> Area {
    window.part((0.0, 0.35), (0.0, 1.0))
}

/// The messages: without the header, and without the box for writing and its caret.
fn thread(window: Area) -> Area {
    window.part((0.38, 0.97), (0.12, 0.91))
}

/// Waits until no window is left, and a moment more for the processes behind it.
fn gone(screen: &Screen) -> anyhow::Result<()> {
    let begun = Instant::now();
    while screen.window().is_ok() {
        ensure!(begun.elapsed() < PATIENCE, "a window stays on the screen");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(400));
    Ok(())
}
