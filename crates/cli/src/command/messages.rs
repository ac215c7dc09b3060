//! `messages`.

use std::time::Duration;

use serde_json::json;
use sotto_engine::{
    Handle,
    view::{AttachmentView, FileState, MessageBody, MessageItem, ThreadPage},
};

use super::send::word;
use crate::{
    arguments::{Arguments, MessagesArguments},
    failure::Failure,
    output::Output,
    person::chat_of,
    session::Session,
};

/// Prints a conversation.
pub(crate) async fn run(arguments: &Arguments, wanted: &MessagesArguments, output: &Output) -> Result<(), Failure> {
    let mut session = Session::open_signed_up(arguments).await?;
    let page = page(&mut session, wanted).await;
    let page = match page {
        Ok(page) => page,
        Err(failure) => {
            session.close().await;
            return Err(failure);
        }
    };
    for item in &page.items {
        output.answer(&human(item), &json!({ "message": item }));
    }
    session.close().await;
    Ok(())
}

async fn page(session: &mut Session, wanted: &MessagesArguments) -> Result<ThreadPage, Failure> {
    if let Some(count) = wanted.await_texts {
        let arrived = async {
            session.caught_up().await?;
            let chat = chat_of(&session.engine, &wanted.with).await?;
            await_texts(&session.engine, chat, count).await
        };
        let in_time = tokio::time::timeout(Duration::from_secs(wanted.timeout), arrived).await;
        in_time.map_err(|_| Failure::TooSlow(wanted.timeout))??;
    }
    let engine = &session.engine;
    let chat = chat_of(engine, &wanted.with).await?;
    let page = engine.thread_page(chat, None, None, wanted.limit).await?;
    if wanted.read
        && let Some(newest) = page.items.last()
    {
        engine.chat_read(chat, newest.order).await?;
    }
    Ok(page)
}

/// Returns once a chat has so many texts of the other person.
async fn await_texts(engine: &Handle, chat: i64, count: usize) -> Result<(), Failure> {
    let (subscription, mut updates) = engine.thread_subscribe(chat, None).await?;
    while updates.recv().await.is_some() {
        let page = engine.thread_page(chat, None, None, u32::MAX).await?;
        let texts = page.items.iter().filter(|i| !i.mine && matches!(i.body, MessageBody::Text { .. })).count();
        if texts >= count {
            return Ok(engine.unsubscribe(subscription)?);
        }
    }
    Err(Failure::Stopped)
}

fn human(item: &MessageItem) -> String {
    let files: String = item.attachments.iter().map(|file| self::file(item.order, file)).collect();
    if let Some(once) = &item.once {
        let who = if item.mine { "you" } else { author(item) };
        return format!("{who}: ({} photos, view once: {:?})", once.photos, once.state);
    }
    match &item.body {
        MessageBody::Text { text } if item.mine => format!("you ({}): {text}{files}", word(item.state)),
        MessageBody::Text { text } => format!("{}: {text}{files}", author(item)),
        MessageBody::Deleted if item.mine => "you: (deleted)".to_owned(),
        MessageBody::Deleted => format!("{}: (deleted)", author(item)),
        MessageBody::Call { call } if item.mine => format!("-- you called: {:?}", call.outcome),
        MessageBody::Call { call } => format!("-- {} called: {:?}", author(item), call.outcome),
        MessageBody::Notice { notice } => format!("-- {notice:?}"),
    }
}

/// Who wrote it; only in groups is it worth a name.
fn author(item: &MessageItem) -> &str {
    item.author.as_ref().map_or("them", |author| &author.name)
}

/// A line below the text, with what `save` needs.
fn file(order: i64, file: &AttachmentView) -> String {
    let here = if file.state == FileState::Here { "" } else { ", not here" };
    format!("\n  {order} --place {}: {} ({} bytes{here})", file.place, file.name, file.size)
}
