//! Calls between real engines: codes in tones, over real sockets, with everything said about them sealed.

use sotto_engine::api::new_message_id;
use sotto_engine::{
    CallFrame, RawFrame,
    error::Code,
    view::{CallOutcome, CallPicture, CallStage, CallUpdate, CallView, MessageBody},
};
use sotto_media::{I420, Mark, VideoCodec as _, Vp8};
use sotto_tests::people::{BOB, Person, Scene, patient};
use tokio::sync::mpsc::UnboundedReceiver;

const CAROL: &str = "+351912345603";

/// What one window hears of calls.
struct Phone {
    updates: UnboundedReceiver<CallUpdate>,
}

impl Phone {
    fn of(person: &Person) -> Self {
        Self { updates: person.engine.call_subscribe().unwrap() }
    }

    async fn until<T>(&mut self, what: &str, mut looks: impl FnMut(CallUpdate) -> Option<T>) -> T {
        let wait = async {
            loop {
                let update = self.updates.recv().await.expect("the engine runs");
                if let Some(found) = looks(update) {
                    return found;
                }
            }
        };
        patient(what, wait).await
    }

    async fn shows(&mut self, what: &str, looks: impl Fn(&CallView) -> bool) {
        let shown = |update| matches!(update, CallUpdate::State { call: Some(call) } if looks(&call)).then_some(());
        self.until(what, shown).await;
    }

    async fn rings(&mut self) {
        self.shows("a ring", |call| call.stage == CallStage::Incoming).await;
    }

    async fn talks(&mut self) {
        self.shows("a call", |call| matches!(call.stage, CallStage::Talking { .. })).await;
    }

    /// The code in the tone of the other side is heard.
    async fn hears(&mut self, name: &str) {
        let code = name.as_bytes()[0];
        let heard =
            |update| matches!(update, CallUpdate::Numbers { numbers } if numbers.tone == Some(code)).then_some(());
        self.until("the tone of the other side", heard).await;
    }

    async fn ends(&mut self) -> CallOutcome {
        let ended = |update| if let CallUpdate::Ended { outcome, .. } = update { Some(outcome) } else { None };
        self.until("the end of the call", ended).await
    }
}

/// How the last call stands in the conversation, and whether it waits to be seen.
async fn last_call(person: &mut Person, wanted: CallOutcome) {
    let is_there = |items: &[sotto_engine::view::MessageItem]| {
        items.iter().any(|item| matches!(item.body, MessageBody::Call { call } if call.outcome == wanted))
    };
    person.sees("the line of a call", is_there).await;
}

#[tokio::test]
async fn two_people_hear_each_other_mute_and_hang_up() {
    let scene = Scene::new(71).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let (mut hers, mut his) = (Phone::of(&alice), Phone::of(&bob));
    alice.engine.call_start(alice.chat(), false).await.unwrap();
    his.rings().await;
    hers.shows("that it rings there", |call| call.stage == CallStage::Ringing).await;
    bob.engine.call_answer(false).await.unwrap();
    hers.talks().await;
    his.talks().await;
    hers.hears("Bob").await;
    his.hears("Alice").await;
    alice.engine.call_mute(true).unwrap();
    his.shows("that she is muted", |call| call.other.muted).await;
    bob.engine.call_end().await.unwrap();
    assert_eq!((hers.ends().await, his.ends().await), (CallOutcome::Answered, CallOutcome::Answered));
    last_call(&mut alice, CallOutcome::Answered).await;
    last_call(&mut bob, CallOutcome::Answered).await;
}

