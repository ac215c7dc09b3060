//! `daemon`: JSON-RPC 2.0 (https://www.jsonrpc.org/specification) on standard input and output, one message a line.
//! What happens comes as notifications with the method `event`.

use serde::Deserialize;
use serde_json::{Value, json};
use sotto_engine::{
    Handle,
    api::new_message_id,
    view::{GroupPolicy, GroupRole, Settings, StoryAudience},
};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use super::watch;
use crate::{arguments::Arguments, failure::Failure, output, person::chat_of, session::Session};

const PARSE_ERROR: i64 = -32_700;
const INVALID_REQUEST: i64 = -32_600;
const METHOD_NOT_FOUND: i64 = -32_601;
const INVALID_PARAMS: i64 = -32_602;
/// The engine said no; `data.code` says why.
const REFUSED: i64 = -32_000;

#[derive(Deserialize)]
struct Request {
    jsonrpc: String,
    #[serde(default)]
    id: Option<Value>,
    method: String,
    #[serde(default)]
    params: Value,
}

/// One call, by its method and parameters.
#[derive(Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case")]
enum Method {
    State {},
    RelayUse { address: String },
    Register { number: String, invitation: Option<String> },
    Verify { code: String },
    Profile { name: String, about: String },
    Settings { settings: Settings },
    Contacts {},
    Contact { chat: i64 },
    ChatStart { number: String },
    Send { to: String, text: String },
    Reply { chat: i64, order: i64, text: String },
    React { chat: i64, order: i64, emoji: Option<String> },
    Poll { chat: i64, question: String, answers: Vec<String>, several: Option<bool> },
    Vote { chat: i64, order: i64, choice: Vec<u8> },
    Votes { chat: i64, order: i64 },
    ClosePoll { chat: i64, order: i64 },
    Card { chat: i64, of: Option<i64> },
    OpenCard { chat: i64, order: i64 },
    Place { chat: i64, place: String, text: Option<String> },
    Schedule { to: String, text: String, at: i64 },
    Scheduled { chat: i64 },
    Unschedule { id: String },
    SendScheduled { id: String },
    Edit { chat: i64, order: i64, text: String },
    History { chat: i64, order: i64 },
    Delete { chat: i64, orders: Vec<i64>, everyone: bool },
    Forward { chat: i64, orders: Vec<i64>, to: Vec<i64> },
    Star { chat: i64, orders: Vec<i64>, starred: bool },
    Starred { chat: Option<i64> },
    Pin { chat: i64, order: i64, pinned: bool },
    Pins { chat: i64 },
    Timer { chat: i64, seconds: u32 },
    Retry { chat: i64, id: String },
    Messages { with: String, limit: u32 },
    Read { chat: i64, order: i64 },
    Typing { chat: i64 },
    Accept { chat: i64 },
    SafetyNumber { chat: i64 },
    Verified { chat: i64 },
    AcceptKey { chat: i64 },
    GroupCreate { name: String, members: Vec<i64> },
    GroupAdd { chat: i64, members: Vec<i64> },
    GroupRemove { chat: i64, account: String },
    GroupLeave { chat: i64 },
    GroupRole { chat: i64, account: String, role: GroupRole },
    GroupRename { chat: i64, name: String },
    GroupDescribe { chat: i64, about: String },
    GroupLink { chat: i64, approval: bool, fresh: bool },
    GroupUnlink { chat: i64 },
    GroupJoin { link: String },
    GroupAdmit { chat: i64, account: String },
    GroupDecline { chat: i64, account: String },
    GroupPolicy { chat: i64, policy: GroupPolicy },
    Group { chat: i64 },
    GroupReceipts { id: String },
    Stories {},
    StoryPost { text: String, ground: Option<u8>, audience: Option<StoryAudience> },
    StorySeen { order: i64 },
    StoryReact { order: i64, emoji: Option<String> },
    StoryReply { order: i64, text: String },
    StoryDelete { order: i64 },
    Call { to: String, video: Option<bool> },
    Answer { video: Option<bool> },
    HangUp {},
    Mute { muted: bool },
    Camera { on: bool },
    Screen { on: bool },
    Calls { before: Option<i64> },
    Diagnostics {},
}

/// Serves until standard input ends.
pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let session = Session::open(arguments).await?;
    let mut events = Box::pin(events(&session.engine));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            line = lines.next_line() => match line? {
                Some(line) => {
                    if let Some(answer) = answer(&session.engine, &line).await {
                        output::line(&answer);
                    }
                }
                None => break,
            },
            () = &mut events => break,
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    drop(events);
    session.close().await;
    Ok(())
}

