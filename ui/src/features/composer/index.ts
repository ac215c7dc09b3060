// Where one writes.
export { LIMIT } from './writing';
export { Mentioning } from './mentioning.svelte';
export { default as Composer } from './Composer.svelte';
