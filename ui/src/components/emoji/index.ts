// Choosing an emoji.
export { default as EmojiPicker } from './EmojiPicker.svelte';
export { QUICK } from './emojis';
