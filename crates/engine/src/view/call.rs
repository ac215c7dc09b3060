//! Calls: the one that there is, and the lines that are left of others.

use serde::{Deserialize, Serialize};
use sotto_media::{DeviceProblem, Kind};
use ts_rs::TS;

/// How a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum CallOutcome {
    /// Nobody answered.
    Missed,
    /// Who called gave up.
    Cancelled,
    /// Who was called did not want it.
    Declined,
    /// Who was called was in another call.
    Busy,
    /// Taken on another device of this person.
    Elsewhere,
    /// No way was found.
    Failed,
    /// They talked.
    Answered,
}

/// A call as a line of its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct CallLineView {
    /// With a picture.
    pub video: bool,
    /// How it went.
    pub outcome: CallOutcome,
    /// How long they talked.
    pub seconds: u32,
}

/// A call in the list of all calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct CallEntryView {
    /// With the person of this chat.
    #[ts(type = "number")]
    pub chat: i64,
    /// What that chat is called.
    pub title: String,
    /// Position of its line in the conversation.
    #[ts(type = "number")]
    pub order: i64,
    /// Hex.
    pub id: String,
    /// This side has called.
    pub mine: bool,
    /// When it began (ms since the epoch).
    #[ts(type = "number")]
    pub at: i64,
    /// How it went.
    pub call: CallLineView,
}

/// How far the call is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum CallStage {
    /// This side calls, and no device of the other side has said that it rings.
    Calling,
    /// It rings on the other side.
    Ringing,
    /// The other side calls.
    Incoming,
    /// Answered; the way is being found.
    Connecting,
    /// They talk.
    Talking {
        /// Since when (ms since the epoch).
        #[ts(type = "number")]
        since: i64,
    },
    /// The way broke, and another is being found.
    Reconnecting {
        /// Since when they talk (ms since the epoch).
        #[ts(type = "number")]
        since: i64,
    },
}

/// How good the network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum CallQuality {
    /// Nothing to notice.
    Good,
    /// Gaps now and then.
    Fair,
    /// Hard to understand.
    Poor,
}

/// A kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum CallDeviceKind {
    /// Takes sound in.
    Microphone,
    /// Plays sound.
    Speaker,
    /// Sees the person.
    Camera,
    /// Is shared.
    Screen,
}

impl From<Kind> for CallDeviceKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Microphone => Self::Microphone,
            Kind::Speaker => Self::Speaker,
            Kind::Camera => Self::Camera,
            Kind::Screen => Self::Screen,
        }
    }
}

/// Why a device does not serve; the call goes on without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum CallDeviceFault {
    /// There is none.
    NotFound,
    /// Another program holds it.
    Busy,
    /// The system does not permit it.
    Refused,
    /// No sound server, or no display, runs.
    NoServer,
    /// It was unplugged.
    Lost,
    /// It failed otherwise.
    Failed,
}

impl From<&DeviceProblem> for CallDeviceFault {
    fn from(problem: &DeviceProblem) -> Self {
        match problem {
            DeviceProblem::NotFound => Self::NotFound,
            DeviceProblem::Busy => Self::Busy,
            DeviceProblem::Refused => Self::Refused,
            DeviceProblem::NoServer => Self::NoServer,
            DeviceProblem::Lost => Self::Lost,
            DeviceProblem::Failed(_) => Self::Failed,
        }
    }
}

/// A device that does not serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct CallProblem {
    /// Which kind.
    pub device: CallDeviceKind,
    /// Why not.
    pub fault: CallDeviceFault,
}

/// A test of devices without a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct CallTrial {
    /// The camera looks, and its picture is that of this person.
    pub camera: bool,
    /// Devices that do not serve.
    pub problems: Vec<CallProblem>,
}

/// A picture of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum CallPicture {
    /// The other person.
    Person,
    /// The other person's screen.
    Screen,
    /// This person, as the other side gets them.
    Own,
}

impl CallPicture {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Person, Self::Screen, Self::Own];
}

/// What one side sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct CallSide {
    /// Its microphone is muted.
    pub muted: bool,
    /// Its camera is on.
    pub camera: bool,
    /// It shares its screen.
    pub screen: bool,
}

/// The call that there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct CallView {
    /// Hex; also the id of its line in the conversation.
    pub id: String,
    /// With the person of this chat.
    #[ts(type = "number")]
    pub chat: i64,
    /// This side has called.
    pub mine: bool,
    /// It was begun with a picture.
    pub video: bool,
    /// How far it is.
    pub stage: CallStage,
    /// What this side sends.
    pub own: CallSide,
    /// What the other side sends.
    pub other: CallSide,
    /// How good the network is.
    pub quality: CallQuality,
    /// Everything goes through a relay.
    pub relayed: bool,
    /// Devices that do not serve.
    pub problems: Vec<CallProblem>,
}

/// Why a call ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum CallFault {
    /// No way to the other side was found.
    NoPath,
    /// The way broke and did not come back.
    Lost,
    /// The other end could not show the key that its message promised.
    Fingerprint,
    /// It could not be set up on this device.
    Failed,
}

/// Numbers of a call, once a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct CallNumbers {
    /// There and back, in ms.
    pub round_trip_ms: u32,
    /// How long sound waits before it is played, in ms.
    pub jitter_buffer_ms: u32,
    /// Packets of sound that arrived.
    pub voice_received: u32,
    /// Packets of sound that did not.
    pub voice_lost: u32,
    /// Pictures that arrived whole.
    pub frames_received: u32,
    /// Pictures that came too late, here or in the window, and were left out.
    pub frames_dropped: u32,
    /// The code in the tone that the synthetic meter heard last.
    pub tone: Option<u8>,
}

/// What a window hears of calls. The first one is [`CallUpdate::State`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum CallUpdate {
    /// The call as it is now; none when there is none.
    State {
        /// The call.
        call: Option<CallView>,
    },
    /// A call is over.
    Ended {
        /// Which.
        id: String,
        /// With whom.
        #[ts(type = "number")]
        chat: i64,
        /// This side had called.
        mine: bool,
        /// How.
        outcome: CallOutcome,
        /// Why, if it ended by itself.
        fault: Option<CallFault>,
    },
    /// How loud both sides are, from 0 to 1.
    Levels {
        /// This side.
        own: f32,
        /// The other side.
        other: f32,
    },
    /// Devices are being tested, or not any more; `Levels` says how loud the microphone is.
    Trial {
        /// The test.
        trial: Option<CallTrial>,
    },
    /// How the media fare.
    Numbers {
        /// The numbers.
        numbers: CallNumbers,
    },
}

/// A device that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct CallDevice {
    /// Which kind.
    pub kind: CallDeviceKind,
    /// By this it is chosen.
    pub id: String,
    /// What it is called.
    pub name: String,
}
