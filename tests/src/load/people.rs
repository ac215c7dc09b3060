//! People with one device each, signed up over REST. Their keys sign, but seal nothing.

use std::collections::HashMap;

use anyhow::{Context as _, ensure};
use ed25519_dalek::{Signer as _, SigningKey};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use rand::RngExt as _;
use reqwest::Client;
use serde::Serialize;
use sotto_relay::{Clock as _, SystemClock};
use sotto_wire::{
    AccountId, CertifiedDevice, DeliveryToken, DeviceCert, DeviceId, DeviceList, DeviceToken, Hash, KeyId,
    ListedDevice, PhoneNumber, PreKey, PreKeyKind, PublicKey, SUITE, SealKey, Signature, Signed, SignedObject,
    limits::{LIST_LIFE, PRE_KEY_LIFE, SEAL_KEY_LIFE},
    rest::{self, CodeRequest, KeyUpload, Registration},
};

use crate::program::RelayProgram;

/// Calls at the same time.
const CALLS: usize = 64;

/// What one must know of somebody to write to them, and of oneself to connect.
#[derive(Debug, Clone)]
pub struct Stranger {
    number: PhoneNumber,
    /// The account.
    pub account: AccountId,
    /// Its device.
    pub device: DeviceId,
    /// Shown when connecting.
    pub token: DeviceToken,
    /// Shown when writing to them.
    pub delivery: DeliveryToken,
    account_key: SigningKey,
}

/// One who writes and one who reads.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Writes.
    pub sender: Stranger,
    /// Reads.
    pub receiver: Stranger,
}

impl Stranger {
    /// Somebody new with the number of this index.
    pub fn draw(index: usize) -> Self {
        let account_key = SigningKey::from_bytes(&random());
        Self {
            number: format!("+35191{index:07}").parse().expect("a number"),
            account: AccountId::of(&public(&account_key)),
            device: DeviceId(random()),
            token: DeviceToken(random()),
            delivery: DeliveryToken(random()),
            account_key,
        }
    }

    /// The value of the authorisation header.
    pub fn bearer(&self) -> String {
        format!("Bearer {}.{}", self.device, hex::encode(self.token.0))
    }

    fn registration(&self, code: &str) -> Registration {
        let device_key = SigningKey::from_bytes(&random());
        let (now, device, account_key) = (SystemClock.now(), self.device, public(&self.account_key));
        let cert = signed(
            &self.account_key,
            &DeviceCert {
                account: self.account,
                device,
                device_key: public(&device_key),
                olm_key: PublicKey(random()),
                created: now,
                suite: SUITE,
            },
        );
        let consent = device_key.sign(&CertifiedDevice::consent_message(cert.bytes()));
        let list = DeviceList {
            account: self.account,
            account_key,
            version: 1,
            prev_hash: Hash([0; 32]),
            devices: vec![ListedDevice { device, cert_hash: cert.hash() }],
            issued: now,
            expires: now + LIST_LIFE,
        };
        let pre_key = |kind| {
            let (key_id, x25519) = (KeyId(random()), PublicKey(random()));
            signed(&device_key, &PreKey { device, key_id, kind, x25519, not_after: now + PRE_KEY_LIFE })
        };
        let seal_key = SealKey {
            device,
            key_id: KeyId(random()),
            xwing_public: vec![7; 1_216],
            not_before: now,
            not_after: now + SEAL_KEY_LIFE,
        };
        Registration {
            number: self.number.clone(),
            code: code.to_owned(),
            list: signed(&self.account_key, &list),
            device: CertifiedDevice { cert, device_sig: Signature(consent.to_bytes()) },
            keys: KeyUpload {
                seal_key: Some(signed(&device_key, &seal_key)),
                fallback: Some(pre_key(PreKeyKind::Fallback)),
                one_time: vec![pre_key(PreKeyKind::OneTime)],
            },
            token_hash: self.token.hash(),
            delivery_token_hash: self.delivery.hash(),
        }
    }
}

/// So many pairs, with numbers from the first one on.
pub fn pairs_of_strangers(count: usize, first: usize) -> Vec<Pair> {
    let draw = |n| Pair { sender: Stranger::draw(first + 2 * n), receiver: Stranger::draw(first + 2 * n + 1) };
    (0..count).map(draw).collect()
}

/// Signs people up with the codes of the relay's outbox.
///
/// # Errors
/// If the relay refuses.
pub async fn sign_up(relay: &RelayProgram, people: impl Iterator<Item = &Stranger>) -> anyhow::Result<()> {
    let people: Vec<_> = people.collect();
    // Already installed by somebody else in this process: just as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::new();
    let address = relay.address();
    let post = async |path: &str, body: Vec<u8>| {
        let request = client.post(format!("http://{address}{path}")).header("content-type", "application/json");
        let answer = request.body(body).send().await?;
        ensure!(answer.status().is_success(), "{path}: {} {}", answer.status(), answer.text().await?);
        Ok(())
    };
    let ask =
        people.iter().map(|p| post(rest::CODES, json(&CodeRequest { number: p.number.clone(), invitation: None })));
    stream::iter(ask).buffer_unordered(CALLS).try_collect::<()>().await?;
    let codes: HashMap<_, _> = relay.codes()?.into_iter().collect();
    let register = people.iter().map(async |p| {
        let code = codes.get(&p.number).context("no code was sent")?;
        post(rest::REGISTRATIONS, json(&p.registration(code))).await
    });
    stream::iter(register).buffer_unordered(CALLS).try_collect::<()>().await
}

fn json(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("JSON")
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

fn signed<T: SignedObject>(key: &SigningKey, object: &T) -> Signed<T> {
    Signed::create(object, &public(key), |message| Signature(key.sign(message).to_bytes()))
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill(&mut bytes);
    bytes
}
