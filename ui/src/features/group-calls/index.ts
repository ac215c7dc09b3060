// Calls of groups: the bar of one that rings, the bar of one under way, and the screen of the one that one is in.
export { default as GroupCallBar } from './GroupCallBar.svelte';
export { default as GroupCallScreen } from './GroupCallScreen.svelte';
export { default as IncomingGroupCall } from './IncomingGroupCall.svelte';
