//! A stream that is read in large pieces although its reader has only a small buffer.
//!
//! Thousands of idle connections can each have only little memory, and a busy one must not pay for that with a system
//! call for every few hundred bytes. So a read goes into a buffer that all connections of a thread share; what the
//! reader has no room for is kept until it asks again, which it does at once.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes read at once.
const PIECE: usize = 32 * 1024;

thread_local! {
    static PIECE_OF_ALL: RefCell<Box<[u8]>> = RefCell::new(vec![0; PIECE].into_boxed_slice());
}

/// A stream and what was read of it too early.
#[derive(Debug)]
pub(crate) struct Frugal<S> {
    stream: S,
    rest: Vec<u8>,
    /// How much of `rest` has been taken.
    taken: usize,
}

impl<S> Frugal<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, rest: Vec::new(), taken: 0 }
    }

    fn take_rest(&mut self, into: &mut ReadBuf<'_>) {
        let left = self.rest.get(self.taken..).unwrap_or_default();
        let count = left.len().min(into.remaining());
        into.put_slice(left.get(..count).unwrap_or_default());
        self.taken += count;
        if self.taken == self.rest.len() {
            (self.rest, self.taken) = (Vec::new(), 0);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Frugal<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.rest.is_empty() {
            ready!(PIECE_OF_ALL.with_borrow_mut(|piece| {
                let mut piece = ReadBuf::new(piece);
                ready!(Pin::new(&mut self.stream).poll_read(cx, &mut piece))?;
                let (now, later) = piece.filled().split_at(piece.filled().len().min(into.remaining()));
                into.put_slice(now);
                self.rest.extend_from_slice(later);
                Poll::Ready(Ok::<_, io::Error>(()))
            }))?;
        } else {
            self.take_rest(into);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Frugal<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn everything_comes_in_order_whatever_the_readers_buffer() {
        let (mut far, near) = tokio::io::duplex(PIECE * 2);
        let sent: Vec<u8> = (0..PIECE * 2).map(|n| (n % 251) as u8).collect();
        far.write_all(&sent).await.unwrap();
        drop(far);
        let (mut near, mut read, mut buffer) = (Frugal::new(near), Vec::new(), [0; 100]);
        loop {
            let count = near.read(&mut buffer).await.unwrap();
            if count == 0 {
                break;
            }
            read.extend_from_slice(&buffer[..count]);
        }
        assert!(read == sent && near.rest.capacity() == 0);
    }
}
