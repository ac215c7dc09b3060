//! How sign-up codes leave the relay: each way with what it needs, and what is checked of it beforehand.

use std::{collections::BTreeMap, fs, path::PathBuf};

use lettre::{Address, message::Mailbox};
use reqwest::Url;
use serde::{Deserialize, Serialize, Serializer};
use sotto_wire::PhoneNumber;

use super::ConfigError;

/// What stands for the number in an address.
const NUMBER: &str = "{number}";
/// Shorter secrets can be guessed.
const SHORTEST_SECRET: usize = 16;

/// How sign-up codes go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodesConfig {
    /// To standard output: for development.
    pub console: bool,
    /// To `outbox.jsonl` in the data directory: for development and the bundled relay.
    pub outbox: bool,
    /// Seconds in which a code must be on its way.
    pub timeout_seconds: u64,
    /// Codes that one address block may ask for in an hour.
    pub per_block_per_hour: u64,
    /// Codes that the whole relay sends in an hour.
    pub per_hour: u64,
    /// Registrations that one address block may try in an hour.
    pub tries_per_block_per_hour: u64,
    /// To a web service of the operator's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<WebhookConfig>,
    /// As SMS, through Twilio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twilio: Option<TwilioConfig>,
    /// As mail, to a gateway that makes SMS of it or to the people themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp: Option<SmtpConfig>,
}

/// A web service that is given each code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookConfig {
    /// Where to; `https`.
    pub url: String,
    /// Signs each call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// The file that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
}

/// An account at Twilio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TwilioConfig {
    /// The account's SID, `AC…`.
    pub account: String,
    /// Its token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_token: Option<Secret>,
    /// The file that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_token_file: Option<PathBuf>,
    /// The number that codes come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Or the messaging service, `MG…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messaging_service: Option<String>,
    /// Where the API is.
    pub base_url: String,
}

/// A mail server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmtpConfig {
    /// Its name.
    pub server: String,
    /// Its port; by default what is usual for `tls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// Who logs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// With this password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The file that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// Whom the mail comes from.
    pub from: String,
    /// Whom it goes to; `{number}` becomes the number's digits.
    pub to: String,
    /// Numbers with an address of their own.
    pub directory: BTreeMap<String, String>,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// TLS from the first byte (port 465).
    #[default]
    Tls,
    /// STARTTLS, without which nothing is said (port 587).
    Starttls,
    /// In the clear, to this computer only (port 25).
    None,
}

/// What only relay and gateway know. Given in a file, by a variable or in place; never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A secret given in place.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// What it is.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("(hidden)")
    }
}

impl Default for CodesConfig {
    fn default() -> Self {
        Self {
            console: true,
            outbox: true,
            timeout_seconds: 10,
            per_block_per_hour: 20,
            per_hour: 1_000,
            tries_per_block_per_hour: 60,
            webhook: None,
            twilio: None,
            smtp: None,
        }
    }
}

impl Default for TwilioConfig {
    fn default() -> Self {
        Self {
            account: String::new(),
            auth_token: None,
            auth_token_file: None,
            from: None,
            messaging_service: None,
            base_url: "https://api.twilio.com".to_owned(),
        }
    }
}

impl CodesConfig {
    /// Checks every way that is set up, and that there is one.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let gateways = self.webhook.is_some() || self.twilio.is_some() || self.smtp.is_some();
        if !self.console && !self.outbox && !gateways {
            return Err(ConfigError::NoCodeSender);
        }
        if let Some(webhook) = &self.webhook {
            webhook.checked()?;
        }
        if let Some(twilio) = &self.twilio {
            twilio.checked()?;
        }
        if let Some(smtp) = &self.smtp {
            smtp.checked()?;
        }
        Ok(())
    }
}

impl WebhookConfig {
    /// Address and secret.
    pub(crate) fn checked(&self) -> Result<(Url, Secret), ConfigError> {
        let url = address("webhook", "url", &self.url)?;
        let secret = secret("webhook", "secret", self.secret.as_ref(), self.secret_file.as_ref())?;
        if secret.expose().len() < SHORTEST_SECRET {
            let problem = format!("secret has fewer than {SHORTEST_SECRET} characters and could be guessed");
            return Err(wrong("webhook", problem));
        }
        Ok((url, secret))
    }
}

