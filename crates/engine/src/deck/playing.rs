//! A voice message that is listened to, and the one that follows.

use sotto_machine::{
    attachment::Attachment,
    rows::{ChatId, Content, MessageRow},
    step::{Act, Input},
};
use sotto_media::{Player, PlayerProgress, PlayerState, Speaker, Speed};
use sotto_store::{BlobState, Page, Queries, StoreError};
use tokio::{sync::watch, task::spawn_blocking};
use tracing::{info, warn};

use super::{Deck, failed};
use crate::{
    call::MediaSource,
    error::{Code, Error},
    people,
    view::{PlaybackView, VoiceSpeed},
};

/// Entries that are looked through for the next voice message.
const AHEAD: u32 = 100;
/// Largest file that is taken for a voice message, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A voice message that is listened to.
#[derive(Debug)]
pub(super) struct Playback {
    chat: i64,
    title: String,
    pub(super) order: Option<i64>,
    pub(super) player: Player,
    progress: watch::Receiver<PlayerProgress>,
    speed: VoiceSpeed,
}

impl Playback {
    pub(super) fn set_speed(&mut self, speed: VoiceSpeed) {
        self.speed = speed;
        self.player.speed(match speed {
            VoiceSpeed::Normal => Speed::Normal,
            VoiceSpeed::Faster => Speed::Faster,
            VoiceSpeed::Double => Speed::Double,
        });
    }

    /// What was not looked at yet.
    pub(super) fn news(&mut self) -> Option<PlayerProgress> {
        self.progress.has_changed().unwrap_or(false).then(|| self.progress.borrow_and_update().clone())
    }

    pub(super) fn view(&self) -> PlaybackView {
        let now = self.progress.borrow().clone();
        PlaybackView {
            chat: self.chat,
            title: self.title.clone(),
            order: self.order,
            playing: self.player.is_wanted(),
            position: now.position,
            duration: self.player.duration(),
            speed: self.speed,
            fault: match &now.state {
                PlayerState::Failed(problem) => Some(problem.into()),
                _ => None,
            },
            tone: self.player.heard().map(|heard| heard.code),
        }
    }
}

/// What is to be played.
struct Found {
    chat: i64,
    title: String,
    message: Option<(MessageRow, Attachment)>,
}

impl Deck {
    /// Plays a message, or the recording that was not sent yet.
    pub(super) async fn play(&mut self, order: Option<i64>, from: Option<u64>) -> Result<(), Error> {
        self.pause().await;
        let same = self.playback.as_ref().is_some_and(|playback| playback.order == order);
        // A recording may have grown since it was listened to.
        if !same || order.is_none() {
            self.playback = None;
            self.playback = Some(self.open(order).await?);
        }
        if let Some(playback) = &self.playback {
            if let Some(from) = from {
                playback.player.seek(from);
            }
            playback.player.play();
        }
        Ok(())
    }

    async fn open(&self, order: Option<i64>) -> Result<Playback, Error> {
        let (found, ogg) = match order {
            None => {
                let recording = self.recording.as_ref();
                let recording = recording.ok_or_else(|| Error::new(Code::NotFound, "nothing was recorded"))?;
                let ogg = recording.recorded()?.ogg;
                (Found { chat: recording.chat(), title: String::new(), message: None }, ogg)
            }
            Some(order) => {
                let found = self.find(order).await?;
                let Some((_, attachment)) = found.message.clone() else {
                    return Err(Error::new(Code::NotFound, "it is no voice message"));
                };
                let shelf = self.shelf.clone();
                let read = spawn_blocking(move || match shelf.has(&attachment.blob()) {
                    true => shelf.read(&attachment).map_err(Error::from),
                    false => Err(Error::new(Code::FileNotHere, "the voice message is not on this device")),
                });
                (found, read.await.unwrap_or_else(|error| Err(Error::new(Code::Internal, error.to_string())))?)
            }
        };
        let speaker = match self.source {
            MediaSource::Devices => Speaker::Default,
            MediaSource::Synthetic(_) => Speaker::Meter,
        };
        let opened = spawn_blocking(move || Player::open(ogg, speaker).map_err(failed)).await;
        let player = opened.unwrap_or_else(|error| Err(Error::new(Code::Internal, error.to_string())))?;
        if let Some((message, _)) = &found.message {
            self.note_played(message).await;
        }
        let (chat, title, progress) = (found.chat, found.title, player.progress());
        let mut playback = Playback { chat, title, order, player, progress, speed: self.speed };
        playback.set_speed(self.speed);
        Ok(playback)
    }

    async fn find(&self, order: i64) -> Result<Found, Error> {
        let look = move |queries: &Queries<'_>| {
            let Some(row) = queries.message_at(order)? else { return Ok(None) };
            let (chat, message) = (row.message.chat, row.message);
            let voice = voice(&message).cloned().filter(|file| file.size <= LARGEST);
            let title = title(queries, chat)?;
            Ok(Some(Found { chat: chat.0, title, message: voice.map(|voice| (message, voice)) }))
        };
        self.database.read(look).await?.ok_or_else(|| Error::new(Code::NotFound, "the message is not there"))
    }

    /// Whoever sent it hears of it, if both show what they read.
    async fn note_played(&self, message: &MessageRow) {
        let act = Act::Play { tell: self.board.settings().read_receipts };
        let input = Input::Act { author: message.author, id: message.id, act };
        if let Err(error) = self.database.jobs.step(input).await {
            warn!(%error, "it is not noted that a voice message was played");
        }
    }

    /// One has ended: the next one that was not listened to follows, in the same chat.
    pub(super) async fn follow(&mut self) {
        let Some(Playback { chat, order: Some(order), .. }) = &self.playback else { return self.show() };
        let (chat, order) = (ChatId(*chat), *order);
        let next = self.database.read(move |queries: &Queries<'_>| next(queries, chat, order)).await;
        match next {
            Ok(Some(next)) => {
                if let Err(error) = self.play(Some(next), None).await {
                    info!(%error, "the next voice message does not follow");
                }
            }
            Ok(None) => self.playback = None,
            Err(error) => warn!(%error, "the next voice message is not found"),
        }
        self.show();
    }
}

fn voice(message: &MessageRow) -> Option<&Attachment> {
    match &message.content {
        Content::Post(post) if post.is_voice() => post.attachments.first(),
        _ => None,
    }
}

fn title(queries: &Queries<'_>, chat: ChatId) -> Result<String, StoreError> {
    Ok(match queries.group_of_chat(chat)? {
        Some(group) => group.state.name,
        None => queries.contact(chat)?.as_ref().map(people::title_of).unwrap_or_default(),
    })
}

/// The next voice message of somebody else that is here and was not played.
fn next(queries: &Queries<'_>, chat: ChatId, after: i64) -> Result<Option<i64>, StoreError> {
    let own = queries.own()?.map(|own| own.account);
    let page = queries.thread(chat, Page::After(after), AHEAD)?;
    let fits = |row: &&sotto_store::ThreadRow| {
        let message = &row.message;
        Some(message.author) != own
            && !message.marks.played
            && voice(message).is_some()
            && row.files.first() == Some(&BlobState::Here)
    };
    Ok(page.rows.iter().find(fits).map(|row| row.position))
}
