//! The call that there is: joins what people say about it (the machine) with its media.
//!
//! One task, a [`Telephone`]. It decides nothing about who may call whom; it makes descriptions, carries them, and tells
//! the windows how the call fares. What it knows may be forgotten, which ends the call.

mod frames;
mod hearing;
mod live;
mod media;
mod order;
mod raw;
mod trial;

use std::sync::{Arc, Weak};

use sotto_machine::{
    call::{CallEvent, CallId, CallInput, Description, EndReason, Outcome},
    group_call::GroupCallEvent,
    rows::ChatId,
    step::Input,
};
use sotto_media::{End, Event as MediaEvent, Picture};
use tokio::sync::mpsc;
use tracing::warn;

use self::live::{Live, Media};
pub use self::{frames::CallFrame, media::MediaSource, raw::RawFrame};
pub(crate) use self::{
    frames::{FrameOut, Frames},
    media::Chosen,
    order::Order,
    raw::decoded,
    trial::Test,
};
use crate::{
    board::Board,
    database::Database,
    error::{Code, Error},
    running::Running,
    view::{CallFault, CallPicture, CallStage, CallUpdate, CallView},
};

/// See the module.
pub(crate) struct Telephone {
    running: Weak<Running>,
    database: Database,
    board: Arc<Board>,
    source: MediaSource,
    live: Option<Live>,
    windows: Vec<mpsc::UnboundedSender<CallUpdate>>,
    /// What is said about calls of groups goes there.
    groups: mpsc::UnboundedSender<GroupCallEvent>,
    frames: Frames<CallPicture>,
    trial: Option<trial::Trial>,
}

impl Telephone {
    pub(crate) fn new(
        running: Weak<Running>,
        database: Database,
        board: Arc<Board>,
        source: MediaSource,
        groups: mpsc::UnboundedSender<GroupCallEvent>,
    ) -> Self {
        Self {
            running,
            database,
            board,
            source,
            live: None,
            windows: Vec::new(),
            groups,
            frames: Frames::default(),
            trial: None,
        }
    }

    /// Works until nobody can give orders any more.
    pub(crate) async fn run(
        mut self,
        mut orders: mpsc::UnboundedReceiver<Order>,
        mut said: mpsc::UnboundedReceiver<CallEvent>,
    ) {
        loop {
            let media = async {
                match self.live.as_mut().and_then(|live| live.media.as_mut()) {
                    Some(media) => media.events.next().await,
                    None => std::future::pending().await,
                }
            };
            let tested = async {
                match &mut self.trial {
                    Some(trial) => trial.events.next().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obey(order).await,
                    None => return,
                },
                event = said.recv() => match event {
                    Some(event) => self.hear(event).await,
                    None => return,
                },
                event = media => self.media(event).await,
                event = tested => self.tested(event),
            }
        }
    }

    async fn obey(&mut self, order: Order) {
        match order {
            Order::Start { chat, video, done } => {
                let result = self.start(chat, video).await;
                let _ = done.send(result);
            }
            Order::Answer { video, done } => {
                let result = self.answer(video).await;
                let _ = done.send(result);
            }
            Order::End { done } => {
                self.end(EndReason::HangUp, None).await;
                let _ = done.send(Ok(()));
            }
            Order::Quit { done } => {
                let called = self.live.is_some();
                self.end(EndReason::HangUp, None).await;
                let _ = done.send(called);
            }
            Order::Mute(muted) => self.change(|live| live.mute(muted)),
            Order::Camera(on) => self.change(|live| live.camera(on)),
            Order::Screen(on) => self.change(|live| live.screen(on)),
            Order::Use(kind) => {
                if let Some(media) = self.live.as_ref().and_then(|live| live.media.as_ref()) {
                    self.chosen().apply(&media.call, kind);
                }
                self.test_other(kind);
            }
            Order::Test { test, done } => {
                let _ = done.send(self.test(test));
            }
            Order::Watch(window) => {
                let _ = window.send(CallUpdate::State { call: self.view() });
                self.windows.push(window);
            }
            Order::Draw(window) => {
                self.frames.open(window, CallPicture::ALL);
                self.ask_for_key_frames();
            }
            Order::Drawn(drawn) => {
                self.frames.drawn(drawn);
                self.ask_for_key_frames();
            }
        }
    }

