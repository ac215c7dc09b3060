//! `register` and `verify`.

use serde_json::json;
use sotto_engine::view::Stage;

use crate::{arguments::Arguments, failure::Failure, output::Output, session::Session};

/// Asks the relay for a code.
pub(crate) async fn register(
    arguments: &Arguments,
    number: &str,
    invitation: Option<&str>,
    output: &Output,
) -> Result<(), Failure> {
    let session = Session::open(arguments).await?;
    match (&session.engine.app_state().stage, &arguments.relay) {
        (_, Some(address)) => drop(session.engine.relay_use(address).await?),
        (Stage::Onboarding { relay: Some(_), .. }, None) => {}
        (_, None) => return Err(Failure::RelayNeeded),
    }
    let sent = session.engine.code_request_invited(number, invitation).await?;
    let text = format!("A code is on its way to {}. Then: sotto-cli verify CODE --name NAME", sent.number_display);
    output.answer(&text, &json!({ "code_requested": sent }));
    session.close().await;
    Ok(())
}

/// Signs up with the code.
pub(crate) async fn verify(
    arguments: &Arguments,
    code: &str,
    name: &str,
    about: &str,
    output: &Output,
) -> Result<(), Failure> {
    let session = Session::open(arguments).await?;
    if matches!(session.engine.app_state().stage, Stage::Onboarding { .. }) {
        session.engine.code_submit(code).await?;
    }
    let me = session.engine.profile_set(name, about).await?;
    output.answer(&format!("Signed up as {} ({})", me.name, me.number_display), &json!({ "me": me }));
    session.close().await;
    Ok(())
}
