//! Calls of a group between real engines: tones and patterns through the real relay, which has no keys.

use std::collections::{BTreeMap, BTreeSet};

use sotto_engine::{
    CallFrame,
    error::Code,
    view::{CallOutcome, GroupCallStage, GroupCallUpdate, GroupCallView},
};
use sotto_media::{Mark, VideoCodec as _, Vp8};
use sotto_tests::people::{Person, Scene, patient};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::groups::{account, three};

const CAROL: &str = "+351912345603";

/// What one window hears of calls of groups.
struct Room {
    updates: UnboundedReceiver<GroupCallUpdate>,
    /// Those that there are.
    calls: Vec<GroupCallView>,
}

impl Room {
    fn of(person: &Person) -> Self {
        Self { updates: person.engine.group_call_subscribe().unwrap(), calls: Vec::new() }
    }

    async fn until<T>(&mut self, what: &str, mut looks: impl FnMut(&GroupCallUpdate) -> Option<T>) -> T {
        let calls = &mut self.calls;
        let updates = &mut self.updates;
        let wait = async {
            loop {
                let update = updates.recv().await.expect("the engine runs");
                if let GroupCallUpdate::State { calls: now } = &update {
                    calls.clone_from(now);
                }
                if let Some(found) = looks(&update) {
                    return found;
                }
            }
        };
        patient(what, wait).await
    }

    /// Waits until the one call looks so.
    async fn shows(&mut self, what: &str, looks: impl Fn(&GroupCallView) -> bool) -> GroupCallView {
        if let Some(call) = self.calls.first().filter(|call| looks(call)) {
            return call.clone();
        }
        let shown = |update: &GroupCallUpdate| match update {
            GroupCallUpdate::State { calls } => calls.first().filter(|call| looks(call)).cloned(),
            _ => None,
        };
        self.until(what, shown).await
    }

    async fn rings(&mut self) -> String {
        self.shows("a ring", |call| call.stage == GroupCallStage::Rings).await.id
    }

    /// This person talks, with so many. Names say nothing: who has never written is known by their number.
    async fn talks_with(&mut self, names: &[&str]) -> GroupCallView {
        let with = |call: &GroupCallView| call.stage == GroupCallStage::Talking && call.people.len() == names.len();
        self.shows(&format!("a call with {names:?}"), with).await
    }

    /// The tones of exactly these are heard anew from now on. A tone's code is the first letter of who sends it.
    async fn hears(&mut self, names: &[&str]) {
        let codes: BTreeSet<u8> = names.iter().map(|name| name.as_bytes()[0]).collect();
        let mut first: BTreeMap<u32, u64> = BTreeMap::new();
        let heard = |update: &GroupCallUpdate| {
            let GroupCallUpdate::Numbers { received, .. } = update else { return None };
            let new = received.iter().filter(|other| {
                let count = u64::from(other.voice_received);
                count > *first.entry(other.id).or_insert(count) + 50
            });
            let tones: BTreeSet<u8> = new.filter_map(|other| other.tone).collect();
            (tones == codes).then_some(())
        };
        self.until(&format!("the tones of {names:?}"), heard).await;
    }

    async fn ends(&mut self) -> CallOutcome {
        let ended = |update: &GroupCallUpdate| match update {
            GroupCallUpdate::Ended { outcome, .. } => Some(*outcome),
            _ => None,
        };
        self.until("the end of the call", ended).await
    }
}

/// A window that decodes what comes and reads the numbers in the patterns.
struct Screen {
    frames: UnboundedReceiver<CallFrame<u32>>,
    codecs: BTreeMap<u32, Vp8>,
}

impl Screen {
    fn of(person: &Person) -> Self {
        Self { frames: person.engine.group_call_frames().unwrap(), codecs: BTreeMap::new() }
    }

    /// The pattern of this sender moves.
    async fn sees(&mut self, person: &Person, sender: u32) {
        let watch = async {
            let mut seen = BTreeSet::new();
            while seen.len() < 5 {
                let frame = self.frames.recv().await.expect("the engine runs");
                let decoded = self.codecs.entry(frame.picture).or_default().decode(&frame.data);
                person.engine.group_call_frame_drawn(frame.picture, decoded.is_err()).unwrap();
                if let Ok(Some(picture)) = decoded
                    && frame.picture == sender
                {
                    seen.extend(Mark::read(&picture).map(|mark| mark.number));
                }
            }
        };
        patient("a moving picture", watch).await;
    }
}

/// Three in a call that Alice has begun, with what their windows hear.
struct Call {
    people: [Person; 3],
    rooms: [Room; 3],
    id: String,
}

const NAMES: [&str; 3] = ["Alice", "Bob", "Carol"];

fn but(name: &str) -> Vec<&'static str> {
    NAMES.into_iter().filter(|other| *other != name).collect()
}

impl Call {
    async fn begin(scene: &Scene, video: bool) -> Self {
        let (alice, bob, carol) = three(scene).await;
        let people = [alice, bob, carol];
        let mut rooms = [0, 1, 2].map(|n: usize| Room::of(&people[n]));
        people[0].engine.group_call_start(people[0].chat(), video).await.unwrap();
        let id = rooms[1].rings().await;
        assert_eq!(rooms[2].rings().await, id);
        for n in [1, 2] {
            people[n].engine.group_call_join(&id, video).await.unwrap();
        }
        for (n, room) in rooms.iter_mut().enumerate() {
            room.talks_with(&but(NAMES[n])).await;
        }
        Self { people, rooms, id }
    }

