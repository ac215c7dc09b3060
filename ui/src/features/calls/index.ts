// The line of a call that is over.
export { default as CallLine } from './CallLine.svelte';
