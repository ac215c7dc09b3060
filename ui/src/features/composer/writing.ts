// When a key press sends, and how long a message may be.

/** Characters a message may have; the engine refuses more. */
export const LIMIT = 16_000;
/** From here on the rest is counted down. */
export const NEAR_LIMIT = LIMIT - 1_000;

/** The list of people whom one could name, and one of them, as a screen reader is told. */
export const MENTION_LIST = 'mention-list';
export const mentionOption = (place: number, list = MENTION_LIST): string => `${list}-${place}`;

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'isComposing' | 'keyCode'>;

/** WebKit ends a composition before the Enter that confirmed it arrives, and marks that key with this code. */
const COMPOSING_KEY = 229;

/** Enter sends and Shift+Enter breaks the line, or the other way round; never while a word is being composed. */
export function sends(event: Key, enterSends: boolean): boolean {
  if (event.key !== 'Enter' || event.isComposing || event.keyCode === COMPOSING_KEY) return false;
  return event.shiftKey !== enterSends;
}