    async fn everybody_hears_everybody(&mut self) {
        for (n, room) in self.rooms.iter_mut().enumerate() {
            room.hears(&but(NAMES[n])).await;
        }
    }
}

#[tokio::test]
async fn three_of_a_group_hear_and_see_each_other_until_the_last_one_leaves() {
    let scene = Scene::new(91).await;
    let mut call = Call::begin(&scene, true).await;
    call.everybody_hears_everybody().await;
    for n in 0..3 {
        let mut screen = Screen::of(&call.people[n]);
        for other in call.rooms[n].calls[0].people.clone() {
            assert!(other.side.camera, "{other:?}");
            screen.sees(&call.people[n], other.id).await;
        }
        screen.sees(&call.people[n], 0).await;
    }
    let [alice, bob, carol] = &call.people;
    let again = alice.engine.group_call_start(alice.chat(), false).await.unwrap_err();
    assert_eq!(again.code, Code::InCall);
    bob.engine.group_call_hand(true).unwrap();
    bob.engine.group_call_mute(true).unwrap();
    let his = |call: &GroupCallView| {
        call.people.iter().any(|other| other.side.hand && other.side.muted && other.hand_since.is_some())
    };
    for room in [0, 2] {
        call.rooms[room].shows("his hand", his).await;
    }
    alice.engine.group_call_leave(&call.id).await.unwrap();
    call.rooms[1].talks_with(&["Carol"]).await;
    call.rooms[2].talks_with(&["Bob"]).await;
    call.rooms[1].hears(&["Carol"]).await;
    call.rooms[0].shows("that it goes on", |call| call.stage == GroupCallStage::UnderWay).await;
    bob.engine.group_call_leave(&call.id).await.unwrap();
    carol.engine.group_call_leave(&call.id).await.unwrap();
    for room in &mut call.rooms {
        assert_eq!(room.ends().await, CallOutcome::Answered);
    }
}

#[tokio::test]
async fn who_is_removed_from_the_group_is_out_of_its_call_and_the_others_go_on() {
    let scene = Scene::new(92).await;
    let mut call = Call::begin(&scene, false).await;
    let [alice, ..] = &call.people;
    let whom = account(alice, CAROL).await;
    alice.engine.group_remove(alice.chat(), &whom).await.unwrap();
    assert_eq!(call.rooms[2].ends().await, CallOutcome::Answered);
    call.rooms[0].talks_with(&["Bob"]).await;
    call.rooms[1].talks_with(&["Alice"]).await;
    call.rooms[0].hears(&["Bob"]).await;
    call.rooms[1].hears(&["Alice"]).await;
    let refused = call.people[2].engine.group_call_join(&call.id, false).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
}

#[tokio::test]
async fn a_call_outlives_a_relay_that_is_killed_and_a_program_that_ends() {
    let mut scene = Scene::with_relay_program(93).await;
    let mut call = Call::begin(&scene, false).await;
    scene.relay.kill();
    for room in &mut call.rooms {
        room.shows("the loss", |call| call.stage == GroupCallStage::Reconnecting).await;
    }
    scene.relay.start().await;
    for (n, room) in call.rooms.iter_mut().enumerate() {
        room.talks_with(&but(NAMES[n])).await;
    }
    call.everybody_hears_everybody().await;
    // Carol's program dies: nobody is told, but nothing comes of her any more.
    let Call { people: [alice, bob, carol], rooms: [mut hers, mut his, _], id } = call;
    let asleep = carol.die().await;
    hers.talks_with(&["Bob"]).await;
    his.talks_with(&["Alice"]).await;
    let mut carol = asleep.wake().await;
    carol.online().await;
    let mut again = Room::of(&carol);
    again.shows("where the call is", |call| call.id == id && call.stage == GroupCallStage::UnderWay).await;
    carol.engine.group_call_join(&id, false).await.unwrap();
    again.talks_with(&["Alice", "Bob"]).await;
    again.hears(&["Alice", "Bob"]).await;
    hers.talks_with(&["Bob", "Carol"]).await;
    hers.hears(&["Bob", "Carol"]).await;
    drop((alice, bob));
}

#[tokio::test]
async fn a_group_call_to_which_nobody_comes_is_missed() {
    let scene = Scene::new(94).await;
    let (alice, mut bob, carol) = three(&scene).await;
    let (mut hers, mut his) = (Room::of(&alice), Room::of(&bob));
    let unread = bob.row().await.unread;
    alice.engine.group_call_start(alice.chat(), false).await.unwrap();
    let id = his.rings().await;
    carol.engine.group_call_leave(&id).await.unwrap();
    hers.shows("a call", |call| call.stage == GroupCallStage::Talking && call.people.is_empty()).await;
    alice.engine.group_call_leave(&id).await.unwrap();
    assert_eq!((hers.ends().await, his.ends().await), (CallOutcome::Missed, CallOutcome::Missed));
    bob.lists("a call that waits to be seen", |row| row.unread == unread + 1).await;
    let calls = bob.engine.call_history(None).await.unwrap();
    assert_eq!((calls[0].title.as_str(), calls[0].mine), ("Sea trip", false));
    bob.conversation().await;
}
