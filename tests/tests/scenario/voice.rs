//! Voice messages between real engines: recorded from a tone that carries a code, sealed, fetched, heard.

use std::fs;

use sotto_engine::{
    api::new_message_id,
    error::Code,
    view::{
        ChatRow, FileKind, FileState, MessageItem, MessageState, PlaybackView, RecordingState, RecordingView, SendAs,
        VoiceSpeed, VoiceUpdate,
    },
};
use sotto_machine::{attachment::Kind, changes::Change, rows::Content};
use sotto_store::Store;
use sotto_tests::people::{Person, Scene, patient};
use tokio::sync::mpsc::UnboundedReceiver;

const CAROL: &str = "+351912345603";

/// What one window hears of recording and listening.
struct Tape {
    updates: UnboundedReceiver<VoiceUpdate>,
}

impl Tape {
    fn of(person: &Person) -> Self {
        Self { updates: person.engine.voice_subscribe().unwrap() }
    }

    async fn until<T>(&mut self, what: &str, mut looks: impl FnMut(VoiceUpdate) -> Option<T>) -> T {
        let wait = async {
            loop {
                if let Some(found) = looks(self.updates.recv().await.expect("the engine runs")) {
                    return found;
                }
            }
        };
        patient(what, wait).await
    }

    /// So much was recorded, and levels were told.
    async fn records(&mut self, least: u64) {
        let long = |update| matches!(update, VoiceUpdate::Level { duration, .. } if duration >= least).then_some(());
        self.until("a recording", long).await;
    }

    async fn recording(&mut self, what: &str, looks: impl Fn(Option<&RecordingView>) -> bool) -> Option<RecordingView> {
        let there = |update| match update {
            VoiceUpdate::State { recording, .. } if looks(recording.as_ref()) => Some(recording),
            _ => None,
        };
        self.until(what, there).await
    }

    async fn playback(&mut self, what: &str, looks: impl Fn(Option<&PlaybackView>) -> bool) -> Option<PlaybackView> {
        let there = |update| match update {
            VoiceUpdate::State { playback, .. } if looks(playback.as_ref()) => Some(playback),
            _ => None,
        };
        self.until(what, there).await
    }
}

/// Says something of about this length, in milliseconds.
async fn speaks(person: &Person, tape: &mut Tape, length: u64) -> String {
    person.engine.voice_record(person.chat()).await.unwrap();
    tape.records(length).await;
    let id = new_message_id();
    person.engine.voice_send(&id, None).await.unwrap();
    id
}

/// Waits until that many voice messages are on this device.
async fn has(person: &mut Person, count: usize) -> Vec<MessageItem> {
    let here = |item: &MessageItem| {
        !item.mine && item.attachments.iter().any(|file| file.kind == FileKind::Voice && file.state == FileState::Here)
    };
    let items = person.sees("voice messages", |items| items.iter().filter(|item| here(item)).count() == count).await;
    items.into_iter().filter(here).collect()
}

async fn is_told(person: &mut Person, id: &str) {
    person.sees("that it was played", |items| items.iter().any(|item| item.id == id && item.played)).await;
}

