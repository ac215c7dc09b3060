//! Sign-up codes. The answer is the same whether or not the number is registered.

use std::sync::Arc;

use axum::{Json, extract::State};
use sotto_wire::{
    PhoneNumber,
    limits::SECOND,
    rest::{CodeRequest, CodeSent, ErrorCode},
};

use super::{Answer, App, Refusal, body::Body};
use crate::{
    codes::{CODE_LIFE, CodeSender as _, Codes, SentCode},
    store::{CodeIssued, NewCode},
    throttle::Block,
};

pub(super) async fn request(
    State(app): State<Arc<App>>,
    block: Block,
    Body(request): Body<CodeRequest>,
) -> Answer<Json<CodeSent>> {
    let now = app.now();
    let number = request.number;
    if !can_exist(&number) {
        return Err(ErrorCode::NumberInvalid.into());
    }
    if !block.is_here() {
        app.throttles.codes_by_block.take(block, now).map_err(Refusal::too_many)?;
    }
    app.throttles.codes.take((), now).map_err(Refusal::too_many)?;
    let code = Codes::draw();
    let hash = app.codes.hash(&number, &code);
    let resend_after = match app.store.issue_code(NewCode { number: number.clone(), hash, now }).await? {
        CodeIssued::Now { resend_after } => resend_after,
        CodeIssued::TooSoon { retry_after } => return Err(Refusal::too_many(retry_after)),
    };
    let (senders, sent) = (app.senders.clone(), SentCode { number, code, at: now });
    let sending = tokio::task::spawn_blocking(move || senders.send(&sent));
    if let Err(error) = sending.await.unwrap_or_else(|died| Err(died.into())) {
        tracing::error!(%error, "a code could not be sent");
        return Err(ErrorCode::CodeNotSent.into());
    }
    Ok(Json(CodeSent { expires_in_s: CODE_LIFE / SECOND, resend_after_s: resend_after / SECOND }))
}

/// Whether any numbering plan has such a number.
fn can_exist(number: &PhoneNumber) -> bool {
    phonenumber::parse(None, number.as_str()).is_ok_and(|parsed| parsed.is_valid())
}
