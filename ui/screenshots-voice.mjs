// Pictures of voice messages: see screenshots.mjs.
const ines = (page) => page.getByTestId('chat-row').filter({ hasText: 'Ines' }).click();

export const VOICE = [
  { name: 'voice', scene: 'voice', act: ines },
  { name: 'voice-recording', scene: 'voice_recording', act: ines },
  { name: 'voice-paused', scene: 'voice_paused', act: ines },
  {
    name: 'voice-playing',
    scene: 'voice_playing',
    act: (page) => page.getByTestId('chat-row').filter({ hasText: 'Noor' }).click(),
  },
];
