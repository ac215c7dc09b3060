//! Where a request comes from, which the limits count.

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use sotto_wire::Timestamp;

use super::{App, Peer, Refusal};
use crate::throttle::{Block, Throttle};

/// What a proxy says of whom it speaks for.
const FORWARDED: &str = "x-forwarded-for";

/// A block of addresses, unless it is this computer, where everybody could do everything anyway.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin(Option<Block>);

impl Origin {
    /// Uses one up.
    pub(super) fn take(self, throttle: &Throttle<Block>, now: Timestamp) -> Result<(), Refusal> {
        self.0.map_or(Ok(()), |block| throttle.take(block, now).map_err(Refusal::too_many))
    }

    /// It was not used after all.
    pub(super) fn give_back(self, throttle: &Throttle<Block>, now: Timestamp) {
        if let Some(block) = self.0 {
            throttle.give_back(&block, now);
        }
    }
}

impl FromRequestParts<Arc<App>> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip());
        let is_forwarded = parts.headers.contains_key(FORWARDED);
        // With a proxy on this computer everybody seems to be here, also when the operator has not told of it.
        if peer.to_canonical().is_loopback() && !app.config.behind_proxy && !is_forwarded {
            return Ok(Self(None));
        }
        let trusted = app.config.behind_proxy && app.proxies.iter().any(|net| net.contains(&peer.to_canonical()));
        let address = if trusted { last(&parts.headers).unwrap_or(peer) } else { peer };
        Ok(Self(Some(Block::of(address))))
    }
}

/// The last address of the last header: whatever stands before it may be the client's own invention.
fn last(headers: &HeaderMap) -> Option<IpAddr> {
    let header = headers.get_all(FORWARDED).iter().next_back()?.to_str().ok()?;
    let last = header.rsplit(',').next()?.trim();
    let with_port = || Some(last.parse::<std::net::SocketAddr>().ok()?.ip());
    last.parse().ok().or_else(with_port)
}
