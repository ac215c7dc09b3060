//! What a call is made with: devices, servers, and whether the own address may be seen.

/// What a call is made with. By default: the system's devices, no servers, and the direct path allowed.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// STUN and TURN servers. Without any, only devices that reach each other directly can talk.
    pub ice_servers: Vec<IceServer>,
    /// Hides the own address from the other side: only addresses of TURN servers are made and used.
    pub relay_only: bool,
    /// Also offers 127.0.0.1, for tests on one machine.
    pub loopback: bool,
    /// What is heard by the other side.
    pub microphone: Microphone,
    /// Where the other side is heard.
    pub speaker: Speaker,
    /// What is seen once `Call::camera` is switched on.
    pub camera: Camera,
    /// What is seen once `Call::share_screen` is switched on.
    pub screen: Screen,
}

impl Config {
    /// A call without devices, for tests: a tone with a code, a meter that reads the other side's, and patterns with
    /// a frame counter, over 127.0.0.1.
    pub fn synthetic(code: u8) -> Self {
        Self {
            loopback: true,
            microphone: Microphone::Tone(code),
            speaker: Speaker::Meter,
            camera: Camera::Pattern,
            screen: Screen::Pattern,
            ..Self::default()
        }
    }
}

/// A STUN or TURN server.
#[derive(Clone, Default)]
pub struct IceServer {
    /// `stun:host:port` or `turn:host:port?transport=udp`.
    pub urls: Vec<String>,
    /// Empty for STUN.
    pub username: String,
    /// Empty for STUN.
    pub credential: String,
}

impl std::fmt::Debug for IceServer {
    /// Without the credential: it opens the server to whoever reads a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

/// Where sound is taken from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Microphone {
    /// The system's own choice.
    #[default]
    Default,
    /// One of `devices().microphones`, by its id.
    Named(String),
    /// Synthetic: beeps that carry this code.
    Tone(u8),
    /// Nothing: silence is sent.
    None,
}

/// Where sound goes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Speaker {
    /// The system's own choice.
    #[default]
    Default,
    /// One of `devices().speakers`, by its id.
    Named(String),
    /// Synthetic: reads the code of a tone; `Statistics` tells it.
    Meter,
    /// Nothing is played.
    None,
}

/// Where the picture of the person is taken from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Camera {
    /// The first camera.
    #[default]
    Default,
    /// One of `devices().cameras`, by its id.
    Named(String),
    /// Synthetic: a moving pattern with a frame counter.
    Pattern,
}

/// Which screen is shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// The main screen.
    #[default]
    Default,
    /// One of `devices().screens`, by its id.
    Named(String),
    /// Synthetic: a moving pattern with a frame counter.
    Pattern,
}
