//! STUN and TURN: the built-in server, or another one that shares a secret with the relay.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::{ConfigError, Secret};

/// How calls find their way between people who cannot reach each other directly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TurnConfig {
    /// Where the built-in server listens, over UDP. Without it there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// The address that others reach it at, where that is not the one it listens on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// Ports that calls are relayed through: the first and the last.
    pub ports: (u16, u16),
    /// Relays also to addresses that only this computer and its network have. For tests and closed networks: with it,
    /// whoever may call can reach what else runs there.
    pub allow_private_peers: bool,
    /// Ways through the relay that one account may hold at once.
    pub allocations_per_account: usize,
    /// Addresses that devices are given, as `turn:turn.example.org:3478?transport=udp`: of another server such as
    /// coturn, or of the built-in one under its name. By default those of the built-in one.
    pub urls: Vec<String>,
    /// The secret shared with another server (`static-auth-secret` of coturn). The built-in one draws its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
}

impl Default for TurnConfig {
    fn default() -> Self {
        Self {
            listen: None,
            address: None,
            ports: (49_160, 49_400),
            allow_private_peers: false,
            allocations_per_account: 16,
            urls: Vec::new(),
            secret: None,
        }
    }
}

impl TurnConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let (first, last) = self.ports;
        if first == 0 || last < first {
            return Err(ConfigError::Turn("ports: give the first and the last, as in [49160, 49400]"));
        }
        if self.listen.is_none() && !self.urls.is_empty() && self.secret.is_none() {
            return Err(ConfigError::Turn("secret: urls name another server, which needs the secret that it knows"));
        }
        let anywhere = self.listen.is_some_and(|listen| listen.ip().is_unspecified());
        if anywhere && self.address.is_none() {
            return Err(ConfigError::Turn("address: listen names every address, so say which one others reach"));
        }
        Ok(())
    }
}
