// The pictures and films of a gallery that can be looked at, in the order in which the viewer goes through them.
import type { GalleryItem } from '../../lib/ipc/bindings/GalleryItem';
import { type Shown, mediaOf } from '../files';

/** Oldest first, as in the conversation. */
export function shownOf(items: readonly GalleryItem[]): Shown[] {
  return mediaOf(items.map(({ message }) => message).reverse());
}
