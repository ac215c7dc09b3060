//! What people do to messages, machine against machine: it arrives, it survives, and both sides end with the same.

use sotto_machine::{
    post::Post,
    rows::{ActionRows as _, Content, MessageRow, Notice, Rows as _},
    step::{Act, Input},
};
use sotto_tests::town::Town;
use sotto_wire::{MessageId, limits};

fn talking() -> (Town, MessageId) {
    let mut town = Town::with_alice_and_bob();
    let id = town.say("alice", "bob", "hello");
    town.say("bob", "alice", "hello yourself");
    (town, id)
}

fn react(emoji: &str) -> Act {
    Act::React(Some(emoji.to_owned()))
}

fn edit(text: &str) -> Act {
    Act::Edit(Box::new(Post::text(text)))
}

/// A message of alice as somebody has it.
fn hers(town: &Town, name: &str, id: &MessageId) -> Option<MessageRow> {
    town.person(name).rows.message(&town.account("alice"), id).unwrap()
}

fn reactions(town: &Town, name: &str, id: &MessageId) -> Vec<String> {
    let found = town.person(name).rows.reactions(&town.account("alice"), id);
    found.into_iter().map(|(_, emoji)| emoji).collect()
}

fn text(row: &MessageRow) -> &str {
    match &row.content {
        Content::Post(post) => &post.text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reaction_shows_on_both_sides_changes_and_goes() {
    let (mut town, id) = talking();
    for (act, expected) in [(react("👍"), vec!["👍"]), (react("❤️"), vec!["❤️"]), (Act::React(None), vec![])]
    {
        town.act("bob", "alice", id, act);
        for name in ["alice", "bob"] {
            assert_eq!(reactions(&town, name, &id), expected, "{name}");
        }
    }
    assert!(!hers(&town, "alice", &id).unwrap().unread);
}

#[test]
fn reactions_made_offline_arrive_and_the_last_one_stands() {
    let (mut town, id) = talking();
    town.disconnect("bob");
    for emoji in ["👍", "😮", "🙏"] {
        let author = town.account("alice");
        town.input("bob", Input::Act { author, id, act: react(emoji) });
    }
    town.restart("bob");
    town.settle();
    assert_eq!(reactions(&town, "alice", &id), ["🙏"]);
}

#[test]
fn a_reaction_that_was_lost_and_comes_after_a_newer_one_changes_nothing() {
    let (mut town, id) = talking();
    town.disconnect("alice");
    town.act("bob", "alice", id, react("👍"));
    town.post_office.steal(&town.person("alice").device());
    town.connect("alice");
    town.act("bob", "alice", id, react("🙏"));
    town.say("bob", "alice", "do you see it?");
    assert_eq!(reactions(&town, "alice", &id), ["🙏"]);
    let chat = town.chat("alice", "bob");
    assert!(town.person("alice").rows.gap_notice(chat).unwrap().is_none(), "the lost one was sent again");
}

#[test]
fn an_edit_changes_the_words_keeps_the_first_ones_and_is_not_unread() {
    let (mut town, id) = talking();
    town.read("bob", "alice");
    town.act("alice", "alice", id, edit("hello, bob"));
    town.act("alice", "alice", id, edit("hello, dear bob"));
    for name in ["alice", "bob"] {
        let row = hers(&town, name, &id).unwrap();
        assert_eq!((text(&row), row.marks.edits, row.unread), ("hello, dear bob", 2, false), "{name}");
        let wordings = town.person(name).rows.edits(&town.account("alice"), &id).unwrap();
        let words: Vec<&str> = wordings.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(words, ["hello", "hello, bob", "hello, dear bob"], "{name}");
    }
}

#[test]
fn a_lost_edit_that_comes_after_a_newer_one_only_enters_the_history() {
    let (mut town, id) = talking();
    town.disconnect("bob");
    town.act("alice", "alice", id, edit("second"));
    town.post_office.steal(&town.person("bob").device());
    town.connect("bob");
    town.act("alice", "alice", id, edit("third"));
    town.say("alice", "bob", "do you see it?");
    let row = hers(&town, "bob", &id).unwrap();
    assert_eq!((text(&row), row.marks.edits), ("third", 2));
    assert_eq!(town.person("bob").rows.edits(&town.account("alice"), &id).unwrap().len(), 3);
}

#[test]
fn an_edit_that_overtakes_its_message_waits_for_it() {
    let (mut town, _) = talking();
    town.disconnect("bob");
    let id = town.write("alice", "bob", "frist");
    town.post_office.steal(&town.person("bob").device());
    town.act("alice", "alice", id, edit("first"));
    town.act("alice", "alice", id, Act::Pin(true));
    town.connect("bob");
    town.settle();
    let row = hers(&town, "bob", &id).unwrap();
    assert_eq!((text(&row), row.marks.edits), ("first", 1));
    assert!(town.person("bob").rows.pin(&town.account("alice"), &id).unwrap().is_some_and(|pin| pin.pinned));
    assert_eq!(town.person("bob").rows.waiting_actions(), 0);
}

#[test]
fn an_edit_that_reaches_the_relay_too_late_is_undone_on_the_side_of_its_author() {
    let (mut town, id) = talking();
    town.now += limits::EDIT_WINDOW - limits::HOUR;
    town.disconnect("alice");
    town.act("alice", "alice", id, edit("too late"));
    assert_eq!(text(&hers(&town, "alice", &id).unwrap()), "too late");
    town.now += 2 * limits::HOUR;
    town.connect("alice");
    town.settle();
    for name in ["alice", "bob"] {
        let row = hers(&town, name, &id).unwrap();
        assert_eq!((text(&row), row.marks.edits), ("hello", 0), "{name}");
    }
}

#[test]
fn a_message_taken_back_leaves_a_trace_and_nothing_else_and_lowers_the_count() {
    let (mut town, _) = talking();
    let id = town.say("alice", "bob", "I did not mean to say that");
    town.act("alice", "alice", id, edit("I did not mean it"));
    town.act("bob", "alice", id, react("😮"));
    assert!(hers(&town, "bob", &id).unwrap().unread);
    town.act("alice", "alice", id, Act::DeleteForAll);
    for name in ["alice", "bob"] {
        let row = hers(&town, name, &id).unwrap();
        assert_eq!((row.content, row.unread), (Content::Deleted, false), "{name}");
        assert!(reactions(&town, name, &id).is_empty(), "{name}");
        assert!(town.person(name).rows.edits(&town.account("alice"), &id).unwrap().is_empty(), "{name}");
    }
}

#[test]
fn what_never_left_is_gone_without_a_trace() {
    let (mut town, _) = talking();
    let bobs = town.account("bob");
    town.disconnect("alice");
    // Nothing can be encrypted while her list of his devices is old.
    let peer = town.person("alice").rows.peer(&bobs).unwrap().unwrap();
    let stale = sotto_machine::rows::PeerRow { stale: true, ..peer };
    town.person_mut("alice").rows.apply(&sotto_machine::changes::Change::PutPeer(Box::new(stale)));
    let id = town.write("alice", "bob", "never mind");
    town.act("alice", "alice", id, Act::DeleteForAll);
    assert!(hers(&town, "alice", &id).is_none());
    town.connect("alice");
    town.settle();
    assert_eq!(town.texts("bob", "alice"), ["hello", "hello yourself"]);
}

#[test]
fn what_was_put_away_here_stays_away_and_the_other_side_keeps_it() {
    let (mut town, id) = talking();
    town.act("bob", "alice", id, Act::DeleteHere);
    assert!(hers(&town, "bob", &id).is_none());
    town.act("alice", "alice", id, edit("hello again"));
    assert!(hers(&town, "bob", &id).is_none());
    assert_eq!(town.person("bob").rows.waiting_actions(), 0, "it waits for nothing");
    assert!(hers(&town, "alice", &id).is_some());
}

#[test]
fn two_people_who_pin_and_unpin_at_once_end_with_the_same() {
    let (mut town, id) = talking();
    town.act("alice", "alice", id, Act::Pin(true));
    town.disconnect("alice");
    town.disconnect("bob");
    let author = town.account("alice");
    town.input("alice", Input::Act { author, id, act: Act::Pin(false) });
    for pinned in [false, true] {
        town.input("bob", Input::Act { author, id, act: Act::Pin(pinned) });
    }
    town.connect("alice");
    town.connect("bob");
    town.settle();
    let pins = ["alice", "bob"].map(|name| town.person(name).rows.pin(&author, &id).unwrap().unwrap());
    assert_eq!(pins[0], pins[1]);
    assert!(pins[0].pinned, "bob has decided more often");
}

#[test]
fn a_timer_shows_on_both_sides_and_messages_go_when_their_time_is_over() {
    let (mut town, kept) = talking();
    let chat = town.chat("alice", "bob");
    town.input("alice", Input::SetTimer { chat, seconds: 60 });
    town.settle();
    for (name, other) in [("alice", "bob"), ("bob", "alice")] {
        let chat = town.chat(name, other);
        assert_eq!(town.person(name).rows.timer(chat).unwrap().unwrap().seconds, 60, "{name}");
        let told = Content::Notice(Notice::Timer { seconds: 60 });
        let notice = town.person(name).rows.conversation(chat).into_iter().find(|m| m.content == told).unwrap();
        assert_eq!(notice.author, town.account("alice"), "{name}");
    }
    let id = town.say("alice", "bob", "burn this");
    town.pass(61_000);
    assert!(hers(&town, "alice", &id).is_none(), "her time began when it was sent");
    assert!(hers(&town, "bob", &id).is_some(), "his begins when he reads it");
    town.read("bob", "alice");
    town.pass(30_000);
    assert!(hers(&town, "bob", &id).is_some());
    town.pass(31_000);
    assert!(hers(&town, "bob", &id).is_none());
    assert!(hers(&town, "bob", &kept).is_some(), "what was there before stays");
}

#[test]
fn what_runs_out_while_the_program_is_not_running_is_gone_with_the_first_tick() {
    let (mut town, _) = talking();
    let chat = town.chat("bob", "alice");
    town.input("bob", Input::SetTimer { chat, seconds: 60 });
    town.settle();
    let id = town.say("alice", "bob", "burn this");
    town.read("bob", "alice");
    town.disconnect("bob");
    town.now += 61_000;
    town.input("bob", Input::Tick);
    assert!(hers(&town, "bob", &id).is_none());
}

#[test]
fn two_timers_set_at_once_end_with_the_same() {
    let (mut town, _) = talking();
    let (hers, his) = (town.chat("alice", "bob"), town.chat("bob", "alice"));
    town.disconnect("alice");
    town.disconnect("bob");
    town.input("alice", Input::SetTimer { chat: hers, seconds: 60 });
    town.input("bob", Input::SetTimer { chat: his, seconds: 3_600 });
    town.connect("alice");
    town.connect("bob");
    town.settle();
    let timers = [("alice", hers), ("bob", his)].map(|(name, chat)| town.person(name).rows.timer(chat).unwrap());
    assert_eq!(timers[0], timers[1]);
}

#[test]
fn a_kept_message_is_nobody_elses_business() {
    let (mut town, id) = talking();
    let mails = town.post_office.archive[&town.person("alice").device()].len();
    town.act("bob", "alice", id, Act::Star(true));
    assert!(hers(&town, "bob", &id).unwrap().marks.starred);
    assert_eq!(town.post_office.archive[&town.person("alice").device()].len(), mails);
}
