//! Microphone and speaker through the system's own interface (`cpal`), at whatever rate the device runs.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{ErrorKind, SampleFormat, StreamConfig, SupportedStreamConfig};
use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler};

use super::source::{RATE, SAMPLES};
use crate::{DeviceProblem, VoiceFrame, VoiceSink, VoiceSource};

/// A device that gives or takes nothing for so long is gone.
const PATIENCE: Duration = Duration::from_secs(2);
/// A speaker holds so much sound before `play` waits, in milliseconds: enough for a busy machine, short to the ear.
const AHEAD_MS: u32 = 40;
/// Of a microphone whose reader is late, so much is kept.
const BEHIND_MS: u32 = 100;

pub(crate) fn problem(error: &cpal::Error) -> DeviceProblem {
    match error.kind() {
        ErrorKind::DeviceBusy => DeviceProblem::Busy,
        ErrorKind::DeviceNotAvailable | ErrorKind::DeviceChanged | ErrorKind::StreamInvalidated => DeviceProblem::Lost,
        ErrorKind::HostUnavailable => DeviceProblem::NoServer,
        ErrorKind::PermissionDenied => DeviceProblem::Refused,
        _ => DeviceProblem::Failed(error.to_string()),
    }
}

/// What the callback of a stream and its user share.
#[derive(Debug)]
struct Line {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    samples: VecDeque<f32>,
    failed: Option<DeviceProblem>,
}

impl Line {
    fn new() -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), changed: Condvar::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail(&self, error: &cpal::Error) {
        // Late once, or without real-time priority: heard as a click, and the stream goes on.
        if matches!(error.kind(), ErrorKind::Xrun | ErrorKind::RealtimeDenied) {
            return;
        }
        self.state().failed = Some(problem(error));
        self.changed.notify_all();
    }

    /// Waits until `ready`, or says why that will not be.
    fn wait(&self, ready: impl Fn(&State) -> bool) -> Result<MutexGuard<'_, State>, DeviceProblem> {
        let (state, timeout) = self
            .changed
            .wait_timeout_while(self.state(), PATIENCE, |state| state.failed.is_none() && !ready(state))
            .unwrap_or_else(PoisonError::into_inner);
        match &state.failed {
            Some(problem) => Err(problem.clone()),
            None if timeout.timed_out() => Err(DeviceProblem::Lost),
            None => Ok(state),
        }
    }
}

/// The best of a device's configurations: 48,000 a second in floats where it has that, else its own default.
fn choose(
    ranges: impl Iterator<Item = cpal::SupportedStreamConfigRange>,
    default: SupportedStreamConfig,
) -> SupportedStreamConfig {
    ranges
        .filter(|range| range.sample_format() == SampleFormat::F32 && range.channels() <= 2)
        .filter_map(|range| range.try_with_sample_rate(RATE))
        .min_by_key(SupportedStreamConfig::channels)
        .unwrap_or(default)
}

fn find(id: Option<&str>, input: bool) -> Result<cpal::Device, DeviceProblem> {
    let host = cpal::default_host();
    let found = match id {
        Some(id) => id.parse().ok().and_then(|id| host.device_by_id(&id)),
        None if input => host.default_input_device(),
        None => host.default_output_device(),
    };
    found.ok_or(DeviceProblem::NotFound)
}

/// 10 ms of another rate into 10 ms of ours, or back. `None` where both are one.
fn resampler(from: u32, to: u32) -> Result<Option<Fft<f32>>, DeviceProblem> {
    if from == to {
        return Ok(None);
    }
    Fft::new(from as usize, to as usize, from as usize / 100, 1, FixedSync::Both)
        .map(Some)
        .map_err(|error| DeviceProblem::Failed(error.to_string()))
}

fn resample(resampler: &mut Fft<f32>, from: &[f32], to: &mut [f32]) -> Result<(), DeviceProblem> {
    let failed = |text: String| DeviceProblem::Failed(text);
    let (before, after) = (from.len(), to.len());
    let input = SequentialSlice::new(from, 1, before).map_err(|error| failed(error.to_string()))?;
    let mut output = SequentialSlice::new_mut(to, 1, after).map_err(|error| failed(error.to_string()))?;
    resampler.process_into_buffer(&input, &mut output, None).map_err(|error| failed(error.to_string()))?;
    Ok(())
}

/// A microphone.
pub(crate) struct Recording {
    line: Arc<Line>,
    raw: Vec<f32>,
    resampler: Option<Fft<f32>>,
    _stream: cpal::Stream,
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").finish_non_exhaustive()
    }
}