    /// Calls the person of a chat.
    async fn start(&mut self, chat: i64, video: bool) -> Result<(), Error> {
        if self.live.is_some() {
            return Err(Error::new(Code::InCall, "there is a call already"));
        }
        if !self.board.is_online() {
            return Err(Error::new(Code::Offline, "calls need a connection"));
        }
        self.end_trial();
        let id = sotto_wire::MessageId(rand::random());
        self.live = Some(Live::new(id, chat, true, video, CallStage::Calling));
        self.show();
        let begun = self.begin(chat, id, video).await;
        if begun.is_err() {
            self.clear().await;
        }
        begun
    }

    async fn begin(&mut self, chat: i64, id: CallId, video: bool) -> Result<(), Error> {
        let config = self.config().await?;
        let (call, events, sdp) = sotto_media::Call::offer(config).await.map_err(failed)?;
        let quiet = self.board.settings().push_to_talk;
        if let Some(live) = &mut self.live {
            live.take(Media { call, events }, video, quiet);
        }
        let description = Description(sdp);
        let input = CallInput::Start { chat: ChatId(chat), call: id, video, description };
        self.database.jobs.step(Input::Call(input)).await
    }

    /// Answers the call that rings.
    pub(super) async fn answer(&mut self, video: bool) -> Result<(), Error> {
        let Some(offer) = self.live.as_mut().and_then(|live| live.offer.take()) else {
            return Err(Error::new(Code::NotFound, "nobody calls"));
        };
        self.end_trial();
        self.change(|live| live.stage = CallStage::Connecting);
        let answered = self.connect(&offer, video).await;
        if let Err(error) = &answered {
            warn!(%error, "a call could not be answered");
            self.end(EndReason::Failed, Some(CallFault::Failed)).await;
        }
        answered
    }

    async fn connect(&mut self, offer: &Description, video: bool) -> Result<(), Error> {
        let config = self.config().await?;
        let (call, events, sdp) = sotto_media::Call::answer(config, &offer.0).await.map_err(failed)?;
        let quiet = self.board.settings().push_to_talk;
        let Some(live) = &mut self.live else { return Ok(()) };
        live.take(Media { call, events }, video, quiet);
        let input = CallInput::Answer { call: live.id, video, description: Description(sdp) };
        self.show();
        self.database.jobs.step(Input::Call(input)).await
    }

    /// The devices chosen, the relay's servers, and whether the own address may be seen.
    async fn config(&self) -> Result<sotto_media::Config, Error> {
        let hide = self.board.settings().hide_address;
        let servers = match self.running.upgrade().and_then(|running| running.member().ok()) {
            Some(member) => media::ice_servers(&member.rest).await,
            None => Vec::new(),
        };
        if hide && servers.is_empty() {
            return Err(Error::new(Code::CallRelayMissing, "the relay passes no calls on, and the address is hidden"));
        }
        Ok(self.chosen().config(self.source, servers, hide))
    }

