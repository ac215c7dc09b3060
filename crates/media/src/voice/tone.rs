//! A tone that carries a code, and the meter that reads it: proof that sound flows, and how long it takes.
//!
//! At each full second of the system's clock begins a beep of 300 ms: two sines, one of 16 low pitches for the upper
//! half of the code, one of 16 high ones for the lower half. The meter finds the beep's beginning; how far that lies
//! after a full second is the latency, if both sides read one clock and it is shorter than 700 ms.

use std::f32::consts::TAU;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::{DeviceProblem, VoiceFrame, VoiceSink, VoiceSource};

use super::source::{Pace, RATE, SAMPLES};

const PERIOD_MS: u64 = 1000;
const BEEP_MS: u64 = 300;
const LOUD: f32 = 0.25;
/// The meter believes a code that it heard this many times in a row (10 ms each).
const SURE: u32 = 5;

fn low(nibble: u8) -> f32 {
    500.0 + 100.0 * f32::from(nibble)
}

fn high(nibble: u8) -> f32 {
    2200.0 + 100.0 * f32::from(nibble)
}

pub(crate) fn clock_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

/// Beeps with a code.
#[derive(Debug)]
pub struct Tone {
    code: u8,
    at: u64,
    pace: Pace,
}

impl Tone {
    /// Beeps that carry `code`.
    pub fn new(code: u8) -> Self {
        Self { code, at: 0, pace: Pace::default() }
    }

    /// The next 10 ms, as they sound at this time of the system's clock, in milliseconds.
    pub fn sound(&mut self, frame: &mut VoiceFrame, now_ms: u64) {
        let beep = now_ms % PERIOD_MS < BEEP_MS;
        for (index, sample) in frame.iter_mut().enumerate() {
            let t = (self.at + index as u64) as f32 / RATE as f32;
            let wave = (TAU * low(self.code >> 4) * t).sin() + (TAU * high(self.code & 15) * t).sin();
            *sample = if beep { LOUD * wave } else { 0.0 };
        }
        // A whole second of samples holds whole waves of every pitch.
        self.at = (self.at + SAMPLES as u64) % u64::from(RATE);
    }
}

impl VoiceSource for Tone {
    fn record(&mut self, frame: &mut VoiceFrame) -> Result<(), DeviceProblem> {
        self.pace.wait();
        self.sound(frame, clock_ms());
        Ok(())
    }
}

/// What a meter heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The code of the last beep.
    pub code: u8,
    /// Beeps with that code so far.
    pub beeps: u64,
    /// From the beep's beginning to its being played, in milliseconds.
    pub latency_ms: u32,
}

/// Where a meter writes what it heard.
pub(crate) type Reading = Arc<Mutex<Option<Heard>>>;

/// Reads the code of a tone.
#[derive(Debug)]
pub struct Meter {
    reading: Reading,
    pace: Pace,
    window: Vec<f32>,
    candidate: Option<u8>,
    times: u32,
    began_ms: u64,
}

impl Meter {
    /// Writes what it hears to `reading`.
    pub fn new(reading: Arc<Mutex<Option<Heard>>>) -> Self {
        Self { reading, pace: Pace::default(), window: vec![0.0; 2 * SAMPLES], candidate: None, times: 0, began_ms: 0 }
    }

    /// Listens to 10 ms that are played at this time of the system's clock, in milliseconds.
    pub fn listen(&mut self, frame: &VoiceFrame, now_ms: u64) {
        self.window.copy_within(SAMPLES.., 0);
        self.window[SAMPLES..].copy_from_slice(frame);
        let code = decode(&self.window);
        if code != self.candidate || code.is_none() {
            self.candidate = code;
            self.times = 0;
            // The window reaches 10 ms back.
            self.began_ms = now_ms.saturating_sub(10);
        }
        self.times += u32::from(code.is_some());
        let Some(code) = code.filter(|_| self.times == SURE) else { return };
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let before = reading.filter(|heard| heard.code == code).map_or(0, |heard| heard.beeps);
        let latency_ms = (self.began_ms % PERIOD_MS) as u32;
        *reading = Some(Heard { code, beeps: before + 1, latency_ms });
    }
}

impl VoiceSink for Meter {
    fn play(&mut self, frame: &VoiceFrame) -> Result<(), DeviceProblem> {
        self.pace.wait();
        self.listen(frame, clock_ms());
        Ok(())
    }
}

/// The code in 20 ms of sound, if two pitches stand out of everything else.
fn decode(window: &[f32]) -> Option<u8> {
    let total: f32 = window.iter().map(|sample| sample * sample).sum();
    if total / (window.len() as f32) < 1e-4 {
        return None;
    }
    let strongest = |pitch: fn(u8) -> f32| {
        (0..16u8)
            .map(|nibble| (nibble, power(window, pitch(nibble))))
            .fold((0, 0.0), |best, each| if each.1 > best.1 { each } else { best })
    };
    let (upper, first) = strongest(low);
    let (lower, second) = strongest(high);
    // A pure sine of energy E has a Goertzel power of E * n / 2.
    let share = 2.0 / (total * window.len() as f32);
    (first * share > 0.1 && second * share > 0.1 && (first + second) * share > 0.5).then_some(upper << 4 | lower)
}

/// Goertzel's algorithm: the power of one pitch.
fn power(window: &[f32], pitch: f32) -> f32 {
    let turn = 2.0 * (TAU * pitch / RATE as f32).cos();
    let (mut one, mut two) = (0.0f32, 0.0f32);
    for sample in window {
        let next = sample + turn * one - two;
        two = one;
        one = next;
    }
    one * one + two * two - turn * one * two
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_reads_every_code_and_the_time_it_took() {
        for code in [0x00, 0x3c, 0xa5, 0xff] {
            let reading = Reading::default();
            let (mut tone, mut meter) = (Tone::new(code), Meter::new(reading.clone()));
            let mut frame = [0.0; SAMPLES];
            for step in 0..120 {
                tone.sound(&mut frame, step * 10);
                meter.listen(&frame, step * 10 + 80);
            }
            let heard = reading.lock().expect("a reading").expect("a code");
            assert_eq!((heard.code, heard.beeps), (code, 2));
            assert!((60..=90).contains(&heard.latency_ms), "{heard:?}");
        }
    }

    #[test]
    fn noise_and_silence_carry_no_code() {
        let reading = Reading::default();
        let mut meter = Meter::new(reading.clone());
        let mut seed = 1u32;
        for step in 0..100 {
            let mut frame = [0.0; SAMPLES];
            if step > 20 {
                for sample in &mut frame {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    *sample = (seed >> 8) as f32 / (1 << 24) as f32 - 0.5;
                }
            }
            meter.listen(&frame, step * 10);
        }
        assert_eq!(*reading.lock().expect("a reading"), None);
    }
}
