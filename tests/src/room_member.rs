//! A member of a group call without an account behind it: real media, synthetic sources, and a real room at a relay.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use anyhow::{Context as _, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use sotto_media::{
    CallKey, Config, Event, Events, GroupCall, GroupKeys, GroupStatistics, Mark, SenderId, VideoCodec as _, Vp8,
};
use sotto_wire::{
    RoomId, RoomSecret,
    rest::{self, EnterRoom, FromRoom, RoomRefusal, ToRoom},
};
use tokio::{net::TcpStream, sync::watch, task::JoinHandle, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::load::Stranger;

/// Whatever takes longer has gone wrong.
const PATIENCE: Duration = Duration::from_secs(150);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A room, as somebody in it tells others.
#[derive(Debug, Clone, Copy)]
pub struct Invitation {
    /// Its id.
    pub room: RoomId,
    /// What opens it.
    pub secret: RoomSecret,
}

impl Invitation {
    /// To a new room.
    pub fn draw() -> Self {
        Self { room: RoomId(rand::random()), secret: RoomSecret(rand::random()) }
    }
}

/// How a member takes part.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The code in its tone.
    pub code: u8,
    /// It sends a pattern as well.
    pub seen: bool,
    /// It opens the room if nobody is in it.
    pub open: bool,
    /// It decodes the others' patterns and reads them.
    pub looks: bool,
}

/// What a member has got so far.
#[derive(Debug, Clone, Default)]
pub struct Got {
    /// The media's own numbers.
    pub numbers: GroupStatistics,
    /// Numbers of the patterns that were seen, the first and the last of each of the others.
    pub patterns: BTreeMap<SenderId, (u16, u16)>,
    /// Its way to the relay stands.
    pub connected: bool,
}

/// See the module.
#[derive(Debug)]
pub struct RoomMember {
    /// Sound and pictures.
    pub call: GroupCall,
    /// What it opens and closes frames with.
    pub keys: GroupKeys,
    /// The key that it sends with first.
    pub key: CallKey,
    got: watch::Receiver<Got>,
    tasks: [JoinHandle<()>; 2],
}

impl Drop for RoomMember {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl RoomMember {
    /// Comes into a room and sends what its part says.
    ///
    /// # Errors
    /// What the relay refuses, in its word.
    pub async fn enter(relay: SocketAddr, who: &Stranger, invitation: Invitation, part: Part) -> anyhow::Result<Self> {
        let Part { code, seen, open, looks } = part;
        let keys = GroupKeys::new();
        let key = CallKey { sender: rand::random(), generation: 0, secret: rand::random() };
        keys.send_with(&key);
        let (call, events, offer) = GroupCall::join(Config::synthetic(code), keys.clone(), seen).await?;
        let Invitation { room, secret } = invitation;
        let (socket, answer) = enter(relay, who, EnterRoom { room, secret, open, offer }).await?;
        call.accept(&answer).await?;
        call.show(seen);
        let (tell, got) = watch::channel(Got::default());
        let tasks = [tokio::spawn(carry(socket, call.clone())), tokio::spawn(listen(events, looks, tell))];
        Ok(Self { call, keys, key, got, tasks })
    }

    /// What it has got by now.
    pub fn got(&self) -> Got {
        self.got.borrow().clone()
    }

    /// Waits until it has got something.
    ///
    /// # Panics
    /// If that does not come.
    pub async fn until(&mut self, what: &str, enough: impl Fn(&Got) -> bool) {
        let wait = timeout(PATIENCE, self.got.wait_for(|got| enough(got))).await.is_ok_and(|found| found.is_ok());
        assert!(wait, "{what} did not come; there is {:?}", self.got());
    }
}

/// Knocks at a room and gives what the relay says.
///
/// # Errors
/// What the relay refuses, in its word.
pub async fn enter(relay: SocketAddr, who: &Stranger, enter: EnterRoom) -> anyhow::Result<(Socket, String)> {
    let mut socket = knock(relay, who).await?;
    socket.send(Message::text(serde_json::to_string(&ToRoom::Enter(enter))?)).await?;
    match timeout(PATIENCE, hear(&mut socket)).await?.context("the relay said nothing")?? {
        FromRoom::Entered { answer } => Ok((socket, answer)),
        FromRoom::Refused { why } => Err(Refused(why).into()),
        FromRoom::Offer { .. } => bail!("an offer before the answer"),
    }
}

/// A connection about rooms on which nothing was said yet.
///
/// # Errors
/// If the relay takes none.
pub async fn knock(relay: SocketAddr, who: &Stranger) -> anyhow::Result<Socket> {
    let mut request = format!("ws://{relay}{}", rest::ROOMS).into_client_request()?;
    request.headers_mut().insert("authorization", who.bearer().parse()?);
    Ok(connect_async(request).await?.0)
}

/// The relay does not let somebody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub RoomRefusal);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Refused {}

/// What the relay says next. `None` once the connection is over.
pub async fn hear(socket: &mut Socket) -> Option<anyhow::Result<FromRoom>> {
    loop {
        match socket.next().await? {
            Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).map_err(Into::into)),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// Answers what the relay offers of the others.
async fn carry(mut socket: Socket, call: GroupCall) {
    while let Some(Ok(said)) = hear(&mut socket).await {
        let FromRoom::Offer { offer } = said else { continue };
        let Ok(answer) = call.renegotiate(&offer).await else { continue };
        let Ok(answer) = serde_json::to_string(&ToRoom::Answer { answer }) else { continue };
        if socket.send(Message::text(answer)).await.is_err() {
            return;
        }
    }
}

async fn listen(mut events: Events, looks: bool, tell: watch::Sender<Got>) {
    let mut codecs: BTreeMap<SenderId, Vp8> = BTreeMap::new();
    while let Some(event) = events.next().await {
        match event {
            Event::Connected { .. } => tell.send_modify(|got| got.connected = true),
            Event::GroupStatistics(numbers) => tell.send_modify(|got| got.numbers = *numbers),
            Event::FrameOf(sender, frame) if looks => {
                let codec = codecs.entry(sender).or_default();
                let Ok(Some(picture)) = codec.decode(&frame.data) else { continue };
                let Some(Mark { number, .. }) = Mark::read(&picture) else { continue };
                tell.send_modify(|got| got.patterns.entry(sender).or_insert((number, number)).1 = number);
            }
            _ => {}
        }
    }
}
