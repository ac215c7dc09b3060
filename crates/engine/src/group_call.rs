//! Calls of groups: joins what their members say about them (the machine), the room at the relay, and the media.
//!
//! One task, a [`GroupPhone`]. It decides nothing about who may be in a call or has which keys. What it knows may be
//! forgotten, which leaves the call.

mod hearing;
mod live;
mod order;
mod speaker;
mod telling;

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
    time::Duration,
};

use sotto_machine::{
    call::{CallId, CallInput},
    group_call::{GroupCallEvent, GroupCallInput, MemberState, Place, UnderWay},
    rows::ChatId,
    step::Input,
};
use sotto_media::Event as MediaEvent;
use sotto_wire::{MessageId, RoomId, RoomSecret, rest::RoomRefusal};
use tokio::{sync::mpsc, time::MissedTickBehavior};
use tracing::{info, warn};

use self::live::{Link, Live};
pub(crate) use self::order::GroupOrder;
use crate::{
    board::Board,
    call::{Chosen, Frames, MediaSource},
    database::Database,
    error::{Code, Error},
    net::rooms::NoRoom,
    rows::groups::Faces,
    running::Running,
    view::{GroupCallStage, GroupCallUpdate},
};

/// How often it is looked who has not been heard of.
const TICK: Duration = Duration::from_secs(1);

/// See the module.
pub(crate) struct GroupPhone {
    running: Weak<Running>,
    database: Database,
    board: Arc<Board>,
    source: MediaSource,
    /// Calls that the machine knows of.
    known: BTreeMap<CallId, UnderWay>,
    faces: Faces,
    live: Option<Live>,
    windows: Vec<mpsc::UnboundedSender<GroupCallUpdate>>,
    frames: Frames<u32>,
}

/// What wakes the task.
enum Happened {
    Media(Option<MediaEvent>),
    Link(Option<sotto_wire::rest::FromRoom>),
    Tick,
}

impl GroupPhone {
    pub(crate) fn new(running: Weak<Running>, database: Database, board: Arc<Board>, source: MediaSource) -> Self {
        Self {
            running,
            database,
            board,
            source,
            known: BTreeMap::new(),
            faces: Faces::default(),
            live: None,
            windows: Vec::new(),
            frames: Frames::default(),
        }
    }

    /// Works until nobody can give orders any more.
    pub(crate) async fn run(
        mut self,
        mut orders: mpsc::UnboundedReceiver<GroupOrder>,
        mut said: mpsc::UnboundedReceiver<GroupCallEvent>,
    ) {
        let mut clock = tokio::time::interval(TICK);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let happened = async {
                let Some(live) = &mut self.live else { return std::future::pending().await };
                let (media, link) = live.ways();
                tokio::select! {
                    event = media => Happened::Media(event),
                    word = link => Happened::Link(word),
                    _ = clock.tick() => Happened::Tick,
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
                happened = happened => match happened {
                    Happened::Media(event) => self.media(event).await,
                    Happened::Link(word) => self.link(word).await,
                    Happened::Tick => self.tick().await,
                },
            }
        }
    }

    async fn obey(&mut self, order: GroupOrder) {
        match order {
            GroupOrder::Start { chat, video, done } => {
                let result = self.start(chat, video).await;
                let _ = done.send(result);
            }
            GroupOrder::Join { call, video, done } => {
                let result = self.join(call, video).await;
                let _ = done.send(result);
            }
            GroupOrder::Leave { call, done } => {
                let ours = self.live.as_ref().is_some_and(|live| live.id == call);
                self.say(GroupCallInput::Leave { call }).await;
                if ours {
                    self.clear().await;
                }
                let _ = done.send(Ok(()));
            }
            GroupOrder::Quit { done } => {
                let live = self.live.as_ref().map(|live| live.id);
                if let Some(call) = live {
                    self.say(GroupCallInput::Leave { call }).await;
                    self.clear().await;
                }
                let _ = done.send(live.is_some());
            }
            GroupOrder::Show(change) => self.change(change).await,
            GroupOrder::Use(kind) => {
                if let Some(live) = &self.live {
                    live.use_device(&self.chosen(), kind);
                }
            }
            GroupOrder::Watch(window) => {
                let calls = self.views();
                let _ = window.send(GroupCallUpdate::State { calls });
                self.windows.push(window);
            }
            GroupOrder::Draw(window) => {
                let senders = self.live.as_ref().map(Live::pictures).unwrap_or_default();
                self.frames.open(window, senders);
                self.ask_for_key_frames();
            }
            GroupOrder::Drawn(drawn) => {
                self.frames.drawn(drawn);
                self.ask_for_key_frames();
            }
        }
    }

