//! What the relay says of itself.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use sotto_wire::rest::{PROTOCOL, RelayInfo};

use super::App;

pub(super) async fn health(State(app): State<Arc<App>>) -> StatusCode {
    if app.is_draining() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
}

pub(super) async fn relay(State(app): State<Arc<App>>) -> Json<RelayInfo> {
    Json(RelayInfo {
        service: "sotto".to_owned(),
        name: app.config.name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        protocol: PROTOCOL,
        standing_key: app.standing.public(),
        registration: app.config.registration,
        now: app.now(),
    })
}
