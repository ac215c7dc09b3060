//! People of the benchmark: a profile each, a relay for all, and a conversation begun with each friend.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use sotto_engine::{
    Engine, EngineConfig, Handle, SecretSource,
    api::new_message_id,
    view::{AppState, ChatRow, Connection, MessageBody},
};
use sotto_store::Store;
use tokio::time::timeout;

use crate::program::RelayProgram;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(600);
/// The one whose window is measured.
const ME: &str = "+351912000000";

/// Where somebody's profile and key lie.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
}

impl Home {
    /// Below this directory, which is made.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn new(dir: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(dir)?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// Everything of this person lies below.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn profile(&self) -> PathBuf {
        self.dir.join("profile")
    }

    fn key_file(&self) -> PathBuf {
        self.dir.join("key")
    }

    /// The window's arguments for this profile.
    pub fn arguments(&self) -> Vec<OsString> {
        let words = ["--profile".into(), self.profile().into(), "--key-file".into(), self.key_file().into()];
        words.into()
    }

    fn database(&self) -> PathBuf {
        self.profile().join("sotto.db")
    }

    fn key(&self) -> anyhow::Result<[u8; 32]> {
        let mut key = [0; 32];
        hex::decode_to_slice(fs::read_to_string(self.key_file())?.trim(), &mut key)?;
        Ok(key)
    }

    /// The database for writing. No engine may run on it.
    ///
    /// # Errors
    /// If it does not open.
    pub fn store(&self) -> anyhow::Result<Store> {
        Ok(Store::open(&self.database(), &self.key()?)?)
    }

    /// Megabytes on the disk.
    ///
    /// # Errors
    /// If there is no database.
    pub fn database_mb(&self) -> anyhow::Result<f64> {
        Ok(fs::metadata(self.database())?.len() as f64 / 1_048_576.0)
    }

    /// Starts the engine.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn engine(&self) -> anyhow::Result<Handle> {
        let config =
            EngineConfig { secret: SecretSource::KeyFile(self.key_file()), ..EngineConfig::new(self.profile()) };
        // What the owner of an engine is told nobody hears here.
        let (engine, _) = Engine::start(config).await?;
        Ok(engine)
    }

    async fn sign_up(&self, relay: &RelayProgram, number: &str, name: &str) -> anyhow::Result<Handle> {
        let engine = self.engine().await?;
        engine.relay_use(&format!("http://{}", relay.address())).await?;
        engine.code_request(number).await?;
        let codes = relay.codes()?;
        let code = codes.iter().rev().find(|(sent_to, _)| sent_to.as_str() == number).context("no code was sent")?;
        engine.code_submit(&code.1).await?;
        engine.profile_set(name, "").await?;
        online(&engine).await?;
        Ok(engine)
    }
}

/// Me, and friends with whom a conversation has begun. All of them are away.
pub struct Village {
    /// Mine.
    pub me: Home,
    /// Those who will write.
    pub friends: Vec<Home>,
}

impl Village {
    /// Everybody signs up, writes and is answered, so that all sessions are established.
    ///
    /// # Errors
    /// If the relay or an engine refuses.
    pub async fn found(relay: &RelayProgram, dir: &Path, friends: usize) -> anyhow::Result<Self> {
        let me = Home::new(&dir.join("me"))?;
        let mine = me.sign_up(relay, ME, "Me").await?;
        let mut homes = Vec::new();
        for index in 1..=friends {
            let home = Home::new(&dir.join(format!("friend-{index}")))?;
            let theirs = home.sign_up(relay, &format!("+3519120000{index:02}"), &format!("Friend {index}")).await?;
            let chat = theirs.chat_start(ME).await?;
            theirs.message_send(chat, &new_message_id(), "Is it you?").await?;
            let row = listed(&mine, |row| row.request).await?;
            mine.request_accept(row.id).await?;
            mine.message_send(row.id, &new_message_id(), "It is me").await?;
            hears(&theirs, chat, "It is me").await?;
            theirs.message_send(chat, &new_message_id(), "I thought so").await?;
            hears(&mine, row.id, "I thought so").await?;
            theirs.stop().await;
            homes.push(home);
        }
        mine.stop().await;
        Ok(Self { me, friends: homes })
    }

