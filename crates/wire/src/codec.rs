//! A frame is the CBOR array `[number, body]`; the body is a map with numbered fields.

use minicbor::{Decode, Decoder, Encode, Encoder};

use crate::{
    ToClient, ToRelay, limits,
    tag::{to_client, to_relay},
};

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Longer than [`limits::MAX_FRAME`].
    #[error("frame of {0} bytes is too long")]
    TooLong(usize),
    /// Not CBOR of the right shape.
    #[error("malformed frame")]
    Malformed,
    /// A number this version does not know: to be ignored, so that newer peers can say more.
    #[error("unknown frame {0}")]
    Unknown(u32),
}

macro_rules! frames {
    ($enum:ident, $encode:ident, $decode:ident, $tags:ident, { $($variant:ident = $tag:ident),+ $(,)? }) => {
        #[doc = concat!("Bytes of a [`", stringify!($enum), "`].")]
        pub fn $encode(frame: &$enum) -> Vec<u8> {
            match frame { $($enum::$variant(body) => encode_frame($tags::$tag, body)),+ }
        }

        #[doc = concat!("Reads a [`", stringify!($enum), "`].")]
        ///
        /// # Errors
        /// [`DecodeError`]; an unknown number is told apart so that it can be ignored.
        pub fn $decode(bytes: &[u8]) -> Result<$enum, DecodeError> {
            let (number, mut body) = open_frame(bytes)?;
            match number {
                $($tags::$tag => read_body(&mut body).map($enum::$variant),)+
                other => Err(DecodeError::Unknown(other)),
            }
        }
    };
}

frames!(ToRelay, encode_to_relay, decode_to_relay, to_relay, {
    Send = SEND, Ack = ACK, Watch = WATCH, SetPresence = SET_PRESENCE,
});

frames!(ToClient, encode_to_client, decode_to_client, to_client, {
    Welcome = WELCOME, Accepted = ACCEPTED, Refused = REFUSED, Deliver = DELIVER, Ephemeral = EPHEMERAL,
    Expired = EXPIRED, Presence = PRESENCE, KeysLow = KEYS_LOW, ListChanged = LIST_CHANGED, Draining = DRAINING,
});

/// Room for most frames, so that they are not moved while they grow.
const USUAL_FRAME: usize = 512;

fn encode_frame(number: u32, body: &impl Encode<()>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(USUAL_FRAME);
    let mut e = Encoder::new(&mut bytes);
    // Writing to a Vec is infallible, and no Encode here raises an error of its own.
    let _ = e.array(2).and_then(|e| e.u32(number)).and_then(|e| e.encode(body));
    bytes
}

fn open_frame(bytes: &[u8]) -> Result<(u32, Decoder<'_>), DecodeError> {
    if bytes.len() > limits::MAX_FRAME {
        return Err(DecodeError::TooLong(bytes.len()));
    }
    let mut d = Decoder::new(bytes);
    let length = d.array().map_err(|_| DecodeError::Malformed)?;
    if length.is_none_or(|n| n < 2) {
        return Err(DecodeError::Malformed);
    }
    let number = d.u32().map_err(|_| DecodeError::Malformed)?;
    Ok((number, d))
}

fn read_body<'b, T: Decode<'b, ()>>(d: &mut Decoder<'b>) -> Result<T, DecodeError> {
    d.decode().map_err(|_| DecodeError::Malformed)
}