/// Prints notifications, from the moment there is a database to watch.
async fn events(engine: &Handle) {
    let mut states = engine.app_subscribe();
    loop {
        match watch::follow(engine).await {
            Ok(mut events) => {
                while let Some(event) = events.recv().await {
                    output::line(&json!({ "jsonrpc": "2.0", "method": "event", "params": event }));
                }
                return;
            }
            // Nobody has signed up yet: the next event may change that.
            Err(_) if states.recv().await.is_some() => {}
            Err(_) => return,
        }
    }
}

/// The answer to one line; `None` for a notification.
async fn answer(engine: &Handle, line: &str) -> Option<Value> {
    let Ok(value) = serde_json::from_str::<Value>(line) else {
        return Some(error(&Value::Null, PARSE_ERROR, "not JSON", None));
    };
    let request = match serde_json::from_value::<Request>(value) {
        Ok(request) if request.jsonrpc == "2.0" => request,
        _ => return Some(error(&Value::Null, INVALID_REQUEST, "not a JSON-RPC 2.0 request", None)),
    };
    let params = if request.params.is_null() { json!({}) } else { request.params };
    let call = serde_json::from_value::<Method>(json!({ "method": request.method, "params": params }));
    let result = match call {
        Ok(call) => carry_out(engine, call).await.map_err(|failure| {
            let code = json!({ "code": failure.code() });
            (REFUSED, failure.to_string(), Some(code))
        }),
        Err(e) if e.to_string().contains("unknown variant") => {
            Err((METHOD_NOT_FOUND, format!("no method {}", request.method), None))
        }
        Err(e) => Err((INVALID_PARAMS, e.to_string(), None)),
    };
    let id = request.id?;
    Some(match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err((code, message, data)) => error(&id, code, &message, data.as_ref()),
    })
}

fn error(id: &Value, code: i64, message: &str, data: Option<&Value>) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message, "data": data } })
}

