// Calls: the bar of one that comes in, the screen of one that lasts, and the line of one that is over.
export { default as CallLine } from './CallLine.svelte';
export { default as CallScreen } from './CallScreen.svelte';
export { default as IncomingCall } from './IncomingCall.svelte';
