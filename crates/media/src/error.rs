//! What can fail, as sentences.

/// Why a call could not be made or changed, or a voice message not recorded or played.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The description of the other side cannot be used.
    #[error("The other device's description of the call cannot be used: {0}.")]
    Sdp(&'static str),
    /// The other side's key is not the one that it started the call with.
    #[error("The other device's key for this call has changed.")]
    Fingerprint,
    /// The call is over.
    #[error("The call has ended.")]
    Ended,
    /// The connection could not be set up.
    #[error("The call could not be set up: {0}.")]
    Connection(String),
    /// A codec refused its work.
    #[error("The codec failed: {0}.")]
    Codec(String),
    /// A voice message cannot be played or is not there.
    #[error("The recording cannot be played: {0}.")]
    Recording(&'static str),
    /// A device does not serve, and nothing can be done without it.
    #[error(transparent)]
    Device(#[from] DeviceProblem),
    /// A thread could not be started.
    #[error("The system has no thread left for sound.")]
    Thread(#[from] std::io::Error),
}

impl From<webrtc::error::Error> for Error {
    fn from(error: webrtc::error::Error) -> Self {
        Self::Connection(error.to_string())
    }
}

/// Why a device does not serve. A call goes on without it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceProblem {
    /// There is none, or none of that name.
    #[error("No such device was found.")]
    NotFound,
    /// Another program holds it.
    #[error("Another program is using the device.")]
    Busy,
    /// The system does not permit it.
    #[error("The system does not allow access to the device.")]
    Refused,
    /// No sound server or display runs.
    #[error("The system offers no sound or display service.")]
    NoServer,
    /// It was unplugged.
    #[error("The device was unplugged.")]
    Lost,
    /// Anything else, in the system's words.
    #[error("The device failed: {0}.")]
    Failed(String),
}
