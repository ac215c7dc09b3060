// One person: the panel beside the conversation, and comparing safety numbers.
export { default as ContactPanel } from './ContactPanel.svelte';
export { default as KeptDialog } from './KeptDialog.svelte';
export { default as SafetyDialog } from './SafetyDialog.svelte';
export { default as TimerDialog } from './TimerDialog.svelte';
