//! Where sound comes from and goes to: 10 ms at a time, 48,000 samples a second, one channel.

use std::fmt::Debug;
use std::thread;
use std::time::{Duration, Instant};

use crate::{DeviceProblem, Microphone, Speaker, Tone};

use super::sound_card;
use super::tone::{Meter, Reading};

/// Samples in a second.
pub(crate) const RATE: u32 = 48_000;
/// Samples in a frame of 10 ms.
pub(crate) const SAMPLES: usize = 480;

/// 10 ms of sound, from -1 to 1.
pub type VoiceFrame = [f32; SAMPLES];

/// Gives sound at its own pace.
pub trait VoiceSource: Debug {
    /// Waits for the next 10 ms.
    fn record(&mut self, frame: &mut VoiceFrame) -> Result<(), DeviceProblem>;
}

/// Takes sound at its own pace.
pub trait VoiceSink: Debug {
    /// Waits until there is room for 10 ms more.
    fn play(&mut self, frame: &VoiceFrame) -> Result<(), DeviceProblem>;
}

/// Opens what was chosen. On the thread that will use it: the streams of some systems must not leave theirs.
pub(crate) fn open_source(choice: &Microphone) -> Result<Box<dyn VoiceSource>, DeviceProblem> {
    Ok(match choice {
        Microphone::Default => Box::new(sound_card::Recording::open(None)?),
        Microphone::Named(id) => Box::new(sound_card::Recording::open(Some(id))?),
        Microphone::Tone(code) => Box::new(Tone::new(*code)),
        Microphone::None => Box::new(Silence::default()),
    })
}

/// Opens what was chosen, as `open_source` does.
pub(crate) fn open_sink(choice: &Speaker, reading: &Reading) -> Result<Box<dyn VoiceSink>, DeviceProblem> {
    Ok(match choice {
        Speaker::Default => Box::new(sound_card::Playing::open(None)?),
        Speaker::Named(id) => Box::new(sound_card::Playing::open(Some(id))?),
        Speaker::Meter => Box::new(Meter::new(reading.clone())),
        Speaker::None => Box::new(Silence::default()),
    })
}

/// Keeps the pace of sound without a device.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    next: Option<Instant>,
}

impl Pace {
    /// Waits until the next 10 ms are due. After a pause of the machine it does not catch up.
    pub(crate) fn wait(&mut self) {
        let now = Instant::now();
        let due = self.next.unwrap_or(now);
        if let Some(rest) = due.checked_duration_since(now) {
            thread::sleep(rest);
        }
        let late = now.saturating_duration_since(due) > Duration::from_millis(100);
        self.next = Some(if late { now } else { due } + Duration::from_millis(10));
    }
}

/// No sound, at the pace of sound.
#[derive(Debug, Default)]
pub(crate) struct Silence {
    pace: Pace,
}

impl VoiceSource for Silence {
    fn record(&mut self, frame: &mut VoiceFrame) -> Result<(), DeviceProblem> {
        self.pace.wait();
        frame.fill(0.0);
        Ok(())
    }
}

impl VoiceSink for Silence {
    fn play(&mut self, _frame: &VoiceFrame) -> Result<(), DeviceProblem> {
        self.pace.wait();
        Ok(())
    }
}

/// How loud a frame is, from 0 to 1 on the scale of the ear: -60 dB and less are 0.
pub(crate) fn level(frame: &VoiceFrame) -> f32 {
    let power = frame.iter().map(|sample| sample * sample).sum::<f32>() / SAMPLES as f32;
    (10.0 * power.max(1e-9).log10() / 60.0 + 1.0).clamp(0.0, 1.0)
}