impl TwilioConfig {
    /// The address to call for each message, and the token.
    pub(crate) fn checked(&self) -> Result<(Url, Secret), ConfigError> {
        let is_sid = |sid: &str, kind: &str| {
            sid.strip_prefix(kind).is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
        };
        if !is_sid(&self.account, "AC") {
            return Err(wrong("twilio", "account must be an account SID: AC and 32 hexadecimal digits"));
        }
        match (&self.from, &self.messaging_service) {
            (Some(from), None) if from.parse::<PhoneNumber>().is_ok() => {}
            (Some(_), None) => {
                return Err(wrong("twilio", "from must be a number with its country code, as in \"+15005550006\""));
            }
            (None, Some(service)) if is_sid(service, "MG") => {}
            (None, Some(_)) => {
                return Err(wrong("twilio", "messaging_service must be MG and 32 hexadecimal digits"));
            }
            _ => return Err(wrong("twilio", "give one of from (a number) and messaging_service")),
        }
        let base = address("twilio", "base_url", &self.base_url)?;
        let path = format!("/2010-04-01/Accounts/{}/Messages.json", self.account);
        let url = base.join(&path).map_err(|_| wrong("twilio", "base_url is no base for other addresses"))?;
        Ok((url, secret("twilio", "auth_token", self.auth_token.as_ref(), self.auth_token_file.as_ref())?))
    }
}

impl SmtpConfig {
    /// The sender, and the login if there is one.
    pub(crate) fn checked(&self) -> Result<(Mailbox, Option<(String, Secret)>), ConfigError> {
        if self.server.is_empty() {
            return Err(wrong("smtp", "server is missing"));
        }
        if self.tls == SmtpTls::None && !is_here(&self.server) {
            return Err(wrong("smtp", "tls = \"none\" is only for a server on this computer: use tls or starttls"));
        }
        let from = self.from.parse().map_err(|_| wrong("smtp", "from is no mail address"))?;
        let example = "+351912345678".parse().map_err(|_| wrong("smtp", "to cannot be checked"))?;
        self.address_of(&example).ok_or_else(|| {
            wrong("smtp", "to gives no mail address; it must look like \"{number}@sms.example.org\" or name a mailbox")
        })?;
        for (number, address) in &self.directory {
            if number.parse::<PhoneNumber>().is_err() {
                return Err(wrong("smtp", format!("directory: {number:?} is no number with its country code")));
            }
            if address.parse::<Address>().is_err() {
                return Err(wrong("smtp", format!("directory: {address:?} is no mail address")));
            }
        }
        let login = match (&self.user, &self.password, &self.password_file) {
            (None, None, None) => None,
            (None, ..) => return Err(wrong("smtp", "a password is given, but no user")),
            (Some(user), password, file) => {
                Some((user.clone(), secret("smtp", "password", password.as_ref(), file.as_ref())?))
            }
        };
        Ok((from, login))
    }

    /// Where the mail for a number goes.
    pub(crate) fn address_of(&self, number: &PhoneNumber) -> Option<Address> {
        let made = || self.to.replace(NUMBER, number.as_str().trim_start_matches('+'));
        self.directory.get(number.as_str()).cloned().unwrap_or_else(made).parse().ok()
    }
}

fn wrong(sender: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError::Sender { sender, problem: problem.into() }
}

/// An address that may be called: protected, or on this computer.
fn address(sender: &'static str, key: &str, text: &str) -> Result<Url, ConfigError> {
    if text.is_empty() {
        return Err(wrong(sender, format!("{key} is missing")));
    }
    let url: Url = text.parse().map_err(|_| wrong(sender, format!("{key} is no web address")))?;
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => Ok(url),
        ("http", Some(host)) if is_here(host) => Ok(url),
        _ => Err(wrong(sender, format!("{key} must begin with https:// (http:// only for one on this computer)"))),
    }
}

fn is_here(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// A secret from where it was given.
fn secret(
    sender: &'static str,
    key: &str,
    given: Option<&Secret>,
    file: Option<&PathBuf>,
) -> Result<Secret, ConfigError> {
    let secret = match (given, file) {
        (Some(_), Some(_)) => return Err(wrong(sender, format!("give one of {key} and {key}_file"))),
        (Some(secret), None) => secret.clone(),
        (None, Some(path)) => {
            let read = fs::read_to_string(path);
            let text = read.map_err(|source| ConfigError::Read { path: path.clone(), source })?;
            Secret(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        (None, None) => {
            let variable = format!("SOTTO_RELAY_CODES__{}__{}", sender.to_uppercase(), key.to_uppercase());
            return Err(wrong(sender, format!("give {key}_file, or {key} by the variable {variable}")));
        }
    };
    if secret.0.is_empty() { Err(wrong(sender, format!("{key} is empty"))) } else { Ok(secret) }
}
