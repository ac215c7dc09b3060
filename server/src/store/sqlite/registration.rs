//! Registration: code, number, account and device in one transaction.

use rusqlite::Connection;

use super::{
    accounts,
    codes::{self, Tried},
    devices, invitations, keys,
};
use crate::store::{NewDevice, Registering, StoreError};

pub(super) fn register(c: &Connection, new: &NewDevice) -> Result<Registering, StoreError> {
    let owner = devices::owner(c, new.device)?;
    if owner == Some((new.account, new.token)) {
        return Ok(Registering::Again);
    }
    match codes::attempt(c, &new.number, &new.code_hash, new.now)? {
        Tried::Right => {}
        Tried::Wrong { tries_left } => return Ok(Registering::CodeWrong { tries_left }),
        Tried::Expired => return Ok(Registering::CodeExpired),
    }
    // Another device of an account that is here comes by the account's next list, not by its number.
    if owner.is_some() || accounts::exists(c, new.account)? {
        return Ok(Registering::Conflict);
    }
    if new.only_invited {
        let invitation = codes::invitation(c, &new.number)?;
        if !invitation.map_or(Ok(false), |hash| invitations::use_up(c, &hash, new.now))? {
            return Ok(Registering::NotInvited);
        }
    }
    let closed = accounts::with_number(c, &new.number)?;
    if let Some(before) = closed {
        accounts::close(c, before)?;
    }
    codes::consume(c, &new.number)?;
    accounts::insert(c, new)?;
    devices::insert(c, new)?;
    keys::add(c, new.device, &new.one_time)?;
    Ok(Registering::Done { closed })
}