impl Recording {
    pub(crate) fn open(id: Option<&str>) -> Result<Self, DeviceProblem> {
        let device = find(id, true)?;
        let default = device.default_input_config().map_err(|error| problem(&error))?;
        let ranges = device.supported_input_configs().map_err(|error| problem(&error))?;
        let chosen = choose(ranges, default);
        let (rate, config) = (chosen.sample_rate(), StreamConfig::from(chosen));
        let line = Line::new();
        let keep = (rate * BEHIND_MS / 1000) as usize;
        let (channels, heard, failed) = (usize::from(config.channels), line.clone(), line.clone());
        let take = move |data: &mut dyn Iterator<Item = f32>| {
            let mut state = heard.state();
            let mut sum = 0.0;
            for (index, sample) in data.enumerate() {
                sum += sample;
                if index % channels == channels - 1 {
                    state.samples.push_back(sum / channels as f32);
                    sum = 0.0;
                }
            }
            let late = state.samples.len().saturating_sub(keep);
            state.samples.drain(..late);
            heard.changed.notify_all();
        };
        let stream = match chosen.sample_format() {
            SampleFormat::I16 => device.build_input_stream(
                config,
                move |data: &[i16], _: &_| take(&mut data.iter().map(|sample| f32::from(*sample) / 32768.0)),
                move |error| failed.fail(&error),
                None,
            ),
            _ => device.build_input_stream(
                config,
                move |data: &[f32], _: &_| take(&mut data.iter().copied()),
                move |error| failed.fail(&error),
                None,
            ),
        };
        let stream = stream.map_err(|error| problem(&error))?;
        stream.play().map_err(|error| problem(&error))?;
        Ok(Self { line, raw: vec![0.0; rate as usize / 100], resampler: resampler(rate, RATE)?, _stream: stream })
    }
}

impl VoiceSource for Recording {
    fn record(&mut self, frame: &mut VoiceFrame) -> Result<(), DeviceProblem> {
        let needed = self.raw.len();
        let mut state = self.line.wait(|state| state.samples.len() >= needed)?;
        for (to, from) in self.raw.iter_mut().zip(state.samples.drain(..needed)) {
            *to = from;
        }
        drop(state);
        match &mut self.resampler {
            Some(resampler) => resample(resampler, &self.raw, frame)?,
            None => frame.copy_from_slice(&self.raw),
        }
        Ok(())
    }
}

/// A speaker.
pub(crate) struct Playing {
    line: Arc<Line>,
    raw: Vec<f32>,
    room: usize,
    resampler: Option<Fft<f32>>,
    _stream: cpal::Stream,
}

impl fmt::Debug for Playing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Playing").finish_non_exhaustive()
    }
}

impl Playing {
    pub(crate) fn open(id: Option<&str>) -> Result<Self, DeviceProblem> {
        let device = find(id, false)?;
        let default = device.default_output_config().map_err(|error| problem(&error))?;
        let ranges = device.supported_output_configs().map_err(|error| problem(&error))?;
        let chosen = choose(ranges, default);
        let (rate, config) = (chosen.sample_rate(), StreamConfig::from(chosen));
        let line = Line::new();
        let (channels, wanted, failed) = (usize::from(config.channels), line.clone(), line.clone());
        let give = move |count: usize, put: &mut dyn FnMut(usize, f32)| {
            let mut state = wanted.state();
            for index in 0..count / channels {
                let sample = state.samples.pop_front().unwrap_or(0.0);
                (0..channels).for_each(|channel| put(index * channels + channel, sample));
            }
            wanted.changed.notify_all();
        };
        let stream = match chosen.sample_format() {
            SampleFormat::I16 => device.build_output_stream(
                config,
                move |data: &mut [i16], _: &_| {
                    give(data.len(), &mut |at, sample| data[at] = (sample.clamp(-1.0, 1.0) * 32767.0) as i16);
                },
                move |error| failed.fail(&error),
                None,
            ),
            _ => device.build_output_stream(
                config,
                move |data: &mut [f32], _: &_| give(data.len(), &mut |at, sample| data[at] = sample),
                move |error| failed.fail(&error),
                None,
            ),
        };
        let stream = stream.map_err(|error| problem(&error))?;
        stream.play().map_err(|error| problem(&error))?;
        let room = (rate * AHEAD_MS / 1000) as usize;
        Ok(Self { line, raw: vec![0.0; rate as usize / 100], room, resampler: resampler(RATE, rate)?, _stream: stream })
    }
}

impl VoiceSink for Playing {
    fn play(&mut self, frame: &VoiceFrame) -> Result<(), DeviceProblem> {
        match &mut self.resampler {
            Some(resampler) => resample(resampler, frame, &mut self.raw)?,
            None => self.raw.copy_from_slice(&frame[..SAMPLES]),
        }
        let room = self.room;
        let mut state = self.line.wait(|state| state.samples.len() < room)?;
        state.samples.extend(&self.raw);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_of_a_device_becomes_a_sentence_that_a_person_understands() {
        let told = [
            (ErrorKind::DeviceBusy, "Another program is using the device."),
            (ErrorKind::PermissionDenied, "The system does not allow access to the device."),
            (ErrorKind::HostUnavailable, "The system offers no sound or display service."),
            (ErrorKind::DeviceNotAvailable, "The device was unplugged."),
        ];
        for (kind, sentence) in told {
            assert_eq!(problem(&cpal::Error::new(kind)).to_string(), sentence);
        }
    }
}
