//! What is known of the one call, and what a window sees of it.

use sotto_machine::call::{CallId, Description, Outcome};
use sotto_media::{Call, DeviceProblem, Event, Events, Kind, Quality, Statistics};

use crate::{
    rows,
    view::{
        CallDeviceFault, CallDeviceKind, CallFault, CallNumbers, CallProblem, CallQuality, CallSide, CallStage,
        CallUpdate, CallView,
    },
};

/// Sound and pictures of a call, and what they tell.
#[derive(Debug)]
pub(super) struct Media {
    pub(super) call: Call,
    pub(super) events: Events,
}

/// The one call.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) id: CallId,
    chat: i64,
    pub(super) mine: bool,
    video: bool,
    pub(super) stage: CallStage,
    /// Theirs, until it is answered.
    pub(super) offer: Option<Description>,
    pub(super) media: Option<Media>,
    /// This person wants to be seen.
    pub(super) asked_video: bool,
    pub(super) fault: Option<CallFault>,
    own: CallSide,
    other: CallSide,
    quality: CallQuality,
    relayed: bool,
    problems: Vec<CallProblem>,
}

impl Live {
    pub(super) fn new(id: CallId, chat: i64, mine: bool, video: bool, stage: CallStage) -> Self {
        Self {
            id,
            chat,
            mine,
            video,
            stage,
            offer: None,
            media: None,
            asked_video: mine && video,
            fault: None,
            own: CallSide::default(),
            other: CallSide::default(),
            quality: CallQuality::Good,
            relayed: false,
            problems: Vec::new(),
        }
    }

    /// The media are there: what was chosen before they were counts. `quiet`: nothing is said until the person does so.
    pub(super) fn take(&mut self, media: Media, video: bool, quiet: bool) {
        self.own.muted |= quiet;
        media.call.mute(self.own.muted);
        media.call.camera(video);
        self.own.camera = video;
        self.media = Some(media);
    }

    pub(super) fn mute(&mut self, muted: bool) {
        self.own.muted = muted;
        if let Some(media) = &self.media {
            media.call.mute(muted);
        }
    }

    pub(super) fn camera(&mut self, on: bool) {
        let Some(media) = &self.media else { return };
        self.own.camera = on;
        self.problems.retain(|problem| problem.device != CallDeviceKind::Camera);
        media.call.camera(on);
    }

    pub(super) fn screen(&mut self, on: bool) {
        let Some(media) = &self.media else { return };
        self.own.screen = on;
        self.problems.retain(|problem| problem.device != CallDeviceKind::Screen);
        media.call.share_screen(on);
    }

    pub(super) fn reconnecting(&mut self) {
        if let CallStage::Talking { since } = self.stage {
            self.stage = CallStage::Reconnecting { since };
        }
    }

    /// What the media say of themselves.
    pub(super) fn note(&mut self, event: Event) {
        match event {
            Event::Connected { relayed } => {
                self.relayed = relayed;
                let since = match self.stage {
                    CallStage::Talking { since } | CallStage::Reconnecting { since } => since,
                    _ => now(),
                };
                self.stage = CallStage::Talking { since };
            }
            Event::Remote(state) => {
                self.other = CallSide { muted: state.muted, camera: state.camera, screen: state.screen };
            }
            Event::Quality(quality) => {
                self.quality = match quality {
                    Quality::Good => CallQuality::Good,
                    Quality::Fair => CallQuality::Fair,
                    Quality::Poor => CallQuality::Poor,
                };
            }
            Event::Device { kind, problem } => self.device(kind, problem),
            _ => {}
        }
    }

    fn device(&mut self, kind: Kind, problem: Option<DeviceProblem>) {
        let device = CallDeviceKind::from(kind);
        self.problems.retain(|problem| problem.device != device);
        let Some(problem) = problem else { return };
        let fault = CallDeviceFault::from(&problem);
        match device {
            CallDeviceKind::Camera => self.camera(false),
            CallDeviceKind::Screen => self.screen(false),
            CallDeviceKind::Microphone | CallDeviceKind::Speaker => {}
        }
        self.problems.push(CallProblem { device, fault });
    }

    pub(super) fn view(&self) -> CallView {
        CallView {
            id: self.id.to_string(),
            chat: self.chat,
            mine: self.mine,
            video: self.video,
            stage: self.stage.clone(),
            own: self.own,
            other: self.other,
            quality: self.quality,
            relayed: self.relayed,
            problems: self.problems.clone(),
        }
    }

    pub(super) fn ended(&self, outcome: Outcome) -> CallUpdate {
        let (outcome, _) = rows::call_outcome(outcome);
        CallUpdate::Ended { id: self.id.to_string(), chat: self.chat, mine: self.mine, outcome, fault: self.fault }
    }
}

/// What a window shows of the numbers; pictures that were late at the window are added.
pub(super) fn numbers(numbers: &Statistics, late: u64) -> CallNumbers {
    let short = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    CallNumbers {
        round_trip_ms: numbers.round_trip_ms,
        jitter_buffer_ms: numbers.jitter_buffer_ms,
        voice_received: short(numbers.voice_packets_received),
        voice_lost: short(numbers.voice_packets_lost),
        frames_received: short(numbers.frames_received),
        frames_dropped: short(numbers.frames_dropped + numbers.events_dropped + late),
        tone: numbers.heard.map(|heard| heard.code),
    }
}

fn now() -> i64 {
    use crate::clock::{Clock as _, SystemClock};

    i64::try_from(SystemClock.now()).unwrap_or(i64::MAX)
}
