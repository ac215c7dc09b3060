// What people show for a day.
export { default as StoriesList } from './StoriesList.svelte';
export { default as StoriesSheet } from './StoriesSheet.svelte';
