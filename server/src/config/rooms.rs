//! Rooms of group calls: where the relay takes and forwards what it cannot open.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Group calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoomsConfig {
    /// Offered at all.
    pub enabled: bool,
    /// Where media are taken, over UDP: one port for all rooms. Without it, a relay that serves only its own computer
    /// takes any free port, and another one offers no group calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// The address that others reach it at, where that is not the one it listens on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// Rooms at the same time.
    pub most: usize,
    /// Devices of one account that may be in rooms at once.
    pub devices_per_account: usize,
    /// Bytes that one device may send each second: its voice and a picture, twice over.
    pub bytes_per_second: usize,
}

impl Default for RoomsConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: None,
            address: None,
            most: 200,
            devices_per_account: 4,
            bytes_per_second: 400_000,
        }
    }
}

impl RoomsConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let anywhere = self.listen.is_some_and(|listen| listen.ip().is_unspecified());
        if anywhere && self.address.is_none() {
            return Err(ConfigError::Rooms("address: listen names every address, so say which one others reach"));
        }
        Ok(())
    }

    /// Where media are taken by a relay that listens here.
    pub(crate) fn socket(&self, relay: SocketAddr, behind_proxy: bool) -> Option<SocketAddr> {
        let own_computer = (relay.ip().is_loopback() && !behind_proxy).then(|| SocketAddr::new(relay.ip(), 0));
        self.listen.or(own_computer).filter(|_| self.enabled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_of_this_computer_offers_rooms_by_itself_and_another_one_when_it_is_told_where() {
        let (local, public) = ("127.0.0.1:8750".parse().unwrap(), "192.0.2.1:443".parse().unwrap());
        let mut config = RoomsConfig::default();
        assert_eq!(config.socket(local, false), Some("127.0.0.1:0".parse().unwrap()));
        assert_eq!(config.socket(local, true), None);
        assert_eq!(config.socket(public, false), None);
        config.listen = Some("0.0.0.0:3480".parse().unwrap());
        assert!(config.check().is_err());
        config.address = Some("192.0.2.1".parse().unwrap());
        assert!(config.check().is_ok());
        assert_eq!(config.socket(local, true), config.listen);
        config.enabled = false;
        assert_eq!(config.socket(local, false), None);
    }
}
