//! The three ways to run a statement: for one row, for all rows, for its effect. Statements are cached.

use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::{
    column::{Column, Fields},
    error::StoreError,
};

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

pub(crate) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&mut Fields<'_, '_>) -> rusqlite::Result<T>,
) -> Result<Option<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row(params, |row| read(&mut Fields::of(row))).optional()?)
}

pub(crate) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&mut Fields<'_, '_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row: &Row<'_>| read(&mut Fields::of(row)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The first column of the first row.
pub(crate) fn value<T: Column>(connection: &Connection, sql: &str, params: impl Params) -> Result<Option<T>> {
    one(connection, sql, params, |fields| fields.take())
}

pub(crate) fn run(connection: &Connection, sql: &str, params: impl Params) -> Result<usize> {
    Ok(connection.prepare_cached(sql)?.execute(params)?)
}
