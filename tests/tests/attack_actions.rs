//! The malicious contact, who acts on messages that are not theirs to change, too late, too often or out of order.

use sotto_machine::{
    post::Post,
    rows::{ActionRows as _, Content, Rows as _},
    step::{Act, Event, Input, Rejection, StepError},
};
use sotto_tests::{
    forger::{self, Counters, ForgedBody},
    town::Town,
};
use sotto_wire::{MessageId, limits};
use vodozemac::olm::SessionConfig;

struct Scene {
    town: Town,
    /// Bob's, to mallory.
    his: MessageId,
    /// Mallory's, to bob.
    theirs: MessageId,
    counters: Counters,
}

impl Scene {
    fn new() -> Self {
        let mut town = Town::with_alice_and_bob();
        town.sign_up("mallory", "+351912345666");
        let theirs = town.say("mallory", "bob", "I owe you ten");
        let his = town.say("bob", "mallory", "thank you");
        town.read("bob", "mallory");
        Self { town, his, theirs, counters: Counters::default() }
    }

    fn forge(&mut self, body: &ForgedBody) {
        self.forge_at(body, self.town.now);
    }

    /// Sent now, and claimed to be sent at another time.
    fn forge_at(&mut self, body: &ForgedBody, sent_at: u64) {
        forger::say(&mut self.town, ("mallory", "bob"), body, self.counters.take(), sent_at);
    }

    fn edit(&mut self, count: u32, text: &str) {
        let message = self.theirs;
        self.forge(&ForgedBody::Edit { message, count, post: Post::text(text) });
    }

    fn bob_has(&self, author: &str, id: &MessageId) -> Content {
        let author = self.town.account(author);
        self.town.person("bob").rows.message(&author, id).unwrap().expect("the message").content
    }

