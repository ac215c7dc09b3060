//! What people decide about their chats, and what becomes of it over restarts.

use sotto_engine::{
    error::Code,
    view::{AppEvent, Folder, MessageState, MuteFor, PresenceView, SearchFilter, Wallpaper},
};
use sotto_tests::people::{ALICE, BOB, Person, Scene, texts};

/// In milliseconds.
const EIGHT_HOURS_LATER: u64 = (8 * 3_600 + 1) * 1_000;

async fn befriended(scene: &Scene) -> (Person, Person) {
    let (mut alice, mut bob) = (scene.sign_up("Alice", ALICE).await, scene.sign_up("Bob", BOB).await);
    alice.meet(BOB).await;
    alice.say("It is me").await;
    bob.is_met().await;
    bob.say("I see").await;
    alice.hears("I see").await;
    (alice, bob)
}

#[tokio::test]
async fn decisions_about_a_chat_outlive_the_program_and_a_message_ends_some() {
    let scene = Scene::new(61).await;
    let (alice, bob) = befriended(&scene).await;
    let chat = bob.chat();
    bob.engine.chat_pin(chat, true).await.unwrap();
    bob.engine.chat_mark(chat, true).await.unwrap();
    let bob = bob.restart().await;
    let row = bob.row().await;
    assert!(row.pinned.is_some() && row.marked_unread);
    bob.engine.chat_mark(chat, false).await.unwrap();
    assert!(!bob.row().await.marked_unread);

    bob.engine.chat_archive(chat, true).await.unwrap();
    let bob = bob.restart().await;
    let row = bob.row().await;
    assert!(row.archived && row.pinned.is_none());
    alice.say("Are you there?").await;
    let row = bob.lists("a chat that is back", |row| !row.archived).await;
    assert_eq!(row.unread, 1);

    bob.engine.chat_delete(chat).await.unwrap();
    assert!(bob.engine.chats().await.unwrap().is_empty());
    let mut bob = bob.restart().await;
    assert!(bob.engine.chats().await.unwrap().is_empty());
    alice.say("Still there?").await;
    bob.lists("a chat that is back", |row| row.unread == 1).await;
    bob.hears("Still there?").await;
    assert_eq!(texts(&bob.conversation().await, false), ["Still there?"]);
}

#[tokio::test]
async fn a_muted_chat_stays_archived_and_silent_until_its_time_is_over() {
    let scene = Scene::new(62).await;
    let (alice, mut bob) = befriended(&scene).await;
    let chat = bob.chat();
    assert_eq!(bob.notified().await.as_deref(), Some("It is me"));
    bob.engine.chat_mute(chat, Some(MuteFor::EightHours)).await.unwrap();
    bob.engine.chat_archive(chat, true).await.unwrap();
    alice.say("quietly").await;
    bob.hears("quietly").await;
    assert!(bob.row().await.archived);
    // What was read is not told of either: a decision that is still to be made must not fall after the eight hours.
    bob.reads().await;

    bob.clock.advance(EIGHT_HOURS_LATER);
    alice.clock.advance(EIGHT_HOURS_LATER);
    bob.engine.chat_archive(chat, false).await.unwrap();
    alice.say("aloud").await;
    // Notifications come in order: none was shown for what came while the chat was muted.
    assert_eq!(bob.notified().await.as_deref(), Some("aloud"));
}

#[tokio::test]
async fn a_blocked_person_is_not_heard_and_sees_nothing_of_the_other() {
    let scene = Scene::new(63).await;
    let (mut alice, bob) = befriended(&scene).await;
    let mut window = alice.window();
    bob.engine.window_focus(true);
    window
        .event("that Bob is there", |event| matches!(event, AppEvent::Presence { presence: PresenceView::Online, .. }))
        .await;

    bob.engine.chat_block(bob.chat(), true).await.unwrap();
    let mut bob = bob.restart().await;
    bob.online().await;
    assert!(bob.row().await.blocked);
    assert_eq!(bob.engine.message_send(bob.chat(), &"0".repeat(32), "no").await.unwrap_err().code, Code::Blocked);
    let unheard = alice.say("Can you hear me?").await;
    alice.reaches(&unheard, MessageState::Sent).await;
    let dropped = |bob: &Person| bob.engine.diagnostics().dropped.contains_key("the sender is blocked");
    while !dropped(&bob) {
        tokio::task::yield_now().await;
    }

    bob.engine.chat_block(bob.chat(), false).await.unwrap();
    let heard = alice.say("And now?").await;
    alice.reaches(&heard, MessageState::Delivered).await;
    bob.hears("And now?").await;
    assert_eq!(texts(&bob.conversation().await, false), ["It is me", "And now?"]);
    let items = alice.conversation().await;
    assert_eq!(items.iter().find(|item| item.id == unheard).map(|item| item.state), Some(MessageState::Sent));
}

