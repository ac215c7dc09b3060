//! `watch`: a line of JSON for each event. Messages come from every chat; what happens outside chats as the window sees it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sotto_engine::{
    Handle,
    view::{CallUpdate, ChatListUpdate, ChatOp, MessageOp, ThreadUpdate},
};
use tokio::sync::mpsc;

use crate::{arguments::Arguments, failure::Failure, output, session::Session};

/// Prints until interrupted.
pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let session = Session::open_signed_up(arguments).await?;
    let mut events = follow(&session.engine).await?;
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => output::line(&event),
                None => break,
            },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    session.close().await;
    Ok(())
}

/// Everything that happens from now on, as JSON: `{"event": "message", "chat", "message"}`, `{"event": "message_gone",
/// …}`, `{"event": "call", …}`, `{"event": "app", …}`.
pub(crate) async fn follow(engine: &Handle) -> Result<mpsc::UnboundedReceiver<Value>, Failure> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let mut app = engine.app_subscribe();
    let to_app = sender.clone();
    tokio::spawn(async move {
        while let Some(event) = app.recv().await {
            if to_app.send(json!({ "event": "app", "app": event })).is_err() {
                return;
            }
        }
    });
    tokio::spawn(follow_calls(engine.call_subscribe()?, sender.clone()));
    let (_, chats) = engine.chats_subscribe().await?;
    tokio::spawn(follow_chats(engine.clone(), chats, sender));
    Ok(receiver)
}

/// Tells how calls stand and how they ended; how loud they are would be ten lines a second.
async fn follow_calls(mut updates: mpsc::UnboundedReceiver<CallUpdate>, sender: mpsc::UnboundedSender<Value>) {
    while let Some(update) = updates.recv().await {
        if matches!(update, CallUpdate::Levels { .. } | CallUpdate::State { call: None }) {
            continue;
        }
        if sender.send(json!({ "event": "call", "call": update })).is_err() {
            return;
        }
    }
}

/// Follows every chat there is and every chat that comes.
async fn follow_chats(
    engine: Handle,
    mut chats: mpsc::UnboundedReceiver<ChatListUpdate>,
    sender: mpsc::UnboundedSender<Value>,
) {
    let mut followed = BTreeSet::new();
    let mut first = true;
    while let Some(update) = chats.recv().await {
        let rows: Vec<i64> = match update {
            ChatListUpdate::Snapshot { items, .. } => items.iter().map(|row| row.id).collect(),
            ChatListUpdate::Diff { ops, .. } => ops
                .iter()
                .filter_map(|op| match op {
                    ChatOp::Put { item } => Some(item.id),
                    ChatOp::Remove { .. } => None,
                })
                .collect(),
        };
        for chat in rows {
            if followed.insert(chat)
                && let Ok((_, updates)) = engine.thread_subscribe(chat, None).await
            {
                tokio::spawn(follow_thread(chat, updates, sender.clone(), !first));
            }
        }
        first = false;
    }
}

/// `all`: the chat is new, so what its first page holds is news too.
async fn follow_thread(
    chat: i64,
    mut updates: mpsc::UnboundedReceiver<ThreadUpdate>,
    sender: mpsc::UnboundedSender<Value>,
    all: bool,
) {
    while let Some(update) = updates.recv().await {
        let ops: Vec<MessageOp> = match update {
            ThreadUpdate::Snapshot { page, .. } if all => {
                page.items.into_iter().map(|item| MessageOp::Put { item }).collect()
            }
            ThreadUpdate::Snapshot { .. } => Vec::new(),
            ThreadUpdate::Diff { ops, .. } => ops,
        };
        for op in ops {
            let event = match op {
                MessageOp::Put { item } => json!({ "event": "message", "chat": chat, "message": item }),
                MessageOp::Remove { id } => json!({ "event": "message_gone", "chat": chat, "id": id }),
            };
            if sender.send(event).is_err() {
                return;
            }
        }
    }
}
