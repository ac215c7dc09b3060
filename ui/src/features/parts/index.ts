// What a message carries besides words (polls, people, places), and messages that leave later.
export { default as CardDialog } from './CardDialog.svelte';
export { default as Parts } from './Parts.svelte';
export { default as PlaceDialog } from './PlaceDialog.svelte';
export { default as PollDialog } from './PollDialog.svelte';
export { default as ScheduleDialog } from './ScheduleDialog.svelte';
export { default as ScheduledBar } from './ScheduledBar.svelte';
export { default as VotesDialog } from './VotesDialog.svelte';
