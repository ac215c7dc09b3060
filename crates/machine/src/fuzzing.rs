//! The decoders behind the encryption, for fuzzing: what a peer who has a session can make this device read.

use vodozemac::olm::{Session, SessionPickle};

use crate::{body, codec, padding, seal::SealedPlain, session};

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

/// What padding makes of bytes and back again, and what is left of them when they are taken for padded ones.
pub fn pad_and_unpad(bytes: &[u8]) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    (padding::unpad(padding::pad(bytes.to_vec())).ok(), padding::unpad(bytes.to_vec()).ok())
}

/// Reads bytes as a stored Olm account and as a stored session, and writes what can be read again.
pub fn reread_pickles(bytes: &[u8]) -> bool {
    let account = session::load_account(bytes).map(|account| session::pickle_account(&account));
    let session = serde_json::from_slice::<SessionPickle>(bytes).map(Session::from_pickle);
    account.is_ok() || session.is_ok_and(|session| serde_json::to_vec(&session.pickle()).is_ok())
}
