//! What a call is made with: devices as chosen or synthetic ones, and the relay's servers.

use sotto_media::{Call, Camera, Config, IceServer, Microphone, Speaker};
use sotto_wire::rest::IceServers;

use crate::{
    net::rest::Rest,
    view::{CallDeviceKind, Settings},
};

/// Where sound and pictures of calls come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MediaSource {
    /// The devices of this computer.
    #[default]
    Devices,
    /// A tone that carries this code and patterns with a counter, for tests; no device is touched.
    Synthetic(u8),
}

impl std::str::FromStr for MediaSource {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "devices" => Ok(Self::Devices),
            None if text == "synthetic" => Ok(Self::Synthetic(1)),
            Some(("synthetic", code)) => code.parse().map(Self::Synthetic).map_err(|_| "the code is 0 to 255"),
            _ => Err("devices, synthetic, or synthetic:CODE"),
        }
    }
}

/// Devices as chosen; none is the system's own choice.
#[derive(Debug)]
pub(crate) struct Chosen {
    microphone: Option<String>,
    speaker: Option<String>,
    camera: Option<String>,
}

impl Chosen {
    pub(crate) fn of(settings: &Settings) -> Self {
        let Settings { microphone, speaker, camera, .. } = settings.clone();
        Self { microphone, speaker, camera }
    }

    /// Lets what was chosen serve in a call that stands.
    pub(super) fn apply(&self, call: &Call, kind: CallDeviceKind) {
        match kind {
            CallDeviceKind::Microphone => call.use_microphone(self.microphone()),
            CallDeviceKind::Speaker => call.use_speaker(self.speaker()),
            CallDeviceKind::Camera => call.use_camera(self.camera()),
            CallDeviceKind::Screen => {}
        }
    }

    pub(crate) fn config(&self, source: MediaSource, ice_servers: Vec<IceServer>, relay_only: bool) -> Config {
        match source {
            MediaSource::Synthetic(code) => Config { ice_servers, relay_only, ..Config::synthetic(code) },
            MediaSource::Devices => Config {
                ice_servers,
                relay_only,
                microphone: self.microphone(),
                speaker: self.speaker(),
                camera: self.camera(),
                ..Config::default()
            },
        }
    }

    pub(crate) fn microphone(&self) -> Microphone {
        self.microphone.clone().map_or(Microphone::Default, Microphone::Named)
    }

    pub(crate) fn speaker(&self) -> Speaker {
        self.speaker.clone().map_or(Speaker::Default, Speaker::Named)
    }

    pub(crate) fn camera(&self) -> Camera {
        self.camera.clone().map_or(Camera::Default, Camera::Named)
    }
}

/// The relay's servers, with names that count for an hour. Without any, only direct ways are tried.
pub(super) async fn ice_servers(rest: &Rest) -> Vec<IceServer> {
    match rest.ice_servers().await {
        Ok(servers) if servers.urls.is_empty() => Vec::new(),
        Ok(IceServers { urls, username, credential, .. }) => vec![IceServer { urls, username, credential }],
        Err(error) => {
            tracing::info!(%error, "the relay offers no servers for calls");
            Vec::new()
        }
    }
}
