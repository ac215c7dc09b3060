// Files of messages: in their bubbles, before they are sent, and over the whole window.
export { default as AttachDialog } from './AttachDialog.svelte';
export { default as Attachments } from './Attachments.svelte';
export { default as DropZone } from './DropZone.svelte';
export { default as Once } from './Once.svelte';
export { default as OnceViewer } from './OnceViewer.svelte';
export { default as FileRow } from './FileRow.svelte';
export { default as Tile } from './Tile.svelte';
export { default as Viewer } from './Viewer.svelte';
export { type Shown, isMedia, mediaOf } from './media';
