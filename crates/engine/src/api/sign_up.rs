//! From a new profile to a signed-up device: passphrase, relay, number, code.

use sotto_machine::sign_up;
use sotto_store::{RelayRow, SignUpRow};
use sotto_wire::{
    DeviceToken, PhoneNumber, Timestamp,
    rest::{CodeRequest, ErrorBody, ErrorCode, Registered, Registration, RegistrationMode},
};
use tracing::info;

use super::missing;
use crate::{
    Handle,
    driver::Job,
    error::{Code, Error},
    kept,
    net::rest::{Rest, RestError},
    number, rows,
    running::Running,
    secret,
    view::{CodeRequested, RelayInfo, Stage},
};

impl Handle {
    /// Opens a database whose key is wrapped by a passphrase.
    ///
    /// # Errors
    /// [`Code::PassphraseWrong`].
    pub async fn unlock(&self, passphrase: &str) -> Result<(), Error> {
        let profile = self.running.profile.lock().await;
        let dir = profile.as_ref().ok_or_else(in_use)?;
        if self.running.open().is_ok() {
            return Ok(());
        }
        let key = secret::unlock(dir, passphrase).await?;
        self.running.open_database(dir, key).await
    }

    /// Chooses the passphrase of a new profile where there is no keychain.
    ///
    /// # Errors
    /// [`Code::PassphraseTooShort`].
    pub async fn passphrase_set(&self, passphrase: &str) -> Result<(), Error> {
        let profile = self.running.profile.lock().await;
        let dir = profile.as_ref().ok_or_else(in_use)?;
        if self.running.open().is_ok() {
            return Ok(());
        }
        let key = secret::choose_passphrase(dir, passphrase).await?;
        self.running.open_database(dir, key).await
    }

    /// "On this computer": starts the bundled relay and keeps to it.
    ///
    /// # Errors
    /// [`Code::LocalRelayFailed`].
    pub async fn relay_use_local(&self) -> Result<RelayInfo, Error> {
        let address = self.running.local_relay().await?;
        self.running.keep_relay(&address, true).await
    }

    /// "Another server": checks that a relay of this version answers, and keeps to it.
    ///
    /// # Errors
    /// [`Code::RelayUnreachable`], [`Code::RelayIncompatible`].
    pub async fn relay_use(&self, address: &str) -> Result<RelayInfo, Error> {
        self.running.choose_relay(address).await
    }

    /// Has the relay send a code to a number. An invitation that has served for this once goes along again.
    ///
    /// # Errors
    /// [`Code::NumberInvalid`], [`Code::RateLimited`], [`Code::CodeNotSent`], [`Code::InvitationNeeded`] and what
    /// the network says.
    pub async fn code_request(&self, number: &str) -> Result<CodeRequested, Error> {
        self.code_request_invited(number, None).await
    }

