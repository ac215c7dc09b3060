//! How loud a recording is over time, small enough to travel in its message.

use super::{LOUDEST, WAVEFORM};

/// Below this level there is no speech, only the room.
const FLOOR: f32 = 0.25;

/// The loudest moment of each of [`WAVEFORM`] equal stretches. `levels` are from 0 to 1, at even distances.
pub(crate) fn of(levels: &[f32]) -> Vec<u8> {
    let stretch = |index: usize| {
        let from = index * levels.len() / WAVEFORM;
        let to = ((index + 1) * levels.len() / WAVEFORM).max(from + 1).min(levels.len());
        levels.get(from..to).unwrap_or_default().iter().copied().fold(0.0f32, f32::max)
    };
    let scaled = |level: f32| ((level - FLOOR) / (1.0 - FLOOR)).clamp(0.0, 1.0);
    (0..WAVEFORM).map(|index| (scaled(stretch(index)) * f32::from(LOUDEST)).round() as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_stands_out_of_silence_in_any_length() {
        for length in [1, 10, 63, 64, 65, 5000] {
            let levels: Vec<f32> = (0..length).map(|at| if 2 * at < length { 0.9 } else { 0.0 }).collect();
            let waveform = of(&levels);
            assert_eq!(waveform.len(), WAVEFORM, "{length}");
            assert!(waveform[0] > 20 && waveform.iter().all(|level| *level <= LOUDEST), "{waveform:?}");
            assert!(length == 1 || waveform[WAVEFORM - 1] == 0, "{length}: {waveform:?}");
        }
        assert_eq!(of(&[]), vec![0; WAVEFORM]);
    }
}
