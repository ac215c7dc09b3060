//! Calls of groups: those under way, and the one that this device is in.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CallFault, CallOutcome, CallProblem, PersonView};

/// How far a call of a group is for this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum GroupCallStage {
    /// It rings here.
    Rings,
    /// Others are in it.
    UnderWay,
    /// This device is coming in.
    Connecting,
    /// It is in it.
    Talking,
    /// It was in it, has lost the relay, and is coming in again.
    Reconnecting,
}

/// What this device sends in a call of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupCallSide {
    /// Its microphone is muted.
    pub muted: bool,
    /// Its camera is on.
    pub camera: bool,
    /// It shares its screen, in place of the camera.
    pub screen: bool,
    /// Its hand is up.
    pub hand: bool,
}

/// One of the others in a call of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupCallPerson {
    /// Names their pictures and levels in this call; never 0, which is this device.
    pub id: u32,
    /// Who.
    pub person: PersonView,
    /// What they send.
    pub side: GroupCallSide,
    /// Since when their hand is up (ms since the epoch).
    #[ts(type = "number | null")]
    pub hand_since: Option<i64>,
}

/// A call of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupCallView {
    /// Hex; also the id of its line in the conversation.
    pub id: String,
    /// The group's chat.
    #[ts(type = "number")]
    pub chat: i64,
    /// Begun with pictures.
    pub video: bool,
    /// Who has begun it.
    pub by: PersonView,
    /// How far it is for this device.
    pub stage: GroupCallStage,
    /// Since when (ms since the epoch).
    #[ts(type = "number")]
    pub since: i64,
    /// What this device sends.
    pub own: GroupCallSide,
    /// The others, in the order of their coming.
    pub people: Vec<GroupCallPerson>,
    /// Devices that do not serve.
    pub problems: Vec<CallProblem>,
    /// Sixteen send pictures already: this device sends its voice alone.
    pub voice_only: bool,
}

/// How loud one of the others is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupCallLevel {
    /// Of whom: [`GroupCallPerson::id`].
    pub id: u32,
    /// From 0 to 1.
    pub level: f32,
}

/// What came of one of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupCallReceived {
    /// Of whom: [`GroupCallPerson::id`].
    pub id: u32,
    /// Packets of sound that arrived.
    pub voice_received: u32,
    /// Packets of sound that did not.
    pub voice_lost: u32,
    /// Pictures that arrived whole.
    pub frames: u32,
    /// The code in the tone that the synthetic meter heard last.
    pub tone: Option<u8>,
}

/// What a window hears of calls of groups. The first one is [`GroupCallUpdate::State`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum GroupCallUpdate {
    /// Those that there are.
    State {
        /// The calls.
        calls: Vec<GroupCallView>,
    },
    /// One is over, or this device is out of it.
    Ended {
        /// Which.
        id: String,
        /// The group's chat.
        #[ts(type = "number")]
        chat: i64,
        /// How.
        outcome: CallOutcome,
        /// Why, if this device did not leave by itself.
        fault: Option<CallFault>,
    },
    /// How loud it is, ten times a second, in the call that this device is in.
    Levels {
        /// This device.
        own: f32,
        /// The others.
        others: Vec<GroupCallLevel>,
        /// Who speaks: the one to be shown large.
        speaker: Option<u32>,
    },
    /// What came of the others, once a second.
    Numbers {
        /// Of each.
        received: Vec<GroupCallReceived>,
        /// Frames that could not be opened.
        refused: u32,
    },
}
