//! CBOR in memory.

use minicbor::{Decode, Encode};

/// Bytes that are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed bytes")]
pub struct Malformed;

pub(crate) fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to a Vec is infallible, and no Encode here raises an error of its own.
    let _ = minicbor::encode(value, &mut bytes);
    bytes
}

pub(crate) fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, Malformed> {
    minicbor::decode(bytes).map_err(|_| Malformed)
}
