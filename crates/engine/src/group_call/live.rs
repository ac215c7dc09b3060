//! The call of a group that this device is in: its media, its room, and who was heard when.

use std::{collections::BTreeMap, time::Duration};

use sotto_machine::{
    call::CallId,
    group_call::{MemberState, Place, UnderWay},
};
use sotto_media::{
    CallKey, Config, DeviceProblem, Event, Events, GroupCall, GroupKeys, GroupStatistics, Kind, SenderId,
};
use sotto_wire::{
    AccountId,
    rest::{EnterRoom, FromRoom},
};
use tokio::time::Instant;
use tracing::{info, warn};

use super::speaker::Speaker;
use crate::{
    call::{Chosen, MediaSource},
    net::{
        rest::Rest,
        rooms::{NoRoom, RoomLink},
    },
    view::{CallDeviceFault, CallDeviceKind, CallFault, CallProblem, GroupCallLevel, GroupCallStage, GroupCallUpdate},
};

/// A new key is given to the others before it is used: so long they have to take it.
const KEY_TRAVELS: Duration = Duration::from_millis(700);
/// Somebody of whom nothing has come for so long is gone. Also who is muted sends a sign twice a second.
const SILENT: Duration = Duration::from_secs(20);
/// So long it is tried to come into the room again.
const GIVES_UP: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_secs(3);

/// Sound and pictures.
#[derive(Debug)]
pub(super) struct Media {
    call: GroupCall,
    events: Events,
}

/// A room that was come into.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) link: RoomLink,
    pub(super) media: Media,
    pub(super) voice_only: bool,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) id: CallId,
    pub(super) chat: i64,
    place: Place,
    pub(super) video: bool,
    pub(super) sender: SenderId,
    pub(super) state: MemberState,
    /// It was under way before.
    pub(super) joins: bool,
    /// The machine counts this device in.
    pub(super) in_it: bool,
    pub(super) since: i64,
    pub(super) voice_only: bool,
    pub(super) problems: Vec<CallProblem>,
    pub(super) fault: Option<CallFault>,
    keys: GroupKeys,
    /// A key that the others are being given.
    next_key: Option<(Instant, CallKey)>,
    media: Option<Media>,
    link: Option<RoomLink>,
    connected: bool,
    was_connected: bool,
    /// When the room was lost, and when it was last tried to come in again.
    lost: Option<(Instant, Instant)>,
    senders: BTreeMap<SenderId, (Instant, u64)>,
    speaker: Speaker,
}

impl Live {
    pub(super) fn new(id: CallId, chat: i64, place: Place, video: bool) -> Self {
        Self {
            id,
            chat,
            place,
            video,
            // 0 stands for this device where pictures are named.
            sender: rand::random::<u32>().max(1),
            state: MemberState { camera: video, ..MemberState::default() },
            joins: false,
            in_it: false,
            since: now(),
            voice_only: false,
            problems: Vec::new(),
            fault: None,
            keys: GroupKeys::new(),
            next_key: None,
            media: None,
            link: None,
            connected: false,
            was_connected: false,
            lost: None,
            senders: BTreeMap::new(),
            speaker: Speaker::default(),
        }
    }

    /// What the media, and the relay, say next.
    pub(super) fn ways(&mut self) -> (impl Future<Output = Option<Event>>, impl Future<Output = Option<FromRoom>>) {
        let (media, link) = (&mut self.media, &mut self.link);
        let media = async move {
            match media {
                Some(media) => media.events.next().await,
                None => std::future::pending().await,
            }
        };
        let link = async move {
            match link {
                Some(link) => link.next().await,
                None => std::future::pending().await,
            }
        };
        (media, link)
    }

    /// Comes into the room, with a picture or without one.
    pub(super) async fn enter(&self, rest: &Rest, config: Config, pictures: bool) -> Result<Link, NoRoom> {
        let joined = GroupCall::join(config, self.keys.clone(), pictures).await;
        let (call, events, offer) = joined.map_err(|error| {
            warn!(%error, "the media of a call of a group do not start");
            NoRoom::Unreachable
        })?;
        let Place { room, secret } = self.place;
        // Who was in it before may be the first to come back, after a restart of the relay.
        let open = !self.joins || self.in_it;
        let (link, answer) = RoomLink::enter(rest, EnterRoom { room, secret, open, offer }).await?;
        call.accept(&answer).await.map_err(|_| NoRoom::Unreachable)?;
        Ok(Link { link, media: Media { call, events }, voice_only: !pictures })
    }

