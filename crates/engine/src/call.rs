//! The call that there is: joins what people say about it (the machine) with its media.
//!
//! One task, a [`Telephone`]. It decides nothing about who may call whom; it makes descriptions, carries them, and tells
//! the windows how the call fares. What it knows may be forgotten, which ends the call.

mod live;
mod media;

use std::sync::Arc;

use sotto_machine::{
    call::{CallEvent, CallId, CallInput, Description, EndReason, Outcome},
    rows::ChatId,
    step::Input,
};
use sotto_media::{End, Event as MediaEvent};
use tokio::sync::{mpsc, oneshot};
use tracing::{info, warn};

use self::live::{Live, Media};
pub use self::media::MediaSource;
use crate::{
    board::Board,
    database::Database,
    error::{Code, Error},
    view::{CallDeviceKind, CallFault, CallStage, CallUpdate, CallView},
};

type Done = oneshot::Sender<Result<(), Error>>;

/// What a person wants of the telephone.
#[derive(Debug)]
pub(crate) enum Order {
    /// Call the person of a chat.
    Start { chat: i64, done: Done },
    /// Answer the call that rings.
    Answer { done: Done },
    /// Decline, give up, hang up.
    End { done: Done },
    /// The program ends: hang up, and say whether there was a call.
    Quit { done: oneshot::Sender<bool> },
    /// Nothing is heard of this side, or again.
    Mute(bool),
    /// Another device serves from now on; none: the system's own choice.
    Use { kind: CallDeviceKind, id: Option<String> },
    /// A window listens.
    Watch(mpsc::UnboundedSender<CallUpdate>),
}

/// See the module.
pub(crate) struct Telephone {
    database: Database,
    board: Arc<Board>,
    source: MediaSource,
    live: Option<Live>,
    windows: Vec<mpsc::UnboundedSender<CallUpdate>>,
    /// What was chosen in this run of the program.
    chosen: media::Chosen,
}

