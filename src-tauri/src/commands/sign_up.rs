//! From a new profile to a number and a code.

use sotto_engine::{
    error::Error,
    view::{CodeRequested, Country, NumberCheck, RelayInfo},
};
use tauri::State;

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn unlock(engine: State<'_, EngineCell>, passphrase: String) -> Result<(), Error> {
    engine.ready().await?.unlock(&passphrase).await
}

#[tauri::command]
pub(crate) async fn passphrase_set(engine: State<'_, EngineCell>, passphrase: String) -> Result<(), Error> {
    engine.ready().await?.passphrase_set(&passphrase).await
}

#[tauri::command]
pub(crate) async fn relay_use_local(engine: State<'_, EngineCell>) -> Result<RelayInfo, Error> {
    engine.ready().await?.relay_use_local().await
}

#[tauri::command]
pub(crate) async fn relay_use(engine: State<'_, EngineCell>, address: String) -> Result<RelayInfo, Error> {
    engine.ready().await?.relay_use(&address).await
}

#[tauri::command]
pub(crate) async fn countries(engine: State<'_, EngineCell>) -> Result<Vec<Country>, Error> {
    Ok(engine.ready().await?.countries())
}

#[tauri::command]
pub(crate) async fn number_check(
    engine: State<'_, EngineCell>,
    region: String,
    input: String,
) -> Result<NumberCheck, Error> {
    Ok(engine.ready().await?.number_check(&region, &input))
}

#[tauri::command]
pub(crate) async fn code_request(
    engine: State<'_, EngineCell>,
    number: String,
    invitation: Option<String>,
) -> Result<CodeRequested, Error> {
    engine.ready().await?.code_request_invited(&number, invitation.as_deref()).await
}

#[tauri::command]
pub(crate) async fn code_submit(engine: State<'_, EngineCell>, code: String) -> Result<(), Error> {
    engine.ready().await?.code_submit(&code).await
}

#[tauri::command]
pub(crate) async fn number_change(engine: State<'_, EngineCell>) -> Result<(), Error> {
    engine.ready().await?.number_change().await
}
