//! A relay's address: what a person may type, and what is called.

use url::Url;

use super::RestError;

/// Whether the relay runs on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    /// Plain HTTP is allowed: nothing leaves the computer.
    Loopback,
    /// HTTPS only.
    Remote,
}

/// Reads an address. Without a scheme it means `https`, or `http` on this computer.
pub(super) fn parse(text: &str) -> Result<(Url, Host), RestError> {
    let text = text.trim();
    let url = if text.contains("://") {
        Url::parse(text)
    } else {
        // `Url` takes the name before a port for a scheme.
        Url::parse(&format!("https://{text}")).and_then(|url| match host(&url) {
            Some(Host::Loopback) => Url::parse(&format!("http://{text}")),
            _ => Ok(url),
        })
    }
    .map_err(|_| RestError::AddressInvalid)?;

    let bare =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    match (url.scheme(), host(&url)) {
        ("http", Some(Host::Loopback)) if bare => Ok((url, Host::Loopback)),
        ("https", Some(host)) if bare => Ok((url, host)),
        _ => Err(RestError::AddressInvalid),
    }
}

/// Where a relay at this address runs.
pub(super) fn host(url: &Url) -> Option<Host> {
    let loopback = match url.host()? {
        // Not "*.localhost" and no look-up: what a name server says decides nothing here.
        url::Host::Domain(name) => name == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    };
    Some(if loopback { Host::Loopback } else { Host::Remote })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, Host)> {
        parse(text).ok().map(|(url, host)| (url.to_string(), host))
    }

    #[test]
    fn plain_http_stays_on_this_computer() {
        for text in ["http://127.0.0.1:4816", "http://localhost:4816/", "http://[::1]:4816", "127.0.0.1:4816"] {
            assert_eq!(parsed(text).map(|(_, host)| host), Some(Host::Loopback), "{text}");
        }
        for text in ["http://relay.example", "http://192.168.1.2:80", "http://127.0.0.1.example", "http://0.0.0.0"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn everything_else_is_https() {
        let remote = |text: &str| Some((text.to_owned(), Host::Remote));
        assert_eq!(parsed(" relay.example "), remote("https://relay.example/"));
        assert_eq!(parsed("https://relay.example:8443/sotto"), remote("https://relay.example:8443/sotto"));
        assert_eq!(parsed("relay.example:8443"), remote("https://relay.example:8443/"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            " ",
            "https://",
            "ftp://relay.example",
            "https://me:pw@relay.example",
            "a b",
            "https://x/?q=1",
            "file:///etc",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
