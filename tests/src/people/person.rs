//! Somebody with an engine, and one conversation on the screen.

use std::{collections::BTreeMap, ffi::OsString, fs, future::Future, time::Duration};

use sotto_engine::{
    Engine, EngineConfig, EngineEvent, Events, Handle, SecretSource,
    api::new_message_id,
    clock::ShiftedClock,
    view::{
        AppEvent, AppState, AttachmentView, ChatRow, Connection, MessageBody, MessageItem, MessageState, NoticeKind,
        SendAs, SendFile, Stage,
    },
};
use sotto_machine::{
    changes::Change,
    rows::{Rows as _, SessionRow},
};
use sotto_store::Store;
use tokio::{
    sync::mpsc::UnboundedReceiver,
    task::AbortHandle,
    time::{interval, timeout},
};

use super::PATIENCE;
use crate::rough_network::RoughNetwork;

/// Longest page the engine gives; no conversation here is longer.
const WHOLE: u32 = 500;

/// Somebody whose program runs.
pub struct Person {
    /// Their engine.
    pub engine: Handle,
    /// What lies between them and the relay.
    pub network: RoughNetwork,
    /// What time they think it is.
    pub clock: ShiftedClock,
    config: EngineConfig,
    events: Events,
    impatience: Impatience,
    chat: Option<i64>,
    /// Every state that was seen of a message of theirs, last one only: states go forward, over restarts too.
    ticks: BTreeMap<String, MessageState>,
}

impl Person {
    /// Starts a program.
    pub async fn start(config: EngineConfig, clock: ShiftedClock, network: RoughNetwork) -> Self {
        let (engine, events) = Engine::start(config.clone()).await.expect("the engine starts");
        let impatience = Impatience::with(engine.clone());
        Self { engine, network, clock, config, events, impatience, chat: None, ticks: BTreeMap::new() }
    }

    /// Ends the program; [`Asleep::wake`] starts it again.
    pub async fn leave(self) -> Asleep {
        self.engine.stop().await;
        let Self { network, clock, config, chat, ticks, .. } = self;
        Asleep { network, clock, config, chat, ticks }
    }

    /// Ends the program and starts it again.
    pub async fn restart(self) -> Self {
        self.leave().await.wake().await
    }

    /// The program dies in the middle of whatever it does: the network is gone at once and nobody asks it to stop.
    /// Returns when the profile's lock is free, as it is the moment a process has died.
    pub async fn die(self) -> Asleep {
        self.network.offline();
        let Self { engine, network, clock, config, mut events, impatience, chat, ticks } = self;
        drop((engine, impatience));
        patient("the end of a program", async { while events.next().await.is_some() {} }).await;
        network.online();
        Asleep { network, clock, config, chat, ticks }
    }

    /// Waits until the state looks so.
    pub async fn state(&self, what: &str, looks: impl Fn(&AppState) -> bool) {
        let mut changes = self.engine.app_subscribe();
        let wait = async {
            while !looks(&self.engine.app_state()) {
                changes.recv().await.expect("the engine runs");
            }
        };
        if timeout(PATIENCE, wait).await.is_err() {
            panic!("waited in vain for {what}: {:#?}", self.engine.app_state());
        }
    }

    /// Waits until the mailbox is drained.
    pub async fn online(&mut self) {
        let online = Connection::Online { catching_up: false };
        self.state("a connection", |state| state.connection == online && state.stage == Stage::Ready).await;
    }

    /// Waits until the loss of the connection was noticed.
    pub async fn offline(&mut self) {
        self.state("no connection", |state| matches!(state.connection, Connection::Offline { .. })).await;
    }

    /// Finds somebody by number.
    pub async fn meet(&mut self, number: &str) {
        self.chat = Some(self.engine.chat_start(number).await.expect("somebody with this number"));
    }

    /// Waits until somebody has written.
    pub async fn is_met(&mut self) {
        self.chat = Some(self.lists("somebody who writes", |_| true).await.id);
    }

    /// Waits until a row of the chat list looks so, and returns it.
    pub async fn lists(&self, what: &str, looks: impl Fn(&ChatRow) -> bool) -> ChatRow {
        let (_, mut changes) = self.engine.chats_subscribe().await.expect("a chat list");
        let wait = async {
            loop {
                let rows = self.engine.chats().await.expect("a chat list");
                if let Some(row) = rows.into_iter().find(&looks) {
                    return row;
                }
                changes.recv().await.expect("the engine runs");
            }
        };
        patient(what, wait).await
    }

    /// Turns to another chat: what is said and heard from now on is said and heard there.
    pub fn turn_to(&mut self, chat: i64) {
        self.chat = Some(chat);
    }

    /// The chat with the other.
    pub fn chat(&self) -> i64 {
        self.chat.expect("they have met")
    }

