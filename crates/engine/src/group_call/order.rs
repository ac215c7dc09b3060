//! What the rest of the engine asks of the group phone.

use sotto_machine::{call::CallId, group_call::MemberState};
use tokio::sync::{mpsc, oneshot};

use crate::{
    call::{CallFrame, FrameOut},
    error::Error,
    view::{CallDeviceKind, GroupCallUpdate},
};

type Done = oneshot::Sender<Result<(), Error>>;

/// A change of what this device shows of itself.
pub(crate) type Change = Box<dyn FnOnce(&mut MemberState) + Send>;

/// What a person wants of the group phone.
pub(crate) enum GroupOrder {
    /// Begin a call in a group.
    Start { chat: i64, video: bool, done: Done },
    /// Come into one.
    Join { call: CallId, video: bool, done: Done },
    /// Leave one, or let it ring no longer.
    Leave { call: CallId, done: Done },
    /// The program ends: leave, and say whether there was a call.
    Quit { done: oneshot::Sender<bool> },
    /// Mute, be seen, raise a hand, or not any more.
    Show(Change),
    /// Another device of this kind was chosen in the settings.
    Use(CallDeviceKind),
    /// A window listens.
    Watch(mpsc::UnboundedSender<GroupCallUpdate>),
    /// A window draws the pictures.
    Draw(mpsc::UnboundedSender<CallFrame<u32>>),
    /// It has drawn one, or could not.
    Drawn(FrameOut<u32>),
}
