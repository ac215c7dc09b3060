//! STUN and TURN, for calls whose two sides cannot reach each other directly: credentials that last an hour, as
//! coturn's REST interface makes them, quotas for each account, and no way to addresses that only this network has.

mod credentials;
mod door;
mod quota;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use sotto_wire::{AccountId, Timestamp, rest::IceServers};
use tokio::{net::UdpSocket, sync::mpsc};
use turn::{
    allocation::AllocationInfo,
    auth::{AuthHandler, generate_auth_key},
    server::{
        Server,
        config::{ConnConfig, ServerConfig},
    },
};

use crate::{clock::Clock, config::TurnConfig};
use credentials::Secret;
use door::{Doors, Reach};
use quota::Quota;

/// What TURN calls the place that credentials are for. They are bound to it.
const REALM: &str = "sotto";
/// Ways that ended and are not counted yet.
const ENDED: usize = 256;

/// The part of the relay that calls need.
pub(crate) struct Turn {
    urls: Vec<String>,
    secret: Secret,
    server: Option<Server>,
    address: Option<SocketAddr>,
}

impl Turn {
    /// Starts what the configuration asks for: the built-in server, credentials for another one, or nothing.
    pub(crate) async fn start(config: &TurnConfig, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let secret = match &config.secret {
            Some(secret) => Secret::new(secret.expose().as_bytes()),
            None => Secret::random()?,
        };
        let mut turn = Self { urls: config.urls.clone(), secret, server: None, address: None };
        let Some(listen) = config.listen else { return Ok(turn) };
        let socket = UdpSocket::bind(listen).await?;
        let bound = socket.local_addr()?;
        let public = config.address.unwrap_or(bound.ip());
        let reach = Reach::new(public, config.ports, config.allow_private_peers);
        let doors = Doors { bind: bound.ip(), reach };
        let quota = Quota::new(config.allocations_per_account);
        let keeper = Arc::new(Keeper { secret: turn.secret.clone(), quota, clock });
        let (ended, endings) = mpsc::channel(ENDED);
        tokio::spawn(count_endings(endings, keeper.clone()));
        let server = Server::new(ServerConfig {
            conn_configs: vec![ConnConfig { conn: Arc::new(socket), relay_addr_generator: Box::new(doors) }],
            realm: REALM.to_owned(),
            auth_handler: keeper,
            // Zero stands for the ten minutes of the standard.
            channel_bind_timeout: Duration::ZERO,
            alloc_close_notify: Some(ended),
        });
        turn.server = Some(server.await.map_err(io::Error::other)?);
        let address = SocketAddr::new(public, bound.port());
        turn.address = Some(address);
        if turn.urls.is_empty() {
            turn.urls = vec![format!("stun:{address}"), format!("turn:{address}?transport=udp")];
        }
        tracing::info!(%address, "calls are relayed");
        Ok(turn)
    }

    /// Where to, and with what, for the next hour.
    pub(crate) fn servers(&self, account: AccountId, now: Timestamp) -> IceServers {
        if self.urls.is_empty() {
            return IceServers::default();
        }
        let credentials = self.secret.issue(account, now);
        IceServers {
            urls: self.urls.clone(),
            username: credentials.username,
            credential: credentials.password,
            expires: credentials.expires,
        }
    }

    /// Where the built-in server can be reached.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Ends what is being relayed.
    pub(crate) async fn close(&self) {
        if let Some(server) = &self.server {
            // Its sockets close with the process in any case.
            let _ = server.close().await;
        }
    }
}

/// Decides who may use the server.
struct Keeper {
    secret: Secret,
    quota: Quota,
    clock: Arc<dyn Clock>,
}

impl AuthHandler for Keeper {
    fn auth_handle(&self, username: &str, realm: &str, source: SocketAddr) -> Result<Vec<u8>, turn::Error> {
        let refuse = |why: &str| turn::Error::Other(why.to_owned());
        let now = self.clock.now();
        // The password is checked after this, so a place is given only for a name that this relay gave out.
        let owner = self.secret.owner(username, now).ok_or_else(|| refuse("not given out, or expired"))?;
        if !self.quota.admit(owner, source, now) {
            return Err(refuse("too many at once"));
        }
        Ok(generate_auth_key(username, realm, &self.secret.password(username)))
    }
}

/// Gives places back.
async fn count_endings(mut endings: mpsc::Receiver<AllocationInfo>, keeper: Arc<Keeper>) {
    while let Some(ended) = endings.recv().await {
        // The name may have expired in the meantime: any time at which it counted names its owner.
        if let Some(owner) = keeper.secret.owner(&ended.username, 0) {
            keeper.quota.ended(owner, ended.five_tuple.src_addr);
        }
    }
}
