//! Calls: what a microphone hears and a camera sees, the codecs, and the connection that carries them. And voice
//! messages, recorded and played, and a test of devices. It knows nothing of chats, accounts or the relay: whoever calls carries two texts
//! (SDP) from one side to the other.

mod call;
mod config;
mod device;
mod error;
mod event;
mod fingerprint;
mod group;
mod keys;
mod message;
mod picture;
mod trial;
mod voice;

pub use call::Call;
pub use config::{Camera, Config, IceServer, Microphone, Screen, Speaker};
pub use device::{Device, Devices, devices};
pub use error::{DeviceProblem, Error};
pub use event::{
    End, Event, Events, Frame, GroupStatistics, Kind, Picture, Quality, Received, RemoteState, Statistics,
};
pub use fingerprint::{Fingerprint, fingerprint};
pub use group::GroupCall;
pub use keys::{CallKey, GroupKeys, RefusedFrames, SenderId};
pub use message::player::{Player, PlayerProgress, PlayerState, Speed};
pub use message::recorder::{Recorder, RecorderProgress, RecorderState};
pub use message::{LOUDEST, Recorded, WAVEFORM};
pub use picture::codec::{Encoded, I420, VideoCodec};
pub use picture::pattern::{Mark, Pattern};
pub use picture::source::PictureSource;
pub use picture::vpx::Vp8;
pub use trial::Trial;
pub use voice::source::{VoiceFrame, VoiceSink, VoiceSource};
pub use voice::tone::{Heard, Meter, Tone};
