//! `send`.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::json;
use sotto_engine::{
    Handle,
    api::new_message_id,
    view::{MessageItem, MessageOp, MessageState, SendAs, SendFile, ThreadUpdate},
};

use crate::{
    arguments::{Arguments, Pictures, Wait},
    failure::Failure,
    output::Output,
    person::chat_of,
    session::Session,
};

/// What is to be sent, and how far it must come.
pub(crate) struct Order<'a> {
    pub(crate) to: &'a str,
    pub(crate) text: &'a str,
    pub(crate) files: (&'a [PathBuf], Pictures),
    pub(crate) once: bool,
    pub(crate) preview: bool,
    pub(crate) voice: Option<&'a Path>,
    pub(crate) wait: Wait,
    pub(crate) timeout: u64,
}

/// Sends a text and waits as asked.
pub(crate) async fn run(arguments: &Arguments, order: &Order<'_>, output: &Output) -> Result<(), Failure> {
    let text = if order.text == "-" { from_stdin()? } else { order.text.to_owned() };
    let session = Session::open_signed_up(arguments).await?;
    let chat = chat_of(&session.engine, order.to).await?;
    let id = new_message_id();
    if let Some(path) = order.voice {
        session.engine.voice_file_send(chat, &id, path).await?;
    } else if order.files.0.is_empty() {
        if order.preview {
            session.engine.link_preview(chat, &text).await?;
        }
        let mentions = session.engine.mentions_in(chat, &text).await?;
        session.engine.message_write(chat, &id, &text, &mentions, None).await?;
    } else {
        send_files(&session.engine, chat, &id, order.once, &text, order.files).await?;
    }
    let waiting = reach(&session.engine, chat, &id, order.wait);
    let reached = tokio::time::timeout(Duration::from_secs(order.timeout), waiting).await;
    session.close().await;
    let item = reached.map_err(|_| Failure::TooSlow(order.timeout))??;
    output.answer(&format!("{} {}", item.id, word(item.state)), &json!({ "message": item }));
    Ok(())
}

/// Copies the files, and sends them with the text.
async fn send_files(
    engine: &Handle,
    chat: i64,
    id: &str,
    once: bool,
    text: &str,
    (paths, pictures): (&[PathBuf], Pictures),
) -> Result<(), Failure> {
    let send_as = match pictures {
        Pictures::Usual => SendAs::Usual,
        Pictures::Whole => SendAs::Whole,
        Pictures::File => SendAs::File,
    };
    let mut files = Vec::new();
    for path in paths {
        files.push(SendFile { id: engine.attachment_copy(path).await?.id, send_as });
    }
    if once {
        return Ok(engine.once_send(chat, id, files, None).await?);
    }
    let mentions = engine.mentions_in(chat, text).await?;
    Ok(engine.attachments_write(chat, id, text, &mentions, files, None).await?)
}

fn from_stdin() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text.trim_end_matches('\n').to_owned())
}

/// Follows a message until it has come far enough, or was refused.
pub(crate) async fn reach(engine: &Handle, chat: i64, id: &str, wait: Wait) -> Result<MessageItem, Failure> {
    let wanted = match wait {
        Wait::Stored => MessageState::Held,
        Wait::Sent => MessageState::Sent,
        Wait::Delivered => MessageState::Delivered,
        Wait::Read => MessageState::Read,
    };
    let (subscription, mut updates) = engine.thread_subscribe(chat, None).await?;
    while let Some(update) = updates.recv().await {
        let items: Vec<MessageItem> = match update {
            ThreadUpdate::Snapshot { page, .. } => page.items,
            ThreadUpdate::Diff { ops, .. } => ops.into_iter().filter_map(put).collect(),
        };
        let Some(item) = items.into_iter().find(|item| item.id == id) else { continue };
        if item.state == MessageState::Failed {
            return Err(Failure::Refused);
        }
        if item.state >= wanted {
            engine.unsubscribe(subscription)?;
            return Ok(item);
        }
    }
    Err(Failure::Stopped)
}

/// The entry an operation brings.
pub(crate) fn put(op: MessageOp) -> Option<MessageItem> {
    match op {
        MessageOp::Put { item } => Some(item),
        MessageOp::Remove { .. } => None,
    }
}

/// A state in one word.
pub(crate) fn word(state: MessageState) -> &'static str {
    match state {
        MessageState::Received => "received",
        MessageState::Held => "held",
        MessageState::Sending => "sending",
        MessageState::Sent => "sent",
        MessageState::Delivered => "delivered",
        MessageState::Read => "read",
        MessageState::Failed => "failed",
    }
}
