//! Requests and answers, as bytes.

use std::io;

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{Dice, Fate};

/// Carries bytes both ways until one side has ended or something was lost. `request` was read already.
pub(super) async fn carry(engine: TcpStream, relay: TcpStream, request: Vec<u8>, dice: [Dice; 2]) -> io::Result<()> {
    let (from_engine, to_engine) = engine.into_split();
    let (from_relay, to_relay) = relay.into_split();
    let from_engine = io::Cursor::new(request).chain(from_engine);
    let [asking, answering] = dice;
    tokio::select! {
        ended = pour(from_engine, to_relay, asking) => ended,
        ended = pour(from_relay, to_engine, answering) => ended,
    }
}

async fn pour(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, mut dice: Dice) -> io::Result<()> {
    let mut piece = vec![0; 16 * 1024];
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return Ok(());
        }
        match dice.fate().await {
            Fate::Lost => {
                dice.silence().await;
                return Ok(());
            }
            Fate::Cut => return to.write_all(&piece[..length / 2]).await,
            Fate::Passes | Fate::Doubled | Fate::Swapped => to.write_all(&piece[..length]).await?,
        }
    }
}
