//! `sotto-relay invite`: makes, lists and revokes invitations, also while the relay runs.

use anyhow::bail;
use clap::Subcommand;
use sotto_relay::{Clock as _, Config, Invitations, SystemClock, store::Invitation};
use sotto_wire::{Timestamp, limits::DAY, rest::RegistrationMode};

/// What to do with invitations.
#[derive(Debug, Subcommand)]
pub(crate) enum Invite {
    /// Makes invitations and prints them, one a line. Each lets one person sign up.
    Create {
        /// How many.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        count: u32,
        /// Days until they stop counting.
        #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u64).range(1..=3_650))]
        days: u64,
        /// For whom, as the list will say.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Lists them by name, never the invitations themselves.
    List,
    /// Takes one back that nobody has used.
    Revoke {
        /// Its name in the list, or the invitation itself.
        which: String,
    },
}

#[tokio::main]
pub(crate) async fn run(config: &Config, what: Invite) -> anyhow::Result<()> {
    let (invitations, now) = (Invitations::of(config).await?, SystemClock.now());
    match what {
        Invite::Create { count, days, note } => {
            for invitation in invitations.create(count, days, &note, now).await? {
                print(&invitation);
            }
            if config.registration == RegistrationMode::Open {
                remark("This relay takes everybody. Set registration = \"invitation\" to take only the invited.");
            }
        }
        Invite::List => {
            for (name, invitation) in invitations.list().await? {
                print(&format!("{name}  {:<20}  {}", state(&invitation, now), invitation.note));
            }
        }
        Invite::Revoke { which } => {
            if !invitations.revoke(&which).await? {
                bail!("there is no such invitation, or it was used already");
            }
        }
    }
    Ok(())
}

fn state(invitation: &Invitation, now: Timestamp) -> String {
    let days = |milliseconds: u64| match milliseconds / DAY {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    match invitation.used {
        Some(used) => format!("used {} ago", days(now.saturating_sub(used))),
        None if invitation.expires <= now => "expired".to_owned(),
        None => format!("open for {}", days(invitation.expires - now)),
    }
}

#[allow(clippy::print_stdout, reason = "invitations are what is asked for")]
fn print(line: &str) {
    println!("{line}");
}

#[allow(clippy::print_stderr, reason = "beside what is asked for, so that a script can read that alone")]
fn remark(line: &str) {
    eprintln!("{line}");
}
