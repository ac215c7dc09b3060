//! The schema: each table's own file holds its part.

use rusqlite::{Connection, TransactionBehavior};

use super::{accounts, codes, devices, files, groups, invitations, keys, mailbox, profiles, reports, secrets, sends};
use crate::store::StoreError;

/// Steps from an empty database to the current one; a step, once released, is never changed.
const STEPS: [&[&str]; 7] = [
    &[
        secrets::TABLE,
        codes::TABLE,
        accounts::TABLE,
        profiles::TABLE,
        devices::TABLE,
        keys::TABLE,
        mailbox::HEADS,
        mailbox::TABLE,
        sends::TABLE,
    ],
    &[invitations::TABLE, codes::INVITED, accounts::FINDABLE],
    &[mailbox::ADD_PAYLOAD, mailbox::PAYLOADS, groups::TABLES],
    &[files::TABLE, files::USE],
    &[mailbox::BY_NUMBER],
    &[files::ADD_EXPIRES],
    &[reports::TABLE],
];

/// Brings a database up to date.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
    if version > known {
        return Err(StoreError::TooNew(version));
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for table in STEPS.iter().skip(version as usize).flat_map(|step| *step) {
        transaction.execute_batch(table)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

/// The whole schema as SQL.
pub fn schema() -> String {
    STEPS.iter().flat_map(|step| step.iter()).map(|table| format!("{}\n", table.trim())).collect()
}

#[cfg(test)]
mod tests;
