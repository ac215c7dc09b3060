//! What the rest of the engine asks of the telephone.

use tokio::sync::{mpsc, oneshot};

use super::{
    frames::{CallFrame, FrameOut},
    trial::Test,
};
use crate::{
    error::Error,
    view::{CallDeviceKind, CallUpdate},
};

type Done = oneshot::Sender<Result<(), Error>>;

/// What a person wants of the telephone.
#[derive(Debug)]
pub(crate) enum Order {
    /// Call the person of a chat.
    Start { chat: i64, video: bool, done: Done },
    /// Answer the call that rings.
    Answer { video: bool, done: Done },
    /// Decline, give up, hang up.
    End { done: Done },
    /// The program ends: hang up, and say whether there was a call.
    Quit { done: oneshot::Sender<bool> },
    /// Nothing is heard of this side, or again.
    Mute(bool),
    /// The camera is on, or off.
    Camera(bool),
    /// The screen is shared, or not any more.
    Screen(bool),
    /// Another device of this kind was chosen in the settings.
    Use(CallDeviceKind),
    /// Try the devices, while there is no call.
    Test { test: Test, done: Done },
    /// A window listens.
    Watch(mpsc::UnboundedSender<CallUpdate>),
    /// A window draws the pictures.
    Draw(mpsc::UnboundedSender<CallFrame>),
    /// It has drawn one, or could not.
    Drawn(FrameOut),
}