#[tokio::test]
async fn a_call_is_declined_and_another_is_missed() {
    let scene = Scene::new(72).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    let (mut hers, mut his) = (Phone::of(&alice), Phone::of(&bob));
    alice.engine.call_start(alice.chat(), false).await.unwrap();
    his.rings().await;
    bob.engine.call_end().await.unwrap();
    assert_eq!((hers.ends().await, his.ends().await), (CallOutcome::Declined, CallOutcome::Declined));

    let unread = bob.row().await.unread;
    alice.engine.call_start(alice.chat(), false).await.unwrap();
    his.rings().await;
    alice.clock.advance(sotto_machine::call::RINGING);
    assert_eq!((hers.ends().await, his.ends().await), (CallOutcome::Missed, CallOutcome::Missed));
    last_call(&mut bob, CallOutcome::Missed).await;
    bob.lists("a call that waits to be seen", |row| row.unread == unread + 1).await;

    let calls = bob.engine.call_history(None).await.unwrap();
    let told: Vec<_> = calls.iter().map(|one| (one.title.as_str(), one.mine, one.call.outcome)).collect();
    assert_eq!(told, [("Alice", false, CallOutcome::Missed), ("Alice", false, CallOutcome::Declined)]);
    assert!(alice.engine.call_history(None).await.unwrap().iter().all(|one| one.mine));
    let older = bob.engine.call_history(Some(calls[0].order)).await.unwrap();
    assert_eq!(older, calls[1..], "before the newest there is the other one");
    bob.engine.message_delete(calls[0].chat, &[calls[0].order], false).await.unwrap();
    assert_eq!(bob.engine.call_history(None).await.unwrap(), older, "what was taken out of the list is gone");
}

#[tokio::test]
async fn a_third_one_is_told_that_they_are_busy() {
    let scene = Scene::new(73).await;
    let (alice, bob) = scene.alice_and_bob().await;
    let mut carol = scene.sign_up("Carol", CAROL).await;
    let (mut his, mut theirs) = (Phone::of(&bob), Phone::of(&carol));
    alice.engine.call_start(alice.chat(), false).await.unwrap();
    his.rings().await;
    bob.engine.call_answer(false).await.unwrap();
    his.talks().await;
    carol.meet(BOB).await;
    carol.say("It is me").await;
    let row = bob.lists("Carol", |row| row.title == "Carol").await;
    bob.engine.message_send(row.id, &new_message_id(), "I see").await.unwrap();
    carol.hears("I see").await;
    carol.engine.call_start(carol.chat(), false).await.unwrap();
    assert_eq!(theirs.ends().await, CallOutcome::Busy);
    alice.engine.call_end().await.unwrap();
    assert_eq!(his.ends().await, CallOutcome::Answered);
}

/// Nothing of this person's calls goes past the relay from now on.
async fn hides(person: &Person) {
    let mut settings = person.engine.app_state().settings.expect("an open database");
    settings.hide_address = true;
    person.engine.settings_set(settings).await.unwrap();
}

#[tokio::test]
async fn two_people_who_hide_their_addresses_hear_each_other_through_the_relay() {
    let scene = Scene::with_calls(74).await;
    let (alice, bob) = scene.alice_and_bob().await;
    let (mut hers, mut his) = (Phone::of(&alice), Phone::of(&bob));
    hides(&alice).await;
    hides(&bob).await;
    alice.engine.call_start(alice.chat(), false).await.unwrap();
    his.rings().await;
    bob.engine.call_answer(false).await.unwrap();
    hers.shows("a call through the relay", |call| call.relayed).await;
    his.shows("a call through the relay", |call| call.relayed).await;
    hers.hears("Bob").await;
    his.hears("Alice").await;
    bob.engine.call_end().await.unwrap();
    assert_eq!(hers.ends().await, CallOutcome::Answered);
}

#[tokio::test]
async fn who_hides_their_address_does_not_call_past_a_relay_that_passes_no_calls_on() {
    let scene = Scene::new(75).await;
    let (alice, _bob) = scene.alice_and_bob().await;
    hides(&alice).await;
    let refused = alice.engine.call_start(alice.chat(), false).await.unwrap_err();
    assert_eq!(refused.code, Code::CallRelayMissing);
    Phone::of(&alice).until("no call", |update| matches!(update, CallUpdate::State { call: None }).then_some(())).await;
}