    /// The same, at a relay that takes only the invited.
    ///
    /// # Errors
    /// As [`Self::code_request`].
    pub async fn code_request_invited(&self, number: &str, invitation: Option<&str>) -> Result<CodeRequested, Error> {
        let number: PhoneNumber = number.parse().map_err(|_| Error::new(Code::NumberInvalid, "not a phone number"))?;
        let relay = self.running.relay().await?;
        let requested_at = self.running.config.clock.now();
        let invitation = match invitation.map(str::trim).filter(|given| !given.is_empty()) {
            Some(given) => Some(given.to_owned()),
            None => self.running.open()?.database.read(|queries| kept::INVITATION.get(queries)).await?,
        };
        let request = CodeRequest { number: number.clone(), invitation: invitation.clone() };
        let sent = Rest::new(&relay.address)?.request_code(&request).await?;
        let row = SignUpRow {
            number: number.clone(),
            requested_at,
            expires_at: after(requested_at, sent.expires_in_s),
            resend_at: after(requested_at, sent.resend_after_s),
        };
        let answer = CodeRequested {
            number: number.to_string(),
            number_display: number::display(&number),
            expires_at: row.expires_at,
            resend_at: row.resend_at,
            code_shown: self.code_shown(&relay, &row).await,
        };
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            batch.put_sign_up(Some(&row))?;
            if let Some(invitation) = invitation {
                kept::INVITATION.put(batch, &invitation)?;
            }
            Ok(Vec::new())
        };
        self.running.open()?.database.jobs.write(write).await?;
        self.running.show_onboarding(&relay, Some(&number)).await?;
        Ok(answer)
    }

    /// Only what the bundled relay sent is shown: whoever runs it sits here.
    async fn code_shown(&self, relay: &RelayRow, row: &SignUpRow) -> Option<String> {
        if !relay.local {
            return None;
        }
        self.running.local.lock().await.as_ref()?.code_for(&row.number, row.requested_at)
    }

    /// Registers this device with the code that was sent.
    ///
    /// Asking again after a lost answer, a wrong code or a crash sends the same keys and the same token.
    ///
    /// # Errors
    /// [`Code::CodeWrong`], [`Code::CodeExpired`] and what the network says.
    pub async fn code_submit(&self, code: &str) -> Result<(), Error> {
        let relay = self.running.relay().await?;
        let database = &self.running.open()?.database;
        let (sign_up, registered) =
            database.read(|queries| Ok((queries.sign_up()?, kept::REGISTERED.get(queries)?.unwrap_or(false)))).await?;
        if registered {
            return Ok(());
        }
        let sign_up = sign_up.ok_or_else(|| Error::new(Code::CodeExpired, "no code was asked for"))?;
        let rest = Rest::new(&relay.address)?;
        let mut registration = self.registration(&rest, &relay, sign_up.number).await?;
        registration.code = code.trim().to_owned();
        let answer = rest.register(&registration).await;
        if let Err(RestError::Refused { body: ErrorBody { code: ErrorCode::KeysRejected, .. }, .. }) = &answer {
            // What was drawn is no good there: the next try draws anew.
            let write = |batch: &mut sotto_store::Batch<'_>| {
                kept::REGISTRATION.forget(batch)?;
                Ok(Vec::new())
            };
            database.jobs.write(write).await?;
        }
        self.signed_up(answer?, &registration).await
    }

    /// What to register with: as drawn before for this number, or drawn now and committed before it is sent.
    async fn registration(&self, rest: &Rest, relay: &RelayRow, number: PhoneNumber) -> Result<Registration, Error> {
        let database = &self.running.open()?.database;
        let drawn = database.read(|queries| kept::REGISTRATION.get(queries)).await?;
        if let Some(drawn) = drawn.filter(|drawn| drawn.number == number) {
            return Ok(drawn);
        }
        let standing_key = rest.relay().await?.standing_key;
        let drawn = sign_up(number.clone(), standing_key, self.running.config.clock.now(), &mut rand::rng());
        let token = DeviceToken(rand::random());
        let registration = Registration {
            number,
            code: String::new(),
            device: drawn.device,
            list: drawn.list,
            keys: drawn.keys,
            token_hash: token.hash(),
            delivery_token_hash: sotto_machine::delivery_token(&drawn.own.profile_key).hash(),
        };
        let (kept, changes) = (registration.clone(), drawn.changes);
        let relay = RelayRow { device_token: Some(token), ..relay.clone() };
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            for change in &changes {
                batch.apply(change)?;
            }
            batch.put_relay(&relay)?;
            kept::REGISTRATION.put(batch, &kept)?;
            Ok(Vec::new())
        };
        database.jobs.write(write).await?;
        Ok(registration)
    }

    async fn signed_up(&self, answer: Registered, registration: &Registration) -> Result<(), Error> {
        let database = &self.running.open()?.database;
        let (own, relay) = database.read(|queries| Ok((queries.own()?, queries.relay()?))).await?;
        let (Some(own), Some(relay)) = (own, relay) else { return Err(missing("the drawn account")) };
        if own.account != answer.account || own.number != registration.number {
            return Err(Error::new(Code::KeysRejected, "the relay registered another account"));
        }
        let write = |batch: &mut sotto_store::Batch<'_>| {
            kept::REGISTERED.put(batch, &true)?;
            kept::REGISTRATION.forget(batch)?;
            kept::INVITATION.forget(batch)?;
            batch.put_sign_up(None)?;
            Ok(Vec::new())
        };
        database.jobs.write(write).await?;
        database.jobs.ask(|done| Job::SignedUp { done }).await?;
        info!("signed up");
        self.running.board.update(|state| state.stage = Stage::ChooseProfile);
        self.running.show_me().await?;
        self.running.sign_in(&own, &relay).await
    }

    /// Back to the number, which was wrong.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn number_change(&self) -> Result<(), Error> {
        let relay = self.running.relay().await?;
        let write = |batch: &mut sotto_store::Batch<'_>| {
            batch.put_sign_up(None)?;
            Ok(Vec::new())
        };
        self.running.open()?.database.jobs.write(write).await?;
        self.running.show_onboarding(&relay, None).await
    }
}

