//! `call` and `answer`: one call, followed line by line until it is over.

use std::time::Duration;

use serde_json::json;
use sotto_engine::{
    Handle,
    view::{CallOutcome, CallStage, CallUpdate},
};
use tokio::{sync::mpsc::UnboundedReceiver, time::Instant};

use crate::{
    arguments::{AnswerArguments, Arguments, CallArguments, Talk},
    failure::Failure,
    output::Output,
    person::chat_of,
    session::Session,
};

/// Calls somebody and talks until one side hangs up.
pub(crate) async fn call(arguments: &Arguments, wanted: &CallArguments, output: &Output) -> Result<(), Failure> {
    let mut session = Session::open_signed_up(arguments).await?;
    let talked = async {
        session.caught_up().await?;
        let chat = chat_of(&session.engine, &wanted.to).await?;
        let mut updates = session.engine.call_subscribe()?;
        session.engine.call_start(chat, wanted.talk.video).await?;
        follow(&session.engine, &mut updates, &wanted.talk, output).await
    };
    let talked = talked.await;
    session.close().await;
    talked
}

/// Waits for a call and answers or declines it.
pub(crate) async fn answer(arguments: &Arguments, wanted: &AnswerArguments, output: &Output) -> Result<(), Failure> {
    let session = Session::open_signed_up(arguments).await?;
    let talked = async {
        let mut updates = session.engine.call_subscribe()?;
        let rings = tokio::time::timeout(Duration::from_secs(wanted.timeout), ring(&mut updates));
        rings.await.map_err(|_| Failure::NobodyCalled(wanted.timeout))??;
        if wanted.decline {
            session.engine.call_end().await?;
        } else {
            session.engine.call_answer(wanted.talk.video).await?;
        }
        follow(&session.engine, &mut updates, &wanted.talk, output).await
    };
    let talked = talked.await;
    session.close().await;
    talked
}

async fn ring(updates: &mut UnboundedReceiver<CallUpdate>) -> Result<(), Failure> {
    while let Some(update) = updates.recv().await {
        if matches!(update, CallUpdate::State { call: Some(call) } if call.stage == CallStage::Incoming) {
            return Ok(());
        }
    }
    Err(Failure::Stopped)
}

/// Tells what happens until the call is over, and hangs up when its time has come or on an interruption.
async fn follow(
    engine: &Handle,
    updates: &mut UnboundedReceiver<CallUpdate>,
    talk: &Talk,
    output: &Output,
) -> Result<(), Failure> {
    let mut until: Option<Instant> = None;
    let mut stage = None;
    loop {
        let enough = async {
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        let update = tokio::select! {
            update = updates.recv() => update.ok_or(Failure::Stopped)?,
            () = enough => {
                until = None;
                engine.call_end().await?;
                continue;
            }
            _ = tokio::signal::ctrl_c() => {
                engine.call_end().await?;
                continue;
            }
        };
        match &update {
            CallUpdate::State { call: Some(call) } if stage.as_ref() != Some(&call.stage) => {
                output.answer(stage_word(&call.stage), &update);
                if matches!(call.stage, CallStage::Talking { .. }) && until.is_none() {
                    until = talk.seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
                }
                stage = Some(call.stage.clone());
            }
            CallUpdate::Numbers { numbers } => {
                let tone = numbers.tone.map(|code| format!(", tone {code}")).unwrap_or_default();
                let (came, lost, frames) = (numbers.voice_received, numbers.voice_lost, numbers.frames_received);
                output.answer(&format!("{came} packets of sound, {lost} lost, {frames} pictures{tone}"), &update);
            }
            CallUpdate::Ended { outcome, fault, .. } => {
                output.answer(&format!("ended: {}", json!(outcome).as_str().unwrap_or_default()), &update);
                return match outcome {
                    CallOutcome::Answered | CallOutcome::Declined if fault.is_none() => Ok(()),
                    _ => Err(Failure::NoCall),
                };
            }
            CallUpdate::State { .. } | CallUpdate::Levels { .. } | CallUpdate::Trial { .. } => {}
        }
    }
}

fn stage_word(stage: &CallStage) -> &'static str {
    match stage {
        CallStage::Calling => "calling",
        CallStage::Ringing => "ringing",
        CallStage::Incoming => "incoming",
        CallStage::Connecting => "connecting",
        CallStage::Talking { .. } => "talking",
        CallStage::Reconnecting { .. } => "reconnecting",
    }
}