#[tokio::test]
async fn a_changed_name_reaches_the_people_one_writes_with() {
    let scene = Scene::new(64).await;
    let (alice, bob) = befriended(&scene).await;
    alice.lists("his name", |row| row.title == "Bob").await;
    bob.engine.profile_set("Robert", "").await.unwrap();
    alice.lists("his new name", |row| row.title == "Robert").await;
}

#[tokio::test]
async fn notes_to_oneself_are_kept_and_found() {
    let scene = Scene::new(65).await;
    let alice = scene.sign_up("Alice", ALICE).await;
    let notes = alice.engine.notes_open().await.unwrap();
    let id = "7".repeat(32);
    alice.engine.message_send(notes, &id, "Crème brûlée for Friday").await.unwrap();
    let alice = alice.restart().await;
    assert_eq!(alice.engine.notes_open().await.unwrap(), notes);
    let found = alice.engine.search("creme", SearchFilter::default(), None, 10).await.unwrap();
    let [hit] = &found.hits[..] else { panic!("one of them: {found:?}") };
    assert!(hit.chat == notes && hit.mine && hit.excerpt.contains("brûlée") && !found.more);
    assert_eq!(alice.engine.search_chat(notes, "b").await.unwrap().orders, [hit.order]);
    let page = alice.engine.thread_page(notes, None, None, 10).await.unwrap();
    assert!(page.items.iter().any(|item| item.id == id && item.state == MessageState::Sent));
    assert!(alice.engine.chats().await.unwrap()[0].own);
}

#[tokio::test]
async fn a_chat_is_quiet_discreet_papered_and_kept_in_a_folder_over_a_restart() {
    let scene = Scene::new(74).await;
    let (alice, bob) = scene.alice_and_bob().await;
    let chat = bob.chat();
    bob.engine.chat_notify(chat, true, true).await.unwrap();
    bob.engine.chat_wallpaper(chat, Some(Wallpaper::Staves)).await.unwrap();
    let folder = |name: &str, chats: Vec<i64>| Folder { name: name.to_owned(), chats };
    bob.engine.folders_set(vec![folder(" Friends ", vec![chat, chat])]).await.unwrap();
    let twice = bob.engine.folders_set(vec![folder("one", vec![]), folder("One", vec![])]).await;
    assert_eq!(twice.unwrap_err().code, Code::NameInvalid);
    assert_eq!(bob.engine.folders_set(vec![folder(" ", vec![])]).await.unwrap_err().code, Code::NameInvalid);

    let mut bob = bob.restart().await;
    let row = bob.lists("what was decided", |row| row.quiet && row.discreet).await;
    assert_eq!((row.id, row.wallpaper), (chat, Some(Wallpaper::Staves)));
    assert_eq!(bob.engine.folders().await.unwrap(), [folder("Friends", vec![chat])]);
    bob.online().await;
    alice.say("between us").await;
    assert_eq!(bob.notified().await, None, "the notification does not show it");
    bob.engine.chat_notify(chat, true, false).await.unwrap();
    bob.engine.chat_wallpaper(chat, None).await.unwrap();
    alice.say("aloud").await;
    assert_eq!(bob.notified().await.as_deref(), Some("aloud"));
}

#[tokio::test]
async fn a_notification_goes_when_its_message_is_read_or_taken_back() {
    let scene = Scene::new(75).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    alice.say("read me").await;
    // The first message of all was announced too.
    while bob.notified().await.as_deref() != Some("read me") {}
    bob.reads().await;
    assert_eq!(bob.withdrawn().await, bob.chat());

    let id = alice.say("forget me").await;
    assert_eq!(bob.notified().await.as_deref(), Some("forget me"));
    let order = alice.conversation().await.iter().find(|item| item.id == id).unwrap().order;
    alice.engine.message_delete(alice.chat(), &[order], true).await.unwrap();
    assert_eq!(bob.withdrawn().await, bob.chat());
}
