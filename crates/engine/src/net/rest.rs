//! The relay's REST calls: all that is not live. One method per call; what it answers is checked for shape, not believed.

mod address;
mod files;

use std::{sync::Once, time::Duration};

use reqwest::{Method, RequestBuilder, Response, StatusCode, header, redirect};
use serde::{Serialize, de::DeserializeOwned};
use sotto_wire::{
    AccountId, DeviceId, DeviceToken, GroupId, PhoneNumber, limits,
    rest::{
        self, AccountDevices, AccountSettings, ClaimedKeys, CodeRequest, CodeSent, ErrorBody, ErrorCode, Found,
        GroupAppended, GroupLog, IceServers, KeyClaim, KeyUpload, KeysPublished, ListUpload, LookUp, Registered,
        Registration, RelayInfo, Report, Standing,
    },
};
use tokio_tungstenite::tungstenite::{self, client::IntoClientRequest as _};
use url::Url;

use self::address::Host;

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a call may take altogether.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest JSON answer: sixteen devices with certificates and keys are a tenth of it.
const MAX_ANSWER: usize = 1 << 20;

/// What proves to the relay which device is calling.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    /// The device.
    pub(crate) device: DeviceId,
    /// Its token.
    pub(crate) token: DeviceToken,
}

impl Credentials {
    /// The value of the `Authorization` header. Marked as sensitive, so that no log prints it.
    pub(crate) fn header(&self) -> header::HeaderValue {
        let text = format!("Bearer {}.{}", self.device, hex::encode(self.token.as_bytes()));
        // Hexadecimal is always a valid value.
        let mut value = header::HeaderValue::try_from(text).unwrap_or_else(|_| header::HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RestError {
    /// No address, or one that is neither `https` nor on this computer.
    #[error("a relay's address starts with https:// (http:// only for one on this computer)")]
    AddressInvalid,
    /// Nothing answers, or not in time.
    #[error("the relay does not answer: {0}")]
    Unreachable(String),
    /// Something answers that is no relay, or speaks another version.
    #[error("this is no Sotto relay of this version: {0}")]
    Incompatible(String),
    /// The relay says no.
    #[error("the relay refuses with {status}: {:?}", body.code)]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Why.
        body: ErrorBody,
    },
}

/// A relay, and how to call it. Cheap to clone: clones share their connections.
#[derive(Debug, Clone)]
pub(crate) struct Rest {
    base: Url,
    http: reqwest::Client,
    authorization: Option<header::HeaderValue>,
}

impl Rest {
    /// A relay at `address`, not called yet. A host name without a scheme means `https`.
    ///
    /// # Errors
    /// [`RestError::AddressInvalid`].
    pub(crate) fn new(address: &str) -> Result<Self, RestError> {
        let (base, host) = address::parse(address)?;
        install_tls_provider();
        let builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            // A relay has no reason to send a device, with its token, somewhere else.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("sotto/", env!("CARGO_PKG_VERSION")));
        let builder = match host {
            // Needs neither the proxy of the company nor the system's certificates, which may be missing.
            Host::Loopback => builder.no_proxy().tls_certs_only([]),
            Host::Remote => builder.https_only(true),
        };
        let http = builder.build().map_err(|error| RestError::Unreachable(chain(&error)))?;
        Ok(Self { base, http, authorization: None })
    }

    /// The same relay, called as this device.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the credentials go into the client")]
    pub(crate) fn with_credentials(self, credentials: Credentials) -> Self {
        Self { authorization: Some(credentials.header()), ..self }
    }

    /// The base address, without a slash at its end.
    pub(crate) fn address(&self) -> String {
        self.base.as_str().trim_end_matches('/').to_owned()
    }

    /// The relay runs on this computer.
    pub(crate) fn is_on_this_computer(&self) -> bool {
        address::host(&self.base) == Some(Host::Loopback)
    }

    /// A WebSocket at this path, opened as this device.
    pub(crate) fn socket_request(&self, path: &str) -> Option<tungstenite::handshake::client::Request> {
        let mut url = self.base.join(path).ok()?;
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        url.set_scheme(scheme).ok()?;
        let mut request = url.as_str().into_client_request().ok()?;
        request.headers_mut().insert(header::AUTHORIZATION, self.authorization.clone()?);
        Some(request)
    }

    /// What the relay says of itself.
    ///
    /// # Errors
    /// [`RestError::Incompatible`] if it is another kind of server or speaks another version.
    pub(crate) async fn relay(&self) -> Result<RelayInfo, RestError> {
        let info: RelayInfo = self.json(self.request(Method::GET, rest::RELAY)).await?;
        if info.service == "sotto" && info.protocol == rest::PROTOCOL {
            Ok(info)
        } else {
            Err(RestError::Incompatible(format!("{} with protocol {}", info.service, info.protocol)))
        }
    }

    /// True if the relay is up and not about to end.
    pub(crate) async fn is_healthy(&self) -> bool {
        matches!(self.request(Method::GET, rest::HEALTH).send().await, Ok(answer) if answer.status().is_success())
    }

    /// Has a code sent.
    ///
    /// # Errors
    /// As for every call: see [`RestError`].
    pub(crate) async fn request_code(&self, request: &CodeRequest) -> Result<CodeSent, RestError> {
        self.send(Method::POST, rest::CODES, request).await
    }

    /// Registers a device.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn register(&self, registration: &Registration) -> Result<Registered, RestError> {
        self.send(Method::POST, rest::REGISTRATIONS, registration).await
    }

    /// Publishes keys of this device.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn publish_keys(&self, keys: &KeyUpload) -> Result<KeysPublished, RestError> {
        self.send(Method::PUT, rest::KEYS, keys).await
    }

