//! `sotto-relay reports`: shows what people have told about others, and forgets what was seen to.

use anyhow::bail;
use clap::Subcommand;
use sotto_relay::{Config, Reports, store::StoredReport};

/// What to do with reports.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum ReportsDeed {
    /// Prints them, oldest first, one line of JSON each. Nothing in them is proven.
    List,
    /// Forgets one that was seen to.
    Remove {
        /// Its number in the list.
        id: i64,
    },
}

#[tokio::main]
pub(crate) async fn run(config: &Config, what: ReportsDeed) -> anyhow::Result<()> {
    let reports = Reports::of(config)?;
    match what {
        ReportsDeed::List => {
            for report in reports.list().await? {
                print(&line(&report)?);
            }
        }
        ReportsDeed::Remove { id } => {
            if !reports.remove(id).await? {
                bail!("there is no such report");
            }
        }
    }
    Ok(())
}

/// JSON keeps whatever people have written on its line and out of the terminal's hands.
fn line(stored: &StoredReport) -> anyhow::Result<String> {
    let StoredReport { id, at, reporter, reporter_number, number, report } = stored;
    let line = serde_json::json!({
        "id": id, "at": at, "number": number, "report": report,
        "reporter": { "account": reporter, "number": reporter_number },
    });
    Ok(serde_json::to_string(&line)?)
}

#[allow(clippy::print_stdout, reason = "reports are what is asked for")]
fn print(line: &str) {
    println!("{line}");
}
