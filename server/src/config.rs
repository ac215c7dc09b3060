//! Configuration: nothing is needed; a TOML file and `SOTTO_RELAY_*` variables change what they name.
//!
//! Unknown keys are errors. A variable's name is the key's path with two underscores between its parts:
//! `SOTTO_RELAY_LISTEN`, `SOTTO_RELAY_LIMITS__CONNECTIONS`.

use std::{
    fs, io,
    net::{SocketAddr, ToSocketAddrs as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sotto_wire::limits::HOUR;
use toml::{Table, Value};

use crate::relay::{Limits, Rate};

/// What every variable begins with.
const PREFIX: &str = "SOTTO_RELAY_";
/// Variables that name the configuration rather than being part of it.
const NOT_KEYS: [&str; 2] = ["SOTTO_RELAY_CONFIG", "SOTTO_RELAY_LOG"];

/// Why a configuration does not hold.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Not TOML, an unknown key, or a value of the wrong kind.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// Cannot be shown as TOML.
    #[error("{0}")]
    Show(#[from] toml::ser::Error),
    /// A variable that names something inside a plain value.
    #[error("{0} does not name a setting")]
    Variable(String),
    /// The address to listen on is none.
    #[error("listen: {0:?} is no address and port")]
    Listen(String),
    /// Listening to the world in the clear.
    #[error(
        "listen: {0} can be reached from other computers, so give [tls] certificate and key, or set \
         behind_proxy = true if a proxy does TLS"
    )]
    Unprotected(SocketAddr),
    /// One half of the TLS pair.
    #[error("tls: certificate and key belong together")]
    HalfOfTls,
    /// No data directory was given and the platform names none.
    #[error("data_dir: this system names no place for data; give one")]
    NoDataDir,
    /// Codes would go nowhere.
    #[error("codes: with console and outbox both off, no code can reach anybody")]
    NoCodeSender,
}

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address and port; port 0 takes any free one.
    pub listen: String,
    /// Where the database lies; by default the platform's place for data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// What the relay calls itself.
    pub name: String,
    /// A proxy in front does TLS and says in `X-Forwarded-For` who calls.
    pub behind_proxy: bool,
    /// TLS.
    pub tls: TlsConfig,
    /// Sign-up codes.
    pub codes: CodesConfig,
    /// Bounds.
    pub limits: LimitsConfig,
}

/// Where certificate and key lie, as PEM files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsConfig {
    /// The certificate chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// Its private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
}

/// How sign-up codes go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodesConfig {
    /// To standard output: for development.
    pub console: bool,
    /// To `outbox.jsonl` in the data directory: for development and the bundled relay.
    pub outbox: bool,
    /// Codes that one address block may ask for in an hour.
    pub per_block_per_hour: u64,
    /// Codes that the whole relay sends in an hour.
    pub per_hour: u64,
    /// Registrations that one address block may try in an hour.
    pub tries_per_block_per_hour: u64,
}

/// Bounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Connections at the same time.
    pub connections: usize,
    /// Messages in one mailbox.
    pub mailbox_messages: u64,
    /// Bytes in one mailbox.
    pub mailbox_bytes: u64,
    /// Bytes of the whole database; 0 for as much as the disk holds.
    pub database_bytes: u64,
    /// Frames a second from one connection, in the long run.
    pub frames_per_second: u64,
    /// Frames from one connection that may come at once.
    pub frames_burst: u64,
    /// People whom one account may write to for the first time in an hour.
    pub first_contacts_per_hour: u64,
    /// Messages in an hour to somebody who has not answered yet.
    pub first_messages_per_hour: u64,
    /// Key claims in an hour, for each claimer and target.
    pub claims_per_hour: u64,
    /// Numbers that one device may look up in an hour.
    pub look_ups_per_hour: u64,
    /// Other authorised requests of one device in a minute.
    pub requests_per_minute: u64,
    /// Seconds between two pings.
    pub ping_seconds: u64,
    /// Seconds without a sign of life after which a connection ends.
    pub idle_seconds: u64,
    /// Seconds that a peer may take to read what it is sent.
    pub slow_reader_seconds: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8750".to_owned(),
            data_dir: None,
            name: "Sotto relay".to_owned(),
            behind_proxy: false,
            tls: TlsConfig::default(),
            codes: CodesConfig::default(),
            limits: LimitsConfig::default(),
        }
    }
}