impl Telephone {
    pub(crate) fn new(database: Database, board: Arc<Board>, source: MediaSource) -> Self {
        Self { database, board, source, live: None, windows: Vec::new(), chosen: media::Chosen::default() }
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
            }
        }
    }

    async fn obey(&mut self, order: Order) {
        match order {
            Order::Start { chat, done } => {
                let result = self.start(chat).await;
                let _ = done.send(result);
            }
            Order::Answer { done } => {
                let result = self.answer().await;
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
            Order::Use { kind, id } => {
                self.chosen.choose(kind, id);
                if let Some(media) = self.live.as_ref().and_then(|live| live.media.as_ref()) {
                    self.chosen.apply(&media.call, kind);
                }
            }
            Order::Watch(window) => {
                let _ = window.send(CallUpdate::State { call: self.view() });
                self.windows.push(window);
            }
        }
    }

    /// Calls the person of a chat.
    async fn start(&mut self, chat: i64) -> Result<(), Error> {
        if self.live.is_some() {
            return Err(Error::new(Code::InCall, "there is a call already"));
        }
        if !self.board.is_online() {
            return Err(Error::new(Code::Offline, "calls need a connection"));
        }
        let id = sotto_wire::MessageId(rand::random());
        self.live = Some(Live::new(id, chat, true, CallStage::Calling));
        self.show();
        let begun = self.begin(chat, id).await;
        if begun.is_err() {
            self.clear().await;
        }
        begun
    }

    async fn begin(&mut self, chat: i64, id: CallId) -> Result<(), Error> {
        let config = self.chosen.config(self.source);
        let (call, events, sdp) = sotto_media::Call::offer(config).await.map_err(failed)?;
        if let Some(live) = &mut self.live {
            live.take(Media { call, events });
        }
        let description = Description(sdp);
        let input = CallInput::Start { chat: ChatId(chat), call: id, video: false, description };
        self.database.jobs.step(Input::Call(input)).await
    }

    /// Answers the call that rings.
    async fn answer(&mut self) -> Result<(), Error> {
        let Some(offer) = self.live.as_mut().and_then(|live| live.offer.take()) else {
            return Err(Error::new(Code::NotFound, "nobody calls"));
        };
        self.change(|live| live.stage = CallStage::Connecting);
        let answered = self.connect(&offer).await;
        if let Err(error) = &answered {
            warn!(%error, "a call could not be answered");
            self.end(EndReason::Failed, Some(CallFault::Failed)).await;
        }
        answered
    }

    async fn connect(&mut self, offer: &Description) -> Result<(), Error> {
        let config = self.chosen.config(self.source);
        let (call, events, sdp) = sotto_media::Call::answer(config, &offer.0).await.map_err(failed)?;
        let Some(live) = &mut self.live else { return Ok(()) };
        live.take(Media { call, events });
        let input = CallInput::Answer { call: live.id, video: false, description: Description(sdp) };
        self.show();
        self.database.jobs.step(Input::Call(input)).await
    }

    /// What the machine says about calls.
    async fn hear(&mut self, event: CallEvent) {
        match event {
            CallEvent::Rings { chat, call, description, answer_now, .. } => {
                if let Some(media) = self.live.take().and_then(|live| live.media) {
                    media.call.hang_up().await;
                }
                let mut live = Live::new(call, chat.0, false, CallStage::Incoming);
                live.offer = Some(description);
                self.live = Some(live);
                if answer_now {
                    let _ = self.answer().await;
                } else {
                    self.show();
                    self.board.rings(chat.0);
                }
            }
            CallEvent::RingsThere { call } => self.change_if(call, |live| {
                if live.stage == CallStage::Calling {
                    live.stage = CallStage::Ringing;
                }
            }),
            CallEvent::Answered { call, description, .. } => {
                let Some(live) = self.live.as_mut().filter(|live| live.id == call) else { return };
                live.stage = CallStage::Connecting;
                let accepted = match &live.media {
                    Some(media) => media.call.accept(&description.0).await,
                    None => return,
                };
                self.show();
                if let Err(error) = accepted {
                    warn!(%error, "the answer of a call is not believed");
                    self.end(EndReason::Failed, Some(CallFault::Fingerprint)).await;
                }
            }
            CallEvent::Candidates { call, candidates } => {
                let Some(live) = self.live.as_ref().filter(|live| live.id == call) else { return };
                let Some(media) = &live.media else { return };
                for candidate in candidates {
                    if let Err(error) = media.call.candidate(&candidate.0).await {
                        info!(%error, "a way of the other side cannot be used");
                    }
                }
            }
            CallEvent::Renewed { call, description, answer } => self.renewed(call, description, answer).await,
            CallEvent::Ended { call, outcome } => {
                if self.live.as_ref().is_some_and(|live| live.id == call) {
                    self.over(outcome).await;
                }
            }
        }
    }

    async fn renewed(&mut self, call: CallId, description: Description, answer: bool) {
        let Some(live) = self.live.as_ref().filter(|live| live.id == call) else { return };
        let Some(media) = &live.media else { return };
        if answer {
            if let Err(error) = media.call.accept(&description.0).await {
                warn!(%error, "a new way is not believed");
            }
            return;
        }
        match media.call.renegotiate(&description.0).await {
            Ok(sdp) => self.say(CallInput::Renew { call, description: Description(sdp), answer: true }).await,
            Err(error) => warn!(%error, "a new way is not believed"),
        }
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
            Some(MediaEvent::Levels { local, remote }) => {
                self.tell(&CallUpdate::Levels { own: local, other: remote });
            }
            Some(MediaEvent::Statistics(numbers)) => {
                let numbers = live::numbers(&numbers);
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
        self.show();
    }

    async fn say(&mut self, input: CallInput) {
        if let Err(error) = self.database.jobs.step(Input::Call(input)).await {
            warn!(%error, "something about a call was not said");
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
