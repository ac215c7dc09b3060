//! What the cryptography alone allows: seals opened and Olm messages decrypted, on all cores, and nothing else.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use ed25519_dalek::{Signer as _, SigningKey};
use rand::RngExt as _;
use sotto_machine::{
    rows::Secret32,
    seal::{self, SealTarget, SealedPayload, SealedPlain},
};
use sotto_wire::{AccountId, DeviceId, KeyId, PublicKey, Signature, Signed, StandingCert};
use vodozemac::olm::{Account, OlmMessage, Session, SessionConfig};

/// Bytes of the plaintext of a short message, padded, as Olm gets it.
const PLAINTEXT: usize = 448;

/// Somebody's sealed messages, and what opens them.
struct Correspondence {
    session: Session,
    sealed: Vec<Vec<u8>>,
}

/// One's own side.
struct Reader {
    account: AccountId,
    device: DeviceId,
    key_id: KeyId,
    private: Secret32,
    public: Vec<u8>,
}

/// Messages a second, of so many in all, from so many people.
///
/// # Errors
/// If one of them does not open.
pub fn opened_per_second(messages: usize, people: usize) -> anyhow::Result<f64> {
    let (private, public) = seal::generate(&mut rand::rng());
    let reader = Reader {
        account: AccountId(rand::random()),
        device: DeviceId(rand::random()),
        key_id: KeyId(rand::random()),
        private,
        public,
    };
    let cores = thread::available_parallelism()?.get();
    // Each core has whole conversations, since those have to be read in order.
    let people = people.max(cores);
    let write = || correspondence(&reader, messages.div_ceil(people));
    let all = (0..people).map(|_| write()).collect::<anyhow::Result<Vec<_>>>()?;
    let count: usize = all.iter().map(|one| one.sealed.len()).sum();
    let mut shares: Vec<Vec<Correspondence>> = (0..cores).map(|_| Vec::new()).collect();
    for (index, one) in all.into_iter().enumerate() {
        shares[index % cores].push(one);
    }
    let begun = Instant::now();
    thread::scope(|scope| {
        let workers: Vec<_> = shares.into_iter().map(|share| scope.spawn(|| read(&reader, share))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| anyhow::anyhow!("a reader panicked"))?)
    })?;
    let took: Duration = begun.elapsed();
    Ok(count as f64 / took.as_secs_f64())
}

fn read(reader: &Reader, share: Vec<Correspondence>) -> anyhow::Result<()> {
    for Correspondence { mut session, sealed } in share {
        for bytes in sealed {
            let opened = seal::open(&bytes, &reader.account, &reader.device, |_| Some(reader.private.clone()))?;
            let SealedPayload::Olm { olm_type, bytes } = opened.payload else { anyhow::bail!("no Olm message") };
            let plain = session.decrypt(&OlmMessage::from_parts(olm_type.into(), &bytes)?)?;
            ensure!(plain.len() == PLAINTEXT, "another message");
        }
    }
    Ok(())
}

fn correspondence(reader: &Reader, count: usize) -> anyhow::Result<Correspondence> {
    let (mut mine, theirs) = (Account::new(), Account::new());
    mine.generate_one_time_keys(1);
    let one_time = *mine.one_time_keys().values().next().context("a key")?;
    let config = SessionConfig::version_2();
    let mut sending = theirs.create_outbound_session(config, mine.curve25519_key(), one_time)?;
    let OlmMessage::PreKey(first) = sending.encrypt("first")? else { anyhow::bail!("no pre-key message") };
    let mut session = mine.create_inbound_session(config, theirs.curve25519_key(), &first)?.session;
    sending.decrypt(&session.encrypt("answer")?)?;

    let target = SealTarget {
        account: reader.account,
        device: reader.device,
        key_id: reader.key_id,
        public: reader.public.clone(),
    };
    let standing = standing();
    let plaintext = vec![b'x'; PLAINTEXT];
    let mut sealed = Vec::with_capacity(count);
    for _ in 0..count {
        let (olm_type, bytes) = sending.encrypt(&plaintext)?.to_parts();
        let payload = SealedPayload::Olm { olm_type: u8::try_from(olm_type)?, bytes };
        let plain = SealedPlain { standing: standing.clone(), introduction: None, payload };
        sealed.push(seal::seal(&plain, &target, &mut rand::rng())?);
    }
    Ok(Correspondence { session, sealed })
}

fn standing() -> Signed<StandingCert> {
    let key = SigningKey::from_bytes(&rand::rng().random());
    let public = PublicKey(key.verifying_key().to_bytes());
    let cert = StandingCert { account: AccountId([1; 32]), device: DeviceId([2; 16]), issued: 0, expires: u64::MAX };
    Signed::create(&cert, &public, |message| Signature(key.sign(message).to_bytes()))
}
