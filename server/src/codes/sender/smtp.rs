//! Mail: to a gateway that makes SMS of it, or to the people themselves.

use std::time::Duration;

use futures_util::future::BoxFuture;
use lettre::{
    Message, SmtpTransport, Transport as _,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use tokio::{task::spawn_blocking, time::sleep};

use super::{CodeSender, NotSent, SentCode, text};
use crate::config::{ConfigError, SmtpConfig, SmtpTls};

/// How long one command may take.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(5);
/// What is waited before the second and the third try.
const BACK_OFF: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(1_000)];
const GATEWAY: &str = "the mail server";

pub(super) struct Smtp {
    transport: SmtpTransport,
    from: Mailbox,
    config: SmtpConfig,
    relay: String,
}

impl Smtp {
    pub(super) fn new(config: &SmtpConfig, relay: &str) -> Result<Self, ConfigError> {
        let (from, login) = config.checked()?;
        let parameters = || {
            // An error means that somebody was faster, with a provider just as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
            TlsParameters::new_rustls(config.server.clone())
                .map_err(|_| ConfigError::Sender { sender: "smtp", problem: "server is no name for TLS".to_owned() })
        };
        let (tls, port) = match config.tls {
            SmtpTls::Tls => (Tls::Wrapper(parameters()?), 465),
            SmtpTls::Starttls => (Tls::Required(parameters()?), 587),
            SmtpTls::None => (Tls::None, 25),
        };
        let builder = SmtpTransport::builder_dangerous(&config.server)
            .port(config.port.unwrap_or(port))
            .tls(tls)
            .timeout(Some(COMMAND_TIMEOUT));
        let builder = match login {
            Some((user, password)) => builder.credentials(Credentials::new(user, password.expose().to_owned())),
            None => builder,
        };
        Ok(Self { transport: builder.build(), from, config: config.clone(), relay: relay.to_owned() })
    }

    fn mail(&self, code: &SentCode) -> Option<Message> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, self.config.address_of(&code.number)?))
            .subject("Your code")
            .header(ContentType::TEXT_PLAIN)
            .body(text(&self.relay, &code.code));
        message.ok()
    }
}

impl CodeSender for Smtp {
    fn send<'a>(&'a self, code: &'a SentCode) -> BoxFuture<'a, Result<(), NotSent>> {
        Box::pin(async move {
            let mail = self.mail(code).ok_or(NotSent::Number { gateway: GATEWAY, status: 0, detail: String::new() })?;
            let mut waits = BACK_OFF.into_iter();
            loop {
                // One connection for each mail, in a thread that may wait for it.
                let (transport, mail) = (self.transport.clone(), mail.clone());
                let sending = spawn_blocking(move || transport.send(&mail));
                let Err(error) = sending.await.map_err(std::io::Error::from)? else { return Ok(()) };
                // Only a server that says so has not taken the mail.
                let wait = waits.next().filter(|_| error.is_transient());
                let Some(wait) = wait else { return Err(failure(&error)) };
                sleep(wait).await;
            }
        })
    }
}

/// What the server says may hold the address, so only its number is kept.
fn failure(error: &Error) -> NotSent {
    match error.status().map(u16::from) {
        Some(status @ 550..=553) => NotSent::Number { gateway: GATEWAY, status, detail: String::new() },
        Some(status) => NotSent::Failed { gateway: GATEWAY, status, detail: String::new() },
        None => {
            let why = if error.is_timeout() {
                "timed out"
            } else if error.is_tls() {
                "TLS failed"
            } else {
                "no connection"
            };
            NotSent::Unreachable { gateway: GATEWAY, why: why.to_owned() }
        }
    }
}
