//! Polls, and messages that leave later, machine against machine: everybody ends with the same, whatever is late.

use std::collections::BTreeMap;

use sotto_machine::{
    poll::Poll,
    post::Post,
    rows::{Content, MessageState, Notice},
    schedule::{ScheduleInput, ScheduleRows as _},
    step::{Act, Input},
};
use sotto_tests::town::Town;
use sotto_wire::{AccountId, MessageId, limits};

const POLL: MessageId = MessageId([7; 16]);
const LATER: MessageId = MessageId([8; 16]);

fn question(several: bool) -> Post {
    let answers = ["Tuesday", "Wednesday", "Friday"].map(str::to_owned);
    Post { poll: Some(Poll::new(&answers, several)), ..Post::text("Which evening?") }
}

/// Alice has asked bob.
fn asked(several: bool) -> Town {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "hello");
    town.say("bob", "alice", "hello yourself");
    let chat = town.chat("alice", "bob");
    town.input("alice", Input::SendPost { chat, id: POLL, post: Box::new(question(several)) });
    town.settle();
    town
}

fn votes(town: &Town, name: &str) -> BTreeMap<AccountId, Vec<u8>> {
    town.person(name).rows.votes(&town.account("alice"), &POLL)
}

/// What both see, which is the same.
fn agreed(town: &Town) -> BTreeMap<AccountId, Vec<u8>> {
    let seen = votes(town, "alice");
    assert_eq!(seen, votes(town, "bob"));
    seen
}

fn vote(town: &mut Town, name: &str, choice: &[u8]) {
    town.act(name, "alice", POLL, Act::Vote(choice.to_vec()));
}

#[test]
fn a_vote_shows_on_both_sides_changes_and_is_taken_back() {
    let mut town = asked(false);
    let (alice, bob) = (town.account("alice"), town.account("bob"));
    vote(&mut town, "bob", &[1]);
    vote(&mut town, "alice", &[2]);
    assert_eq!(agreed(&town), BTreeMap::from([(alice, vec![2]), (bob, vec![1])]));
    vote(&mut town, "bob", &[0]);
    assert_eq!(agreed(&town)[&bob], [0]);
    vote(&mut town, "bob", &[]);
    assert_eq!(agreed(&town), BTreeMap::from([(alice, vec![2])]));
}

#[test]
fn several_answers_are_chosen_only_where_that_is_asked() {
    let mut town = asked(true);
    vote(&mut town, "bob", &[2, 0, 2]);
    assert_eq!(agreed(&town)[&town.account("bob")], [0, 2], "in order, each once");
    let mut town = asked(false);
    let author = town.account("alice");
    let both = Input::Act { author, id: POLL, act: Act::Vote(vec![0, 1]) };
    assert!(town.refuses("bob", both));
    assert!(town.refuses("bob", Input::Act { author, id: POLL, act: Act::Vote(vec![3]) }));
    assert!(agreed(&town).is_empty());
}

#[test]
fn votes_made_while_nobody_is_there_arrive_and_the_last_one_stands() {
    let mut town = asked(false);
    town.disconnect("bob");
    let author = town.account("alice");
    for choice in [0, 1, 2] {
        town.input("bob", Input::Act { author, id: POLL, act: Act::Vote(vec![choice]) });
    }
    town.restart("bob");
    town.settle();
    assert_eq!(agreed(&town)[&town.account("bob")], [2]);
}

#[test]
fn a_closed_poll_takes_no_vote_and_one_cast_after_the_end_does_not_count() {
    let mut town = asked(false);
    vote(&mut town, "bob", &[0]);
    // Bob has not heard yet that it is over, and changes his mind.
    town.disconnect("bob");
    town.act("alice", "alice", POLL, Act::ClosePoll);
    town.pass(60 * limits::SECOND);
    let author = town.account("alice");
    town.input("bob", Input::Act { author, id: POLL, act: Act::Vote(vec![1]) });
    town.connect("bob");
    town.settle();
    assert_eq!(agreed(&town)[&town.account("bob")], [0], "what he had chosen before the end counts, on both sides");
    assert!(town.person("bob").rows.poll_ended(&author, &POLL));
    assert!(town.refuses("bob", Input::Act { author, id: POLL, act: Act::Vote(vec![2]) }));
    assert!(town.refuses("bob", Input::Act { author, id: POLL, act: Act::ClosePoll }), "it is not his");
}

#[test]
fn a_vote_that_overtakes_its_poll_waits_for_it() {
    let mut town = Town::new(3);
    for (n, name) in ["alice", "bob", "carol"].into_iter().enumerate() {
        town.sign_up(name, &format!("+35191234571{n}"));
    }
    let group = town.found_and_settle("alice", "Quartet", &["bob", "carol"]);
    let chat = town.group_chat("alice", &group);
    // Carol gets the poll last of all.
    town.disconnect("carol");
    town.input("alice", Input::SendPost { chat, id: POLL, post: Box::new(question(false)) });
    let device = town.person("carol").device();
    let poll = town.post_office.steal(&device);
    town.settle();
    vote(&mut town, "bob", &[1]);
    town.connect("carol");
    assert!(votes(&town, "carol").is_empty());
    for mail in poll {
        town.hand_over("carol", &mail);
    }
    town.settle();
    for name in ["alice", "bob", "carol"] {
        assert_eq!(votes(&town, name), BTreeMap::from([(town.account("bob"), vec![1])]), "{name}");
    }
}

