//! A group of real engines: founded, written in, changed, left by one who reads nothing after it, over restarts and
//! absences.

use sotto_engine::{
    error::Code,
    view::{ChatRow, GroupRole, MessageState},
};
use sotto_tests::people::{ALICE, BOB, Person, Scene, texts};

const CAROL: &str = "+351912345603";
const NAME: &str = "Sea trip";

/// Waits for a group that has so many members, and turns to it. Whoever was added by a stranger says that they want it.
async fn joins(person: &mut Person, members: u32) -> i64 {
    let there = |row: &ChatRow| row.group.is_some_and(|group| group.members == members && group.member);
    let row = person.lists("the group", |row| row.title == NAME && there(row)).await;
    if row.request {
        person.engine.request_accept(row.id).await.unwrap();
    }
    person.turn_to(row.id);
    row.id
}

/// Waits until somebody knows so many members.
async fn counts(person: &Person, members: u32) -> ChatRow {
    let chat = person.chat();
    person.lists("so many members", |row| row.id == chat && row.group.is_some_and(|g| g.members == members)).await
}

/// The account of a member whose number is known.
pub(crate) async fn account(person: &Person, number: &str) -> String {
    let chat = person.engine.chat_start(number).await.unwrap();
    let members = person.engine.group_view(person.chat()).await.unwrap().members;
    members.into_iter().find(|member| member.person.chat == Some(chat)).expect("a member").person.account
}

/// Alice founds a group with Bob, whom she writes with, and with Carol, who has never written to anybody.
pub(crate) async fn three(scene: &Scene) -> (Person, Person, Person) {
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let mut carol = scene.sign_up("Carol", CAROL).await;
    let with = [alice.chat(), alice.engine.chat_start(CAROL).await.unwrap()];
    let chat = alice.engine.group_create(NAME, &with).await.unwrap();
    alice.turn_to(chat);
    joins(&mut bob, 3).await;
    joins(&mut carol, 3).await;
    (alice, bob, carol)
}

#[tokio::test]
async fn everybody_in_a_group_is_heard_by_all_also_after_being_away() {
    let scene = Scene::new(71).await;
    let (mut alice, mut bob, mut carol) = three(&scene).await;
    let id = alice.say("When do we sail?").await;
    for person in [&mut bob, &mut carol] {
        let heard = person.hears("When do we sail?").await;
        assert_eq!(heard.author.expect("an author").name, "Alice");
        person.reads().await;
    }
    alice.reaches(&id, MessageState::Read).await;
    let receipts = alice.engine.group_receipts(&id).await.unwrap();
    assert_eq!(receipts.iter().map(|r| r.state).collect::<Vec<_>>(), [MessageState::Read, MessageState::Read]);

    // Bob's program does not run and Carol has no connection.
    let away = bob.leave().await;
    carol.network.offline();
    carol.offline().await;
    let unheard = carol.say("At six, I hope").await;
    let id = alice.say("At seven").await;
    alice.reaches(&id, MessageState::Sent).await;
    let mut alice = alice.restart().await;
    carol.network.online();
    carol.hears("At seven").await;
    carol.reaches(&unheard, MessageState::Sent).await;
    let mut bob = away.wake().await;
    bob.hears("At seven").await;
    bob.hears("At six, I hope").await;
    alice.hears("At six, I hope").await;
    alice.reaches(&id, MessageState::Delivered).await;
    for person in [&alice, &bob, &carol] {
        assert!(person.engine.diagnostics().dropped.is_empty(), "{:?}", person.engine.diagnostics());
    }
}

#[tokio::test]
async fn who_was_removed_reads_nothing_more_and_may_say_nothing() {
    let scene = Scene::new(72).await;
    let (mut alice, mut bob, mut carol) = three(&scene).await;
    bob.say("All aboard").await;
    alice.hears("All aboard").await;
    carol.hears("All aboard").await;

    // Carol is away while it happens, and Alice's program ends in the middle of it.
    let away = carol.leave().await;
    let whom = account(&alice, CAROL).await;
    alice.engine.group_remove(alice.chat(), &whom).await.unwrap();
    let mut alice = alice.die().await.wake().await;
    counts(&alice, 2).await;
    counts(&bob, 2).await;
    let id = bob.say("Just the two of us").await;
    alice.hears("Just the two of us").await;
    bob.reaches(&id, MessageState::Delivered).await;

    let carol = away.wake().await;
    let row = carol.lists("her removal", |row| row.group.is_some_and(|group| !group.member)).await;
    assert!(!row.group.unwrap().may_send);
    let mut carol = carol.restart().await;
    carol.online().await;
    assert_eq!(texts(&carol.conversation().await, false), ["All aboard"]);
    let refused = carol.engine.message_send(carol.chat(), &sotto_engine::api::new_message_id(), "Hello?").await;
    assert_eq!(refused.unwrap_err().code, Code::NotAllowed);

    // She comes back, and reads what is said from then on.
    let again = alice.engine.chat_start(CAROL).await.unwrap();
    alice.engine.group_add(alice.chat(), &[again]).await.unwrap();
    joins(&mut carol, 3).await;
    counts(&bob, 3).await;
    bob.say("Welcome back").await;
    carol.hears("Welcome back").await;
    assert_eq!(texts(&carol.conversation().await, false), ["All aboard", "Welcome back"]);
}

#[tokio::test]
async fn an_owner_who_leaves_is_followed_and_the_others_go_on() {
    let scene = Scene::new(73).await;
    let (mut alice, mut bob, carol) = three(&scene).await;
    bob.say("All aboard").await;
    alice.hears("All aboard").await;
    let whom = account(&alice, BOB).await;
    alice.engine.group_role(alice.chat(), &whom, GroupRole::Admin).await.unwrap();
    let admin = |row: &ChatRow| row.last.as_ref().is_some_and(|last| last.notice.is_some());
    bob.lists("his new role", admin).await;
    alice.lists("his new role", admin).await;
    alice.engine.group_leave(alice.chat()).await.unwrap();
    for person in [&bob, &carol] {
        counts(person, 2).await;
    }
    assert_eq!(bob.engine.group_view(bob.chat()).await.unwrap().role, Some(GroupRole::Owner));
    carol.say("And then there were two").await;
    bob.hears("And then there were two").await;
    let own = alice.lists("her leaving", |row| row.group.is_some_and(|group| !group.member)).await;
    assert!(!own.group.unwrap().may_send);
    assert!(!texts(&alice.conversation().await, false).contains(&"And then there were two"));
    // Numbers are known to nobody by being in a group with somebody.
    let rows = carol.engine.chats().await.unwrap();
    assert_eq!(rows.len(), 1, "no chat with {ALICE} or {BOB}");
}
