// Where one writes.
export { default as Composer } from './Composer.svelte';
