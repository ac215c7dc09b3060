// Ctrl K: people, messages and commands by a few letters.
export { openNotes, toggleQuiet } from './commands';
export { default as Palette } from './Palette.svelte';
