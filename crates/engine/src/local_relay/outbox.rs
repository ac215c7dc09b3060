//! The codes that a relay in development "sends": lines of JSON in its directory.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::Path,
};

use serde::Deserialize;
use sotto_wire::{PhoneNumber, Timestamp};

/// Only the end of the file matters: a code is among the newest.
const TAIL: u64 = 64 * 1024;

#[derive(Deserialize)]
struct Sent {
    number: PhoneNumber,
    code: String,
    at: Timestamp,
}

/// The newest code to this number, if it was sent at `since` or later.
pub(super) fn code_for(dir: &Path, number: &PhoneNumber, since: Timestamp) -> Option<String> {
    let lines = tail(&dir.join("outbox.jsonl")).ok()?;
    lines
        .lines()
        .rev()
        // The first line may be cut and the last half written: neither is JSON then.
        .filter_map(|line| serde_json::from_str::<Sent>(line).ok())
        .take_while(|sent| sent.at >= since)
        .find(|sent| sent.number == *number)
        .map(|sent| sent.code)
}

fn tail(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    file.take(TAIL).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_code_to_the_number_counts() {
        let dir = tempfile::tempdir().unwrap();
        let number: PhoneNumber = "+351912345678".parse().unwrap();
        assert_eq!(code_for(dir.path(), &number, 0), None);

        let line =
            |number: &str, code: u32, at: u64| format!("{{\"number\":\"{number}\",\"code\":\"{code}\",\"at\":{at}}}\n");
        let mut text = line("+14155550123", 111_111, 1).repeat(2_000);
        text += &line("+351912345678", 222_222, 10);
        text += &line("+351912345678", 333_333, 20);
        text += &line("+14155550123", 444_444, 30);
        text += "{\"number\":\"+3519";
        std::fs::write(dir.path().join("outbox.jsonl"), text).unwrap();
        assert_eq!(code_for(dir.path(), &number, 15).as_deref(), Some("333333"));
        assert_eq!(code_for(dir.path(), &number, 21), None);
    }
}
