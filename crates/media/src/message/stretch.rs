//! Faster speech at the same pitch: WSOLA (waveform similarity overlap-add). Pieces of 20 ms are laid over each other
//! at half their length, each taken from where it continues the one before best.

use std::collections::VecDeque;
use std::f32::consts::TAU;

use crate::VoiceFrame;
use crate::voice::source::SAMPLES;

/// Samples of a piece.
const PIECE: usize = 2 * SAMPLES;
/// A piece may begin so many samples before or after its time: one period of a deep voice.
const REACH: usize = 400;
/// First each so manieth place is tried, and so manieth sample compared.
const COARSE: usize = 8;

/// Stretches a stream of samples.
#[derive(Debug)]
pub(crate) struct Stretch {
    /// How much faster: 1 is as it was spoken.
    speed: f32,
    window: Vec<f32>,
    /// What is to come; begins [`REACH`] before the time of the next piece.
    input: VecDeque<f32>,
    /// Part of a sample that was not stepped over yet.
    rest: f32,
    /// The second half of the last piece, faded out.
    tail: VoiceFrame,
    /// What would follow on the last piece's first half by itself.
    expected: Option<Vec<f32>>,
}

impl Stretch {
    pub(crate) fn new(speed: f32) -> Self {
        let window = (0..PIECE).map(|at| 0.5 - 0.5 * (TAU * at as f32 / PIECE as f32).cos()).collect();
        let input = std::iter::repeat_n(0.0, REACH).collect();
        Self { speed, window, input, rest: 0.0, tail: [0.0; SAMPLES], expected: None }
    }

    /// Samples that must be there for the next 10 ms.
    fn needed() -> usize {
        2 * REACH + PIECE + SAMPLES
    }

    /// 10 ms more are wanted before [`Self::take`] can give any.
    pub(crate) fn is_hungry(&self) -> bool {
        if self.speed == 1.0 { self.input.len() < REACH + SAMPLES } else { self.input.len() < Self::needed() }
    }

    pub(crate) fn put(&mut self, samples: &[f32]) {
        self.input.extend(samples);
    }

    /// The next 10 ms; false when more is wanted first.
    pub(crate) fn take(&mut self, frame: &mut VoiceFrame) -> bool {
        if self.is_hungry() {
            return false;
        }
        if self.speed == 1.0 {
            frame.iter_mut().zip(self.input.range(REACH..)).for_each(|(to, from)| *to = *from);
            self.input.drain(..SAMPLES);
            return true;
        }
        let input = self.input.make_contiguous();
        let at = match &self.expected {
            Some(expected) => best(input, expected),
            None => REACH,
        };
        let piece = &input[at..at + PIECE];
        for (index, sample) in frame.iter_mut().enumerate() {
            *sample = self.tail[index] + piece[index] * self.window[index];
            self.tail[index] = piece[SAMPLES + index] * self.window[SAMPLES + index];
        }
        self.expected = Some(input[at + SAMPLES..at + SAMPLES + PIECE].to_vec());
        let step = self.speed * SAMPLES as f32 + self.rest;
        self.rest = step.fract();
        self.input.drain(..(step as usize).min(self.input.len()));
        true
    }
}

/// Where in the first part of `input` the piece begins that is most like `expected`.
fn best(input: &[f32], expected: &[f32]) -> usize {
    let likeness = |at: usize, step: usize| {
        let (mut same, mut power) = (0.0f32, 1e-6f32);
        for index in (0..PIECE).step_by(step) {
            let sample = input[at + index];
            same += sample * expected[index];
            power += sample * sample;
        }
        same / power.sqrt()
    };
    let choose = |places: &mut dyn Iterator<Item = usize>, step: usize| {
        places
            .map(|at| (at, likeness(at, step)))
            .fold((REACH, f32::MIN), |best, each| if each.1 > best.1 { each } else { best })
            .0
    };
    let about = choose(&mut (0..=2 * REACH).step_by(COARSE), COARSE);
    choose(&mut (about.saturating_sub(COARSE)..=(about + COARSE).min(2 * REACH)), 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::source::RATE;

    /// Rising passages through zero in a second: its pitch, for one sine.
    fn pitch(sound: &[f32]) -> f32 {
        let rising = sound.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        rising as f32 * RATE as f32 / sound.len() as f32
    }

    #[test]
    fn faster_sound_is_shorter_and_keeps_its_pitch() {
        let sine: Vec<f32> = (0..2 * RATE).map(|at| (TAU * 220.0 * at as f32 / RATE as f32).sin() * 0.5).collect();
        for speed in [1.0, 1.5, 2.0] {
            let mut stretch = Stretch::new(speed);
            stretch.put(&sine);
            let (mut sound, mut frame) = (Vec::new(), [0.0; SAMPLES]);
            while stretch.take(&mut frame) {
                sound.extend(frame);
            }
            let expected = sine.len() as f32 / speed;
            assert!((sound.len() as f32 - expected).abs() < 0.05 * expected, "{speed}: {} samples", sound.len());
            let middle = &sound[SAMPLES * 10..sound.len() - SAMPLES * 10];
            assert!((pitch(middle) - 220.0).abs() < 4.0, "{speed}: {} Hz", pitch(middle));
            let loud = middle.iter().fold(0.0f32, |most, sample| most.max(sample.abs()));
            assert!((0.45..0.56).contains(&loud), "{speed}: {loud}");
        }
    }
}
