// One person: the panel beside the conversation, and comparing safety numbers; lines that the panel of a group has too.
export { default as ContactPanel } from './ContactPanel.svelte';
export { default as KeepingRows } from './KeepingRows.svelte';
export { default as MuteRow } from './MuteRow.svelte';
export { default as ReportDialog } from './ReportDialog.svelte';
export { default as SafetyDialog } from './SafetyDialog.svelte';
