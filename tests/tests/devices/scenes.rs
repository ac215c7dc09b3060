//! Alice has two devices, Bob one, later two.

use sotto_machine::{
    rows::{MessageState, Rows as _},
    step::{Act, Event, Input},
};
use sotto_tests::town::Town;

use super::{talked, town};

const LAPTOP: &str = "alice's laptop";

#[test]
fn what_is_said_on_one_device_shows_on_the_other_with_its_ticks() {
    let mut town = talked();
    assert_eq!(town.texts(LAPTOP, "bob"), ["hello", "who is this?"]);
    let from_laptop = town.say(LAPTOP, "bob", "it is me, on the laptop");
    let from_desktop = town.say("alice", "bob", "and on the desktop");
    for name in ["alice", LAPTOP, "bob"] {
        let with = if name == "bob" { "alice" } else { "bob" };
        let all = ["hello", "who is this?", "it is me, on the laptop", "and on the desktop"];
        assert_eq!(town.texts(name, with), all, "{name}");
    }
    for id in [from_laptop, from_desktop] {
        for name in ["alice", LAPTOP] {
            assert_eq!(town.message(name, &id).state, MessageState::Delivered, "{name}");
            assert!(!town.message(name, &id).unread);
        }
    }
    town.read("bob", "alice");
    for id in [from_laptop, from_desktop] {
        for name in ["alice", LAPTOP] {
            assert_eq!(town.message(name, &id).state, MessageState::Read, "{name}");
        }
    }
    assert_eq!(town.person("alice").rows.sizes()[1], 0, "nothing is left in the outbox");
}

#[test]
fn one_tick_means_that_ones_other_devices_have_it_too() {
    let mut town = talked();
    town.disconnect(LAPTOP);
    town.disconnect("bob");
    let id = town.say("alice", "bob", "while both are away");
    assert_eq!(town.message("alice", &id).state, MessageState::Sent);
    let waiting = town.post_office.oldest(&town.person(LAPTOP).device());
    assert!(waiting.is_some(), "it waits in the laptop's mailbox");
    town.disconnect("alice");
    town.connect(LAPTOP);
    town.settle();
    assert_eq!(town.texts(LAPTOP, "bob").last().unwrap(), "while both are away");
}

#[test]
fn what_was_read_on_one_device_is_read_on_the_other_and_confirmed_once() {
    let mut town = talked();
    let id = town.say("bob", "alice", "are you there?");
    let unread = |town: &Town, name: &str| {
        let bob = town.account("bob");
        town.person(name).rows.message(&bob, &id).unwrap().unwrap().unread
    };
    assert!(unread(&town, "alice") && unread(&town, LAPTOP));
    // Without telling Bob.
    let (chat, order) = (town.chat(LAPTOP, "bob"), town.person(LAPTOP).rows.newest());
    town.input(LAPTOP, Input::MarkRead { chat, order, tell: false });
    town.settle();
    assert!(!unread(&town, "alice") && !unread(&town, LAPTOP));
    assert_eq!(town.message("bob", &id).state, MessageState::Delivered);
}

#[test]
fn what_is_done_to_a_message_on_one_device_is_done_on_the_other() {
    let mut town = talked();
    let mine = town.say("alice", "bob", "see you at ten");
    let bobs = town.say("bob", "alice", "at ten it is");
    let edit = Act::Edit(Box::new(sotto_machine::post::Post::text("see you at eleven")));
    town.act(LAPTOP, "alice", mine, edit);
    town.act("alice", "bob", bobs, Act::React(Some("👍".to_owned())));
    town.act(LAPTOP, "bob", bobs, Act::Star(true));
    town.act("alice", "bob", bobs, Act::Pin(true));
    let (alice, bob) = (town.account("alice"), town.account("bob"));
    for name in ["alice", LAPTOP] {
        let rows = &town.person(name).rows;
        assert_eq!(rows.message(&alice, &mine).unwrap().unwrap().marks.edits, 1, "{name}");
        assert!(town.texts(name, "bob").contains(&"see you at eleven".to_owned()), "{name}");
        assert!(rows.message(&bob, &bobs).unwrap().unwrap().marks.starred, "{name}");
        use sotto_machine::rows::ActionRows as _;
        assert_eq!(rows.reaction(&bob, &bobs, &alice).unwrap().unwrap().emoji.as_deref(), Some("👍"), "{name}");
        assert!(rows.pin(&bob, &bobs).unwrap().unwrap().pinned, "{name}");
    }
    town.act(LAPTOP, "alice", mine, Act::DeleteForAll);
    for (name, with) in [("alice", "bob"), (LAPTOP, "bob"), ("bob", "alice")] {
        assert!(!town.texts(name, with).iter().any(|text| text.starts_with("see you")), "{name}");
    }
}

