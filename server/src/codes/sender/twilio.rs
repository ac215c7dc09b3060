//! SMS through Twilio's REST API.

use futures_util::future::BoxFuture;
use reqwest::{Client, Url, header::CONTENT_TYPE};
use serde::Deserialize;

use super::{CodeSender, NotSent, SentCode, gateway, text};
use crate::config::{ConfigError, Secret, TwilioConfig};

pub(super) struct Twilio {
    client: Client,
    /// `…/Messages.json` of the account.
    url: Url,
    account: String,
    token: Secret,
    /// The field that says whom messages come from, and its value.
    from: (&'static str, String),
    relay: String,
}

/// What of a refusal is logged. Its text may hold the number.
#[derive(Deserialize)]
struct TwilioError {
    code: u64,
}

impl Twilio {
    pub(super) fn new(config: &TwilioConfig, relay: &str) -> Result<Self, ConfigError> {
        let (url, token) = config.checked()?;
        let from = match (&config.from, &config.messaging_service) {
            (Some(number), _) => ("From", number.clone()),
            (None, service) => ("MessagingServiceSid", service.clone().unwrap_or_default()),
        };
        let client = gateway::client("twilio", &url)?;
        Ok(Self { client, url, account: config.account.clone(), token, from, relay: relay.to_owned() })
    }
}

impl CodeSender for Twilio {
    fn send<'a>(&'a self, code: &'a SentCode) -> BoxFuture<'a, Result<(), NotSent>> {
        Box::pin(async move {
            let body = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("To", code.number.as_str())
                .append_pair(self.from.0, &self.from.1)
                .append_pair("Body", &text(&self.relay, &code.code))
                .finish();
            let request = || {
                let request = self.client.post(self.url.clone()).body(body.clone());
                let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
                request.basic_auth(&self.account, Some(self.token.expose()))
            };
            gateway::call("Twilio", request, |body| Some(serde_json::from_slice::<TwilioError>(body).ok()?.code)).await
        })
    }
}
