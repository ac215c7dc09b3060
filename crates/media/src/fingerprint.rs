//! Fingerprints of the certificates that a call is encrypted with. They travel inside sealed bodies, so a call whose
//! handshake shows them is a call with that device.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// SHA-256 of a DTLS certificate.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(":")?;
            }
            write!(f, "{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl FromStr for Fingerprint {
    type Err = Error;

    /// Reads `AB:CD:…`, 32 bytes.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut bytes = [0; 32];
        let mut parts = text.split(':');
        for byte in &mut bytes {
            let part = parts.next().filter(|part| part.len() == 2).ok_or(Error::Sdp("a fingerprint is too short"))?;
            *byte = u8::from_str_radix(part, 16).map_err(|_| Error::Sdp("a fingerprint is not hexadecimal"))?;
        }
        if parts.next().is_some() {
            return Err(Error::Sdp("a fingerprint is too long"));
        }
        Ok(Self(bytes))
    }
}

/// The fingerprint that a description promises: exactly one, of SHA-256, however often it is repeated in it.
pub fn fingerprint(sdp: &str) -> Result<Fingerprint, Error> {
    let mut found = None;
    for line in sdp.lines().filter_map(|line| line.trim_end().strip_prefix("a=fingerprint:")) {
        let (kind, value) = line.split_once(' ').ok_or(Error::Sdp("a fingerprint has no value"))?;
        if !kind.eq_ignore_ascii_case("sha-256") {
            return Err(Error::Sdp("a fingerprint is not of SHA-256"));
        }
        let one: Fingerprint = value.trim().parse()?;
        if found.is_some_and(|other| other != one) {
            return Err(Error::Sdp("it has several fingerprints"));
        }
        found = Some(one);
    }
    found.ok_or(Error::Sdp("it has no fingerprint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(byte: &str) -> String {
        format!("a=fingerprint:sha-256 {}\r\n", vec![byte; 32].join(":"))
    }

    #[test]
    fn one_fingerprint_is_read_however_often_it_stands_there() {
        let print = fingerprint(&(line("AB") + &line("ab"))).expect("one fingerprint");
        assert_eq!(print, Fingerprint([0xab; 32]));
        assert_eq!(print.to_string().parse::<Fingerprint>().expect("its own text"), print);
    }

    #[test]
    fn none_several_or_weak_ones_are_refused() {
        assert!(fingerprint("v=0\r\n").is_err());
        assert!(fingerprint(&(line("AB") + &line("AC"))).is_err());
        assert!(fingerprint("a=fingerprint:sha-1 AB:CD\r\n").is_err());
        assert!(fingerprint("a=fingerprint:sha-256 AB:CD\r\n").is_err());
    }
}
