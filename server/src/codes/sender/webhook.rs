//! A web service of the operator's: JSON, signed with a secret that both know.

use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, Url, header::CONTENT_TYPE};
use serde_json::json;
use sha2::Sha256;

use super::{CodeSender, NotSent, SentCode, gateway, text};
use crate::config::{ConfigError, Secret, WebhookConfig};

/// Milliseconds at which the code was drawn, part of what is signed.
const TIMESTAMP: &str = "sotto-timestamp";
/// HMAC-SHA256 over the timestamp, a dot and the body, in hexadecimal.
const SIGNATURE: &str = "sotto-signature";
/// The same for every try of one call.
const CALL: &str = "sotto-call";

pub(super) struct Webhook {
    client: Client,
    url: Url,
    secret: Secret,
    relay: String,
}

impl Webhook {
    pub(super) fn new(config: &WebhookConfig, relay: &str) -> Result<Self, ConfigError> {
        let (url, secret) = config.checked()?;
        Ok(Self { client: gateway::client("webhook", &url)?, url, secret, relay: relay.to_owned() })
    }

    fn sign(&self, timestamp: &str, body: &str) -> String {
        // HMAC takes keys of every length, so the default is never used; nobody would take it for a signature.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.expose().as_bytes()) else { return String::new() };
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}

impl CodeSender for Webhook {
    fn send<'a>(&'a self, code: &'a SentCode) -> BoxFuture<'a, Result<(), NotSent>> {
        Box::pin(async move {
            let text = text(&self.relay, &code.code);
            let body = json!({ "number": code.number, "code": code.code, "text": text, "at": code.at }).to_string();
            let timestamp = code.at.to_string();
            let (signature, call) = (self.sign(&timestamp, &body), hex::encode(rand::random::<[u8; 16]>()));
            let request = || {
                let request = self.client.post(self.url.clone()).header(CONTENT_TYPE, "application/json");
                let request = request.header(TIMESTAMP, &timestamp).header(SIGNATURE, &signature);
                request.header(CALL, &call).body(body.clone())
            };
            gateway::call("the webhook", request, |_| None).await
        })
    }
}