    pub(super) fn come_in(&mut self, link: RoomLink, media: Media, voice_only: bool) {
        media.call.mute(self.state.muted);
        media.call.show(self.state.camera || self.state.screen);
        (self.link, self.media, self.voice_only, self.lost) = (Some(link), Some(media), voice_only, None);
        let now = Instant::now();
        self.senders.values_mut().for_each(|(heard, packets)| (*heard, *packets) = (now, 0));
    }

    pub(super) fn connected(&mut self) {
        (self.connected, self.was_connected) = (true, true);
    }

    pub(super) fn reconnecting(&mut self) {
        self.connected = false;
    }

    /// The room is lost: it is come into anew.
    pub(super) fn lost(&mut self) {
        let now = Instant::now();
        (self.connected, self.media, self.link) = (false, None, None);
        self.lost.get_or_insert((now, now));
    }

    /// It is time to try again.
    pub(super) fn is_lost(&mut self) -> bool {
        match &mut self.lost {
            Some((_, tried)) if tried.elapsed() >= AGAIN => {
                *tried = Instant::now();
                true
            }
            _ => false,
        }
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.lost.is_some_and(|(since, _)| since.elapsed() > GIVES_UP)
    }

    pub(super) fn stage(&self) -> GroupCallStage {
        match (self.connected && self.in_it, self.was_connected) {
            (true, _) => GroupCallStage::Talking,
            (false, true) => GroupCallStage::Reconnecting,
            (false, false) => GroupCallStage::Connecting,
        }
    }

    /// Who is in the call now.
    pub(super) fn others(&mut self, known: &UnderWay) {
        let is_here = |sender: &SenderId| known.others.iter().any(|other| other.sender == *sender);
        let gone: Vec<SenderId> = self.senders.keys().filter(|sender| !is_here(sender)).copied().collect();
        for sender in gone {
            self.senders.remove(&sender);
            match &self.media {
                Some(media) => media.call.forget(sender),
                None => self.keys.forget(sender),
            }
        }
        for other in &known.others {
            self.senders.entry(other.sender).or_insert((Instant::now(), 0));
        }
        if let Some(media) = &self.media {
            media.call.others(known.others.len());
        }
    }

    pub(super) fn is_here(&self, sender: SenderId) -> bool {
        self.senders.contains_key(&sender)
    }

    /// Whose pictures there may be; 0 is this device.
    pub(super) fn pictures(&self) -> Vec<u32> {
        self.senders.keys().copied().chain([0]).collect()
    }

    /// Closes what is sent with this key: at once if it is the first one, else once the others have it.
    pub(super) fn send_with(&mut self, key: CallKey) {
        if key.generation == 0 {
            self.keys.send_with(&key);
        } else {
            let at = self.next_key.take().map_or_else(|| Instant::now() + KEY_TRAVELS, |(at, _)| at);
            self.next_key = Some((at, key));
        }
    }

    pub(super) fn turn_key(&mut self) {
        if let Some((_, key)) = self.next_key.take_if(|(at, _)| *at <= Instant::now()) {
            self.keys.send_with(&key);
        }
    }

    pub(super) fn take(&self, key: &CallKey) {
        if !self.keys.take(key) {
            info!("a key of a call of a group is not newer than what is there");
        }
    }

    pub(super) fn levels(&mut self, own: f32, others: &[(SenderId, f32)]) -> GroupCallUpdate {
        self.turn_key();
        let here: Vec<_> = others.iter().filter(|(sender, _)| self.is_here(*sender)).copied().collect();
        let speaker = self.speaker.step(&here);
        let others = here.into_iter().map(|(id, level)| GroupCallLevel { id, level }).collect();
        GroupCallUpdate::Levels { own, others, speaker }
    }

