//! Registration of a person's first device.

use std::sync::Arc;

use axum::{Json, extract::State};
use sotto_wire::{
    DeviceCert, DeviceList, Hash,
    rest::{ErrorCode, Registered, Registration},
};

use super::{
    Answer, App, Refusal,
    body::Body,
    keys::{rejected, verify},
    lists,
    origin::Origin,
};
use crate::store::{NewDevice, Registering};

pub(super) async fn register(
    State(app): State<Arc<App>>,
    origin: Origin,
    Body(registration): Body<Registration>,
) -> Answer<Json<Registered>> {
    let now = app.now();
    origin.take(&app.throttles.tries_by_block, now)?;
    // What is wrong with the keys is said before the code is looked at, so that it does not cost the code.
    let (list, cert) = verify_identity(&registration)?;
    let (account, device) = (cert.account, cert.device);
    let keys = verify(registration.keys, device, &cert.device_key, now)?;
    let new = NewDevice {
        code_hash: app.codes.hash(&registration.number, &registration.code),
        number: registration.number,
        only_invited: app.is_closed(),
        account,
        list: lists::row(&registration.list, &list),
        device,
        certificate: registration.device,
        device_key: cert.device_key,
        seal_key: keys.seal_key.ok_or(ErrorCode::KeysRejected)?,
        fallback: keys.fallback.ok_or(ErrorCode::KeysRejected)?,
        one_time: keys.one_time,
        token: registration.token_hash,
        delivery_token: registration.delivery_token_hash,
        now,
    };
    match app.store.register(new).await? {
        Registering::Done { closed } => {
            if let Some(before) = closed {
                tracing::info!(account = %before, "closed: its number is registered anew");
                app.account_changed(before).await;
            }
            app.account_changed(account).await;
            tracing::info!(%account, %device, "registered");
        }
        Registering::Again => {}
        Registering::CodeWrong { tries_left } => return Err(Refusal::code_wrong(tries_left)),
        Registering::CodeExpired => return Err(ErrorCode::CodeExpired.into()),
        Registering::NotInvited => return Err(ErrorCode::InvitationNeeded.into()),
        Registering::Conflict => return Err(ErrorCode::KeysRejected.into()),
    }
    Ok(Json(Registered { account, standing: app.standing.vouch(account, device, now) }))
}

/// The list vouches for itself, is the first, and names this device and no other; both keys signed the certificate.
fn verify_identity(registration: &Registration) -> Result<(DeviceList, DeviceCert), Refusal> {
    let list = DeviceList::verify(&registration.list).map_err(rejected)?;
    let cert = registration.device.verify(&list.account_key).map_err(rejected)?;
    let named = match list.devices.as_slice() {
        [only] => only.device == cert.device && only.cert_hash == registration.device.cert.hash(),
        _ => false,
    };
    let first = list.version == 1 && list.prev_hash == Hash([0; 32]);
    if named && first { Ok((list, cert)) } else { Err(ErrorCode::KeysRejected.into()) }
}