    /// The row of that chat.
    pub async fn row(&self) -> ChatRow {
        let rows = self.engine.chats().await.expect("a chat list");
        rows.into_iter().find(|row| row.id == self.chat()).expect("the chat")
    }

    /// Sends a text and returns its id. It is on the disk then.
    pub async fn say(&self, text: &str) -> String {
        let id = new_message_id();
        self.engine.message_send(self.chat(), &id, text).await.expect("it is on the disk");
        id
    }

    /// Sends a file with a text and returns the message's id. It is on the disk then.
    pub async fn gives(&self, name: &str, bytes: &[u8], send_as: SendAs, text: &str) -> String {
        let files = vec![SendFile { id: self.chooses(name, bytes).await, send_as }];
        let id = new_message_id();
        self.engine.attachments_send(self.chat(), &id, text, files, None).await.expect("it is on the disk");
        id
    }

    /// Chooses a file to be sent, and returns its number.
    pub async fn chooses(&self, name: &str, bytes: &[u8]) -> u64 {
        let file = self.engine.attachment_begin(name, bytes.len() as u64).await.expect("room for it");
        for some in bytes.chunks(300_000) {
            self.engine.attachment_push(file, some.to_vec()).await.expect("it is kept");
        }
        self.engine.attachment_finish(file).await.expect("all of it").id
    }

    /// Waits until the first file of the newest message from the other side looks so, and returns the message.
    pub async fn is_given(&mut self, what: &str, looks: impl Fn(&AttachmentView) -> bool) -> MessageItem {
        let given = |item: &&MessageItem| !item.mine && item.attachments.first().is_some_and(&looks);
        let items = self.sees(what, |items| items.iter().any(|item| given(&item))).await;
        items.into_iter().rev().find(|item| given(&item)).expect("just seen")
    }

    /// Waits for a text and returns its entry.
    pub async fn hears(&mut self, text: &str) -> MessageItem {
        let says = |item: &MessageItem| matches!(&item.body, MessageBody::Text { text: said } if said == text);
        let items = self.sees(text, |items| items.iter().any(says)).await;
        items.into_iter().find(says).expect("just seen")
    }

    /// Waits until a message of theirs has come so far, or further.
    pub async fn reaches(&mut self, id: &str, state: MessageState) {
        let far = |item: &MessageItem| item.id == id && item.state != MessageState::Failed && item.state >= state;
        self.sees(&format!("{state:?}"), |items| items.iter().any(far)).await;
    }

    /// Waits for something that the engine says in the conversation.
    pub async fn notices(&mut self, wanted: NoticeKind) {
        let body = MessageBody::Notice { notice: wanted };
        self.sees("a notice", |items| items.iter().any(|item| item.body == body)).await;
    }

    /// Has everything so far on a screen with focus.
    pub async fn reads(&mut self) {
        let items = self.conversation().await;
        let last = items.last().expect("a conversation").order;
        self.engine.chat_read(self.chat(), last).await.expect("it is noted");
    }

    /// Waits until the conversation looks so, and returns it. No tick may go backwards meanwhile.
    pub async fn sees(&mut self, what: &str, looks: impl Fn(&[MessageItem]) -> bool) -> Vec<MessageItem> {
        let (id, mut changes) = self.engine.thread_subscribe(self.chat(), None).await.expect("the thread");
        let wait = async {
            loop {
                let items = self.conversation().await;
                if looks(&items) {
                    return items;
                }
                changes.recv().await.expect("the engine runs");
            }
        };
        let seen = timeout(PATIENCE, wait).await;
        let Ok(items) = seen else {
            panic!("waited in vain for {what}: {:#?}\n{:?}", self.conversation().await, self.engine.diagnostics());
        };
        self.engine.unsubscribe(id).expect("the engine runs");
        items
    }

    /// The whole conversation as it lies on the disk.
    pub async fn conversation(&mut self) -> Vec<MessageItem> {
        let page = self.engine.thread_page(self.chat(), None, None, WHOLE).await.expect("the thread");
        for item in page.items.iter().filter(|item| item.mine) {
            let before = self.ticks.insert(item.id.clone(), item.state);
            let forward = before.is_none_or(|before| before == MessageState::Failed || before <= item.state);
            assert!(forward, "{} went back from {before:?} to {:?}", item.id, item.state);
        }
        page.items
    }

    /// Listens to everything outside the conversation, from now on.
    pub fn window(&self) -> Window {
        Window { events: self.engine.app_subscribe() }
    }

    /// Waits until a chat's notification is to go.
    pub async fn withdrawn(&mut self) -> i64 {
        let wait = async {
            loop {
                if let EngineEvent::Withdrawn { chat } = self.events.next().await.expect("the engine runs") {
                    return chat;
                }
            }
        };
        patient("a notification taken away", wait).await
    }