    fn bob_reads(&self) -> String {
        match self.bob_has("mallory", &self.theirs) {
            Content::Post(post) => post.text,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn assert_dropped(&self, why: Rejection) {
        let dropped = Event::Dropped(why);
        assert!(self.town.events("bob").contains(&dropped), "{:?}", self.town.events("bob"));
    }
}

#[test]
fn the_forged_bodies_are_good_enough_honest_ones_pass() {
    let mut scene = Scene::new();
    scene.edit(1, "I owe you twenty");
    assert_eq!(scene.bob_reads(), "I owe you twenty");
    let (author, message) = (scene.town.account("mallory"), scene.theirs);
    scene.forge(&ForgedBody::React { author, message, emoji: Some("👍".into()), count: 1 });
    scene.forge(&ForgedBody::Pin { author, message, pinned: true, count: 1 });
    scene.forge(&ForgedBody::Timer { seconds: 60, count: 1 });
    let rows = &scene.town.person("bob").rows;
    assert_eq!(rows.reactions(&author, &message).len(), 1);
    assert!(rows.pin(&author, &message).unwrap().unwrap().pinned);
    assert_eq!(rows.timer(scene.town.chat("bob", "mallory")).unwrap().unwrap().seconds, 60);
    scene.forge(&ForgedBody::Delete { author, message });
    assert_eq!(scene.bob_has("mallory", &message), Content::Deleted);
}

#[test]
fn editing_somebody_elses_message_fails() {
    let mut scene = Scene::new();
    let message = scene.his;
    scene.forge(&ForgedBody::Edit { message, count: 1, post: Post::text("I owe you a hundred") });
    assert_eq!(scene.bob_has("bob", &message), Content::Post(Post::text("thank you")));
}

#[test]
fn deleting_somebody_elses_message_fails() {
    let mut scene = Scene::new();
    let (author, message) = (scene.town.account("bob"), scene.his);
    scene.forge(&ForgedBody::Delete { author, message });
    assert_eq!(scene.bob_has("bob", &message), Content::Post(Post::text("thank you")));
    scene.assert_dropped(Rejection::Authority);
}

#[test]
fn deleting_in_advance_what_somebody_else_will_say_fails() {
    let mut scene = Scene::new();
    let author = scene.town.account("bob");
    scene.forge(&ForgedBody::Delete { author, message: MessageId([9; 16]) });
    scene.assert_dropped(Rejection::Authority);
    assert_eq!(scene.town.person("bob").rows.waiting_actions(), 0);
}

#[test]
fn acting_on_a_message_of_another_conversation_fails() {
    let mut scene = Scene::new();
    scene.town.say("alice", "bob", "hi");
    let message = scene.town.say("bob", "alice", "for alice only");
    let author = scene.town.account("bob");
    scene.forge(&ForgedBody::React { author, message, emoji: Some("👍".into()), count: 1 });
    scene.forge(&ForgedBody::Pin { author, message, pinned: true, count: 1 });
    let rows = &scene.town.person("bob").rows;
    assert!(rows.reactions(&author, &message).is_empty());
    assert!(rows.pin(&author, &message).unwrap().is_none());
    scene.assert_dropped(Rejection::Conversation);
}

#[test]
fn an_edit_after_a_day_fails_whatever_time_it_claims() {
    let mut scene = Scene::new();
    let sent = scene.town.now;
    scene.town.now += limits::EDIT_WINDOW + limits::HOUR;
    let message = scene.theirs;
    scene.forge_at(&ForgedBody::Edit { message, count: 1, post: Post::text("I owe you one") }, sent);
    assert_eq!(scene.bob_reads(), "I owe you ten");
    scene.assert_dropped(Rejection::Late);
}

#[test]
fn a_message_dated_ahead_gets_no_longer_time_to_be_edited() {
    let mut scene = Scene::new();
    let (from, to) = (scene.town.person("mallory"), scene.town.person("bob"));
    let ahead = scene.town.now + 30 * limits::DAY;
    let mut inner = forger::inner(from, to, 90, "I owe you ten", ahead);
    inner.message_id = MessageId([90; 16]);
    let payload =
        forger::pre_key_message(from, to, &scene.town.post_office, SessionConfig::version_2(), &forger::pack(&inner));
    scene.town.post_forged("mallory", "bob", payload, true);
    scene.theirs = MessageId([90; 16]);
    scene.town.now += limits::EDIT_WINDOW + limits::HOUR;
    scene.edit(1, "I owe you one");
    assert_eq!(scene.bob_reads(), "I owe you ten");
}

#[test]
fn taking_back_after_two_days_fails() {
    let mut scene = Scene::new();
    scene.town.now += limits::DELETE_WINDOW + limits::HOUR;
    let (author, message) = (scene.town.account("mallory"), scene.theirs);
    scene.forge(&ForgedBody::Delete { author, message });
    assert_eq!(scene.bob_reads(), "I owe you ten");
    scene.assert_dropped(Rejection::Late);
}

#[test]
fn what_was_taken_back_stays_taken_back() {
    let mut scene = Scene::new();
    let (author, message) = (scene.town.account("mallory"), scene.theirs);
    scene.forge(&ForgedBody::Delete { author, message });
    scene.edit(1, "still here");
    scene.forge(&ForgedBody::React { author, message, emoji: Some("👍".into()), count: 1 });
    scene.forge(&ForgedBody::Pin { author, message, pinned: true, count: 1 });
    assert_eq!(scene.bob_has("mallory", &message), Content::Deleted);
    let rows = &scene.town.person("bob").rows;
    assert!(rows.reactions(&author, &message).is_empty());
    assert!(rows.pin(&author, &message).unwrap().is_none());
}

#[test]
fn edits_in_any_order_and_doubled_end_with_the_same() {
    let orders = [[1, 2, 3], [3, 2, 1], [2, 3, 1], [3, 1, 2]];
    for order in orders {
        let mut scene = Scene::new();
        for count in order.into_iter().chain(order) {
            scene.edit(count, &format!("wording {count}"));
        }
        assert_eq!(scene.bob_reads(), "wording 3", "{order:?}");
        let author = scene.town.account("mallory");
        let wordings = scene.town.person("bob").rows.edits(&author, &scene.theirs).unwrap();
        assert_eq!(wordings.iter().map(|w| w.count).collect::<Vec<_>>(), [0, 1, 2, 3], "{order:?}");
    }
}

#[test]
fn two_edits_under_one_number_end_with_the_same_whichever_comes_first() {
    for texts in [["a", "b"], ["b", "a"]] {
        let mut scene = Scene::new();
        for text in texts {
            scene.edit(1, text);
        }
        assert_eq!(scene.bob_reads(), "b", "{texts:?}");
    }
}

#[test]
fn a_counter_at_its_end_decides_nothing_for_ever() {
    let mut scene = Scene::new();
    let (author, message) = (scene.town.account("mallory"), scene.theirs);
    scene.edit(u32::MAX, "the last word");
    scene.forge(&ForgedBody::React { author, message, emoji: Some("👍".into()), count: u32::MAX });
    scene.forge(&ForgedBody::Pin { author, message, pinned: true, count: u32::MAX });
    scene.forge(&ForgedBody::Timer { seconds: 5, count: u32::MAX });
    assert_eq!(scene.bob_reads(), "I owe you ten");
    let rows = &scene.town.person("bob").rows;
    assert!(rows.reactions(&author, &message).is_empty());
    assert!(rows.pin(&author, &message).unwrap().is_none());
    assert!(rows.timer(scene.town.chat("bob", "mallory")).unwrap().is_none());
}

#[test]
fn a_reaction_that_is_no_emoji_is_refused() {
    let mut scene = Scene::new();
    let (author, message) = (scene.town.account("bob"), scene.his);
    for text in ["pay me", "\u{202e}", "👍👍👍", "", &"👍\u{200d}".repeat(5_000)] {
        scene.forge(&ForgedBody::React { author, message, emoji: Some(text.into()), count: 1 });
    }
    assert!(scene.town.person("bob").rows.reactions(&author, &message).is_empty());
    scene.assert_dropped(Rejection::Malformed);
}

#[test]
fn actions_for_messages_that_never_come_do_not_pile_up() {
    let mut scene = Scene::new();
    let author = scene.town.account("mallory");
    let device = scene.town.person("bob").device();
    for n in 0..3_u8 {
        scene.forge(&ForgedBody::React { author, message: MessageId([n; 16]), emoji: Some("👍".into()), count: 1 });
    }
    assert_eq!(scene.town.person("bob").rows.waiting_actions(), 3);
    scene.town.now += limits::ACTION_WAIT + limits::DAY;
    scene.town.disconnect("bob");
    scene.town.connect("bob");
    assert_eq!(scene.town.person("bob").rows.waiting_actions(), 0);
    assert!(scene.town.post_office.oldest(&device).is_none());
}

#[test]
fn nothing_said_before_a_number_changed_hands_goes_to_its_new_owner() {
    let mut town = Town::with_alice_and_bob();
    town.say("bob", "alice", "hello");
    let id = town.say("alice", "bob", "only for you");
    town.disconnect("bob");
    let number = town.person("bob").number();
    town.sign_up("eve", number.as_str());
    let account = town.account("eve");
    town.input("alice", Input::LookedUp { number, account: Some(account) });
    town.settle();
    let author = town.account("alice");
    let now = town.now;
    for act in [Act::Edit(Box::new(Post::text("only for you, my friend"))), Act::Pin(true), Act::DeleteForAll] {
        let input = Input::Act { author, id, act };
        let refused = town.person_mut("alice").try_step(input, now, &mut rand::rng());
        assert!(matches!(refused, Err(StepError::NotPossible)), "{refused:?}");
    }
}
