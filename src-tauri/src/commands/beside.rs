//! The small window in which a call stays in sight over other programs.

use sotto_engine::{
    error::{Code, Error},
    view::CallUpdate,
};
use tauri::{AppHandle, State, WebviewWindow};

use crate::{beside, channel, engine::EngineCell, shell::Shell};

/// Answers when that window is gone, however that comes.
#[tauri::command]
pub(crate) async fn call_float(
    app: AppHandle,
    shell: State<'_, Shell>,
    engine: State<'_, EngineCell>,
) -> Result<(), Error> {
    let mut updates = engine.ready().await?.call_subscribe()?;
    let mut gone = channel::gone(beside::FLOATING);
    beside::float(&app, shell.words());
    loop {
        tokio::select! {
            () = &mut gone => return Ok(()),
            update = updates.recv() => match update {
                None | Some(CallUpdate::State { call: None }) => break,
                Some(_) => {}
            }
        }
    }
    beside::close(&app, beside::FLOATING);
    Ok(())
}

/// Back to the call, in the large window.
#[tauri::command]
pub(crate) async fn call_float_end(app: AppHandle, shell: State<'_, Shell>) -> Result<(), Error> {
    shell.call_wanted();
    beside::close(&app, beside::FLOATING);
    Ok(())
}

/// The pointer takes the window along, as it would by a frame.
#[tauri::command]
pub(crate) async fn call_float_move(window: WebviewWindow) -> Result<(), Error> {
    window.start_dragging().map_err(|error| Error::new(Code::Internal, format!("moving the window: {error}")))
}
