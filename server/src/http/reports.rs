//! What people tell the operator about others.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use sotto_wire::rest::{ErrorCode, Report};

use super::{Answer, App, Refusal, body::Body, caller::Caller};
use crate::store::Reported;

pub(super) async fn report(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(report): Body<Report>,
) -> Answer<StatusCode> {
    if !report.is_sound() {
        return Err(ErrorCode::TooLarge.into());
    }
    if report.account == caller.account {
        return Err(ErrorCode::Malformed.into());
    }
    let now = app.now();
    app.throttles.reports.take(caller.device, now).map_err(Refusal::too_many)?;
    match app.store.report(caller.account, report, now).await? {
        Reported::Kept => {
            tracing::info!("somebody was reported");
            Ok(StatusCode::NO_CONTENT)
        }
        Reported::NoSuchAccount => Err(ErrorCode::NotFound.into()),
    }
}
