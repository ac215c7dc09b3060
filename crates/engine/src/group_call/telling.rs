//! What the windows are told of calls of groups.

use sotto_machine::{
    call::{CallId, Outcome},
    group_call::{MemberState, UnderWay},
};
use sotto_media::GroupStatistics;

use super::{GroupPhone, live::Live, stage_of};
use crate::{
    rows::{self, groups::Faces},
    view::{
        CallFault, GroupCallPerson, GroupCallReceived, GroupCallSide, GroupCallStage, GroupCallUpdate, GroupCallView,
        PersonView,
    },
};

impl GroupPhone {
    pub(super) fn show(&mut self) {
        let calls = self.views();
        self.tell(&GroupCallUpdate::State { calls });
    }

    pub(super) fn tell(&mut self, update: &GroupCallUpdate) {
        self.windows.retain(|window| window.send(update.clone()).is_ok());
    }

    pub(super) fn tell_over(&mut self, chat: i64, call: CallId, outcome: Outcome, fault: Option<CallFault>) {
        let (outcome, _) = rows::call_outcome(outcome);
        self.tell(&GroupCallUpdate::Ended { id: call.to_string(), chat, outcome, fault });
    }

    /// Looks up those who are in a call.
    pub(super) async fn learn(&mut self, now: &UnderWay) {
        // All anew: names and pictures of those who are in it may have come meanwhile.
        let calls = self.known.values().filter(|known| known.call != now.call).chain([now]);
        let accounts: Vec<_> =
            calls.flat_map(|call| call.others.iter().map(|other| other.account).chain([call.by])).collect();
        let mut faces = Faces::default();
        let learned = self.database.read(move |queries| {
            let me = queries.own()?.map(|own| own.account);
            faces.learn(queries, me, me.into_iter().chain(accounts))?;
            Ok(faces)
        });
        if let Ok(faces) = learned.await {
            self.faces = faces;
        }
    }

    pub(super) fn views(&self) -> Vec<GroupCallView> {
        let mut views: Vec<_> = self.known.values().map(|known| self.view(known)).collect();
        // One that is being begun is not known to the machine yet.
        if let Some(live) = self.live.as_ref().filter(|live| !self.known.contains_key(&live.id)) {
            views.push(GroupCallView {
                id: live.id.to_string(),
                chat: live.chat,
                video: live.video,
                by: self.faces.me(),
                stage: GroupCallStage::Connecting,
                since: live.since,
                own: side(live.state),
                people: Vec::new(),
                problems: live.problems.clone(),
                voice_only: false,
            });
        }
        views
    }

    fn view(&self, known: &UnderWay) -> GroupCallView {
        let live: Option<&Live> = self.live.as_ref().filter(|live| live.id == known.call);
        let people = known.others.iter().filter_map(|other| {
            let person: PersonView = self.faces.get(&other.account)?.clone();
            let hand_since = other.hand_since.and_then(|at| i64::try_from(at).ok());
            Some(GroupCallPerson { id: other.sender, person, side: side(other.state), hand_since })
        });
        GroupCallView {
            id: known.call.to_string(),
            chat: known.chat.0,
            video: known.video,
            by: self.faces.get(&known.by).cloned().unwrap_or_else(|| self.faces.me()),
            stage: stage_of(known, live),
            since: i64::try_from(known.since).unwrap_or(i64::MAX),
            own: live.map(|live| side(live.state)).unwrap_or_default(),
            people: people.collect(),
            problems: live.map(|live| live.problems.clone()).unwrap_or_default(),
            voice_only: live.is_some_and(|live| live.voice_only),
        }
    }
}

fn side(state: MemberState) -> GroupCallSide {
    let MemberState { muted, camera, screen, hand } = state;
    GroupCallSide { muted, camera, screen, hand }
}

pub(super) fn numbers(numbers: &GroupStatistics) -> GroupCallUpdate {
    let short = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let received = numbers.others.iter().map(|(sender, other)| GroupCallReceived {
        id: *sender,
        voice_received: short(other.voice_packets),
        voice_lost: short(other.voice_lost),
        frames: short(other.frames),
        tone: other.heard.map(|heard| heard.code),
    });
    let refused = numbers.refused;
    GroupCallUpdate::Numbers {
        received: received.collect(),
        refused: short(refused.unknown + refused.replayed + refused.forged),
    }
}