#[test]
fn a_poll_is_not_edited_and_what_was_voted_goes_with_it() {
    let mut town = asked(false);
    vote(&mut town, "bob", &[1]);
    let author = town.account("alice");
    let edit = Act::Edit(Box::new(Post::text("Shall I pay for all?")));
    assert!(town.refuses("alice", Input::Act { author, id: POLL, act: edit }));
    town.act("alice", "alice", POLL, Act::DeleteForAll);
    assert!(agreed(&town).is_empty());
}

fn schedule(town: &mut Town, after: u64) {
    let (chat, at) = (town.chat("alice", "bob"), town.now + after);
    let post = Box::new(Post::text("good morning"));
    town.input("alice", Input::Schedule(ScheduleInput::Put { chat, id: LATER, at, post }));
    town.settle();
}

fn waits(town: &Town) -> bool {
    town.person("alice").rows.scheduled(&LATER).unwrap().is_some()
}

#[test]
fn a_message_leaves_when_its_time_has_come_also_after_a_restart() {
    let mut town = asked(false);
    schedule(&mut town, limits::HOUR);
    town.restart("alice");
    town.pass(limits::HOUR - 10 * limits::SECOND);
    assert!(waits(&town) && !town.texts("bob", "alice").contains(&"good morning".to_owned()));
    town.pass(10 * limits::SECOND);
    assert_eq!(town.texts("bob", "alice").last().unwrap(), "good morning");
    assert_eq!(town.message("alice", &LATER).state, MessageState::Delivered);
    assert!(!waits(&town));
    assert_eq!(late_notices(&town), 0);
}

fn late_notices(town: &Town) -> usize {
    let chat = town.chat("alice", "bob");
    let entries = town.person("alice").rows.conversation(chat);
    entries.iter().filter(|row| matches!(row.content, Content::Notice(Notice::SentLate { .. }))).count()
}

#[test]
fn a_late_message_says_so_here_and_a_very_late_one_waits_for_a_decision() {
    let mut town = asked(false);
    schedule(&mut town, limits::HOUR);
    town.disconnect("alice");
    town.now += 3 * limits::HOUR;
    town.restart("alice");
    town.settle();
    assert_eq!(town.texts("bob", "alice").last().unwrap(), "good morning");
    assert!(town.message("alice", &LATER).at >= town.now - limits::HOUR, "its time is when it left");
    assert_eq!(late_notices(&town), 1);

    let mut town = asked(false);
    schedule(&mut town, limits::HOUR);
    town.disconnect("alice");
    town.now += 2 * limits::DAY;
    town.restart("alice");
    town.settle();
    assert!(waits(&town) && !town.texts("bob", "alice").contains(&"good morning".to_owned()));
    town.input("alice", Input::Schedule(ScheduleInput::SendNow { id: LATER }));
    town.settle();
    assert_eq!(town.texts("bob", "alice").last().unwrap(), "good morning");
    assert!(!waits(&town));
}

#[test]
fn a_message_is_put_off_given_up_and_never_put_into_the_past() {
    let mut town = asked(false);
    schedule(&mut town, limits::HOUR);
    let at = town.now + 2 * limits::HOUR;
    town.input("alice", Input::Schedule(ScheduleInput::Move { id: LATER, at }));
    town.pass(limits::HOUR + limits::SECOND);
    assert!(waits(&town));
    let at = town.now;
    assert!(town.refuses("alice", Input::Schedule(ScheduleInput::Move { id: LATER, at })));
    town.input("alice", Input::Schedule(ScheduleInput::Cancel { id: LATER }));
    town.pass(2 * limits::HOUR);
    assert!(!waits(&town) && !town.texts("bob", "alice").contains(&"good morning".to_owned()));
}

#[test]
fn a_message_does_not_go_to_somebody_blocked_nor_to_who_took_over_the_number() {
    let mut town = asked(false);
    schedule(&mut town, limits::HOUR);
    let chat = town.chat("alice", "bob");
    town.input("alice", Input::Block { chat, blocked: true });
    town.pass(limits::HOUR + limits::SECOND);
    assert!(town.person("alice").rows.scheduled(&LATER).unwrap().unwrap().failed);

    let mut town = asked(false);
    schedule(&mut town, limits::HOUR);
    let number = town.person("bob").number();
    town.sign_up("robert", number.as_str());
    let account = Some(town.account("robert"));
    town.input("alice", Input::LookedUp { number, account });
    town.pass(limits::HOUR + limits::SECOND);
    assert!(town.person("alice").rows.scheduled(&LATER).unwrap().unwrap().failed);
    let robert = town.person("robert");
    assert!(robert.chat_with(&town.account("alice")).is_none_or(|chat| robert.texts(chat).is_empty()));
}
