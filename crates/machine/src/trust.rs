//! Which device lists and keys are believed. Pure checks; what they find is stored by the step.

use sotto_wire::{
    CertifiedDevice, DeviceCert, DeviceList, Hash, PreKey, PreKeyKind, SealKey, Signed, Timestamp, limits,
};

use crate::{
    rows::{DeviceRow, PeerRow},
    step::Rejection,
};

/// Most list versions remembered per account.
pub(crate) const CHAIN: usize = 32;

/// What a presented list is, compared with the pinned one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ListStanding {
    /// Newer, or the first: to be pinned.
    New(Box<PeerRow>),
    /// The pinned one.
    Pinned(Box<PeerRow>),
    /// An older one of the verified chain.
    Older(Box<PeerRow>),
}

impl ListStanding {
    /// The newest list known after this.
    pub(crate) fn peer(&self) -> &PeerRow {
        match self {
            Self::New(peer) | Self::Pinned(peer) | Self::Older(peer) => peer,
        }
    }
}

/// Checks a list that somebody presents, against the one pinned before.
///
/// The same version with another hash, an older version that was never verified, and a successor that does not
/// name the pinned list are contradictions: the relay, or the person's account key, shows different people
/// different lists.
pub(crate) fn check_list(
    pinned: Option<PeerRow>,
    signed: &Signed<DeviceList>,
    now: Timestamp,
) -> Result<ListStanding, Rejection> {
    let list = DeviceList::verify(signed).map_err(|_| Rejection::Certificate)?;
    let hash = signed.hash();
    let Some(pinned) = pinned else {
        if list.expires < now {
            return Err(Rejection::ListExpired);
        }
        return Ok(ListStanding::New(Box::new(pin(&list, signed, Vec::new()))));
    };
    if list.account != pinned.account || list.account_key != pinned.account_key {
        return Err(Rejection::ListRolledBack);
    }
    match list.version.cmp(&pinned.version) {
        std::cmp::Ordering::Less if pinned.chain.contains(&(list.version, hash)) => {
            Ok(ListStanding::Older(Box::new(pinned)))
        }
        std::cmp::Ordering::Equal if hash == pinned.list.hash() => {
            if now > pinned.expires + limits::LIST_GRACE {
                return Err(Rejection::ListExpired);
            }
            Ok(ListStanding::Pinned(Box::new(pinned)))
        }
        std::cmp::Ordering::Greater => {
            if list.version == pinned.version + 1 && list.prev_hash != pinned.list.hash() {
                return Err(Rejection::ListRolledBack);
            }
            if list.expires < now {
                return Err(Rejection::ListExpired);
            }
            let mut chain = pinned.chain;
            chain.push((pinned.version, pinned.list.hash()));
            let extra = chain.len().saturating_sub(CHAIN);
            chain.drain(..extra);
            Ok(ListStanding::New(Box::new(pin(&list, signed, chain))))
        }
        _ => Err(Rejection::ListRolledBack),
    }
}

fn pin(list: &DeviceList, signed: &Signed<DeviceList>, chain: Vec<(u64, Hash)>) -> PeerRow {
    PeerRow {
        account: list.account,
        account_key: list.account_key,
        list: signed.clone(),
        version: list.version,
        expires: list.expires,
        chain,
        stale: true,
    }
}

/// A certificate that both keys signed and that the list names.
pub(crate) fn check_device(list: &DeviceList, device: &CertifiedDevice) -> Result<DeviceCert, Rejection> {
    let cert = device.verify(&list.account_key).map_err(|_| Rejection::Certificate)?;
    let named = list.devices.iter().any(|d| d.device == cert.device && d.cert_hash == device.cert.hash());
    if named { Ok(cert) } else { Err(Rejection::DeviceNotListed) }
}

/// A seal key signed by its device and within its time.
pub(crate) fn check_seal_key(
    cert: &DeviceCert,
    seal_key: &Signed<SealKey>,
    now: Timestamp,
) -> Result<SealKey, Rejection> {
    let key = seal_key.verify(&cert.device_key).map_err(|_| Rejection::PublishedKey)?;
    // A clock may run an hour ahead of another.
    let in_time = key.not_before <= now + limits::HOUR && now <= key.not_after;
    if key.device == cert.device && in_time { Ok(key) } else { Err(Rejection::PublishedKey) }
}

/// A pre-key signed by its device, of a known kind and within its time.
pub(crate) fn check_pre_key(device: &DeviceRow, pre_key: &Signed<PreKey>, now: Timestamp) -> Result<PreKey, Rejection> {
    let key = pre_key.verify(&device.device_key).map_err(|_| Rejection::PublishedKey)?;
    match key.kind {
        PreKeyKind::OneTime | PreKeyKind::Fallback => {}
    }
    if key.device == device.device && now <= key.not_after { Ok(key) } else { Err(Rejection::PublishedKey) }
}

/// A device as it is first met. A device that is known keeps its counters, and its keys can never change.
pub(crate) fn meet(known: Option<DeviceRow>, cert: &DeviceCert) -> Result<DeviceRow, Rejection> {
    match known {
        Some(known)
            if known.account == cert.account
                && known.device_key == cert.device_key
                && known.olm_key == cert.olm_key =>
        {
            Ok(known)
        }
        Some(_) => Err(Rejection::Certificate),
        None => Ok(DeviceRow {
            device: cert.device,
            account: cert.account,
            device_key: cert.device_key,
            olm_key: cert.olm_key,
            seal_key_id: None,
            seal_public: Vec::new(),
            seal_not_after: 0,
            next_send: 1,
            next_receive: 1,
            greeted: false,
            ephemeral_out: None,
            ephemeral_in: None,
            healed_at: None,
        }),
    }
}
