//! Errors that cross the border: a closed code that the UI turns into a sentence.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why something did not happen. A code exists only because the UI says or does something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
#[expect(clippy::enum_variant_names, reason = "a sign-up code is another thing than an error's")]
pub enum Code {
    /// No connection to the relay.
    Offline,
    /// No relay answers at this address.
    RelayUnreachable,
    /// Something answers, but it is no Sotto relay or speaks another version.
    RelayIncompatible,
    /// The bundled relay could not be started.
    LocalRelayFailed,
    /// Not a phone number.
    NumberInvalid,
    /// Nobody with this number can be found here.
    NumberNotFound,
    /// One's own number.
    NumberOwn,
    /// The code is wrong; `tries_left` says how many tries remain.
    CodeWrong,
    /// The code is too old or was tried too often: ask for another.
    CodeExpired,
    /// Too many requests; `retry_after` says when.
    RateLimited,
    /// This relay needs an invitation.
    InvitationNeeded,
    /// The relay could not send the code.
    CodeNotSent,
    /// The passphrase is wrong.
    PassphraseWrong,
    /// The passphrase is too short (eight characters at least).
    PassphraseTooShort,
    /// Another process uses this profile.
    ProfileInUse,
    /// The database's key is missing.
    KeyMissing,
    /// The database cannot be read, and it is not the key.
    DatabaseBroken,
    /// The disk is full.
    DiskFull,
    /// The text is longer than a message can be.
    TextTooLong,
    /// The time in which a message may be changed is over.
    TooLate,
    /// This cannot be done with this message.
    NotPossible,
    /// The name is empty or too long.
    NameInvalid,
    /// The picture cannot be read, or is too large.
    PictureInvalid,
    /// The person is blocked: nothing is sent to them.
    Blocked,
    /// The file is larger than 2 GiB, or than the relay takes.
    FileTooLarge,
    /// More files than one message takes.
    TooManyFiles,
    /// The file cannot be read, or has changed meanwhile.
    FileUnreadable,
    /// The file is no longer on this device.
    FileMissing,
    /// The file has not been fetched to this device yet.
    FileNotHere,
    /// The files that this account has sent fill its share of the relay.
    QuotaFull,
    /// The relay has no room left for files.
    RelayFull,
    /// The recipient's mailbox is full.
    MailboxFull,
    /// The recipient's account is gone.
    AccountGone,
    /// Held until the person has decided about a changed key.
    KeyViolated,
    /// The relay presented keys that do not agree with what was seen before. Shown, logged, never absorbed.
    KeysRejected,
    /// This device is signed out.
    SignedOut,
    /// The thing meant is not there (any more).
    NotFound,
    /// The group does not let this person do that, or not now.
    NotAllowed,
    /// There is a call already.
    InCall,
    /// The address is to be hidden, and the relay passes no calls on.
    CallRelayMissing,
    /// The call could not be set up.
    CallFailed,
    /// The call of the group, or the relay, takes nobody more.
    CallFull,
    /// The relay forwards no calls of groups.
    GroupCallsMissing,
    /// No microphone, or no speaker, was found.
    MicrophoneMissing,
    /// Another program holds the device.
    MicrophoneBusy,
    /// The system does not permit the microphone.
    MicrophoneRefused,
    /// There is no sound service.
    SoundMissing,
    /// Less than a second was recorded: it was thrown away.
    RecordingTooShort,
    /// A recording that was not sent yet waits in another chat.
    RecordingElsewhere,
    /// The voice message cannot be played.
    RecordingDamaged,
    /// A fault of the program itself.
    Internal,
}

/// An error as every command returns it. Its text never holds secrets or message content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, TS)]
#[error("{code:?}: {detail}")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct Error {
    /// What happened.
    pub code: Code,
    /// For logs and the command line, in English.
    pub detail: String,
    /// When it is worth trying again (ms since the epoch), for `RateLimited`.
    #[ts(type = "number | null")]
    pub retry_at: Option<u64>,
    /// Tries left, for `CodeWrong`.
    pub tries_left: Option<u8>,
}

impl Error {
    /// An error with nothing but a code and a line for the log.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), retry_at: None, tries_left: None }
    }
}
