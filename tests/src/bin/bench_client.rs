//! `npm run bench:client -- --messages 100000`: the client beside a blank window and beside bare cryptography.
#![allow(clippy::print_stdout, reason = "this program is read by people and scripts")]

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        path::{Path, PathBuf},
        time::{Duration, Instant},
    };

    use anyhow::Context as _;
    use serde_json::json;
    use sotto_tests::{
        client_bench::{
            Amount, GroupCosts, Home, MediaCosts, PHOTO, Programs, Rounds, Searched, Sitting, Village,
            caught_up_per_second, fill, group_costs, media, opened_per_second, search, sit_down,
        },
        load::{ANY_PORT, without_limits},
        program::{RelayProgram, path_of},
    };
    use sotto_wire::limits::MAX_MEMBERS;

    const USAGE: &str = "\
bench:client  [--messages N] [--chats N] [--waiting N] [--runs N] [--idle SECONDS] [--file MIB] [--members N] [--growth] [--profile release|debug]

  --messages  messages in the profile, half of them in one conversation (100000)
  --chats     conversations (200)
  --waiting   messages that wait while the engine is away; 0 leaves this out (10000)
  --runs      starts of each window (7)
  --idle      seconds in which nothing happens and frames are counted (60)
  --file      MiB of the file that is encrypted and uploaded (256); 0 leaves out files and photos
  --members   people in the largest group (1000); 0 leaves this out
  --growth    afterwards the same with fewer and more messages, conversations and waiting messages
  --profile   which build is measured: release, if there is one, else debug";

    /// Friends who write while the engine is away.
    const FRIENDS: usize = 4;
    const SEED: u64 = 7;

    #[derive(Debug, Clone, Copy)]
    struct Plan {
        amount: Amount,
        waiting: usize,
        runs: usize,
        idle: u64,
        file: usize,
        members: usize,
    }

    struct Outcome {
        fill_seconds: f64,
        database_mb: f64,
        sitting: Sitting,
        searched: Vec<Searched>,
        catch_up: Option<f64>,
        bound: Option<f64>,
        media: Option<MediaCosts>,
        group: Option<GroupCosts>,
    }

    pub(super) async fn main() -> anyhow::Result<()> {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let (plan, growth) = plan(&words).context(USAGE)?;
        let programs = Programs { sotto: path_of("sotto")?, blank: path_of("examples/blank")? };
        let mut outcome = measure(plan, &programs).await?;
        print(plan, &mut outcome);
        if growth {
            grow(plan, &programs).await?;
        }
        println!("\n{}", line(&mut outcome));
        Ok(())
    }

    fn plan(words: &[String]) -> anyhow::Result<(Plan, bool)> {
        let mut plan = Plan {
            amount: Amount { messages: 100_000, chats: 200 },
            waiting: 10_000,
            runs: 7,
            idle: 60,
            file: 256,
            members: MAX_MEMBERS,
        };
        let mut growth = false;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--growth" {
                growth = true;
                continue;
            }
            let number = || words.clone().next().context("a number is missing")?.parse::<u32>().context("not a number");
            match word.as_str() {
                "--messages" => plan.amount.messages = number()?,
                "--chats" => plan.amount.chats = number()?.max(16),
                "--waiting" => plan.waiting = number()? as usize,
                "--runs" => plan.runs = number()?.max(1) as usize,
                "--idle" => plan.idle = number()?.into(),
                "--file" => plan.file = number()? as usize,
                "--members" => plan.members = (number()? as usize).min(MAX_MEMBERS),
                other => anyhow::bail!("{other} is no option"),
            }
            words.next();
        }
        Ok((plan, growth))
    }

    async fn measure(plan: Plan, programs: &Programs) -> anyhow::Result<Outcome> {
        // On the disk of the build, which is a real one; `/tmp` may be memory.
        let dir = tempfile::tempdir_in(std::env::current_exe()?.parent().context("a directory")?)?;
        let relay = RelayProgram::start(&dir.path().join("relay"), ANY_PORT, without_limits()).await?;
        let village = Village::found(&relay, dir.path(), FRIENDS).await?;
        // While the friends are the only ones in the list.
        let media = match plan.file {
            0 => None,
            mib => Some(media(&village, dir.path(), PHOTO, mib).await?),
        };
        let begun = Instant::now();
        fill(&village.me, plan.amount, SEED)?;
        let fill_seconds = begun.elapsed().as_secs_f64();
        let database_mb = village.me.database_mb()?;
        let searched = search(&village.me).await?;
        let sitting = sit(plan, programs, &village.me, dir.path()).await?;
        let (mut catch_up, mut bound) = (None, None);
        if plan.waiting > 0 {
            catch_up = Some(caught_up_per_second(&village, plan.waiting).await?);
            bound = Some(opened_per_second(plan.waiting, FRIENDS)?);
        }
        let group = match plan.members {
            0 | 1 => None,
            members => Some(tokio::task::spawn_blocking(move || group_costs(members, 20)).await??),
        };
        Ok(Outcome { fill_seconds, database_mb, sitting, searched, catch_up, bound, media, group })
    }

    async fn sit(plan: Plan, programs: &Programs, me: &Home, dir: &Path) -> anyhow::Result<Sitting> {
        let rounds = Rounds { starts: plan.runs, opened: 10, sent: 10, idle: Duration::from_secs(plan.idle) };
        let (programs, me, blank): (_, _, PathBuf) = (programs.clone(), me.clone(), dir.join("blank"));
        std::fs::create_dir_all(&blank)?;
        tokio::task::spawn_blocking(move || sit_down(&programs, &me, &blank, rounds)).await?
    }

    fn print(plan: Plan, outcome: &mut Outcome) {
        let Outcome { fill_seconds, database_mb, sitting, searched, catch_up, bound, media, group } = outcome;
        let build = if cfg!(debug_assertions) { "debug build: NOT what people are given" } else { "release build" };
        let Amount { messages, chats } = plan.amount;
        println!("{messages} messages in {chats} conversations, {build}");
        println!("written in {fill_seconds:.1} s, {database_mb:.0} MB on the disk\n");
        println!("{:<44}{:>12}{:>12}{:>12}", "", "half within", "worst", "blank");
        let row = |name: &str, half: f64, worst: Option<f64>, blank: Option<f64>| {
            let or_nothing = |value: Option<f64>| value.map(|value| format!("{value:.1}")).unwrap_or_default();
            println!("{name:<44}{half:>12.1}{:>12}{:>12}", or_nothing(worst), or_nothing(blank));
        };
        let blank_start = sitting.blank_start.quantile_ms(0.5);
        let start = &mut sitting.start;
        row("start (ms)", start.quantile_ms(0.5), Some(start.quantile_ms(1.0)), Some(blank_start));
        row("memory with the list (MB)", sitting.memory_mb, None, Some(sitting.blank_memory_mb));
        row("memory after everything below (MB)", sitting.used_memory_mb, None, Some(sitting.blank_memory_mb));
        for (name, times) in [
            ("open the largest conversation (ms)", &mut sitting.open_largest),
            ("open another conversation (ms)", &mut sitting.open),
            ("send a message (ms)", &mut sitting.send),
        ] {
            row(name, times.quantile_ms(0.5), Some(times.quantile_ms(1.0)), None);
        }
        for Searched { what, hits, first_ms, p50_ms } in &*searched {
            row(&format!("find {what}: {hits} hits (ms)"), *p50_ms, Some(*first_ms), None);
        }
        if plan.idle > 0 {
            row("frames in an idle minute", sitting.idle_frames_per_minute, None, None);
            row("the same without the keyboard", sitting.unfocused_frames_per_minute, None, None);
            row("CPU in an idle minute (ms)", sitting.idle_cpu_ms_per_minute, None, None);
        }
        if let (Some(catch_up), Some(bound)) = (catch_up, bound) {
            row(&format!("caught up a second ({} waited)", plan.waiting), *catch_up, None, None);
            row("cryptography alone a second", *bound, None, None);
        }
        if let Some(MediaCosts { thumbnail_ms, encrypt_upload_mib_s, plain_copy_mib_s }) = media {
            row("a photo of 24 megapixels made ready (ms)", *thumbnail_ms, None, None);
            row(&format!("a file of {} MiB to the relay (MiB/s)", plan.file), *encrypt_upload_mib_s, None, None);
            row("copied on the same disk (MiB/s)", *plain_copy_mib_s, None, None);
        }
        if let Some(GroupCosts { found_ms, first_send_ms, send_ms }) = group {
            row(&format!("found a group of {} (ms)", plan.members), *found_ms, None, None);
            row("first message in it (ms)", *first_send_ms, None, None);
            row("each message after that (ms)", *send_ms, None, None);
        }
    }

    fn line(outcome: &mut Outcome) -> serde_json::Value {
        let tidy = |value: f64| (value * 10.0).round() / 10.0;
        let sitting = &mut outcome.sitting;
        let mut all = sitting.open.clone();
        all.append(sitting.open_largest.clone());
        let slowest = outcome.searched.iter().map(|searched| searched.p50_ms).fold(0.0, f64::max);
        json!({
            "start_ms": tidy(sitting.start.quantile_ms(0.5)),
            "blank_start_ms": tidy(sitting.blank_start.quantile_ms(0.5)),
            "memory_mb": tidy(sitting.used_memory_mb),
            "blank_memory_mb": tidy(sitting.blank_memory_mb),
            "open_chat_ms": tidy(all.quantile_ms(0.5)),
            "search_ms": tidy(slowest),
            "send_ms": tidy(sitting.send.quantile_ms(0.5)),
            "catch_up_per_second": outcome.catch_up.map(f64::round),
            "crypto_bound_per_second": outcome.bound.map(f64::round),
            "group_send_1000_ms": outcome.group.map(|group| tidy(group.send_ms)),
            "thumbnail_24mp_ms": outcome.media.map(|media| tidy(media.thumbnail_ms)),
            "encrypt_upload_mib_s": outcome.media.map(|media| tidy(media.encrypt_upload_mib_s)),
            "plain_copy_mib_s": outcome.media.map(|media| tidy(media.plain_copy_mib_s)),
            "idle_frames_per_minute": tidy(sitting.idle_frames_per_minute),
            "profile": if cfg!(debug_assertions) { "debug" } else { "release" },
        })
    }

    /// How the cost grows with messages, with conversations and with what waits.
    async fn grow(plan: Plan, programs: &Programs) -> anyhow::Result<()> {
        let few = Plan { runs: plan.runs.min(3), idle: 0, file: 0, members: 0, ..plan };
        let Amount { messages, chats } = plan.amount;
        let with = |messages, chats| Plan { amount: Amount { messages, chats }, waiting: 0, ..few };
        println!(
            "\n{:>10}{:>8}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}",
            "messages", "chats", "start ms", "memory MB", "open ms", "largest ms", "send ms", "search ms"
        );
        for plan in [10_000, 100_000, 300_000]
            .map(|n| with(n, chats))
            .into_iter()
            .chain([20, 200, 1_000].map(|n| with(messages, n)))
        {
            let mut outcome = measure(plan, programs).await?;
            let slowest = outcome.searched.iter().map(|searched| searched.p50_ms).fold(0.0, f64::max);
            let Sitting { start, used_memory_mb, open, open_largest, send, .. } = &mut outcome.sitting;
            println!(
                "{:>10}{:>8}{:>12.1}{used_memory_mb:>12.1}{:>12.1}{:>12.1}{:>12.1}{slowest:>12.1}",
                plan.amount.messages,
                plan.amount.chats,
                start.quantile_ms(0.5),
                open.quantile_ms(0.5),
                open_largest.quantile_ms(0.5),
                send.quantile_ms(0.5),
            );
        }
        println!("\n{:>10}{:>16}{:>16}", "waiting", "caught up / s", "crypto / s");
        for waiting in [1_000, 10_000, 30_000] {
            let (catch_up, bound) = catch_up_alone(plan, waiting).await?;
            println!("{waiting:>10}{catch_up:>16.0}{bound:>16.0}");
        }
        Ok(())
    }

    async fn catch_up_alone(plan: Plan, waiting: usize) -> anyhow::Result<(f64, f64)> {
        let dir = tempfile::tempdir_in(std::env::current_exe()?.parent().context("a directory")?)?;
        let relay = RelayProgram::start(&dir.path().join("relay"), ANY_PORT, without_limits()).await?;
        let village = Village::found(&relay, dir.path(), FRIENDS).await?;
        fill(&village.me, plan.amount, SEED)?;
        Ok((caught_up_per_second(&village, waiting).await?, opened_per_second(waiting, FRIENDS)?))
    }
}

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    linux::main().await
}

#[cfg(not(target_os = "linux"))]
fn main() -> anyhow::Result<()> {
    anyhow::bail!("the client is measured on Linux only: it takes an X server and /proc")
}
