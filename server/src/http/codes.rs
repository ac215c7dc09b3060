//! Sign-up codes. The answer is the same whether or not the number is registered.

use std::sync::Arc;

use axum::{Json, extract::State};
use sotto_wire::{
    PhoneNumber,
    limits::SECOND,
    rest::{CodeRequest, CodeSent, ErrorCode},
};

use super::{Answer, App, Refusal, body::Body, origin::Origin};
use crate::{
    codes::{CODE_LIFE, Codes, NotSent, SentCode},
    store::{CodeIssued, NewCode},
};

/// Nothing here looks at accounts, and what is done and waited for is the same for every number.
pub(super) async fn request(
    State(app): State<Arc<App>>,
    origin: Origin,
    Body(request): Body<CodeRequest>,
) -> Answer<Json<CodeSent>> {
    let now = app.now();
    let number = request.number;
    if !can_exist(&number) {
        return Err(ErrorCode::NumberInvalid.into());
    }
    origin.take(&app.throttles.codes_by_block, now)?;
    app.throttles.codes.take((), now).map_err(Refusal::too_many)?;
    let code = Codes::draw();
    let hash = app.codes.hash(&number, &code);
    let invitation = app.is_closed().then(|| app.codes.hash_invitation(&request.invitation.unwrap_or_default()));
    let issued = app.store.issue_code(NewCode { number: number.clone(), hash, invitation, now }).await;
    let Ok(CodeIssued::Now { resend_after }) = issued else {
        // What is not sent does not count for the whole relay; it still does for who asked in vain.
        app.throttles.codes.give_back(&(), now);
        return Err(match issued? {
            CodeIssued::TooSoon { retry_after } => Refusal::too_many(retry_after),
            CodeIssued::NotInvited | CodeIssued::Now { .. } => ErrorCode::InvitationNeeded.into(),
        });
    };
    // In a task of its own: a caller who hangs up does not prevent that what failed is taken back.
    let sending = tokio::spawn(send(app, origin, SentCode { number, code, at: now }, hash));
    match sending.await {
        Ok(Ok(())) => Ok(Json(CodeSent { expires_in_s: CODE_LIFE / SECOND, resend_after_s: resend_after / SECOND })),
        Ok(Err(_)) | Err(_) => Err(Refusal::code_not_sent()),
    }
}

/// Sends a code. What could not be sent counts neither as a code nor, where the gateway is at fault, against who asked.
async fn send(app: Arc<App>, origin: Origin, code: SentCode, hash: [u8; 32]) -> Result<(), NotSent> {
    let sent = app.senders.send(&code).await;
    if let Err(error) = &sent {
        tracing::error!(%error, "a code could not be sent");
        app.throttles.codes.give_back(&(), code.at);
        if !matches!(error, NotSent::Number { .. }) {
            origin.give_back(&app.throttles.codes_by_block, code.at);
        }
        if let Err(error) = app.store.withdraw_code(code.number, hash, app.now()).await {
            tracing::error!(%error, "nor could it be taken back");
        }
    }
    sent
}

/// Whether any numbering plan has such a number.
fn can_exist(number: &PhoneNumber) -> bool {
    phonenumber::parse(None, number.as_str()).is_ok_and(|parsed| parsed.is_valid())
}
