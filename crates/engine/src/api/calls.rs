//! Calls: starting, answering and ending one, and what is switched and chosen while it lasts.

use tokio::sync::{mpsc, oneshot};

use crate::{
    Handle,
    call::{CallFrame, FrameOut, Order},
    error::{Code, Error},
    view::{CallDevice, CallDeviceKind, CallPicture, CallUpdate},
};

impl Handle {
    /// Calls the person of a chat.
    ///
    /// # Errors
    /// [`Code::InCall`], [`Code::Offline`], [`Code::Blocked`], [`Code::NotPossible`], [`Code::CallRelayMissing`],
    /// [`Code::CallFailed`].
    pub async fn call_start(&self, chat: i64, video: bool) -> Result<(), Error> {
        self.hush()?;
        self.order(|done| Order::Start { chat, video, done }).await
    }

    /// Answers the call that rings.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::CallRelayMissing`], [`Code::CallFailed`].
    pub async fn call_answer(&self, video: bool) -> Result<(), Error> {
        self.hush()?;
        self.order(|done| Order::Answer { video, done }).await
    }

    /// Declines the call that rings, gives up calling, or hangs up. Without a call it does nothing.
    ///
    /// # Errors
    /// When the database is not open.
    pub async fn call_end(&self) -> Result<(), Error> {
        self.order(|done| Order::End { done }).await
    }

    /// Nothing is heard of this side, or again.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn call_mute(&self, muted: bool) -> Result<(), Error> {
        self.tell_telephone(Order::Mute(muted))
    }

    /// The other side sees this person, or not any more.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn call_camera(&self, on: bool) -> Result<(), Error> {
        self.tell_telephone(Order::Camera(on))
    }

    /// The other side sees this screen, or not any more.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn call_screen(&self, on: bool) -> Result<(), Error> {
        self.tell_telephone(Order::Screen(on))
    }

    /// Devices to choose from.
    ///
    /// # Errors
    /// [`Code::Internal`] when looking for them was given up.
    pub async fn call_devices(&self) -> Result<Vec<CallDevice>, Error> {
        let found = tokio::task::spawn_blocking(sotto_media::devices).await;
        let found = found.map_err(|error| Error::new(Code::Internal, error.to_string()))?;
        let kinds = [
            (CallDeviceKind::Microphone, found.microphones),
            (CallDeviceKind::Speaker, found.speakers),
            (CallDeviceKind::Camera, found.cameras),
            (CallDeviceKind::Screen, found.screens),
        ];
        let of_kind = |(kind, devices): (CallDeviceKind, Vec<sotto_media::Device>)| {
            devices.into_iter().map(move |device| CallDevice { kind, id: device.id, name: device.name })
        };
        Ok(kinds.into_iter().flat_map(of_kind).collect())
    }

    /// Another device serves from now on; `None` is the system's own choice.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn call_device_use(&self, kind: CallDeviceKind, id: Option<String>) -> Result<(), Error> {
        self.tell_telephone(Order::Use { kind, id })
    }

    /// How the call is, from now on.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn call_subscribe(&self) -> Result<mpsc::UnboundedReceiver<CallUpdate>, Error> {
        let (window, updates) = mpsc::unbounded_channel();
        self.tell_telephone(Order::Watch(window))?;
        Ok(updates)
    }

    /// The pictures, still encoded. After each one, [`Handle::call_frame_drawn`] lets the next come.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn call_frames(&self) -> Result<mpsc::UnboundedReceiver<CallFrame>, Error> {
        let (window, frames) = mpsc::unbounded_channel();
        self.tell_telephone(Order::Draw(window))?;
        Ok(frames)
    }

    /// A picture was drawn, or could not be.
    ///
    /// # Errors
    /// When the database is not open.
    pub fn call_frame_drawn(&self, picture: CallPicture, broken: bool) -> Result<(), Error> {
        self.tell_telephone(Order::Drawn(FrameOut { picture, broken }))
    }

    fn tell_telephone(&self, order: Order) -> Result<(), Error> {
        let _ = self.running.open()?.telephone.send(order);
        Ok(())
    }

    async fn order(&self, order: impl FnOnce(oneshot::Sender<Result<(), Error>>) -> Order) -> Result<(), Error> {
        let (done, answer) = oneshot::channel();
        self.tell_telephone(order(done))?;
        answer.await.unwrap_or_else(|_| Err(Error::new(Code::Internal, "the telephone is gone")))
    }
}