#[tokio::test]
async fn one_speaks_the_other_listens_and_the_first_hears_of_it() {
    let scene = Scene::new(81).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let (mut hers, mut his) = (Tape::of(&alice), Tape::of(&bob));

    alice.engine.voice_record(alice.chat()).await.unwrap();
    hers.records(1_200).await;
    alice.engine.voice_pause().await.unwrap();
    let waits = |now: Option<&RecordingView>| now.is_some_and(|now| now.state == RecordingState::Paused);
    let draft = hers.recording("a pause", waits).await.unwrap();
    assert_eq!(draft.waveform.len(), 64);
    alice.engine.voice_play(None, None).await.unwrap();
    hers.playback("the draft", |now| now.is_some_and(|now| now.order.is_none() && now.playing)).await;
    hers.playback("its end", |now| now.is_some_and(|now| !now.playing)).await;
    alice.engine.voice_record(alice.chat()).await.unwrap();
    hers.records(draft.duration + 300).await;
    let id = new_message_id();
    alice.engine.voice_send(&id, None).await.unwrap();
    hers.recording("no recording", |now| now.is_none()).await;

    let message = has(&mut bob, 1).await.remove(0);
    let file = &message.attachments[0];
    assert!(file.duration.unwrap() >= draft.duration + 300, "{file:?}");
    assert!(file.waveform.as_ref().is_some_and(|levels| levels.len() == 64 && levels.iter().any(|level| *level > 5)));
    assert!(!message.played);
    bob.engine.voice_speed(VoiceSpeed::Double).unwrap();
    bob.engine.voice_play(Some(message.order), None).await.unwrap();
    let playing = his.playback("the message", |now| now.is_some_and(|now| now.playing)).await.unwrap();
    assert_eq!(
        (playing.speed, playing.order, playing.title.as_str()),
        (VoiceSpeed::Double, Some(message.order), "Alice")
    );
    is_told(&mut alice, &id).await;
    his.playback("its end, with none to follow", |now| now.is_none()).await;

    // Heard again slowly, so that the tone's code is certain; over a restart it stays played.
    let mut bob = bob.restart().await;
    let message = has(&mut bob, 1).await.remove(0);
    assert!(message.played);
    let mut his = Tape::of(&bob);
    bob.engine.voice_play(Some(message.order), None).await.unwrap();
    his.until("a position", |update| {
        matches!(update, VoiceUpdate::Position { position } if position > 1_000).then_some(())
    })
    .await;
    bob.engine.voice_rest().unwrap();
    let rests = his.playback("a rest", |now| now.is_some_and(|now| !now.playing)).await.unwrap();
    assert_eq!(rests.tone, Some(b'A'));
}

#[tokio::test]
async fn the_next_unplayed_one_follows_whatever_chat_is_open() {
    let scene = Scene::new(82).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let mut hers = Tape::of(&alice);
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(speaks(&alice, &mut hers, 1_100).await);
        hers.recording("no recording", |now| now.is_none()).await;
    }
    let orders: Vec<i64> = has(&mut bob, 2).await.iter().map(|item| item.order).collect();
    let mut his = Tape::of(&bob);
    bob.engine.voice_play(Some(orders[0]), None).await.unwrap();
    bob.engine.chat_focus(None).unwrap();
    his.playback("the second", |now| now.is_some_and(|now| now.order == Some(orders[1]) && now.playing)).await;
    his.playback("the end", |now| now.is_none()).await;
    for id in &ids {
        is_told(&mut alice, id).await;
    }
}

#[tokio::test]
async fn a_recording_survives_the_end_of_the_program_and_a_slip_is_thrown_away() {
    let scene = Scene::new(83).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    let mut hers = Tape::of(&alice);
    alice.engine.voice_record(alice.chat()).await.unwrap();
    hers.records(100).await;
    let slip = alice.engine.voice_send(&new_message_id(), None).await;
    assert_eq!(slip.unwrap_err().code, Code::RecordingTooShort);
    hers.recording("no recording", |now| now.is_none()).await;

    alice.engine.voice_record(alice.chat()).await.unwrap();
    hers.records(1_300).await;
    let alice = alice.leave().await;
    let shelf = scene.profile_dir("Alice");
    for entry in fs::read_dir(shelf).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        let bytes = fs::read(entry.path()).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"OpusHead"), "{:?} is in the clear", entry.path());
    }
    let alice = alice.wake().await;
    let mut hers = Tape::of(&alice);
    let kept = hers.recording("the kept one", |now| now.is_some()).await.unwrap();
    assert_eq!((kept.state, kept.chat), (RecordingState::Kept, alice.chat()));
    assert!(kept.duration >= 1_300);
    alice.engine.voice_send(&new_message_id(), None).await.unwrap();
    assert_eq!(has(&mut bob, 1).await.len(), 1);
    let alice = alice.restart().await;
    Tape::of(&alice).recording("nothing that waits", |now| now.is_none()).await;
}