    /// The friends write so many messages to me, who am away; returns once the relay has them all.
    ///
    /// # Errors
    /// If one of them is refused.
    pub async fn write_to_me(&self, count: usize) -> anyhow::Result<()> {
        let mut tasks = tokio::task::JoinSet::new();
        for (index, friend) in self.friends.iter().enumerate() {
            let share = count / self.friends.len() + usize::from(index < count % self.friends.len());
            let friend = friend.clone();
            tasks.spawn(async move { friend.write(share).await });
        }
        while let Some(written) = tasks.join_next().await {
            written??;
        }
        Ok(())
    }
}

impl Home {
    async fn write(&self, count: usize) -> anyhow::Result<()> {
        /// Sends that wait for their commit at the same time.
        const TOGETHER: usize = 128;
        let engine = self.engine().await?;
        online(&engine).await?;
        let chat = engine.chats().await?.first().context("no chat")?.id;
        let mut last = String::new();
        for begin in (0..count).step_by(TOGETHER) {
            let sends = (begin..count.min(begin + TOGETHER)).map(|n| {
                let (engine, id) = (engine.clone(), new_message_id());
                last.clone_from(&id);
                async move { engine.message_send(chat, &id, &format!("Message {n} of those that waited for me")).await }
            });
            futures_util::future::try_join_all(sends).await?;
        }
        if count > 0 {
            accepted(&engine, chat, &last).await?;
        }
        engine.stop().await;
        Ok(())
    }
}

/// Waits until the mailbox is drained.
///
/// # Errors
/// If that never happens.
pub(super) async fn online(engine: &Handle) -> anyhow::Result<()> {
    let drained = |state: &AppState| state.connection == Connection::Online { catching_up: false };
    let mut changes = engine.app_subscribe();
    let wait = async {
        while !drained(&engine.app_state()) {
            changes.recv().await.context("the engine has stopped")?;
        }
        anyhow::Ok(())
    };
    timeout(PATIENCE, wait).await.context("never online")?
}

async fn listed(engine: &Handle, looks: impl Fn(&ChatRow) -> bool) -> anyhow::Result<ChatRow> {
    let (id, mut changes) = engine.chats_subscribe().await?;
    let wait = async {
        loop {
            if let Some(row) = engine.chats().await?.into_iter().find(&looks) {
                engine.unsubscribe(id)?;
                return Ok(row);
            }
            changes.recv().await.context("the engine has stopped")?;
        }
    };
    timeout(PATIENCE, wait).await.context("nobody in the list")?
}

async fn hears(engine: &Handle, chat: i64, text: &str) -> anyhow::Result<()> {
    let body = MessageBody::Text { text: text.to_owned() };
    thread(engine, chat, |items| items.iter().any(|item| item.body == body)).await
}

/// Messages leave in order: when the last one has its tick, all have.
pub(super) async fn accepted(engine: &Handle, chat: i64, last: &str) -> anyhow::Result<()> {
    use sotto_engine::view::MessageState::{Failed, Sent};
    thread(engine, chat, |items| {
        items.iter().any(|item| item.id == last && item.state >= Sent && item.state != Failed)
            && items.iter().all(|item| !item.mine || item.state >= Sent)
    })
    .await
}

async fn thread(
    engine: &Handle,
    chat: i64,
    looks: impl Fn(&[sotto_engine::view::MessageItem]) -> bool,
) -> anyhow::Result<()> {
    const WHOLE: u32 = 500;
    let (id, mut changes) = engine.thread_subscribe(chat, None).await?;
    let wait = async {
        loop {
            if looks(&engine.thread_page(chat, None, None, WHOLE).await?.items) {
                return anyhow::Ok(());
            }
            changes.recv().await.context("the engine has stopped")?;
        }
    };
    timeout(PATIENCE, wait).await.context("never in the conversation")??;
    ensure!(engine.unsubscribe(id).is_ok(), "the engine has stopped");
    Ok(())
}
