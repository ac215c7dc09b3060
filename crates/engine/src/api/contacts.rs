//! The contact panel.

use sotto_machine::step::Event;

use super::{chat_id, missing};
use crate::{
    Handle,
    error::{Code, Error},
    rows,
    view::ContactView,
};

/// Longest name given to somebody, in characters.
pub(super) const LONGEST_NAME: usize = 80;

impl Handle {
    /// Everything known of the person of a chat.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn contact_view(&self, chat: i64) -> Result<ContactView, Error> {
        let open = self.running.open()?;
        let chat = chat_id(chat);
        let details = open.database.read(move |queries| queries.contact(chat)).await?;
        let details = details.ok_or_else(|| missing("the chat"))?;
        Ok(rows::contact(details, open.seen.of(chat)))
    }

    /// Gives a person another name on this device; `None` takes it away.
    ///
    /// # Errors
    /// [`Code::NameInvalid`], [`Code::NotFound`].
    pub async fn contact_rename(&self, chat: i64, name: Option<&str>) -> Result<ContactView, Error> {
        let name = name.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        if name.as_ref().is_some_and(|name| name.chars().count() > LONGEST_NAME) {
            return Err(Error::new(Code::NameInvalid, "the name is too long"));
        }
        let id = chat_id(chat);
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            batch.put_given_name(id, name.as_deref())?;
            Ok(vec![Event::Chat(id)])
        };
        self.running.open()?.database.jobs.write(write).await?;
        self.contact_view(chat).await
    }
}