/// What one window draws.
struct Screen {
    frames: UnboundedReceiver<CallFrame>,
    codecs: [Vp8; 3],
}

impl Screen {
    fn of(person: &Person) -> Self {
        Self { frames: person.engine.call_frames().unwrap(), codecs: Default::default() }
    }

    /// Draws until so many different counters of a pattern were seen in a picture.
    async fn sees(&mut self, person: &Person, wanted: CallPicture, count: usize) {
        let watch = async {
            let mut seen = std::collections::BTreeSet::new();
            while seen.len() < count {
                let CallFrame { picture, data, .. } = self.frames.recv().await.expect("the engine runs");
                let drawn = self.codecs[picture as usize].decode(&data).ok().flatten();
                let mark = drawn.as_ref().and_then(Mark::read);
                person.engine.call_frame_drawn(picture, mark.is_none()).unwrap();
                if picture == wanted {
                    seen.extend(mark.map(|mark| mark.number));
                }
            }
        };
        patient("moving pictures", watch).await;
    }
}

#[tokio::test]
async fn a_voice_call_becomes_one_with_pictures_each_side_for_itself_and_a_voice_call_again() {
    let scene = Scene::new(76).await;
    let (alice, bob) = scene.alice_and_bob().await;
    let (mut hers, mut his) = (Phone::of(&alice), Phone::of(&bob));
    let (mut her_screen, mut his_screen) = (Screen::of(&alice), Screen::of(&bob));
    alice.engine.call_start(alice.chat(), false).await.unwrap();
    his.rings().await;
    bob.engine.call_answer(false).await.unwrap();
    his.talks().await;
    alice.engine.call_camera(true).unwrap();
    his.shows("that she is seen", |call| call.other.camera && !call.own.camera).await;
    his_screen.sees(&bob, CallPicture::Person, 20).await;
    her_screen.sees(&alice, CallPicture::Own, 5).await;
    bob.engine.call_camera(true).unwrap();
    bob.engine.call_screen(true).unwrap();
    hers.shows("both his pictures", |call| call.other.camera && call.other.screen).await;
    her_screen.sees(&alice, CallPicture::Person, 20).await;
    her_screen.sees(&alice, CallPicture::Screen, 5).await;
    let counted = |update: CallUpdate| match update {
        CallUpdate::Numbers { numbers } if numbers.frames_received > 25 => Some(numbers),
        _ => None,
    };
    hers.until("counted pictures", counted).await;
    alice.engine.call_camera(false).unwrap();
    bob.engine.call_camera(false).unwrap();
    bob.engine.call_screen(false).unwrap();
    his.shows("no picture", |call| !call.other.camera && !call.own.camera && !call.own.screen).await;
    hers.shows("no picture", |call| !call.other.camera && !call.other.screen).await;
    hers.hears("Bob").await;
    alice.engine.call_end().await.unwrap();
    assert_eq!(his.ends().await, CallOutcome::Answered);
}

#[tokio::test]
async fn a_window_that_cannot_decode_gets_the_pictures_decoded() {
    let scene = Scene::new(77).await;
    let (alice, bob) = scene.alice_and_bob().await;
    let (mut hers, mut his) = (Phone::of(&alice), Phone::of(&bob));
    let mut raw = bob.engine.call_frames_raw().unwrap();
    alice.engine.call_start(alice.chat(), true).await.unwrap();
    his.rings().await;
    bob.engine.call_answer(false).await.unwrap();
    let watch = async {
        let mut seen = std::collections::BTreeSet::new();
        while seen.len() < 10 {
            let RawFrame { picture, size: (width, height), data, .. } = raw.recv().await.expect("the engine runs");
            bob.engine.call_frame_drawn(picture, false).unwrap();
            seen.extend(Mark::read(&I420 { width, height, data }).map(|mark| mark.number));
        }
    };
    patient("moving pictures", watch).await;
    bob.engine.call_end().await.unwrap();
    assert_eq!(hers.ends().await, CallOutcome::Answered);
}
