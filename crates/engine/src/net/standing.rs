//! The relay's word about this device, which every sealed copy carries. Renewed before it is asked for.

use std::{fmt, sync::Arc, time::Duration};

use sotto_wire::{Signed, StandingCert};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};
use tracing::debug;

use super::{directory::RetryAfter as _, live::backoff::Backoff, rest::Rest};

/// Keeps the newest certificate.
#[derive(Clone)]
pub(crate) struct Standing {
    rest: Arc<Rest>,
    kept: Arc<Mutex<Option<Kept>>>,
}

struct Kept {
    cert: Signed<StandingCert>,
    /// Half of its life, by this computer's timer: the relay's clock and ours may differ.
    renew_at: Instant,
}

impl Standing {
    pub(crate) fn new(rest: Arc<Rest>) -> Self {
        Self { rest, kept: Arc::default() }
    }

    /// A certificate that holds for hours. Waits as long as the relay cannot be asked.
    pub(crate) async fn current(&self) -> Signed<StandingCert> {
        // Held while asking, so that many waiting copies ask once.
        let mut kept = self.kept.lock().await;
        let mut backoff = Backoff::default();
        loop {
            if let Some(kept) = kept.as_ref().filter(|kept| Instant::now() < kept.renew_at) {
                return kept.cert.clone();
            }
            match self.rest.standing().await {
                Ok(answer) => *kept = Some(Kept::new(answer.standing)),
                Err(error) => {
                    debug!(%error, "no standing certificate yet");
                    sleep(error.retry_after().unwrap_or_else(|| backoff.next())).await;
                }
            }
        }
    }
}

impl Kept {
    fn new(cert: Signed<StandingCert>) -> Self {
        let life = cert.read_unverified().map_or(0, |cert| cert.expires.saturating_sub(cert.issued));
        // At least a minute, or a relay that signs nonsense would be asked without end.
        let half = Duration::from_millis(life / 2).max(Duration::from_secs(60));
        Self { cert, renew_at: Instant::now() + half }
    }
}

impl fmt::Debug for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standing").finish_non_exhaustive()
    }
}
