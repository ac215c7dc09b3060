//! Gateways of one's own: what a webhook, Twilio and a mail server would see and say, over real sockets.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// Twilio's test account.
pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "f0e1d2c3b4a5968778695a4b3c2d1e0f";

/// What a gateway says instead of yes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Say {
    /// An HTTP status, and seconds after which to come again.
    Status(u16, Option<u64>),
    /// Nothing, ever.
    Nothing,
}

/// One call as it came.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The fields of a form.
    pub(crate) fn form(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

/// A gateway over HTTP.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Call>>>,
    script: Arc<Mutex<VecDeque<Say>>>,
    /// What it answers to a call as it comes, once the script is through.
    judge: fn(&Method, &Uri, &Call) -> Response,
}

impl Gateway {
    /// Takes everything.
    pub(crate) async fn webhook() -> Self {
        Self::start(|_, _, _| StatusCode::NO_CONTENT.into_response()).await
    }

    /// Says yes and no as Twilio's API does.
    pub(crate) async fn twilio() -> Self {
        Self::start(as_twilio).await
    }

    async fn start(judge: fn(&Method, &Uri, &Call) -> Response) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let gateway = Self { address, seen: Arc::default(), script: Arc::default(), judge };
        let router = Router::new().fallback(answer).with_state(gateway.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        gateway
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it will say to the next calls, one after the other.
    pub(crate) fn will_say(&self, script: impl IntoIterator<Item = Say>) {
        self.script.lock().unwrap().extend(script);
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.seen.lock().unwrap().clone()
    }
}

async fn answer(State(gateway): State<Gateway>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let call = Call { headers, body: String::from_utf8(body.to_vec()).unwrap() };
    gateway.seen.lock().unwrap().push(call.clone());
    let said = gateway.script.lock().unwrap().pop_front();
    match said {
        None => (gateway.judge)(&method, &uri, &call),
        Some(Say::Nothing) => std::future::pending().await,
        Some(Say::Status(status, wait)) => {
            let refusal = twilio_error(StatusCode::from_u16(status).unwrap(), 21_211);
            match wait {
                Some(seconds) => ([("retry-after", seconds.to_string())], refusal).into_response(),
                None => refusal,
            }
        }
    }
}

fn as_twilio(method: &Method, uri: &Uri, call: &Call) -> Response {
    let request = reqwest::Client::new().get("http://nowhere.example").basic_auth(ACCOUNT, Some(TOKEN)).build();
    let expected = request.unwrap().headers().get("authorization").unwrap().clone();
    if call.headers.get("authorization") != Some(&expected) {
        return twilio_error(StatusCode::UNAUTHORIZED, 20_003);
    }
    if *method != Method::POST || uri.path() != format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json") {
        return twilio_error(StatusCode::NOT_FOUND, 20_404);
    }
    let form = call.form();
    let has = |field: &str| form.get(field).is_some_and(|value| !value.is_empty());
    let is_form = call.header("content-type") == "application/x-www-form-urlencoded";
    match () {
        () if !is_form || !has("To") => twilio_error(StatusCode::BAD_REQUEST, 21_604),
        () if !has("From") && !has("MessagingServiceSid") => twilio_error(StatusCode::BAD_REQUEST, 21_603),
        () if !has("Body") => twilio_error(StatusCode::BAD_REQUEST, 21_602),
        () => (StatusCode::CREATED, r#"{"sid":"SM0","status":"queued"}"#).into_response(),
    }
}

/// As Twilio words it, with the number in the text.
fn twilio_error(status: StatusCode, code: u32) -> Response {
    let text = format!(r#"{{"code":{code},"message":"Invalid 'To' +351912345678","status":{}}}"#, status.as_u16());
    (status, [("content-type", "application/json")], text).into_response()
}

/// One mail as it was handed over.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) text: String,
}

/// A mail server.
#[derive(Clone)]
pub(crate) struct Post {
    pub(crate) address: SocketAddr,
    delivered: Arc<Mutex<Vec<Mail>>>,
    /// What it says to the next recipients.
    script: Arc<Mutex<VecDeque<&'static str>>>,
}

impl Post {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let post = Self { address: listener.local_addr().unwrap(), delivered: Arc::default(), script: Arc::default() };
        let serving = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.talk(stream).await });
            }
        });
        post
    }

    pub(crate) fn will_say(&self, script: impl IntoIterator<Item = &'static str>) {
        self.script.lock().unwrap().extend(script);
    }

    pub(crate) fn delivered(&self) -> Vec<Mail> {
        self.delivered.lock().unwrap().clone()
    }

    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        let mut mail = Mail::default();
        let (mut logged_in, mut line) = (false, String::new());
        stream.write_all(b"220 post.example ESMTP\r\n").await.ok()?;
        loop {
            line.clear();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let command = line.trim_end();
            let said = self.script.lock().unwrap().front().copied();
            let answer = match command.split([' ', ':']).next()?.to_uppercase().as_str() {
                "EHLO" => "250-post.example\r\n250 AUTH PLAIN",
                // "relay" and "lamp-oil-and-salt", as RFC 4616 packs them.
                "AUTH" if command.ends_with("AHJlbGF5AGxhbXAtb2lsLWFuZC1zYWx0") => {
                    logged_in = true;
                    "235 welcome"
                }
                "AUTH" => "535 no",
                "MAIL" if !logged_in => "530 who are you?",
                "MAIL" => {
                    mail.from = address(command)?;
                    "250 ok"
                }
                "RCPT" if said.is_some() => self.script.lock().unwrap().pop_front()?,
                "RCPT" => {
                    mail.to = address(command)?;
                    "250 ok"
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await.ok()?;
                    loop {
                        line.clear();
                        stream.read_line(&mut line).await.ok()?;
                        if line == ".\r\n" {
                            break;
                        }
                        mail.text.push_str(&line);
                    }
                    self.delivered.lock().unwrap().push(std::mem::take(&mut mail));
                    "250 taken"
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
    }
}

fn address(command: &str) -> Option<String> {
    Some(command.split_once('<')?.1.split_once('>')?.0.to_owned())
}
