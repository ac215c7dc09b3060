//! The command line.

use std::{ffi::OsString, path::PathBuf};

use anyhow::Context as _;
use clap::Parser;
use sotto_engine::{EngineConfig, MediaSource, SecretSource};

use crate::autostart::Autostart;

/// Sotto, a private messenger.
#[derive(Debug, Parser)]
#[command(name = "sotto", version)]
pub struct Arguments {
    /// Where everything of one person is kept. Each profile is a person of its own.
    #[arg(long, value_name = "DIR")]
    profile: Option<PathBuf>,
    /// The relay to sign up with, as if it had been typed into the window.
    #[arg(long, value_name = "ADDRESS")]
    relay: Option<String>,
    /// Keep the database's key in this file instead of the keychain. For tests: whoever reads it reads everything.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Where calls take sound and pictures from: `devices`, or `synthetic:CODE` for tests.
    #[arg(long, value_name = "SOURCE", default_value = "devices")]
    media: MediaSource,
    /// Start out of the way: in the tray, where the desktop has one.
    #[arg(long)]
    pub(crate) minimised: bool,
}

impl Arguments {
    /// What the engine is started with.
    ///
    /// # Errors
    /// When there is no place for profiles on this computer and none was named.
    pub(crate) fn engine(&self) -> anyhow::Result<EngineConfig> {
        let profile = match &self.profile {
            Some(path) => std::path::absolute(path)?,
            None => dirs::data_dir()
                .context("this computer has no folder for data: name one with --profile")?
                .join("sotto/default"),
        };
        let mut config = EngineConfig::new(profile);
        config.relay.clone_from(&self.relay);
        config.media = self.media;
        if let Some(path) = &self.key_file {
            config.secret = SecretSource::KeyFile(path.clone());
        }
        Ok(config)
    }

    /// How the computer starts this profile.
    ///
    /// # Errors
    /// See [`Autostart::new`].
    pub(crate) fn autostart(&self) -> anyhow::Result<Autostart> {
        let mut arguments: Vec<OsString> = Vec::new();
        for (name, path) in [("--profile", &self.profile), ("--key-file", &self.key_file)] {
            if let Some(path) = path {
                arguments.extend([name.into(), std::path::absolute(path)?.into()]);
            }
        }
        Autostart::new(arguments)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn config(arguments: &[&str]) -> EngineConfig {
        Arguments::try_parse_from([&["sotto"], arguments].concat()).unwrap().engine().unwrap()
    }

    #[test]
    fn the_command_line_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn without_arguments_there_is_one_profile_in_the_keychain() {
        let config = config(&[]);
        assert!(config.profile_dir.ends_with("sotto/default"));
        assert_eq!((config.relay, config.secret), (None, SecretSource::Keychain));
    }

    #[test]
    fn each_argument_goes_where_it_belongs() {
        let config = config(&["--profile", "/p", "--relay", "http://127.0.0.1:1", "--key-file", "/k"]);
        assert_eq!(config.profile_dir, std::path::Path::new("/p"));
        assert_eq!(config.relay.as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(config.secret, SecretSource::KeyFile("/k".into()));
    }
}
