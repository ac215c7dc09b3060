//! Why a command did not do what was asked.

use sotto_engine::error::Error;

/// What went wrong, for a person and for a script.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The engine says so.
    #[error("{}", .0.detail)]
    Engine(#[from] Error),
    /// The profile must be unlocked and nobody can be asked.
    #[error("this computer has no keychain: set SOTTO_PASSPHRASE, or keep the key in a file with --key-file")]
    PassphraseNeeded,
    /// The database's key is gone.
    #[error("the keychain no longer has the key of this profile's messages")]
    KeyMissing,
    /// Somebody else uses the profile.
    #[error("another Sotto uses this profile")]
    ProfileInUse,
    /// Nobody is signed up in this profile.
    #[error("nobody is signed up in this profile: run `sotto-cli register` first")]
    NotSignedUp,
    /// The relay has signed this device out.
    #[error("this device was signed out")]
    SignedOut,
    /// Neither a relay in the profile nor on the command line.
    #[error("name a relay with --relay")]
    RelayNeeded,
    /// It did not happen in time.
    #[error("not within {0} seconds; the message stays in the outbox")]
    TooSlow(u64),
    /// The relay refused the message.
    #[error("the message was refused")]
    Refused,
    /// A file of a message cannot be had.
    #[error("the file is no longer at the relay, or is not what was sent")]
    FileGone,
    /// No speaker serves.
    #[error("no speaker can be used: check the sound settings")]
    NoSpeaker,
    /// There was nobody to talk with.
    #[error("there was no call: nobody answered, or no way was found")]
    NoCall,
    /// Nobody called in time.
    #[error("nobody called within {0} seconds")]
    NobodyCalled(u64),
    /// Standard input or output is gone.
    #[error("standard input or output: {0}")]
    Io(#[from] std::io::Error),
    /// The engine has stopped.
    #[error("the engine has stopped")]
    Stopped,
}

impl Failure {
    /// The closed code for scripts.
    pub(crate) fn code(&self) -> serde_json::Value {
        match self {
            Self::Engine(error) => serde_json::to_value(error.code).unwrap_or_default(),
            Self::PassphraseNeeded => "passphrase_needed".into(),
            Self::KeyMissing => "key_missing".into(),
            Self::ProfileInUse => "profile_in_use".into(),
            Self::NotSignedUp => "not_signed_up".into(),
            Self::SignedOut => "signed_out".into(),
            Self::RelayNeeded => "relay_needed".into(),
            Self::TooSlow(_) => "too_slow".into(),
            Self::Refused => "refused".into(),
            Self::FileGone => "file_gone".into(),
            Self::NoSpeaker => "no_speaker".into(),
            Self::NoCall => "no_call".into(),
            Self::NobodyCalled(_) => "nobody_called".into(),
            Self::Io(_) => "io".into(),
            Self::Stopped => "stopped".into(),
        }
    }
}
