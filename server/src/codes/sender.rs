//! How a code reaches a person: every way that is set up, in a bounded time, and never a word of it in the log.

mod gateway;
mod local;
mod smtp;
mod twilio;
mod webhook;

use std::{io, path::PathBuf, time::Duration};

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use sotto_wire::{PhoneNumber, Timestamp};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

use crate::config::{CodesConfig, ConfigError};
use local::{Console, Outbox};
use smtp::Smtp;
use twilio::Twilio;
use webhook::Webhook;

/// Codes that may be on their way at the same time.
const UNDER_WAY: usize = 128;

/// A code that has been sent: one line of `outbox.jsonl`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// Where to.
    pub number: PhoneNumber,
    /// The code.
    pub code: String,
    /// When.
    pub at: Timestamp,
}

/// Neither number nor code belong in a log.
impl std::fmt::Debug for SentCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SentCode").field("at", &self.at).finish_non_exhaustive()
    }
}

/// Why a code did not go out. Holds no number, code or secret, so that it can be logged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSent {
    /// The file or standard output.
    #[error("cannot write it: {0}")]
    Local(#[from] io::Error),
    /// No answer.
    #[error("{gateway} cannot be reached: {why}")]
    Unreachable {
        /// Which.
        gateway: &'static str,
        /// Why.
        why: String,
    },
    /// An answer that is none of the good ones.
    #[error("{gateway} answers {status}{detail}")]
    Failed {
        /// Which.
        gateway: &'static str,
        /// Its status.
        status: u16,
        /// Its own error number, where it has any.
        detail: String,
    },
    /// It will not send to this number, however often it is asked.
    #[error("{gateway} does not send to this number: {status}{detail}")]
    Number {
        /// Which.
        gateway: &'static str,
        /// Its status.
        status: u16,
        /// Its own error number, where it has any.
        detail: String,
    },
    /// It takes too long.
    #[error("it takes too long")]
    Late,
}

/// A way for codes to go out.
pub(crate) trait CodeSender: Send + Sync {
    /// Returns once the code is on its way.
    fn send<'a>(&'a self, code: &'a SentCode) -> BoxFuture<'a, Result<(), NotSent>>;
}

/// All the ways that are set up.
pub(crate) struct Senders {
    ways: Vec<Box<dyn CodeSender>>,
    room: Semaphore,
    patience: Duration,
}

impl Senders {
    /// `relay` is what the relay calls itself; the outbox is a file.
    pub(crate) fn new(config: &CodesConfig, relay: &str, outbox: PathBuf) -> Result<Self, SendersError> {
        let mut ways: Vec<Box<dyn CodeSender>> = Vec::new();
        if config.outbox {
            ways.push(Box::new(Outbox::open(outbox)?));
        }
        if config.console {
            ways.push(Box::new(Console));
        }
        if let Some(webhook) = &config.webhook {
            ways.push(Box::new(Webhook::new(webhook, relay)?));
        }
        if let Some(twilio) = &config.twilio {
            ways.push(Box::new(Twilio::new(twilio, relay)?));
        }
        if let Some(smtp) = &config.smtp {
            ways.push(Box::new(Smtp::new(smtp, relay)?));
        }
        let patience = Duration::from_secs(config.timeout_seconds.max(1));
        Ok(Self { ways, room: Semaphore::new(UNDER_WAY), patience })
    }

    /// Sends a code every way there is.
    pub(crate) async fn send(&self, code: &SentCode) -> Result<(), NotSent> {
        let sending = async {
            let Ok(_room) = self.room.acquire().await else { return Err(NotSent::Late) };
            for way in &self.ways {
                way.send(code).await?;
            }
            Ok(())
        };
        timeout_at(Instant::now() + self.patience, sending).await.unwrap_or(Err(NotSent::Late))
    }
}

impl std::fmt::Debug for Senders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Senders({})", self.ways.len())
    }
}

/// Why there is no way for codes to go out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendersError {
    /// The outbox cannot be opened.
    #[error("cannot open the outbox")]
    Outbox(#[from] io::Error),
    /// A gateway is not set up as it must be.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// What a person reads.
fn text(relay: &str, code: &str) -> String {
    let relay: String = relay.chars().filter(|c| !c.is_control()).take(40).collect();
    format!("{code} is your code for {relay}. Give it to nobody.")
}
