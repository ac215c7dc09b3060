// The pictures and films of a gallery that can be looked at, in the order in which the viewer goes through them.
import type { GalleryItem } from '../../lib/ipc/bindings/GalleryItem';
import type { MessageItem } from '../../lib/ipc/bindings/MessageItem';
import { type Shown, mediaOf } from '../files';

/** Oldest first, as in the conversation. */
export function shownOf(items: readonly GalleryItem[]): Shown[] {
  return mediaOf(items.map(({ message }) => message).reverse());
}

/**
 * What a conversation draws, and before and after it what its gallery knows. The gallery is read from its newest end, so
 * what lies beyond the drawn stretch is there without gaps once it has been read down to that stretch.
 */
export function around(entries: readonly MessageItem[], items: readonly GalleryItem[]): Shown[] {
  const first = entries[0]?.order;
  const last = entries.at(-1)?.order;
  const bottom = items.at(-1)?.message.order;
  if (first === undefined || last === undefined || bottom === undefined) return mediaOf(entries);
  const older = items.filter(({ message }) => message.order < first);
  const newer = bottom <= last ? items.filter(({ message }) => message.order > last) : [];
  return [...shownOf(older), ...mediaOf(entries), ...shownOf(newer)];
}