impl Default for CodesConfig {
    fn default() -> Self {
        Self { console: true, outbox: true, per_block_per_hour: 20, per_hour: 1_000, tries_per_block_per_hour: 60 }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            connections: 10_000,
            mailbox_messages: 20_000,
            mailbox_bytes: 64 << 20,
            database_bytes: 0,
            frames_per_second: 200,
            frames_burst: 2_000,
            first_contacts_per_hour: 20,
            first_messages_per_hour: 60,
            claims_per_hour: 30,
            look_ups_per_hour: 500,
            requests_per_minute: 600,
            ping_seconds: 30,
            idle_seconds: 75,
            slow_reader_seconds: 20,
        }
    }
}

impl Config {
    /// From a file, if there is one, and variables.
    ///
    /// # Errors
    /// [`ConfigError`] for a file that cannot be read, unknown keys and wrong values.
    pub fn read(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut table = match file {
            Some(path) => {
                let read = fs::read_to_string(path);
                let text = read.map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
                toml::from_str(&text)?
            }
            None => Table::new(),
        };
        for (name, value) in variables {
            if let Some(path) = name.strip_prefix(PREFIX).filter(|_| !NOT_KEYS.contains(&name.as_str())) {
                set(&mut table, &path.to_lowercase(), &value).ok_or(ConfigError::Variable(name))?;
            }
        }
        Ok(table.try_into()?)
    }

    /// Checks what can be checked without doing anything.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn check(&self) -> Result<(), ConfigError> {
        let address = self.address()?;
        if self.tls.certificate.is_some() != self.tls.key.is_some() {
            return Err(ConfigError::HalfOfTls);
        }
        if !address.ip().is_loopback() && self.tls.certificate.is_none() && !self.behind_proxy {
            return Err(ConfigError::Unprotected(address));
        }
        if !self.codes.console && !self.codes.outbox {
            return Err(ConfigError::NoCodeSender);
        }
        self.data_dir()?;
        Ok(())
    }

    /// Where to listen.
    ///
    /// # Errors
    /// [`ConfigError::Listen`].
    pub fn address(&self) -> Result<SocketAddr, ConfigError> {
        let none = || ConfigError::Listen(self.listen.clone());
        self.listen.to_socket_addrs().map_err(|_| none())?.next().ok_or_else(none)
    }

    /// Where the data lies.
    ///
    /// # Errors
    /// [`ConfigError::NoDataDir`].
    pub fn data_dir(&self) -> Result<PathBuf, ConfigError> {
        let default = || dirs::data_dir().map(|data| data.join("sotto-relay"));
        self.data_dir.clone().or_else(default).ok_or(ConfigError::NoDataDir)
    }

    /// As TOML, everything spelled out. There is no secret in it: keys are named by their files.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn show(&self) -> Result<String, ConfigError> {
        let spelled_out = Self { data_dir: Some(self.data_dir()?), ..self.clone() };
        Ok(toml::to_string_pretty(&spelled_out)?)
    }

    /// The core's bounds.
    pub fn core_limits(&self) -> Limits {
        let limits = &self.limits;
        Limits {
            mailbox_messages: limits.mailbox_messages,
            mailbox_bytes: limits.mailbox_bytes,
            frames: Rate::per(limits.frames_per_second, 1_000).burst(limits.frames_burst),
            first_contacts: limits.first_contacts_per_hour,
            first_messages: Rate::per(limits.first_messages_per_hour, HOUR),
            ..Limits::default()
        }
    }
}

/// Sets `a__b` to a value, read as TOML if it is any, else as text.
fn set(table: &mut Table, path: &str, text: &str) -> Option<()> {
    let Some((outer, inner)) = path.split_once("__") else {
        let parsed = toml::from_str::<Table>(&format!("value = {text}")).ok().and_then(|mut t| t.remove("value"));
        table.insert(path.to_owned(), parsed.unwrap_or_else(|| Value::String(text.to_owned())));
        return Some(());
    };
    let inside = table.entry(outer.to_owned()).or_insert_with(|| Value::Table(Table::new()));
    set(inside.as_table_mut()?, inner, text)
}

#[cfg(test)]
mod tests;