#[test]
fn a_note_to_oneself_is_on_every_device() {
    let mut town = town();
    town.input("alice", Input::StartNotes);
    let chat = town.chat("alice", "alice");
    let id = town.write_in("alice", chat, "milk, bread");
    town.settle();
    assert_eq!(town.texts(LAPTOP, "alice"), ["milk, bread"]);
    assert_eq!(town.message("alice", &id).state, MessageState::Sent);
    let listed = |name: &str| town.person(name).rows.contact_of(&town.account("alice")).unwrap().unwrap().listed;
    assert!(listed("alice") && listed(LAPTOP));
    let bobs = town.post_office.archive.get(&town.person("bob").device()).map_or(0, Vec::len);
    assert_eq!(bobs, 0, "nobody else hears of it");
}

#[test]
fn each_device_of_a_recipient_gets_everything_and_a_receipt_of_one_does_not_speak_for_the_other() {
    let mut town = talked();
    town.link("bob", "bob's phone");
    town.settle();
    town.say("bob", "alice", "from the first");
    town.disconnect("bob's phone");
    let id = town.say("alice", "bob", "lost on the way to the phone");
    assert_eq!(town.message("alice", &id).state, MessageState::Delivered, "one device is enough for two ticks");
    town.post_office.steal(&town.person("bob's phone").device());
    town.connect("bob's phone");
    town.settle();
    town.say("alice", "bob", "next");
    assert_eq!(town.texts("bob's phone", "alice").iter().filter(|t| t.starts_with("lost")).count(), 1);
    assert_eq!(town.texts("bob's phone", "alice").last().unwrap(), "lost on the way to the phone");
    assert_eq!(town.texts("bob", "alice").last().unwrap(), "next");
}

#[test]
fn what_one_device_missed_of_the_other_comes_again() {
    let mut town = talked();
    town.disconnect(LAPTOP);
    let id = town.say("alice", "bob", "lost on the way to the laptop");
    town.post_office.steal(&town.person(LAPTOP).device());
    town.connect(LAPTOP);
    town.say("alice", "bob", "next");
    let texts = town.texts(LAPTOP, "bob");
    assert_eq!(texts.iter().filter(|text| text.starts_with("lost")).count(), 1, "{texts:?}");
    assert_eq!(town.message(LAPTOP, &id).author, town.account("alice"));
    assert_eq!(town.message("alice", &id).state, MessageState::Delivered, "sending it again did not set it back");
}

#[test]
fn a_new_device_is_picked_up_by_everybody_who_writes() {
    let mut town = talked();
    town.link("alice", "alice's tablet");
    town.say("bob", "alice", "to all three");
    town.say(LAPTOP, "bob", "from the laptop to the tablet as well");
    assert_eq!(town.texts("alice's tablet", "bob"), ["to all three", "from the laptop to the tablet as well"]);
    assert_eq!(town.texts("alice", "bob"), town.texts(LAPTOP, "bob"));
    town.say("alice's tablet", "bob", "and back");
    for (name, with) in [("alice", "bob"), (LAPTOP, "bob"), ("bob", "alice")] {
        assert_eq!(town.texts(name, with).last().unwrap(), "and back", "{name}");
    }
    assert!(!town.events("bob").iter().any(|event| matches!(event, Event::KeysRejected { .. })));
}

#[test]
fn both_devices_write_at_once_and_a_program_dies_in_between() {
    let mut town = talked();
    for round in 0..5 {
        town.write("alice", "bob", &format!("desktop {round}"));
        town.write(LAPTOP, "bob", &format!("laptop {round}"));
        town.write("bob", "alice", &format!("bob {round}"));
        if round == 2 {
            town.restart(LAPTOP);
            town.restart("bob");
        }
    }
    town.settle();
    for (name, with) in [("alice", "bob"), (LAPTOP, "bob"), ("bob", "alice")] {
        let texts = town.texts(name, with);
        for who in ["desktop", "laptop", "bob"] {
            let of: Vec<_> = texts.iter().filter(|text| text.starts_with(who)).cloned().collect();
            let all: Vec<_> = (0..5).map(|round| format!("{who} {round}")).collect();
            assert_eq!(of, all, "{name}");
        }
    }
}
