//! Calls of groups: beginning, joining and leaving one, and what this device shows of itself in it.

use sotto_machine::group_call::MemberState;
use sotto_wire::MessageId;
use tokio::sync::{mpsc, oneshot};

use crate::{
    Handle,
    call::{CallFrame, FrameOut, RawFrame, decoded},
    error::{Code, Error},
    group_call::GroupOrder,
    view::GroupCallUpdate,
};

impl Handle {
    /// Calls a group: it rings at its members.
    ///
    /// # Errors
    /// [`Code::InCall`], [`Code::Offline`], [`Code::NotAllowed`], [`Code::NotPossible`], [`Code::CallFull`],
    /// [`Code::GroupCallsMissing`], [`Code::RelayUnreachable`], [`Code::CallFailed`].
    pub async fn group_call_start(&self, chat: i64, video: bool) -> Result<(), Error> {
        self.hush()?;
        self.group_order(|done| GroupOrder::Start { chat, video, done }).await
    }

    /// Comes into a call under way, whether it rings or not.
    ///
    /// # Errors
    /// [`Code::NotFound`] when it is over; else as [`Handle::group_call_start`].
    pub async fn group_call_join(&self, call: &str, video: bool) -> Result<(), Error> {
        self.hush()?;
        let call = id(call)?;
        self.group_order(|done| GroupOrder::Join { call, video, done }).await
    }

    /// Leaves a call, or lets it ring no longer; it stays under way for the others.
    ///
    /// # Errors
    /// [`Code::NotFound`] for what is no call.
    pub async fn group_call_leave(&self, call: &str) -> Result<(), Error> {
        let call = id(call)?;
        self.group_order(|done| GroupOrder::Leave { call, done }).await
    }

    /// The others hear this device, or not any more.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn group_call_mute(&self, muted: bool) -> Result<(), Error> {
        self.show_in_group_call(move |state| state.muted = muted)
    }

    /// The others see this person, or not any more.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn group_call_camera(&self, on: bool) -> Result<(), Error> {
        self.show_in_group_call(move |state| (state.camera, state.screen) = (on, false))
    }

    /// The others see this screen in place of the person, or not any more.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn group_call_screen(&self, on: bool) -> Result<(), Error> {
        self.show_in_group_call(move |state| (state.screen, state.camera) = (on, state.camera && !on))
    }

    /// This person wants to say something, or not any more.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn group_call_hand(&self, up: bool) -> Result<(), Error> {
        self.show_in_group_call(move |state| state.hand = up)
    }

    /// The calls of groups that there are, from now on.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn group_call_subscribe(&self) -> Result<mpsc::UnboundedReceiver<GroupCallUpdate>, Error> {
        let (window, updates) = mpsc::unbounded_channel();
        self.tell_group_phone(GroupOrder::Watch(window))?;
        Ok(updates)
    }

    /// The pictures, still encoded, by the id of who sends them; 0 is this device. After each one,
    /// [`Handle::group_call_frame_drawn`] lets the next come.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn group_call_frames(&self) -> Result<mpsc::UnboundedReceiver<CallFrame<u32>>, Error> {
        let (window, frames) = mpsc::unbounded_channel();
        self.tell_group_phone(GroupOrder::Draw(window))?;
        Ok(frames)
    }

    /// The pictures, decoded, for a window that cannot do that. Everything else is as with
    /// [`Handle::group_call_frames`].
    ///
    /// # Errors
    /// When the database is not open, or no thread is left.
    pub fn group_call_frames_raw(&self) -> Result<mpsc::UnboundedReceiver<RawFrame<u32>>, Error> {
        let phone = self.running.open()?.group_phone.clone();
        decoded(self.group_call_frames()?, move |drawn| phone.send(GroupOrder::Drawn(drawn)).is_ok())
    }

    /// A picture was drawn, or could not be.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn group_call_frame_drawn(&self, picture: u32, broken: bool) -> Result<(), Error> {
        self.tell_group_phone(GroupOrder::Drawn(FrameOut { picture, broken }))
    }

    fn show_in_group_call(&self, change: impl FnOnce(&mut MemberState) + Send + 'static) -> Result<(), Error> {
        self.tell_group_phone(GroupOrder::Show(Box::new(change)))
    }

    pub(super) fn tell_group_phone(&self, order: GroupOrder) -> Result<(), Error> {
        let _ = self.running.open()?.group_phone.send(order);
        Ok(())
    }

    async fn group_order(
        &self,
        order: impl FnOnce(oneshot::Sender<Result<(), Error>>) -> GroupOrder,
    ) -> Result<(), Error> {
        let (done, answer) = oneshot::channel();
        self.tell_group_phone(order(done))?;
        answer.await.unwrap_or_else(|_| Err(Error::new(Code::Internal, "the group phone is gone")))
    }
}

fn id(call: &str) -> Result<MessageId, Error> {
    call.parse().map_err(|_| Error::new(Code::NotFound, "no id of a call"))
}
