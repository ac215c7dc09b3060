//! Which addresses of the internet may be reached on somebody else's behalf: by the relay for two who call each other, by
//! a device for the page behind a link.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Reachable from everywhere, and not a way to somewhere else.
pub fn is_of_the_world(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_of_the_world_v4(address),
        IpAddr::V6(address) => is_of_the_world_v6(address),
    }
}

fn is_of_the_world_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    // 0/8, shared (100.64/10), protocol assignments (192.0.0/24), 6to4 relays (192.88.99/24), benchmarks (198.18/15),
    // and everything from 224 on: multicast, reserved, broadcast.
    let special = a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && ((b == 0 && c == 0) || (b == 88 && c == 99)))
        || (a == 198 && (18..20).contains(&b))
        || a >= 224;
    !special
        && !address.is_private()
        && !address.is_loopback()
        && !address.is_link_local()
        && !address.is_documentation()
}

/// Global unicast (2000::/3) without documentation and without what holds another address: Teredo and its kin
/// (2001::/23), 6to4 (2002::/16). Mapped addresses and NAT64 lie outside.
fn is_of_the_world_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let holds = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    (a & 0xe000) == 0x2000 && !holds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_world_are_reached() {
        for good in ["8.8.8.8", "193.136.1.1", "100.128.0.1", "198.20.0.1", "2606:4700::1111", "2a00:1450::1"] {
            assert!(is_of_the_world(good.parse().unwrap()), "{good}");
        }
        let bad = "0.0.0.0 10.1.2.3 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 192.168.1.1 100.64.0.1 192.0.0.1 \
                   192.88.99.1 198.18.0.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 \
                   ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 fc00::1 fe80::1 fec0::1 ff02::1 2001:db8::1 \
                   2001::1 2002:7f00:1:: 3fff::1";
        for bad in bad.split_whitespace() {
            assert!(!is_of_the_world(bad.parse().unwrap()), "{bad}");
        }
    }
}
