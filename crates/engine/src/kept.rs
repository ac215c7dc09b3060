//! What the engine keeps among the settings: by which key, and what it means.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sotto_store::{Batch, Queries, StoreError};
use sotto_wire::{DeliveryTokenHash, rest::Registration};

use crate::{
    deck::Draft,
    view::{Folder, Settings, StoryAudience},
};

/// The person's choices, one value.
pub(crate) const SETTINGS: Key<Settings> = Key::new("settings");
/// The registration as it was, or is to be, sent; its code is left out. Kept so that it can be sent again
/// with the same keys and the same token after a lost answer, a wrong code or a crash.
pub(crate) const REGISTRATION: Key<Registration> = Key::new("registration");
/// The relay knows the account in the database.
pub(crate) const REGISTERED: Key<bool> = Key::new("registered");
/// The relay takes only the invited, as it said when it was chosen.
pub(crate) const INVITATION_NEEDED: Key<bool> = Key::new("invitation_needed");
/// The invitation that got a code, for the next code. Gone once signed up.
pub(crate) const INVITATION: Key<String> = Key::new("invitation");
/// What the relay was last told about being found.
pub(crate) const FINDABLE_TOLD: Key<bool> = Key::new("findable_told");

/// Speech that was recorded and not sent yet.
pub(crate) const RECORDING: Key<Draft> = Key::new("recording");
/// Whom the last story was for.
pub(crate) const STORY_AUDIENCE: Key<StoryAudience> = Key::new("story_audience");
/// Emoji last used, the newest first.
pub(crate) const EMOJI: Key<Vec<String>> = Key::new("emoji");
/// Chats kept together, in the order in which they are shown.
pub(crate) const FOLDERS: Key<Vec<Folder>> = Key::new("folders");
/// What the relay was last told about one's delivery token.
pub(crate) const TOKEN_TOLD: Key<DeliveryTokenHash> = Key::new("token_told");

/// One setting and its type.
#[derive(Debug)]
pub(crate) struct Key<T> {
    name: &'static str,
    kind: std::marker::PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Key<T> {
    const fn new(name: &'static str) -> Self {
        Self { name, kind: std::marker::PhantomData }
    }

    /// What is kept. A value that an older or newer program wrote in another shape counts as absent.
    pub(crate) fn get(&self, queries: &Queries<'_>) -> Result<Option<T>, StoreError> {
        Ok(queries.setting(self.name)?.and_then(|value| serde_json::from_value(value).ok()))
    }

    pub(crate) fn put(&self, batch: &mut Batch<'_>, value: &T) -> Result<(), StoreError> {
        batch.put_setting(self.name, &serde_json::to_value(value)?)
    }

    pub(crate) fn forget(&self, batch: &mut Batch<'_>) -> Result<(), StoreError> {
        batch.put_setting(self.name, &Value::Null)
    }
}
