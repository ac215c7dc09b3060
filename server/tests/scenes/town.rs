//! A relay of one's own for a scene, and what people do with it.

use std::{collections::VecDeque, net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Client, Method, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use sotto_relay::{Clock as _, Config, Invitations, ManualClock, Relay, Reports, Running, config::CodesConfig};
use sotto_wire::{
    Accepted, Ack, Deliver, Recipient, Refused, Send, SendId, SetPresence, ToClient, ToRelay, Watch, Watched, Welcome,
    decode_to_client, encode_to_relay,
    rest::{self, CodeRequest, CodeSent, ErrorBody, ErrorCode, Registered},
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _},
};

use crate::people::{Person, random};

/// Whatever takes longer has gone wrong.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer, or what was said instead.
pub(crate) type Answer<T> = Result<T, (StatusCode, ErrorBody)>;

/// A relay in this process.
pub(crate) struct Town {
    pub(crate) running: Running,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) calls: Calls,
    config: Config,
    /// Last, so that the database is closed before its directory goes.
    dir: tempfile::TempDir,
}

impl Town {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let codes = CodesConfig { console: false, ..CodesConfig::default() };
        let data_dir = Some(dir.path().to_owned());
        let mut config = Config { listen: "127.0.0.1:0".to_owned(), data_dir, codes, ..Config::default() };
        change(&mut config);
        let clock = Arc::new(ManualClock::default());
        let running = Relay::start_with(config.clone(), clock.clone()).await.unwrap();
        let calls = Calls::to(running.address());
        Self { running, clock, calls, config, dir }
    }

    /// Ends the relay in good order and starts it again on the same data.
    pub(crate) async fn restart(self) -> Self {
        self.running.shutdown().await.unwrap();
        let running = Relay::start_with(self.config.clone(), self.clock.clone()).await.unwrap();
        let calls = Calls::to(running.address());
        Self { running, calls, ..self }
    }

    /// The same with another configuration.
    pub(crate) async fn restart_with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self.restart().await
    }

    /// As the operator sees them, beside the running relay.
    pub(crate) async fn invitations(&self) -> Invitations {
        Invitations::of(&self.config).await.unwrap()
    }

    /// As the operator sees them, beside the running relay.
    pub(crate) fn reports(&self) -> Reports {
        Reports::of(&self.config).unwrap()
    }

    pub(crate) fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }

    pub(crate) fn code_for(&self, person: &Person) -> String {
        self.running.code_for(&person.number).unwrap().expect("no code was sent")
    }

    pub(crate) async fn ask_code(&self, person: &Person) -> Answer<CodeSent> {
        self.calls.ask_code(person).await
    }

    pub(crate) async fn register(&self, person: &Person) -> Registered {
        self.ask_code(person).await.unwrap();
        self.calls.register(person, &self.code_for(person)).await.unwrap()
    }

    pub(crate) async fn alice(&self) -> Person {
        self.newcomer("+351912345678").await
    }

    pub(crate) async fn bob(&self) -> Person {
        self.newcomer("+351912345679").await
    }

    pub(crate) async fn newcomer(&self, number: &str) -> Person {
        let person = Person::with_number(number);
        self.register(&person).await;
        person
    }

    pub(crate) async fn connect(&self, person: &Person) -> Live {
        Live::open(self.running.address(), person).await.unwrap()
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }
}

/// REST calls.
pub(crate) struct Calls {
    base: String,
    client: Client,
}

impl Calls {
    pub(crate) fn to(address: SocketAddr) -> Self {
        // Already installed by another scene: just as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { base: format!("http://{address}"), client: Client::new() }
    }

    pub(crate) async fn ask_code(&self, person: &Person) -> Answer<CodeSent> {
        self.call(Method::POST, rest::CODES, None, &CodeRequest { number: person.number.clone(), invitation: None })
            .await
    }

    /// As a proxy says who asks.
    pub(crate) async fn ask_code_from(&self, person: &Person, address: &str) -> Answer<CodeSent> {
        self.ask_code_with(person, None, &[("x-forwarded-for", address)]).await
    }

    pub(crate) async fn ask_code_with(
        &self,
        person: &Person,
        invitation: Option<&str>,
        headers: &[(&str, &str)],
    ) -> Answer<CodeSent> {
        let request = CodeRequest { number: person.number.clone(), invitation: invitation.map(str::to_owned) };
        let answer = self.raw(Method::POST, rest::CODES, None, headers, serde_json::to_vec(&request).unwrap()).await?;
        Ok(serde_json::from_slice(&answer).unwrap())
    }

    pub(crate) async fn register(&self, person: &Person, code: &str) -> Answer<Registered> {
        self.call(Method::POST, rest::REGISTRATIONS, None, &person.registration(code)).await
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str, caller: Option<&Person>) -> Answer<T> {
        self.raw(Method::GET, path, caller, &[], Vec::new()).await.map(|bytes| serde_json::from_slice(&bytes).unwrap())
    }

    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        caller: Option<&Person>,
        body: &impl Serialize,
    ) -> Answer<T> {
        let answer = self.raw(method, path, caller, &[], serde_json::to_vec(body).unwrap()).await?;
        // Some calls answer with nothing, which reads as `()`.
        let text: &[u8] = if answer.is_empty() { b"null" } else { &answer };
        Ok(serde_json::from_slice(text).unwrap())
    }

    pub(crate) async fn raw(
        &self,
        method: Method,
        path: &str,
        caller: Option<&Person>,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer<Vec<u8>> {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(person) = caller {
            request = request.header("authorization", person.bearer());
        }
        let response = timeout(PATIENCE, request.send()).await.unwrap().unwrap();
        let status = response.status();
        let bytes = response.bytes().await.unwrap().to_vec();
        if status.is_success() { Ok(bytes) } else { Err((status, serde_json::from_slice(&bytes).unwrap())) }
    }
}

