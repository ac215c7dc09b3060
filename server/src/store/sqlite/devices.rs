//! Registered devices with what each has published, one-time keys aside.

use rusqlite::{Connection, OptionalExtension as _};
use sotto_wire::{AccountId, CertifiedDevice, DeviceId, DeviceTokenHash, Hash, PublicKey, SealKey, Signed};
use subtle::ConstantTimeEq as _;

use super::{
    keys,
    mailbox::{self, id},
};
use crate::store::{Caller, NewDevice, StoreError};

pub(super) const TABLE: &str = "
CREATE TABLE devices (
    device      BLOB    NOT NULL PRIMARY KEY,
    account     BLOB    NOT NULL REFERENCES accounts (account) ON DELETE CASCADE,
    -- hash of its token
    token       BLOB    NOT NULL,
    certificate BLOB    NOT NULL,
    cert_hash   BLOB    NOT NULL,
    device_key  BLOB    NOT NULL,
    seal_key    BLOB    NOT NULL,
    fallback    BLOB    NOT NULL,
    created     INTEGER NOT NULL
) STRICT;
CREATE INDEX devices_of_account ON devices (account);";

/// What is published of a device, besides pre-keys.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) certificate: CertifiedDevice,
    pub(super) seal_key: Signed<SealKey>,
}

pub(super) fn insert(c: &Connection, new: &NewDevice) -> Result<(), StoreError> {
    let certificate = minicbor::to_vec(&new.certificate).map_err(|_| StoreError::Corrupt)?;
    c.execute(
        "INSERT INTO devices (device, account, token, certificate, cert_hash, device_key, seal_key, fallback, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (
            new.device.0,
            new.account.0,
            new.token.0,
            certificate,
            new.certificate.cert.hash().0,
            new.device_key.0,
            new.seal_key.to_vec(),
            new.fallback.to_vec(),
            new.now,
        ),
    )?;
    Ok(())
}

pub(super) fn authenticate(
    c: &Connection,
    device: DeviceId,
    token: &DeviceTokenHash,
) -> Result<Option<Caller>, StoreError> {
    let row = c
        .prepare_cached("SELECT account, token, device_key FROM devices WHERE device = ?1")?
        .query_row([device.0], |row| Ok((AccountId(id(row, 0)?), id::<32>(row, 1)?, PublicKey(id(row, 2)?))))
        .optional()?;
    let Some((account, known, device_key)) = row else { return Ok(None) };
    if !bool::from(known.ct_eq(&token.0)) {
        return Ok(None);
    }
    let (one_time_keys, expired) = (keys::count(c, device)?, mailbox::expired(c, device)?);
    Ok(Some(Caller { account, device, device_key, one_time_keys, expired }))
}

/// Devices of an account, each with the hash of its certificate.
pub(super) fn of_account(c: &Connection, account: AccountId) -> Result<Vec<(DeviceId, Hash)>, StoreError> {
    let mut query = c.prepare_cached("SELECT device, cert_hash FROM devices WHERE account = ?1")?;
    let devices = query.query_map([account.0], |row| Ok((DeviceId(id(row, 0)?), Hash(id(row, 1)?))))?;
    Ok(devices.collect::<Result<_, _>>()?)
}

/// Whose device this is, and the hash of its token.
pub(super) fn owner(c: &Connection, device: DeviceId) -> Result<Option<(AccountId, DeviceTokenHash)>, StoreError> {
    let row = c.query_row("SELECT account, token FROM devices WHERE device = ?1", [device.0], |row| {
        Ok((AccountId(id(row, 0)?), DeviceTokenHash(id(row, 1)?)))
    });
    Ok(row.optional()?)
}

pub(super) fn published(c: &Connection, device: DeviceId) -> Result<Option<Published>, StoreError> {
    let row: Option<(Vec<u8>, Vec<u8>)> = c
        .prepare_cached("SELECT certificate, seal_key FROM devices WHERE device = ?1")?
        .query_row([device.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((certificate, seal_key)) = row else { return Ok(None) };
    Ok(Some(Published {
        certificate: minicbor::decode(&certificate).map_err(|_| StoreError::Corrupt)?,
        seal_key: Signed::from_slice(&seal_key).map_err(|_| StoreError::Corrupt)?,
    }))
}

/// A device is no longer its account's: its token, its keys and its mailbox go with it.
pub(super) fn remove(c: &Connection, device: DeviceId) -> Result<(), StoreError> {
    c.execute("DELETE FROM devices WHERE device = ?1", [device.0])?;
    mailbox::purge(c, device)
}
