//! What a group phone hears: from the machine, the media, the relay, and the clock.

use sotto_machine::{
    call::{CallId, Outcome},
    group_call::{GroupCallEvent, GroupCallInput, UnderWay},
    rows::ChatId,
};
use sotto_media::{CallKey, Event as MediaEvent};
use sotto_wire::rest::FromRoom;
use tracing::info;

use super::{GroupPhone, telling};
use crate::view::CallFault;

impl GroupPhone {
    /// What the machine says.
    pub(super) async fn hear(&mut self, event: GroupCallEvent) {
        match event {
            GroupCallEvent::UnderWay(now) => self.under_way(*now).await,
            GroupCallEvent::OwnKey { call, key } => {
                if let Some(live) = self.live.as_mut().filter(|live| live.id == call) {
                    live.send_with(CallKey { sender: key.sender, generation: key.generation, secret: key.secret().0 });
                }
            }
            GroupCallEvent::TheirKey { call, key } => {
                if let Some(live) = self.live.as_ref().filter(|live| live.id == call) {
                    live.take(&CallKey { sender: key.sender, generation: key.generation, secret: key.secret().0 });
                }
            }
            GroupCallEvent::Over { chat, call, outcome } => self.over(chat, call, outcome).await,
        }
    }

    async fn under_way(&mut self, now: UnderWay) {
        let rang = self.known.get(&now.call).is_some_and(|known| known.rings);
        let (chat, call, rings, joined) = (now.chat, now.call, now.rings, now.joined);
        self.learn(&now).await;
        if let Some(live) = self.live.as_mut().filter(|live| live.id == call) {
            if live.in_it && !joined {
                // Left for another of the same group, or removed.
                self.known.insert(call, now);
                return self.clear().await;
            }
            live.in_it = joined;
            live.others(&now);
            let senders: Vec<u32> = now.others.iter().map(|other| other.sender).chain([0]).collect();
            self.frames.retain(|sender| senders.contains(sender));
        }
        self.known.insert(call, now);
        self.show();
        if rings && !rang {
            self.board.rings(chat.0);
        }
    }

    async fn over(&mut self, chat: ChatId, call: CallId, outcome: Outcome) {
        self.known.remove(&call);
        let fault = self.live.as_ref().filter(|live| live.id == call).and_then(|live| live.fault);
        if self.live.as_ref().is_some_and(|live| live.id == call) {
            self.clear().await;
        }
        self.show();
        self.tell_over(chat.0, call, outcome, fault);
    }

    /// What the media say.
    pub(super) async fn media(&mut self, event: Option<MediaEvent>) {
        let Some(live) = &mut self.live else { return };
        match event {
            Some(MediaEvent::Connected { .. }) => {
                live.connected();
                self.show();
            }
            Some(MediaEvent::Reconnecting) => {
                live.reconnecting();
                self.show();
            }
            Some(MediaEvent::Ended(_)) | None => {
                live.lost();
                self.show();
            }
            Some(MediaEvent::FrameOf(sender, frame)) => {
                if live.is_here(sender) {
                    self.frames.take(sender, frame);
                    self.ask_for_key_frames();
                }
            }
            Some(MediaEvent::Own(frame)) => {
                self.frames.take(0, frame);
                self.ask_for_key_frames();
            }
            Some(MediaEvent::Voices { own, others }) => {
                let update = live.levels(own, &others);
                self.tell(&update);
            }
            Some(MediaEvent::GroupStatistics(numbers)) => {
                live.heard(&numbers);
                self.tell(&telling::numbers(&numbers));
            }
            Some(MediaEvent::Device { kind, problem }) => {
                let before = live.state;
                live.device(kind, problem);
                let (call, state) = (live.id, live.state);
                if before != state {
                    self.say(GroupCallInput::Show { call, state }).await;
                }
                self.show();
            }
            Some(_) => {}
        }
    }

    /// What the relay says about the room.
    pub(super) async fn link(&mut self, word: Option<FromRoom>) {
        let Some(live) = &mut self.live else { return };
        if !live.told(word).await {
            live.lost();
            self.show();
        }
    }

    pub(super) async fn tick(&mut self) {
        let Some(live) = &mut self.live else { return };
        let call = live.id;
        live.turn_key();
        let gone = self.known.get(&call).map(|known| live.silent(known)).unwrap_or_default();
        let (lost, given_up) = (live.is_lost(), live.is_given_up());
        for account in gone {
            self.say(GroupCallInput::Lost { call, account }).await;
        }
        if given_up {
            if let Some(live) = &mut self.live {
                live.fault = Some(CallFault::Lost);
            }
            let (chat, fault) = (self.live.as_ref().map_or(0, |live| live.chat), Some(CallFault::Lost));
            self.say(GroupCallInput::Leave { call }).await;
            self.clear().await;
            self.tell_over(chat, call, Outcome::Failed, fault);
        } else if lost && let Err(error) = self.enter().await {
            info!(%error, "not in the room again yet");
        }
    }
}
