//! The test of devices, while there is no call.

use sotto_media::{Event, Events, Kind, Trial as Media};

use super::{MediaSource, Telephone, media::Chosen};
use crate::{
    error::{Code, Error},
    view::{CallDeviceFault, CallDeviceKind, CallPicture, CallProblem, CallTrial, CallUpdate},
};

/// A test that runs.
#[derive(Debug)]
pub(super) struct Trial {
    media: Media,
    pub(super) events: Events,
    camera: bool,
    problems: Vec<CallProblem>,
}

/// What is wanted of the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    /// It begins, or ends.
    On(bool),
    /// The camera looks, or not any more.
    Camera(bool),
    /// The speaker plays something.
    Sound,
}

impl Trial {
    fn start(chosen: &Chosen, source: MediaSource) -> Result<Self, Error> {
        let config = chosen.config(source, Vec::new(), false);
        let (media, events) = Media::start(config.microphone, config.camera)
            .map_err(|error| Error::new(Code::CallFailed, error.to_string()))?;
        Ok(Self { media, events, camera: false, problems: Vec::new() })
    }

    fn note(&mut self, kind: Kind, fault: Option<CallDeviceFault>) {
        let device = CallDeviceKind::from(kind);
        self.problems.retain(|problem| problem.device != device);
        if device == CallDeviceKind::Camera && fault.is_some() {
            self.camera = false;
            self.media.camera(false);
        }
        self.problems.extend(fault.map(|fault| CallProblem { device, fault }));
    }

    pub(super) fn need_key_frame(&self) {
        self.media.need_own_key_frame();
    }

    fn view(&self) -> CallTrial {
        CallTrial { camera: self.camera, problems: self.problems.clone() }
    }
}

impl Telephone {
    /// Begins, changes or ends the test. While there is a call there is none: the call shows the same.
    pub(super) fn test(&mut self, test: Test) -> Result<(), Error> {
        match test {
            Test::On(on) => {
                self.trial = None;
                if on && self.live.is_none() {
                    self.trial = Some(Trial::start(&self.chosen(), self.source)?);
                }
            }
            Test::Camera(on) => {
                if let Some(trial) = &mut self.trial {
                    trial.camera = on;
                    trial.problems.retain(|problem| problem.device != CallDeviceKind::Camera);
                    trial.media.camera(on);
                }
            }
            Test::Sound => {
                let speaker = self.chosen().config(self.source, Vec::new(), false).speaker;
                if let Some(trial) = &self.trial {
                    let played = trial.media.play(speaker);
                    played.map_err(|error| Error::new(Code::CallFailed, error.to_string()))?;
                }
            }
        }
        self.show_trial();
        Ok(())
    }

    /// Another device is tested from now on.
    pub(super) fn test_other(&mut self, kind: CallDeviceKind) {
        let config = self.chosen().config(self.source, Vec::new(), false);
        let Some(trial) = &mut self.trial else { return };
        trial.problems.retain(|problem| problem.device != kind);
        match kind {
            CallDeviceKind::Microphone => trial.media.use_microphone(config.microphone),
            CallDeviceKind::Camera => trial.media.use_camera(config.camera),
            CallDeviceKind::Speaker | CallDeviceKind::Screen => {}
        }
        self.show_trial();
    }

    /// What the tested devices say.
    pub(super) fn tested(&mut self, event: Option<Event>) {
        let Some(trial) = &mut self.trial else { return };
        match event {
            Some(Event::Levels { local, .. }) => self.tell(&CallUpdate::Levels { own: local, other: 0.0 }),
            Some(Event::Own(frame)) => {
                self.frames.take(CallPicture::Own, frame);
                self.ask_for_key_frames();
            }
            Some(Event::Device { kind, problem }) => {
                trial.note(kind, problem.as_ref().map(CallDeviceFault::from));
                self.show_trial();
            }
            Some(_) => {}
            None => {
                self.trial = None;
                self.show_trial();
            }
        }
    }

    /// A call needs the devices.
    pub(super) fn end_trial(&mut self) {
        if self.trial.take().is_some() {
            self.show_trial();
        }
    }

    fn show_trial(&mut self) {
        let trial = self.trial.as_ref().map(Trial::view);
        self.tell(&CallUpdate::Trial { trial });
    }
}
