//! The decoders behind the encryption, for fuzzing: what a peer who has a session can make this device read.

use crate::{body, codec, seal::SealedPlain};

/// Reads bytes as the plaintext of an Olm message, body included. True when all of it can be read.
pub fn read_message(plaintext: &[u8]) -> bool {
    body::decode_inner(plaintext.to_vec()).is_ok_and(|inner| body::unpack(&inner).is_ok())
}

/// Reads bytes as what is inside a seal, and writes them again.
pub fn reread_sealed(plain: &[u8]) -> Option<(SealedPlain, SealedPlain)> {
    let first: SealedPlain = codec::decode(plain).ok()?;
    let again = codec::decode(&codec::encode(&first)).ok()?;
    Some((first, again))
}
