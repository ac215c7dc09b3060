//! Pictures for a window that cannot decode them: decoded here, and handed over as they are.

use std::{collections::BTreeMap, thread};

use sotto_media::{VideoCodec as _, Vp8};
use tokio::sync::mpsc;

use super::{CallFrame, FrameOut, Order};
use crate::{
    error::{Code, Error},
    view::CallPicture,
};

/// A decoded picture for a window.
#[derive(Debug, Clone)]
pub struct RawFrame {
    /// Which of the three.
    pub picture: CallPicture,
    /// On the sender's clock, in microseconds.
    pub timestamp_us: u64,
    /// Pixels across and down; both even.
    pub size: (u32, u32),
    /// Brightness, row by row, then the blue difference at half the size, then the red one (I420).
    pub data: Vec<u8>,
}

/// Decodes what comes for a window, on a thread of its own. As few wait as for a window that decodes itself: the next
/// one comes only after a picture was drawn.
pub(crate) fn decoded(
    mut frames: mpsc::UnboundedReceiver<CallFrame>,
    telephone: mpsc::UnboundedSender<Order>,
) -> Result<mpsc::UnboundedReceiver<RawFrame>, Error> {
    let (window, drawn) = mpsc::unbounded_channel();
    let work = move || {
        let mut codecs: BTreeMap<CallPicture, Vp8> = BTreeMap::new();
        while let Some(CallFrame { picture, timestamp_us, data, .. }) = frames.blocking_recv() {
            let decoded = codecs.entry(picture).or_default().decode(&data);
            let told = match decoded {
                Ok(Some(whole)) => {
                    let size = (whole.width, whole.height);
                    window.send(RawFrame { picture, timestamp_us, size, data: whole.data }).is_ok()
                }
                Ok(None) => telephone.send(Order::Drawn(FrameOut { picture, broken: false })).is_ok(),
                Err(_) => {
                    codecs.remove(&picture);
                    telephone.send(Order::Drawn(FrameOut { picture, broken: true })).is_ok()
                }
            };
            if !told {
                return;
            }
        }
    };
    let started = thread::Builder::new().name("sotto-decode".to_owned()).spawn(work);
    started.map_err(|error| Error::new(Code::Internal, error.to_string()))?;
    Ok(drawn)
}
