//! Frames as the load needs them: written once and numbered anew, read no further than their number.
//!
//! The generator shares two cores with what it measures, so it neither encodes nor copies what it can leave alone.

use minicbor::Decoder;
use rand::RngExt as _;
use sotto_wire::{Recipient, SealedFor, Send, SendId, ToRelay, encode_to_relay, tag::to_client};
use tokio_tungstenite::tungstenite::Bytes;

use super::people::Stranger;

/// A `Send` to one person, of which only the id changes.
#[derive(Debug)]
pub(super) struct SendTemplate {
    bytes: Vec<u8>,
    id_at: usize,
    /// Drawn, as a device draws whole ids: two senders never use the same.
    first_id: u64,
}

impl SendTemplate {
    pub(super) fn to(receiver: &Stranger, length: usize) -> Self {
        let mut sealed = vec![0; length];
        let mut id = [0; SendId::LEN];
        rand::rng().fill(&mut sealed[..]);
        rand::rng().fill(&mut id);
        let to = vec![Recipient {
            account: receiver.account,
            list_version: 1,
            token: Some(receiver.delivery),
            devices: vec![SealedFor { device: receiver.device, sealed }],
        }];
        let bytes = encode_to_relay(&ToRelay::Send(Send { id: SendId(id), to, ephemeral: false, payload: None }));
        let id_at = bytes.windows(id.len()).position(|window| window == id).expect("the id is in the frame");
        let first_id = u64::from_be_bytes(*id.first_chunk().expect("16 bytes"));
        Self { bytes, id_at, first_id }
    }

    /// The frame of the message with this number.
    pub(super) fn number(&mut self, number: u64) -> Bytes {
        let id = self.first_id.wrapping_add(number);
        self.bytes[self.id_at..][..8].copy_from_slice(&id.to_be_bytes());
        Bytes::copy_from_slice(&self.bytes)
    }

    /// Of which message an answer speaks.
    pub(super) fn number_of(&self, id: u64) -> u64 {
        id.wrapping_sub(self.first_id)
    }
}

/// What the load wants to know of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// How many messages wait in the mailbox.
    Welcome {
        waiting: u64,
    },
    /// The first half of the `Send`'s id.
    Accepted(u64),
    Refused,
    /// Its place in the mailbox.
    Deliver(u64),
    Other,
}

pub(super) fn hear(frame: &[u8]) -> Heard {
    read(frame).unwrap_or(Heard::Other)
}

/// Fields come in the order of their numbers, and the first is the one that names the frame.
fn read(frame: &[u8]) -> Result<Heard, minicbor::decode::Error> {
    let mut d = Decoder::new(frame);
    d.array()?;
    let number = d.u32()?;
    d.map()?;
    d.u32()?;
    Ok(match number {
        to_client::WELCOME => {
            d.u64()?;
            d.u32()?;
            Heard::Welcome { waiting: d.u64()? }
        }
        to_client::DELIVER => Heard::Deliver(d.u64()?),
        to_client::REFUSED => Heard::Refused,
        to_client::ACCEPTED => {
            let id = d.bytes()?;
            Heard::Accepted(id.first_chunk().copied().map(u64::from_be_bytes).unwrap_or_default())
        }
        _ => Heard::Other,
    })
}

#[cfg(test)]
mod tests {
    use sotto_wire::{Accepted, Deliver, ToClient, decode_to_relay, encode_to_client};

    use super::*;

    #[test]
    fn a_template_is_a_send_with_the_number_in_its_id() {
        let mut template = SendTemplate::to(&Stranger::draw(0), 200);
        let Ok(ToRelay::Send(first)) = decode_to_relay(&template.number(1)) else { panic!("no Send") };
        let Ok(ToRelay::Send(second)) = decode_to_relay(&template.number(2)) else { panic!("no Send") };
        assert_eq!(first.to, second.to);
        assert_ne!(first.id, second.id);
        let accepted = ToClient::Accepted(Accepted { id: second.id, refused: vec![], at: 7 });
        let Heard::Accepted(id) = hear(&encode_to_client(&accepted)) else { panic!("not heard") };
        assert_eq!(template.number_of(id), 2);
    }

    #[test]
    fn a_delivery_tells_its_place() {
        let deliver = ToClient::Deliver(Deliver { seq: 70_000, at: 7, sealed: vec![1; 300] });
        assert_eq!(hear(&encode_to_client(&deliver)), Heard::Deliver(70_000));
        assert_eq!(hear(b"nonsense"), Heard::Other);
    }
}