    /// Begins a call in a group: the room first, so that nobody is called into one that cannot be.
    async fn start(&mut self, chat: i64, video: bool) -> Result<(), Error> {
        self.check_free()?;
        let call = MessageId(rand::random());
        let place = Place { room: RoomId(rand::random()), secret: RoomSecret(rand::random()) };
        self.live = Some(Live::new(call, chat, place, video));
        self.show();
        let begun = self.begin(call, |live| GroupCallInput::Start {
            chat: ChatId(live.chat),
            call,
            place,
            video,
            sender: live.sender,
            state: live.state,
        });
        begun.await
    }

    /// Comes into a call under way.
    async fn join(&mut self, call: CallId, video: bool) -> Result<(), Error> {
        self.check_free()?;
        let Some(known) = self.known.get(&call) else { return Err(Error::new(Code::NotFound, "it is over")) };
        let (chat, place) = (known.chat.0, known.place);
        let mut live = Live::new(call, chat, place, video);
        live.joins = true;
        self.live = Some(live);
        self.show();
        self.begin(call, |live| GroupCallInput::Join { call, sender: live.sender, state: live.state }).await
    }

    fn check_free(&self) -> Result<(), Error> {
        if self.live.is_some() {
            return Err(Error::new(Code::InCall, "there is a call already"));
        }
        if !self.board.is_online() {
            return Err(Error::new(Code::Offline, "calls need a connection"));
        }
        Ok(())
    }

    async fn begin(&mut self, call: CallId, input: impl FnOnce(&Live) -> GroupCallInput) -> Result<(), Error> {
        let entered = self.enter().await;
        let begun = match (&entered, &self.live) {
            (Ok(()), Some(live)) => {
                let input = input(live);
                self.database.jobs.step(Input::Call(CallInput::Group(input))).await
            }
            _ => entered.map_err(|error| refusal(&error)),
        };
        if let Err(error) = &begun {
            info!(%error, "not in a call of a group");
            if error.code == Code::NotFound {
                self.say(GroupCallInput::Closed { call }).await;
            }
            self.clear().await;
        }
        begun
    }

    /// Comes into the room, for the first time or again.
    async fn enter(&mut self) -> Result<(), NoRoom> {
        let rest = self.running.upgrade().and_then(|running| running.member().ok()).map(|member| member.rest.clone());
        let mut config = self.chosen().config(self.source, Vec::new(), false);
        let (Some(rest), Some(live)) = (rest, self.live.as_mut()) else { return Err(NoRoom::Unreachable) };
        config.loopback |= rest.is_on_this_computer();
        let Link { link, media, voice_only } = match live.enter(&rest, config.clone(), true).await {
            Err(NoRoom::Refused(RoomRefusal::PicturesFull)) => live.enter(&rest, config, false).await?,
            entered => entered?,
        };
        live.come_in(link, media, voice_only);
        Ok(())
    }

    /// Muted, seen, a hand up, or not any more.
    async fn change(&mut self, change: impl FnOnce(&mut MemberState)) {
        let chosen = self.chosen();
        let Some(live) = &mut self.live else { return };
        live.change(change, &chosen, self.source);
        let (call, state, in_it) = (live.id, live.state, live.in_it);
        if in_it {
            self.say(GroupCallInput::Show { call, state }).await;
        }
        self.show();
    }

    async fn clear(&mut self) {
        if let Some(live) = self.live.take() {
            live.leave().await;
        }
        self.frames.close_call();
        self.show();
    }

    async fn say(&mut self, input: GroupCallInput) {
        if let Err(error) = self.database.jobs.step(Input::Call(CallInput::Group(input))).await {
            warn!(%error, "something about a call of a group was not said");
        }
    }

    fn chosen(&self) -> Chosen {
        Chosen::of(&self.board.settings())
    }

    fn ask_for_key_frames(&mut self) {
        let wanted = self.frames.wanted();
        if let Some(live) = &self.live {
            wanted.into_iter().for_each(|sender| live.need_key_frame(sender));
        }
    }
}

fn refusal(error: &NoRoom) -> Error {
    let code = match error {
        NoRoom::Refused(RoomRefusal::NotFound) => Code::NotFound,
        NoRoom::Refused(RoomRefusal::Full | RoomRefusal::TooMany | RoomRefusal::PicturesFull) => Code::CallFull,
        NoRoom::Refused(RoomRefusal::Malformed) => Code::CallFailed,
        NoRoom::NotOffered => Code::GroupCallsMissing,
        NoRoom::Unreachable => Code::RelayUnreachable,
    };
    Error::new(code, error.to_string())
}

/// Whether it is shown as talking, by the windows.
fn stage_of(known: &UnderWay, live: Option<&Live>) -> GroupCallStage {
    match live {
        Some(live) => live.stage(),
        None if known.rings => GroupCallStage::Rings,
        None => GroupCallStage::UnderWay,
    }
}
