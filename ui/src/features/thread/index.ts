// One open conversation.
export { default as Conversation } from './Conversation.svelte';
