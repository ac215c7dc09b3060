// The ring of a call that comes in: two soft notes, made here, every three seconds.
const EVERY = 3_000;
const NOTES = [523.25, 659.25];

function play(sound: AudioContext): void {
  NOTES.forEach((frequency, at) => {
    const start = sound.currentTime + at * 0.35;
    const tone = sound.createOscillator();
    const loudness = sound.createGain();
    tone.frequency.value = frequency;
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.18, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.9);
    tone.connect(loudness).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 1);
  });
}

/** Rings until the answer is called. Where nothing can be heard it stays silent. */
export function ring(): () => void {
  if (typeof AudioContext !== 'function') return () => undefined;
  const sound = new AudioContext();
  play(sound);
  const again = setInterval(() => play(sound), EVERY);
  return () => {
    clearInterval(again);
    void sound.close();
  };
}
