// The sidebar: the list of conversations, its search and filters, and starting a new one.
export { default as NewChatDialog } from './NewChatDialog.svelte';
export { default as Sidebar } from './Sidebar.svelte';
