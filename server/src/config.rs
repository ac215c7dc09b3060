//! Configuration: nothing is needed; a TOML file and `SOTTO_RELAY_*` variables change what they name.
//!
//! Unknown keys are errors. A variable's name is the key's path with two underscores between its parts:
//! `SOTTO_RELAY_LISTEN`, `SOTTO_RELAY_LIMITS__CONNECTIONS`.

mod files;
mod rooms;
mod senders;
mod turn;

use std::{
    fs, io,
    net::{IpAddr, SocketAddr, ToSocketAddrs as _},
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use sotto_wire::{limits::HOUR, rest::RegistrationMode};
use toml::{Table, Value};

pub use self::files::FilesConfig;
use crate::relay::{Limits, Rate};
pub use rooms::RoomsConfig;
pub use senders::{CodesConfig, Secret, SmtpConfig, SmtpTls, TwilioConfig, WebhookConfig};
pub use turn::TurnConfig;

/// What every variable begins with.
const PREFIX: &str = "SOTTO_RELAY_";
/// Variables that name the configuration rather than being part of it.
const NOT_KEYS: [&str; 2] = ["SOTTO_RELAY_CONFIG", "SOTTO_RELAY_LOG"];
/// Below these a value is text, also where it looks like a number: secrets and phone numbers do.
const TEXTS: [&str; 4] = ["codes__webhook__", "codes__twilio__", "codes__smtp__", "turn__secret"];
/// Below those and yet no text.
const NOT_TEXTS: [&str; 2] = ["port", "directory"];
/// Addresses that only this computer and its own network have.
const PRIVATE: [&str; 6] = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

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
    #[error("codes: console and outbox are off and there is no webhook, twilio or smtp: no code can reach anybody")]
    NoCodeSender,
    /// A way for codes to go out that cannot work.
    #[error("codes.{sender}: {problem}")]
    Sender {
        /// Which.
        sender: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// Rooms that nobody could reach.
    #[error("rooms: {0}")]
    Rooms(&'static str),
    /// TURN that cannot work.
    #[error("turn: {0}")]
    Turn(&'static str),
    /// A proxy that is none.
    #[error("trusted_proxies: {0:?} is no address and no block of addresses, as in \"192.0.2.7\" or \"10.0.0.0/8\"")]
    Proxy(String),
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
    /// Proxies that are believed when they say so, as addresses or blocks of addresses.
    pub trusted_proxies: Vec<String>,
    /// Who may sign up.
    pub registration: RegistrationMode,
    /// TLS.
    pub tls: TlsConfig,
    /// Sign-up codes.
    pub codes: CodesConfig,
    /// Calls between people who cannot reach each other directly.
    pub turn: TurnConfig,
    /// Group calls.
    pub rooms: RoomsConfig,
    /// Bounds.
    pub limits: LimitsConfig,
    /// What people upload.
    pub files: FilesConfig,
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
            trusted_proxies: PRIVATE.map(str::to_owned).to_vec(),
            registration: RegistrationMode::Open,
            tls: TlsConfig::default(),
            codes: CodesConfig::default(),
            turn: TurnConfig::default(),
            rooms: RoomsConfig::default(),
            limits: LimitsConfig::default(),
            files: FilesConfig::default(),
        }
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
                let path = path.to_lowercase();
                let inside = TEXTS.iter().find_map(|outer| path.strip_prefix(outer));
                let is_text = inside.is_some_and(|key| !NOT_TEXTS.iter().any(|not| key.starts_with(not)));
                set(&mut table, &path, &value, is_text).ok_or(ConfigError::Variable(name))?;
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
        self.codes.check()?;
        self.turn.check()?;
        self.rooms.check()?;
        self.proxies()?;
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

    /// Whom to believe about where a request comes from.
    pub(crate) fn proxies(&self) -> Result<Vec<IpNet>, ConfigError> {
        let read = |text: &String| {
            let block = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            block.map_err(|_| ConfigError::Proxy(text.clone()))
        };
        self.trusted_proxies.iter().map(read).collect()
    }

    /// As TOML, everything spelled out. Keys are named by their files, other secrets are left out.
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

/// Sets `a__b` to a value, read as TOML if it is any and need not be text, else as text.
fn set(table: &mut Table, path: &str, text: &str, is_text: bool) -> Option<()> {
    let Some((outer, inner)) = path.split_once("__") else {
        let parsed = toml::from_str::<Table>(&format!("value = {text}")).ok().and_then(|mut t| t.remove("value"));
        let value = parsed.filter(|_| !is_text).unwrap_or_else(|| Value::String(text.to_owned()));
        table.insert(path.to_owned(), value);
        return Some(());
    };
    let inside = table.entry(outer.to_owned()).or_insert_with(|| Value::Table(Table::new()));
    set(inside.as_table_mut()?, inner, text, is_text)
}

#[cfg(test)]
mod tests;
