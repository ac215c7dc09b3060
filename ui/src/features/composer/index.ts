// Where one writes.
export { LIMIT, mentionOption } from './writing';
export { default as MentionList } from './MentionList.svelte';
export { Mentioning } from './mentioning.svelte';
export { default as Composer } from './Composer.svelte';
