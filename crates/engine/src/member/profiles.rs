//! Names and pictures: one's own are published, others' fetched, both encrypted with a profile key.

use std::{collections::BTreeSet, sync::Arc};

use sotto_machine::{
    Profile, delivery_token, open_profile,
    rows::{ChatId, ContactRow, OwnRow},
    seal_profile,
    step::{Event, Input},
};
use sotto_store::{OwnProfileRow, ProfileRow};
use sotto_wire::{DeliveryTokenHash, Timestamp, limits::DAY, rest::AccountSettings};
use tokio::{sync::mpsc, task::JoinSet};
use tracing::{debug, warn};

use crate::{
    clock::Clock,
    database::Database,
    error::Error,
    kept,
    net::{directory::Directory, rest::Rest},
};

/// Fetches the profiles asked for, and each time a connection stands those older than a day.
pub(super) async fn fetch(
    mut wanted: mpsc::UnboundedReceiver<ChatId>,
    database: Database,
    directory: Directory,
    clock: Arc<dyn Clock>,
) {
    let mut connected = directory.connected.clone();
    let mut under_way = JoinSet::new();
    let mut chats = BTreeSet::new();
    loop {
        tokio::select! {
            chat = wanted.recv() => match chat {
                Some(chat) => drop(chats.insert(chat)),
                None => return,
            },
            changed = connected.changed() => {
                if changed.is_err() {
                    return;
                }
                if *connected.borrow_and_update() {
                    chats.extend(outdated(&database, clock.now()).await.unwrap_or_default());
                }
            }
            Some(_) = under_way.join_next() => {}
        }
        // One at a time: a person with a thousand contacts must not flood the relay.
        if under_way.is_empty()
            && let Some(chat) = chats.pop_first()
        {
            let (database, directory, now) = (database.clone(), directory.clone(), clock.now());
            under_way.spawn(async move {
                if let Err(error) = fetch_one(chat, &database, &directory, now).await {
                    debug!(%error, "a profile was not fetched");
                }
            });
        }
    }
}

async fn outdated(database: &Database, now: Timestamp) -> Result<Vec<ChatId>, Error> {
    let look = move |queries: &sotto_store::Queries<'_>| {
        let mut chats = Vec::new();
        for contact in queries.contacts()? {
            let fetched_at = queries.profile_fetched_at(&contact.account)?.unwrap_or(0);
            if contact.profile_key.is_some() && fetched_at + DAY <= now {
                chats.push(contact.chat);
            }
        }
        Ok(chats)
    };
    database.read(look).await
}

async fn fetch_one(chat: ChatId, database: &Database, directory: &Directory, now: Timestamp) -> Result<(), Error> {
    let contact = database.read(move |queries| Ok(queries.contact(chat)?.map(|details| details.contact))).await?;
    let Some(ContactRow { account, profile_key: Some(key), .. }) = contact else { return Ok(()) };
    let call = |rest: Arc<Rest>| async move { rest.get_profile(&account).await };
    let Some(sealed) = directory.persist("profile", call).await? else { return Ok(()) };
    let Ok(profile) = open_profile(&sealed, &key, &account) else {
        warn!(?account, "a profile does not open");
        return Ok(());
    };
    let row = ProfileRow { own_name: profile.name, about: profile.about, picture: profile.picture, fetched_at: now };
    let write = move |batch: &mut sotto_store::Batch<'_>| {
        batch.put_profile(&account, &row)?;
        Ok(vec![Event::Chat(chat)])
    };
    database.jobs.write(write).await
}

/// Publishes what is not published yet: at the start, and whenever something has changed.
pub(super) async fn publish(mut changed: mpsc::UnboundedReceiver<()>, database: Database, directory: Directory) {
    loop {
        if let Err(error) = publish_all(&database, &directory).await {
            warn!(%error, "the profile was not published");
        }
        if changed.recv().await.is_none() {
            return;
        }
        // Many changes at once are one.
        while changed.try_recv().is_ok() {}
    }
}

/// What others may know: the relay first, then the people one writes with, and only then it counts as told.
async fn publish_all(database: &Database, directory: &Directory) -> Result<(), Error> {
    let look = |queries: &sotto_store::Queries<'_>| {
        let own = queries.own()?;
        let token = own.as_ref().map(|own| delivery_token(&own.profile_key).hash());
        let token = token.filter(|token| kept::TOKEN_TOLD.get(queries).ok().flatten().as_ref() != Some(token));
        let findable = kept::SETTINGS.get(queries)?.unwrap_or_default().findable;
        // Whoever has just registered can be found.
        let told = kept::FINDABLE_TOLD.get(queries)?.unwrap_or(true);
        Ok((own, token, Some(findable).filter(|findable| *findable != told)))
    };
    let (Some(own), token, findable) = database.read(look).await? else { return Ok(()) };
    publish_settings(database, directory, token, findable).await?;
    let published = publish_profile(&own, token.is_some(), directory, database).await?;
    if token.is_none() && published.is_none() {
        return Ok(());
    }
    database.jobs.step(Input::ProfilePublished).await?;
    let write = move |batch: &mut sotto_store::Batch<'_>| {
        if let Some(token) = &token {
            kept::TOKEN_TOLD.put(batch, token)?;
        }
        // Changed again meanwhile: that version is still to be published.
        if published.is_some() && batch.queries().own_profile()?.map(unpublished) == published {
            batch.set_own_profile_published(true)?;
        }
        Ok(Vec::new())
    };
    database.jobs.write(write).await
}

/// A version of one's own profile, whether published or not.
fn unpublished(row: OwnProfileRow) -> OwnProfileRow {
    OwnProfileRow { published: false, ..row }
}

/// The version that the relay has now, if it is another than before or lies there under another key.
async fn publish_profile(
    own: &OwnRow,
    another_key: bool,
    directory: &Directory,
    database: &Database,
) -> Result<Option<OwnProfileRow>, Error> {
    let look = move |queries: &sotto_store::Queries<'_>| {
        Ok((queries.own_profile()?.filter(|row| another_key || !row.published), queries.own_picture()?))
    };
    let (Some(row), picture) = database.read(look).await? else { return Ok(None) };
    let profile = Profile { name: row.name.clone(), about: row.about.clone(), picture };
    let sealed = seal_profile(&profile, &own.profile_key, &own.account, &mut rand::rng());
    let call = |rest: Arc<Rest>| {
        let sealed = sealed.clone();
        async move { rest.put_profile(sealed).await }
    };
    directory.persist("own profile", call).await?;
    Ok(Some(unpublished(row)))
}

async fn publish_settings(
    database: &Database,
    directory: &Directory,
    token: Option<DeliveryTokenHash>,
    findable: Option<bool>,
) -> Result<(), Error> {
    if token.is_none() && findable.is_none() {
        return Ok(());
    }
    let settings = AccountSettings { findable, delivery_token_hash: token };
    let call = |rest: Arc<Rest>| {
        let settings = settings.clone();
        async move { rest.put_settings(&settings).await }
    };
    directory.persist("settings", call).await?;
    let write = move |batch: &mut sotto_store::Batch<'_>| {
        if let Some(findable) = &findable {
            kept::FINDABLE_TOLD.put(batch, findable)?;
        }
        Ok(Vec::new())
    };
    database.jobs.write(write).await
}