/// The code of a refusal.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Answer<T>) -> ErrorCode {
    answer.unwrap_err().1.code
}

/// A device's WebSocket.
pub(crate) struct Live {
    socket: WebSocketStream<TcpStream>,
    /// Frames that came while another was waited for.
    set_aside: VecDeque<ToClient>,
}

impl Live {
    /// Connects and is welcomed, or learns the HTTP status.
    pub(crate) async fn open(address: SocketAddr, person: &Person) -> Result<Self, u16> {
        let stream = TcpStream::connect(address).await.unwrap();
        let mut request = format!("ws://{address}{}", rest::LIVE).into_client_request().unwrap();
        request.headers_mut().insert("authorization", person.bearer().parse().unwrap());
        match timeout(PATIENCE, client_async(request, stream)).await.unwrap() {
            Ok((socket, _)) => Ok(Self { socket, set_aside: VecDeque::new() }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) async fn say(&mut self, frame: ToRelay) {
        self.say_bytes(encode_to_relay(&frame)).await;
    }

    pub(crate) async fn say_bytes(&mut self, bytes: Vec<u8>) {
        self.socket.send(Message::Binary(bytes.into())).await.unwrap();
    }

    /// Sends under a new id.
    pub(crate) async fn send(&mut self, to: Recipient) -> SendId {
        let id = SendId(random());
        self.send_as(id, to).await;
        id
    }

    pub(crate) async fn send_as(&mut self, id: SendId, to: Recipient) {
        self.say(ToRelay::Send(Send { id, to: vec![to], ephemeral: false, payload: None })).await;
    }

    pub(crate) async fn ack(&mut self, up_to: u64) {
        self.say(ToRelay::Ack(Ack { up_to })).await;
    }

    pub(crate) async fn present(&mut self, active: bool, shared: bool) {
        self.say(ToRelay::SetPresence(SetPresence { active, shared })).await;
    }

    pub(crate) async fn watch(&mut self, person: &Person) {
        let people = vec![Watched { account: person.account(), token: person.delivery }];
        self.say(ToRelay::Watch(Watch { people })).await;
    }

    /// The next frame that `wanted` has an answer for; others are kept for later.
    pub(crate) async fn wait_for<T>(&mut self, wanted: impl Fn(&ToClient) -> Option<T>) -> T {
        if let Some(at) = self.set_aside.iter().position(|f| wanted(f).is_some()) {
            return wanted(&self.set_aside.remove(at).unwrap()).unwrap();
        }
        loop {
            match self.next().await {
                Ok(frame) => match wanted(&frame) {
                    Some(found) => return found,
                    None => self.set_aside.push_back(frame),
                },
                Err(code) => panic!("closed with {code:?}; before that: {:?}", self.set_aside),
            }
        }
    }

    /// The next frame, or the code with which the connection was closed.
    pub(crate) async fn next(&mut self) -> Result<ToClient, Option<u16>> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("nothing came") {
                Some(Ok(Message::Binary(bytes))) => return Ok(decode_to_client(&bytes).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|f| f.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// The relay asks for a sign of life, and gets it.
    pub(crate) async fn pinged(&mut self) {
        while !matches!(timeout(PATIENCE, self.socket.next()).await, Ok(Some(Ok(Message::Ping(_))))) {}
    }

    pub(crate) async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    pub(crate) async fn welcome(&mut self) -> Welcome {
        self.wait_for(|f| if let ToClient::Welcome(w) = f { Some(*w) } else { None }).await
    }

    pub(crate) async fn accepted(&mut self, id: SendId) -> Accepted {
        self.wait_for(|f| match f {
            ToClient::Accepted(a) if a.id == id => Some(a.clone()),
            ToClient::Refused(r) if r.id == id => panic!("refused: {r:?}"),
            _ => None,
        })
        .await
    }

    pub(crate) async fn refused(&mut self, id: SendId) -> Refused {
        self.wait_for(|f| match f {
            ToClient::Refused(r) if r.id == id => Some(*r),
            ToClient::Accepted(a) if a.id == id => panic!("accepted"),
            _ => None,
        })
        .await
    }

    pub(crate) async fn deliver(&mut self) -> Deliver {
        self.wait_for(|f| if let ToClient::Deliver(d) = f { Some(d.clone()) } else { None }).await
    }

    /// The next message, acknowledged.
    pub(crate) async fn text(&mut self) -> String {
        let deliver = self.deliver().await;
        self.ack(deliver.seq).await;
        String::from_utf8(deliver.sealed).unwrap()
    }

    /// Everything said before on this connection has been dealt with.
    pub(crate) async fn settle(&mut self) {
        // Refused for its shape, whatever the state of things, and answered in order.
        let id = SendId(random());
        self.say(ToRelay::Send(Send { id, to: vec![], ephemeral: false, payload: None })).await;
        self.refused(id).await;
    }

    pub(crate) async fn leave(mut self) {
        self.socket.close(None).await.unwrap();
        self.closed().await;
    }
}
