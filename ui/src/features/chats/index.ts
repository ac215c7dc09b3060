// The sidebar: the list of conversations, its search and filters, and starting a new one.
export { default as ChatLookDialog } from './ChatLookDialog.svelte';
export { default as FolderDialog } from './FolderDialog.svelte';
export { default as ConfirmDialog } from './ConfirmDialog.svelte';
export { archive, chatMenu, mute } from './decisions';
export { default as NewChatDialog } from './NewChatDialog.svelte';
export { default as Sidebar } from './Sidebar.svelte';