    /// Of whom something has come.
    pub(super) fn heard(&mut self, numbers: &GroupStatistics) {
        let now = Instant::now();
        for (sender, (heard, packets)) in &mut self.senders {
            let came = numbers.others.get(sender).map_or(0, |other| other.voice_packets + other.frames);
            if came > *packets {
                (*heard, *packets) = (now, came);
            }
        }
    }

    /// Of whom nothing has come for long, while the relay was there.
    pub(super) fn silent(&self, known: &UnderWay) -> Vec<AccountId> {
        let silent = |sender: &SenderId| self.senders.get(sender).is_some_and(|(heard, _)| heard.elapsed() > SILENT);
        let gone = known.others.iter().filter(|other| self.connected && silent(&other.sender));
        gone.map(|other| other.account).collect()
    }

    /// The relay has said something. False once its connection is over.
    pub(super) async fn told(&mut self, word: Option<FromRoom>) -> bool {
        let (Some(link), Some(media)) = (&mut self.link, &self.media) else { return true };
        match word {
            Some(FromRoom::Offer { offer }) => match media.call.renegotiate(&offer).await {
                Ok(answer) => link.answer(answer).await,
                Err(error) => {
                    warn!(%error, "what the relay offers of the others cannot be taken");
                    true
                }
            },
            Some(FromRoom::Entered { .. }) => true,
            Some(FromRoom::Refused { .. }) | None => false,
        }
    }

    pub(super) fn change(&mut self, change: impl FnOnce(&mut MemberState), chosen: &Chosen, source: MediaSource) {
        let before = self.state;
        change(&mut self.state);
        if self.state.screen && !before.screen {
            self.problems.retain(|problem| problem.device != CallDeviceKind::Screen);
        }
        if self.state.camera && !before.camera {
            self.problems.retain(|problem| problem.device != CallDeviceKind::Camera);
        }
        let Some(media) = &self.media else { return };
        media.call.mute(self.state.muted);
        if self.state.screen != before.screen {
            let config = chosen.config(source, Vec::new(), false);
            if self.state.screen {
                media.call.use_screen(config.screen);
            } else {
                media.call.use_camera(config.camera);
            }
        }
        media.call.show(self.state.camera || self.state.screen);
    }

    /// A device does not serve, or does again.
    pub(super) fn device(&mut self, kind: Kind, problem: Option<DeviceProblem>) {
        let device = match kind {
            Kind::Microphone => CallDeviceKind::Microphone,
            Kind::Speaker => CallDeviceKind::Speaker,
            Kind::Camera | Kind::Screen if self.state.screen => CallDeviceKind::Screen,
            Kind::Camera | Kind::Screen => CallDeviceKind::Camera,
        };
        self.problems.retain(|problem| problem.device != device);
        let Some(problem) = problem else { return };
        if matches!(device, CallDeviceKind::Camera | CallDeviceKind::Screen) {
            (self.state.camera, self.state.screen) = (false, false);
            if let Some(media) = &self.media {
                media.call.show(false);
            }
        }
        self.problems.push(CallProblem { device, fault: CallDeviceFault::from(&problem) });
    }

    pub(super) fn use_device(&self, chosen: &Chosen, kind: CallDeviceKind) {
        let Some(media) = &self.media else { return };
        match kind {
            CallDeviceKind::Microphone => media.call.use_microphone(chosen.microphone()),
            CallDeviceKind::Speaker => media.call.use_speaker(chosen.speaker()),
            CallDeviceKind::Camera if !self.state.screen => media.call.use_camera(chosen.camera()),
            CallDeviceKind::Camera | CallDeviceKind::Screen => {}
        }
    }

    pub(super) fn need_key_frame(&self, sender: SenderId) {
        let Some(media) = &self.media else { return };
        match sender {
            0 => media.call.need_own_key_frame(),
            sender => media.call.need_key_frame(sender),
        }
    }

    pub(super) async fn leave(self) {
        self.keys.forget_all();
        if let Some(media) = self.media {
            media.call.leave().await;
        }
    }
}

fn now() -> i64 {
    use crate::clock::{Clock as _, SystemClock};

    i64::try_from(SystemClock.now()).unwrap_or(i64::MAX)
}
