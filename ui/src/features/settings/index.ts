// The settings: their list in the sidebar, their pages in the sheet.
export { default as SettingsNav } from './SettingsNav.svelte';
export { default as SettingsSheet } from './SettingsSheet.svelte';
