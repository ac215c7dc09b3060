//! Groups: founding, changing, and who is in them.

use sotto_engine::{
    error::Error,
    view::{GroupPolicy, GroupReceipt, GroupRole, GroupView},
};
use tauri::State;

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn group_create(
    engine: State<'_, EngineCell>,
    name: String,
    about: String,
    picture: Option<u64>,
    members: Vec<i64>,
) -> Result<i64, Error> {
    engine.ready().await?.group_found(&name, &about, picture, &members).await
}

#[tauri::command]
pub(crate) async fn group_describe(engine: State<'_, EngineCell>, chat: i64, about: String) -> Result<(), Error> {
    engine.ready().await?.group_describe(chat, &about).await
}

#[tauri::command]
pub(crate) async fn group_picture(engine: State<'_, EngineCell>, chat: i64, picture: Option<u64>) -> Result<(), Error> {
    engine.ready().await?.group_picture(chat, picture).await
}

#[tauri::command]
pub(crate) async fn group_add(engine: State<'_, EngineCell>, chat: i64, members: Vec<i64>) -> Result<(), Error> {
    engine.ready().await?.group_add(chat, &members).await
}

#[tauri::command]
pub(crate) async fn group_remove(engine: State<'_, EngineCell>, chat: i64, account: String) -> Result<(), Error> {
    engine.ready().await?.group_remove(chat, &account).await
}

#[tauri::command]
pub(crate) async fn group_leave(engine: State<'_, EngineCell>, chat: i64) -> Result<(), Error> {
    engine.ready().await?.group_leave(chat).await
}

#[tauri::command]
pub(crate) async fn group_role(
    engine: State<'_, EngineCell>,
    chat: i64,
    account: String,
    role: GroupRole,
) -> Result<(), Error> {
    engine.ready().await?.group_role(chat, &account, role).await
}

#[tauri::command]
pub(crate) async fn group_rename(engine: State<'_, EngineCell>, chat: i64, name: String) -> Result<(), Error> {
    engine.ready().await?.group_rename(chat, &name).await
}

#[tauri::command]
pub(crate) async fn group_policy(engine: State<'_, EngineCell>, chat: i64, policy: GroupPolicy) -> Result<(), Error> {
    engine.ready().await?.group_policy(chat, policy).await
}

#[tauri::command]
pub(crate) async fn group_view(engine: State<'_, EngineCell>, chat: i64) -> Result<GroupView, Error> {
    engine.ready().await?.group_view(chat).await
}

#[tauri::command]
pub(crate) async fn group_receipts(engine: State<'_, EngineCell>, id: String) -> Result<Vec<GroupReceipt>, Error> {
    engine.ready().await?.group_receipts(&id).await
}

#[tauri::command]
pub(crate) async fn group_link_set(
    engine: State<'_, EngineCell>,
    chat: i64,
    approval: bool,
    fresh: bool,
) -> Result<(), Error> {
    engine.ready().await?.group_link_set(chat, approval, fresh).await
}

#[tauri::command]
pub(crate) async fn group_link_remove(engine: State<'_, EngineCell>, chat: i64) -> Result<(), Error> {
    engine.ready().await?.group_link_remove(chat).await
}

#[tauri::command]
pub(crate) async fn group_join(engine: State<'_, EngineCell>, link: String) -> Result<Option<i64>, Error> {
    engine.ready().await?.group_join(&link).await
}

#[tauri::command]
pub(crate) async fn group_admit(engine: State<'_, EngineCell>, chat: i64, account: String) -> Result<(), Error> {
    engine.ready().await?.group_admit(chat, &account).await
}

#[tauri::command]
pub(crate) async fn group_decline(engine: State<'_, EngineCell>, chat: i64, account: String) -> Result<(), Error> {
    engine.ready().await?.group_decline(chat, &account).await
}
