// Where one writes.
export { LIMIT } from './writing';
export { default as Composer } from './Composer.svelte';
