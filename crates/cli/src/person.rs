//! Whom a command means: a phone number, or the number of a chat.

use sotto_engine::{
    Handle,
    error::{Code, Error},
};

use crate::failure::Failure;

/// The chat that `text` means; a number that was never written to is looked up first.
pub(crate) async fn chat_of(engine: &Handle, text: &str) -> Result<i64, Failure> {
    if text.starts_with('+') {
        return Ok(engine.chat_start(text).await?);
    }
    let chat = text.parse().map_err(|_| not_there(text))?;
    let known = engine.chats().await?.iter().any(|row| row.id == chat);
    if known { Ok(chat) } else { Err(not_there(text)) }
}

fn not_there(text: &str) -> Failure {
    Error::new(Code::NotFound, format!("{text} is neither a phone number nor a chat")).into()
}
