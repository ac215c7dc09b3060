//! The thread that speaks in a group call: a jitter buffer for each of the others, mixed to what is played.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use crate::event::{Received, Teller};
use crate::keys::SenderId;
use crate::voice::Shared;
use crate::voice::jitter::{Arrived, Jitter};
use crate::voice::source::{SAMPLES, VoiceFrame, level};
use crate::voice::speaker::Device;
use crate::voice::tone::{Meter, Reading, clock_ms};
use crate::{Error, Speaker};

/// What is heard of the others.
pub(super) enum Heard {
    Sound(SenderId, Arrived),
    Gone(SenderId),
}

/// How each of the others sounds now, for who watches.
#[derive(Debug, Default)]
pub(super) struct Voices(Mutex<BTreeMap<SenderId, (f32, Received)>>);

impl Voices {
    pub(super) fn levels(&self) -> Vec<(SenderId, f32)> {
        self.lock().iter().map(|(sender, (level, _))| (*sender, *level)).collect()
    }

    pub(super) fn numbers(&self) -> BTreeMap<SenderId, Received> {
        self.lock().iter().map(|(sender, (_, numbers))| (*sender, *numbers)).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<SenderId, (f32, Received)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts speaking. What is played goes to `played` too, for the echo.
pub(super) fn start(
    choice: Speaker,
    changes: mpsc::Receiver<Speaker>,
    arrivals: mpsc::Receiver<Heard>,
    played: mpsc::SyncSender<VoiceFrame>,
    (own, voices): (Arc<Shared>, Arc<Voices>),
    teller: Teller,
) -> Result<(), Error> {
    thread::Builder::new().name("sotto-speak".to_owned()).spawn(move || {
        let mut mixer = Mixer { metered: choice == Speaker::Meter, others: BTreeMap::new() };
        // The meter of the mixture tells nothing: each voice has one of its own.
        let mut device = Device::new(choice, Reading::default(), teller);
        let (mut frame, mut part) = ([0.0; SAMPLES], [0.0; SAMPLES]);
        while !own.stop.load(Ordering::Relaxed) {
            if let Some(choice) = changes.try_iter().last() {
                device.change(choice);
            }
            arrivals.try_iter().for_each(|heard| mixer.hear(heard));
            mixer.mix(&mut frame, &mut part, &voices);
            let _ = played.try_send(frame);
            device.play(&frame);
        }
    })?;
    Ok(())
}

struct Mixer {
    metered: bool,
    others: BTreeMap<SenderId, Voice>,
}

/// One of the others.
struct Voice {
    jitter: Jitter,
    shared: Shared,
    meter: Option<Meter>,
}

impl Mixer {
    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Gone(sender) => {
                self.others.remove(&sender);
            }
            Heard::Sound(sender, packet) => {
                if !self.others.contains_key(&sender) {
                    let Ok(jitter) = Jitter::new() else { return };
                    let shared = Shared::default();
                    let meter = self.metered.then(|| Meter::new(shared.heard.clone()));
                    self.others.insert(sender, Voice { jitter, shared, meter });
                }
                if let Some(voice) = self.others.get_mut(&sender) {
                    voice.jitter.put(&packet, &voice.shared);
                }
            }
        }
    }

    /// The next 10 ms of everybody.
    fn mix(&mut self, frame: &mut VoiceFrame, part: &mut VoiceFrame, voices: &Voices) {
        frame.fill(0.0);
        let mut now = BTreeMap::new();
        for (sender, voice) in &mut self.others {
            voice.jitter.take(part, &voice.shared);
            if let Some(meter) = &mut voice.meter {
                meter.listen(part, clock_ms());
            }
            let numbers = Received {
                voice_packets: voice.shared.received.load(Ordering::Relaxed),
                voice_lost: voice.shared.lost.load(Ordering::Relaxed),
                frames: 0,
                heard: *voice.shared.heard.lock().unwrap_or_else(PoisonError::into_inner),
            };
            now.insert(*sender, (level(part), numbers));
            frame.iter_mut().zip(&*part).for_each(|(sum, sample)| *sum += sample);
        }
        // Several at once may be louder than there is room for.
        frame.iter_mut().for_each(|sample| *sample = sample.clamp(-1.0, 1.0));
        *voices.lock() = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tone;
    use crate::voice::opus::Packer;

    #[test]
    fn two_who_speak_at_once_are_both_heard_and_told_apart() {
        let mut mixer = Mixer { metered: true, others: BTreeMap::new() };
        let voices = Voices::default();
        let mut packers = [(7, Packer::new().expect("an encoder")), (9, Packer::new().expect("an encoder"))];
        let mut tones = [Tone::new(0x12), Tone::new(0xed)];
        let (mut frame, mut part) = ([0.0; SAMPLES], [0.0; SAMPLES]);
        let now = clock_ms();
        for step in 0..150u16 {
            for ((sender, packer), tone) in packers.iter_mut().zip(&mut tones) {
                let mut sound = [0.0; 2 * SAMPLES];
                for half in sound.as_chunks_mut::<SAMPLES>().0 {
                    tone.sound(half, now - now % 1000 + u64::from(step) * 20);
                }
                if let Some(data) = packer.pack(&sound).expect("a packet") {
                    let data = bytes::Bytes::copy_from_slice(data);
                    mixer.hear(Heard::Sound(*sender, Arrived { number: step, at: u32::from(step) * 960, data }));
                }
            }
            mixer.mix(&mut frame, &mut part, &voices);
            mixer.mix(&mut frame, &mut part, &voices);
            assert!(frame.iter().all(|sample| (-1.0..=1.0).contains(sample)));
        }
        let heard = |sender| voices.numbers()[&sender].heard.expect("a code").code;
        assert_eq!((heard(7), heard(9)), (0x12, 0xed));
        mixer.hear(Heard::Gone(7));
        mixer.mix(&mut frame, &mut part, &voices);
        assert_eq!(voices.levels().len(), 1);
    }
}
