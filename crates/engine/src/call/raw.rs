//! Pictures for a window that cannot decode them: decoded here, and handed over as they are.

use std::{collections::BTreeMap, thread};

use sotto_media::{VideoCodec as _, Vp8};
use tokio::sync::mpsc;

use super::{CallFrame, FrameOut};
use crate::{
    error::{Code, Error},
    view::CallPicture,
};

/// A decoded picture for a window.
#[derive(Debug, Clone)]
pub struct RawFrame<P = CallPicture> {
    /// Which, as in [`CallFrame`].
    pub picture: P,
    /// On the sender's clock, in microseconds.
    pub timestamp_us: u64,
    /// Pixels across and down; both even.
    pub size: (u32, u32),
    /// Brightness, row by row, then the blue difference at half the size, then the red one (I420).
    pub data: Vec<u8>,
}

/// Decodes what comes for a window, on a thread of its own. As few wait as for a window that decodes itself: the next
/// one comes only after a picture was drawn. `tell` hears of those that do not come to be drawn; false: nobody listens.
pub(crate) fn decoded<P: Copy + Ord + Send + 'static>(
    mut frames: mpsc::UnboundedReceiver<CallFrame<P>>,
    tell: impl Fn(FrameOut<P>) -> bool + Send + 'static,
) -> Result<mpsc::UnboundedReceiver<RawFrame<P>>, Error> {
    let (window, drawn) = mpsc::unbounded_channel();
    let work = move || {
        let mut codecs: BTreeMap<P, Vp8> = BTreeMap::new();
        while let Some(CallFrame { picture, timestamp_us, data, .. }) = frames.blocking_recv() {
            let decoded = codecs.entry(picture).or_default().decode(&data);
            let told = match decoded {
                Ok(Some(whole)) => {
                    let size = (whole.width, whole.height);
                    window.send(RawFrame { picture, timestamp_us, size, data: whole.data }).is_ok()
                }
                Ok(None) => tell(FrameOut { picture, broken: false }),
                Err(_) => {
                    codecs.remove(&picture);
                    tell(FrameOut { picture, broken: true })
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