async fn carry_out(engine: &Handle, call: Method) -> Result<Value, Failure> {
    Ok(match call {
        Method::State {} => json!(engine.app_state()),
        Method::RelayUse { address } => json!(engine.relay_use(&address).await?),
        Method::Register { number, invitation } => {
            json!(engine.code_request_invited(&number, invitation.as_deref()).await?)
        }
        Method::Verify { code } => json!(engine.code_submit(&code).await?),
        Method::Profile { name, about } => json!(engine.profile_set(&name, &about).await?),
        Method::Settings { settings } => json!(engine.settings_set(settings).await?),
        Method::Contacts {} => json!(engine.chats().await?),
        Method::Contact { chat } => json!(engine.contact_view(chat).await?),
        Method::ChatStart { number } => json!({ "chat": engine.chat_start(&number).await? }),
        Method::Send { to, text } => {
            let (chat, id) = (chat_of(engine, &to).await?, new_message_id());
            let mentions = engine.mentions_in(chat, &text).await?;
            engine.message_write(chat, &id, &text, &mentions, None).await?;
            json!({ "chat": chat, "id": id })
        }
        Method::Reply { chat, order, text } => {
            let id = new_message_id();
            let mentions = engine.mentions_in(chat, &text).await?;
            engine.message_write(chat, &id, &text, &mentions, Some(order)).await?;
            json!({ "chat": chat, "id": id })
        }
        Method::Poll { chat, question, answers, several } => {
            let id = new_message_id();
            engine.poll_send(chat, &id, &question, &answers, several.unwrap_or_default()).await?;
            json!({ "chat": chat, "id": id })
        }
        Method::Vote { chat, order, choice } => json!(engine.poll_vote(chat, order, &choice).await?),
        Method::Votes { chat, order } => json!(engine.poll_votes(chat, order).await?),
        Method::ClosePoll { chat, order } => json!(engine.poll_close(chat, order).await?),
        Method::Card { chat, of } => {
            let id = new_message_id();
            engine.card_send(chat, &id, of).await?;
            json!({ "chat": chat, "id": id })
        }
        Method::OpenCard { chat, order } => json!({ "chat": engine.card_open(chat, order).await? }),
        Method::Place { chat, place, text } => {
            let id = new_message_id();
            engine.place_send(chat, &id, &place, text.as_deref().unwrap_or_default()).await?;
            json!({ "chat": chat, "id": id })
        }
        Method::Schedule { to, text, at } => {
            let (chat, id) = (chat_of(engine, &to).await?, new_message_id());
            engine.message_schedule(chat, &id, &text, at, None, &[]).await?;
            json!({ "chat": chat, "id": id })
        }
        Method::Scheduled { chat } => json!(engine.scheduled(chat).await?),
        Method::Unschedule { id } => json!(engine.scheduled_cancel(&id).await?),
        Method::SendScheduled { id } => json!(engine.scheduled_send(&id).await?),
        Method::React { chat, order, emoji } => json!(engine.message_react(chat, order, emoji.as_deref()).await?),
        Method::Edit { chat, order, text } => {
            let mentions = engine.mentions_in(chat, &text).await?;
            json!(engine.message_reword(chat, order, text.trim_end(), &mentions).await?)
        }
        Method::History { chat, order } => json!(engine.message_history(chat, order).await?),
        Method::Delete { chat, orders, everyone } => json!(engine.message_delete(chat, &orders, everyone).await?),
        Method::Forward { chat, orders, to } => json!(engine.message_forward(chat, &orders, &to).await?),
        Method::Star { chat, orders, starred } => json!(engine.message_star(chat, &orders, starred).await?),
        Method::Starred { chat } => json!(engine.starred(chat).await?),
        Method::Pin { chat, order, pinned } => json!(engine.message_pin(chat, order, pinned).await?),
        Method::Pins { chat } => json!(engine.thread_pins(chat).await?),
        Method::Timer { chat, seconds } => json!(engine.timer_set(chat, seconds).await?),
        Method::Retry { chat, id } => json!(engine.message_retry(chat, &id).await?),
        Method::Messages { with, limit } => {
            let chat = chat_of(engine, &with).await?;
            json!(engine.thread_page(chat, None, None, limit).await?)
        }
        Method::Read { chat, order } => json!(engine.chat_read(chat, order).await?),
        Method::Typing { chat } => json!(engine.typing_set(chat).await?),
        Method::Accept { chat } => json!(engine.request_accept(chat).await?),
        Method::SafetyNumber { chat } => json!(engine.safety_number(chat).await?),
        Method::Verified { chat } => json!(engine.trust_verify(chat).await?),
        Method::AcceptKey { chat } => json!(engine.trust_accept(chat).await?),
        Method::GroupCreate { name, members } => json!({ "chat": engine.group_create(&name, &members).await? }),
        Method::GroupAdd { chat, members } => json!(engine.group_add(chat, &members).await?),
        Method::GroupRemove { chat, account } => json!(engine.group_remove(chat, &account).await?),
        Method::GroupLeave { chat } => json!(engine.group_leave(chat).await?),
        Method::GroupRole { chat, account, role } => json!(engine.group_role(chat, &account, role).await?),
        Method::GroupRename { chat, name } => json!(engine.group_rename(chat, &name).await?),
        Method::GroupDescribe { chat, about } => json!(engine.group_describe(chat, &about).await?),
        Method::GroupLink { chat, approval, fresh } => json!(engine.group_link_set(chat, approval, fresh).await?),
        Method::GroupUnlink { chat } => json!(engine.group_link_remove(chat).await?),
        Method::GroupJoin { link } => json!(engine.group_join(&link).await?),
        Method::GroupAdmit { chat, account } => json!(engine.group_admit(chat, &account).await?),
        Method::GroupDecline { chat, account } => json!(engine.group_decline(chat, &account).await?),
        Method::GroupPolicy { chat, policy } => json!(engine.group_policy(chat, policy).await?),
        Method::Group { chat } => json!(engine.group_view(chat).await?),
        Method::GroupReceipts { id } => json!(engine.group_receipts(&id).await?),
        Method::Stories {} => json!(engine.stories().await?),
        Method::StoryPost { text, ground, audience } => {
            let (id, ground) = (new_message_id(), ground.unwrap_or_default());
            engine.story_post(&id, &text, Some(ground), None, audience.unwrap_or_default()).await?;
            json!({ "id": id })
        }
        Method::StorySeen { order } => json!(engine.story_seen(order).await?),
        Method::StoryReact { order, emoji } => json!(engine.story_react(order, emoji.as_deref()).await?),
        Method::StoryReply { order, text } => {
            let id = new_message_id();
            json!({ "chat": engine.story_reply(order, &id, &text).await?, "id": id })
        }
        Method::StoryDelete { order } => json!(engine.story_delete(order).await?),
        Method::Call { to, video } => {
            json!(engine.call_start(chat_of(engine, &to).await?, video.unwrap_or_default()).await?)
        }
        Method::Answer { video } => json!(engine.call_answer(video.unwrap_or_default()).await?),
        Method::HangUp {} => json!(engine.call_end().await?),
        Method::Mute { muted } => json!(engine.call_mute(muted)?),
        Method::Camera { on } => json!(engine.call_camera(on)?),
        Method::Screen { on } => json!(engine.call_screen(on)?),
        Method::Calls { before } => json!(engine.call_history(before).await?),
        Method::Diagnostics {} => json!(engine.diagnostics()),
    })
}
