//! Sockets: accepts, does TLS, and hands each connection to the HTTP layer.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::{frugal::Frugal, http::Peer};

/// How long a peer may take for its TLS handshake or a request's head.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// Largest read buffer of a connection that still speaks HTTP (hyper's least).
const HTTP_BUFFER: usize = 8 * 1024;
/// Wait after a failed accept (no file handles left, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections.
pub(crate) struct Listener {
    pub(crate) socket: TcpListener,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) router: Router,
    /// Connections at the same time.
    pub(crate) room: Arc<Semaphore>,
}

impl Listener {
    /// Accepts until `stop` turns true.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let Ok(permit) = self.room.clone().try_acquire_owned() else { continue };
                    let _ = stream.set_nodelay(true);
                    tokio::spawn(greet(stream, peer, self.tls.clone(), self.router.clone(), stop.clone(), permit));
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

async fn greet(
    stream: tokio::net::TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    router: Router,
    stop: watch::Receiver<bool>,
    permit: OwnedSemaphorePermit,
) {
    let served = match tls {
        None => serve(stream, peer, router, stop).await,
        Some(tls) => match timeout(HEAD_TIME, tls.accept(stream)).await {
            Ok(Ok(stream)) => serve(stream, peer, router, stop).await,
            Ok(Err(error)) => Err(error),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        },
    };
    if let Err(error) = served {
        tracing::debug!(%error, "connection failed");
    }
    drop(permit);
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HTTP_BUFFER)
        .serve_connection(TokioIo::new(Frugal::new(stream)), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        served = connection.as_mut() => return served.map_err(io::Error::other),
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    connection.await.map_err(io::Error::other)
}