    /// Waits for a notification and returns its text.
    pub async fn notified(&mut self) -> Option<String> {
        let wait = async {
            loop {
                if let EngineEvent::Notification(notification) = self.events.next().await.expect("the engine runs") {
                    return notification.text;
                }
            }
        };
        patient("a notification", wait).await
    }
}

/// Presses "Retry" ten times a second while there is no connection, so that no scene waits for a back-off.
struct Impatience(AbortHandle);

impl Impatience {
    fn with(engine: Handle) -> Self {
        let press = async move {
            let mut ticks = interval(Duration::from_millis(100));
            loop {
                ticks.tick().await;
                if matches!(engine.app_state().connection, Connection::Offline { .. }) {
                    let _ = engine.reconnect().await;
                }
            }
        };
        Self(tokio::spawn(press).abort_handle())
    }
}

impl Drop for Impatience {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Somebody whose program does not run. Their messages wait.
pub struct Asleep {
    network: RoughNetwork,
    clock: ShiftedClock,
    config: EngineConfig,
    chat: Option<i64>,
    ticks: BTreeMap<String, MessageState>,
}

impl Asleep {
    /// Starts the program on the same profile.
    pub async fn wake(self) -> Person {
        let Self { network, clock, config, chat, ticks } = self;
        Person { chat, ticks, ..Person::start(config, clock, network).await }
    }

    /// Time passes before the program is started again.
    pub fn sleep_for(&self, ms: u64) {
        self.clock.advance(ms);
    }

    /// Every file of the profile, as a backup of the disk would hold them.
    pub fn copy_of_disk(&self) -> BTreeMap<OsString, Vec<u8>> {
        let entries = fs::read_dir(&self.config.profile_dir).expect("a profile").map(|entry| entry.expect("an entry"));
        let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        files.map(|file| (file.file_name(), fs::read(file.path()).expect("a file"))).collect()
    }

    /// The profile is replaced by such a copy. What its ticks were since then is forgotten with it.
    pub fn set_back(&mut self, copy: &BTreeMap<OsString, Vec<u8>>) {
        for name in self.copy_of_disk().keys().filter(|name| !copy.contains_key(*name)) {
            fs::remove_file(self.config.profile_dir.join(name)).expect("a file");
        }
        for (name, bytes) in copy {
            fs::write(self.config.profile_dir.join(name), bytes).expect("a file");
        }
        self.ticks.clear();
    }

    /// Every session in the database breaks, as damage to the disk would do it.
    pub fn break_sessions(&self) {
        let SecretSource::KeyFile(key_file) = &self.config.secret else { panic!("scenes keep keys in files") };
        let mut key = [0; 32];
        let digits = fs::read_to_string(key_file).expect("a key file");
        hex::decode_to_slice(digits.trim(), &mut key).expect("a key");
        let mut store = Store::open(&self.config.profile_dir.join("sotto.db"), &key).expect("the database");
        let mut batch = store.batch().expect("a batch");
        let contacts = batch.queries().contacts().expect("contacts");
        let devices = contacts.iter().flat_map(|contact| batch.devices(&contact.account).expect("devices"));
        let sessions = devices.flat_map(|device| batch.sessions(&device.device).expect("sessions"));
        for session in sessions.collect::<Vec<_>>() {
            batch.apply(&Change::PutSession(SessionRow { pickle: None, ..session })).expect("a tombstone");
        }
        batch.commit().expect("a commit");
    }
}

/// What happens outside the conversation.
pub struct Window {
    events: UnboundedReceiver<AppEvent>,
}

impl Window {
    /// Waits for an event and returns it.
    pub async fn event(&mut self, what: &str, wanted: impl Fn(&AppEvent) -> bool) -> AppEvent {
        let wait = async {
            loop {
                let event = self.events.recv().await.expect("the engine runs");
                if wanted(&event) {
                    return event;
                }
            }
        };
        patient(what, wait).await
    }
}

/// The texts of a conversation that came from one side, in order.
pub fn texts(items: &[MessageItem], mine: bool) -> Vec<&str> {
    let texts = items.iter().filter(|item| item.mine == mine).filter_map(|item| match &item.body {
        MessageBody::Text { text } => Some(text.as_str()),
        MessageBody::Notice { .. } | MessageBody::Call { .. } | MessageBody::Deleted => None,
    });
    texts.collect()
}

/// Waits for something, but not for ever.
///
/// # Panics
/// When it does not come.
pub async fn patient<T>(what: &str, wait: impl Future<Output = T>) -> T {
    match timeout(PATIENCE, wait).await {
        Ok(found) => found,
        Err(_) => panic!("waited in vain for {what}"),
    }
}
