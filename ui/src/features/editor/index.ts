// Photos that are cropped, turned and drawn on before they are sent.
export { default as PhotoEditor } from './PhotoEditor.svelte';
export { pictureOf, render } from './paint';