    /// Takes pre-keys of another account's devices.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn claim(&self, claim: &KeyClaim) -> Result<ClaimedKeys, RestError> {
        self.send(Method::POST, rest::CLAIMS, claim).await
    }

    /// The devices of an account.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn devices(&self, account: &AccountId) -> Result<AccountDevices, RestError> {
        self.json(self.request(Method::GET, &format!("{}/{account}/devices", rest::ACCOUNTS))).await
    }

    /// Publishes a newer list of this account's devices.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn publish_list(&self, list: &ListUpload) -> Result<(), RestError> {
        self.done(self.request(Method::PUT, rest::DEVICE_LIST).json(list)).await
    }

    /// Which accounts have these numbers?
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn look_up(&self, numbers: Vec<PhoneNumber>) -> Result<Found, RestError> {
        self.send(Method::POST, rest::LOOK_UPS, &LookUp { numbers }).await
    }

    /// Servers that help two devices to reach each other, for the next hour.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn ice_servers(&self) -> Result<IceServers, RestError> {
        self.json(self.request(Method::GET, rest::ICE_SERVERS)).await
    }

    /// The relay's word about this device.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn standing(&self) -> Result<Standing, RestError> {
        self.json(self.request(Method::GET, rest::STANDING)).await
    }

    /// Publishes this account's encrypted profile.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn put_profile(&self, sealed: Vec<u8>) -> Result<(), RestError> {
        let request = self.request(Method::PUT, rest::PROFILES);
        self.done(request.header(header::CONTENT_TYPE, "application/octet-stream").body(sealed)).await
    }

    /// An account's encrypted profile, if it has one.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn get_profile(&self, account: &AccountId) -> Result<Option<Vec<u8>>, RestError> {
        let request = self.request(Method::GET, &format!("{}/{account}", rest::PROFILES));
        match accepted(request).await {
            Ok(answer) => bytes(answer, limits::MAX_PROFILE).await.map(Some),
            Err(RestError::Refused { body: ErrorBody { code: ErrorCode::NotFound, .. }, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Says what the relay may do for this account.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn put_settings(&self, settings: &AccountSettings) -> Result<(), RestError> {
        self.done(self.request(Method::PUT, rest::SETTINGS).json(settings)).await
    }

    /// Appends to a group's log.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn append_to_group(&self, append: &GroupAppended) -> Result<(), RestError> {
        self.done(self.request(Method::POST, rest::GROUPS).json(append)).await
    }

    /// A stretch of a group's log.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn group_log(&self, group: &GroupId, from: u64) -> Result<GroupLog, RestError> {
        self.json(self.request(Method::GET, &format!("{}/{group}/events?from={from}", rest::GROUPS))).await
    }

    /// Tells the relay's operator about somebody.
    ///
    /// # Errors
    /// See [`RestError`].
    pub(crate) async fn report(&self, report: &Report) -> Result<(), RestError> {
        self.done(self.request(Method::POST, rest::REPORTS).json(report)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.address()));
        match &self.authorization {
            Some(value) => request.header(header::AUTHORIZATION, value.clone()),
            None => request,
        }
    }

    async fn send<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<A, RestError> {
        self.json(self.request(method, path).json(body)).await
    }

    async fn json<A: DeserializeOwned>(&self, request: RequestBuilder) -> Result<A, RestError> {
        let bytes = bytes(accepted(request).await?, MAX_ANSWER).await?;
        // The library's own words could quote what was answered.
        serde_json::from_slice(&bytes).map_err(|error| RestError::Incompatible(format!("{:?} error", error.classify())))
    }

    async fn done(&self, request: RequestBuilder) -> Result<(), RestError> {
        accepted(request).await.map(drop)
    }
}

/// Sends a request and turns every answer that is not 2xx into an error.
async fn accepted(request: RequestBuilder) -> Result<Response, RestError> {
    let answer = request.send().await.map_err(|error| RestError::Unreachable(chain(&error)))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let body = bytes(answer, MAX_ANSWER).await.unwrap_or_default();
    Err(match serde_json::from_slice(&body) {
        Ok(body) => RestError::Refused { status: status.as_u16(), body },
        // A proxy speaks for a relay that is down.
        Err(_) if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            RestError::Unreachable(status.to_string())
        }
        Err(_) => RestError::Incompatible(status.to_string()),
    })
}

/// The whole answer, unless it is longer than allowed: then nothing more of it is read.
async fn bytes(mut answer: Response, most: usize) -> Result<Vec<u8>, RestError> {
    let mut whole = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| RestError::Unreachable(chain(&error)))? {
        if whole.len() + chunk.len() > most {
            return Err(RestError::Incompatible(format!("an answer of more than {most} bytes")));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}

/// An error with its causes, without the address: paths hold account ids.
fn chain(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() { "timed out".to_owned() } else { "failed".to_owned() };
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// TLS is rustls with ring, for REST and WebSocket alike. Nothing is chosen by features that other crates turn on.
pub(crate) fn install_tls_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error means that somebody was faster, with a provider just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

#[cfg(test)]
mod tests;