impl Running {
    /// Checks and keeps a relay somewhere else.
    pub(crate) async fn choose_relay(&self, address: &str) -> Result<RelayInfo, Error> {
        self.keep_relay(address, false).await
    }

    pub(crate) async fn keep_relay(&self, address: &str, local: bool) -> Result<RelayInfo, Error> {
        let database = &self.open()?.database;
        let rest = Rest::new(address)?;
        let info = rest.relay().await?;
        let (registered, before) =
            database.read(|queries| Ok((kept::REGISTERED.get(queries)?, queries.relay()?))).await?;
        let address = rest.address();
        if registered == Some(true) && before.as_ref().is_none_or(|before| before.address != address) {
            return Err(Error::new(Code::Internal, "somebody is signed up at another relay"));
        }
        let same = before.filter(|before| before.address == address);
        // Another relay, another standing key: what was drawn for the one before is of no use here.
        let moved = same.is_none();
        let row = RelayRow {
            address,
            name: info.name,
            local,
            device_token: same.as_ref().and_then(|same| same.device_token),
            standing: None,
            signed_out: same.is_some_and(|same| same.signed_out),
        };
        let chosen = row.clone();
        let invitation_needed = info.registration == RegistrationMode::Invitation;
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            batch.put_relay(&row)?;
            kept::INVITATION_NEEDED.put(batch, &invitation_needed)?;
            if moved {
                kept::REGISTRATION.forget(batch)?;
                kept::INVITATION.forget(batch)?;
                batch.put_sign_up(None)?;
            }
            Ok(Vec::new())
        };
        database.jobs.write(write).await?;
        let number = database.read(|queries| queries.sign_up()).await?.map(|row| row.number);
        self.show_onboarding(&chosen, number.as_ref()).await?;
        Ok(rows::relay(&chosen))
    }

    pub(crate) async fn relay(&self) -> Result<RelayRow, Error> {
        let relay = self.open()?.database.read(|queries| queries.relay()).await?;
        relay.ok_or_else(|| Error::new(Code::RelayUnreachable, "no relay was chosen"))
    }

    /// Draws how far a sign-up has come, if that is what is drawn.
    async fn show_onboarding(&self, relay: &RelayRow, number: Option<&PhoneNumber>) -> Result<(), Error> {
        let needed = self.open()?.database.read(|queries| kept::INVITATION_NEEDED.get(queries)).await?;
        let stage = rows::onboarding(Some(relay), number, needed.unwrap_or(false));
        self.board.update(|state| {
            if matches!(state.stage, Stage::Onboarding { .. }) {
                state.stage = stage.clone();
            }
        });
        Ok(())
    }
}

fn after(at: Timestamp, seconds: u64) -> Timestamp {
    at.saturating_add(seconds.saturating_mul(1_000))
}

fn in_use() -> Error {
    Error::new(Code::ProfileInUse, "another process uses this profile")
}