#[tokio::test]
async fn in_a_group_it_is_played_when_everybody_has_listened() {
    let scene = Scene::new(84).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let mut carol = scene.sign_up("Carol", CAROL).await;
    let with = [alice.chat(), alice.engine.chat_start(CAROL).await.unwrap()];
    let chat = alice.engine.group_create("Sea trip", &with).await.unwrap();
    alice.turn_to(chat);
    for person in [&mut bob, &mut carol] {
        let there = |row: &ChatRow| row.group.is_some_and(|group| group.members == 3 && group.member);
        let row = person.lists("the group", there).await;
        if row.request {
            person.engine.request_accept(row.id).await.unwrap();
        }
        person.turn_to(row.id);
    }
    let id = speaks(&alice, &mut Tape::of(&alice), 1_100).await;
    for person in [&mut bob, &mut carol] {
        let message = has(person, 1).await.remove(0);
        person.engine.voice_play(Some(message.order), None).await.unwrap();
    }
    is_told(&mut alice, &id).await;
    let receipts = alice.engine.group_receipts(&id).await.unwrap();
    assert!(receipts.iter().all(|one| one.played && one.state == MessageState::Read) && receipts.len() == 2);
}

#[tokio::test]
async fn a_file_can_be_spoken_and_what_is_no_recording_is_refused_in_a_sentence() {
    let scene = Scene::new(85).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    speaks(&alice, &mut Tape::of(&alice), 1_100).await;
    let message = has(&mut bob, 1).await.remove(0);
    let folder = scene.profile_dir("saved");
    fs::create_dir_all(&folder).unwrap();
    let saved = bob.engine.attachment_save(message.order, 0, &folder).await.unwrap();
    bob.engine.voice_file_send(bob.chat(), &new_message_id(), &saved).await.unwrap();

    let mut bytes = fs::read(&saved).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0xff);
    for content in [bytes.as_slice(), b"OggS, or so it says", b""] {
        fs::write(&saved, content).unwrap();
        let refused = bob.engine.voice_file_send(bob.chat(), &new_message_id(), &saved).await.unwrap_err();
        assert_eq!(refused.code, Code::RecordingDamaged, "{refused}");
        assert!(refused.detail.starts_with("The recording cannot be played: "), "{refused}");
    }
}

/// Makes a voice message of a file that came, with a length and loudness that no recording has: as a modified program
/// of its sender would have sent it.
fn lies(scene: &Scene, order: i64) {
    let digits = fs::read_to_string(scene.key_file("Bob")).unwrap();
    let mut key = [0; 32];
    hex::decode_to_slice(digits.trim(), &mut key).unwrap();
    let mut store = Store::open(&scene.profile_dir("Bob").join("sotto.db"), &key).unwrap();
    let mut batch = store.batch().unwrap();
    let mut message = batch.queries().message_at(order).unwrap().unwrap().message;
    let Content::Post(post) = &mut message.content else { panic!("a file") };
    let file = &mut post.attachments[0];
    (file.kind, file.duration, file.preview) = (Kind::Voice, Some(u64::MAX), Some(vec![255; 200]));
    batch.apply(&Change::PutMessage(Box::new(message))).unwrap();
    batch.commit().unwrap();
}

#[tokio::test]
async fn a_voice_message_that_lies_harms_nothing_and_is_refused_in_a_sentence() {
    let scene = Scene::new(86).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    alice.gives("speech.ogg", b"OggS: not a recording at all", SendAs::File, "").await;
    let order = bob.is_given("the file", |file| file.state == FileState::Here).await.order;
    let bob = bob.leave().await;
    lies(&scene, order);
    let mut bob = bob.wake().await;
    let message = has(&mut bob, 1).await.remove(0);
    let levels = message.attachments[0].waveform.clone().unwrap();
    assert!(levels.len() == 64 && levels.iter().all(|level| *level <= 31), "{levels:?}");
    let refused = bob.engine.voice_play(Some(order), None).await.unwrap_err();
    assert_eq!(refused.code, Code::RecordingDamaged);
    assert_eq!(refused.detail, "The recording cannot be played: it is damaged.");
    assert!(!has(&mut bob, 1).await[0].played, "nobody has heard anything");
}
