//! The ways to pages: to addresses of the world and to no others, each looked up once and then held to.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Client, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    header, redirect,
};
use url::{Host, Url};

use sotto_wire::is_of_the_world;

use crate::net::rest::install_tls_provider;

/// So often one is sent on to another address.
const MOST_HOPS: usize = 4;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// The same for everybody who uses Sotto, and no more than pages ask for to answer at all.
const USER_AGENT: &str = "Mozilla/5.0 (compatible; SottoLinkPreview)";

/// What may be looked at for previews.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Pages of the world.
    #[default]
    World,
    /// This computer's own besides, for tests: no program sets it.
    WorldAndThisComputer,
}

/// Why something was not fetched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WayError {
    /// Not http or https, or it names a user.
    #[error("not an address of a page")]
    Address,
    /// It lies in somebody's own network, or nowhere.
    #[error("not an address of the world")]
    Private,
    /// One is sent on and on.
    #[error("sent on too often")]
    Lost,
    /// Anything that is no good answer.
    #[error("no answer")]
    NoAnswer,
}

/// What came.
#[derive(Debug)]
pub(super) struct Answer {
    /// Where it came from at last.
    pub(super) url: Url,
    pub(super) bytes: Vec<u8>,
    /// There was more.
    pub(super) cut: bool,
    kind: String,
}

impl Answer {
    /// It says that it is a page.
    pub(super) fn is_page(&self) -> bool {
        let kind = self.kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        matches!(kind.as_str(), "text/html" | "application/xhtml+xml")
    }
}

/// Fetches within what may be reached.
#[derive(Debug)]
pub(super) struct Ways {
    reach: Reach,
    names: Names,
}

/// Who says what a name stands for.
#[derive(Debug)]
pub(super) enum Names {
    /// The system.
    System,
    /// A test, which answers each question once and then says that there is no such name.
    #[cfg(test)]
    Told(std::sync::Mutex<std::collections::VecDeque<SocketAddr>>),
}

impl Names {
    async fn look_up(&self, name: &str, port: u16) -> Result<Vec<SocketAddr>, WayError> {
        match self {
            Self::System => {
                let found = tokio::net::lookup_host((name, port)).await;
                Ok(found.map_err(|_| WayError::NoAnswer)?.collect())
            }
            #[cfg(test)]
            Self::Told(answers) => Ok(answers.lock().unwrap().pop_front().into_iter().collect()),
        }
    }
}

impl Ways {
    pub(super) fn new(reach: Reach) -> Self {
        Self { reach, names: Names::System }
    }

    #[cfg(test)]
    pub(super) fn with_names(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// At most so many bytes of what lies at an address, wherever it sends one on to.
    pub(super) async fn get(&self, mut url: Url, accept: &'static str, most: usize) -> Result<Answer, WayError> {
        for _ in 0..=MOST_HOPS {
            let response = self.ask(&url, accept).await?;
            if !response.status().is_redirection() {
                return read(url, response, most).await;
            }
            let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
            url = to.and_then(|to| url.join(to).ok()).ok_or(WayError::NoAnswer)?;
        }
        Err(WayError::Lost)
    }

    async fn ask(&self, url: &Url, accept: &'static str) -> Result<Response, WayError> {
        let addresses = self.addresses(url).await?;
        install_tls_provider();
        // A client of its own for each: nothing is remembered, and no connection is shared between pages.
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(USER_AGENT)
            .dns_resolver(Arc::new(Pinned(addresses)))
            .build()
            .map_err(|_| WayError::NoAnswer)?;
        let response = client.get(url.clone()).header(header::ACCEPT, accept).send().await;
        response.map_err(|_| WayError::NoAnswer)
    }

    /// Where a page lies. All that its name stands for must be of the world: one that is not shows what it is after.
    async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, WayError> {
        let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        let port = url.port_or_known_default().filter(|_| plain).ok_or(WayError::Address)?;
        let addresses: Vec<SocketAddr> = match url.host().ok_or(WayError::Address)? {
            Host::Ipv4(address) => vec![(address, port).into()],
            Host::Ipv6(address) => vec![(address, port).into()],
            Host::Domain(name) => self.names.look_up(name, port).await?,
        };
        let reached = |address: &SocketAddr| {
            is_of_the_world(address.ip()) || (self.reach == Reach::WorldAndThisComputer && address.ip().is_loopback())
        };
        if addresses.is_empty() || !addresses.iter().all(reached) {
            return Err(WayError::Private);
        }
        Ok(addresses)
    }
}

/// Whatever is asked, the addresses that were looked at: a name that changes its mind meanwhile changes nothing.
struct Pinned(Vec<SocketAddr>);

impl Resolve for Pinned {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

async fn read(url: Url, mut response: Response, most: usize) -> Result<Answer, WayError> {
    if !response.status().is_success() {
        return Err(WayError::NoAnswer);
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.to_owned();
    let (mut bytes, mut cut) = (Vec::new(), false);
    while let Some(some) = response.chunk().await.map_err(|_| WayError::NoAnswer)? {
        let room = most - bytes.len();
        bytes.extend(some.iter().take(room));
        if some.len() > room {
            cut = true;
            break;
        }
    }
    Ok(Answer { url, bytes, cut, kind })
}
