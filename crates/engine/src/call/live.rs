//! What is known of the one call, and what a window sees of it.

use sotto_machine::call::{CallId, Description, Outcome};
use sotto_media::{Call, DeviceProblem, Event, Events, Kind, Quality, Statistics};

use crate::{
    rows,
    view::{
        CallDeviceFault, CallDeviceKind, CallFault, CallNumbers, CallProblem, CallQuality, CallStage, CallUpdate,
        CallView,
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
    pub(super) stage: CallStage,
    /// Theirs, until it is answered.
    pub(super) offer: Option<Description>,
    pub(super) media: Option<Media>,
    pub(super) fault: Option<CallFault>,
    muted: bool,
    other_muted: bool,
    quality: CallQuality,
    relayed: bool,
    problems: Vec<CallProblem>,
}

impl Live {
    pub(super) fn new(id: CallId, chat: i64, mine: bool, stage: CallStage) -> Self {
        Self {
            id,
            chat,
            mine,
            stage,
            offer: None,
            media: None,
            fault: None,
            muted: false,
            other_muted: false,
            quality: CallQuality::Good,
            relayed: false,
            problems: Vec::new(),
        }
    }

    /// The media are there: what was chosen before they were counts.
    pub(super) fn take(&mut self, media: Media) {
        media.call.mute(self.muted);
        self.media = Some(media);
    }

    pub(super) fn mute(&mut self, muted: bool) {
        self.muted = muted;
        if let Some(media) = &self.media {
            media.call.mute(muted);
        }
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
            Event::Remote(state) => self.other_muted = state.muted,
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
        let device = match kind {
            Kind::Microphone => CallDeviceKind::Microphone,
            Kind::Speaker => CallDeviceKind::Speaker,
            Kind::Camera | Kind::Screen => return,
        };
        self.problems.retain(|problem| problem.device != device);
        let Some(problem) = problem else { return };
        let fault = match problem {
            DeviceProblem::NotFound => CallDeviceFault::NotFound,
            DeviceProblem::Busy => CallDeviceFault::Busy,
            DeviceProblem::Refused => CallDeviceFault::Refused,
            DeviceProblem::NoServer => CallDeviceFault::NoServer,
            DeviceProblem::Lost => CallDeviceFault::Lost,
            DeviceProblem::Failed(_) => CallDeviceFault::Failed,
        };
        self.problems.push(CallProblem { device, fault });
    }

    pub(super) fn view(&self) -> CallView {
        CallView {
            id: self.id.to_string(),
            chat: self.chat,
            mine: self.mine,
            stage: self.stage.clone(),
            muted: self.muted,
            other_muted: self.other_muted,
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

/// What a window shows of the numbers.
pub(super) fn numbers(numbers: &Statistics) -> CallNumbers {
    let short = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    CallNumbers {
        round_trip_ms: numbers.round_trip_ms,
        jitter_buffer_ms: numbers.jitter_buffer_ms,
        voice_received: short(numbers.voice_packets_received),
        voice_lost: short(numbers.voice_packets_lost),
        tone: numbers.heard.map(|heard| heard.code),
    }
}

fn now() -> i64 {
    use crate::clock::{Clock as _, SystemClock};

    i64::try_from(SystemClock.now()).unwrap_or(i64::MAX)
}
