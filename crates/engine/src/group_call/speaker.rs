//! Who speaks: the one to be shown large. Pure: levels in, a sender out.

use std::collections::BTreeMap;

use sotto_media::SenderId;

/// How fast loudness is forgotten, for each of ten steps a second.
const FADING: f32 = 0.8;
/// Below this nobody speaks.
const SPEECH: f32 = 0.3;
/// By so much somebody else must be louder to take over.
const LOUDER: f32 = 0.1;
/// Steps for which somebody is shown at least: 1.5 s.
const LEAST: u32 = 15;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Speaker {
    loudness: BTreeMap<SenderId, f32>,
    now: Option<SenderId>,
    steps: u32,
}

impl Speaker {
    /// A tenth of a second has passed.
    pub(super) fn step(&mut self, levels: &[(SenderId, f32)]) -> Option<SenderId> {
        self.loudness.retain(|sender, _| levels.iter().any(|(other, _)| other == sender));
        for (sender, level) in levels {
            let loudness = self.loudness.entry(*sender).or_default();
            *loudness = *loudness * FADING + level * (1.0 - FADING);
        }
        self.now = self.now.filter(|now| self.loudness.contains_key(now));
        self.steps = self.steps.saturating_add(1);
        let of = |sender: SenderId| self.loudness.get(&sender).copied().unwrap_or_default();
        let loudest = self.loudness.iter().max_by(|a, b| a.1.total_cmp(b.1)).map(|(sender, level)| (*sender, *level));
        if let Some((sender, level)) = loudest.filter(|(_, level)| *level > SPEECH) {
            let takes_over = match self.now {
                Some(now) => now != sender && self.steps > LEAST && level > of(now) + LOUDER,
                None => true,
            };
            if takes_over {
                (self.now, self.steps) = (Some(sender), 0);
            }
        }
        self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(speaker: &mut Speaker, count: usize, levels: &[(SenderId, f32)]) -> Option<SenderId> {
        (0..count).map(|_| speaker.step(levels)).last().flatten()
    }

    #[test]
    fn the_loudest_is_shown_and_a_cough_or_a_pause_changes_nothing() {
        let mut speaker = Speaker::default();
        assert_eq!(steps(&mut speaker, 20, &[(1, 0.1), (2, 0.0)]), None, "nobody speaks");
        assert_eq!(steps(&mut speaker, 20, &[(1, 0.7), (2, 0.1)]), Some(1));
        assert_eq!(steps(&mut speaker, 2, &[(1, 0.6), (2, 0.9)]), Some(1), "a cough");
        assert_eq!(steps(&mut speaker, 50, &[(1, 0.0), (2, 0.0)]), Some(1), "a pause");
        assert_eq!(steps(&mut speaker, 10, &[(1, 0.0), (2, 0.7)]), Some(2));
        assert_eq!(steps(&mut speaker, 5, &[(1, 0.9), (2, 0.0)]), Some(2), "not to and fro");
        assert_eq!(steps(&mut speaker, 1, &[(1, 0.9)]), Some(1), "2 has left while 1 speaks");
        assert_eq!(steps(&mut speaker, 1, &[]), None, "everybody has left");
    }
}