    /// What the media say.
    async fn media(&mut self, event: Option<MediaEvent>) {
        let Some(live) = &mut self.live else { return };
        let id = live.id;
        match event {
            Some(MediaEvent::Candidate(candidate)) => {
                let candidates = vec![Description(candidate)];
                self.say(CallInput::Candidates { call: id, candidates }).await;
            }
            Some(MediaEvent::Reconnecting) => {
                live.reconnecting();
                let renew = match &live.media {
                    Some(media) if live.mine => Some(media.call.restart_ice().await),
                    _ => None,
                };
                self.show();
                match renew {
                    Some(Ok(sdp)) => {
                        self.say(CallInput::Renew { call: id, description: Description(sdp), answer: false }).await;
                    }
                    Some(Err(error)) => warn!(%error, "no new way is looked for"),
                    None => {}
                }
            }
            Some(MediaEvent::Ended(end)) => self.ended_by_media(end).await,
            None => self.ended_by_media(End::Remote).await,
            Some(MediaEvent::Frame(frame)) => {
                let picture = if frame.picture == Picture::Screen { CallPicture::Screen } else { CallPicture::Person };
                self.frames.take(picture, frame);
                self.ask_for_key_frames();
            }
            Some(MediaEvent::Own(frame)) => {
                self.frames.take(CallPicture::Own, frame);
                self.ask_for_key_frames();
            }
            Some(MediaEvent::Levels { local, remote }) => {
                self.tell(&CallUpdate::Levels { own: local, other: remote });
            }
            Some(MediaEvent::Statistics(numbers)) => {
                let numbers = live::numbers(&numbers, self.frames.dropped());
                self.tell(&CallUpdate::Numbers { numbers });
            }
            Some(event) => {
                live.note(event);
                self.show();
            }
        }
    }

    async fn ended_by_media(&mut self, end: End) {
        let (why, fault) = match end {
            End::Remote => (EndReason::HangUp, None),
            End::NoPath => (EndReason::Failed, Some(CallFault::NoPath)),
            End::Fingerprint => (EndReason::Failed, Some(CallFault::Fingerprint)),
            // They have talked, and the line says how long.
            End::Lost => (EndReason::HangUp, Some(CallFault::Lost)),
        };
        self.end(why, fault).await;
    }

    /// Ends the call: the machine tells the other side and writes the line.
    async fn end(&mut self, why: EndReason, fault: Option<CallFault>) {
        let Some(live) = &mut self.live else { return };
        live.fault = fault;
        let call = live.id;
        if let Some(media) = live.media.take() {
            media.call.hang_up().await;
        }
        self.say(CallInput::End { call, why }).await;
    }

    /// The machine says how it ended.
    async fn over(&mut self, outcome: Outcome) {
        let Some(live) = &self.live else { return };
        let ended = live.ended(outcome);
        self.clear().await;
        self.tell(&ended);
    }

    async fn clear(&mut self) {
        if let Some(media) = self.live.take().and_then(|live| live.media) {
            media.call.hang_up().await;
        }
        self.frames.close_call();
        self.show();
    }

    async fn say(&mut self, input: CallInput) {
        if let Err(error) = self.database.jobs.step(Input::Call(input)).await {
            warn!(%error, "something about a call was not said");
        }
    }

    fn chosen(&self) -> Chosen {
        Chosen::of(&self.board.settings())
    }

    fn ask_for_key_frames(&mut self) {
        let wanted = self.frames.wanted();
        if let Some(trial) = self.trial.as_ref().filter(|_| wanted.contains(&CallPicture::Own)) {
            trial.need_key_frame();
        }
        let Some(media) = self.live.as_ref().and_then(|live| live.media.as_ref()) else { return };
        if wanted.contains(&CallPicture::Own) {
            media.call.need_own_key_frame();
        }
        if wanted.iter().any(|picture| *picture != CallPicture::Own) {
            media.call.need_key_frames();
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Live)) {
        if let Some(live) = &mut self.live {
            change(live);
            self.show();
        }
    }

    fn change_if(&mut self, call: CallId, change: impl FnOnce(&mut Live)) {
        if self.live.as_ref().is_some_and(|live| live.id == call) {
            self.change(change);
        }
    }

    fn view(&self) -> Option<CallView> {
        self.live.as_ref().map(Live::view)
    }

    fn show(&mut self) {
        let call = self.view();
        self.tell(&CallUpdate::State { call });
    }

    fn tell(&mut self, update: &CallUpdate) {
        self.windows.retain(|window| window.send(update.clone()).is_ok());
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of `map_err`")]
fn failed(error: sotto_media::Error) -> Error {
    Error::new(Code::CallFailed, error.to_string())
}
