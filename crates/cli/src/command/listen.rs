//! `listen`.

use serde_json::json;
use sotto_engine::view::VoiceUpdate;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{arguments::Arguments, failure::Failure, output::Output, session::Session};

/// Plays one voice message to its end; none follows it.
pub(crate) async fn run(arguments: &Arguments, order: i64, output: &Output) -> Result<(), Failure> {
    let session = Session::open_signed_up(arguments).await?;
    let mut updates = session.engine.voice_subscribe()?;
    let played = match session.engine.voice_play(Some(order), None).await {
        Ok(()) => to_its_end(&mut updates, order).await,
        Err(error) => Err(error.into()),
    };
    session.close().await;
    let duration = played?;
    output.answer(&format!("{order} played"), &json!({ "order": order, "duration": duration }));
    Ok(())
}

async fn to_its_end(updates: &mut UnboundedReceiver<VoiceUpdate>, order: i64) -> Result<u64, Failure> {
    let mut duration = None;
    while let Some(update) = updates.recv().await {
        let VoiceUpdate::State { playback, .. } = update else { continue };
        match (playback, duration) {
            (Some(now), _) if now.order == Some(order) && now.fault.is_some() => return Err(Failure::NoSpeaker),
            (Some(now), _) if now.order == Some(order) => duration = Some(now.duration),
            (_, Some(duration)) => return Ok(duration),
            (_, None) => {}
        }
    }
    Err(Failure::Stopped)
}
