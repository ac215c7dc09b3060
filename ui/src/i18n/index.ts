// The words of the window.
export { m } from './generated/messages.js';
export { direction, formattingLocale, locale, speak } from './locale.svelte';
export { codeText, refusalText } from './refusals';
export { callEntryText, callLineText, callStageText, deviceText, endedText, problemText } from './calls';
export { dayWords, fileTrouble, noticeText, presenceText, writingText } from './phrases';
