//! Keys of people: comparing and accepting them.

use sotto_machine::step::Input;

use super::{chat_id, missing};
use crate::{Handle, error::Error, view::SafetyNumber};

impl Handle {
    /// The number two people compare to know that nobody is in between.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`] as long as no key of theirs was seen.
    pub async fn safety_number(&self, chat: i64) -> Result<SafetyNumber, Error> {
        let chat = chat_id(chat);
        let look = move |queries: &sotto_store::Queries<'_>| {
            let Some(details) = queries.contact(chat)? else { return Ok(None) };
            Ok(queries.own()?.zip(queries.peer(&details.contact.account)?))
        };
        let keys = self.running.open()?.database.read(look).await?;
        let (own, peer) = keys.ok_or_else(|| missing("their key"))?;
        let number =
            tokio::task::spawn_blocking(move || sotto_machine::safety_number(&own.account_key, &peer.account_key));
        let number = number.await.map_err(|_| missing("the safety number"))?;
        Ok(SafetyNumber { digits: number.digits, signs: number.signs, qr: number.qr })
    }

    /// "They match."
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`].
    pub async fn trust_verify(&self, chat: i64) -> Result<(), Error> {
        self.running.open()?.database.jobs.step(Input::Verify { chat: chat_id(chat) }).await
    }

    /// Accepts a changed key without comparing; held messages are sent.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`].
    pub async fn trust_accept(&self, chat: i64) -> Result<(), Error> {
        self.running.open()?.database.jobs.step(Input::AcceptKey { chat: chat_id(chat) }).await
    }
}
