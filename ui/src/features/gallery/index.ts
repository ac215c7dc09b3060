// What a conversation has collected: a strip in the panel about it, and a panel with all of it.
export { default as ChatViewer } from './ChatViewer.svelte';
export { default as GalleryPanel } from './GalleryPanel.svelte';
export { default as GalleryStrip } from './GalleryStrip.svelte';
