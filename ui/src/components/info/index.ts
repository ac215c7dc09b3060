// What the panel beside a conversation is made of, for a person as for a group.
export { default as InfoHeading } from './InfoHeading.svelte';
export { default as InfoHero } from './InfoHero.svelte';
export { default as InfoPanel } from './InfoPanel.svelte';
export { default as InfoRow } from './InfoRow.svelte';
