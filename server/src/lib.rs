//! The Sotto relay: it stores and forwards sealed bytes, and has no code that could open them.
//!
//! Three layers. [`relay`] is the pure core: every frame, every answer of the disk and every tick goes in
//! with the time, and a closed list of [`relay::Command`]s comes out. [`store`] is what must survive: one
//! trait, and SQLite behind it with a single group-committing writer. Around them stands the shell: the
//! REST calls ([`http`]), one task for each WebSocket ([`connection`]) and the one loop that carries the
//! core's commands out ([`driver`]).
//!
//! ```no_run
//! # async fn example() -> Result<(), sotto_relay::RelayError> {
//! use sotto_relay::{Config, Relay};
//!
//! let running = Relay::start(Config { listen: "127.0.0.1:0".to_owned(), ..Config::default() }).await?;
//! println!("http://{}", running.address());
//! running.shutdown().await
//! # }
//! ```

#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod blobs;
pub mod clock;
mod codes;
pub mod config;
mod connection;
mod driver;
mod frugal;
mod http;
mod invitations;
mod listener;
mod outgoing;
pub mod relay;
mod reports;
mod rooms;
mod running;
mod standing;
pub mod store;
mod throttle;
mod tls;
mod turn;

pub use clock::{Clock, ManualClock, SystemClock};
pub use codes::SentCode;
pub use config::{Config, ConfigError};
pub use invitations::Invitations;
pub use reports::Reports;
pub use running::{Relay, RelayError, Running, run};
