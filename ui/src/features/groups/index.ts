// Groups: founding one, and everything about one.
export { default as GroupBar } from './GroupBar.svelte';
export { default as JoinDialog } from './JoinDialog.svelte';
export { default as RequestsBar } from './RequestsBar.svelte';
export { default as GroupPanel } from './GroupPanel.svelte';
export { default as NewGroupDialog } from './NewGroupDialog.svelte';
export { default as ReceiptsDialog } from './ReceiptsDialog.svelte';
