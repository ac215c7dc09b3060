//! What gateways over HTTP share: how they are called, and when they are called again.

use std::{error::Error, time::Duration};

use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, header::RETRY_AFTER, redirect};
use tokio::time::sleep;

use super::NotSent;
use crate::config::ConfigError;

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// What is waited before the second and the third try.
const BACK_OFF: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(1_000)];
/// A gateway that wants more time than this is not waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
/// Longest answer that is looked at.
const MOST_BYTES: usize = 16 * 1024;

/// A client for one gateway.
pub(super) fn client(sender: &'static str, url: &Url) -> Result<Client, ConfigError> {
    // An error means that somebody was faster, with a provider just as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        // Where a code goes is decided by the operator, not by an answer.
        .redirect(redirect::Policy::none())
        .user_agent(concat!("sotto-relay/", env!("CARGO_PKG_VERSION")));
    // On this computer there is no TLS, and the system's certificates may be missing.
    let builder = if url.scheme() == "http" { builder.no_proxy().tls_certs_only([]) } else { builder.https_only(true) };
    builder
        .build()
        .map_err(|error| ConfigError::Sender { sender, problem: format!("no connection can be made: {error}") })
}

/// Calls a gateway up to three times, as long as it may yet do it. `number_of` finds its own error number in a refusal.
pub(super) async fn call(
    gateway: &'static str,
    request: impl Fn() -> RequestBuilder,
    number_of: fn(&[u8]) -> Option<u64>,
) -> Result<(), NotSent> {
    let mut waits = BACK_OFF.into_iter();
    loop {
        let (failure, wait) = match request().send().await {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            Ok(answer) => {
                let (status, wait) = (answer.status(), wished(&answer));
                let detail = number_of(&start(answer).await).map(|n| format!(" (its error {n})")).unwrap_or_default();
                let failure = refusal(gateway, status, detail);
                if !may_pass(status) || wait.is_some_and(|wait| wait > LONGEST_WAIT) {
                    return Err(failure);
                }
                (failure, wait)
            }
            Err(error) if error.is_connect() => (unreachable(gateway, error), None),
            // The gateway may have taken it: a second one would only confuse.
            Err(error) => return Err(unreachable(gateway, error)),
        };
        let Some(usual) = waits.next() else { return Err(failure) };
        sleep(wait.unwrap_or(usual)).await;
    }
}

fn refusal(gateway: &'static str, status: StatusCode, detail: String) -> NotSent {
    let status = status.as_u16();
    match status {
        400 | 404 | 422 => NotSent::Number { gateway, status, detail },
        _ => NotSent::Failed { gateway, status, detail },
    }
}

/// Whether the same call may succeed in a moment.
fn may_pass(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

/// How long the gateway asks to be left alone.
fn wished(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The beginning of an answer.
async fn start(mut answer: Response) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST_BYTES {
            break;
        }
    }
    bytes
}

/// The causes, without the address: it may hold an account or a token.
fn unreachable(gateway: &'static str, error: reqwest::Error) -> NotSent {
    let error = error.without_url();
    let mut why = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        why = format!("{why}: {deeper}");
        cause = deeper.source();
    }
    NotSent::Unreachable { gateway, why }
}
