// Voice messages: recording, listening, and what plays on while one looks at something else.
export { default as MicButton } from './MicButton.svelte';
export { default as NowPlaying } from './NowPlaying.svelte';
export { default as RecordingBar } from './RecordingBar.svelte';
export { default as Speech } from './Speech.svelte';
