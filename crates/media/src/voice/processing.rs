//! What is done to the microphone's sound before it is sent: the echo of the loudspeaker is taken out, then steady
//! noise, and quiet voices are raised.

use sonora::config::{AdaptiveDigital, EchoCanceller, GainController2, HighPassFilter, NoiseSuppression};
use sonora::{AudioProcessing, Config, StreamConfig};

use super::source::{RATE, SAMPLES};
use crate::VoiceFrame;

/// Cleans the sound of one microphone.
#[derive(Debug)]
pub(crate) struct Processing {
    inner: Box<AudioProcessing>,
    cleaned: VoiceFrame,
}

impl Processing {
    pub(crate) fn new() -> Self {
        let config = Config {
            high_pass_filter: Some(HighPassFilter::default()),
            echo_canceller: Some(EchoCanceller::default()),
            noise_suppression: Some(NoiseSuppression::default()),
            gain_controller2: Some(GainController2 {
                adaptive_digital: Some(AdaptiveDigital::default()),
                ..GainController2::default()
            }),
            ..Config::default()
        };
        let stream = StreamConfig::new(RATE, 1);
        let inner = AudioProcessing::builder().config(config).capture_config(stream).render_config(stream).build();
        Self { inner: Box::new(inner), cleaned: [0.0; SAMPLES] }
    }

    /// What the loudspeaker plays: its echo is searched for in the microphone.
    pub(crate) fn played(&mut self, frame: &VoiceFrame) {
        // Only wrong lengths are refused, and a frame has only one.
        let _ = self.inner.process_render_f32(&[frame], &mut [&mut self.cleaned]);
    }

    /// Cleans what the microphone heard.
    pub(crate) fn clean(&mut self, frame: &mut VoiceFrame) {
        if self.inner.process_capture_f32(&[&*frame], &mut [&mut self.cleaned]).is_ok() {
            frame.copy_from_slice(&self.cleaned);
        }
    }
}
