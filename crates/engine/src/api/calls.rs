//! Calls: starting, answering and ending one, and what is switched and chosen while it lasts.

use sotto_machine::rows::Content;
use tokio::sync::{mpsc, oneshot};

use crate::{
    Handle,
    call::{CallFrame, FrameOut, Order, RawFrame, Test, decoded},
    error::{Code, Error},
    group_call::GroupOrder,
    people,
    rows::{Eye, call_line, milliseconds},
    view::{CallDevice, CallDeviceKind, CallEntryView, CallPicture, CallUpdate},
};

/// Calls of the list that are read at once.
const PAGE: u32 = 100;

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

    /// The newest calls there were, newest first: a hundred before that place, or from the newest on.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn call_history(&self, before: Option<i64>) -> Result<Vec<CallEntryView>, Error> {
        let settings = self.running.board.settings();
        let look = move |queries: &sotto_store::Queries<'_>| {
            let eye = Eye::open(queries, &settings)?;
            let mut views = Vec::new();
            for row in queries.calls(before, PAGE)? {
                let Content::Call(line) = row.message.content else { continue };
                let chat = row.message.chat;
                views.push(CallEntryView {
                    chat: chat.0,
                    title: match queries.group_of_chat(chat)? {
                        Some(group) => group.state.name,
                        None => queries.contact(chat)?.as_ref().map(people::title_of).unwrap_or_default(),
                    },
                    order: row.position,
                    id: row.message.id.to_string(),
                    mine: eye.is_mine(&row.message),
                    at: milliseconds(row.message.at),
                    call: call_line(line),
                });
            }
            Ok(views)
        };
        self.running.open()?.database.read(look).await
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

    /// Another device serves from now on; `None` is the system's own choice. Of screens nothing is kept.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn call_device_use(&self, kind: CallDeviceKind, id: Option<String>) -> Result<(), Error> {
        let mut settings = self.running.board.settings();
        match kind {
            CallDeviceKind::Microphone => settings.microphone = id,
            CallDeviceKind::Speaker => settings.speaker = id,
            CallDeviceKind::Camera => settings.camera = id,
            CallDeviceKind::Screen => return Ok(()),
        }
        self.settings_set(settings).await?;
        self.tell_telephone(Order::Use(kind))?;
        self.tell_group_phone(GroupOrder::Use(kind))
    }

    /// Begins or ends a test of the devices: `CallUpdate::Trial` and `Levels` follow. A call ends it.
    ///
    /// # Errors
    /// [`Code::CallFailed`].
    pub async fn call_trial(&self, on: bool) -> Result<(), Error> {
        self.order(|done| Order::Test { test: Test::On(on), done }).await
    }

    /// The camera that is tested looks, or not any more; its pictures come as those of this person.
    ///
    /// # Errors
    /// When the database is not open.
    pub async fn call_trial_camera(&self, on: bool) -> Result<(), Error> {
        self.order(|done| Order::Test { test: Test::Camera(on), done }).await
    }

    /// The speaker plays something, so that one hears which it is.
    ///
    /// # Errors
    /// [`Code::CallFailed`].
    pub async fn call_trial_sound(&self) -> Result<(), Error> {
        self.order(|done| Order::Test { test: Test::Sound, done }).await
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

    /// The pictures, decoded, for a window that cannot do that. Everything else is as with [`Handle::call_frames`].
    ///
    /// # Errors
    /// When the database is not open, or no thread is left.
    pub fn call_frames_raw(&self) -> Result<mpsc::UnboundedReceiver<RawFrame>, Error> {
        let telephone = self.running.open()?.telephone.clone();
        decoded(self.call_frames()?, move |drawn| telephone.send(Order::Drawn(drawn)).is_ok())
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
