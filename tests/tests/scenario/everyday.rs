//! Polls, people, places, and messages that leave later, between real engines that end in the middle.

use sotto_engine::{
    api::new_message_id,
    error::Code,
    view::{MessageBody, MessageItem, MessageState, NoticeKind, ScheduledState},
};
use sotto_tests::people::{ALICE, Person, Scene};

const HOUR: i64 = 3_600_000;

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

fn says(item: &MessageItem, words: &str) -> bool {
    matches!(&item.body, MessageBody::Text { text } if text == words)
}

fn tally(item: &MessageItem) -> Vec<(u32, bool)> {
    item.poll.as_ref().expect("a poll").answers.iter().map(|answer| (answer.votes, answer.mine)).collect()
}

async fn polls(person: &mut Person, what: &str, wanted: &[(u32, bool)]) -> MessageItem {
    let looks = |items: &[MessageItem]| items.iter().any(|item| item.poll.is_some() && tally(item) == wanted);
    let items = person.sees(what, looks).await;
    items.into_iter().find(|item| item.poll.is_some()).expect("the poll")
}

#[tokio::test]
async fn a_poll_is_answered_by_people_who_are_there_at_different_times() {
    let scene = Scene::new(71).await;
    let (mut alice, bob) = scene.alice_and_bob().await;
    let bob = bob.leave().await;
    let answers = ["F", " ", "G"].map(str::to_owned);
    let (chat, id) = (alice.chat(), new_message_id());
    let one = alice.engine.poll_send(chat, &id, "Row?", &answers[..2], false).await;
    assert_eq!(one.unwrap_err().code, Code::NotPossible, "one answer is no choice");
    alice.engine.poll_send(chat, &id, "Row?", &answers, false).await.unwrap();
    let mine = polls(&mut alice, "her poll", &[(0, false), (0, false)]).await;
    alice.engine.poll_vote(alice.chat(), mine.order, &[0]).await.unwrap();
    // What was said after the vote leaves after it.
    let said = alice.say("I have voted").await;
    alice.reaches(&said, MessageState::Sent).await;
    let alice = alice.leave().await;

    let mut bob = bob.wake().await;
    let poll = polls(&mut bob, "the poll and her vote", &[(1, false), (0, false)]).await;
    assert!(says(&poll, "Row?"));
    bob.engine.poll_vote(bob.chat(), poll.order, &[1]).await.unwrap();
    let mut bob = bob.die().await.wake().await;
    polls(&mut bob, "his vote after the restart", &[(1, false), (1, true)]).await;
    bob.online().await;

    let mut alice = alice.wake().await;
    let poll = polls(&mut alice, "his vote", &[(1, true), (1, false)]).await;
    let votes = alice.engine.poll_votes(alice.chat(), poll.order).await.unwrap();
    assert_eq!(votes[1].people.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Bob"]);
    assert!(votes[0].people[0].me);
    assert_eq!(alice.engine.message_edit(alice.chat(), poll.order, "?").await.unwrap_err().code, Code::NotPossible);
    alice.engine.poll_close(alice.chat(), poll.order).await.unwrap();
    bob.sees("the end", |items| items.iter().any(|item| item.poll.as_ref().is_some_and(|poll| poll.closed))).await;
    let order = poll_order(&mut bob).await;
    let refused = bob.engine.poll_vote(bob.chat(), order, &[0]).await;
    assert_eq!(refused.unwrap_err().code, Code::NotPossible);
}

async fn poll_order(person: &mut Person) -> i64 {
    person.conversation().await.iter().find(|item| item.poll.is_some()).expect("the poll").order
}

#[tokio::test]
async fn a_card_opens_a_chat_with_that_person_and_a_place_is_a_point() {
    let scene = Scene::new(72).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    let mut carol = scene.sign_up("Carol", "+351912345603").await;
    carol.meet(ALICE).await;
    carol.say("It is Carol").await;
    let row = alice.lists("Carol's request", |row| row.request).await;
    alice.engine.request_accept(row.id).await.unwrap();
    let carols = alice.lists("Carol by her number", |row| row.title == "Carol").await;

    alice.engine.card_send(alice.chat(), &new_message_id(), Some(carols.id)).await.unwrap();
    let items = bob.sees("the card", |items| items.iter().any(|item| item.card.is_some())).await;
    let item = items.iter().find(|item| item.card.is_some()).unwrap();
    let card = item.card.as_ref().unwrap();
    assert_eq!((card.name.as_str(), card.number.as_str(), card.me), ("Carol", "+351912345603", false));
    let chat = bob.engine.card_open(bob.chat(), item.order).await.unwrap();
    assert_ne!(chat, bob.chat());
    assert_eq!(bob.engine.contact_view(chat).await.unwrap().number.as_deref(), Some("+351912345603"));
    assert_eq!(bob.engine.card_open(bob.chat(), item.order).await.unwrap(), chat, "the same chat again");

    let refused = alice.engine.place_send(alice.chat(), &new_message_id(), "somewhere", "").await;
    assert_eq!(refused.unwrap_err().code, Code::NotPossible);
    alice.engine.place_send(alice.chat(), &new_message_id(), "38.70712, -9.13549", "by the door").await.unwrap();
    let items = bob.sees("the place", |items| items.iter().any(|item| item.place.is_some())).await;
    let item = items.iter().find(|item| item.place.is_some()).unwrap();
    let place = item.place.as_ref().unwrap();
    assert!(says(item, "by the door"));
    assert_eq!((place.latitude, place.longitude), (38_707_120, -9_135_490));
    assert!(place.url.starts_with("https://www.openstreetmap.org/"));
    bob.engine.message_forward(bob.chat(), &[item.order], &[chat]).await.unwrap();
    let page = bob.engine.thread_page(chat, None, None, 10).await.unwrap();
    assert!(page.items.iter().any(|item| item.forwarded && item.place.is_some()));
}

#[tokio::test]
async fn a_scheduled_message_leaves_by_itself_survives_a_death_and_says_when_it_is_late() {
    let scene = Scene::new(73).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    let chat = alice.chat();
    let past = alice.engine.message_schedule(chat, &new_message_id(), "too late", now() - 1, None, &[]).await;
    assert_eq!(past.unwrap_err().code, Code::NotPossible);
    let (soon, given_up, never) = (new_message_id(), new_message_id(), new_message_id());
    alice.engine.message_schedule(chat, &soon, "good morning", now() + HOUR, None, &[]).await.unwrap();
    alice.engine.message_schedule(chat, &given_up, "never mind", now() + HOUR, None, &[]).await.unwrap();
    alice.engine.message_schedule(chat, &never, "by the way", now() + 30 * HOUR, None, &[]).await.unwrap();
    assert_eq!(alice.lists("three that wait", |row| row.scheduled == 3).await.id, chat);
    alice.engine.scheduled_cancel(&given_up).await.unwrap();

    let asleep = alice.die().await;
    asleep.sleep_for(4 * 3_600_000);
    let mut alice = asleep.wake().await;
    bob.hears("good morning").await;
    alice.notices(NoticeKind::SentLate { minutes: 180 }).await;
    let waiting = alice.engine.scheduled(chat).await.unwrap();
    assert_eq!(
        waiting.iter().map(|one| (one.id.as_str(), one.state)).collect::<Vec<_>>(),
        [(never.as_str(), ScheduledState::Waiting)]
    );

    // Two days later it is asked for a decision.
    let asleep = alice.leave().await;
    asleep.sleep_for(50 * 3_600_000);
    let mut alice = asleep.wake().await;
    alice.online().await;
    let waiting = alice.engine.scheduled(chat).await.unwrap();
    assert_eq!(waiting[0].state, ScheduledState::Missed);
    alice.engine.scheduled_send(&never).await.unwrap();
    bob.hears("by the way").await;
    assert!(alice.engine.scheduled(chat).await.unwrap().is_empty());
    let said = bob.conversation().await;
    assert!(!said.iter().any(|item| says(item, "never mind") || says(item, "too late")));
}
