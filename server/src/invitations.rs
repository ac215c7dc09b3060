//! Invitations to a closed relay, made by its operator beside a relay that may be running.

use sotto_wire::{Timestamp, limits::DAY};

use crate::{
    codes::{Codes, invitation},
    config::Config,
    running::{DATABASE_FILE, RelayError, create_private},
    store::{Invitation, Store as _, StoreError, sqlite::SqliteStore},
};

/// Digits of an invitation's name in a list: enough to tell one from the other, useless for signing up.
const NAME: usize = 10;

/// The invitations of a relay.
#[derive(Debug)]
pub struct Invitations {
    store: SqliteStore,
    codes: Codes,
}

impl Invitations {
    /// Those of the relay with this configuration.
    ///
    /// # Errors
    /// [`RelayError`], if its database cannot be opened.
    pub async fn of(config: &Config) -> Result<Self, RelayError> {
        let data_dir = config.data_dir()?;
        create_private(&data_dir).map_err(|source| RelayError::DataDir { path: data_dir.clone(), source })?;
        let store = SqliteStore::open(&data_dir.join(DATABASE_FILE), config.limits.database_bytes)?;
        let codes = Codes::new(store.secrets().await?.code_key);
        Ok(Self { store, codes })
    }

    /// Makes `count` invitations that count for `days`. They are known only here and now: the relay keeps hashes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create(&self, count: u32, days: u64, note: &str, now: Timestamp) -> Result<Vec<String>, StoreError> {
        let drawn: Vec<String> = (0..count).map(|_| invitation::draw()).collect();
        let row = |text: &String| Invitation {
            hash: self.codes.hash_invitation(text),
            note: note.to_owned(),
            created: now,
            expires: now.saturating_add(days.saturating_mul(DAY)),
            used: None,
        };
        self.store.invite(drawn.iter().map(row).collect()).await?;
        Ok(drawn)
    }

    /// All that are remembered, oldest first, each with the name by which it is revoked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list(&self) -> Result<Vec<(String, Invitation)>, StoreError> {
        let all = self.store.invitations().await?;
        Ok(all.into_iter().map(|invitation| (name(&invitation.hash), invitation)).collect())
    }

    /// Takes back an invitation that nobody has used, by its name in the list or by itself; `false` if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke(&self, which: &str) -> Result<bool, StoreError> {
        let itself = self.codes.hash_invitation(which);
        let all = self.store.invitations().await?;
        let meant = all.iter().find(|one| one.hash == itself || name(&one.hash) == which);
        match meant {
            Some(invitation) => self.store.revoke_invitation(invitation.hash).await,
            None => Ok(false),
        }
    }
}

fn name(hash: &[u8; 32]) -> String {
    hex::encode(hash).chars().take(NAME).collect()
}
